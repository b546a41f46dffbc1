"""A rollout: callers stay with a version, what comes of it is counted, and a guard ends it where it is worse."""

import random
from dataclasses import replace

import pytest

from steep.errors import AdapterError, Busy, ConfigError
from steep.flows.answer import Answerer, AnswerRequest
from steep.flows.feedback import judge
from steep.flows.rollout import begin, standing
from steep.values import AdapterMoved, Caller, RolloutBegan, RolloutEnded

QUESTION = "What does a day ticket cost?"


class Seen:
    def __init__(self):
        self.events = []

    def saw(self, event):
        self.events.append(event)


def adapter(project, text, *, base="finder-1", name="harbor"):
    folder = project.folder / f"new-{text}"
    folder.mkdir()
    (folder / "adapter_model.safetensors").write_text(text, "utf-8")
    return project.adapters.add(name=name, source=folder, base=base, score=None, lineage={}, now=1.0).version


@pytest.fixture
def project(make_project):
    made = make_project()
    made.adapters.point("harbor", "production", adapter(made, "stable"), reason="first", now=1.0)
    return made


@pytest.fixture
def seen(project):
    watching = Seen()
    project.follow(watching)
    return watching.events


def asked(answerer, caller, question=QUESTION):
    return answerer.answer(AnswerRequest(question=question, caller=Caller(name=caller), profile="both"))


def begun(project, **options):
    candidate = adapter(project, "candidate")
    return begin(project, candidate, **{"share": 0.5, **options})


def test_each_caller_stays_with_one_version_and_the_answer_says_which(project):
    rollout = begun(project)
    answerer = Answerer(project)
    chosen = {}
    for _ in range(3):
        for number in range(12):
            answer = asked(answerer, f"caller {number}")
            assert answer.versions.rollout == rollout.id
            assert chosen.setdefault(number, answer.versions.adapter) == answer.versions.adapter
            assert (answer.versions.adapter == rollout.candidate) == rollout.takes(f"caller {number}")
    assert set(chosen.values()) == {rollout.stable, rollout.candidate}
    with_another = replace(rollout, id="another")
    assert any(rollout.takes(f"{n}") != with_another.takes(f"{n}") for n in range(50))


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9])
def test_the_share_of_callers_is_the_one_that_was_asked_for(project, share):
    rollout = begun(project, share=share)
    taken = sum(rollout.takes(f"caller {number}") for number in range(20_000)) / 20_000
    assert taken == pytest.approx(share, abs=0.011)


def test_a_version_named_in_full_and_other_arms_are_left_alone(project):
    rollout = begun(project, share=0.999)
    answerer = Answerer(project)
    plain = answerer.answer(AnswerRequest(question=QUESTION, caller=Caller(name="a"), profile="rag"))
    named = answerer.answer(
        AnswerRequest(question=QUESTION, caller=Caller(name="a"), profile="both", adapter=rollout.stable)
    )
    assert (plain.versions.adapter, plain.versions.rollout) == (None, "")
    assert (named.versions.adapter, named.versions.rollout) == (rollout.stable, "")


def counted(project, rollout, number, *, candidate, right=None, refused=False, caller=None):
    """An answer of a rollout, as it would be seen, and what was said of it."""
    from steep.values import Answer, Answered, Timing, Versions

    answer = Answer(
        id=f"t{number}",
        question="?",
        text="" if refused else "!",
        citations=(),
        confidence=None,
        abstained=refused,
        timings=(Timing(stage="generate", milliseconds=4000.0 if candidate else 100.0),),
        caller=caller or f"c{number}",
        versions=Versions(adapter=rollout.candidate if candidate else rollout.stable, rollout=rollout.id),
    )
    project.answers.add(answer, now=1.0)
    project.emit(Answered(answer=answer, caller=Caller(name=answer.caller), at=float(number)))
    if right is not None:
        judge(project, answer.id, right=right, caller=Caller(name=answer.caller))


def state(project, rollout):
    return project.rollouts.find(rollout.id).state


def test_what_comes_of_both_versions_is_counted_once(project):
    rollout = begun(project)
    Answerer(project)
    for number in range(4):
        counted(project, rollout, number, candidate=number % 2 == 0, right=number > 0)
    counted(project, rollout, 0, candidate=True, right=True)  # the same answer, and a second thought
    found = standing(project, rollout)
    assert (found.candidate.answers, found.candidate.judged, found.candidate.right) == (2, 2, 1)
    assert (found.stable.answers, found.stable.judged, found.stable.right) == (2, 2, 2)
    assert found.candidate.seconds == pytest.approx(4.0)
    assert found.right.outcome == "not shown"


def test_the_better_version_is_named_and_nothing_is_promoted_by_itself(project):
    rollout = begun(project, guards=())
    Answerer(project)
    chance = random.Random(1)
    for number in range(160):
        candidate = number % 2 == 0
        counted(project, rollout, number, candidate=candidate, right=chance.random() < (0.95 if candidate else 0.4))
    found = standing(project, rollout)
    assert found.right.outcome == "better"
    assert found.right.gain[0] > 0
    assert state(project, rollout) == "running"
    assert project.adapters.resolve("harbor").version == rollout.stable


