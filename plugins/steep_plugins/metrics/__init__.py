"""Metrics: what an answer is worth, as offers. None of them asks a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import NoOptions, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep import Context, Offer
    from steep.kinds import Metric


class RankOptions(BaseModel, extra="forbid", frozen=True):
    """``k`` is how many of the retrieved passages are looked at."""

    k: int = Field(default=10, ge=1)


class RecallOptions(BaseModel, extra="forbid", frozen=True):
    """``k`` is how many of the retrieved passages are looked at."""

    k: int = Field(default=5, ge=1)


class PointsOptions(BaseModel, extra="forbid", frozen=True):
    """``right`` is the token F1 from which an answer counts as right."""

    right: float = Field(default=0.5, gt=0.0, le=1.0)


def build_exact_match(options: NoOptions, context: Context) -> Metric:
    from steep_plugins.metrics.exact_match import ExactMatch

    return ExactMatch()


def build_token_f1(options: NoOptions, context: Context) -> Metric:
    from steep_plugins.metrics.token_f1 import TokenF1

    return TokenF1()


def build_rouge_l(options: NoOptions, context: Context) -> Metric:
    from steep_plugins.metrics.rouge_l import RougeL

    return RougeL()


def build_recall(options: RecallOptions, context: Context) -> Metric:
    from steep_plugins.metrics.recall import Recall

    return Recall(k=options.k)


def build_mrr(options: RankOptions, context: Context) -> Metric:
    from steep_plugins.metrics.mrr import ReciprocalRank

    return ReciprocalRank(k=options.k)


def build_ndcg(options: RankOptions, context: Context) -> Metric:
    from steep_plugins.metrics.ndcg import Ndcg

    return Ndcg(k=options.k)


def build_citation_precision(options: NoOptions, context: Context) -> Metric:
    from steep_plugins.metrics.citation_precision import CitationPrecision

    return CitationPrecision()


def build_citation_recall(options: NoOptions, context: Context) -> Metric:
    from steep_plugins.metrics.citation_recall import CitationRecall

    return CitationRecall()


def build_abstention(options: NoOptions, context: Context) -> Metric:
    from steep_plugins.metrics.abstention import Abstention

    return Abstention()


def build_points(options: PointsOptions, context: Context) -> Metric:
    from steep_plugins.metrics.points import Points

    return Points(right=options.right)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    # the first decides the verdict of a report, and the first five are shown on a terminal, where steep.toml lists none
    yield offer(
        kind="metric",
        name="token-f1",
        summary="Words shared with the best gold answer, as F1 (SQuAD's definition, numbers kept whole).",
        build=build_token_f1,
    )
    yield offer(
        kind="metric",
        name="points",
        summary="+1 for right, 0 for an abstention, -1 for wrong.",
        config=PointsOptions,
        build=build_points,
    )
    yield offer(
        kind="metric",
        name="abstention",
        summary="1 where it was right to answer, or right to abstain.",
        build=build_abstention,
    )
    yield offer(
        kind="metric",
        name="recall",
        summary="Share of the evidence that stands in the first k passages.",
        config=RecallOptions,
        build=build_recall,
    )
    yield offer(
        kind="metric",
        name="citation-precision",
        summary="Share of the citations that point at the evidence.",
        build=build_citation_precision,
    )
    yield offer(
        kind="metric",
        name="citation-recall",
        summary="Share of the evidence that the citations point at.",
        build=build_citation_recall,
    )
    yield offer(
        kind="metric",
        name="mrr",
        summary="1 over the rank of the first passage that holds evidence.",
        config=RankOptions,
        build=build_mrr,
    )
    yield offer(
        kind="metric",
        name="ndcg",
        summary="Discounted gain of the passages that hold evidence, against the best order.",
        config=RankOptions,
        build=build_ndcg,
    )
    yield offer(
        kind="metric",
        name="exact-match",
        summary="1 where the answer equals a gold answer, but for case, punctuation and articles.",
        build=build_exact_match,
    )
    yield offer(
        kind="metric",
        name="rouge-l",
        summary="Longest common word sequence with the best gold answer, as F1.",
        build=build_rouge_l,
    )
