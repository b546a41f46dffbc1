"""Held-out rows are scored by answers where a phase asks for it, of what can write."""

import pytest

from steep.kinds import CourseOptions
from steep.kinds.strategy import Dropped
from steep.tuning.answered import scorer
from steep.values import ChatRow, Message, TextRow


class Writer:
    """Replies the same to every question; rows of more than ``room`` characters do not fit it."""

    def __init__(self, reply="Twelve euros. [2]", room=100):
        self.reply, self.room, self.asked = reply, room, []

    def write(self, asked, *, max_tokens):
        self.asked += asked
        return [self.reply for _ in asked]

    def encode(self, rows):
        fit = [row for row in rows if len(row.messages[-1].content) <= self.room]
        return fit, Dropped(reasons={"too long": len(rows) - len(fit)})

    def scores(self, rows):
        return [-1.0 for _ in rows]


class Reader:
    def scores(self, rows):
        return [-1.0 for _ in rows]


def said(question, reply):
    return ChatRow(messages=(Message(role="user", content=question), Message(role="assistant", content=reply)))


ROWS = [said("What does it cost?", "Twelve euros [1]."), said("Who pays?", "The club."), said("Why?", "No reason.")]


def test_answers_are_held_against_the_right_reply_without_its_citations():
    writer = Writer()
    assert scorer(CourseOptions(answered=9))(writer, ROWS) in ([1, 0, 0], [0, 1, 0], [0, 0, 1])
    assert all(each[-1].role == "user" for each in writer.asked)


def test_no_more_are_answered_than_wanted_and_always_the_same():
    one, other = Writer(), Writer()
    assert len(scorer(CourseOptions(answered=2))(one, ROWS)) == 2
    scorer(CourseOptions(answered=2))(other, list(reversed(ROWS)))
    assert sorted(each[0].content for each in one.asked) == sorted(each[0].content for each in other.asked)


def test_what_is_too_long_for_the_model_is_not_asked():
    writer = Writer(room=10)
    assert len(scorer(CourseOptions(answered=9))(writer, ROWS)) == 2


@pytest.mark.parametrize(
    ("trainee", "rows", "answered"),
    [(Writer(), ROWS, 0), (Reader(), ROWS, 9), (Writer(), [TextRow(text="The hall.")] * 3, 9)],
    ids=["nobody asked for it", "it does not write", "nothing is asked"],
)
def test_else_the_trainee_scores_by_itself(trainee, rows, answered):
    assert scorer(CourseOptions(answered=answered))(trainee, rows) == [-1.0, -1.0, -1.0]
