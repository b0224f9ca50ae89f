// What a reader with other eyes or hands needs of a page: gives a list of what is wrong.
(() => {
  const wrong = [];
  const tell = (what, node) => wrong.push(what + ": " + (node ? node.outerHTML.slice(0, 120) : ""));
  const shown = (node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest(".unseen, .skip, dialog:not([open])");
  const one = (selector) => { if (document.querySelectorAll(selector).length !== 1) tell("not one " + selector); };
  one("main"); one("h1"); one("head > title");
  if (!document.documentElement.lang) tell("no language");
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  ids.filter((id, i) => ids.indexOf(id) !== i).forEach((id) => tell("the id stands twice " + id));
  let level = 1;
  for (const heading of document.querySelectorAll("main h1, main h2, main h3, main h4, main h5")) {
    const now = Number(heading.tagName[1]);
    if (now > level + 1) tell("a level of headings is left out", heading);
    if (!heading.textContent.trim()) tell("an empty heading", heading);
    level = now;
  }
  const name = (node) =>
    node.getAttribute("aria-label") || node.title || node.textContent.trim() ||
    (node.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)?.textContent).join("");
  for (const node of document.querySelectorAll("a[href], button, nav, dialog, svg[role]")) if (!name(node)) tell("no name", node);
  for (const node of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
    if (!node.getAttribute("aria-label") && !node.closest("label")) tell("no label", node);
  for (const node of document.querySelectorAll("[aria-labelledby], [aria-controls]"))
    for (const id of (node.getAttribute("aria-labelledby") || node.getAttribute("aria-controls")).split(" "))
      if (!document.getElementById(id)) tell("leads nowhere " + id, node);
  for (const list of document.querySelectorAll("ul, ol")) for (const child of list.children) if (child.tagName !== "LI") tell("not of a list", child);
  for (const cell of document.querySelectorAll("th")) if (!cell.scope) tell("a heading of no row or column", cell);

  // Contrast of every text with what is behind it (WCAG AA).
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const behind = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((c) => { const v = c / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const seen = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || ["SCRIPT", "STYLE"].includes(node.tagName) || !shown(node)) continue;
    const style = getComputedStyle(node);
    const ground = behind(node);
    const [a, b] = [light(over(rgba(style.color), ground)), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const key = style.color + ground + large;
    if (ratio < (large ? 3 : 4.5) && !seen.has(key)) { seen.add(key); tell("contrast " + ratio.toFixed(2), node); }
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) tell("wider than the window by " + (document.documentElement.scrollWidth - innerWidth));
  return wrong;
})()
