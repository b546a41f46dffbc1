"""Questions that the document itself asks, in a heading or in bold, answered by what follows."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from steep.language import content_stems
from steep_plugins.languages.en.voice import as_asker
from steep_plugins.synthesizers.structure.plain import Candidate, joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.plain import Line

_QUESTION = re.compile(
    r"^(?:Q[.:]?\s*)?(?P<question>(?:How|What|When|Where|Who|Why|Which|Can|Do|Does|Is|Are|Should|Will|May|Must|"
    r"Am|Did|Has|Have|I|If|My)\b.{6,120}\?)$"
)
_RHETORICAL = re.compile(
    r"^(?:(?:Do|Have|Are|Did|Need|Want|Should|Why not|Will|Would|Is|Was)\b(?: you| we)|What other\b)"
)
_YES_NO = re.compile(r"(?:Can|Do|Does|Is|Are|Should|Will|May|Must|Am|Did|Has|Have)\b", re.IGNORECASE)
# a question of these is answered by a word, which one sentence can hold
_SHORT = re.compile(r"(?:when|where|who|which|how (?:much|many|often|long|soon|far|old|big))\b", re.IGNORECASE)
_LABEL = re.compile(r"[A-Z][\w ]{3,60}: [A-Z]")
_BARE = re.compile(r"(?:yes|no)[.!]$", re.IGNORECASE)
# the next sentence takes back a part of the answer
_TURNED = re.compile(r"(?:however|but|unless|except|although|that said|note that)\b", re.IGNORECASE)
_WHOLE = 3  # in so many sentences a section that is nothing more answers its heading
_POOR = re.compile(
    r"^(?:You (?:may|might) have|There (?:is|are) (?:a number|a few|some|lots|many)|"
    r"See|Consult|Refer|Read|For (?:more|additional|further|example)|While|Although|Unlike|Not every|As|"
    r"Check|This is a|Great|Glad|Good question|Thanks?|There are (?:two|"
    r"three|several|many)|In practice|It depends|Sometimes)\b|:$"
)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    match = _QUESTION.match(section.topic)
    if match and statements and section.paragraphs and not section.paragraphs[0].item:
        answer = _answer(match["question"], section)
        if answer:
            yield from _answered(match["question"], answer, voice, "heading")
    for first, second in pairwise(statements):
        match = _QUESTION.match(first.text)
        if match and first.before is None and (second.before is first or second.before is None):
            short = _SHORT.match(match["question"]) or _YES_NO.match(match["question"]) or not second.following
            told = second.clause or re.match(r"(?:yes|no)\b", second.text, re.IGNORECASE)
            if short and told and not second.goes_on and not _LABEL.match(second.text):
                yield from _answered(match["question"], second.line, voice, "inline")


def _answer(question: str, section: Section) -> Line | None:
    """The first sentence where the question wants no more ("Yes." and the next), else a short section."""
    sentences = [line for paragraph in section.paragraphs for line in paragraph.sentences]
    if _YES_NO.match(question) or _SHORT.match(question):
        first = 2 if _BARE.match(sentences[0].text) else 1
        turned = len(sentences) > first and _TURNED.match(sentences[first].text)
        return None if turned else joined(sentences[:first], " ")
    if len(sentences) <= _WHOLE and len(section.paragraphs) == 1 and not section.tables:
        return joined(sentences, " ")
    return None


def _answered(question: str, answer: Line, voice: Voice, where: str) -> Iterator[Candidate]:
    if _POOR.search(answer.text) or answer.text.endswith("?") or len(answer.text.split()) < 3:
        return
    told = content_stems(question) & content_stems(answer.text)
    if not told and not re.match(r"(?:yes|no)\b", answer.text, re.IGNORECASE):
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
        answer=answer,
        kind="asked",
        rule=f"asked:{where}",
        entity=question,
    )
