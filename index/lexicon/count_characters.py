"""Counts how strongly characters speak for names: writes surnames.txt, given.txt and foreign.txt anew.

usage: count_characters.py labelled.jsonl DICTIONARY

labelled.jsonl is made by label_names.py, DICTIONARY is the dict.txt of jieba-rs (MIT). The surnames themselves are those
of the present surnames.txt; only their strengths are counted. Learn the weights again afterwards.
"""

import collections
import json
import math
import pathlib
import sys

HERE = pathlib.Path(__file__).parent


def step(value, low, high, steps):
    return max(0, min(steps - 1, int((value - low) / (high - low) * steps)))


def write(name, rows):
    path = HERE / name
    head = [l for l in path.read_text(encoding="utf-8").splitlines() if l.startswith("#")]
    path.write_text("\n".join(head + rows) + "\n", encoding="utf-8")


def main():
    listed = [l.split()[0] for l in (HERE / "surnames.txt").read_text(encoding="utf-8").splitlines() if l and l[0] != "#"]
    surnames, compound = [s for s in listed if len(s) == 1], [s for s in listed if len(s) > 1]
    names, background = collections.Counter(), collections.Counter()
    for line in open(sys.argv[1], encoding="utf-8"):
        d = json.loads(line)
        background.update(d["text"])
        names.update(d["text"][a:b] for a, b, g in d["spans"] if g == "PER")
    words = [l.split() for l in open(sys.argv[2], encoding="utf-8")]
    weighted = [(n, min(3, 1 + math.log(c))) for n, c in sorted(names.items()) if "·" not in n]
    weighted += [(w, 0.15) for w, _, t in words if t in ("nr", "nrfg") and len(w) in (2, 3)]
    first, one, two, only, sound = (collections.Counter() for _ in range(5))
    for n, c in weighted:
        if len(n) in (2, 3) and n[0] in surnames:
            first[n[0]] += c
            if len(n) == 3:
                one[n[1]] += c
                two[n[2]] += c
            else:
                only[n[1]] += c
        elif len(n) >= 4 and n[:2] not in compound and c >= 1:
            sound.update(set(n))
    for n in names:
        if "·" in n:
            sound.update(set(n.replace("·", "")))
    for w, _, t in words:
        if t == "nrt" and len(w) >= 3:
            sound.update(set(w))
    total = sum(background.values())

    def odds(counts, c):
        return math.log((counts[c] + 0.2) / sum(counts.values()) / ((background[c] + 20) / total))

    by_count = sorted(surnames, key=lambda c: -first[c])
    write("surnames.txt", [f"{c} {step(odds(first, c), -2, 6, 10)}" for c in by_count] + [f"{c} 9" for c in compound])
    rows = []
    for c in sorted(set(one) | set(two) | set(only)):
        steps = [step(odds(k, c), -3, 5, 9) + 1 if k[c] > 0.5 else 0 for k in (one, two, only)]
        if sum(steps) > 2:
            rows.append(c + " " + "".join(map(str, steps)))
    write("given.txt", rows)
    write("foreign.txt", [f"{c} {step(odds(sound, c), -2, 5, 9) + 1}" for c in sorted(sound) if sound[c] >= 3])


main()
