"""Rollouts: an alias answers a share of its callers with another version, and what came of it is counted.

Who asks stays with one version: which, a hash of the rollout and the caller says. An alias has one rollout at a time,
and it ends when the alias is moved. What is counted of an answer is whether it was refused, how long it took, and what
was first said of it, so that rollouts can be judged where answers are not kept.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from steep.errors import Busy
from steep.values import RolloutBegan, RolloutEnded, content_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from steep.records.database import Database
    from steep.records.rows import Row
    from steep.values import Answer, Event

__all__ = ["Rollout", "Rollouts", "State", "Tally", "ended_event", "rollout_of"]

State = Literal["running", "promoted", "rolled back", "stopped"]

_BITS = 52


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """``guards`` are what ends it by itself: `wrong`, `refusals`, `slow=SECONDS`; ``alpha`` bounds false alarms."""

    id: str
    name: str
    alias: str
    stable: str
    candidate: str
    share: float
    guards: tuple[str, ...]
    alpha: float
    state: State
    reason: str
    created: float
    ended: float | None

    def takes(self, caller: str) -> bool:
        """Whether this caller is answered with the candidate; always the same."""
        drawn = int(content_id("rollout of a caller", self.id, caller), 16) & (1 << _BITS) - 1
        return drawn < self.share * (1 << _BITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What came of the answers of one version: how many, of how many callers, and so on; ``judges`` are callers too."""

    answers: int = 0
    callers: int = 0
    refused: int = 0
    slow: int = 0
    judged: int = 0
    right: int = 0
    judges: int = 0
    seconds: float | None = None


class Rollouts:
    """The rollouts of a project; ``tell`` is told when one begins or ends."""

    def __init__(self, records: Database, tell: Callable[[Event], None]) -> None:
        self._records = records
        self._tell = tell

    def begin(
        self,
        *,
        name: str,
        alias: str,
        stable: str,
        candidate: str,
        share: float,
        guards: Sequence[str],
        alpha: float,
        now: float,
    ) -> Rollout:
        """Raises Busy where one is running already."""
        rollout = Rollout(
            id=content_id("rollout", name, alias, stable, candidate, repr(now)),
            name=name,
            alias=alias,
            stable=stable,
            candidate=candidate,
            share=share,
            guards=tuple(guards),
            alpha=alpha,
            state="running",
            reason="",
            created=now,
            ended=None,
        )
        reason = f"rollout: {candidate} for {share:.0%} of the callers"
        with self._records.transaction() as write:
            if running := write.one("rollouts", name=name, alias=alias, state="running"):
                raise Busy(
                    f"`{name}@{alias}` answers a share of its callers with {running['candidate']} already; promote "
                    "it, or end that with `steep adapters rollback`, before another is tried."
                )
            write.put("rollouts", [{**asdict(rollout), "guards": json.dumps(rollout.guards)}])
            write.add("alias_history", [_line(rollout, reason, now)])
        self._tell(RolloutBegan(rollout=rollout.id, name=name, alias=alias, candidate=candidate, share=share, at=now))
        return rollout

    def running(self, reference: str) -> Rollout | None:
        """The rollout of `name@alias`, or of `name` (its alias production)."""
        name, _, alias = reference.partition("@")
        row = self._records.one("rollouts", name=name, alias=alias or "production", state="running")
        return rollout_of(row) if row else None

    def find(self, identity: str) -> Rollout | None:
        row = self._records.one("rollouts", id=identity)
        return rollout_of(row) if row else None

    def newest(self) -> tuple[Rollout, ...]:
        """All that there were, the newest first."""
        return tuple(map(rollout_of, self._records.find("rollouts", order=["-created", "id"])))

    def end(self, rollout: Rollout, *, state: State, reason: str, now: float) -> bool:
        """End it, the alias staying where it is, with a line in its history; False where it had ended already."""
        with self._records.transaction() as write:
            ended = {"state": state, "reason": reason, "ended": now}
            if not write.change("rollouts", ended, id=rollout.id, state="running"):
                return False
            write.add("alias_history", [_line(rollout, f"rollout of {rollout.candidate} {state}: {reason}", now)])
        self._tell(ended_event(rollout, state=state, reason=reason, now=now))
        return True

    def note(self, rollout: Rollout, answer: Answer, *, now: float) -> None:
        """Count an answer that was given meanwhile; the same one again changes nothing."""
        trial = {
            "rollout": rollout.id,
            "answer": answer.id,
            "candidate": int(answer.versions.adapter == rollout.candidate),
            "caller": answer.caller.encode("utf-8", "replace").decode("utf-8"),
            "refused": int(answer.abstained),
            "seconds": sum(each.milliseconds for each in answer.timings) / 1000,
            "created": now,
            "right": None,
            "judged": None,
        }
        with self._records.transaction() as write:
            write.add("trials", [trial])

    def judge(self, answer: str, *, right: bool, now: float) -> tuple[Rollout, ...]:
        """Count the first judgement of an answer; returns the running rollouts that it counts for."""
        with self._records.transaction() as write:
            counted = write.change("trials", {"right": int(right), "judged": now}, answer=answer, judged=None)
            rows = write.find("trials", answer=answer) if counted else []
        found = (self.find(row["rollout"]) for row in rows)
        return tuple(each for each in found if each is not None and each.state == "running")

    def tally(self, rollout: Rollout, *, slow: float | None = None) -> tuple[Tally, Tally]:
        """What came of the stable version's answers, and of the candidate's; ``slow`` counts those that took longer."""
        from steep.records.queries import tallied

        found = {row.pop("candidate"): row for row in tallied(self._records, rollout.id, slow=slow)}
        stable, candidate = (
            Tally(**{key: value if key == "seconds" else int(value) for key, value in found.get(side, {}).items()})
            for side in (0, 1)
        )
        return stable, candidate


def ended_event(rollout: Rollout, *, state: State, reason: str, now: float) -> RolloutEnded:
    return RolloutEnded(
        rollout=rollout.id,
        name=rollout.name,
        alias=rollout.alias,
        candidate=rollout.candidate,
        outcome=state,
        reason=reason,
        at=now,
    )


def rollout_of(row: Row) -> Rollout:
    """The rollout of a row of the records."""
    return Rollout(**{**row, "guards": tuple(json.loads(row["guards"]))})


def _line(rollout: Rollout, reason: str, now: float) -> Row:
    """A line of the alias's history that moves nothing."""
    return {
        "name": rollout.name,
        "alias": rollout.alias,
        "version": rollout.stable,
        "previous": rollout.stable,
        "reason": reason,
        "created": now,
    }
