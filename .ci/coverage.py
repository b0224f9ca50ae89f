#!/usr/bin/env python3
"""What `cov show` tells, as a table by file and a list of lines that no test runs:

    python3 .ci/coverage.py LINES TOP OUT

LINES is what `cov show` prints, TOP the folder whose files are told, OUT the folder of report.txt and
uncovered.txt. Tests are left out: in files of their own, and where a file's own tests begin.
"""

import pathlib
import re
import sys

LINE = re.compile(r" *(\d+)\| *(\d*)\|(.*)")


def files(lines, top):
    """Each file with its lines: number, how often run (none where there is nothing to run), text."""
    name, found = None, []
    for line in lines:
        line = line.rstrip("\n")
        part = LINE.fullmatch(line)
        if part is None:
            if line.startswith("/"):
                if name and found:
                    yield name, found
                path = pathlib.Path(line)
                name = str(path.relative_to(top)) if path.is_relative_to(top) else None
                found = []
        elif name:
            number, times, text = part.groups()
            found.append((int(number), int(times) if times else None, text))
    if name and found:
        yield name, found


def main():
    lines, top, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    table, bare = [], []
    with open(lines, encoding="utf-8") as told:
        for name, found in files(told, top):
            if not name.startswith("src/") or name.endswith("tests.rs"):
                continue
            run = missed = 0
            for number, times, text in found:
                if text.startswith("#[cfg(test)]"):
                    break
                if times is None:
                    continue
                if times:
                    run += 1
                else:
                    missed += 1
                    bare.append(f"{name}:{number}: {text.strip()}")
            table.append((name, run, missed))
    table.sort()
    run, missed = sum(row[1] for row in table), sum(row[2] for row in table)
    table.append(("all", run, missed))
    report = [f"{'file':<40} {'lines':>7} {'run':>7} {'share':>7}"]
    for name, run, missed in table:
        report.append(f"{name:<40} {run + missed:>7} {run:>7} {100 * run / max(run + missed, 1):>6.1f}%")
    (out / "report.txt").write_text("\n".join(report) + "\n", encoding="utf-8")
    (out / "uncovered.txt").write_text("\n".join(bare) + "\n", encoding="utf-8")
    print(report[-1])


main()
