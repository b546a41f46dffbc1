"""The lexical index beside what could stand in its place: SQLite's FTS5, tantivy and bm25s.

    python tests/bench/lexical.py TEXTS [--passages 10000,100000] [--systems ours,fts5] [--queries 200] [--json]

TEXTS is a file of JSON lines with a `text` each (`corpus.jsonl.gz` of a collection): passages are stretches of 90
of its words, taken from places that a seed picks, and questions eight words in a row of a passage; the best ten are
wanted. Each system runs in a process of its own, with its own way to cut and stem words. `update` is one passage in a
hundred changed: those that can are told which, `bm25` is given all passages, as an index is, and bm25s builds anew.
Seconds and milliseconds are the processor's. Megabytes are those beyond the texts: `building` at most, `open` what is
the process's own after the questions. `first` is the share of questions whose passage comes first. tantivy is no
requirement of steep: `pip install tantivy`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from retrieval import rows

from steep.kinds import IndexBuild, IndexQuery
from steep_indexes.bm25 import Bm25Index

_WORDS, _K = 90, 10


class Ours:
    """The index `bm25`."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._previous = folder, None

    def build(self, texts: list[str]) -> None:
        folder = self._folder / ("first" if self._previous is None else "second")
        folder.mkdir()
        ids = tuple(f"{number:064x}" for number in range(len(texts)))
        Bm25Index().build(IndexBuild(folder=folder, ids=ids, texts=tuple(texts), previous=self._previous))
        self._previous = folder

    def update(self, texts: list[str], changed: list[int]) -> None:
        self.build(texts)

    def open(self) -> Any:
        opened = Bm25Index().open(self._previous)
        return lambda text: [int(each, 16) for each in opened.search(IndexQuery(text=text, k=_K)).ids]


class Fts5:
    """SQLite's full text search, stems by Porter."""

    def __init__(self, folder: Path) -> None:
        import sqlite3

        self._base = sqlite3.connect(folder / "fts5.sqlite")
        self._base.execute("CREATE VIRTUAL TABLE held USING fts5(text, content='', tokenize='porter unicode61')")

    def build(self, texts: list[str]) -> None:
        self._texts = texts
        with self._base:
            self._base.executemany("INSERT INTO held(rowid, text) VALUES (?, ?)", enumerate(texts))

    def update(self, texts: list[str], changed: list[int]) -> None:
        with self._base:
            for row in changed:  # without the old text kept a second time, it must be told what is gone
                self._base.execute(
                    "INSERT INTO held(held, rowid, text) VALUES('delete', ?, ?)", (row, self._texts[row])
                )
                self._base.execute("INSERT INTO held(rowid, text) VALUES (?, ?)", (row, texts[row]))

    def open(self) -> Any:
        asked = "SELECT rowid FROM held WHERE held MATCH ? ORDER BY rank LIMIT ?"

        def search(text: str) -> list[int]:
            words = " OR ".join('"' + word.replace('"', '""') + '"' for word in text.split())
            return [row for (row,) in self._base.execute(asked, (words, _K))]

        return search


