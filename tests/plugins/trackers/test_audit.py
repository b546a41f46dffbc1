"""The audit log: what is in it, what is not, and who can read it."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor

from steep.values import (
    OPERATOR,
    AdapterMoved,
    Answer,
    Answered,
    FeedbackGiven,
    RolloutBegan,
    RolloutEnded,
    StageStarted,
    Versions,
)
from steep_plugins.trackers.audit import Audit

ANSWER = Answer(
    id="01A",
    caller="anna",
    question="What is the code?",
    text="It is 4711.",
    citations=(),
    confidence=0.5,
    abstained=False,
    versions=Versions(generation=3, model="m"),
)
GIVEN = Answered(answer=ANSWER, caller=OPERATOR, at=5.0)


def rows(file):
    return [json.loads(line) for line in file.read_text("ascii").splitlines()]


def test_answers_feedback_and_moves_are_a_line_each_and_stages_are_none(tmp_path):
    audit = Audit(tmp_path / "log" / "audit.jsonl")
    for event in (
        StageStarted(flow="answer", name="retrieve"),
        GIVEN,
        FeedbackGiven(answer="01A", caller="ben", right=False, better="It is 12.", at=6.0),
        AdapterMoved(name="harbor", alias="production", version="v", previous=None, reason="better", at=7.0),
    ):
        audit.saw(event)
    answered, feedback, moved = rows(tmp_path / "log" / "audit.jsonl")
    assert (answered["answer"], answered["caller"], answered["versions"]["generation"]) == ("01A", "operator", 3)
    assert answered["text"] == "It is 4711."
    assert (feedback["better"], moved["reason"]) == ("It is 12.", "better")


def test_a_rollout_is_logged_when_it_begins_and_with_what_became_of_it(tmp_path):
    audit = Audit(tmp_path / "audit.jsonl")
    told = {"rollout": "r1", "name": "harbor", "alias": "production", "candidate": "v2"}
    audit.saw(RolloutBegan(**told, share=0.2, at=1.0))
    audit.saw(RolloutEnded(**told, outcome="rolled back", reason="wrong more often", at=2.0))
    began, ended = rows(tmp_path / "audit.jsonl")
    assert (began["event"], began["share"], began["candidate"]) == ("rollout-began", 0.2, "v2")
    assert (ended["event"], ended["outcome"], ended["reason"]) == ("rollout-ended", "rolled back", "wrong more often")


def test_without_words_nothing_of_what_was_said_is_in_it(tmp_path):
    audit = Audit(tmp_path / "audit.jsonl", words=False)
    audit.saw(GIVEN)
    audit.saw(FeedbackGiven(answer="01A", caller="ben", right=False, better="It is 4712.", at=6.0))
    text = (tmp_path / "audit.jsonl").read_text("ascii")
    assert "471" not in text
    assert "code" not in text


def test_only_the_owner_can_read_it(tmp_path):
    Audit(tmp_path / "audit.jsonl").saw(GIVEN)
    assert stat.S_IMODE((tmp_path / "audit.jsonl").stat().st_mode) == 0o600


def test_lines_of_many_threads_stay_whole(tmp_path):
    audit = Audit(tmp_path / "audit.jsonl")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(audit.saw, [GIVEN] * 200))
    assert len(rows(tmp_path / "audit.jsonl")) == 200