def test_few_callers_who_judge_much_show_nothing(project):
    rollout = begun(project, guards=())
    Answerer(project)
    for number in range(80):
        candidate = number % 2 == 0
        counted(project, rollout, number, candidate=candidate, right=candidate, caller=f"c{number % 4}")
    found = standing(project, rollout)
    assert found.right.evidence > 20
    assert (found.right.outcome, found.right.note) == (
        "not shown",
        "only 2 callers judged on one side, and 5 are wanted",
    )


def test_few_callers_who_judge_much_end_nothing(project):
    """One person who finds every answer wrong takes no version from all the others."""
    rollout = begun(project, guards=("wrong",))
    Answerer(project)
    for number in range(80):
        candidate = number % 2 == 0
        counted(project, rollout, number, candidate=candidate, right=not candidate, caller=f"c{number % 4}")
    (guard,) = standing(project, rollout).guards
    assert guard.evidence > 20
    assert (guard.outcome, guard.note) == ("not shown", "only 2 callers judged on one side, and 5 are wanted")
    assert project.rollouts.find(rollout.id).state == "running"


@pytest.mark.parametrize(
    ("guard", "worse"),
    [("wrong", {"right": False}), ("refusals", {"refused": True}), ("slow=3", {})],
)
def test_a_guard_ends_it_with_an_event_and_a_line_in_the_history(project, seen, guard, worse):
    rollout = begun(project, guards=(guard,))
    Answerer(project)
    for number in range(60):
        candidate = number % 2 == 0
        counted(project, rollout, number, candidate=candidate, **(worse if candidate else {"right": True}))
    ended = project.rollouts.find(rollout.id)
    assert ended.state == "rolled back"
    assert ended.reason.startswith(f"{guard}: ")
    (event,) = [each for each in seen if isinstance(each, RolloutEnded)]
    assert (event.rollout, event.outcome, event.reason) == (rollout.id, "rolled back", ended.reason)
    last = project.adapters.history("harbor", "production")[-1]
    assert last.version == last.previous == rollout.stable
    assert last.reason == f"rollout of {rollout.candidate} rolled back: {ended.reason}"
    answer = asked(Answerer(project), next(f"{n}" for n in range(99) if rollout.takes(f"{n}")))
    assert (answer.versions.adapter, answer.versions.rollout) == (rollout.stable, "")


def test_a_guard_lets_a_candidate_go_on_that_is_no_worse(project):
    rollout = begun(project, guards=("wrong", "refusals"))
    Answerer(project)
    for number in range(120):
        counted(project, rollout, number, candidate=number % 2 == 0, right=number % 6 > 1, refused=number % 10 < 2)
    assert state(project, rollout) == "running"


def test_promoting_ends_it_and_so_does_any_other_move(project, seen):
    rollout = begun(project)
    project.adapters.point("harbor", "production", rollout.candidate, reason="by hand", now=9.0)
    assert state(project, rollout) == "promoted"
    assert [type(each) for each in seen][-3:] == [RolloutBegan, AdapterMoved, RolloutEnded]
    other = begin(project, rollout.stable, share=0.2)
    project.adapters.point("harbor", "production", adapter(project, "third"), reason="by hand", now=10.0)
    assert state(project, other) == "stopped"


def test_rolling_an_alias_back_passes_over_rollouts(project):
    first = project.adapters.resolve("harbor").version
    second = adapter(project, "second")
    project.adapters.point("harbor", "production", second, reason="better", now=2.0)
    rollout = begun(project)
    project.rollouts.end(rollout, state="rolled back", reason="by hand", now=3.0)
    assert not project.rollouts.end(rollout, state="stopped", reason="again", now=4.0)
    assert project.adapters.rollback("harbor", "production", now=5.0).version == first


def test_a_candidate_that_is_damaged_meanwhile_harms_nobody(project):
    from pathlib import Path

    rollout = begun(project, share=0.999)
    (Path(project.adapters.resolve(rollout.candidate).folder) / "adapter_model.safetensors").write_text("other")
    caller = next(f"{n}" for n in range(99) if rollout.takes(f"{n}"))
    assert asked(Answerer(project), caller).versions.adapter == rollout.stable
    assert state(project, rollout) == "rolled back"


def test_what_cannot_be_tried_says_why(project):
    stable = project.adapters.resolve("harbor").version
    with pytest.raises(Busy, match=r"points to .* already"):
        begin(project, stable, share=0.1)
    with pytest.raises(ConfigError, match="callers cannot be divided between two models"):
        begin(project, adapter(project, "elsewhere", base="other"), share=0.1)
    with pytest.raises(AdapterError, match="`support@production` points to no version yet"):
        begin(project, adapter(project, "support", name="support"), share=0.1)
    with pytest.raises(ConfigError, match="there is no guard 'slow=never'"):
        begun(project, guards=("slow=never",))
    candidate = adapter(project, "one more")
    begin(project, candidate, share=0.1)
    with pytest.raises(Busy, match=r"answers a share of its callers with .* already"):
        begin(project, candidate, share=0.1)


def test_measuring_takes_no_part_in_a_rollout(project):
    import json

    from steep.flows.measure import measure

    rollout = begun(project, share=0.999)
    lines = [{"id": "a", "question": QUESTION, "answers": ["12 euros"], "document": "ferries.md"}]
    (project.folder / "questions.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    report = measure(
        project, progress=lambda step: None, questions=project.folder / "questions.jsonl", arms=["rag", "both"]
    )
    assert {arm.name: arm.adapter for arm in report.arms}["both"] == rollout.stable
    assert standing(project, rollout).candidate.answers == standing(project, rollout).stable.answers == 0
