"""A row to learn reading from, and how the rows of question files become one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingExample:
    """A question, a text, and where the answer stands in it; ``span`` is None where the text does not answer.

    ``lead`` is what stands above the text (title, headings): shown to the model, never quoted.
    """

    question: str
    context: str
    span: tuple[int, int] | None
    lead: str = ""
    group: str = ""
    source: str = ""
