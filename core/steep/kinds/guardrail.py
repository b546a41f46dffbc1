"""A guardrail: it detects; the policy in steep.toml decides what follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from steep.kinds.generator import Quote
    from steep.values import Finding, Hit


Place = Literal["draft", "answer", "citation", "heading", "path", "hit", "call", "reason"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRequest:
    """What is checked at a stage: ``text`` is the question or the draft's text; ``hits`` the passages.

    ``quotes`` are what the draft rests on, at the output stage. ``claims`` are the stretches of a draft in JSON that
    say something of the documents: its values, but those that were only chosen from what was asked for. None stands for
    a draft that is no JSON: all of it does.

    The texts that leave are checked at the output stage too, and ``place`` says what each is: the answer as it is sent,
    or what is shown beside it. A guardrail that judges what was written (is it cited, is it grounded, is it plain) does
    so on the ``draft`` and passes the other places; one that looks for what must not be seen takes all of them alike.
    """

    stage: Literal["input", "passages", "output"]
    text: str
    question: str
    hits: tuple[Hit, ...] = ()
    quotes: tuple[Quote, ...] = ()
    place: Place = "draft"
    claims: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a guardrail saw. ``passed`` is False when the policy shall be applied.

    ``rewritten`` is the text with the findings taken out, for the policy ``rewrite``; at the passages stage, a
    finding's ``passage`` and range bar those words from being quoted.
    """

    passed: bool
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    rewritten: str | None = None


class Guardrail(Protocol):
    """Checks a text: pure, never raising on odd Unicode. Detection only; the policy stands in steep.toml.

    ``stages`` lists where it can be used; ``on_fail`` is the policy when steep.toml names none.
    """

    @property
    def stages(self) -> tuple[str, ...]: ...

    @property
    def on_fail(self) -> Literal["allow", "rewrite", "refuse", "escalate"]: ...

    def check(self, request: GuardRequest) -> Check: ...


KIND = Kind(
    name="guardrail",
    summary="checks questions, passages and answers",
    table='[guardrails]\noutput = [{ use = "NAME", on_fail = "refuse" }]',
    reserved=("use", "on_fail"),
    advice=(
        "It looks at the question (`input`), at what was found (`passages`: `request.hits`, and findings name"
        " their passage) or at what leaves (`output`, where `request.place` tells the answer from what stands"
        " beside it). One that raises refuses. Put no words of the text into `reason`: it is shown, logged "
        "and kept."
    ),
)
