// Makes the pages quicker by keyboard; everything also works without it.
"use strict";
(() => {
  const box = document.querySelector(".box input[type=search]");

  // Suggestions: a listbox below the box, fed by the API.
  if (box) {
    const list = document.createElement("ul");
    list.className = "suggestions";
    list.id = "suggestions";
    list.setAttribute("role", "listbox");
    list.hidden = true;
    box.after(list);
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-controls", "suggestions");
    box.setAttribute("aria-expanded", "false");
    box.setAttribute("aria-autocomplete", "list");
    let at = -1;
    let timer = 0;
    let asked = "";
    let entries = [];

    const close = () => {
      list.hidden = true;
      at = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    };
    const choose = (to) => {
      const items = [...list.children];
      items.forEach((item, i) => item.setAttribute("aria-selected", String(i === to)));
      at = to;
      if (to >= 0) box.setAttribute("aria-activedescendant", items[to].id);
      else box.removeAttribute("aria-activedescendant");
    };
    const take = (entry) => {
      box.value = entry.query;
      close();
      box.form.requestSubmit();
    };
    const show = (found) => {
      entries = found;
      list.replaceChildren(...found.map((entry, i) => {
        const item = document.createElement("li");
        item.id = "suggestion-" + i;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        const perhaps = document.documentElement.lang.startsWith("zh") ? "是不是 " : "perhaps ";
        for (const [kind, text] of [["", (entry.reason ? perhaps : "") + entry.text], ["note", entry.note || ""], ["count", entry.articles]]) {
          const span = document.createElement("span");
          span.className = kind;
          span.textContent = text;
          item.append(span);
        }
        item.addEventListener("mousedown", (event) => { event.preventDefault(); take(entry); });
        return item;
      }));
      at = -1;
      list.hidden = found.length === 0;
      box.setAttribute("aria-expanded", String(found.length > 0));
    };
    const ask = async () => {
      const q = box.value;
      asked = q;
      if (!q.trim() || q.length > 200) { close(); return; }
      try {
        const answer = await fetch(new URL("api/v1/suggest?q=" + encodeURIComponent(q), box.form.action));
        if (answer.ok && asked === q && document.activeElement === box) show((await answer.json()).suggestions);
      } catch { close(); }
    };
    box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 90); });
    box.addEventListener("blur", close);
    box.addEventListener("keydown", (event) => {
      // An input method is still composing.
      if (event.isComposing) return;
      if (event.key === "Escape") { if (list.hidden) box.blur(); else close(); return; }
      if (list.hidden) return;
      const n = entries.length;
      if (event.key === "ArrowDown") { event.preventDefault(); choose((at + 2) % (n + 1) - 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); choose((at + n + 1) % (n + 1) - 1); }
      else if (event.key === "Enter" && at >= 0) { event.preventDefault(); take(entries[at]); }
    });
  }

  // Keys: / the box, j and k from hit to hit, n and p from match to match, ? the list of them.
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  const walk = (selector, name) => {
    let now = -1;
    return (step) => {
      const all = [...document.querySelectorAll(selector)];
      if (all.length === 0) return;
      if (now >= 0) all[now].classList.remove(name);
      now = now < 0 ? (step > 0 ? 0 : all.length - 1) : (now + step + all.length) % all.length;
      all[now].classList.add(name);
      all[now].scrollIntoView({ block: "center", behavior: calm });
      const link = all[now].querySelector("h3 a");
      if (link) link.focus({ preventScroll: true });
    };
  };
  const hits = walk(".hits > li, .stories > li", "here");
  const marks = walk("article mark", "now");
  const keys = document.getElementById("keys");
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable]") || keys?.open) return;
    switch (event.key) {
      case "/": if (box) { event.preventDefault(); box.focus(); box.select(); } break;
      case "j": hits(1); break;
      case "k": hits(-1); break;
      case "n": marks(1); break;
      case "p": marks(-1); break;
      case "?": keys?.showModal(); break;
    }
  });

  const button = (text, press) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "small";
    made.textContent = text;
    made.addEventListener("click", () => press(made));
    return made;
  };

  // A button beside each text that is there to be copied.
  for (const text of document.querySelectorAll("[data-copy]")) {
    text.after(button(text.dataset.copy, async (pressed) => {
      try {
        await navigator.clipboard.writeText(text.textContent);
        pressed.textContent = text.dataset.copied;
      } catch {
        // Without leave to write it is at least selected.
        getSelection().selectAllChildren(text);
      }
    }));
  }

  // The picture of a trend as PNG: drawn here, where the reader's fonts have all its characters.
  for (const caption of document.querySelectorAll("[data-picture]")) {
    const picture = caption.parentElement.querySelector("img");
    const scale = 2;
    caption.append(button("PNG", async () => {
      await picture.decode();
      const canvas = document.createElement("canvas");
      canvas.width = picture.naturalWidth * scale;
      canvas.height = picture.naturalHeight * scale;
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(blob);
        link.download = "trend.png";
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      }, "image/png");
    }));
  }

  // Searches the reader keeps, in this browser alone.
  const store = {
    get all() { try { return JSON.parse(localStorage.getItem("searches")) || []; } catch { return []; } },
    set all(list) { try { localStorage.setItem("searches", JSON.stringify(list.slice(0, 50))); } catch { /* full, or not allowed */ } },
  };
  for (const place of document.querySelectorAll("[data-keep]")) {
    const address = location.search;
    const known = () => store.all.some((one) => one.address === address);
    const label = () => (known() ? place.dataset.kept : place.dataset.keep);
    place.append(button(label(), (pressed) => {
      store.all = known()
        ? store.all.filter((one) => one.address !== address)
        : [{ address, name: place.dataset.name }, ...store.all];
      pressed.textContent = label();
      pressed.setAttribute("aria-pressed", String(known()));
    }));
  }
  for (const place of document.querySelectorAll("[data-searches]")) {
    const show = () => {
      place.hidden = store.all.length === 0;
      place.querySelector("ul").replaceChildren(...store.all.map((one) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = new URL("search" + one.address, document.querySelector("a.masthead").href);
        link.textContent = one.name || one.address;
        const forget = button("×", () => { store.all = store.all.filter((other) => other.address !== one.address); show(); });
        forget.setAttribute("aria-label", place.dataset.forget + " " + link.textContent);
        item.append(link, forget);
        return item;
      }));
    };
    show();
  }
})();
