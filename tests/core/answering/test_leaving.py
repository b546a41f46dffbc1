import re
from dataclasses import replace

import pytest

from steep.answering.leaving import answer_leaves, hits_leave, question_leaves
from steep.answering.policy import Guard
from steep.kinds import Check
from steep.values import Answer, Citation, Finding, Hit, Passage

TOKEN = "key-7Qz81LmPx40"


class Keys:
    """Finds keys of a form, as whole words; takes them out where it is told that it can."""

    on_fail = "rewrite"

    def __init__(self, *, rewrites=True, stages=("input", "passages", "output")):
        self.rewrites, self.stages = rewrites, stages

    def check(self, request):
        found = [match.span() for match in re.finditer(r"\bkey-\w{11}\b", request.text)]
        return Check(
            passed=not found,
            reason="a key",
            findings=tuple(Finding(rule="key", start=start, end=end) for start, end in found),
            rewritten=re.sub(r"\bkey-\w{11}\b", "[KEY]", request.text) if self.rewrites else None,
        )


class DraftsOnly:
    stages = ("output",)
    on_fail = "refuse"

    def check(self, request):
        return Check(passed=request.place != "draft", reason="a draft")


def guard(on_fail, part=None):
    return (Guard(name="keys", part=part or Keys(), on_fail=on_fail),)


def passage(text="The key hangs there.", heading=("Keys",), path="keys.md", title="Keys"):
    start = 10
    return Passage(
        document="d",
        version="v",
        path=path,
        title=title,
        start=start,
        end=start + len(text),
        text=text,
        heading=heading,
    )


def answer(text="It hangs there.", citation="It hangs there.", heading=("Keys",), path="keys.md", **of_passage):
    cited = Citation(document="d", version="v", path=path, start=10, end=20, text=citation, heading=heading)
    hit = Hit(passage=passage(**of_passage), score=1.0, rank=1)
    return Answer(question="Where?", text=text, citations=(cited,), confidence=0.9, abstained=False, hits=(hit,))


def test_what_holds_nothing_leaves_as_it_is():
    assert answer_leaves(answer(), guard("refuse")) == answer()
    assert answer_leaves(answer(text=TOKEN), ()) == answer(text=TOKEN)


@pytest.mark.parametrize(
    "held", [{"text": TOKEN}, {"citation": TOKEN}, {"heading": ("Keys", TOKEN)}, {"path": f"{TOKEN}.md"}]
)
def test_a_finding_in_the_answer_or_beside_it_has_the_consequence_of_its_policy(held):
    rewritten = answer_leaves(answer(**held), guard("rewrite"))
    assert not rewritten.abstained
    assert "[KEY]" in repr(rewritten)
    for action in ("refuse", "escalate"):
        stopped = answer_leaves(answer(**held), guard(action))
        assert (stopped.text, stopped.citations, stopped.abstained) == ("", (), True)
        assert stopped.escalated == (action == "escalate")
        assert "the guardrail `keys` (output)" in stopped.refusal
        assert TOKEN not in repr(stopped)
    allowed = answer_leaves(answer(**held), guard("allow"))
    assert not allowed.abstained
    assert TOKEN in repr(allowed)
    assert [verdict.action for verdict in allowed.verdicts] == ["allow"]


def test_a_hit_stands_for_itself_and_what_should_be_refused_is_withheld():
    held = answer(text="It hangs there.", title=TOKEN)
    other = Hit(passage=passage(f"The {TOKEN} hangs there."), score=0.5, rank=2)
    shown = answer_leaves(Answer(**{**fields(held), "hits": (*held.hits, other)}), guard("escalate"))
    assert not shown.abstained
    assert not shown.escalated
    assert [hit.passage.text for hit in shown.hits] == ["The key hangs there.", ""]
    assert shown.hits[0].passage.title == ""
    assert shown.hits[1].passage.id == other.passage.id
    assert TOKEN not in repr(shown)


def fields(value):
    return {name: getattr(value, name) for name in value.__slots__}


