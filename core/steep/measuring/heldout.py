"""Questions to measure with where a project names none: the pairs that were held out of training.

The synthesizer wrote them, so they flatter what was tuned on its pairs; whoever shows the result says so.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from steep.errors import QuestionError
from steep.workspace.durable import write_text

if TYPE_CHECKING:
    from pathlib import Path

    from steep.values import Pair
    from steep.workspace.project import Project


def write_held_out_questions(project: Project, *, limit: int = 150) -> Path:
    """A question file of the latest dataset's held-out pairs, below .steep; raises QuestionError for none."""
    dataset, pairs = project.datasets.load("latest")
    held_out = sorted((pair for pair in pairs if pair.id in dataset.dev), key=lambda pair: pair.id)[:limit]
    if not held_out:
        raise QuestionError(
            f"the dataset {dataset.version} holds no pairs out that could stand in for questions: name a question file "
            "as `questions` under [measure], or index more documents and run `steep synthesize` again."
        )
    file = project.state / "held-out-questions.jsonl"
    write_text(file, "".join(json.dumps(_row(project, pair)) + "\n" for pair in held_out))
    return file


def _row(project: Project, pair: Pair) -> dict[str, object]:
    if not pair.spans:
        return {"id": pair.id, "question": pair.question, "unanswerable": True}
    span = pair.spans[0]
    document = project.documents.load(span.version)
    return {
        "id": pair.id,
        "question": pair.question,
        "answers": [pair.answer],
        "document": document.path if document else "",
        "span": [span.start, span.end],
        "kind": pair.kind,
    }
