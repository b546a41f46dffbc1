"""rollout: an alias tries a candidate on a share of its callers, and goes back by itself when a guard says so.

What decides is whether people judged answers right, by a test that may be looked at at any time; nothing is promoted by
itself. A guard watches one metric, by the same test, and ends the rollout once the candidate is shown to be worse.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from steep.errors import AdapterConflict, Busy, ConfigError, NotThere
from steep.measuring.sequential import Share, difference, evidence
from steep.values import Answered, FeedbackGiven
from steep.wire import to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.values import Event
    from steep.workspace.project import Project
    from steep.workspace.rollouts import Rollout, Tally

__all__ = ["GUARDS", "Compared", "Standing", "Watch", "begin", "listed", "standing", "stop"]

GUARDS = ("wrong", "refusals")
"""Those of a rollout for which none are named; `slow=SECONDS` is a third, and `none` stands for no guard."""

Outcome = Literal["better", "worse", "not shown"]

_JUDGES = 5  # callers on each side: fewer are told apart by who they are, not by what they were answered with


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One metric of the two versions: ``candidate`` against ``stable``, as shares of what was seen.

    ``evidence`` of 1/alpha or more shows a difference. ``gain`` holds the difference of the shares at every look.
    ``note`` says why nothing is concluded all the same.
    """

    metric: str
    stable: Share
    candidate: Share
    evidence: float
    gain: tuple[float, float]
    outcome: Outcome
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a rollout stands: what came of both versions, who was judged right more often, and what the guards see."""

    rollout: Rollout
    stable: Tally
    candidate: Tally
    right: Compared
    guards: tuple[Compared, ...]

    def to_json(self) -> dict[str, Any]:
        """As `steep adapters status --json` prints it."""
        return {
            **to_json(self.rollout),
            "versions": {"stable": to_json(self.stable), "candidate": to_json(self.candidate)},
            "right": to_json(self.right),
            "watched": to_json(self.guards),
        }


@dataclass(frozen=True, slots=True)
class Watch:
    """A tracker that counts what comes of rollouts, and ends one whose guard is tripped."""

    project: Project

    def saw(self, event: Event) -> None:
        rollouts = self.project.rollouts
        if isinstance(event, Answered) and event.answer.versions.rollout:
            rollout = rollouts.find(event.answer.versions.rollout)
            if rollout is not None and rollout.state == "running":
                rollouts.note(rollout, event.answer, now=event.at)
                if event.answer.versions.adapter == rollout.candidate:
                    _guard(self.project, rollout)
        elif isinstance(event, FeedbackGiven) and event.right is not None:
            for rollout in rollouts.judge(event.answer, right=event.right, now=event.at):
                _guard(self.project, rollout)


def begin(
    project: Project,
    reference: str,
    *,
    share: float,
    alias: str = "production",
    guards: Sequence[str] = GUARDS,
    alpha: float = 0.05,
) -> Rollout:
    """Let a share of an alias's callers be answered with a version.

    Raises UnknownAdapter for a version that is not there, AdapterConflict where it is damaged or there is nothing to
    compare with, Busy where another is tried or this one answers all, and ConfigError for what does not go together.
    """
    candidate = project.adapters.resolve(reference)
    place = f"{candidate.name}@{alias}"
    if place not in project.adapters.aliases(candidate.name):
        raise AdapterConflict(
            f"`{place}` points to no version yet, so there is nothing to compare with; `steep adapters promote "
            f"{candidate.version} --alias {alias}` points it to this one."
        )
    stable = project.adapters.resolve(place)
    if stable.version == candidate.version:
        raise Busy(f"`{place}` points to {candidate.version} already: all its callers are answered with it.")
    if stable.base != candidate.base:
        raise ConfigError(
            f"{candidate.version} was tuned on {candidate.base}, and {stable.version}, which `{place}` points to, on "
            f"{stable.base}: callers cannot be divided between two models. Give the other model a profile."
        )
    if damage := project.adapters.damage(candidate.version):
        raise AdapterConflict(f"{candidate.version} is damaged: {damage}. Choose another version, or tune again.")
    return project.rollouts.begin(
        name=candidate.name,
        alias=alias,
        stable=stable.version,
        candidate=candidate.version,
        share=share,
        guards=_checked(guards),
        alpha=alpha,
        now=project.clock(),
    )


def listed(project: Project, *, ended: int = 3) -> tuple[Standing, ...]:
    """How those that are running stand, and the last that have ended, newest first."""
    newest = project.rollouts.newest()
    last = [each for each in newest if each.state != "running"][:ended]
    return tuple(standing(project, each) for each in newest if each.state == "running" or each in last)


def stop(project: Project, identity: str, *, reason: str = "by hand") -> Rollout:
    """End a rollout, so that the version before answers all again; raises NotThere, or Busy where it has ended."""
    found = project.rollouts.find(identity)
    if found is None:
        raise NotThere(f"there is no rollout with the id {identity!r}; `steep adapters status` shows those there are.")
    if not project.rollouts.end(found, state="rolled back", reason=reason, now=project.clock()):
        ended = project.rollouts.find(identity) or found
        raise Busy(f"this rollout was {ended.state} meanwhile ({ended.reason}); nothing changed.")
    return project.rollouts.find(identity) or found


def standing(project: Project, rollout: Rollout) -> Standing:
    """What is known of a rollout now; looking changes nothing about what may be concluded."""
    stable, candidate = project.rollouts.tally(rollout)
    return Standing(
        rollout=rollout,
        stable=stable,
        candidate=candidate,
        right=_right(rollout, stable, candidate),
        guards=tuple(_guarded(project, rollout, metric) for metric in rollout.guards),
    )


def _guard(project: Project, rollout: Rollout) -> None:
    for metric in rollout.guards:
        seen = _guarded(project, rollout, metric)
        if seen.outcome == "worse":
            reason = f"{metric}: {_words(seen.candidate)} of the candidate's, {_words(seen.stable)} of the others"
            project.rollouts.end(rollout, state="rolled back", reason=reason, now=project.clock())
            return


def _right(rollout: Rollout, stable: Tally, candidate: Tally) -> Compared:
    found = _compared(
        "right",
        rollout,
        Share(hits=stable.right, count=stable.judged),
        Share(hits=candidate.right, count=candidate.judged),
    )
    return _by_enough(found, stable, candidate)


def _by_enough(found: Compared, stable: Tally, candidate: Tally) -> Compared:
    """What judgements show, where not a few callers alone gave them: one could end a rollout otherwise."""
    judges = min(stable.judges, candidate.judges)
    if found.outcome == "not shown" or judges >= _JUDGES:
        return found
    note = f"only {judges} caller{'s' * (judges != 1)} judged on one side, and {_JUDGES} are wanted"
    return replace(found, outcome="not shown", note=note)


def _guarded(project: Project, rollout: Rollout, metric: str) -> Compared:
    """More is worse in each guard."""
    name, _, limit = metric.partition("=")
    tallies = project.rollouts.tally(rollout, slow=float(limit) if limit else None)
    stable, candidate = (_share(name, tally) for tally in tallies)
    found = _compared(metric, rollout, stable, candidate)
    turned: dict[Outcome, Outcome] = {"better": "worse", "worse": "better", "not shown": "not shown"}
    found = replace(found, outcome=turned[found.outcome])
    return _by_enough(found, *tallies) if name == "wrong" else found


def _share(name: str, tally: Tally) -> Share:
    if name == "wrong":
        return Share(hits=tally.judged - tally.right, count=tally.judged)
    return Share(hits=tally.refused if name == "refusals" else tally.slow, count=tally.answers)


def _compared(metric: str, rollout: Rollout, stable: Share, candidate: Share) -> Compared:
    """`better` stands for more."""
    weight = evidence(candidate, stable)
    outcome: Outcome = "not shown"
    if weight >= 1 / rollout.alpha and candidate.value is not None and stable.value is not None:
        outcome = "better" if candidate.value > stable.value else "worse"
    return Compared(
        metric=metric,
        stable=stable,
        candidate=candidate,
        evidence=weight,
        gain=difference(candidate, stable, rollout.alpha),
        outcome=outcome,
    )


def _checked(guards: Sequence[str]) -> tuple[str, ...]:
    """Raises ConfigError for a guard that there is not."""
    named = tuple(dict.fromkeys(each for each in guards if each != "none"))
    for each in named:
        name, _, limit = each.partition("=")
        if each not in GUARDS and not (name == "slow" and _is_positive(limit)):
            raise ConfigError(
                f"there is no guard {each!r}: `wrong` watches what people judge, `refusals` the share of questions "
                "without an answer, and `slow=3` the share of answers that take more than 3 seconds."
            )
    return named


def _is_positive(number: str) -> bool:
    try:
        return 0 < float(number) < float("inf")
    except ValueError:
        return False


def _words(share: Share) -> str:
    return f"{share.hits} of {share.count}"
