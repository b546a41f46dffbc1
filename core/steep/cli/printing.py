"""What a command prints: one JSON object or words on stdout, messages on stderr."""

from __future__ import annotations

import io
import json
import sys
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


def stream(text: str) -> None:
    """A piece of words for people, on stdout at once."""
    print(text, end="", flush=True)


def warn(line: str) -> None:
    """A message on stderr, which leaves stdout to the result."""
    print(f"steep: {line}", file=sys.stderr)