def test_what_cannot_be_taken_out_is_not_sent():
    part = Keys(rewrites=False)
    assert answer_leaves(answer(text=TOKEN), guard("rewrite", part)).abstained
    hidden = Hit(passage=passage(f"The {TOKEN}."), score=1.0, rank=1)
    assert hits_leave((hidden,), guard("rewrite", part), "")[0].passage.text == ""
    assert hits_leave((hidden,), guard("rewrite"), "")[0].passage.text == "The [KEY]."
    assert hits_leave((hidden,), (), "") == (hidden,)


@pytest.mark.parametrize("piece", [TOKEN[1:], TOKEN[:-1], TOKEN[4:]])
def test_a_piece_of_what_is_taken_out_of_a_hit_is_taken_out_of_the_answer(piece):
    with_hit = answer(text=f"It is {piece}.", citation="x")
    hit = Hit(passage=passage(f"The key is {TOKEN}."), score=1.0, rank=1)
    held = Answer(**{**fields(with_hit), "hits": (hit,)})
    assert answer_leaves(held, guard("rewrite")).text == "It is […]."
    assert answer_leaves(held, guard("refuse")).abstained
    assert answer_leaves(held, guard("allow")).text == f"It is {piece}."


def test_what_also_stands_in_the_rest_of_a_hit_is_no_piece():
    hit = Hit(passage=passage(f"The key is {TOKEN}. Ask for {TOKEN[:10]}."), score=1.0, rank=1)
    held = Answer(**{**fields(answer(text=f"Ask for {TOKEN[:10]}.")), "hits": (hit,)})
    assert answer_leaves(held, guard("refuse")).text == f"Ask for {TOKEN[:10]}."


def test_a_refusal_and_the_reasons_of_verdicts_are_checked_too():
    refused = Answer(question="", text="", citations=(), confidence=None, abstained=True, refusal=f"No: {TOKEN}")
    assert answer_leaves(refused, guard("rewrite")).refusal == "No: [KEY]"
    assert answer_leaves(refused, guard("refuse")).refusal == "No: [KEY]"
    assert "may not be shown" in answer_leaves(refused, guard("refuse", Keys(rewrites=False))).refusal


@pytest.mark.parametrize("action", ["rewrite", "refuse", "escalate"])
def test_what_comes_nearest_to_a_question_is_checked_like_a_hit(action):
    near = answer(citation=f"It is {TOKEN}.", heading=(TOKEN,), path=f"{TOKEN}.md").citations
    other = answer(citation="It hangs there.").citations
    unsure = replace(answer(text=""), citations=(), nearest=(*near, *other), abstained=True, refusal="Unsure.")
    shown = answer_leaves(unsure, guard(action))
    assert TOKEN not in repr(shown)
    assert (shown.refusal, shown.nearest[-1:]) == ("Unsure.", other)
    assert len(shown.nearest) == (2 if action == "rewrite" else 1)


def test_who_judges_drafts_is_not_asked_again():
    assert not answer_leaves(answer(), guard("refuse", DraftsOnly())).abstained


def test_a_question_that_was_stopped_is_kept_without_what_stopped_it():
    assert question_leaves(f"Is it {TOKEN}?", guard("refuse")) == "Is it [KEY]?"
    assert question_leaves(f"Is it {TOKEN}?", guard("escalate", Keys(rewrites=False))) == ""
    assert question_leaves(f"Is it {TOKEN}?", guard("refuse", Keys(stages=("input",)))) == f"Is it {TOKEN}?"
    assert question_leaves(f"Is it {TOKEN}?", guard("allow")) == f"Is it {TOKEN}?"


def test_of_a_copy_only_its_place_leaves_and_that_checked():
    copy = passage(text=f"The key is {TOKEN}.", heading=(f"Keys {TOKEN}",), path=f"{TOKEN}.md", title=TOKEN)
    (left,) = hits_leave((Hit(passage=passage(), score=1.0, rank=1, also=(copy,)),), guard("rewrite"), "")
    (place,) = left.also
    assert TOKEN not in repr(place)
    assert (place.path, place.heading, place.text) == ("[KEY].md", ("Keys [KEY]",), "")
