"""Finds words that a team does not want to see in a question or an answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.kinds import Check
from steep.values import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Guardrail, GuardRequest


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-guardrail"`."""

    words: tuple[str, ...] = Field(default=(), description="whole words, whatever their case")


class MyGuardrail:
    """Detects only: what follows a finding is decided by `on_fail` in steep.toml."""

    stages = ("input", "output")
    on_fail: Literal["refuse"] = "refuse"

    def __init__(self, *, words: tuple[str, ...]) -> None:
        listed = sorted((re.escape(word) for word in words if word.strip()), key=len, reverse=True)
        self._listed = re.compile(rf"(?<!\w)(?:{'|'.join(listed)})(?!\w)", re.IGNORECASE) if listed else None

    def check(self, request: GuardRequest) -> Check:
        if self._listed is None:
            return Check(passed=True)
        findings = tuple(
            Finding(rule="listed-word", start=found.start(), end=found.end())
            for found in self._listed.finditer(request.text)
        )
        if not findings:
            return Check(passed=True)
        words = ", ".join(sorted({repr(request.text[each.start : each.end]) for each in findings}))
        return Check(
            passed=False,
            reason=f"it holds listed words: {words}",
            findings=findings,
            rewritten=self._listed.sub("…", request.text),
        )


def build(options: Options, context: Context) -> Guardrail:
    return MyGuardrail(words=options.words)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="guardrail",
        name="my-guardrail",
        summary="Finds listed words",
        config=Options,
        build=build,
    )
