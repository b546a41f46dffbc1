"""Answers are kept as they were given, found by their ids, and go when they are old."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from steep.errors import WorkspaceError
from steep.values import Answer, Citation, Finding, Hit, Passage, Timing, Verdict, Versions
from steep.workspace.answers import Answers, Feedback
from steep.workspace.conversations import Conversations, Kept

PASSAGE = Passage(
    document="d", version="v", path="a.md", title="A", start=3, end=9, text="Heron.", heading=("A", "B"), page=2
)
ANSWER = Answer(
    question="When does the Heron leave?",
    text="At nine.",
    citations=(Citation(document="d", version="v", path="a.md", start=3, end=9, text="Heron."),),
    confidence=0.75,
    abstained=False,
    verdicts=(
        Verdict(
            guardrail="secrets",
            stage="output",
            action="rewrite",
            reason="a key",
            findings=(Finding(rule="key", start=0, end=3),),
        ),
    ),
    hits=(Hit(passage=PASSAGE, score=1.5, rank=1, parts={"dense": 0.5}),),
    timings=(Timing(stage="retrieve", milliseconds=1.25),),
    arm="both",
    profile="support",
    id="a1b2",
    caller="anna",
    versions=Versions(generation=3, model="m", adapter="abc", prompt="p", guardrails="g"),
)


@pytest.fixture
def answers(project):
    return project.answers


def test_an_answer_comes_back_as_it_was_given(answers):
    answers.add(ANSWER, now=5.0)
    found = answers.find("a1b2")
    assert (found.answer, found.created) == (ANSWER, 5.0)


@pytest.mark.parametrize("text", ["\ud800 half a character", "nul \0", "😀 \\0", ""])
def test_any_text_comes_back_as_it_was_asked(answers, text):
    odd = replace(ANSWER, question=text, text=text, caller=text)
    answers.add(odd, now=5.0)
    assert answers.find("a1b2").answer == odd


def test_an_answer_without_an_id_is_a_defect(answers):
    with pytest.raises(ValueError, match="without an id"):
        answers.add(replace(ANSWER, id=""), now=1.0)


def test_a_beginning_that_is_one_answers_alone_finds_it(answers):
    for identity in ("a1b2", "a1c3", "b"):
        answers.add(replace(ANSWER, id=identity), now=5.0)
    assert answers.find("a1c").answer.id == "a1c3"
    assert answers.find("b").answer.id == "b"
    with pytest.raises(WorkspaceError, match="several answers begin with 'a1': a1b2, a1c3; write more"):
        answers.find("a1")
    with pytest.raises(WorkspaceError, match="no answer is kept whose id begins with 'c'"):
        answers.find("c")
    answers.add(replace(ANSWER, id="a1"), now=5.0)
    assert answers.find("a1").answer.id == "a1"


def test_the_newest_come_first_and_no_more_than_are_asked_for(answers):
    for number in range(5):
        answers.add(replace(ANSWER, id=f"id{number}"), now=float(number))
    assert [each.answer.id for each in answers.newest(3)] == ["id4", "id3", "id2"]


def test_what_is_old_goes_with_what_was_said_of_it(answers):
    for number in range(4):
        answers.add(replace(ANSWER, id=f"id{number}"), now=float(number))
        said = Feedback(answer=f"id{number}", caller="bo", verdict="wrong", better=f"At {number}.", created=9.0)
        answers.judge(said)
    assert answers.delete_older(2.0) == 2
    assert [each.answer.id for each in answers.newest()] == ["id3", "id2"]
    assert [each.better for each in answers.feedback()] == ["At 2.", "At 3."]
    assert answers.delete_older(2.0) == 0


def test_what_one_caller_asked_goes_with_the_conversations_of_which_nothing_is_left(answers):
    conversations = Conversations(answers._records)
    for caller, name in (("user:anna", "a"), ("user:ben", "b"), ("user:anna", "late")):
        answers.add(replace(ANSWER, id=name, caller=caller), now=9.0 if name == "late" else 1.0)
        kept = Kept(id=name, caller=caller, title="", profile="rag", created=1.0, changed=1.0)
        conversations.begin(kept)
        conversations.add(name, name, title="What they asked", now=1.0)
    conversations.begin(replace(kept, id="just begun", changed=9.0))
    assert answers.delete_older(5.0, caller="user:anna") == 1
    assert {each.answer.id for each in answers.newest()} == {"b", "late"}
    left = [each.id for caller in ("user:anna", "user:ben") for each in conversations.of(caller, 9)]
    assert left == ["just begun", "late", "b"]


def test_feedback_is_kept_in_order_and_only_on_answers_that_are_kept(answers):
    answers.add(ANSWER, now=1.0)
    said = [
        Feedback(answer="a1b2", caller="bo", verdict="wrong", better="At ten.", created=2.0),
        Feedback(answer="a1b2", caller="bo", verdict="right", better=None, created=1.0),
    ]
    for each in said:
        answers.judge(each)
    assert answers.feedback("a1b2") == tuple(said)
    assert answers.feedback("other") == ()
    with pytest.raises(WorkspaceError, match="no answer is kept with the id 'gone'"):
        answers.judge(replace(said[0], answer="gone"))
    assert len(answers.feedback()) == 2


def test_what_a_reviewer_decided_is_kept_with_the_draft_that_was_never_sent(answers):
    answers.add(ANSWER, now=1.0)
    said = Feedback(
        answer="a1b2", caller="bo", verdict="right", better=None, created=2.0, source="review", draft="At nine \ud800."
    )
    answers.judge(said)
    assert answers.feedback() == (replace(said, draft="At nine ?."),)


def test_the_same_answer_again_replaces_it(answers):
    answers.add(ANSWER, now=1.0)
    answers.add(replace(ANSWER, text="At ten."), now=2.0)
    assert [(each.answer.text, each.created) for each in answers.newest()] == [("At ten.", 2.0)]


def test_answers_survive_that_the_records_are_damaged(project, answers):
    """What the folders do not say is read from the damaged file, as far as that goes."""
    from steep.diagnosis import rebuild_records
    from steep.workspace.project import Project

    answers.add(ANSWER, now=1.0)
    answers.judge(Feedback(answer="a1b2", caller="bo", verdict="right", better=None, created=2.0))
    project.close()
    file = project.state / "records.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'documents'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(file.read_bytes())
    content[(page - 1) * size : page * size] = b"\xaa" * size
    file.write_bytes(content)
    assert "1 answer" in rebuild_records(project.folder)
    with Project.open(project.folder) as again:
        assert Answers(again.records).find("a1b2").answer == ANSWER
        assert len(again.answers.feedback()) == 1
