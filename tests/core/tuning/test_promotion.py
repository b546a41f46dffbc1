"""An alias moves for a gain that is not chance, with little forgotten, and never away from a better version."""

from dataclasses import replace

import pytest

from steep.errors import AdapterError
from steep.tuning.judging import Judgement
from steep.tuning.promotion import Limits, promote
from steep.values import AdapterVersion

SAME = {"base": "b", "scored_on": "rows"}
LIMITS = Limits(forgetting=0.2, unlearning=0.05)
GAIN = Judgement(before=(0.1, 0.2, 0.3, 0.2), after=(0.6, 0.7, 0.7, 0.6))
HALF = ((True, False) * 25,) * 2  # of 50 instructions, before and after


def fallen(lost, gained=0):
    """Of 50 instructions 25 are followed before, and after it so many of them no longer, and others anew."""
    before = (True,) * 25 + (False,) * 25
    return before, (False,) * lost + (True,) * (25 - lost) + (True,) * gained + (False,) * (25 - gained)


def version(name, score, **lineage):
    return AdapterVersion(name="harbor", version=name, folder="", base="b", score=score, lineage={**SAME, **lineage})


class Aliases:
    """What promotion needs of a project's adapters."""

    def __init__(self, current=None):
        self.current = current
        self.moves = []

    def aliases(self, name):
        return {f"{name}@production": self.current.version} if self.current else {}

    def resolve(self, reference):
        if self.current is None:
            raise AdapterError(reference)
        return self.current

    def point(self, name, alias, moved, *, reason, now):
        self.moves.append((name, alias, moved, reason))


def promoted(judgement=GAIN, *, current=None, score=0.65, limit=0.2, unlearning=0.05, force="", **lineage):
    aliases = Aliases(current)
    new = version("new", score, **lineage)
    limits = Limits(forgetting=limit, unlearning=unlearning)
    outcome = promote(aliases, new, "production", judgement=judgement, limits=limits, now=1.0, force=force)
    assert bool(aliases.moves) == (outcome[0] and current != new)
    return *outcome, aliases.moves


def test_a_gain_moves_the_alias_and_says_by_how_much():
    moved, why, moves = promoted()
    assert moved
    assert "0.2000 before, 0.6500 after (gain +0.4000 to +0.5000)" in why
    assert moves == [("harbor", "production", "new", f"tuned: {why}")]


def test_no_gain_moves_nothing():
    moved, why, _ = promoted(Judgement(before=(0.5, 0.5), after=(0.5, 0.5)))
    assert (moved, why) == (False, "no gain on the held-out rows: 0.5000 before, 0.5000 after")


def test_a_gain_that_may_be_chance_moves_nothing():
    moved, why, _ = promoted(Judgement(before=(0.5, 0.5, 0.5, 0.5), after=(0.9, 0.4, 0.4, 0.4)))
    assert not moved
    assert "the gain on 4 held-out rows may be chance" in why


def test_a_single_row_has_no_interval_and_moves_nothing():
    judgement = Judgement(before=(0.1,), after=(0.9,))
    assert judgement.interval is None
    moved, why, _ = promoted(judgement)
    assert not moved
    assert "a single held-out row cannot tell a gain from chance" in why
    assert promoted(judgement, force="it is a demo")[0]


@pytest.mark.parametrize(("limit", "moves"), [(0.2, False), (0.4, True)])
def test_what_forgot_more_than_its_recipe_allows_is_not_moved_to(limit, moves):
    moved, why, _ = promoted(replace(GAIN, general_loss=(2.0, 2.3), followed=HALF), limit=limit)
    assert moved == moves
    assert ("loss on general text grew by 0.300" in why) == (not moves)


@pytest.mark.parametrize(
    ("followed", "unlearning", "moves"),
    [
        (fallen(12), 0.05, False),  # 24 % fewer, 12 to 36
        (fallen(12), 0.2, True),  # more is allowed than is shown
        (fallen(4), 0.05, True),  # 8 % fewer, 2 to 16: it may be 5
        (fallen(4), 0.0, False),  # and is not chance
        (fallen(14, gained=11), 0.0, True),  # 6 % fewer: what one loses and gains by chance
        (HALF, 0.0, True),
    ],
)
def test_what_is_shown_to_follow_fewer_instructions_than_allowed_is_not_moved_to(followed, unlearning, moves):
    judgement = replace(GAIN, general_loss=(2.0, 2.0), followed=followed)
    moved, why, _ = promoted(judgement, unlearning=unlearning)
    assert moved == moves
    after = sum(followed[1])
    assert (f"of 50 general instructions 25 were followed before and {after} after" in why) == (not moves)
    assert promoted(judgement, unlearning=unlearning, force="it only ever quotes")[0]


def test_it_is_not_taken_from_a_version_that_scored_as_high_on_the_same_rows():
    moved, why, _ = promoted(current=version("old", 0.65))
    assert not moved
    assert "old, in its place, scored 0.6500 on the same rows" in why
    assert promoted(current=version("old", 0.64))[0]


@pytest.mark.parametrize("other", [{"base": "another"}, {"scored_on": "other rows"}])
def test_scores_of_another_base_or_of_other_rows_are_not_compared(other):
    assert promoted(current=version("old", 0.99, **other))[0]


def test_a_version_without_a_score_is_no_obstacle():
    assert promoted(current=version("old", None))[0]


def test_the_version_that_is_there_stays():
    aliases = Aliases(version("new", 0.65))
    assert promote(aliases, version("new", 0.65), "production", judgement=GAIN, limits=LIMITS, now=1.0)[0]
    assert aliases.moves == []


def test_force_moves_whatever_speaks_against_it_and_keeps_both_reasons():
    moved, why, _ = promoted(Judgement(before=(0.5, 0.5), after=(0.4, 0.4)), force="asked for by Anna")
    assert moved
    assert why == "forced: asked for by Anna (against it: no gain on the held-out rows: 0.5000 before, 0.4000 after)"


def test_force_is_not_mentioned_where_nothing_speaks_against_it():
    assert "forced" not in promoted(force="to be sure")[1]


def test_a_judgement_tells_what_was_gained_and_forgotten():
    told = replace(GAIN, general_loss=(2.0, 2.3), followed=fallen(10)).told()
    assert told["gain"] == pytest.approx(0.45)
    followed = told["forgetting"]["instructions_followed"]
    assert (followed["before"], followed["after"], followed["asked"]) == (0.5, 0.3, 50)
    assert followed["lost"] == pytest.approx([0.1, 0.32], abs=0.021)
    assert told["forgetting"]["general_loss"] == {"before": 2.0, "after": 2.3}
    assert GAIN.told()["forgetting"] is None
