"""Values survive the way to JSON and back, and what is shown of them is a choice."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.engine.course import Outcome
from steep.values import Answer, Called, Citation, Finding, Hit, Pair, Passage, Span, Timing, Verdict
from steep.wire import answer_json, from_json, to_json

# any text, halves of surrogate pairs among it, as a file's name may hold
texts = st.text(max_size=8)
places = st.integers(0, 2**40)
ratios = st.floats(allow_nan=False)
headings = st.lists(texts, max_size=3).map(tuple)
passages = st.builds(
    Passage,
    document=texts,
    version=texts,
    path=texts,
    title=texts,
    start=places,
    end=places,
    text=texts,
    heading=headings,
    page=st.none() | places,
)
hits = st.builds(
    Hit,
    passage=passages,
    score=ratios,
    rank=places,
    parts=st.dictionaries(texts, ratios, max_size=2),
    also=st.lists(passages, max_size=2).map(tuple),
)
findings = st.builds(Finding, rule=texts, start=places, end=places, score=ratios, passage=st.none() | texts)
verdicts = st.builds(
    Verdict,
    guardrail=texts,
    stage=st.sampled_from(("input", "passages", "output")),
    action=st.sampled_from(("allow", "rewrite", "refuse", "escalate")),
    reason=texts,
    findings=st.lists(findings, max_size=2).map(tuple),
)
citations = st.builds(
    Citation, document=texts, version=texts, path=texts, start=places, end=places, text=texts, heading=headings
)
answers = st.builds(
    Answer,
    question=texts,
    text=texts,
    citations=st.lists(citations, max_size=2).map(tuple),
    confidence=st.none() | ratios,
    abstained=st.booleans(),
    verdicts=st.lists(verdicts, max_size=2).map(tuple),
    hits=st.lists(hits, max_size=2).map(tuple),
    calls=st.lists(
        st.builds(Called, name=texts, arguments=texts, result=texts, outcome=st.sampled_from(("answered", "late"))),
        max_size=2,
    ).map(tuple),
    route=texts,
    timings=st.lists(st.builds(Timing, stage=texts, milliseconds=ratios), max_size=2).map(tuple),
)
spans = st.builds(Span, document=texts, version=texts, start=places, end=places, text=texts)
pairs = st.builds(
    Pair,
    question=texts,
    answer=texts,
    passages=headings,
    spans=st.lists(spans, max_size=2).map(tuple),
    synthesizer=texts,
    kind=texts,
    rule=texts,
    seed=places,
    scores=st.dictionaries(texts, ratios, max_size=2),
)


@given(st.one_of(answers, pairs, passages))
def test_a_value_is_the_same_after_the_way_to_json_and_back(value):
    assert from_json(type(value), json.loads(json.dumps(to_json(value)))) == value


def test_several_values_of_a_kind_come_back_as_what_was_asked_for():
    timings = (Timing(stage="retrieve", milliseconds=1.5), Timing(stage="generate", milliseconds=2.0))
    assert from_json(tuple[Timing, ...], to_json(timings)) == timings


def test_a_key_of_a_later_version_is_left_out_and_a_missing_one_is_an_error():
    assert from_json(Timing, {"stage": "retrieve", "milliseconds": 1, "later": []}).milliseconds == 1.0
    with pytest.raises(ValueError, match="milliseconds"):
        from_json(Timing, {"stage": "retrieve"})


def test_what_is_left_out_has_its_default():
    result = from_json(Outcome, {"before": [0.1], "after": [0.2], "steps": 3, "seconds": 1.0})
    assert (result.history, result.dropped.reasons) == ((), {})


def test_a_part_that_is_no_value_is_refused_rather_than_written_as_its_repr():
    with pytest.raises(ValueError, match="serialize"):
        to_json({"part": object()})


@given(answers)
def test_what_is_shown_of_an_answer_is_json_and_keeps_ids_inside(answer):
    told = answer_json(answer)
    assert json.loads(json.dumps(told)) == told
    shown = {"path", "start", "end", "text", "page", "heading"}
    assert all(set(each) == shown for each in told["citations"])
    assert all(set(each) == {*shown, "score", "rank", "also"} for each in told["hits"])
    assert all(set(copy) == shown - {"text"} for each in told["hits"] for copy in each["also"])
