"""Whether an answer has the form that its question asks for."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from steep.language import sentence_spans
from steep.prompts import MARKER
from steep.values import Score
from steep_plugins.languages.en.forms import asked_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Case
    from steep_plugins.languages.en.forms import Form

_FENCE = re.compile(r"\A\s*```[\w-]*\n(.*?)\n?```\s*\Z", re.S)
_ITEM = re.compile(r"^[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+\S", re.M)
_NUMBERED = re.compile(r"^[ \t]*\d{1,3}[.)][ \t]+\S", re.M)
_RULE = re.compile(r"\|?[ \t]*:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)*\|?")


class FormKept:
    """The share of what a question asks of its answer's form that the answer keeps: JSON, table, list, length.

    What is asked is read in English. A question that asks for no form is not measured.
    """

    higher_is_better = True

    def score(self, case: Case) -> Score:
        form = asked_form(case.question.question)
        kept = list(_kept(form, case.answer.text))
        if not kept:
            return Score(value=None, reason="the question asks for no form")
        if case.answer.abstained:
            return Score(value=None, reason="it abstained")
        return Score(value=sum(kept) / len(kept))


def _kept(form: Form, said: str) -> Iterator[bool]:
    text = MARKER.sub("", said).strip()
    is_json = form.json and (_is_json(said) or _is_json(text))  # [1] may be a citation's marker, or an array
    if form.json:
        yield is_json
    if form.table:
        yield _is_table(text)
    if form.listed:
        yield bool((_NUMBERED if form.numbered else _ITEM).search(text)) or is_json
    if form.items is not None:
        yield 1 <= len(_ITEM.findall(text)) <= form.items
    if form.sentences is not None:
        yield 1 <= len(sentence_spans(text)) <= form.sentences
    if form.words is not None:
        yield 1 <= len(text.split()) <= form.words


def _is_json(text: str) -> bool:
    """Whether the whole of it, or of its one code block, is an object or an array."""
    fenced = _FENCE.match(text)
    try:
        return isinstance(json.loads(fenced[1] if fenced else text), dict | list)
    except (ValueError, RecursionError):
        return False


def _is_table(text: str) -> bool:
    """Whether a Markdown table stands in it: a line of cells, and below it the line that makes it a header."""
    lines = [line.strip() for line in text.splitlines()]
    return any("|" in above and "|" in below and _RULE.fullmatch(below) for above, below in pairwise(lines))
