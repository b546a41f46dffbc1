"""Share of the words, and kinds of blocks, that are read of pages which LibreOffice wrote in other formats.

    python tests/bench/reconverted.py FOLDER --files 60

Lets `pandoc` write Markdown files of a folder, drawn by a seed, as Word documents, and `soffice`, both of which must be
installed, write these in each format that it writes and steep reads. Compares what is read with what is read of the
Word documents: the share of the words that is found, the share there is beside it, and how many blocks of each kind
there are. What LibreOffice itself loses on the way counts as lost.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from rewritten import drawn, words, written

from steep import Context
from steep.errors import SourceError
from steep.kinds import Source
from steep_plugins.readers import steep_offers

if TYPE_CHECKING:
    from steep.values import Document

FORMATS = ("odt", "rtf", "html", "epub", "pdf")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages, _ = drawn(asked.folder, asked.files, asked.seed)
        for number, page in enumerate(pages):
            (folder / f"{number:03}.docx").write_bytes(written(page, "docx"))
        known = {path.stem: read(path) for path in sorted(folder.glob("*.docx"))}
        found = {suffix: compared(known, converted(folder, suffix)) for suffix in FORMATS}
    blocks = kinds(known.values())
    print(json.dumps({"pages": len(pages), "blocks": blocks, "formats": found}, indent=1))


def converted(folder: Path, suffix: str) -> dict[str, Path]:
    """The Word documents of a folder in another format, by their names."""
    files = sorted(map(str, folder.glob("*.docx")))
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"  # so that one that is open is left alone
    command = ["soffice", home, "--headless", "--convert-to", suffix, "--outdir", str(folder / suffix), *files]
    subprocess.run(command, check=True, capture_output=True)
    return {path.stem: path for path in (folder / suffix).glob(f"*.{suffix}")}


def compared(known: dict[str, Document], paths: dict[str, Path]) -> dict[str, object]:
    all_words, lost, beside = 0, 0, 0
    refused, documents = [], []
    for name, document in known.items():
        try:
            documents.append(read(paths[name]))
        except (SourceError, KeyError) as error:
            refused.append(str(error))
            continue
        expected, said = words(document.text), words(documents[-1].text)
        all_words += expected.total()
        lost += (expected - said).total()
        beside += (said - expected).total()
    shares = {"found": round(1 - lost / all_words, 4), "beside": round(beside / all_words, 4)} if all_words else {}
    return {**shares, "blocks": kinds(documents), "refused": refused}


def read(path: Path) -> Document:
    offer = next(each for each in steep_offers() if path.suffix in each.handles)
    return offer.build(offer.config(), Context()).read(Source(path=path.name, data=path.read_bytes()))


def kinds(documents) -> dict[str, int]:
    return dict(sorted(Counter(block.kind for document in documents for block in document.blocks).items()))


if __name__ == "__main__":
    main()
