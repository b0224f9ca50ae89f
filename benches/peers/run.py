#!/usr/bin/env python3
"""Measures baoku beside what else could be used, on the same articles and the same questions.

    python3 benches/peers/run.py                          a generated paper of 20,000 articles
    python3 benches/peers/run.py --articles FILE.jsonl    any ready articles, also .gz
    python3 benches/peers/run.py --only baoku,lucene-cjk  some of them

Installs what Debian has (Lucene, a JDK, ripgrep), builds the rest in a target folder of its own, and prints
one table. Every peer is asked in a process of its own: each quoted run for its exact number and ten ids, each
question of words for ten ids. Recall and precision of quoted runs are against a reading of all texts.
What can't be had is told and left out.
"""

import argparse
import gzip
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
JARS = ["core", "analyzers-common", "analyzers-smartcn", "queryparser"]


def tell(text):
    print(text, file=sys.stderr, flush=True)


def fold(text):
    """The least that all peers do: widths and case. Runs are drawn so that nothing else matters."""
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text).lower()


def read(path):
    opened = gzip.open(path, "rt", encoding="utf-8") if str(path).endswith(".gz") else open(path, encoding="utf-8")
    with opened as lines:
        for number, line in enumerate(lines):
            article = json.loads(line)
            parts = [article.get(name) for name in ("kicker", "headline", "title", "deck")]
            body = article.get("paragraphs") or (article.get("body") or article.get("text") or "").split("\n")
            parts = [part for part in parts + body if part and part.strip()]
            yield {"id": article.get("id") or str(number), "parts": parts}


def draw(articles, literals, words, seed):
    """Runs of 1 to 20 characters without white space or quotation marks, and two to four pieces of one
    sentence as words; by the seed alone."""
    rng = random.Random(seed)
    questions = []
    marks = re.compile(r"[\s\"“”「」『』＂\\]")
    while len(questions) < literals:
        part = rng.choice(rng.choice(articles)["parts"])
        length = rng.choice([1, 2, 2, 3, 3, 4, 4, 5, 6, rng.randint(7, 20)])
        if len(part) < length:
            continue
        at = rng.randint(0, len(part) - length)
        run = part[at : at + length]
        if not marks.search(run) and any(c.isalnum() for c in run):
            questions.append({"id": len(questions), "kind": "literal", "text": run})
    while len(questions) < literals + words:
        part = rng.choice(rng.choice(articles)["parts"])
        runs = re.findall(r"[\u4e00-\u9fff]{2,}", part)
        wanted = rng.randint(2, 4)
        if len(runs) < wanted:
            continue
        picked = []
        for run in rng.sample(runs, wanted):
            at = rng.randint(0, len(run) - 2)
            picked.append(run[at : at + 2])
        questions.append({"id": len(questions), "kind": "words", "text": " ".join(picked)})
    return questions


def scan(articles, questions):
    """The truth: the ids of the articles in one of whose parts the run stands."""
    folded = [(article["id"], [fold(part) for part in article["parts"]]) for article in articles]
    joined = ["\n".join(parts) for _, parts in folded]
    truth = {}
    for question in questions:
        if question["kind"] == "literal":
            run = fold(question["text"])
            truth[question["id"]] = {ident for (ident, _), text in zip(folded, joined) if run in text}
    return truth


