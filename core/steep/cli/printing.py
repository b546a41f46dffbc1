"""What a command prints: one JSON object or words on stdout, messages on stderr.

A pipe gets the result alone: what a plugin, a library or a program that they start prints meanwhile is led to stderr.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import textwrap
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

_results: list[TextIO] = []  # where results go while sys.stdout is led elsewhere


def out() -> TextIO:
    """The stdout that whoever called the command reads."""
    return _results[-1] if _results else sys.stdout


@contextmanager
def results_alone() -> Iterator[None]:
    """Lead to stderr what others print; not at a terminal, where it does no harm and input lines are edited."""
    given = sys.stdout
    if _results or given.isatty():
        yield
        return
    given.flush()
    with _led_away(given) as own, redirect_stdout(sys.stderr):
        _results.append(own)
        try:
            yield
        finally:
            _results.pop()
            own.flush()


@contextmanager
def _led_away(given: TextIO) -> Iterator[TextIO]:
    """A stream that goes where stdout went, while what is written to the descriptor below it goes to stderr."""
    try:
        below, errors = given.fileno(), sys.stderr.fileno()
    except (OSError, ValueError, AttributeError):  # a stream in memory, or none
        yield given
        return
    kept = os.dup(below)
    try:
        os.dup2(errors, below)
        with open(kept, "w", encoding=given.encoding, errors=given.errors, closefd=False) as own:
            yield own
    finally:
        os.dup2(kept, below)
        os.close(kept)


def emit(result: object) -> None:
    """Print a value as one JSON object; dataclasses become objects."""
    from steep.wire import to_json

    ascii_only = not _takes_all(out())
    print(json.dumps(to_json(result), ensure_ascii=ascii_only, indent=1, allow_nan=False), file=out(), flush=True)


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
        print(line, file=out())


def say_wrapped(*lines: str, indent: int = 0) -> None:
    """Words for people, wrapped between words where a terminal shows them; a pipe gets each line whole."""
    width = shutil.get_terminal_size().columns if out().isatty() else 0
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
    print(text, end="", file=out(), flush=True)


def warn(line: str) -> None:
    """A message on stderr, which leaves stdout to the result."""
    print(f"steep: {line}", file=sys.stderr)
