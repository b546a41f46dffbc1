"""Asks any generator the questions of `reader.py`, each over its one passage, as a user would ask it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steep.kinds import Asked
from steep.prompts import MARKER
from steep.testing.hands import PlainHand, draft_of
from steep.values import Hit, Passage, content_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import Draft


def asked(generator: str, model: str, questions: Sequence[tuple[str, str]]) -> Iterator[Draft]:
    """What the generator says to each question over its passage; ``model`` is what it writes with, "" for none."""
    from steep.workspace.project import Project

    named = f'[model.m]\nuse = "{model}"\n' if model else ""
    speaks = 'model = "m"\n' if model else ""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "steep.toml").write_text(f'{named}[generator]\nuse = "{generator}"\n{speaks}', "utf-8")
        with Project.open(Path(folder)) as project:
            speaker: Any = project.generator()
            runs = project.model("m") if model else None
            for question, context in questions:
                hits = (_hit(context),)
                yield draft_of(speaker, Asked(question=question, hits=hits), PlainHand(hits=hits, answers_with=runs))


def plain(draft: Draft, context: str) -> str:
    """The answer's words, without the numbers of passages; those it quotes where it says none."""
    said = " ".join(MARKER.sub(" ", draft.text).split())
    return said or " ".join(context[quote.start : quote.end] for quote in draft.quotes)


def _hit(context: str) -> Hit:
    name = content_id("context", context)
    passage = Passage(document=name, version=name, path="passage.md", title="", start=0, end=len(context), text=context)
    return Hit(passage=passage, score=1.0, rank=1)
