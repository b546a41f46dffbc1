"""The reader `ipynb`: Jupyter notebooks, a cell a page; what cells say, their code, and what it printed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from steep.errors import SourceError
from steep.values import LeftOut
from steep_plugins.readers.composing import Composer
from steep_plugins.readers.decoding import decoded, empty
from steep_plugins.readers.html_text import html_text
from steep_plugins.readers.markdown_blocks import read_markdown
from steep_plugins.readers.writing import write_blocks, write_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.kinds import Source
    from steep.values import Document

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")  # colours of a terminal
_OLD = {"pyout": "execute_result", "pyerr": "error"}  # what the third edition calls them
_DRAWN = ("image/", "application/vnd.", "application/javascript", "video/", "audio/")


class NotebookReader:
    """What a cell hides and what is drawn are left out and counted; of an error its last line is read."""

    def read(self, source: Source) -> Document:
        if not source.data.strip():
            raise empty(source.path)
        try:
            book = json.loads(decoded(source.data, source.path))
            cells = _cells(book)
        except (ValueError, RecursionError) as error:
            raise SourceError(f"{source.path} is not a notebook ({error}); mend it, or exclude it in steep.toml.",
                              path=source.path) from error  # fmt: skip
        writing = _Writing()
        for cell in cells:
            writing.cell(cell)
        stated = book.get("metadata")
        title = stated.get("title") if isinstance(stated, dict) else None
        return writing.out.document(
            source.path,
            declared=title if isinstance(title, str) else "",
            pages=writing.starts,
            left_out=writing.left_out,
        )


def _cells(book: Any) -> list[dict[str, Any]]:
    """The cells of a notebook, those of its sheets where it is of the third edition; raises ValueError."""
    sheets = book.get("worksheets") if isinstance(book, dict) else None
    parts = [book, *(sheets if isinstance(sheets, list) else ())]
    found = [part["cells"] for part in parts if isinstance(part, dict) and isinstance(part.get("cells"), list)]
    if not found:
        raise ValueError("it has no cells")
    return [cell for cells in found for cell in cells if isinstance(cell, dict)]


def _said(value: Any) -> str:
    """A text, which may be kept line by line."""
    if isinstance(value, list):
        return "".join(each for each in value if isinstance(each, str))
    return value if isinstance(value, str) else ""


def _seen(printed: str) -> str:
    """What a terminal shows in the end: without its colours, and of a line that was written anew the last words."""
    lines = _ESCAPES.sub("", printed.replace("\r\n", "\n")).split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)


@dataclass(slots=True)
class _Writing:
    out: Composer = field(default_factory=Composer)
    starts: list[int] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def cell(self, cell: Mapping[str, Any]) -> None:
        start = self.out.length
        kind = str(cell.get("cell_type") or "")
        source = _said(cell.get("source", cell.get("input")))
        stated = cell.get("metadata")
        stated = stated if isinstance(stated, dict) else {}
        hidden = stated["jupyter"] if isinstance(stated.get("jupyter"), dict) else {}
        if hidden.get("source_hidden") is True:
            self._leave("hidden", source)
        elif kind == "code":
            self.out.code(source)
        elif kind == "heading":
            level = cell.get("level")
            self.out.heading(min(6, max(1, level)) if isinstance(level, int) else 1, source)
        elif kind == "raw":
            self.out.paragraph(source)
        else:
            self._markdown(source)
        outputs = cell.get("outputs")
        unseen = hidden.get("outputs_hidden") is True or stated.get("collapsed") is True
        for output in outputs if isinstance(outputs, list) else ():
            if isinstance(output, dict):
                self._output(output, hidden=unseen)
        self.starts.append(start + 2 * (0 < start < self.out.length))

    def _leave(self, reason: str, words: str) -> None:
        if said := " ".join(words.split()):
            self.left_out.append(LeftOut(reason=reason, text=said))

    def _markdown(self, text: str) -> None:
        read = read_markdown(text.replace("\r\n", "\n").strip("\n"))
        write_blocks(self.out, read.text, read.blocks)
        self.left_out += read.left_out

    def _output(self, output: Mapping[str, Any], *, hidden: bool) -> None:
        kind = str(output.get("output_type") or "")
        kind = _OLD.get(kind, kind)
        data = output.get("data")
        shown = data if isinstance(data, dict) else _third_edition(output)
        if kind == "error":
            words = f"{_said(output.get('ename'))}: {_said(output.get('evalue'))}".strip(": ")
            self._leave("traceback", _seen(_said(output.get("traceback"))))
            self._printed(words, hidden=hidden)
        elif kind == "stream":
            self._printed(_said(output.get("text")), hidden=hidden)
        elif hidden:
            self._leave("hidden", _said(shown.get("text/plain")))
        else:
            self._shown(shown)

    def _printed(self, words: str, *, hidden: bool) -> None:
        if hidden:
            self._leave("hidden", _seen(words))
        else:
            self.out.code(_seen(words))

    def _shown(self, data: Mapping[str, Any]) -> None:
        """Of several forms of one result the one that says most: a page, Markdown, or plain words."""
        drawn = next((name for name in data if str(name).startswith(_DRAWN)), "")
        if page := _said(data.get("text/html")):
            found = html_text(page, keep_boilerplate=True)
            self.left_out += found.left_out
            if found.composed.length:
                return write_page(self.out, found.composed)
        if words := _said(data.get("text/markdown")):
            return self._markdown(words)
        plain = _seen(_said(data.get("text/plain")))
        if drawn:
            return self._leave("drawn", f"{drawn} {plain}")
        return self.out.code(plain or _said(data.get("text/latex")))


def _third_edition(output: Mapping[str, Any]) -> dict[str, Any]:
    """The forms of a result, which stood beside each other without their full names."""
    names = {"text": "text/plain", "html": "text/html", "latex": "text/latex", "png": "image/png", "jpeg": "image/jpeg",
             "svg": "image/svg+xml", "javascript": "application/javascript"}  # fmt: skip
    return {long: output[short] for short, long in names.items() if short in output}
