"""The text of an answer as markup: what a model may write of Markdown, and nothing that leads or loads elsewhere.

HTML stays text. An image is its words. A link becomes one only where it names a document of the index, and opens it
here; any other stays as it was written. The marker of a citation opens the document at the words.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from markupsafe import Markup, escape

from steep.prompts import MARKER
from steep.report.strangers import shown
from steep.server.page.links import document_link, place_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from steep.values import Citation

__all__ = ["prose"]


def prose(text: str, citations: Sequence[Citation] = (), paths: frozenset[str] = frozenset()) -> Markup:
    """An answer's text; ``paths`` are the documents that it may link to."""
    known = paths | {citation.path for citation in citations}
    return Markup(_reader().render(shown(text), {"citations": citations, "paths": known}))


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    made.add_render_rule("text", _text)
    made.add_render_rule("image", _image)
    made.add_render_rule("link_open", _link_open)
    made.add_render_rule("link_close", _link_close)
    made.add_render_rule("heading_open", lambda *_: "<p><strong>")
    made.add_render_rule("heading_close", lambda *_: "</strong></p>\n")
    return made


def _text(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Mapping[str, Any]) -> str:
    """Words, with the markers of citations as links."""
    words = tokens[index].content
    written: list[str] = []
    position = 0
    for found in MARKER.finditer(words):
        marks = [_mark(int(number), env["citations"]) for number in found[1].split(",")]
        written.append(str(escape(words[position : found.start()])))
        written.append("".join(marks) if all(marks) else str(escape(found[0])))
        position = found.end()
    return "".join(written) + str(escape(words[position:]))


def _mark(number: int, citations: Sequence[Citation]) -> str:
    if not 1 <= number <= len(citations):
        return ""
    citation = citations[number - 1]
    where = ", ".join(part for part in (citation.path, place_of(citation)) if part)
    return str(
        Markup('<a class="mark" href="{}" title="{}" aria-label="Source {}: {}">{}</a>').format(
            document_link(citation.path, version=citation.version, start=citation.start, end=citation.end),
            shown(where), number, shown(where), number,
        )
    )  # fmt: skip


def _image(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Mapping[str, Any]) -> str:
    return str(escape(tokens[index].content))


def _link_open(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Mapping[str, Any]) -> str:
    path = unquote(str(tokens[index].attrGet("href") or "")).removeprefix("./")
    tokens[index].meta["open"] = path in env["paths"]
    return str(Markup('<a href="{}">').format(document_link(path))) if path in env["paths"] else ""


def _link_close(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Mapping[str, Any]) -> str:
    """Closes what the opening of the same link opened; for any other, says where it would have led."""
    opening = next(each for each in reversed(tokens[:index]) if each.type == "link_open")
    if opening.meta.get("open"):
        return "</a>"
    href = str(opening.attrGet("href") or "")
    said = "".join(each.content for each in tokens[tokens.index(opening) + 1 : index])
    return "" if said == href else str(escape(f" ({unquote(href)})"))
