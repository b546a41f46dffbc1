"""Asking one arm every question, with its journal beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.errors import ConfigError, PartFailed, PluginError, WorkspaceError
from steep.kinds import Case, Progress
from steep.measuring.journal import Journal
from steep.measuring.rows import Row, score_case, unanswered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from steep.answering.profiles import Profile
    from steep.kinds import Metric
    from steep.measuring.lineup import Contender
    from steep.measuring.rows import Asked
    from steep.values import Answer


class Asking:
    """Asks one arm; ``answer`` takes a question and the profile.

    ``folder`` holds the journals; ``generation`` is the one all answers must come from.
    """

    def __init__(
        self,
        answer: Callable[[str, Profile], Answer],
        contender: Contender,
        metrics: Mapping[str, Metric],
        *,
        folder: Path,
        generation: int,
    ) -> None:
        self._ask_profile = answer
        self._contender = contender
        self._metrics = metrics
        self._generation = generation
        self._journal = Journal(folder / f"{contender.fingerprint}.jsonl")

    def ask(self, asked: Sequence[Asked], progress: Callable[[Progress], None], *, fresh: bool) -> tuple[Row, ...]:
        """A row a question; what the journal holds is not asked again, unless ``fresh``."""
        if fresh:
            self._journal.forget()
        rows = []
        for done, each in enumerate(asked, start=1):
            rows.append(self._row(each))
            progress(Progress(stage=self._contender.name, done=done, total=len(asked)))
        return tuple(rows)

    def _row(self, asked: Asked) -> Row:
        try:
            answer = self._answer(asked.question.question)
        except Exception as error:  # one question's failure is a finding of the report, not its end
            if isinstance(error, ConfigError | PluginError | WorkspaceError) and not isinstance(error, PartFailed):
                raise  # every other question would fail the same way, and it is the user's to mend
            reason = str(error) or repr(error)
            return Row(asked=asked, answer=None, scores=unanswered(self._metrics, reason), error=reason)
        case = Case(question=asked.question, answer=answer, gold=asked.gold)
        return Row(asked=asked, answer=answer, scores=score_case(self._metrics, case))

    def _answer(self, question: str) -> Answer:
        found = self._journal.find(question)
        if found is not None:
            return found
        answer = self._ask_profile(question, self._contender.profile)
        if answer.versions.generation not in (None, self._generation):
            raise WorkspaceError(
                f"the documents were indexed anew while measuring (generation {answer.versions.generation}, was "
                f"{self._generation}); run `steep measure` again."
            )
        self._journal.add(question, answer)
        return answer
