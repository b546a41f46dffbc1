"""The laws of a guardrail. Subclass ``GuardrailContract``, give it a fixture ``guardrail``, and texts it should find.

``flagged`` is overridden with pairs of a stage and a text that must not pass; the other laws hold for every text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.kinds import GuardRequest, Quote
from steep.testing.strategies import laws, odd_texts
from steep.values import Action, Hit, Passage

if TYPE_CHECKING:
    from steep.kinds import Check, Guardrail

Stage = Literal["input", "passages", "output"]

__all__ = ["GuardrailContract", "guard_request"]

_STAGES: tuple[Stage, ...] = ("input", "passages", "output")
_LAWS = laws(12)
_SURROGATES = st.sampled_from(("\ud800", "a\udfffb", "\ud83d and more"))


def guard_request(stage: Stage, text: str, passage: str = "The berth costs 90 euros.") -> GuardRequest:
    """A request whose text, at the passages stage, stands in the second of two passages."""
    texts = (passage, text) if stage == "passages" else (passage,)
    hits = tuple(
        Hit(
            passage=Passage(
                document=f"document-{place}", version="1", path="a.md", title="", start=0, end=len(each), text=each
            ),
            score=1.0,
            rank=place + 1,
        )
        for place, each in enumerate(texts)
    )
    quotes = (Quote(passage=hits[0].passage.id, start=0, end=len(passage)),) if stage == "output" and passage else ()
    said = "" if stage == "passages" else text
    return GuardRequest(stage=stage, text=said, question="What does a berth cost?", hits=hits, quotes=quotes)


class GuardrailContract:
    """A guardrail is a pure function of its request that takes any text there is."""

    flagged: tuple[tuple[Stage, str], ...] = ()

    @pytest.fixture
    def guardrail(self) -> Guardrail:
        raise NotImplementedError("override the fixture `guardrail`")

    def test_it_names_its_stages_and_its_policy(self, guardrail: Guardrail) -> None:
        assert guardrail.stages
        assert set(guardrail.stages) <= set(_STAGES)
        assert guardrail.on_fail in get_args(Action)

    def test_it_finds_what_it_is_there_for(self, guardrail: Guardrail) -> None:
        assert self.flagged, "override `flagged` with texts that must not pass"
        for stage, text in self.flagged:
            assert not guardrail.check(guard_request(stage, text)).passed, text

    def test_a_failed_check_says_why(self, guardrail: Guardrail) -> None:
        for stage, text in self.flagged:
            assert guardrail.check(guard_request(stage, text)).reason.strip()

    @_LAWS
    @given(text=st.one_of(odd_texts(), _SURROGATES))
    def test_odd_texts_are_checked_like_any_other(self, guardrail: Guardrail, text: str) -> None:
        for stage in _STAGES:
            if stage in guardrail.stages:
                _lawful(guardrail, guard_request(stage, text))

    @_LAWS
    @given(before=odd_texts(), after=odd_texts())
    def test_the_laws_hold_around_findings(self, guardrail: Guardrail, before: str, after: str) -> None:
        for stage, text in self.flagged:
            _lawful(guardrail, guard_request(stage, f"{before}\n\n{text}\n\n{after}"))

    def test_it_is_checked_without_passages_too(self, guardrail: Guardrail) -> None:
        for stage in guardrail.stages:
            guardrail.check(GuardRequest(stage=stage, text="", question=""))  # type: ignore[arg-type]


def _lawful(guardrail: Guardrail, request: GuardRequest) -> None:
    check = guardrail.check(request)
    assert guardrail.check(request) == check, "the same request must give the same check"
    assert check.passed or check.reason.strip()
    _findings_lie_inside(check, request)
    if check.rewritten is not None and request.stage != "passages":
        again = guardrail.check(
            GuardRequest(
                stage=request.stage,
                text=check.rewritten,
                question=request.question,
                hits=request.hits,
                quotes=request.quotes,
            )
        )
        assert again.passed or check.passed, f"its own rewriting does not pass: {again.reason}"


def _findings_lie_inside(check: Check, request: GuardRequest) -> None:
    texts = {hit.passage.id: hit.passage.text for hit in request.hits}
    for found in check.findings:
        if request.stage == "passages":
            assert found.passage in texts, "a finding in a passage must name it"
        text = texts[found.passage] if found.passage else request.text
        assert 0 <= found.start < found.end <= len(text)
        assert 0.0 <= found.score <= 1.0
        assert found.rule.strip()
