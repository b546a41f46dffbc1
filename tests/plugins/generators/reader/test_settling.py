"""What is learned beside the network: from other groups than those it is judged by, and little from few rows."""

import math
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep_plugins.generators.reader.clues import CLUES, MEANING, ORDER
from steep_plugins.generators.reader.confidence import PEOPLE, SET, Calibration, Judged, features, judged, settled
from steep_plugins.generators.reader.reading import Choice, Task, Text
from steep_plugins.generators.reader.windows import Candidate, distinct

HEADING = CLUES.index("heading shares the question")
STARTER = Calibration(
    weights=(0.5, 0.1, 0.2), bias=-2.0, threshold=0.4, preference=(1.0, *[0.0] * (len(CLUES) - 1)), error=0.1
)


def row(group, spans):
    """``spans`` are pairs of the clues that are not 0 and the token F1 of a span."""
    found, clues = [], []
    for number, (known, _) in enumerate(spans):
        values = [known.get(name, 0.0) for name in CLUES]
        clues.append(tuple(values))
        found.append(Candidate(passage=0, start=10 * number, end=10 * number + 5, margin=values[0], share=-1.0))
    return Judged(group=group, choice=Choice(tuple(found), tuple(clues)), scores=tuple(score for _, score in spans))


def by_heading(count, groups, seed=0, clue="heading shares the question"):
    """Rows in which the heading tells the right span, and the margin the wrong one."""
    draw = random.Random(seed)
    return [
        row(
            str(number % groups),
            [
                ({"margin": 2 + draw.random(), clue: draw.random()}, 0.0),
                ({"margin": 1 + draw.random(), clue: 2 + draw.random()}, 1.0),
            ],
        )
        for number in range(count)
    ]


def test_a_domain_learns_which_clue_to_go_by():
    calibration, scores = settled(by_heading(60, groups=6), STARTER)
    assert calibration.preference[HEADING] > 1
    assert sum(scores) / len(scores) > 0.9  # the margin alone is always wrong here
    assert calibration.threshold == STARTER.threshold
    assert calibration.rows == 60


@pytest.mark.parametrize("share", [0.2, 0.8])
def test_what_people_asked_says_how_sure_to_be_on_the_whole(share):
    draw = random.Random(3)
    asked = [
        replace(row(str(number), [({"margin": draw.random()}, float(number < share * 40))]), person=True)
        for number in range(40)
    ]
    calibration, _ = settled([*by_heading(60, groups=6), *asked], STARTER)
    sure = [calibration.of_features(features(list(each.choice.weighed(calibration.preference)))) for each in asked]
    assert sum(sure) / len(sure) == pytest.approx(share, abs=0.05)
    few, _ = settled([*by_heading(60, groups=6), *asked[: PEOPLE - 1]], STARTER)
    assert few.bias != pytest.approx(calibration.bias, abs=0.01)


@pytest.mark.parametrize("clue", [MEANING, ORDER])
def test_what_pairs_made_by_rule_would_teach_wrongly_a_domain_does_not_learn(clue):
    rows = by_heading(60, groups=6, clue=clue)
    learned = settled(rows, STARTER)[0].preference
    assert learned[CLUES.index(clue)] == pytest.approx(STARTER.preference[CLUES.index(clue)], abs=0.01)


def test_a_starter_learns_the_order_of_passages_and_is_given_the_weights_that_are_set():
    rows = [
        row(str(number % 6), [({"margin": 1.0, ORDER: 1.4}, 0.0), ({"margin": 1.0}, 1.0), ({"words": 2.0}, 0.0)])
        for number in range(40)
    ]
    learned = dict(zip(CLUES, settled(rows)[0].preference, strict=True))
    assert learned[ORDER] < -1
    assert {clue: learned[clue] for clue in SET} == pytest.approx(SET, abs=0.01)


