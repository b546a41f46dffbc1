"""Takes findings out of a text until none is left: what is taken out may bring two other parts together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from steep.values import Finding

__all__ = ["replaced", "settled"]

# each round takes something out, and a few rounds settle any text; one that does not settle is given up
_ROUNDS = 20


def replaced(text: str, findings: Sequence[Finding], instead: Callable[[Finding], str]) -> str:
    """The text with each finding replaced; of two that overlap, the earlier counts."""
    written, position = [], 0
    for found in sorted(findings, key=lambda each: (each.start, -each.end)):
        if found.start >= position:
            written += [text[position : found.start], instead(found)]
            position = found.end
    return "".join(written) + text[position:]


def settled(
    text: str,
    findings: Sequence[Finding],
    find: Callable[[str], Sequence[Finding]],
    instead: Callable[[Finding], str],
) -> str | None:
    """The text without its findings, nor what ``find`` finds in what is left; None where it does not end."""
    for _ in range(_ROUNDS):
        if not findings:
            return text
        text = replaced(text, findings, instead)
        findings = find(text)
    return None
