"""The reader `markdown`: the file's own text, its anchors and comments blanked, its front matter in no block."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from steep.values import Document
from steep_plugins.readers.decoding import decoded
from steep_plugins.readers.markdown_blocks import read_markdown
from steep_plugins.readers.titles import title_of

if TYPE_CHECKING:
    from steep.kinds import Source


_FRONT = re.compile(r"(---|\+\+\+)[ \t]*\n(.{0,20000}?)(?<=\n)(?:\1|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_SETTING = re.compile(r"[\w.\"'-]+[ \t]*[:=](?:[ \t]|$)|\[[\w.\"'-]+\]|#")
_TITLE = re.compile(r"^title[ \t]*:[ \t]*(.+?)[ \t]*$", re.MULTILINE)


class MarkdownReader:
    """Offsets are those of the file: nothing is rewritten, and what is left out becomes blanks."""

    def read(self, source: Source) -> Document:
        text = decoded(source.data, source.path)
        front = _front_matter(text)
        read = read_markdown(text, front.end() if front else 0)
        title = _title(front.group(1), front.group(2)) if front else ""
        return Document(
            path=source.path,
            text=read.text,
            title=title_of(source.path, read.text, read.blocks, declared=title),
            blocks=read.blocks,
            left_out=read.left_out,
        )


def _front_matter(text: str) -> re.Match[str] | None:
    """What stands between fences at the top, if it is settings: prose between two rules is text."""
    found = _FRONT.match(text)
    lines = [line for line in found.group(2).splitlines() if line.strip()] if found else []
    return found if not lines or _SETTING.match(lines[0]) else None


def _title(fence: str, front: str) -> str:
    """The title in YAML or TOML front matter; a line of it is enough, so broken YAML around it does no harm."""
    if fence == "+++":
        try:
            return str(tomllib.loads(front).get("title", ""))
        except tomllib.TOMLDecodeError:
            return ""
    found = _TITLE.search(front)
    if not found or found.group(1)[0] in "|>&*[{":
        return ""
    value = found.group(1)
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1].replace("''" if value[0] == "'" else '\\"', value[0])
    return value.partition(" #")[0]
