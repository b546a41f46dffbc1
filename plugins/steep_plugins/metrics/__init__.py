"""Metrics: what an answer is worth, as offers. None of them asks a model, and none is heavy to import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import hookimpl, offer
from steep.measuring.scoring import exact_match, rouge_l, token_f1
from steep_plugins.metrics.citations import CitationPrecision, CitationRecall
from steep_plugins.metrics.decisions import Abstention, Points
from steep_plugins.metrics.effort import AnswerTokens, AnswerWords, TokensPerSecond, WordsPerSecond
from steep_plugins.metrics.faithfulness import Faithfulness
from steep_plugins.metrics.form import FormKept
from steep_plugins.metrics.retrieval import Ndcg, Recall, ReciprocalRank
from steep_plugins.metrics.text import Likeness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep import Offer


class RankOptions(BaseModel, extra="forbid", frozen=True):
    """``k`` is how many of the retrieved passages are looked at."""

    k: int = Field(default=10, ge=1)


class RecallOptions(BaseModel, extra="forbid", frozen=True):
    """``k`` is how many of the retrieved passages are looked at."""

    k: int = Field(default=5, ge=1)


class PointsOptions(BaseModel, extra="forbid", frozen=True):
    """``right`` is the token F1 from which an answer counts as right."""

    within: int = Field(default=40, ge=0, description="words of an answer that counts as right by holding a gold whole")

    right: float = Field(default=0.5, gt=0.0, le=1.0)


class FaithfulnessOptions(BaseModel, extra="forbid", frozen=True):
    """``least`` is the share of a sentence's content words that a passage must hold."""

    least: float = Field(default=0.6, gt=0.0, le=1.0)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    # which of them a report has where steep.toml names none is said in defaults.toml, not by what is offered here
    yield offer(
        kind="metric",
        name="token-f1",
        summary="Words shared with the best gold answer, as F1 (SQuAD's definition, numbers kept whole).",
        build=lambda options, context: Likeness(token_f1),
    )
    yield offer(
        kind="metric",
        name="points",
        summary="+1 for right, 0 for an abstention, -1 for wrong.",
        config=PointsOptions,
        build=lambda options, context: Points(right=options.right, within=options.within),
    )
    yield offer(
        kind="metric",
        name="abstention",
        summary="1 where it was right to answer, or right to abstain.",
        build=lambda options, context: Abstention(),
    )
    yield offer(
        kind="metric",
        name="recall",
        summary="Share of the evidence that stands in the first k passages.",
        config=RecallOptions,
        build=lambda options, context: Recall(k=options.k),
    )
    yield offer(
        kind="metric",
        name="citation-precision",
        summary="Share of the citations that point at the evidence.",
        build=lambda options, context: CitationPrecision(),
    )
    yield offer(
        kind="metric",
        name="citation-recall",
        summary="Share of the evidence that the citations point at.",
        build=lambda options, context: CitationRecall(),
    )
    yield offer(
        kind="metric",
        name="mrr",
        summary="1 over the rank of the first passage that holds evidence.",
        config=RankOptions,
        build=lambda options, context: ReciprocalRank(k=options.k),
    )
    yield offer(
        kind="metric",
        name="ndcg",
        summary="Discounted gain of the passages that hold evidence, against the best order.",
        config=RankOptions,
        build=lambda options, context: Ndcg(k=options.k),
    )
    yield offer(
        kind="metric",
        name="exact-match",
        summary="1 where the answer equals a gold answer, but for case, punctuation and articles.",
        build=lambda options, context: Likeness(exact_match),
    )
    yield offer(
        kind="metric",
        name="rouge-l",
        summary="Longest common word sequence with the best gold answer, as F1.",
        build=lambda options, context: Likeness(rouge_l),
    )
    yield offer(
        kind="metric",
        name="faithfulness",
        summary="Share of the answer's sentences that a cited or found passage supports, word by word.",
        config=FaithfulnessOptions,
        build=lambda options, context: Faithfulness(least=options.least),
    )
    yield offer(
        kind="metric",
        name="form",
        summary="Share of what the question asks of the answer's form (JSON, table, list, length) that it keeps.",
        build=lambda options, context: FormKept(),
    )
    yield offer(
        kind="metric",
        name="answer-words",
        summary="Words of the answer; neither more nor fewer is better.",
        build=lambda options, context: AnswerWords(),
    )
    yield offer(
        kind="metric",
        name="words-per-second",
        summary="Words of the answer over the seconds its generator took.",
        build=lambda options, context: WordsPerSecond(),
    )
    yield offer(
        kind="metric",
        name="answer-tokens",
        summary="Tokens written for the answer; neither more nor fewer is better.",
        build=lambda options, context: AnswerTokens(),
    )
    yield offer(
        kind="metric",
        name="tokens-per-second",
        summary="Tokens written for the answer over the seconds its generator took.",
        build=lambda options, context: TokensPerSecond(),
    )
