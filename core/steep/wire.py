"""Values as JSON: one mapping for the command line, the server and the reports, so that their keys are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.values import Answer, Citation, Finding, Hit, Verdict

__all__ = ["answer_json", "citation_json", "hit_json", "search_json", "verdict_json"]


def answer_json(answer: Answer) -> dict[str, Any]:
    """What `steep ask --json` prints and `POST /answer` returns; ``timings`` are milliseconds by stage."""
    return {
        "question": answer.question,
        "answer": answer.text,
        "citations": [citation_json(citation) for citation in answer.citations],
        "confidence": answer.confidence,
        "abstained": answer.abstained,
        "escalated": answer.escalated,
        "refusal": answer.refusal,
        "verdicts": [verdict_json(verdict) for verdict in answer.verdicts],
        "timings": {timing.stage: round(timing.milliseconds, 3) for timing in answer.timings},
        "arm": answer.arm,
        "profile": answer.profile,
        "adapter": answer.adapter,
        "generation": answer.generation,
        "hits": [hit_json(hit) for hit in answer.hits],
    }


def search_json(question: str, hits: Sequence[Hit], generation: int | None) -> dict[str, Any]:
    """What `steep search --json` prints and `POST /search` returns."""
    return {"question": question, "generation": generation, "hits": [hit_json(hit) for hit in hits]}


def citation_json(citation: Citation) -> dict[str, Any]:
    """``start`` and ``end`` are character offsets into the document's text; ``heading`` is outermost first."""
    return {
        "path": citation.path,
        "start": citation.start,
        "end": citation.end,
        "text": citation.text,
        "page": citation.page,
        "heading": list(citation.heading),
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "path": passage.path,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "page": passage.page,
        "heading": list(passage.heading),
        "score": hit.score,
        "rank": hit.rank,
    }


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "guardrail": verdict.guardrail,
        "stage": verdict.stage,
        "action": verdict.action,
        "reason": verdict.reason,
        "findings": [_finding_json(finding) for finding in verdict.findings],
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "start": finding.start,
        "end": finding.end,
        "score": finding.score,
        "passage": finding.passage,
    }
