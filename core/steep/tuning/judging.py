"""What a tuning gained and what it forgot: the last phase's held-out rows, documents, general text and instructions.

Both are measured before the first phase and after the last, with what is tuned and nothing else changed; what was
measured is kept in the tuning's folder, so that a try that goes on does not measure it again.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.engine.course import chosen, mean
from steep.kinds import Progress, Writes
from steep.measuring.statistics import Clustered, bootstrap
from steep.tuning.answered import scorer
from steep.tuning.following import INSTRUCTIONS, followed
from steep.tuning.general import TEXTS
from steep.values import TextRow
from steep.workspace.durable import write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from steep.engine.course import Outcome
    from steep.kinds import CourseOptions, Trainee
    from steep.values import Row

_RESAMPLES = 2000
_REPLY = 64  # tokens: every instruction can be followed in fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Scores by held-out row, before and after; the mean loss on general text and which instructions were followed.

    ``perplexity`` is that of documents held out, to the token. The three last are None for what does not write.
    """

    before: tuple[float, ...]
    after: tuple[float, ...]
    general_loss: tuple[float, float] | None = None
    followed: tuple[tuple[bool, ...], tuple[bool, ...]] | None = None
    perplexity: tuple[float, float] | None = None

    @property
    def gain(self) -> float:
        return mean(self.after) - mean(self.before)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Of the gain, at 95 %, by paired bootstrap over the rows; None for fewer than two."""
        return _interval(self.before, self.after)

    @property
    def forgotten(self) -> float | None:
        """How much the loss on general text grew, in nats a token."""
        return None if self.general_loss is None else self.general_loss[1] - self.general_loss[0]

    @property
    def unlearned(self) -> float | None:
        """By how much the share of instructions that are followed fell; below 0 where it rose."""
        return None if self.followed is None else _share(self.followed[0]) - _share(self.followed[1])

    @property
    def unlearned_interval(self) -> tuple[float, float] | None:
        """Of that fall, at 95 %, by paired bootstrap over the instructions."""
        if self.followed is None:
            return None
        before, after = self.followed
        return _interval([float(each) for each in after], [float(each) for each in before])

    def told(self) -> dict[str, Any]:
        """As the lineage has it."""
        gain = {"gain": self.gain, "interval": list(self.interval) if self.interval else None}
        read = None if self.perplexity is None else dict(zip(("before", "after"), self.perplexity, strict=True))
        if self.general_loss is None or self.followed is None:
            return {**gain, "perplexity": read, "forgetting": None}
        (loss, loss_after), (before, after) = self.general_loss, self.followed
        lost = self.unlearned_interval
        return {
            **gain,
            "perplexity": read,
            "forgetting": {
                "general_loss": {"before": loss, "after": loss_after},
                "instructions_followed": {
                    "before": _share(before),
                    "after": _share(after),
                    "asked": len(before),
                    "lost": list(lost) if lost else None,
                },
            },
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class General:
    """The mean loss on general text, which instructions were followed, the perplexity of documents held out."""

    loss: float
    followed: tuple[bool, ...]
    documents: float | None = None


class Judge:
    """Keeps in ``folder`` what it measured of a trainee, under a name."""

    def __init__(self, folder: Path, progress: Callable[[Progress], None]) -> None:
        self._folder = folder
        self._progress = progress

    def scores(
        self, name: str, trainee: Callable[[], Trainee], rows: Sequence[Row], options: CourseOptions
    ) -> tuple[float, ...]:
        """Of the held-out rows, the same of them that a course scores, and as it does."""
        kept = self._once(name, lambda: {"scores": scorer(options)(trainee(), chosen(rows, options.dev_rows))})
        return tuple(kept["scores"])

    def general(self, name: str, trainee: Callable[[], Trainee], apart: Sequence[TextRow]) -> General | None:
        """How general text and instructions, and documents held ``apart``, are read; None for what does not write."""

        def measured() -> dict[str, Any]:
            asked = trainee()
            if not isinstance(asked, Writes) or "next-token" not in asked.objectives:
                return {"loss": None}  # it follows no instructions, and so forgets none
            self._progress(Progress(stage="forgetting", done=0, total=len(INSTRUCTIONS), note=name))
            loss = -mean(asked.scores([TextRow(text=text, source="general") for text in TEXTS]))
            documents = math.exp(-mean(asked.scores(apart))) if apart else None
            replies = asked.write([each.messages for each in INSTRUCTIONS], max_tokens=_REPLY)
            self._progress(Progress(stage="forgetting", done=len(INSTRUCTIONS), total=len(INSTRUCTIONS), note=name))
            return {"loss": loss, "followed": followed(replies), "documents": documents}

        kept = self._once(name, measured)
        if kept["loss"] is None:
            return None
        return General(loss=kept["loss"], followed=tuple(kept["followed"]), documents=kept["documents"])

    def _once(self, name: str, measure: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        file = self._folder / f"{name}.json"
        if not file.is_file():
            self._folder.mkdir(parents=True, exist_ok=True)
            write_text(file, json.dumps(measure()))
        found: Mapping[str, Any] = json.loads(file.read_text("utf-8"))
        return found


def _interval(before: Sequence[float], after: Sequence[float]) -> tuple[float, float] | None:
    """Of the mean difference of figures that belong together, at 95 %; None for fewer than two."""
    differences = [one - other for one, other in zip(after, before, strict=True)]
    if len(differences) < 2:
        return None
    rows = Clustered.of(differences, [str(number) for number in range(len(differences))])
    found = bootstrap(rows, resamples=_RESAMPLES, seed=0)
    return None if found is None else (found.low, found.high)


def _share(followed: Sequence[bool]) -> float:
    return sum(followed) / len(followed)


def judged(
    results: Sequence[Outcome], untuned: tuple[float, ...] | None, before: General | None, after: General | None
) -> Judgement:
    """The judgement of a tuning's phases.

    ``untuned`` are the last phase's held-out scores before the first phase, None where it is the only one.
    """
    scores = results[0].before if untuned is None else untuned
    if before is None or after is None:
        return Judgement(before=scores, after=results[-1].after)
    read = before.documents, after.documents
    return Judgement(
        before=scores,
        after=results[-1].after,
        general_loss=(before.loss, after.loss),
        followed=(before.followed, after.followed),
        perplexity=None if read[0] is None or read[1] is None else (read[0], read[1]),
    )
