"""What of a page nobody sees: parts that are not drawn, moved away or without size, words in the paper's colour."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import tinycss2.color4
from bs4.element import NavigableString, Tag

from steep_plugins.readers.html_styles import declared, styles_of
from steep_plugins.readers.typefaces import EVEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bs4 import BeautifulSoup
    from bs4.element import PageElement

    from steep_plugins.readers.html_styles import Look, Styles

Colour = tuple[float, float, float, float]  # red, green, blue and how far it covers, each from 0 to 1

_NEAR = 0.05  # how far apart the parts of two colours may lie that look the same
_FAINT = 0.06  # what covers less of what is behind it is not seen
_TINY = 2.1  # pixels: nobody reads letters of this height
_AWAY = 900  # pixels from where it would stand: beyond the page
_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "em": 16.0, "rem": 16.0, "ch": 8.0, "ex": 8.0, "cm": 37.8, "mm": 3.78,
           "in": 96.0, "vw": 12.8, "vh": 8.0, "vmin": 8.0, "vmax": 12.8, "%": 9.0}  # fmt: skip
_LENGTH = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z]+|%)?(?![\w%])")
_SIZES = {"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0}
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*(?:\([^()]*\))?[^()]*))?\)")
_NOTHING = re.compile(r"scale(?:3d|[xy])?\(\s*0(?:\.0*)?%?\s*[,)]")
_CODE = ("code", "kbd", "pre", "samp", "tt", "var")
_PICTURE = ("url(", "gradient(", "image(", "image-set(")


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What an element hands down. ``paper`` is None where it is a picture, or cannot be told."""

    ink: Colour | None = (0, 0, 0, 1)
    paper: Colour | None = (1, 1, 1, 1)
    size: float = 16.0
    visible: bool = True
    even: bool = False  # letters of one width, where no element says that they are code
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """How a page looks. Elements and words are told by their ids."""

    hidden: set[int] = field(default_factory=set)  # elements of which nothing is seen
    faint: list[NavigableString] = field(default_factory=list)  # words that are not seen in elements that are
    struck: set[int] = field(default_factory=set)  # elements whose words are struck out
    even: set[int] = field(default_factory=set)  # words in letters of one width


def seen(soup: BeautifulSoup) -> Seen:
    """What of a page is seen, and how."""
    styles = styles_of(soup)
    found = Seen()
    waiting: list[tuple[PageElement, _State]] = [(soup, _State())]
    while waiting:
        node, state = waiting.pop()
        if isinstance(node, Tag):
            look = _resolved(styles.of(node), styles)
            if node is not soup and (_by_attributes(node.name, node.attrs) or is_gone(look)):
                found.hidden.add(id(node))
                continue
            inside = _handed_down(node.name, node.attrs, look, state)
            found.struck.update([id(node)] if inside.struck else ())
            waiting += [(child, inside) for child in reversed(node.contents)]
        elif type(node) is NavigableString and node.strip():  # not what a script says
            found.even.update([id(node)] if state.even else ())
            found.faint.extend([] if _is_seen(state) else [node])
    return found


def _by_attributes(name: str, said: Mapping[str, Any]) -> bool:
    if "hidden" in said or said.get("aria-hidden") == "true":
        return True
    return name == "dialog" and "open" not in said


def _is_seen(state: _State) -> bool:
    if not state.visible or state.size < _TINY:
        return False
    if state.ink is None:
        return True
    if state.ink[3] < _FAINT:
        return False
    return state.paper is None or not _alike(state.ink, state.paper)


def _alike(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) <= _NEAR for a, b in zip(one[:3], other[:3], strict=True))


def _resolved(look: Look, styles: Styles) -> Look:
    """With the values of custom properties in their places."""
    if not any("var(" in value for value in look.values()):
        return look
    known = {**styles.variables, **{name: value for name, value in look.items() if name.startswith("--")}}

    def value_of(found: re.Match[str]) -> str:
        return known.get(found[1], (found[2] or "").strip())

    return {name: _VARIABLE.sub(value_of, _VARIABLE.sub(value_of, value)) for name, value in look.items()}


def is_gone(look: Look) -> bool:
    """Whether declarations take an element, with all that is in it, out of sight."""
    if not look:
        return False
    if look.get("display") == "none" or look.get("content-visibility") == "hidden":
        return True
    if any(_part(look.get(name)) < _FAINT for name in ("opacity", "zoom")) or _is_filtered(look.get("filter", "")):
        return True
    return _is_away(look) or _is_cut_off(look) or _is_without_size(look)


def _part(value: str | None) -> float:
    found = _LENGTH.match(value or "1")
    return 1.0 if found is None else abs(float(found[1])) / (100 if found[2] == "%" else 1)


def _is_filtered(value: str) -> bool:
    found = re.search(r"opacity\(([^()]*)\)", value)
    return found is not None and _part(found[1].strip()) < _FAINT


def pixels(value: str, *, share: float = 9.0) -> float | None:
    """A length, roughly; ``share`` is what one per cent comes to. None for what is no length, such as ``auto``."""
    found = _LENGTH.match(value.strip())
    if found is None or (found[2] and found[2] not in _PIXELS):
        return None
    return float(found[1]) * (share if found[2] == "%" else _PIXELS[found[2] or "px"])


