"""Rows of a phase: each strategy's own, mixed by their shares, and those of the first that are held out."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.engine.objectives import check_rows
from steep.kinds import FormatRequest, FromFiles, Progress, RetrievalRequest, TuneSource
from steep.values import OPERATOR, content_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Literal

    from steep.kinds import Feedback, Formatter, Retriever
    from steep.tuning.recipes import Part, Phase
    from steep.values import Conversation, Hit, Pair, Passage, Row
    from steep.workspace.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRows:
    """``short`` says where a part of a mixture had fewer rows than its share wants.

    ``files`` are the names and hashes of those that the rows were read from.
    """

    train: tuple[Row, ...]
    dev: tuple[Row, ...]
    short: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """Names the rows by their content, in their order."""
        return content_id("rows", *(row.id for row in self.train), "", *(row.id for row in self.dev))

    @property
    def dev_name(self) -> str:
        return content_id("rows", *(row.id for row in self.dev))


@dataclass(frozen=True, slots=True, kw_only=True)
class RowMaker:
    """Makes rows from one generation and one dataset; the same ones for the same seed.

    Held-out rows are the same for every seed, so that the versions of an adapter can be compared. ``rules`` are those
    that the model was taught to answer by, where a tuning goes on from that.
    """

    library: Library
    retriever: Retriever
    formatter: Formatter
    train: tuple[Pair, ...]
    dev: tuple[Pair, ...]
    feedback: Callable[[], tuple[Feedback, ...]]
    distractors: int
    seed: int
    progress: Callable[[Progress], None]
    rules: str = ""

    def make(self, phase: Phase) -> PhaseRows:
        """Raises DatasetError for a row that the phase's objective cannot take."""
        own, *others = phase.parts
        dev = self._rows(phase, own, "dev", None)
        train = self._rows(phase, own, "train", None)
        mixed, short = list(train), []
        for part in others:
            wanted = max(1, round(len(train) * part.share / own.share))
            found = self._rows(phase, part, "train", wanted)
            if len(found) < wanted:
                short.append(
                    f"{phase.place}: `{part.name}` has {len(found)} rows of the {wanted} that its share wants."
                )
            mixed += found
        files = tuple(_hashed(file) for part in phase.parts for file in _files(part))
        return PhaseRows(train=tuple(mixed), dev=tuple(dev), short=tuple(short), files=files)

    def _rows(self, phase: Phase, part: Part, which: Literal["train", "dev"], count: int | None) -> list[Row]:
        source = TuneSource(
            objective=phase.objective,
            part=which,
            documents=self.library.documents,
            pairs=self.train if which == "train" else self.dev,
            find=self._find,
            passages=self.library.passages,
            format=self._format,
            feedback=self.feedback,
            distractors=self.distractors,
            count=count,
            seed=self.seed if which == "train" else 0,
        )
        rows: list[Row] = []
        for row in part.strategy.rows(source):
            rows.append(row)
            self.progress(Progress(stage="rows", done=len(rows), note=part.name))
        check_rows(rows, phase.objective, where=phase.place)
        if count is not None and len(rows) > count:
            rows = random.Random(self.seed).sample(rows, count)
        return rows

    def _find(self, question: str, k: int) -> tuple[Hit, ...]:
        return self.retriever.retrieve(RetrievalRequest(question=question, k=k, caller=OPERATOR))

    def _format(self, pair: Pair, passages: Sequence[Passage]) -> Conversation:
        return self.formatter.format(FormatRequest(pair=pair, passages=tuple(passages), rules=self.rules))


def _files(part: Part) -> tuple[Path, ...]:
    return part.strategy.files if isinstance(part.strategy, FromFiles) else ()


def _hashed(file: Path) -> tuple[str, str]:
    with file.open("rb") as opened:
        return file.name, hashlib.file_digest(opened, "sha256").hexdigest()
