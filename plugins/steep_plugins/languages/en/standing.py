"""Whether a question can be understood without its page; where it cannot, the title or a heading is named in it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from steep.language import content_stems, stem, word_set
from steep_plugins.languages.en.clause import clause_of
from steep_plugins.languages.en.clean import content_words
from steep_plugins.languages.en.verbs import BASES, GERUND, NOUNS, PARTICIPLE, PAST, THIRD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.plain import Candidate

_THE = re.compile(r"\bthe ((?:[\w.’'/-]+ ?)+)", re.IGNORECASE)
_MARKED = re.compile(r"[A-Za-z]\d|\d[A-Za-z]|\d\.\d|[_%#@]|[A-Za-z]\.\w|^--?\w|.[A-Z]")
_COMPLEMENT = word_set("of for that which who from between to whose where")
_ENDS = _COMPLEMENT | word_set(
    """
    in on at with by if when while as and or but than is are was were be been do does did has have had can may must
    should shall will would could might not before after until unless during into over under without within about
    my your our i we you they it he she what why how there called mean
    """
)
# in a question these hardly ever are nouns, though they could be
_MOSTLY_VERBS = word_set("need use support offer store cover work start keep help cause include")
# these single out nothing that a stranger knows
_LOOSE = word_set(
    """
    new old current first second third fourth last final next whole entire actual right correct wrong existing original
    main key full exact only single total best good given specified chosen selected required necessary needed real
    following own resulting two three four
    """
)
# of which there is one for everybody who asks
_KNOWN = word_set(
    """
    internet web world government public law country year week month day night morning afternoon evening weekend past
    future sun president constitution police doctor weather cloud summer winter spring autumn way
    difference meaning
    """
)
# of which each page may have its own
_ON_EACH_PAGE = word_set(
    """
    team group office form template request review process procedure program project system site page document guide
    list table channel meeting event call class course account user member person position role agreement contract
    partner client server proxy connection handle transfer callback function operation option flag command query
    header field value data code file test format threshold target message response node instance job service
    """
)
_POINTING = re.compile(
    r"\b(?:the same|other|others|another|both(?! .{1,40} and )|respective(?:ly)?|previous(?:ly)?|latter|former|further|"
    r"relevant|corresponding|elsewhere|accordingly|instead(?! of)|thereafter|(?:some|most|many|all|both|certain) cases|"
    r"(?:all|both|each) of (?:us|you)|more (?:details|information|info))\b",
    re.IGNORECASE,
)
_CALENDAR = re.compile(
    r"(?:Phase|Step|Part|Section|Chapter|Table|Figure|Week|Day|Level)$|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?$|(?:January|February|March|April|June|July)$"
)
_OPENS_SO = re.compile(r"(?:for|if|when|once|whenever|after|before|unless|with|in|as)\b", re.IGNORECASE)
_TELLING = 3  # with fewer words that mean something, a question names too little
_EMPTY = word_set("once after before until happen happened first ask find look called stand short kind part")
# rules whose questions hold little but "how many", "default" or "examples" and a noun
_BARE = ("limits:there", "defaults:stated", "instances:such-as")


# what is asked for by such a rule is named, or is itself the name
_NAMING_KINDS = ("definition", "naming", "option", "comparison", "asked", "table", "key-value", "contact")


def placed(candidate: Candidate, section: Section, voice: Voice) -> Candidate | None:
    """The candidate with a question that says of what it asks, or None where nothing says it."""
    question = candidate.question
    if _POINTING.search(question) or _gives_away(candidate):
        return None
    open_noun = _open_noun(question, definition=candidate.kind == "definition")
    subjects = list(subjects_of(section, voice))
    if not open_noun and not _says_little(candidate) and not _is_anybodys(candidate, section):
        return _told_where(candidate, section, subjects, voice)
    stems = content_stems(question)
    named = any(_is_named(word) for word in question.rstrip("?").split()[1:])
    fresh = [subject for subject in subjects if not content_stems(subject) <= stems]
    if named and not (open_noun and fresh) and not _is_of_the_page(open_noun, question):
        return candidate
    if candidate.rule not in _BARE and any(stems & content_stems(subject) - {stem(open_noun)} for subject in subjects):
        return candidate
    if any(stem(subject.lower()) == stem(open_noun) for subject in subjects):
        return candidate
    for subject in subjects:
        if open_noun and subject.split()[-1].lower() == open_noun and len(subject.split()) > 1:
            full = " ".join([*subject.split()[:-1], open_noun])
            told = re.sub(rf"\bthe {re.escape(open_noun)}\b", f"the {full}", question, count=1, flags=re.IGNORECASE)
            return replace(candidate, question=_capital(told, question))
    if not fresh or len(question.split()) > 20:
        return None
    made = replace(candidate, question=_of(fresh[0], question, candidate.kind, voice))
    return None if _gives_away(made) else made


def _told_where(candidate: Candidate, section: Section, subjects: list[str], voice: Voice) -> Candidate:
    """A question with "the …" that only a heading explains, with the title before it where that is a thing's name."""
    question = candidate.question
    named = any(_is_named(word) for word in question.rstrip("?").split()[1:])
    title = content_stems(section.title)
    told = not _THE.search(question) or bool(content_stems(question) & title) or candidate.kind in _NAMING_KINDS
    if named or told or not subjects or content_stems(subjects[0]) != title or len(question.split()) > 16:
        return candidate
    made = replace(candidate, question=_of(subjects[0], question, candidate.kind, voice))
    return candidate if _gives_away(made) else made


