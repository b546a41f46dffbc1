"""feedback: what a person says of an answer that was given, kept beside it, and told to trackers.

Exported it is `pairs.jsonl`, rows of pairs as a dataset has them, and `preferences.jsonl`, conversations with the
better and the worse reply, as TRL's trainers read them. Neither says who judged.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from steep.flows.rollout import Watch
from steep.tuning.lessons import LeftOut, lessons
from steep.values import FeedbackGiven
from steep.wire import to_json
from steep.workspace.answers import Feedback
from steep.workspace.durable import space_needed, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from steep import kinds
    from steep.values import Caller
    from steep.workspace.project import Project

__all__ = ["Exported", "export", "judge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """Two files of JSON Lines, and what is not in them; ``said`` counts the rows of feedback that there are."""

    pairs_file: Path
    preferences_file: Path
    said: int
    pairs: int
    preferences: int
    left_out: tuple[LeftOut, ...]


def judge(
    project: Project,
    reference: str,
    *,
    right: bool,
    caller: Caller,
    better: str = "",
    source: Literal["feedback", "review"] = "feedback",
    draft: str = "",
) -> Feedback:
    """Keep a judgement of the answer with this id, or whose id alone begins so; raises WorkspaceError.

    ``better`` is what should have been answered; an answer that has a better one is not right. A reviewer's decision
    has the ``source`` `review`, and outranks what others said; ``draft`` is what was reviewed, where the answer that is
    kept does not hold it.
    """
    answer = project.answers.find(reference).answer.id
    now = project.clock()
    said = Feedback(
        answer=answer,
        caller=caller.name,
        verdict="right" if right and not better else "wrong",
        better=better or None,
        created=now,
        source=source,
        draft=draft or None,
    )
    project.answers.judge(said)
    project.follow(Watch(project))
    project.emit(FeedbackGiven(answer=answer, caller=caller.name, right=said.verdict == "right", better=better, at=now))
    return said


def export(project: Project, folder: Path) -> Exported:
    """Write what feedback teaches, as far as it stands in the current generation; raises NotIndexed."""
    found = lessons(project, project.library())
    files = folder / "pairs.jsonl", folder / "preferences.jsonl"
    with space_needed(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_text(files[0], _lines(_pair(each) for each in found.feedback if each.pair is not None))
        write_text(files[1], _lines(map(_preference, found.preferences)))
    return Exported(
        pairs_file=files[0],
        preferences_file=files[1],
        said=found.said,
        pairs=len(found.pairs),
        preferences=len(found.preferences),
        left_out=found.left_out,
    )


def _pair(said: kinds.Feedback) -> dict[str, Any]:
    assert said.pair is not None
    return {"id": said.pair.id, **to_json(said.pair), "judged": said.answer}


def _preference(said: kinds.Feedback) -> dict[str, Any]:
    return {
        "prompt": [{"role": each.role, "content": each.content} for each in said.messages],
        "chosen": [{"role": "assistant", "content": said.better}],
        "rejected": [{"role": "assistant", "content": said.reply}],
        "judged": said.answer,
    }


def _lines(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, sort_keys=True, ensure_ascii=True) + "\n" for row in rows)
