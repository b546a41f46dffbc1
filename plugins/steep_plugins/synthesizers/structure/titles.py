"""The names of things that a page's title and headings hold, to be told in a question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import word_set
from steep_plugins.synthesizers.structure.clause import clause_of
from steep_plugins.synthesizers.structure.clean import content_words
from steep_plugins.synthesizers.structure.verbs import BASES, GERUND, NOUNS, PARTICIPLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.voice import Voice

_DULL = re.compile(
    r"\b(?:overview|introduction|faqs?|frequently asked|questions?|answers?|contacts?|resources?|references?|notes?|"
    r"about|summary|background|miscellaneous|misc|other|others|more|appendix|index|readme|changelog|glossary|home|welcome|"
    r"examples?|details?|general|basics?|further|next|tips?|troubleshooting|issues|terms|options?|usage|steps?|"
    r"example|step|part|chapter|page|section|information|not|do|don't|getting|history|purpose|scope|meta|available|what|how|why|when|"
    r"where|"
    r"who|you|your|we|our|this|it|my|vs|structure|overall|alternatives?|considered|considerations?|flags?|logistics|context|goals?|maintainability|"
    r"additional|limitations?|caveats?)\b",
    re.IGNORECASE,
)
# alone, these are of anything
_LONE = word_set(
    """
    website websites site sites tool tools type types field fields format formats list lists data result results
    requirement requirements rule rules guidance role roles responsibilities principles deployment configuration setup
    code codes tags limits process procedure product team requests response values errors
    """
)
# the name of a text: what stands in it is not for it
_PAPER = re.compile(
    r"\b(?:guides?|handbook|playbook|policy|procedures?|specification|manual|program|process|\w+ing)\b", re.I
)
_BRACKETS = re.compile(r"\s*[\[(][^\])]*[\])]")
_LONGEST = 5


def subjects_of(section: Section, voice: Voice) -> Iterator[str]:
    """What the page is about, then what its headings are about, where these are names of things."""
    seen: set[str] = set()
    for text in (section.title, *section.heading[:1]):
        subject = _BRACKETS.sub("", text).strip(" .:-–")
        words = subject.split()
        lone = len(words) == 1 and words[0].lower() in _LONE
        if not words or len(words) > _LONGEST or subject in seen or lone or _DULL.search(subject):
            continue
        seen.add(subject)
        if (
            len(subject) < 2
            or re.search(r"[?!:;/<>{}#@|=*\"]|, | - ", subject)
            or not subject[0].isalnum()
            or not content_words(subject)
        ):
            continue
        first = words[0].lower()
        if len(words) > 1 and words[1].lower() in ("a", "an", "the"):
            continue
        if (len(words) == 1 and first in PARTICIPLE) or (len(words) > 4 and "and" in words):
            continue
        task = (first in BASES and first not in NOUNS) or first in GERUND or (first in BASES and len(words) > 1)
        if task or clause_of(subject) or " to " in subject:
            continue
        yield _in_sentence(words, voice)


def _in_sentence(words: list[str], voice: Voice) -> str:
    """A heading's words as they stand within a sentence: names keep their capitals."""
    if len(words) == 1:
        return words[0] if words[0] in voice.names else voice.lowered(words[0])
    title = [word for word in words if word.istitle()]
    if len(title) == 1 and words[0].istitle() and words[0].lower() in voice.common:
        return " ".join([words[0].lower(), *words[1:]])
    lower = all(word.lower() in voice.common for word in title)
    return " ".join(word.lower() if lower and word.istitle() else word for word in words)


def names_a_text(subject: str) -> bool:
    return bool(_PAPER.search(subject))
