"""What a command prints: one JSON object or words on stdout, messages on stderr."""

from __future__ import annotations

import io
import json
import shutil
import sys
import textwrap
from typing import TextIO


def emit(result: object) -> None:
    """Print a value as one JSON object; dataclasses become objects."""
    from steep.wire import to_json

    ascii_only = not _takes_all(sys.stdout)
    print(json.dumps(to_json(result), ensure_ascii=ascii_only, indent=1, allow_nan=False), flush=True)


def write_what_can_be() -> None:
    """Let a pipe or terminal that knows few characters get a question mark for the others, and no error."""
    for each in (sys.stdout, sys.stderr):
        if isinstance(each, io.TextIOWrapper):
            each.reconfigure(errors="replace")


def _takes_all(file: TextIO) -> bool:
    return (file.encoding or "").lower().replace("-", "").replace("_", "") in ("utf8", "utf8sig")


def say(*lines: str) -> None:
    """Words for people, on stdout."""
    for line in lines:
        print(line)


def say_wrapped(*lines: str, indent: int = 0) -> None:
    """Words for people, wrapped between words where a terminal shows them; a pipe gets each line whole."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    for line in lines:
        begin = " " * (len(line) - len(line.lstrip()))
        say(*(_wrapped(line, width, begin + " " * indent) if 0 < width < len(line) else [line]))


def _wrapped(line: str, width: int, further: str) -> list[str]:
    """The line on several, those after the first one indented; a long path stays whole, to be copied."""
    return textwrap.wrap(
        line,
        max(width, len(further) + 20),
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
    )


def stream(text: str) -> None:
    """A piece of words for people, on stdout at once."""
    print(text, end="", flush=True)


def warn(line: str) -> None:
    """A message on stderr, which leaves stdout to the result."""
    print(f"steep: {line}", file=sys.stderr)
