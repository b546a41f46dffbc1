"""Files that are spoiled in one way each: a byte flipped, cut, nested. The same seed makes the same files."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from spoiling_kin import ARCHIVES, FLAT, with_kin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from random import Random

_ZIPS = (".docx", ".xlsx", ".pptx", ".epub", *ARCHIVES)
_DEEP = 20_000
# what opens and closes a level in each format of text
_LEVELS = {
    ".html": ("<div>", "</div>"),
    ".xml": ("<a>", "</a>"),
    ".json": ("[", "]"),
    ".jsonl": ('{"a":', "}"),
    ".md": ("> - ", ""),
    ".rst": ("  * ", ""),
    ".org": ("* ", ""),
    ".adoc": ("*", ""),
    ".csv": ('"', '"'),
    ".tsv": ("\t", ""),
    ".rtf": ("{\\b ", "}"),
    ".eml": ("Content-Type: multipart/mixed; boundary=b\n\n--b\n", "\n--b--"),
    ".py": ("(", ")"),
    ".ipynb": ('{"cells":[{"cell_type":"markdown","source":"', '"}]}'),
    ".dbk": ("<section>", "</section>"),
    ".dita": ("<step>", "</step>"),
    ".tei": ("<div>", "</div>"),
    ".jats": ("<sec>", "</sec>"),
    ".txt": ("((", "))"),
}
_PLAIN = "Harbor rules\n\nBoats above 24 m use quay five.\n\n- Moor at the buoy.\n- Pay 30 euros.\n"
# formats of which a folder may have none: small ones are made
MADE = {
    ".txt": _PLAIN,
    ".rst": "Harbor\n======\n\n" + _PLAIN,
    ".org": "* Harbor\n" + _PLAIN + "| a | b |\n|---+---|\n| 1 | 2 |\n",
    ".adoc": "= Harbor\n\n" + _PLAIN,
    ".json": '{"boats": [{"name": "Harlequin", "cars": 44}, {"name": "Heron", "cars": 12}], "fee": 30.5}',
    ".jsonl": '{"boat": "Harlequin"}\n{"boat": "Heron"}\n',
    ".md": "# Harbor\n\n" + _PLAIN + "| a | b |\n|---|---|\n| 1 | 2 |\n",
    ".html": "<main><h1>Harbor</h1><p>Pay <b>30</b> euros.</p><table><tr><td>a<td>b<tr><td>1<td>2</table></main>",
    ".xml": "<boats><boat length='24'>Harlequin</boat><boat>Heron</boat></boats>",
    ".csv": 'boat,cars\nHarlequin,44\n"He,ron",12\n',
    ".eml": "From: a@example.org\nSubject: Fees\nContent-Type: text/plain\n\nPay 30 euros.\n",
    ".tsv": "boat\tcars\nHarlequin\t44\nHeron\t12\n",
    ".rtf": r"{\rtf1\ansi{\fonttbl\f0 Arial;}\f0 Boats above 24 m use quay five.\par Pay 30 euros.}",
    ".py": '"""Fees."""\n\n\ndef fee(length: float) -> int:\n    """Euros a night."""\n    return 30\n',
    ".ipynb": '{"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["# Harbor\\n", "- Pay 30 euros.\\n"]}, '
    '{"cell_type": "code", "source": "fee()", "outputs": [{"output_type": "stream", "text": ["30\\n"]}]}]}',
    ".dbk": '<!DOCTYPE article [<!ENTITY fee "30 euros">]><article><title>Harbor</title><section><title>Fees</title>'
    '<para>Pay &fee;.</para><table><tgroup cols="2"><colspec colname="a"/><colspec colname="b"/><tbody><row>'
    '<entry namest="a" nameend="b" morerows="1">1</entry></row></tbody></tgroup></table></section></article>',
    ".dita": "<task><title>Moor</title><taskbody><steps><step><cmd>Pay.</cmd></step></steps></taskbody></task>",
    ".tei": "<TEI><text><body><div><head>Harbor</head><p>Pay <note>soon</note></p></div></body></text></TEI>",
    ".jats": "<article><body><sec><label>1</label><title>Fees</title><p>Pay 10<sup>3</sup>.</p></sec></body></article>",
    **FLAT,
}


def originals(folder: Path) -> dict[str, list[bytes]]:
    """The files of a folder by suffix, and made ones of the formats that it lacks or that are read like others."""
    found: dict[str, list[bytes]] = {}
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        if path.suffix in (*_ZIPS, *_LEVELS, *FLAT, ".pdf", ".msg") and ".expected." not in path.name:
            found.setdefault(path.suffix, []).append(path.read_bytes())
    return with_kin({**{suffix: [text.encode()] for suffix, text in MADE.items()}, **found})


def spoiled(kept: dict[str, list[bytes]], count: int, chance: Random) -> Iterator[tuple[str, bytes]]:
    """``count`` files as name and bytes: every format and every way in turn, of originals that chance picks."""
    suffixes, ways = sorted(kept), list(WAYS)
    for number in range(count):
        suffix = suffixes[number % len(suffixes)]
        way = ways[(number // len(suffixes)) % len(ways)]
        yield f"{number:04}-{way}{suffix}", WAYS[way](chance.choice(kept[suffix]), suffix, chance)


def _flipped(data: bytes, suffix: str, chance: Random) -> bytes:
    """One bit of one byte; in an archive, of what is packed in it, so that the archive itself is whole."""
    if suffix in _ZIPS and zipfile.is_zipfile(io.BytesIO(data)) and chance.random() < 0.7:
        return _repacked(data, chance, lambda inner: _bit(inner, chance))
    return _bit(data, chance)


def _bit(data: bytes, chance: Random) -> bytes:
    made = bytearray(data)
    if made:
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def _noisy(data: bytes, suffix: str, chance: Random) -> bytes:
    """One byte in a hundred."""
    made = bytearray(data)
    for _ in range(len(made) // 100):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made)


def _cut(data: bytes, suffix: str, chance: Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _beheaded(data: bytes, suffix: str, chance: Random) -> bytes:
    return data[chance.randrange(1, 64) :]


def _holed(data: bytes, suffix: str, chance: Random) -> bytes:
    """A stretch of zeros."""
    at, long = chance.randrange(len(data) + 1), chance.randrange(1, 4096)
    return data[:at] + bytes(min(long, len(data) - at)) + data[at + long :]


def _doubled(data: bytes, suffix: str, chance: Random) -> bytes:
    """The file within itself."""
    at = chance.randrange(len(data) + 1)
    return data[:at] + data + data[at:]


def _nested(data: bytes, suffix: str, chance: Random) -> bytes:
    """Levels within levels, around what the file says."""
    if suffix in _ZIPS and zipfile.is_zipfile(io.BytesIO(data)):
        return _repacked(data, chance, _deep_xml)
    if suffix in FLAT:
        return _deep_xml(data)
    if suffix not in _LEVELS:
        return data[:1024] + b"<<" * _DEEP + b"[" * _DEEP + data[1024:]
    opens, closes = (mark.encode() * _DEEP for mark in _LEVELS[suffix])
    return opens + data[:10_000] + closes


def _deep_xml(inner: bytes) -> bytes:
    """The first element that is repeated, within itself many times."""
    for name in (b"w:p", b"w:tbl", b"a:p", b"text:p", b"row", b"p", b"div", b"si"):
        opens = b"<" + name + b">"
        if b"</" + name + b">" in inner:
            at = inner.index(b"</" + name + b">")
            return inner[:at] + opens * _DEEP + (b"</" + name + b">") * _DEEP + inner[at:]
    return inner


def _repacked(data: bytes, chance: Random, change: Callable[[bytes], bytes]) -> bytes:
    """An archive with one of its larger files changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        large = sorted(archive.infolist(), key=lambda each: -each.file_size)
        xml = [each for each in large if each.filename.endswith((".xml", ".xhtml", ".html"))][:3] or large[:1]
        chosen = chance.choice(xml).filename if xml else ""
        for entry in archive.infolist():
            content = archive.read(entry)
            written.writestr(entry.filename, change(content) if entry.filename == chosen else content)
    return made.getvalue()


def _long(data: bytes, suffix: str, chance: Random) -> bytes:
    """One line without an end, of a mark that the format knows."""
    mark = chance.choice([b"a", b" ", b"|", b"`", b"*", b"[", b"<", b"&", b"\\", b"- ", b"1.", b'"', b"\xf0\x9f"])
    return data[:200] + mark * (300_000 // len(mark))


def _misnamed(data: bytes, suffix: str, chance: Random) -> bytes:
    """What belongs to another format."""
    return chance.choice([b"%PDF-1.7\n" + data, b"PK\x03\x04" + data, b"\xff\xfe" + data, data[::-1], bytes(5000)])


WAYS: dict[str, Callable[[bytes, str, Random], bytes]] = {
    "flipped": _flipped,
    "noisy": _noisy,
    "cut": _cut,
    "beheaded": _beheaded,
    "holed": _holed,
    "doubled": _doubled,
    "nested": _nested,
    "long": _long,
    "misnamed": _misnamed,
}
