"""Times, spans of time and lines of steep as people read them; the script shows a time in the reader's own zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from markupsafe import Markup, escape

from steep.report.strangers import shown

__all__ = ["moment", "plain", "sentence", "spell"]

_TYPED = re.compile(r"`([^`\n]{1,200})`")
# what a line may begin with that is a word: names of files, folders and keys stay as they are written
_WORD = re.compile(r"[a-z]+(?=[\s,;:]|$)")


def plain(line: str) -> Markup:
    """A line of steep's own, such as an error: a sentence, with what is typed as code."""
    text = str(escape(shown(sentence(line))))
    return Markup(_TYPED.sub(r"<code>\1</code>", text))


def sentence(line: str) -> str:
    """The line, with a capital where it begins with a word."""
    return line[:1].upper() + line[1:] if _WORD.match(line) else line


def moment(seconds: float) -> Markup:
    """A time since the epoch, to the minute."""
    at = datetime.fromtimestamp(seconds, UTC)
    return Markup('<time datetime="{}">{} UTC</time>').format(at.isoformat(timespec="seconds"), f"{at:%Y-%m-%d %H:%M}")


def spell(milliseconds: float) -> str:
    """A span of time: 320 ms, 4.2 s, 3 min."""
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    if milliseconds < 60_000:
        return f"{milliseconds / 1000:.1f} s"
    return f"{milliseconds / 60_000:.0f} min"
