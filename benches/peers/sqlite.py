"""SQLite FTS5 with its trigram tokenizer: `sqlite.py build PLAIN INDEX`, `sqlite.py ask INDEX QUESTIONS`."""

import json
import sqlite3
import sys
import time


def build(plain, index):
    db = sqlite3.connect(index)
    db.execute("PRAGMA journal_mode=OFF")
    db.execute("PRAGMA synchronous=OFF")
    db.execute("CREATE VIRTUAL TABLE articles USING fts5(id UNINDEXED, text, tokenize='trigram')")
    with open(plain, encoding="utf-8") as lines:
        rows = ((a["id"], "\n".join(a["parts"])) for a in map(json.loads, lines))
        db.executemany("INSERT INTO articles VALUES (?, ?)", rows)
    db.execute("INSERT INTO articles(articles) VALUES ('optimize')")
    db.commit()


def ask(index, questions):
    db = sqlite3.connect(f"file:{index}?mode=ro", uri=True)
    quote = lambda text: '"' + text.replace('"', '""') + '"'
    for line in open(questions, encoding="utf-8"):
        question = json.loads(line)
        text, literal = question["text"], question["kind"] == "literal"
        # Fewer than three characters can't be looked up: the table is read through, as its manual says.
        match = quote(text) if literal else " AND ".join(quote(word) for word in text.split())
        if literal and len(text) >= 3:
            where, value = "articles MATCH ?", match
        elif literal:
            where, value = "text LIKE ? ESCAPE '\\'", "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        else:
            where = " AND ".join(["text LIKE ?"] * len(text.split()))
            value = None
        values = [value] if value is not None else [f"%{word}%" for word in text.split()]
        started = time.perf_counter()
        if literal:
            db.execute(f"SELECT count(*) FROM articles WHERE {where}", values).fetchone()
        db.execute(f"SELECT id FROM articles WHERE {where} LIMIT 10", values).fetchall()
        took = (time.perf_counter() - started) * 1e6
        ids = [row[0] for row in db.execute(f"SELECT id FROM articles WHERE {where}", values)] if literal else []
        print(json.dumps({"id": question["id"], "us": took, "ids": ids}, ensure_ascii=False))


{"build": build, "ask": ask}[sys.argv[1]](*sys.argv[2:])
