"""Reads pictures of pages by tesseract, where the options ask for it: lines as the page's own text would give them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from steep.errors import MissingDependency, SourceError
from steep_plugins.readers.pdf_lines import Line
from steep_plugins.readers.pdf_page import PageParts, RunLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SHARP = 300 / 72  # dots a point: what tesseract was trained with
_WIDEST = 5000  # dots: a poster is read more coarsely
_UNSURE = 30  # of 100: words that tesseract is less sure of are specks
_GAP = 1.5  # heights of a line: a gap this wide parts cells
_SECONDS = 120  # a page


def read_by_ocr(page: Any, parts: PageParts, *, language: str, path: str) -> PageParts:
    """The page with the lines that its picture shows; raises SourceError where tesseract is missing or fails."""
    scale = min(_SHARP, _WIDEST / max(parts.width, parts.height, 1))
    try:
        import pytesseract
    except ImportError as error:
        missing = MissingDependency(library="pytesseract", wanted_by="`ocr` of the reader `pdf`", extra="ocr")
        raise SourceError(f"{path} has pages without text. {missing}", path=path) from error
    picture = page.render(scale=scale).to_pil()
    try:
        found = pytesseract.image_to_data(picture, lang=language, timeout=_SECONDS, output_type=pytesseract.Output.DICT)
    except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise SourceError(
            f"{path}, page {parts.number + 1}, could not be read by tesseract for ocr = {language!r}: {reason} "
            "Install tesseract with the data of this language, or take `ocr` out of [reader.pdf].",
            path=path,
        ) from error
    words = sorted(_words(found, parts, 1 / scale), key=lambda each: each[0])
    lines = (tuple(word for _, word in group) for _, group in itertools.groupby(words, key=lambda each: each[0]))
    items = [RunLine(whole=_joined(line), chunks=tuple(_chunks(line))) for line in lines]
    return PageParts(number=parts.number, width=parts.width, height=parts.height, items=[*items], hidden=parts.hidden)


def _words(found: dict[str, list[Any]], parts: PageParts, scale: float) -> Iterator[tuple[tuple[int, ...], Line]]:
    """Words, each with its block, paragraph and line. Dots count from the top, points from the bottom."""
    for at, text in enumerate(found["text"]):
        if not str(text).strip() or float(found["conf"][at]) < _UNSURE:
            continue
        left, width = found["left"][at] * scale, found["width"][at] * scale
        top, height = parts.height - found["top"][at] * scale, found["height"][at] * scale
        line = Line(
            text=str(text),
            page=parts.number,
            left=left,
            right=left + width,
            bottom=top - height,
            base=top - height,
            top=top,
            size=height,
            bold=False,
            mono=False,
        )
        yield tuple(int(found[name][at]) for name in ("block_num", "par_num", "line_num")), line


def _joined(words: Sequence[Line]) -> Line:
    bottom, top = min(word.bottom for word in words), max(word.top for word in words)
    sizes = sorted(word.size for word in words)
    return Line(
        text=" ".join(word.text for word in words),
        page=words[0].page,
        left=words[0].left,
        right=words[-1].right,
        bottom=bottom,
        base=bottom,
        top=top,
        size=round(sizes[len(sizes) // 2]),  # heights differ by the letters in a word
        bold=False,
        mono=False,
    )


def _chunks(words: Sequence[Line]) -> Iterator[Line]:
    """What wide gaps part a line into."""
    chunk = [words[0]]
    for before, word in itertools.pairwise(words):
        if word.left - before.right > _GAP * max(before.size, word.size):
            yield _joined(chunk)
            chunk = []
        chunk.append(word)
    yield _joined(chunk)
