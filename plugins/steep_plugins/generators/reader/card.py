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
_NAMES = (
    ("f1", "F1"),
    ("exact_match", "exact match"),
    ("abstention_f1", "abstention F1"),
    ("calibration_error", "calibration error"),
)


def card(starter: Path) -> str:
    """The figures beside a starter, as a sentence; raises AdapterError where they cannot be read."""
    path = starter / FILE
    if not path.is_file():
        return "how well it reads was not measured: the starter has no figures.json"
    try:
        figures = json.loads(path.read_text(encoding="utf-8"))
        said = [f"{name}: {_line(figures[name])}" for name in SETTINGS if name in figures]
        if not said:
            raise ValueError("no figures")
        return f"{'; '.join(said)}; adapter {figures['adapter_mb']} MB"
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AdapterError(f"{path} does not hold the starter's figures ({error!r}); reinstall steep") from error


def _line(row: dict[str, Any]) -> str:
    measured = [f"{called} {row[key]}" for key, called in _NAMES if row[key] is not None]
    return f"{', '.join(measured)} ({row['questions']} questions)"
