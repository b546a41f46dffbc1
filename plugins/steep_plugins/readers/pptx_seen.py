"""What of a slide its audience sees: not shapes that are hidden or beside it, nor letters that look like its paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep_plugins.readers.html_seen import colour_of, same_colour

if TYPE_CHECKING:
    from collections.abc import Sequence

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_TINY = 200  # hundredths of a point
_WHITE = ("FFFFFF", "ffffff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """``white`` is whether its paper is known to be; ``shapes`` are all on it, from the lowest."""

    width: int
    height: int
    white: bool
    shapes: Sequence[Any]

    def shows(self, shape: Any) -> bool:
        names = shape._element.find(f".//{_P}cNvPr")
        if names is not None and names.get("hidden") in ("1", "true"):
            return False
        place = _place(shape)
        if place is None or any(True for _ in shape._element.iterancestors(f"{_P}grpSp")):
            return True  # shapes of a group are placed within it
        left, top, right, bottom = place
        return right > 0 and bottom > 0 and left < self.width and top < self.height

    def shows_run(self, shape: Any, run: Any) -> bool:
        """Whether the letters of a run are seen; where it cannot be told, they are."""
        look = run._r.find(f"{_A}rPr")
        if look is None:
            return True
        if (look.get("sz") or "").isdigit() and int(look.get("sz")) <= _TINY:
            return False
        ink = look.find(f"{_A}solidFill/{_A}srgbClr")
        if look.find(f"{_A}noFill") is not None and look.find(f"{_A}ln") is None:
            return False
        if ink is None or look.find(f"{_A}highlight") is not None:
            return True
        alpha = ink.find(f"{_A}alpha")
        if alpha is not None and (alpha.get("val") or "").isdigit() and int(alpha.get("val")) < 5000:
            return False
        return not same_colour(colour_of(f"#{ink.get('val')}"), colour_of(self._paper(shape)))

    def _paper(self, shape: Any) -> str:
        """The colour behind a shape's letters; "" where it cannot be told."""
        for each in [shape, *(other for other in reversed(self._below(shape)) if _covers(other, shape))]:
            look = each._element.find(f"{_P}spPr")
            if look is None or look.find(f"{_A}solidFill") is not None:
                stated = None if look is None else look.find(f"{_A}solidFill/{_A}srgbClr")
                return "" if stated is None else f"#{stated.get('val')}"
            if any(look.find(f"{_A}{fill}") is not None for fill in ("gradFill", "blipFill", "pattFill", "grpFill")):
                return ""
            if each._element.find(f"{_P}style/{_A}fillRef") is not None and look.find(f"{_A}noFill") is None:
                return ""
        return "#ffffff" if self.white else ""

    def _below(self, shape: Any) -> Sequence[Any]:
        ids = [each.shape_id for each in self.shapes]
        return self.shapes[: ids.index(shape.shape_id)] if shape.shape_id in ids else self.shapes


def slide_of(deck: Any, slide: Any) -> Slide:
    return Slide(
        width=int(deck.slide_width or 0) or 1 << 40,
        height=int(deck.slide_height or 0) or 1 << 40,
        white=_is_white(slide),
        shapes=list(slide.shapes),
    )


def _place(shape: Any) -> tuple[int, int, int, int] | None:
    try:
        sides = (shape.left, shape.top, shape.width, shape.height)
    except (AttributeError, NotImplementedError, ValueError):
        return None
    if any(side is None for side in sides):
        return None
    left, top, width, height = map(int, sides)
    return left, top, left + width, top + height


def _covers(other: Any, shape: Any) -> bool:
    """Whether a shape lies behind the middle of another one."""
    behind, place = _place(other), _place(shape)
    if behind is None or place is None:
        return False
    x, y = (place[0] + place[2]) / 2, (place[1] + place[3]) / 2
    return behind[0] <= x <= behind[2] and behind[1] <= y <= behind[3]


def _is_white(slide: Any) -> bool:
    """Whether the background is plain white, as the slide, its layout or its master says it."""
    layout = slide.slide_layout
    for each in (slide, layout, layout.slide_master):
        ground = each._element.find(f"{_P}cSld/{_P}bg")
        if ground is None:
            continue
        stated = ground.find(f"{_P}bgPr/{_A}solidFill/{_A}srgbClr")
        scheme = next(ground.iter(f"{_A}schemeClr"), None)
        if stated is not None:
            return stated.get("val") in _WHITE
        if scheme is None or (ground.find(f"{_P}bgPr") is not None and ground.find(f"{_P}bgPr/{_A}solidFill") is None):
            return False
        return _scheme_is_white(layout.slide_master, scheme.get("val") or "")
    return True


def _scheme_is_white(master: Any, name: str) -> bool:
    from lxml import etree

    names = master._element.find(f"{_P}clrMap")
    meant = (names.get(name) if names is not None else None) or name
    for relation in master.part.rels.values():
        if relation.reltype.endswith("/theme") and not relation.is_external:
            theme = etree.fromstring(
                relation.target_part.blob, etree.XMLParser(resolve_entities=False, no_network=True)
            )
            colour = theme.find(f".//{_A}clrScheme/{_A}{meant}")
            said = colour[0] if colour is not None and len(colour) else None
            return said is not None and (said.get("lastClr") or said.get("val")) in _WHITE
    return False
