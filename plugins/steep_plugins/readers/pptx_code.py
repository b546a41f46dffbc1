"""Code on slides: paragraphs all of whose letters are equally wide, in a presentation whose letters are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from steep_plugins.readers.typefaces import EVEN

if TYPE_CHECKING:
    from collections.abc import Iterable

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MOST = 0.8  # the share of paragraphs from which on it is a presentation set in such a font


def is_code(paragraph: Any) -> bool:
    """Whether all letters of a paragraph (``a:p``) are of one width."""
    runs = _runs(paragraph)
    return bool(runs) and all(EVEN.search(_font(run)) for run in runs)


def is_typed(slides: Iterable[Any]) -> bool:
    """Whether more or less all paragraphs of a presentation look like code."""
    said = [each for slide in slides for each in slide.element.iter(f"{_A}p") if _runs(each)]
    return sum(map(is_code, said)) > _MOST * len(said)


def _runs(paragraph: Any) -> list[Any]:
    """The runs that say something."""
    return [run for run in paragraph.iter(f"{_A}r") if (run.findtext(f"{_A}t") or "").strip()]


def _font(run: Any) -> str:
    font = run.find(f"{_A}rPr/{_A}latin")
    return "" if font is None else str(font.get("typeface") or "")
