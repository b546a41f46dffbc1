"""What was measured of a starter, in a line: `steep doctor` says it, and the model card has it as a table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from steep.errors import AdapterError

if TYPE_CHECKING:
    from pathlib import Path

FILE = "figures.json"
SETTINGS = ("dev part", "with unanswerable")
"""The rows of the model card's table, and the keys of the figures: SQuAD's dev part, alone and with as many questions
that it does not answer; a starter has at least one of them."""
_ASKED = {
    "dev part": "{questions:,} that a text answers",
    "with unanswerable": "{questions:,}, about half of them without an answer, where it is right to say so",
}


def card(starter: Path) -> str:
    """The figures beside a starter, as a sentence; raises AdapterError where they cannot be read."""
    path = starter / FILE
    if not path.is_file():
        return "how well it reads was not measured: the starter has no figures.json"
    try:
        figures = json.loads(path.read_text(encoding="utf-8"))
        said = [_line(name, figures[name]) for name in SETTINGS if name in figures]
        if not said:
            raise ValueError("no figures")
        return f"measured on questions with known answers (SQuAD): {'; '.join(said)}"
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AdapterError(f"{path} does not hold the starter's figures ({error!r}); reinstall steep") from error


def _line(name: str, row: dict[str, Any]) -> str:
    """For who never heard of F1: the table of the model card says that too."""
    return (
        f"of {_ASKED[name].format(**row)}, {row['exact_match']:.1%} came out word for word "
        f"(confidence {100 * row['calibration_error']:.1f} points off on average)"
    )
