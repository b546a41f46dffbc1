"""Questions that the document itself asks, in a heading or in bold, answered by what follows."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from steep.words import content_stems
from steep_plugins.synthesizers.structure.candidate import Candidate
from steep_plugins.synthesizers.structure.wording import as_asker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.statements import Statement
    from steep_plugins.synthesizers.structure.voice import Voice

_QUESTION = re.compile(
    r"^(?:Q[.:]?\s*)?(?P<question>(?:How|What|When|Where|Who|Why|Which|Can|Do|Does|Is|Are|Should|Will|May|Must|"
    r"Am|Did|Has|Have|I|If|My)\b.{6,120}\?)$"
)
_RHETORICAL = re.compile(r"^(?:Do|Have|Are|Did|Need|Want|Should|Why not)\b(?: you| we)")
_POOR = re.compile(
    r"^(?:You (?:may|might) have|There (?:is|are) (?:a number|a few|some|lots|many)|"
    r"See|Consult|Refer|Read|For more|Check|This is a|Great|Glad|Good question|Thanks?|There are (?:two|"
    r"three|several|many)|In practice|It depends|Sometimes)\b|:$"
)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    match = _QUESTION.match(section.topic)
    if match and statements and section.paragraphs and not section.paragraphs[0].item:
        yield from _answered(match["question"], statements[0], voice, "heading")
    for first, second in pairwise(statements):
        match = _QUESTION.match(first.text)
        if match and first.before is None and (second.before is first or second.before is None):
            yield from _answered(match["question"], second, voice, "inline")


def _answered(question: str, statement: Statement, voice: Voice, where: str) -> Iterator[Candidate]:
    if _POOR.search(statement.text) or statement.text.endswith("?") or len(statement.text.split()) < 3:
        return
    if re.match(r"(?:what should|how)\b", question, re.IGNORECASE) and not content_stems(question) & content_stems(
        statement.text
    ):
        return
    if re.search(r" and (?:what|who|how|where|when|why|which|is|are|do|does|can)\b", question):
        return
    if _RHETORICAL.match(question) or len(question.split()) < 4:
        return
    text = question.rstrip("?")
    if " you " in f" {text} " and not re.match(r"(?:Can|Do|Does|Is|Are|Will|Should) you\b", text):
        text = as_asker(text)
    yield Candidate(
        question=voice.styled(text[:1].lower() + text[1:] if not text.startswith("I ") else text),
        answer=statement.line.cut(0, len(statement.text)),
        kind="asked",
        rule=f"asked:{where}",
        entity=question,
    )
