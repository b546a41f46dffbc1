"""The reader `rst`: reStructuredText through docutils, also with the directives and roles of Sphinx."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from steep.values import LeftOut
from steep_plugins.readers.decoding import decoded
from steep_plugins.readers.html import html_document
from steep_plugins.readers.text import TextReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Source
    from steep.values import Document

_DIRECTIVE = re.compile(r"^[ \t]*\.\.[ \t]+(?:\|[^|\n]+\|[ \t]+)?([A-Za-z][\w:+.-]*?)::", re.MULTILINE)
_ROLE = re.compile(r":([A-Za-z][\w:+.-]*):`")
_ELSEWHERE = re.compile(r"^[ \t]*\.\.[ \t]+(include|literalinclude|raw)::[ \t]*(\S*)", re.MULTILINE)
_TARGET = re.compile(r"^([^<>]*\S)\s*<[^<>]*>$", re.DOTALL)
# directives of Sphinx that say nothing themselves
_SILENT = {
    "toctree", "index", "highlight", "currentmodule", "module", "literalinclude", "automodule", "autoclass",
    "default-domain", "autofunction", "tabularcolumns", "only", "cssclass", "rst-class", "contents",
    "sectionauthor", "codeauthor",
}  # fmt: skip
_NAMING = {"versionadded": "Added in", "versionchanged": "Changed in", "deprecated": "Deprecated since",
           "seealso": "See also:", "versionremoved": "Removed in"}  # fmt: skip
_CODE = {
    "sourcecode",
    "prompt",
    "code-block",
    "parsed-code",
    "doctest",
    "testcode",
    "productionlist",
    "ipython",
    "math",
    "code",
}
# how a list counts, as docutils and as HTML say it
_COUNTS = {"loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I"}
_COUNTED = re.compile(rf'<ol class="({"|".join(_COUNTS)})\b')
_SETTINGS = {
    "_disable_config": True, "file_insertion_enabled": False, "raw_enabled": False, "report_level": 5, "halt_level": 5,
    "warning_stream": "", "embed_stylesheet": False, "stylesheet_path": "", "doctitle_xform": False,
    "initial_header_level": "1",
    "syntax_highlight": "none", "math_output": "LaTeX", "input_encoding": "unicode", "output_encoding": "unicode",
    "toc_backlinks": False, "section_self_link": False, "cloak_email_addresses": False,
}  # fmt: skip
_lock = threading.Lock()  # docutils keeps the directives and roles that it knows for all of a process


class RstReader:
    """Comments are left out, included files named. What docutils cannot parse is read as plain text."""

    def read(self, source: Source) -> Document:
        markup = decoded(source.data, source.path)
        try:
            page, gone = _page(markup)
            document = html_document(source.path, page, keep_boilerplate=True)
        except Exception:  # nested too deeply, or a defect of a parser: the words are still there
            return TextReader().read(source)
        gone += [LeftOut(reason="included from elsewhere", text=" ".join(each)) for each in _ELSEWHERE.findall(markup)]
        return replace(document, left_out=(*gone, *document.left_out))


def _page(markup: str) -> tuple[str, list[LeftOut]]:
    """The HTML of a text, and its comments."""
    from docutils import nodes
    from docutils.core import publish_doctree, publish_from_doctree

    with _lock, _known(markup):
        tree = publish_doctree(markup, settings_overrides=_SETTINGS)
    gone = []
    for comment in list(tree.findall(nodes.comment)):
        if words := " ".join(comment.astext().split()):
            gone.append(LeftOut(reason="comment", text=words))
        comment.parent.remove(comment)
    for message in list(tree.findall(nodes.system_message)):
        # a directive that was not understood: its words are not lost
        lost = [each for each in message.findall(nodes.literal_block) if not _ELSEWHERE.match(each.astext())]
        message.parent.replace(message, lost)
    for classifier in tree.findall(nodes.classifier):
        classifier.insert(0, nodes.Text(" : "))
    page = str(publish_from_doctree(tree, writer="html5", settings_overrides=_SETTINGS))
    return _COUNTED.sub(lambda found: f'<ol type="{_COUNTS[found[1]]}" class="{found[1]}', page), gone


@contextmanager
def _known(markup: str) -> Iterator[None]:
    """Let docutils know, for a while, the directives and roles that this text uses and only other programs define."""
    from docutils.parsers.rst import directives, roles

    added = {name for name in set(_DIRECTIVE.findall(markup)) if not _is_known(name)}
    spoken = {name for name in set(_ROLE.findall(markup)) if name.lower() not in _roles()}
    for name in added:
        directives.register_directive(name, _directive(name))
    for name in spoken:
        roles.register_local_role(name.lower(), _role)
    try:
        yield
    finally:
        for name in added:
            directives._directives.pop(name, None)
        for name in spoken:
            roles._roles.pop(name.lower(), None)


def _is_known(name: str) -> bool:
    from docutils.parsers.rst import directives
    from docutils.parsers.rst.languages import en as english

    return (name.lower() in english.directives or name in directives._directives) and name not in _SILENT | _CODE


def _roles() -> set[str]:
    from docutils.parsers.rst import roles
    from docutils.parsers.rst.languages import en as english

    return {*english.roles, *roles._role_registry, *roles._roles}


def _role(
    name: str, rawtext: str, text: str, lineno: int, inliner: Any, options: Any = None, content: Any = None
) -> tuple[list[Any], list[Any]]:
    """The words of a reference, without where it leads."""
    from docutils import nodes, utils

    plain = utils.unescape(text)
    titled = _TARGET.match(plain)
    said = titled[1] if titled else plain.lstrip("~!").removeprefix("/")
    return [nodes.literal(said, said) if ":" in name else nodes.inline(said, said)], []


class _AnyOption(dict[str, Any]):
    """Takes whatever options a directive has: those of other programs are not known."""

    def __missing__(self, name: str) -> Any:
        return lambda value: value


def _directive(name: str) -> Any:
    """A directive that shows its arguments and its content, as code where it is some."""
    from docutils import nodes
    from docutils.parsers.rst import Directive

    short = name.rpartition(":")[2].lower()

    class Shown(Directive):  # type: ignore[misc]  # docutils has no types
        optional_arguments = 1
        final_argument_whitespace = True
        has_content = True
        option_spec = _AnyOption(of=str)

        def run(self) -> list[Any]:
            said = " ".join(" ".join(self.arguments).split())
            if short in _SILENT:
                said = ""
            words = "\n".join(self.content) or (said if short == "math" else "")
            if short in _CODE:
                return [nodes.literal_block(words, words)] if words.strip() else []
            held = nodes.container()
            if said or short in _NAMING:
                line = f"{_NAMING.get(short, '')} {said}".strip()
                held += nodes.paragraph(line, line)
            if self.content and short not in _SILENT - {"only"}:
                self.state.nested_parse(self.content, self.content_offset, held)
            return [held]

    return Shown
