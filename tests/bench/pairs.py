"""Writes pairs from any folder of documents, counts them, and lists a sample to judge by hand.

    python tests/bench/pairs.py FOLDER [--count 1500] [--seed 0] [--sample 200] [--out pairs.jsonl] [--json]

No index and no model is needed: this looks at what the synthesizer `structure` writes before any filter. FOLDER may
also be a JSON Lines file (also gzipped) with a `path` and a `text` a row.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steep.errors import SourceError
from steep.hooks import Context, Plugins
from steep.kinds import Source, SynthesisRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.values import Document, Pair


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write pairs from a folder of documents.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sample", type=int, default=0, help="list this many pairs, drawn by the seed")
    parser.add_argument("--rules", default="", help="only rules whose name begins so")
    parser.add_argument("--out", type=Path, help="write all pairs to this file")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    figures, pairs, paths = measured(options)
    if options.out:
        options.out.write_text("".join(json.dumps(asdict(pair)) + "\n" for pair in pairs), "utf-8")
    sample = random.Random(options.seed).sample(pairs, min(options.sample, len(pairs)))
    if options.json:
        rows = [_row(pair, paths) for pair in sample]
        print(json.dumps({**figures, **({"sample": rows} if rows else {})}, indent=1))
        return 0
    for name, value in figures.items():
        print(f"{name}: {value}")
    for pair in sample:
        row = _row(pair, paths)
        print(f"\n[{row['rule']}] {row['question']}\n    {row['answer'] or '(unanswerable)'}\n    {row['document']}")
    return 0


def measured(options: argparse.Namespace) -> tuple[dict[str, Any], list[Pair], dict[str, str]]:
    """The counts, the pairs, and the path of each document by its id."""
    plugins, context = Plugins.discover(), Context(seed=options.seed)
    documents = tuple(documents_of(options.folder, plugins, context))
    splitter = plugins.build("splitter", "sentences", {}, context, where="bench")
    passages = tuple(passage for document in documents for passage in splitter.split(document))
    chosen = {"rules": [options.rules]} if options.rules else {}
    synthesizer = plugins.build("synthesizer", "structure", chosen, context, where="bench")
    request = SynthesisRequest(documents=documents, passages=passages, count=options.count, seed=options.seed)
    begun = time.process_time()
    pairs = list(synthesizer.synthesize(request))
    figures = {
        "documents": len(documents),
        "passages": len(passages),
        "pairs": len(pairs),
        "answerable": sum(pair.answerable for pair in pairs),
        "processor_seconds": round(time.process_time() - begun, 1),
        "by_kind": dict(Counter(pair.kind for pair in pairs).most_common()),
        "by_rule": dict(Counter(pair.rule for pair in pairs).most_common()),
    }
    return figures, pairs, {document.id: document.path for document in documents}


def documents_of(folder: Path, plugins: Plugins, context: Context) -> Iterator[Document]:
    handled = {suffix: each for each in plugins.offers("reader") for suffix in each.offer.handles}
    readers: dict[str, Any] = {}
    for path, data in _sources(folder):
        offered = handled.get(Path(path).suffix.lower())
        if offered is None:
            continue
        name = offered.qualified
        reader = readers.setdefault(name, plugins.build("reader", name, {}, context, where="bench"))
        try:
            yield reader.read(Source(path=path, data=data))
        except SourceError as error:
            print(f"left out: {error}", file=sys.stderr)


def _sources(folder: Path) -> Iterator[tuple[str, bytes]]:
    if folder.is_dir():
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            yield file.relative_to(folder).as_posix(), file.read_bytes()
        return
    raw = folder.read_bytes()
    text = (gzip.decompress(raw) if folder.suffix == ".gz" else raw).decode("utf-8")
    for line in text.splitlines():
        row = json.loads(line)
        yield row["path"], row["text"].encode("utf-8")


def _row(pair: Pair, paths: dict[str, str]) -> dict[str, str]:
    document = paths[pair.spans[0].document] if pair.spans else ""
    return {
        "question": pair.question,
        "answer": pair.answer,
        "kind": pair.kind,
        "rule": pair.rule,
        "document": document,
    }


if __name__ == "__main__":
    raise SystemExit(main())
