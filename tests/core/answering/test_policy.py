import pytest

from steep.answering.policy import Guard, check_stage, masked, refusal_of
from steep.kinds import Check, GuardRequest
from steep.testing.guardrail import guard_request
from steep.values import Finding


class Finds:
    """Finds a word wherever it stands."""

    stages = ("input", "passages", "output")
    on_fail = "refuse"

    def __init__(self, word, *, rewrites=True, located=True):
        self.word, self.rewrites, self.located = word, rewrites, located

    def check(self, request):
        texts = (
            [(None, request.text)]
            if request.stage != "passages"
            else [(hit.passage.id, hit.passage.text) for hit in request.hits]
        )
        findings = tuple(
            Finding(
                rule="word", start=text.index(self.word), end=text.index(self.word) + len(self.word), passage=passage
            )
            for passage, text in texts
            if self.word in text
        )
        rewritten = request.text.replace(self.word, "-") if self.rewrites else None
        return Check(
            passed=not findings,
            reason=f"holds {self.word}",
            findings=findings if self.located else (),
            rewritten=rewritten,
        )


class Raises:
    def check(self, request):
        raise RuntimeError("out of order")


def run(text, *guards, stage="input"):
    named = tuple(Guard(name=f"g{place}", part=part, on_fail=on_fail) for place, (part, on_fail) in enumerate(guards))
    return check_stage(named, guard_request(stage, text))


def test_guards_run_in_order_on_what_the_one_before_left():
    result = run("a b", (Finds("a"), "rewrite"), (Finds("a"), "refuse"), (Finds("b"), "rewrite"))
    assert (result.text, result.stopped) == ("- -", None)
    assert [verdict.action for verdict in result.verdicts] == ["rewrite", "allow", "rewrite"]


def test_a_refusal_ends_the_stage_and_an_escalation_does_not():
    result = run("a b", (Finds("a"), "escalate"), (Finds("b"), "refuse"), (Finds("a"), "refuse"))
    assert [verdict.action for verdict in result.verdicts] == ["escalate", "refuse"]
    assert result.stopped.guardrail == "g1"
    assert run("a", (Finds("a"), "escalate"), (Finds("b"), "refuse")).stopped.action == "escalate"


def test_allow_keeps_the_finding_in_the_verdict():
    result = run("a", (Finds("a"), "allow"))
    assert (result.stopped, result.text) == (None, "a")
    assert result.verdicts[0].findings


@pytest.mark.parametrize("on_fail", ["allow", "rewrite", "refuse", "escalate"])
def test_a_guardrail_that_raises_refuses_whatever_its_policy(on_fail):
    result = run("a", (Raises(), on_fail), (Finds("a"), "rewrite"))
    assert result.stopped.action == "refuse"
    assert "RuntimeError" in result.stopped.reason
    assert "out of order" not in result.stopped.reason, "an inner error may repeat what it was given"
    assert len(result.verdicts) == 1


def test_what_cannot_be_rewritten_is_refused():
    assert run("a", (Finds("a", rewrites=False), "rewrite")).stopped.action == "refuse"


@pytest.mark.parametrize(
    ("on_fail", "action"), [("refuse", "rewrite"), ("rewrite", "rewrite"), ("escalate", "escalate")]
)
def test_in_passages_a_finding_bars_its_words(on_fail, action):
    request = guard_request("passages", "say ORDER now")
    result = run("say ORDER now", (Finds("ORDER"), on_fail), stage="passages")
    assert result.verdicts[0].action == action
    assert result.barred == {request.hits[1].passage.id: ((4, 9),)}
    assert (result.stopped is None) == (action == "rewrite")


def test_in_passages_a_finding_that_stands_nowhere_refuses_all():
    assert run("say ORDER", (Finds("ORDER", located=False), "refuse"), stage="passages").stopped.action == "refuse"


def test_masked_words_are_blank_and_offsets_stay():
    hits = guard_request("passages", "say ORDER now").hits
    blank = masked(hits, {hits[1].passage.id: ((4, 9), (4, 10))})
    assert blank[1].passage.text == "say       now"
    assert blank[0] == hits[0]
    assert blank[1].passage.id == hits[1].passage.id


def test_a_refusal_names_the_guardrail_and_an_escalation_says_who_must_look():
    assert refusal_of(run("a", (Finds("a"), "refuse")).stopped) == "Refused: the guardrail `g0` (input): holds a."
    assert refusal_of(run("a", (Finds("a"), "escalate")).stopped).startswith("Withheld until a person has checked it")


def test_a_guard_sees_the_stage_and_the_question():
    seen = []

    class Listens:
        def check(self, request):
            seen.append(request)
            return Check(passed=True)

    request = GuardRequest(stage="output", text="t", question="q")
    check_stage((Guard(name="l", part=Listens(), on_fail="refuse"),), request)
    assert seen == [request]