def _is_away(look: Look) -> bool:
    """Whether it is drawn beyond the page. Columns are put into their places by margins that are a share of it."""
    for name in ("left", "top", "right", "bottom"):
        moved = pixels(look.get(name, ""))
        if moved is not None and (moved <= -_AWAY or moved >= 5 * _AWAY):
            return True
    for name in ("margin-left", "margin-top"):
        if (pixels(look.get(name, ""), share=0) or 0) <= -_AWAY:
            return True
    indent = pixels(look.get("text-indent", "")) or 0
    if indent <= -_AWAY or (indent >= _AWAY and _clips(look)):
        return True
    turned = look.get("transform", "") + " " + look.get("translate", "").join(("translate(", ")"))
    if _NOTHING.search(turned) or look.get("scale", "").strip() in ("0", "0%"):
        return True
    for found in re.finditer(r"translate(?:3d|[xyz])?\(([^()]*)\)", turned):
        if any(abs(pixels(each, share=0) or 0) >= _AWAY for each in re.split(r"[\s,]+", found[1])):
            return True
    return False


def _clips(look: Look) -> bool:
    said = " ".join(look.get(name, "") for name in ("overflow", "overflow-x", "overflow-y", "contain"))
    return any(word in said for word in ("hidden", "clip", "paint", "strict"))


def _is_cut_off(look: Look) -> bool:
    if (clip := look.get("clip", "")).startswith("rect("):
        edges = [pixels(each) for each in re.split(r"[\s,]+", clip[5:].rstrip(") ").strip())]
        if len(edges) == 4:
            top, right, bottom, left = edges
            wide = None if right is None or left is None else right - left
            tall = None if top is None or bottom is None else bottom - top
            return any(each is not None and each <= 1 for each in (wide, tall))
    path = look.get("clip-path", "")
    inside = path.partition("(")[2].rstrip(") ")
    first = _LENGTH.match(inside.strip())
    if path.startswith("inset("):
        return first is not None and first[2] == "%" and float(first[1]) >= 50
    if path.startswith(("circle(", "ellipse(")):
        return first is not None and float(first[1]) == 0
    return path.startswith("polygon(") and len({" ".join(each.split()) for each in inside.split(",")}) == 1


def _is_without_size(look: Look) -> bool:
    if not _clips(look):
        return False
    sizes = (pixels(look.get(name, "")) for name in ("height", "max-height", "width", "max-width"))
    return any(each is not None and each <= 1 for each in sizes)


def hides(name: str, said: Mapping[str, str]) -> bool:
    """Whether nothing is seen of an element with these attributes, on white paper."""
    look = declared(said.get("style", ""))
    if _by_attributes(name, said) or is_gone(look):
        return True
    return not _is_seen(_handed_down(name, said, look, _State()))


def _handed_down(name: str, said: Mapping[str, Any], look: Look, state: _State) -> _State:
    colour = said.get("color") if name == "font" else said.get("text") if name == "body" else None  # as pages once did
    stated = look.get("-webkit-text-fill-color") or look.get("color") or str(colour or "")
    behind = look.get("background-color") or look.get("background") or str(said.get("bgcolor") or "")
    paper = _paper(look, behind, state.paper)
    ink = state.ink
    if stated and stated not in ("inherit", "currentcolor", "unset"):
        ink = (0, 0, 0, 1) if stated in ("initial", "revert", "canvastext") else colour_of(stated)
    if "text" in (look.get("background-clip"), look.get("-webkit-background-clip")):
        ink = None  # letters cut out of what is behind them
    visibility = look.get("visibility", "")
    visible = state.visible if visibility in ("", "inherit") else visibility not in ("hidden", "collapse")
    return replace(
        state,
        ink=ink,
        paper=paper,
        size=_size(look, state.size),
        visible=visible,
        even=_is_even(name, said, look, above=state.even),
        struck=state.struck or (name not in ("html", "body") and _is_struck(look)),
    )


def _is_struck(look: Look) -> bool:
    return "line-through" in look.get("text-decoration", "") + " " + look.get("text-decoration-line", "")


def _is_even(name: str, said: Mapping[str, Any], look: Look, *, above: bool) -> bool:
    if name in _CODE:
        return False
    family = look.get("font-family") or (str(said.get("face") or "") if name == "font" else "")
    return bool(EVEN.search(family.split(",")[0])) if family and family != "inherit" else above


def _paper(look: Look, behind: str, above: Colour | None) -> Colour | None:
    said = behind + " " + look.get("background-image", "") + " " + look.get("background", "")
    if any(each in said for each in _PICTURE):
        return None
    for word in re.findall(r"[a-z-]+\([^()]*\)|#?[\w-]+", behind):
        found = colour_of(word)
        if found is not None and found[3] >= _FAINT:
            return found if found[3] > 0.9 else None
    return above


def _size(look: Look, above: float) -> float:
    value = look.get("font-size", "") or next(
        (each for each in look.get("font", "").replace("/", " /").split() if each[:1].isdigit()), ""
    )
    if value in _SIZES or value in ("initial", "x-large", "xx-large"):
        return _SIZES.get(value, 16.0)
    found = _LENGTH.match(value)
    if found is None or found[2] not in (None, *_PIXELS):
        return above
    unit = found[2] or "px"
    return float(found[1]) * (above if unit == "em" else above / 100 if unit == "%" else _PIXELS[unit])


def same_colour(one: Colour | None, other: Colour | None) -> bool:
    """Whether two colours look the same; what cannot be told is another."""
    return one is not None and other is not None and _alike(one, other)


def colour_of(value: str) -> Colour | None:
    """A colour as CSS writes it; None for what is none, or cannot be told."""
    try:
        found = tinycss2.color4.parse_color(value.strip())
        if found is None or isinstance(found, str):
            return None
        seen: Any = found.to("srgb")
        red, green, blue = (float(each or 0) for each in seen.coordinates)
    except (NotImplementedError, ValueError, TypeError):
        return None
    return red, green, blue, float(seen.alpha)