def _is_of_the_page(open_noun: str, question: str) -> bool:
    """Whether "the …" is a thing of which each page may have its own, so that a name beside it tells nothing."""
    return open_noun in _ON_EACH_PAGE and not re.search(rf"[A-Z_\d]\S* {re.escape(open_noun)}\b", question)


def _gives_away(candidate: Candidate) -> bool:
    """Whether the question holds all that its answer says."""
    if candidate.kind in ("yes-no", "permission", "asked", "comparison", "option") or candidate.rule == "facts:none":
        return False
    told = content_stems(candidate.answer.text)
    return bool(told) and told <= content_stems(candidate.question)


def _is_named(word: str) -> bool:
    word = word.strip("?,.'\"“”()")
    if _CALENDAR.match(word):
        return False
    return word not in ("I", "I'm", "I've", "I'd", "I'll") and (word[:1].isupper() or bool(_MARKED.search(word)))


def _open_noun(question: str, *, definition: bool) -> str:
    """The noun of the first "the …" that no further word tells apart, or ""."""
    for match in _THE.finditer(question):
        words: list[str] = []
        follows = ""
        for word in match[1].split():
            bare = word.strip(".,'’").lower()
            if bare in _ENDS or (words and bare in BASES and (bare not in NOUNS or bare in _MOSTLY_VERBS)):
                follows = bare
                break
            if words and (bare in THIRD or bare in PARTICIPLE or bare in PAST) and bare not in NOUNS:
                follows = bare
                break
            words.append(word)
        if not words or any(_is_named(word) for word in words) or (follows in _COMPLEMENT and not definition):
            continue
        telling = [word for word in words if word.lower() not in _LOOSE]
        if telling and telling[-1].lower().strip("'s") in _KNOWN:
            continue
        if len(telling) < (3 if definition else 2):
            return words[-1].lower()
    return ""


def _says_little(candidate: Candidate) -> bool:
    words = candidate.question.rstrip("?").split()
    if candidate.kind == "table" and len(candidate.entity.split()) == 1 and not _MARKED.search(candidate.entity):
        return True
    if candidate.kind == "definition":
        entity = candidate.entity.strip("\"'“”` ").split()
        return len(entity) == 1 and bool(re.search(rf"\b{re.escape(entity[0].lower())}\b", candidate.question))
    if any(_is_named(word) for word in words[1:]):
        return False
    if candidate.kind == "asked":
        return len(content_words(candidate.question) - _EMPTY) < _TELLING
    few = len(content_words(candidate.question) - _EMPTY) < _TELLING
    return few or (candidate.rule in _BARE and len(content_words(candidate.question) - _EMPTY) <= _TELLING)


def _is_anybodys(candidate: Candidate, section: Section) -> bool:
    """Whether a question has neither a name nor a word of the headings above it: it could be asked of many pages."""
    if candidate.kind in _NAMING_KINDS or any(_is_named(word) for word in candidate.question.rstrip("?").split()[1:]):
        return False
    above = content_stems(" ".join((section.title, *section.heading)))
    return not content_stems(candidate.question) & above


def _of(subject: str, question: str, kind: str, voice: Voice) -> str:
    bare, mark = question.rstrip("?"), "?" if question.endswith("?") else ""
    lower = bare if bare[1:2].isupper() or bare.startswith(("I ", "I'")) else bare[:1].lower() + bare[1:]
    fits_behind = len(bare.split()) <= 8 and not re.search(r"\b(?:for|in|if|when|by)\b", bare) and "," not in bare
    fits_behind = fits_behind and len(subject.split()) <= 2 and not names_a_text(subject)
    if kind == "definition" and fits_behind and _is_name(subject):
        return f"{bare} in {subject}{mark}"
    if fits_behind and kind in ("default", "example"):
        return f"{bare} for {subject}{mark}"
    if (
        _OPENS_SO.match(bare)
        or lower.startswith("how to ")
        or voice.rng.random() < 0.6
        or kind not in ("procedure", "name", "permission")
        or not (subject.endswith("s") or _is_name(subject))
        or names_a_text(subject)
    ):
        named = subject if question[:1].islower() else subject[:1].upper() + subject[1:]
        return f"{named}: {lower}{mark}"
    return f"{'for' if question[:1].islower() else 'For'} {subject}, {lower}{mark}"


def _is_name(subject: str) -> bool:
    """Whether a subject goes without an article: one word with a capital, or with a mark that only names have."""
    return " " not in subject and (subject[:1].isupper() or bool(_MARKED.search(subject)))


def _capital(text: str, like: str) -> str:
    return text if like[:1].islower() else text[:1].upper() + text[1:]


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
_PAPER = re.compile(r"\b(?:guides?|handbook|policy|procedures?|specification|manual|program|process|\w+ing)\b", re.I)
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
