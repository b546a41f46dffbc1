"""What a command prints: one JSON object or words on stdout, messages on stderr."""

from __future__ import annotations

import json
import sys


def emit(result: object) -> None:
    """Print a value as one JSON object; dataclasses become objects."""
    from steep.wire import to_json

    print(json.dumps(to_json(result), ensure_ascii=False, indent=1, allow_nan=False), flush=True)


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
