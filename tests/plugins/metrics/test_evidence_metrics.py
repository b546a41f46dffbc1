"""Metrics of retrieval and citations, on passages and spans of one small document."""

import math
from dataclasses import replace

import pytest

from steep.kinds import Case
from steep.values import Answer, Citation, Hit, Passage, Question, Span, Verdict
from steep_plugins.metrics.citations import CitationPrecision, CitationRecall
from steep_plugins.metrics.retrieval import Ndcg, Recall, ReciprocalRank

TEXT = "Hall B costs 12 EUR a day. It opens at six, and closes at nine. Ring twice.\nHall A is free. " + "x" * 200


def span(start, end, *, version="v"):
    return Span(document="d", version=version, start=start, end=end, text=TEXT[start:end])


def at(words):
    return span(TEXT.index(words), TEXT.index(words) + len(words))


def passage(start, end, *, document="d", version="v"):
    return Passage(
        document=document, version=version, path="p.md", title="", start=start, end=end, text=TEXT[start:end]
    )


def cites(words, **changes):
    marked = at(words)
    citation = Citation(document="d", version="v", path="p.md", start=marked.start, end=marked.end, text=words)
    return replace(citation, **changes)


def case(*passages, gold=(), citations=(), arm="rag", **changes):
    hits = tuple(Hit(passage=each, score=1.0 / rank, rank=rank) for rank, each in enumerate(passages, start=1))
    answer = Answer(
        question="?", text="x", citations=tuple(citations), confidence=None, abstained=False, hits=hits, arm=arm
    )
    return Case(question=Question(id="q", question="?", answers=("x",)), answer=replace(answer, **changes), gold=gold)


def test_half_of_a_span_must_be_in_the_passage():
    gold = (span(10, 20),)
    assert Recall().score(case(passage(0, 15), gold=gold)).value == 1
    assert Recall().score(case(passage(0, 14), gold=gold)).value == 0
    assert Recall().score(case(passage(20, 40), gold=gold)).value == 0


def test_a_passage_inside_a_longer_span_covers_it():
    assert Recall().score(case(passage(50, 80), gold=(span(0, 200),))).value == 1


@pytest.mark.parametrize("other", [passage(0, 40, document="e"), passage(0, 40, version="w")])
def test_another_document_or_version_covers_nothing(other):
    assert Recall().score(case(other, gold=(span(10, 20),))).value == 0


def test_recall_is_the_share_of_spans_among_the_first_k():
    found = case(passage(0, 20), passage(40, 60), passage(80, 100), gold=(span(5, 9), span(85, 89)))
    assert Recall(k=2).score(found).value == 0.5
    assert Recall(k=3).score(found).value == 1


def test_reciprocal_rank_looks_at_the_first_passage_that_helps():
    found = case(passage(0, 20), passage(40, 60), passage(45, 65), gold=(span(50, 55),))
    assert ReciprocalRank().score(found).value == 0.5
    assert ReciprocalRank(k=1).score(found).value == 0


def test_ndcg_of_one_span_is_the_discount_of_its_rank():
    found = case(passage(0, 20), passage(20, 40), passage(40, 60), gold=(span(50, 55),))
    assert Ndcg().score(found).value == pytest.approx(1 / math.log2(4))


def test_ndcg_is_one_for_the_best_order_and_repeats_gain_nothing():
    gold = (span(5, 9), span(50, 55))
    assert Ndcg().score(case(passage(0, 20), passage(40, 60), passage(41, 61), gold=gold)).value == 1
    assert Ndcg().score(case(passage(0, 60), gold=gold)).value == 1
    repeated = Ndcg().score(case(passage(0, 20), passage(1, 21), passage(40, 60), gold=gold)).value
    assert repeated == pytest.approx((1 + 1 / 2) / (1 + 1 / math.log2(3)))


def test_ndcg_counts_what_was_not_found():
    found = case(passage(0, 20), gold=(span(5, 9), span(50, 55)))
    assert Ndcg().score(found).value == pytest.approx(1 / (1 + 1 / math.log2(3)))


def test_nothing_retrieved_is_nothing_found():
    for metric in (Recall(), ReciprocalRank(), Ndcg()):
        assert metric.score(case(gold=(span(5, 9),))).value == 0


def test_a_citation_of_the_evidence_supports_it():
    found = case(gold=(at("12 EUR"),), citations=[cites("costs 12 EUR a day"), cites("Hall A is free")])
    assert CitationPrecision().score(found).value == 0.5
    assert CitationRecall().score(found).value == 1


def test_a_citation_in_the_evidence_sentence_supports_it_and_the_next_sentence_does_not():
    gold = (at("opens at six"),)
    here = passage(0, 95)
    assert CitationPrecision().score(case(here, gold=gold, citations=[cites("closes at nine")])).value == 1
    for elsewhere in ("Hall B costs", "Ring twice", "Hall A is free"):
        assert CitationPrecision().score(case(here, gold=gold, citations=[cites(elsewhere)])).value == 0


def test_the_sentence_is_known_only_where_its_passage_was_retrieved():
    gold = (at("opens at six"),)
    assert CitationPrecision().score(case(gold=gold, citations=[cites("closes at nine")])).value == 0


def test_a_citation_of_another_version_supports_nothing():
    found = case(gold=(at("12 EUR"),), citations=[cites("12 EUR", version="w")])
    assert (CitationPrecision().score(found).value, CitationRecall().score(found).value) == (0, 0)


def test_an_answer_that_cites_nothing_has_no_precision_and_no_recall():
    found = case(gold=(at("12 EUR"),))
    assert CitationPrecision().score(found).reason == "the answer cites nothing"
    assert CitationRecall().score(found).value == 0


@pytest.mark.parametrize("metric", [Recall(), ReciprocalRank(), Ndcg(), CitationPrecision(), CitationRecall()])
def test_what_cannot_be_judged_says_why(metric):
    gold = (at("12 EUR"),)
    assert "no evidence was found" in metric.score(case()).reason
    assert "the arm base" in metric.score(case(gold=gold, arm="base")).reason
    unanswerable = replace(case(), question=Question(id="q", question="?"))
    assert "cannot be answered" in metric.score(unanswerable).reason


def test_an_abstention_has_no_citations_to_judge_and_a_stopped_question_no_retrieval():
    gold = (at("12 EUR"),)
    assert CitationRecall().score(case(gold=gold, abstained=True)).reason == "it abstained"
    stopped = Verdict(guardrail="injection", stage="input", action="refuse", reason="r")
    assert "before retrieval" in Recall().score(case(gold=gold, abstained=True, verdicts=(stopped,))).reason