class Tantivy:
    """A library in Rust, stems by Snowball."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._library = tantivy
        schema = tantivy.SchemaBuilder()
        schema.add_unsigned_field("row", stored=True, indexed=True)
        schema.add_text_field("text", tokenizer_name="en_stem")
        self._index = tantivy.Index(schema.build(), path=str(folder))

    def build(self, texts: list[str]) -> None:
        self._write(texts, range(len(texts)))

    def update(self, texts: list[str], changed: list[int]) -> None:
        self._write(texts, changed, anew=False)

    def _write(self, texts: list[str], changed: Any, anew: bool = True) -> None:
        writer = self._index.writer(heap_size=64_000_000, num_threads=1)
        for row in changed:
            if not anew:
                writer.delete_documents("row", row)
            document = self._library.Document(text=texts[row])
            document.add_unsigned("row", row)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> Any:
        self._index.reload()
        searcher = self._index.searcher()

        def search(text: str) -> list[int]:
            query, _ = self._index.parse_query_lenient(text, ["text"])
            return [searcher.doc(place)["row"][0] for _, place in searcher.search(query, _K, count=False).hits]

        return search


class Bm25s:
    """Scores made beforehand, as a sparse matrix; stems by Snowball."""

    def __init__(self, folder: Path) -> None:
        import bm25s
        import Stemmer

        self._library, self._stemmer, self._folder = bm25s, Stemmer.Stemmer("english"), folder

    def build(self, texts: list[str]) -> None:
        index = self._library.BM25(method="lucene", k1=1.2, b=0.75)
        index.index(self._cut(texts), show_progress=False)
        index.save(str(self._folder))

    def update(self, texts: list[str], changed: list[int]) -> None:
        self.build(texts)

    def open(self) -> Any:
        index = self._library.BM25.load(str(self._folder), mmap=True)
        return lambda text: index.retrieve(self._cut([text]), k=_K, show_progress=False)[0][0].tolist()

    def _cut(self, texts: list[str]) -> Any:
        return self._library.tokenize(texts, stopwords="en", stemmer=self._stemmer, show_progress=False)


SYSTEMS = {"ours": Ours, "fts5": Fts5, "tantivy": Tantivy, "bm25s": Bm25s}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--passages", default="10000,100000")
    parser.add_argument("--systems", default=",".join(SYSTEMS))
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--here", action="store_true", help="measure in this process: one system, one size")
    chosen = parser.parse_args()
    if chosen.here:
        print(json.dumps(measured(chosen.texts, int(chosen.passages), chosen.systems, chosen.queries)))
        return
    report = {}
    for count in chosen.passages.split(","):
        for name in chosen.systems.split(","):
            report[f"{name} {count}"] = row = _apart(chosen, name, count)
            print(f"{name} {count}: {row}", file=sys.stderr, flush=True)
    print(json.dumps(report, indent=1) if chosen.json else "\n".join(f"{name}: {row}" for name, row in report.items()))


def _apart(chosen: argparse.Namespace, name: str, count: str) -> dict[str, Any]:
    options = ["--here", "--passages", count, "--systems", name, "--queries", str(chosen.queries)]
    command = [sys.executable, __file__, str(chosen.texts), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["without a word"])[-1][:200]}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measured(file: Path, count: int, name: str, queries: int) -> dict[str, Any]:
    chance = np.random.default_rng(count)
    words = " ".join(row["text"] for row in rows(file)).split()
    texts = [" ".join(words[at : at + _WORDS]) for at in chance.integers(0, len(words) - _WORDS, count).tolist()]
    asked = {" ".join(texts[at].split()[20:28]): at for at in chance.integers(0, count, queries).tolist()}
    del words
    changed = sorted(set(chance.integers(0, count, max(1, count // 100)).tolist()) - set(asked.values()))
    later = list(texts)
    for row in changed:
        later[row] = f"{texts[(row + 1) % count]} changed {row}"
    with tempfile.TemporaryDirectory() as folder:
        system = SYSTEMS[name](Path(folder))
        Path("/proc/self/clear_refs").write_text("5", "ascii")  # the highest so far is forgotten
        before = megabytes("VmRSS")
        seconds = {"build": _seconds(lambda: system.build(texts))}
        building = megabytes("VmHWM") - before
        size = _size(Path(folder))
        seconds["update"] = _seconds(lambda: system.update(later, changed))
        own = megabytes("RssAnon")
        search = system.open()
        taken, first = [], 0
        for text, row in asked.items():
            begun = time.thread_time()
            found = search(text)
            taken.append(1000 * (time.thread_time() - begun))
            first += bool(found) and later[found[0]] == later[row]
        return {
            "seconds": seconds,
            "milliseconds": {str(at): round(float(np.percentile(taken, at)), 2) for at in (50, 95)},
            "megabytes": {"building": building, "open": megabytes("RssAnon") - own, "disk": size},
            "first": round(first / len(asked), 3),
        }


def _seconds(work: Any) -> float:
    """Of the processor, all threads together."""
    begun = time.process_time()
    work()
    return round(time.process_time() - begun, 2)


def megabytes(name: str) -> int:
    """What the system says of this process: RssAnon belongs to it alone, mapped files do not count."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next((int(line.split()[1]) >> 10 for line in lines if line.startswith(name)), 0)


def _size(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()) >> 20


if __name__ == "__main__":
    main()
