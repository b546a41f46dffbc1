"""Share of the words that are read of pages which pandoc wrote in other formats.

    python tests/bench/rewritten.py FOLDER --files 60

Lets `pandoc`, which must be installed, write Markdown files of a folder, drawn by a seed, in each format that it writes
and steep reads, and compares the words that are read with those of its plain text: the share that is found, and the
share there is beside it. What pandoc itself loses on the way counts as lost.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
from collections import Counter
from pathlib import Path

from reading import WORD

from steep import Context
from steep.errors import SourceError
from steep.kinds import Source
from steep_plugins.readers import steep_offers

FORMATS = {
    "asciidoc": ".adoc",
    "org": ".org",
    "rst": ".rst",
    "html": ".html",
    "docx": ".docx",
    "odt": ".odt",
    "epub": ".epub",
    "rtf": ".rtf",
    "docbook5": ".dbk",
    "ipynb": ".ipynb",
}
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_LEAST = 50  # words of a page that is worth it


def main() -> None:
    asked = _arguments()
    pages, expected = drawn(asked.folder, asked.files, asked.seed)
    found = {name: compared(pages, expected, name, suffix) for name, suffix in FORMATS.items()}
    print(json.dumps({"pages": len(pages), "formats": found}, indent=1))


def drawn(folder: Path, count: int, seed: int) -> tuple[tuple[bytes, ...], tuple[Counter[str], ...]]:
    """Pages of a folder that are worth it, without what stands at their head, and the words of each."""
    files = sorted(path for path in folder.rglob("*.md") if path.is_file())
    random.Random(seed).shuffle(files)
    pages = [_FRONT.sub("", path.read_text("utf-8", "replace")).encode() for path in files[:count]]
    expected = [words(written(page, "plain").decode()) for page in pages]
    return zip(
        *((page, known) for page, known in zip(pages, expected, strict=True) if known.total() >= _LEAST), strict=True
    )


def compared(
    pages: tuple[bytes, ...], expected: tuple[Counter[str], ...], name: str, suffix: str
) -> dict[str, float | list[str]]:
    offer = next(each for each in steep_offers() if suffix in each.handles)
    reader = offer.build(offer.config(), Context())
    all_words, lost, beside, refused = 0, 0, 0, []
    for page, known in zip(pages, expected, strict=True):
        try:
            read = words(reader.read(Source(path=f"page{suffix}", data=written(page, name))).text)
        except SourceError as error:
            refused.append(str(error))
            continue
        all_words += known.total()
        lost += (known - read).total()
        beside += (read - known).total()
    return {"found": round(1 - lost / all_words, 4), "beside": round(beside / all_words, 4), "refused": refused}


def written(page: bytes, name: str) -> bytes:
    """The page in another format of pandoc's, whole with head and title."""
    wrap = ["--wrap=none", "--standalone", "--metadata=title:Page"] if name != "plain" else ["--wrap=none"]
    return subprocess.run(["pandoc", "-f", "gfm", "-t", name, "-o", "-", *wrap], input=page, capture_output=True).stdout


def words(text: str) -> Counter[str]:
    return Counter(WORD.findall(text.lower()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
