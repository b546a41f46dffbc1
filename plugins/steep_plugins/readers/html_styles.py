"""Which declarations of the style sheets within a page hold for which of its elements, as a wide screen shows it."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import soupsieve
import tinycss2

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bs4 import BeautifulSoup
    from bs4.element import Tag

Look = dict[str, str]  # property: value, in lower case

_MOST = 2000  # selectors that may hold for something: more are not looked at
_MATCHES = 200_000  # elements held against a selector that is more than a name
_DEEPEST = 4  # rules within each other
_WIDE, _TALL = 1280, 800  # pixels of the screen that questions about it are answered for
_AROUND = ("layer", "supports", "container")  # rules that hold others and are taken to hold
_PIECE = re.compile(r"#(?P<id>[\w-]+)|\.(?P<cls>[\w-]+)|(?P<odd>[:*&])|(?P<tag>[a-zA-Z][\w-]*)")
_CONDITION = re.compile(r"\[(?:[^\]\"']|\"[^\"]*\"|'[^']*')*\]|::?[\w-]+")
_LAST = re.compile(r"[^\s>+~]+$")
_QUESTION = re.compile(r"\((?P<name>[a-z-]+)\s*:\s*(?P<value>[^()]+)\)")
_LENGTH = re.compile(r"(-?\d*\.?\d+)(px|r?em)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    selector: str
    important: Look
    usual: Look


@dataclass(slots=True)
class Styles:
    """``variables`` are the custom properties that the sheets set, wherever they set them."""

    looks: dict[int, Look]  # by the id of an element
    variables: Look = field(default_factory=dict)

    def of(self, element: Tag) -> Look:
        return self.looks.get(id(element), {})


def styles_of(soup: BeautifulSoup) -> Styles:
    """Sheets and ``style`` attributes; a more exact selector wins, and of like ones the later."""
    rules = [rule for sheet in soup.find_all("style") for rule in _rules(_parsed(sheet.get_text()), "", 0)]
    found: dict[int, list[tuple[tuple[int, int, int], _Rule]]] = defaultdict(list)
    if rules:
        page = _Named.of(soup)
        for rule in rules:
            for selector in _parts(rule.selector):
                if page.left <= 0:
                    break
                weight = _weight(selector)
                for element in page.chosen(soup, selector):
                    found[id(element)].append((weight, rule))
    looks: dict[int, Look] = {}
    for element in soup.find_all(True):
        inline = declared(str(element.get("style") or ""))
        if id(element) in found or inline:
            looks[id(element)] = _merged(found.get(id(element), ()), inline)
    variables = {name: value for rule in rules for name, value in rule.usual.items() if name.startswith("--")}
    return Styles(looks=looks, variables=variables)


@functools.lru_cache(maxsize=1024)
def declared(style: str) -> Look:
    """The declarations of a ``style`` attribute."""
    important, usual = _declarations(tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True))
    return {**usual, **important}


def _merged(rules: Sequence[tuple[tuple[int, int, int], _Rule]], inline: Look) -> Look:
    look: Look = {}
    ordered = [rule for _, rule in sorted(rules, key=lambda each: each[0])]  # stable: the later of like ones wins
    for rule in ordered:
        look |= rule.usual
    look |= inline
    for rule in ordered:
        look |= rule.important
    return look


def _declarations(nodes: Sequence[Any]) -> tuple[Look, Look]:
    important: Look = {}
    usual: Look = {}
    for each in nodes:
        if each.type == "declaration":
            value = tinycss2.serialize(each.value).strip().lower()
            (important if each.important else usual)[each.lower_name] = value
    return important, usual


def _parsed(sheet: str) -> list[Any]:
    return tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)


def _rules(nodes: Sequence[Any], above: str, depth: int) -> Iterator[_Rule]:
    """Rules with what stands in others, as far as those hold on a screen."""
    for node in nodes if depth <= _DEEPEST else ():
        if node.type == "qualified-rule":
            selector = _within(tinycss2.serialize(node.prelude).strip(), above)
            inner: Sequence[Any] = tinycss2.parse_blocks_contents(
                node.content, skip_comments=True, skip_whitespace=True
            )
            important, usual = _declarations(inner)
            if important or usual:
                yield _Rule(selector=selector, important=important, usual=usual)
            yield from _rules(inner, selector, depth + 1)
        elif node.type == "at-rule" and node.content is not None and _holds(node):
            read: Any = tinycss2.parse_blocks_contents if above else tinycss2.parse_rule_list
            inner = read(node.content, skip_comments=True, skip_whitespace=True)
            important, usual = _declarations(inner)
            if above and (important or usual):
                yield _Rule(selector=above, important=important, usual=usual)
            yield from _rules(inner, above, depth + 1)


def _within(selector: str, above: str) -> str:
    if not above:
        return selector
    return selector.replace("&", f":is({above})") if "&" in selector else f":is({above}) {selector}"


def _holds(node: Any) -> bool:
    if node.lower_at_keyword in _AROUND:
        return True
    asked = tinycss2.serialize(node.prelude).strip().lower()
    return bool(node.lower_at_keyword == "media") and any(map(_is_screen, asked.split(",")))


def _is_screen(query: str) -> bool:
    """Whether a media query is true of a wide screen in daylight; what is not known is not."""
    words = set(_QUESTION.sub(" ", query).split())
    if words - {"screen", "all", "only", "and"}:
        return False
    known = {"orientation": "landscape", "prefers-color-scheme": "light", "hover": "hover", "pointer": "fine"}
    for each in _QUESTION.finditer(query):
        name, value = each["name"], each["value"].strip()
        size = _WIDE if name.endswith("width") else _TALL
        length = _LENGTH.match(value)
        if length is None or not name.startswith(("min-", "max-")):
            if known.get(name) != value:
                return False
            continue
        pixels = float(length[1]) * (16 if (length[2] or "px").endswith("em") else 1)
        if (pixels > size) if name.startswith("min-") else (pixels < size):
            return False
    return True


def _parts(selector: str) -> list[str]:
    """The selectors of a list; a comma in brackets parts nothing."""
    parts, depth, last = [], 0, 0
    for at, character in enumerate(selector):
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append(selector[last:at])
            last = at + 1
    return [part.strip() for part in [*parts, selector[last:]] if part.strip()]


def _weight(selector: str) -> tuple[int, int, int]:
    """How exact a selector is: its ids, its classes and conditions, its names."""
    pieces = list(_PIECE.finditer(_CONDITION.sub(":", selector)))
    found = [each.lastgroup for each in pieces]
    return found.count("id"), found.count("cls") + sum(each[0] == ":" for each in pieces), found.count("tag")


@dataclass(slots=True)
class _Named:
    """The elements of a page by id, class and name, so that most selectors need look at few of them."""

    ids: dict[str, list[Tag]] = field(default_factory=lambda: defaultdict(list))
    classes: dict[str, list[Tag]] = field(default_factory=lambda: defaultdict(list))
    tags: dict[str, list[Tag]] = field(default_factory=lambda: defaultdict(list))
    left: int = _MOST
    matches: int = _MATCHES

    @classmethod
    def of(cls, soup: BeautifulSoup) -> _Named:
        page = cls()
        for element in soup.find_all(True):
            page.tags[element.name].append(element)
            page.ids[str(element.get("id") or "")].append(element)
            for name in element.get_attribute_list("class"):
                page.classes[str(name or "")].append(element)
        return page

    def chosen(self, soup: BeautifulSoup, selector: str) -> list[Tag]:
        """The elements that a selector names; none for one that names no element, such as ``::before``."""
        last = _LAST.search(_CONDITION.sub(":", selector))
        names = [each for each in _PIECE.finditer(last[0] if last else "") if not each["odd"]]
        near = [self._of(each) for each in names]
        # what stands in :not(…) or :is(…) says nothing of who may be meant
        candidates = min(near, key=len) if near and "(" not in selector else soup.find_all(True)
        if not candidates:
            return []
        self.left -= 1
        if len(names) == 1 and names[0][0] == selector:
            return list(candidates)
        self.matches -= len(candidates)
        try:
            compiled = soupsieve.compile(selector) if self.matches > 0 else None
        except (soupsieve.SelectorSyntaxError, NotImplementedError):
            return []
        return [each for each in candidates if compiled.match(each)] if compiled else []

    def _of(self, piece: re.Match[str]) -> list[Tag]:
        if piece["id"]:
            return self.ids.get(piece["id"], [])
        return self.classes.get(piece["cls"], []) if piece["cls"] else self.tags.get(piece["tag"].lower(), [])
