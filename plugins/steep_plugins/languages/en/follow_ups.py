"""Follow-up questions: "and on Sundays?" is made to stand alone, so that the search finds what is meant.

Rules, without a model. A question is taken for a follow-up when it opens like one ("what about"), points at
something outside itself ("how much is it?"), or says too little to be a question ("until when?"). What is missing comes
from the turns before: the last question that stood alone, and the last answer where that named something. A question
that stands alone is left as it is, so a change of subject is a change of subject.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.language import Word, content_stems, word_set, words
from steep.values import Message
from steep_plugins.languages.en.manners import courteous
from steep_plugins.languages.en.phrases import VERBS, Phrase, noun_phrases, person, possessive, subject
from steep_plugins.languages.en.reforms import form_asked_again, reformed
from steep_plugins.languages.en.talk import asks_of_the_talk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import RewriteRequest
    from steep.values import Message

__all__ = ["FollowUps", "is_follow_up", "standalone"]

# a question of more words says enough by itself
_LONGEST = 40

_OPENING = re.compile(
    r"^\s*(?:(?:and|but|or|so|then|ok|okay|also|well)\b[\s,]*)*"
    r"(?P<about>(?:what|how)\s+about|what\s+of|how\s+is\s+it\s+(?:with|for)|same\s+(?:for|with))\s+",
    re.IGNORECASE,
)
_CONNECTIVE = re.compile(r"^\s*(?:(?:and|but|or|so|then|also|plus|ok|okay)\b[\s,]*)+", re.IGNORECASE)
_POINTING = word_set("it its they them their theirs this that these those he him his she her hers there")
_PERSONAL = word_set("it its they them their theirs he him his she her hers")
_DEMONSTRATIVE = word_set("this that these those")
_ELSEWHERE = re.compile(
    r"\b(?:the same|the (?:other|first|second|third|last|latter|former) (?:one|ones)|that one)\b", re.I
)
_PREPOSITIONS = word_set(
    "on in at for from to with without during after before by until till since between under over per within"
)
_ASKING = word_set(
    "what which who whom whose when where why how is are was were do does did can could will would should may must "
    "has have had"
)
_FIRST_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|do|does|did|can|could|will|would|should|may|must|has|have)\b", re.I
)
# what is wanted, said as an order: with a subject behind it, it stands alone
_ORDERS = word_set(
    "list name summarise summarize compare describe explain tell show give define write find count sum outline contrast"
)
_NAMING = word_set("what which who whose whom")
_WONDERING = _NAMING | word_set("when where why how")
# what may stand beside a question word that has nothing to ask about: "how often", "until when", "why exactly"
_BESIDE = word_set("many much long far often fast soon late early exactly so not")
_COURTESY = word_set(
    "thanks thank you thx ok okay great good perfect fine nice hello hi hey please sorry bye cheers very much no yes"
)


class FollowUps:
    """The rewriter `english`."""

    def rewrite(self, request: RewriteRequest) -> str | None:
        if request.language.code not in ("", "en"):
            return None
        leans = bool(request.history) and is_follow_up(request.question)
        return standalone(request.question, request.history) if leans else request.question


def may_lean(question: str) -> bool:
    """Whether a question could lean on the turns before it: what the rules take for a follow-up, or any "it" or "she".

    Wider than what the rules can mend: "What is named after him?" points outside itself, and names something too.
    """
    said = words(question)
    return is_follow_up(question) or (len(said) <= _LONGEST and any(word.text.lower() in _PERSONAL for word in said))


def is_follow_up(question: str) -> bool:
    """Whether a question leans on the turns before it; small talk, and a question about the talk itself, do not."""
    if _says_nothing(question):
        return False
    if form_asked_again(question) is not None:
        return True
    said = words(question)
    if len(said) > _LONGEST or all(word.text.lower() in _COURTESY for word in said):
        return False
    if _OPENING.match(question) or _ELSEWHERE.search(question):
        return True
    content = [word for word in said if word.is_content]
    if _CONNECTIVE.match(question) and len(said) <= 8:
        return True
    if any(_points(question, index) for index in range(len(said))):
        return True
    if not noun_phrases(question) and len(said) <= 3:
        return True
    if re.match(r"\s*(?:is|are)\s+there\b", question, re.IGNORECASE):
        return len(content) <= 1
    asks = any(word.text.lower() in _ASKING for word in said[:2]) or said[0].text.lower() in _ORDERS
    return len(content) <= 2 and len(said) <= 4 and not asks


def standalone(question: str, turns: Sequence[Message]) -> str:
    """The question with what it lacks filled in from the turns, oldest first."""
    before, answer = _resolved_before(turns)
    if not before:
        return question
    if (form := form_asked_again(question)) is not None:
        return reformed(before, form)
    opening = _OPENING.match(question) or _CONNECTIVE.match(question)
    rest = question[opening.end() :] if opening else question
    core = rest.strip().rstrip("?!. ").strip()
    if _is_bare_question(core) and (asked := _FIRST_AUXILIARY.search(before)):
        return f"{core[:1].upper()}{core[1:]} {asked[0].lower()} {_bare(before[asked.end() :])}?"
    if _is_fragment(core):
        return _transferred(core, before)
    topic = _topic(core, before, answer)
    resolved = _with_topic(core, topic) if topic else core
    if resolved == core and not content_stems(core) & content_stems(before):
        named = topic.text if topic and len(content_stems(core)) > 1 else ""
        resolved = f"{core}, {named}" if named else f"{core}: {before[:1].lower()}{_bare(before[1:])}"
    return f"{resolved[:1].upper()}{resolved[1:]}?"


def _resolved_before(turns: Sequence[Message]) -> tuple[str, str]:
    """The last user question, itself resolved, and the last answer."""
    questions = [index for index, turn in enumerate(turns) if turn.role == "user" and not _says_nothing(turn.content)]
    if not questions:
        return "", ""
    last = questions[-1]
    answer = next((turn.content for turn in reversed(turns[last + 1 :]) if turn.role == "assistant"), "")
    asked = turns[last].content
    earlier = turns[:last]
    return (standalone(asked, earlier) if earlier and is_follow_up(asked) else asked), answer


def _says_nothing(question: str) -> bool:
    """Whether it says nothing of the documents: small talk, or a question about the talk itself."""
    return courteous(question) or asks_of_the_talk(question)


def _bare(question: str) -> str:
    return question.strip().rstrip("?!. ")


def _points(question: str, index: int) -> bool:
    """Whether the word points outside the question: "it" does, but not the one of "the boat when it is full"."""
    said = words(question)
    word = said[index].text.lower()
    if word not in _POINTING:
        return False
    before = noun_phrases(question[: said[index].start])
    following = said[index + 1].text.lower() if index + 1 < len(said) else ""
    if word == "there":
        return not following or not (index and said[index - 1].text.lower() in ("is", "are", "was", "were"))
    if index > 1 and _FIRST_AUXILIARY.fullmatch(said[index - 1].text) and _is_fronted(said[: index - 1]):
        return True
    if word in _DEMONSTRATIVE and before:
        adjoining = before[-1].end == said[index - 1].end
        return not following or not (word == "that" and adjoining)
    return not before


def _is_fronted(said: Sequence[Word]) -> bool:
    """What stands before the auxiliary is what is asked for: "how many cars" in "how many cars does she take"."""
    spoken = [word.text.lower() for word in said]
    start = next((index for index, word in enumerate(spoken) if word in _WONDERING), None)
    leading = set(spoken[:start])
    return start is not None and leading <= _PREPOSITIONS and not any(_FIRST_AUXILIARY.fullmatch(w) for w in spoken)


def _is_bare_question(core: str) -> bool:
    """A question word with nothing to ask about: "why", "how often", "until when"."""
    said = {word.text.lower() for word in words(core)}
    return bool(said & _WONDERING) and said <= _WONDERING | _PREPOSITIONS | _BESIDE


def _is_fragment(core: str) -> bool:
    """A noun phrase or a prepositional one: nothing is asked in it, it replaces a part of the question before."""
    said = [word.text.lower() for word in words(core)]
    if not said or any(word in _POINTING for word in said):
        return False
    return said[0] not in _ASKING and not any(word in ("is", "are", "does", "do", "did", "can") for word in said)


def _transferred(fragment: str, before: str) -> str:
    """The question before, with the fragment in the place of what it corresponds to."""
    bare = _bare(before)
    first = fragment.split(maxsplit=1)[0].lower()
    if first in _PREPOSITIONS:
        same = re.search(rf"\b{first}\s+[^?,;]{{1,60}}$", bare, re.IGNORECASE)
        kept, old = (bare[: same.start()], same[0]) if same else (f"{bare} ", bare)
        return f"{kept}{_with_noun(fragment, noun_phrases(old))}?"
    phrases = noun_phrases(bare)
    made = noun_phrases(f"- {fragment}")
    if not phrases or not made:
        return f"{bare}, {fragment}?"
    replaced = max(reversed(phrases), key=made[0].likeness)
    return f"{bare[: replaced.start]}{_with_noun(fragment, [replaced])}{bare[replaced.end :]}?"


def _with_noun(fragment: str, phrases: Sequence[Phrase]) -> str:
    """Puts the noun in for "one": after "a small boat", "a large one" is a large boat."""
    return re.sub(r"\bones?\b", phrases[-1].head, fragment, flags=re.IGNORECASE) if phrases else fragment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Topic:
    """What pointing words stand for; ``text`` is "" where only a place is known."""

    text: str
    possessive: str
    there: str


def _topic(core: str, before: str, answer: str) -> _Topic | None:
    """What the pointing words of a question stand for."""
    pointing = {word.text.lower() for word in words(core)} & _POINTING
    found = _named_by(before, answer)
    if pointing & {"he", "him", "his", "she", "her", "hers"}:
        someone = person(answer) or person(before)
        found = someone or found
    found = found or subject(_bare(before))
    place = re.fullmatch(r"\s*((?:at|in|on)\s+[^.!?]{2,60})[.!?]?\s*", answer, re.IGNORECASE)
    if found is None:
        return _Topic(text="", possessive="", there=f"{place[1][:1].lower()}{place[1][1:]}") if place else None
    name = re.sub(r"^(?:The|An?)\b", lambda article: article[0].lower(), found.text)
    there = f"{place[1][:1].lower()}{place[1][1:]}" if place else f"at {name}"
    return _Topic(text=name, possessive=possessive(name), there=there)


def _named_by(before: str, answer: str) -> Phrase | None:
    """What a short answer names, where the question asked for a name ("Which boat is it?", "The Kestrel.")."""
    asked = words(before)[:1]
    if not asked or asked[0].text.lower() not in _NAMING or len(words(answer)) > 6:
        return None
    phrases = [phrase for phrase in noun_phrases(answer) if phrase.named]
    return phrases[0] if len(phrases) == 1 else None


def _with_topic(core: str, topic: _Topic) -> str:
    said = words(core)
    written, position = [], 0
    for index, word in enumerate(said):
        lower = word.text.lower()
        if lower not in _POINTING or not _points(core, index):
            continue
        following = said[index + 1] if index + 1 < len(said) else None
        instead, end = _instead(lower, following, topic), word.end
        if not instead:
            continue
        noun = following is not None and following.is_content and following.text.lower() not in VERBS
        if lower in _DEMONSTRATIVE and following is not None and noun:
            end = following.end  # "that boat" is the topic, not "the Kestrel boat"
        written.append(core[position : word.start] + instead)
        position = end
    text = "".join(written) + core[position:]
    return text if written or not topic.text else _ELSEWHERE.sub(lambda found: topic.text, text)


def _instead(word: str, following: object, topic: _Topic) -> str:
    owns = word in ("its", "their", "theirs", "his", "hers") or (word == "her" and following is not None)
    if owns:
        return topic.possessive
    return topic.there if word == "there" else topic.text
