"""Reads a folder of awkward files that have an expected rendering, and says how many words were found.

    python tests/bench/reading.py FOLDER [--json]

FOLDER holds manifest.jsonl: rows of file, type and, where there is one, expected.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

from steep import Context
from steep.errors import SourceError
from steep.kinds import Source
from steep_plugins.readers import steep_offers

WORD = re.compile(r"\w+")


def words(text: str) -> Counter[str]:
    return Counter(
        WORD.findall(re.sub(r"!?\[([^\]]*)\]\([^)]*\)|<!--.*?-->|&\w+;", r" \1 ", text).replace("\\", "").lower())
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    offers = {suffix: each for each in steep_offers() for suffix in each.handles}
    rows = [json.loads(line) for line in (arguments.folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    read, refused, shares, lowest = Counter(), defaultdict(list), defaultdict(list), []
    for row in rows:
        path = arguments.folder / row["file"]
        offer = offers.get(path.suffix)
        if offer is None:
            continue
        kind = path.suffix[1:]
        try:
            document = offer.build(offer.config(), Context()).read(Source(path=path.name, data=path.read_bytes()))
        except SourceError as error:
            refused[kind].append(str(error))
            continue
        read[kind] += 1
        if row.get("expected"):
            expected = words((arguments.folder / row["expected"]).read_text(encoding="utf-8"))
            if expected:
                share = (expected & words(document.text)).total() / expected.total()
                shares[kind].append(share)
                lowest.append((round(share, 3), path.name))
    report = {
        kind: {
            "read": read[kind],
            "refused": refused[kind],
            "compared": len(shares[kind]),
            "share_of_words": round(sum(shares[kind]) / len(shares[kind]), 4) if shares[kind] else None,
        }
        for kind in sorted({*read, *refused})
    }
    print(json.dumps({"formats": report, "lowest": sorted(lowest)[:12]}, indent=2))


if __name__ == "__main__":
    main()
