"""Puts the questions that a body of documents asks itself beside the spans that answer them.

    python tests/bench/faq_questions.py questions/prometheus_faq.jsonl FAQ.jsonl >> questions.jsonl

A line of the first file names a question of FAQ.jsonl (`id`, `question`) by its id; the questions themselves are not
ours to ship. Prints lines as `domain.py` and `steep measure` read them.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("spans", type=Path)
    parser.add_argument("faq", type=Path)
    options = parser.parse_args(arguments)
    for row in asked(options.spans, options.faq):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    return 0


def asked(spans: Path, faq: Path) -> Iterator[dict[str, Any]]:
    """The rows of ``spans`` with their questions; KeyError where ``faq`` has no question of that id."""
    questions = {row["id"]: row["question"] for row in _rows(faq)}
    for row in _rows(spans):
        named = row.pop("faq")
        yield {"id": row.pop("id"), "question": questions[named], **row}


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    for line in file.read_text("utf-8").splitlines():
        yield json.loads(line)


if __name__ == "__main__":
    sys.exit(main())
