"""The sentences of a section with the clauses in them; "it" is given its subject where the sentence before names it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.language import word_set
from steep_plugins.languages.en.clause import clause_of
from steep_plugins.languages.en.verbs import BASES, GERUND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.clause import Clause
    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.plain import Line

# from such a sentence on, a paragraph speaks of a case that was made up
_SUPPOSED = re.compile(
    r"(?:for (?:example|instance)|imagine|suppose|let['’]s (?:say|assume|imagine|take|look)|assum(?:e|ing)|"
    r"say,? (?:you|we)|consider (?:the|an?|this)|in (?:this|the following|our) example|example:|e\.g\.)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(?:then|next|after (?:that|this|which)|afterwards?|finally|second(?:ly)?|also|additionally|in addition|and|or|"
    r"alternatively|otherwise|however|but|once (?:this|that|you have done)|from there|you (?:must|should|can|will|may)"
    r"(?: also| then| need to also)|it (?:also|then)|please also)\b",
    re.IGNORECASE,
)
# it sends the reader on, and asks nothing more of him
_POINTER = re.compile(
    r"(?:please )?(?:see|note|remember|read|check out|refer|consult|visit|learn|review|keep in mind|be aware)\b",
    re.IGNORECASE,
)
# what one person tells of himself holds for nobody else
_OWN = re.compile(r"(?:^|[\s“\"(])I(?:['’](?:m|ve|d|ll))? (?:[a-z]+ly )?[a-z]")
_EXAMPLES = re.compile(r"\b(?:examples?|samples?|scenarios?)\b", re.IGNORECASE)
_SINGULAR = word_set("is was does has")
_PLURAL = word_set("are were do have")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """``clause`` is the main clause where it could be read; ``before`` is the sentence before, in the paragraph.

    ``following`` is the text of the sentence after it, in the paragraph; ``step`` says that the list is numbered.
    """

    line: Line
    clause: Clause | None
    before: Statement | None
    item: bool
    step: bool = False
    following: str = ""

    @property
    def text(self) -> str:
        return self.line.text

    @property
    def goes_on(self) -> bool:
        """Whether the next sentence takes the same matter further: a second step, or an exception."""
        if _GOES_ON.match(self.following):
            return True
        order = clause_of(self.following) if self.following and not _POINTER.match(self.following) else None
        return order is not None and order.imperative


def statements(section: Section) -> Iterator[Statement]:
    """What a section states of itself: nothing of an example."""
    if _EXAMPLES.search(section.topic):
        return
    for paragraph in section.paragraphs:
        before: Statement | None = None
        texts = [line.text for line in paragraph.sentences]
        for line, following in zip(paragraph.sentences, [*texts[1:], ""], strict=True):
            if _SUPPOSED.match(line.text):
                break
            if _OWN.search(line.text) and not line.text.endswith("?"):
                before = None
                continue
            clause = (
                clause_of(line.text, pronoun=_antecedent(line.text, before, section.topic))
                if _prose(line.text)
                else None
            )
            before = Statement(
                line=line,
                clause=clause,
                before=before,
                item=paragraph.item,
                step=paragraph.step,
                following=following,
            )
            yield before


def _prose(text: str) -> bool:
    """A sentence of words: not a question, a lead-in, a heading in disguise or a line of symbols."""
    words = text.split()
    if not 3 <= len(words) <= 60 or text.endswith(("?", ":")):
        return False
    return sum(word.strip(".,()'\"’").isalpha() for word in words) >= 0.6 * len(words)


def _names_a_thing(topic: str) -> bool:
    """A heading of which a first sentence may say "it": a name, not a task, a question or a plural."""
    words = topic.split()
    task = not words or words[0].lower() in BASES or words[0].lower() in GERUND
    return 1 <= len(words) <= 4 and not task and not topic.endswith(("s", "?")) and topic.replace(" ", "").isalnum()


def _antecedent(text: str, before: Statement | None, topic: str) -> str:
    first = text.split(None, 1)[0].lower() if text else ""
    if first == "it" and before is None and _names_a_thing(topic):
        return topic
    if first not in ("it", "they") or before is None or before.clause is None or before.clause.imperative:
        return ""
    clause = before.clause
    if first == "it" and re.search(r", (?:which|who)\b|\bprogram which\b", before.text):
        return ""  # either of two things
    wrong = _PLURAL if first == "it" else _SINGULAR
    subject = clause.subject
    if clause.auxiliary in wrong or subject.lower() in ("you", "we", "i") or len(subject.split()) > 6:
        return ""
    return subject


_CUT = re.compile(r"[,;:()–—\[]|\s-\s|\.\s|\b(?:and|or|but|which|so that|because|whereas|as well as|including|e\.g)\b")
_HEAD = re.compile(
    r"[,;:()–—\[\]]|\s-\s|\b(?:that|which|who|and (?:can|is|are|will|may|must|should|be|has|have)|if"
    r"|because|when|whether|unless|while|it|this|these|there)\b"
)
_TAIL_WORDS = word_set(
    """
    of in on at to for from by with per before after if when unless until during each every once between via
    into under over within without as while where through using across about against than
    """
)
_ODD = re.compile(r"\b(?:it|this|these|those|they|them|he|she|that|which|who|following|above|below|here|there)\b", re.I)


def around(clause: Clause, start: int, end: int, *, longest: int = 11) -> tuple[str, str] | None:
    """What stands before and after ``text[start:end]`` in the clause, or None where a question would be broken."""
    if not clause.start <= start < end <= clause.end:
        return None
    head = clause.text[clause.start : start].strip()
    after = clause.text[end : clause.end]
    cut = _CUT.search(after)
    tail = (after[: cut.start()] if cut else after).strip()
    if cut and cut.group() in ("and", "or") and not tail:
        return None
    if _HEAD.search(head) or len(head.split()) > longest or len(tail.split()) > longest:
        return None
    first = tail.split(None, 1)[0].lower() if tail else ""
    if first and first not in _TAIL_WORDS:
        return None
    if _ODD.search(head) or _ODD.search(tail):
        return None
    return re.sub(r"\b(?:only|also) ?", "", head), tail
