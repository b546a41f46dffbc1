"""Asking one arm every question, with its journal beside it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

from steep.errors import ConfigError, PartFailed, PluginError, WorkspaceError
from steep.kinds import Case, Progress
from steep.measuring.journal import AnswerJournal
from steep.measuring.rows import Row, score_case, unanswered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from steep.answering.profiles import Profile
    from steep.kinds import Metric
    from steep.measuring.lineup import Contender
    from steep.measuring.rows import Asked
    from steep.values import Answer

ALONE = 8
"""Questions that are asked one at a time, whatever others are asked together: by them it is seen how long one takes."""


class Asking:
    """Asks one arm; ``answer`` takes a question, the profile, and what says that nobody waits for it any more.

    ``folder`` holds the journals; ``generation`` is the one all answers must come from.
    """

    def __init__(
        self,
        answer: Callable[[str, Profile, Callable[[], bool]], Answer],
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
        self._journal = AnswerJournal(folder / f"{contender.fingerprint}.jsonl")
        self._failed: dict[str, Exception] = {}

    def ask(
        self, asked: Sequence[Asked], progress: Callable[[Progress], None], *, fresh: bool, at_once: int = 1
    ) -> tuple[Row, ...]:
        """A row a question; what the journal holds is not asked again, unless ``fresh``.

        ``at_once`` questions are asked together, but for the first few. Those have timings alone: how long an answer
        takes beside others is no property of the arm.
        """
        if fresh:
            self._journal.forget()
        alone = len(asked) if at_once == 1 else min(ALONE, len(asked))
        rows = []
        for each in asked[:alone]:
            rows.append(self._row(each))
            self._tell(progress, len(rows), len(asked))
        if rest := asked[alone:]:
            missing = dict.fromkeys(each.question.question for each in rest)
            missing = {each: None for each in missing if self._journal.find(each) is None}
            known = len(asked) - len(missing)
            self._ask_together(list(missing), at_once, lambda done: self._tell(progress, known + done, len(asked)))
            rows += [self._row(each) for each in rest]
            self._tell(progress, len(asked), len(asked))
        return tuple(rows)

    def _ask_together(self, questions: Sequence[str], at_once: int, told: Callable[[int], None]) -> None:
        """Ask them, and keep each answer as it comes; whatever ends this ends those that are under way too."""
        ended = Event()
        with ThreadPoolExecutor(at_once, thread_name_prefix="measure") as pool:
            asked: dict[Future[Answer], str] = {
                pool.submit(self._ask_profile, each, self._contender.profile, ended.is_set): each for each in questions
            }
            try:
                for done, future in enumerate(as_completed(asked), start=1):
                    question = asked[future]
                    try:
                        self._keep(question, replace(future.result(), timings=()))
                    except Exception as error:
                        _raise_what_ends_all(error)
                        self._failed[question] = error
                    told(done)
            except BaseException:
                ended.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _tell(self, progress: Callable[[Progress], None], done: int, total: int) -> None:
        progress(Progress(stage=self._contender.name, done=done, total=total))

    def _row(self, asked: Asked) -> Row:
        try:
            answer = self._answer(asked.question.question)
        except Exception as error:  # one question's failure is a finding of the report, not its end
            _raise_what_ends_all(error)
            reason = str(error) or repr(error)
            return Row(asked=asked, answer=None, scores=unanswered(self._metrics, reason), error=reason)
        case = Case(question=asked.question, answer=answer, gold=asked.gold)
        return Row(asked=asked, answer=answer, scores=score_case(self._metrics, case))

    def _answer(self, question: str) -> Answer:
        found = self._journal.find(question)
        if found is not None:
            return found
        if question in self._failed:
            raise self._failed[question]
        answer = self._ask_profile(question, self._contender.profile, lambda: False)
        self._keep(question, answer)
        return answer

    def _keep(self, question: str, answer: Answer) -> None:
        if answer.versions.generation not in (None, self._generation):
            raise WorkspaceError(
                f"the documents were indexed anew while measuring (generation {answer.versions.generation}, was "
                f"{self._generation}); run `steep measure` again."
            )
        self._journal.add(question, answer)


def _raise_what_ends_all(error: Exception) -> None:
    """Every other question would fail the same way, and it is the user's to mend."""
    if isinstance(error, ConfigError | PluginError | WorkspaceError) and not isinstance(error, PartFailed):
        raise error