def timed(command, **more):
    """Runs a command; gives its output, wall and CPU seconds, and peak memory in bytes."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.monotonic()
        child = subprocess.Popen([str(c) for c in command], stdout=out, stderr=err, **more)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        told = out.read().decode("utf-8", "replace")
        if child.returncode != 0:
            raise RuntimeError(f"{command[0]}: {err.read().decode('utf-8', 'replace')[-600:]}")
    return told, {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss * 1024}


def size(folder):
    return sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file())


def percentile(values, percent):
    values = sorted(values)
    return values[max(0, -(-len(values) * percent // 100) - 1)] if values else float("nan")


class Baoku:
    """The built command: questions in one process, as `search --batch`, with snippets where words are asked."""

    def __init__(self, place, program):
        self.program, self.archive = program, place / "baoku"

    def build(self, source, _plain):
        return [self.program, "index", source, "--archive", self.archive, "--no-sources"]

    def size(self):
        return size(self.archive / "index") + size(self.archive / "side")

    def typed(self, question):
        return f"“{question['text']}”" if question["kind"] == "literal" else question["text"]

    def ask(self, questions, place):
        batch = place / "baoku-questions.jsonl"
        lines = [json.dumps({"id": str(q["id"]), "query": self.typed(q)}, ensure_ascii=False) for q in questions]
        batch.write_text("\n".join(lines) + "\n", encoding="utf-8")
        ten = [self.program, "search", "--batch", batch, "--archive", self.archive, "--format", "jsonl"]
        told, figures = timed(ten)
        answers = {int(a["id"]): a for a in map(json.loads, told.splitlines())}
        every = [self.program, "search", "--batch", batch, "--archive", self.archive, "--format", "trec", "--limit", "0"]
        found = {q["id"]: [] for q in questions}
        for line in timed(every)[0].splitlines():
            ident, _, document, *_ = line.split(" ")
            found[int(ident)].append(document)
        out = [
            {"id": q["id"], "us": answers[q["id"]]["took_ms"] * 1000, "ids": found[q["id"]]} for q in questions
        ]
        return out, figures

    def cold(self, question):
        return [self.program, "search", self.typed(question), "--archive", self.archive, "--format", "ids"]


class Program:
    """A peer with the common shape: `build PLAIN INDEX` and `ask INDEX QUESTIONS`, answers as JSON Lines."""

    def __init__(self, place, name, command):
        self.command, self.index = command, place / name

    def build(self, _source, plain):
        return [*self.command, "build", plain, self.index]

    def size(self):
        return size(self.index) if self.index.is_dir() else self.index.stat().st_size

    def ask(self, questions, place):
        path = place / "questions.jsonl"
        path.write_text("".join(json.dumps(q, ensure_ascii=False) + "\n" for q in questions), encoding="utf-8")
        told, figures = timed([*self.command, "ask", self.index, path])
        return [json.loads(line) for line in told.splitlines()], figures

    def cold(self, question):
        path = self.index.parent / "cold.jsonl"
        path.write_text(json.dumps(question, ensure_ascii=False) + "\n", encoding="utf-8")
        return [*self.command, "ask", self.index, path]


class Ripgrep:
    """The floor: no index, a line an article."""

    def __init__(self, place):
        self.text = place / "ripgrep.txt"

    def build(self, _source, plain):
        made = (
            "import json,sys\n"
            "for line in open(sys.argv[1], encoding='utf-8'):\n"
            "    a = json.loads(line)\n"
            "    print(a['id'] + '\\x01' + '\\x02'.join(a['parts']))\n"
        )
        return ["sh", "-c", 'python3 -c "$0" "$1" > "$2"', made, plain, self.text]

    def size(self):
        return self.text.stat().st_size

    def ask(self, questions, _place):
        out, peak = [], 0
        for question in questions:
            if question["kind"] != "literal":
                continue
            started = time.monotonic()
            told = subprocess.run(
                ["rg", "-F", "-i", "--no-filename", "--", question["text"], str(self.text)],
                capture_output=True, text=True, check=False,
            ).stdout
            took = (time.monotonic() - started) * 1e6
            # A hit in the id is none in the text.
            ids = [l.split("\x01")[0] for l in told.splitlines() if fold(question["text"]) in fold(l.split("\x01", 1)[-1])]
            out.append({"id": question["id"], "us": took, "ids": ids})
        return out, {"wall": 0, "cpu": 0, "peak": peak}

    def cold(self, question):
        return ["rg", "-F", "-i", "-c", "--", question["text"], self.text]


def install(packages):
    if shutil.which("apt-get"):
        root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        done = subprocess.run([*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
                              env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, capture_output=True, check=False)
        return done.returncode == 0
    return False


def cargo(folder, target):
    built = subprocess.run(["cargo", "build", "--release", "--locked", "--manifest-path", str(folder / "Cargo.toml"),
                            "--target-dir", str(target)], check=False)
    return built.returncode == 0


def peers(place, program, target, wanted):
    """Those that can be had; only what is wanted is installed and built."""
    want = lambda *names: wanted is None or any(name in wanted for name in names)
    found = {"baoku": Baoku(place, program)}
    if want("ripgrep") and not shutil.which("rg"):
        install(["ripgrep"])
    jars = Path("/usr/share/java")
    java = want("lucene-smartcn", "lucene-cjk")
    if java and (not list(jars.glob("lucene-core-8*.jar")) or not shutil.which("javac")):
        install(["liblucene8-java", "default-jdk-headless"])
    paths = [next(iter(sorted(jars.glob(f"lucene-{jar}-8*.jar"))), None) for jar in JARS]
    if java and all(paths) and shutil.which("javac"):
        classes = place / "classes"
        classpath = ":".join([*map(str, paths), str(classes)])
        subprocess.run(["javac", "-nowarn", "-cp", classpath, "-d", str(classes), str(HERE / "Lucene.java")], check=True)
        for analyzer in ("smartcn", "cjk"):
            command = ["java", "-Xmx1g", "-cp", classpath, f"-Danalyzer={analyzer}", "Lucene"]
            found[f"lucene-{analyzer}"] = Program(place, f"lucene-{analyzer}", command)
    elif java:
        tell("LEFT OUT: Lucene (Debian: liblucene8-java, default-jdk-headless)")
    found["sqlite-trigram"] = Program(place, "sqlite-trigram", [sys.executable, HERE / "sqlite.py"])
    if shutil.which("rg"):
        found["ripgrep"] = Ripgrep(place)
    elif want("ripgrep"):
        tell("LEFT OUT: ripgrep")
    if want("tantivy-jieba", "tantivy-cang-jie"):
        if cargo(HERE, target):
            for analyzer in ("jieba", "cang-jie"):
                found[f"tantivy-{analyzer}"] = Program(place, f"tantivy-{analyzer}", [target / "release/peers", analyzer])
        else:
            tell("LEFT OUT: Tantivy with tantivy-jieba and cang-jie: they could not be built")
    if want("seekstorm-zh", "seekstorm-characters"):
        if cargo(HERE / "seekstorm", target):
            for setup in ("zh", "characters"):
                found[f"seekstorm-{setup}"] = Program(place, f"seekstorm-{setup}", [target / "release/peer-seekstorm", setup])
        else:
            tell("LEFT OUT: SeekStorm: it could not be built")
    return found


def measure(peer, source, plain, questions, truth, place):
    _, build = timed(peer.build(source, plain))
    answers, asked = peer.ask(questions, place)
    kinds = {q["id"]: q["kind"] for q in questions}
    right = given = wanted = 0
    for answer in answers:
        if answer["id"] in truth:
            ids = set(answer["ids"])
            right += len(ids & truth[answer["id"]])
            given += len(ids)
            wanted += len(truth[answer["id"]])
    times = {kind: [a["us"] / 1000 for a in answers if kinds[a["id"]] == kind] for kind in ("literal", "words")}
    cold = []
    for question in [q for q in questions if q["kind"] == "literal"][:10]:
        started = time.monotonic()
        subprocess.run([str(c) for c in peer.cold(question)], capture_output=True, check=False)
        cold.append((time.monotonic() - started) * 1000)
    return {
        "build_wall_s": build["wall"], "build_cpu_s": build["cpu"], "build_peak_mb": build["peak"] / 1e6,
        "size_mb": peer.size() / 1e6, "cold_ms": percentile(cold, 50), "ask_peak_mb": asked["peak"] / 1e6,
        "literal_p50_ms": percentile(times["literal"], 50), "literal_p99_ms": percentile(times["literal"], 99),
        "words_p50_ms": percentile(times["words"], 50), "words_p99_ms": percentile(times["words"], 99),
        "recall": right / max(wanted, 1), "precision": right / max(given, 1),
    }


COLUMNS = [
    ("build_wall_s", "build, s", 1), ("build_cpu_s", "CPU, s", 1), ("build_peak_mb", "peak, MB", 0),
    ("size_mb", "size, MB", 1), ("cold_ms", "cold, ms", 0), ("literal_p50_ms", "literal p50, ms", 2),
    ("literal_p99_ms", "p99", 2), ("words_p50_ms", "words p50, ms", 2), ("words_p99_ms", "p99", 2),
    ("recall", "recall", 4), ("precision", "precision", 4),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, help="ready articles as JSON Lines, also .gz")
    parser.add_argument("--size", type=int, default=20_000, help="articles of the generated paper")
    parser.add_argument("--literals", type=int, default=400)
    parser.add_argument("--words", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="names of peers, with commas between")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args()
    own = Path(os.environ.get("CARGO_TARGET_DIR", TOP / "target"))
    program = Path(os.environ.get("BAOKU", own / "release/baoku"))
    if not program.is_file():
        sys.exit(f"{program}: not there; make it with: cargo build --release, or name another with BAOKU")
    target = Path(os.environ.get("PEERS_TARGET_DIR", TOP / "target/peers"))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        source = options.articles
        if source is None:
            source = place / "articles.jsonl"
            subprocess.run(["cargo", "run", "--locked", "--quiet", "--example", "corpus", "--", "articles",
                            f"{options.size}articles", str(source)], cwd=TOP, check=True)
        articles = list(read(source))
        plain = place / "plain.jsonl"
        with open(plain, "w", encoding="utf-8") as out:
            for article in articles:
                out.write(json.dumps(article, ensure_ascii=False) + "\n")
        questions = draw(articles, options.literals, options.words, options.seed)
        truth = scan(articles, questions)
        text = sum(len(p.encode()) for a in articles for p in a["parts"])
        wanted = options.only.split(",") if options.only else None
        rows = {}
        for name, peer in peers(place, program, target, wanted).items():
            if wanted is None or name in wanted:
                tell(f"{name} …")
                try:
                    rows[name] = measure(peer, source, plain, questions, truth, place)
                except (RuntimeError, OSError) as e:
                    tell(f"LEFT OUT: {name}: {e}")
    print(f"\n{len(articles)} articles, {text / 1e6:.1f} MB of text, {options.literals} quoted runs, "
          f"{options.words} questions of words, load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores\n")
    print("| | " + " | ".join(title for _, title, _ in COLUMNS) + " |")
    print("| --- |" + " ---: |" * len(COLUMNS))
    for name, row in rows.items():
        print(f"| {name} | " + " | ".join(f"{row[key]:.{digits}f}" for key, _, digits in COLUMNS) + " |")
    if options.json:
        options.json.write_text(json.dumps({"articles": len(articles), "text_bytes": text, "peers": rows}, indent=1) + "\n")


main()