def test_a_row_is_judged_by_what_other_groups_taught():
    """What tells in one group misleads in the other."""
    one, other = {"repeats the question": 1.0}, {"sentence shares the question": 1.0}
    rows = [row("a", [(one, 1.0), (other, 0.0)]) for _ in range(30)]
    rows += [row("b", [(one, 0.0), (other, 1.0)]) for _ in range(30)]
    _, scores = settled(rows, STARTER)
    assert sum(scores) == 0


def test_rows_of_one_group_are_divided_all_the_same():
    _, scores = settled(by_heading(40, groups=1), STARTER)
    assert len(scores) == 40


def test_few_rows_leave_everything_nearly_as_it_was():
    rows = by_heading(2, groups=2)
    calibration, _ = settled(rows, STARTER)
    assert calibration.preference == pytest.approx(STARTER.preference, abs=0.6)
    assert calibration.weights == pytest.approx(STARTER.weights, abs=0.3)
    assert sure_of(calibration, rows) == pytest.approx(sure_of(STARTER, rows), abs=0.2)


def test_a_handful_of_right_answers_makes_nothing_certain():
    rows = [row(str(number), [({"margin": 2.0}, 1.0), ({"margin": 1.0}, 0.0)]) for number in range(3)]
    calibration, _ = settled(rows, STARTER)
    read = (2.0, -1.0, 1.0)
    assert 0.2 < calibration.of_features(read) < 0.6


def sure_of(calibration, rows):
    """How sure it is on average of what it reads first in each row."""
    read = [features(distinct(each.choice.weighed(calibration.preference), 2)) for each in rows]
    return sum(map(calibration.of_features, read)) / len(read)


def read_rightly(count, right):
    return [
        row(str(number), [({"margin": 2.0}, float(number < right)), ({"margin": -6.0}, 0.0)]) for number in range(count)
    ]


def log_odds(share):
    return math.log(share / (1 - share))


@pytest.mark.parametrize("right", [40, 200, 360])
def test_a_domain_is_as_sure_as_halfway_between_the_starter_and_what_its_pairs_say(right):
    rows = read_rightly(400, right)
    sure = sure_of(settled(rows, STARTER)[0], rows)
    assert log_odds(sure) == pytest.approx((log_odds(sure_of(STARTER, rows)) + log_odds(right / 400)) / 2, abs=0.1)


def test_a_span_is_judged_by_the_whole_answer_that_it_would_give():
    text = "The crane stops at 15 m/s. It is not lent out after dark, except to the pilots. Ask the warden."
    task = Task(question="Can I have the crane at night?", texts=(Text(text=text),))
    start = text.index("not lent")
    span = Candidate(passage=0, start=start, end=start + len("not lent out"), margin=1.0, share=-1.0)
    choice = Choice((span,), ((1.0, *[0.0] * (len(CLUES) - 1)),))
    gold = "It is not lent out after dark, except to the pilots."
    assert judged(task, choice, gold, group="a").scores == (1.0,)
    assert 0 < judged(task, choice, gold, group="a", sentences=False).scores[0] < 1
    assert judged(task, choice, "", group="a").scores == (0.0,)


def test_without_a_calibration_before_it_all_is_learned_from_the_rows():
    calibration, scores = settled(by_heading(60, groups=6))
    assert sum(scores) / len(scores) > 0.9
    assert 0 <= calibration.error <= 1
    assert calibration.preference[HEADING] > 0


spans = st.tuples(st.dictionaries(st.sampled_from(CLUES), st.floats(-8, 8), max_size=4), st.floats(0, 1))


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.lists(spans, min_size=1, max_size=4)), min_size=2, max_size=12))
def test_whatever_a_domain_holds_something_finite_is_learned(drawn):
    rows = [row(group, found) for group, found in drawn]
    calibration, scores = settled(rows, STARTER)
    assert len(scores) == len(drawn)
    assert all(abs(weight) < 1e3 for weight in (*calibration.preference, *calibration.weights, calibration.bias))
    assert 0 <= calibration.error <= 1
