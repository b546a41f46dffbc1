"""Where: "X is kept in …", "you can find X in Y", a channel or an address below a heading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import content_stems, word_set
from steep_plugins.languages.en.clause import clause_of
from steep_plugins.languages.en.clean import content_words
from steep_plugins.languages.en.verbs import BASES, GERUND
from steep_plugins.languages.en.voice import as_asker
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section

_PLACED = re.compile(
    r"^(?:\w+ly )?(?:be )?(?P<verb>found|located|stored|kept|saved|listed|documented|posted|published"
    r"|available|held|hosted|placed|"
    r"displayed|shown|installed|written|recorded|logged|defined|configured|described|archived|tracked|put"
    r"|stands?|hangs?|lies?) "
    r"(?P<place>(?:in|at|on|under|inside|behind|near|next to|outside|above|within)\s[^,;:()]{3,90}?)"
    r"(?=[.,;:(]?$|[,;(]| (?:and|but|which|if|when|so|because|for|until|after|before|by)\b)"
)
_PLACED_AT_NUMBER = re.compile(
    r".*\b(?:costs?|prices?|rates?|times?|levels?)\b|.* - |\w+ (?:EUR|USD|GBP|[$€£]|\d)|"
    r".*\b(?:letters|format|order|bold|italics)$"
)
_NO_PLACE = re.compile(
    r"^(?:in|on|at|under|within) (?:the (?:event|case|process|form|same|context|order|future|past|first"
    r"|end|way|basis|following)|order|case|general|addition|a|an|time|this|that|which|it|them|these|progress|effect|demand|request)\b"
)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        clause = statement.clause
        if clause is None or clause.negated or clause.imperative or clause.verb:
            continue
        match = _PLACED.match(clause.predicate)
        if match and re.match(
            r",? (?:and )?(?:in|on|at|near|behind|next|under)\b| and [A-Z]", clause.predicate[match.end() :]
        ):
            continue
        if (
            not match
            or _PLACED_AT_NUMBER.match(match["place"])
            or _NO_PLACE.match(match["place"])
            or re.search(r"\d{4}|version", match["place"])
        ):
            continue
        yield Candidate(
            question=voice.clause_question("where", clause, clause.predicate[: match.start("place")]),
            answer=statement.line.cut(clause.start + match.start("place"), clause.start + match.end("place")),
            kind="place",
            rule="places:where",
            entity=clause.subject,
        )


_FIND = re.compile(
    r"^(?:(?:[Yy]ou|[Ww]e) (?:can|could|will|may|should be able to) (?:also |then )?|[Yy]ou['’]ll |Please "
    r")?(?P<verb>[Ff]ind|[Dd]ownload) "
    r"(?P<what>[^,;:()]{4,70}?) (?P<where>(?:in|on|at|under|inside|through|via|from) (?:the |our |your |my "
    r")?(?=[A-Z#\w])[^,;:()]{4,70}?)[.!]?$",
)
_ODD = re.compile(
    r"\b(?:it|this|that|these|those|they|them|such|here|above|below|following|which|more|further|out|how|what|who|everyone|someone)\b",
    re.I,
)
_CHANNEL = re.compile(
    r"\b(?:ask|post|reach out|question|questions|help|chat|discuss|join|contact|ping|message|"
    r"support)\b[^.]{0,60}?(?P<channel>#[a-z][\w-]{2,})",
    re.IGNORECASE,
)
_MAIL = re.compile(
    r"\b(?:email|e-mail|contact|write to|mail|reach out to|questions|send)\b[^.]{0,"
    r"70}?(?P<mail>[\w.+-]+@[\w-]+\.[\w.]*\w)",
    re.I,
)


def propose_finding(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    told = False
    for statement in statements:
        yield from _found(statement, voice)
        topic = "" if told else _topic(section, voice)
        for pattern, group in ((_CHANNEL, "channel"), (_MAIL, "mail")):
            match = pattern.search(statement.text)
            if match and topic and "example." not in match.group() and _speaks_of(topic, statement):
                told = True
                yield Candidate(
                    question=_asked(group, topic, voice),
                    answer=statement.line.cut(*match.span(group)),
                    kind="contact",
                    rule=f"finding:{group}",
                    entity=topic,
                )


def _speaks_of(topic: str, statement: Statement) -> bool:
    """Whether the sentence with the address names the heading's thing, or is there for all questions."""
    named = content_stems(topic) & content_stems(statement.text)
    return bool(named) or bool(re.match(r"(?:contact|questions?|email|help)\b", statement.text, re.IGNORECASE))


def _found(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    match = _FIND.match(statement.text)
    if not match or _ODD.search(match["what"]) or _ODD.search(match["where"]):
        return
    if re.match(r"\w+ (?:\w+ )?(?:\w+ing|time|once|least|writing|memory|order|case)\b", match["where"]):
        return
    if (
        len(content_words(match["what"])) < 2
        or " to " in match["where"]
        or match["where"].split()[-1].lower() in ("page", "site")
    ):
        return
    what = as_asker(match["what"])
    yield Candidate(
        question=voice.styled(
            voice.pick(f"where can I {match['verb'].lower()} {what}", f"where do I {match['verb'].lower()} {what}")
        ),
        answer=statement.line.cut(*match.span("where")),
        kind="place",
        rule="finding:where",
        entity=what,
    )


def _topic(section: Section, voice: Voice) -> str:
    """The heading where it names a thing, and not a task, a sentence or "Overview"."""
    topic = section.topic
    words = topic.split()
    if not 1 <= len(words) <= 4 or re.search(r"[?!:,/()#@.]", topic) or clause_of(topic) or not content_words(topic):
        return ""
    first = words[0].lower()
    if (
        any(word.lower().endswith("ing") for word in words)
        or first in ("no", "to", "the", "a", "rules", "changes")
        or first in BASES
        or first in GERUND
        or first in _DULL
        or words[-1].lower() in _DULL
    ):
        return ""
    rest = [word.lower() if word.istitle() and word.lower() in voice.common else word for word in words[1:]]
    return as_asker(" ".join([voice.lowered(words[0]) if words[0].lower() in voice.common else words[0], *rest]))


_DULL = word_set(
    """
    overview introduction questions question contact contacts contacting more other additional resources references
    notes about summary background help support getting next further who what when where why how if tips
    faq faqs links information info details email
    """
)


def _asked(group: str, topic: str, voice: Voice) -> str:
    if group == "channel":
        return voice.styled(
            voice.pick(
                f"which channel is for {topic}", f"where do I ask about {topic}", f"what channel do I use "
                f"for {topic}",
                f"{topic} channel",
            )
        )  # fmt: skip
    return voice.styled(
        voice.pick(f"what is the email address for {topic}", f"who do I email about {topic}", f"{topic} contact email")
    )
