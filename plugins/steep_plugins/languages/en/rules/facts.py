"""What a thing requires, contains, returns …: the object of a verb that has one worth asking for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import word_set
from steep_plugins.languages.en.clean import content_words
from steep_plugins.languages.en.verbs import GERUND
from steep_plugins.languages.en.voice import as_asker
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.clause import Clause
    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section

_VERBS = word_set(
    """
    require include contain support provide cover need return store show use measure count
    send indicate affect replace represent track offer produce prevent receive accept generate check
    protect record trigger expect consist collect deliver display
    manage monitor maintain list combine convert cost delete disable download
    encrypt exclude execute expose host ignore install log override perform print
    read recommend remove report request restrict save serve specify supply test
    update validate verify write inherit export import emit build carry
    """
)
_STOP = re.compile(
    r"[;:(–—]|\s-\s|\b(?:because|so|which|with the|and must|and may|and is|unless|although|while|"
    r"whereas|but|if|when)\b"
)
_ODD = re.compile(r"\b(?:it|this|these|those|they|them|such|here|above|below|following)\b", re.I)
_NO_OBJECT = re.compile(
    r"(?:to|that|how|on|as|within|under|through|using|via|without|against|across|between|like|not|up|out|in|for|"
    r"at|with|by|rather|when|if|once|each|every|instead|from|over|back|off|into|care|place|advantage|you|us|me|one|together|what|\w+ly)\b"
)
_GENERIC = re.compile(
    r"^(?:(?:each|every|any|all|most|some|many|another|other|one|both|several|various|the (?:above|following|"
    r"same|other|first|"
    r"given|second|next|last|rest|previous))\b|"
    r"(?:the |an? )?(?:example|section|chapter|page|document|function|method|option|"
    r"command|approach|case|team|others?|people|idea|question|answer|table|list|output|result|figure|value|line|"
    r"file)s?$)",
    re.IGNORECASE,
)
_TELLING = 4  # "what does the schema cover" says too little to be asked
_STRONG = word_set(
    "contain include consist require need return support represent measure store cost cover accept expose collect"
)
# the answer stops where a condition begins, or runs over into a second statement
_HALF = word_set("if when unless which while whereas although with")
_FURTHER = re.compile(
    r"\b(?:and|or) (?:(?:also|then|thus|not|you|it|we|they|MAY|MUST|SHOULD|may|must|should|will|can|is|are|has|have|"
    r"does|sets|gives|exits|makes|returns|uses)\b|(?:the|an?) (?:[\w-]+ ){1,7}(?:is|are|can|will|must|MUST|should)\b)|"
    r"\bby [a-z]+ing\b"
)
_MAYBE = ("can", "may", "might", "could")
_SOMETIMES = ("require", "need", "include", "contain")
_NEEDED = re.compile(
    r"^(?:\w+, )?(?:You(?:['’]ll| will)? (?:also )?|We )?(?P<verb>[Uu]se|need) (?P<thing>[^,;:()]{3,70}?)"
    r" (?P<goal>(?:to [a-z]+|for) [^,;:()]{5,70}?)[.!]?$"
)
_NONE = re.compile(r"^There (?P<verb>is|are) (?:currently )?no (?P<what>[^,;:()]{6,90}?)(?=[.,;:(]|$)")
_FOR_SEE = re.compile(
    r"\b[Ff]or (?:more |further |additional )?(?:information|details?|guidance|help|instructions) (?:on"
    r"|about|regarding) (?P<topic>[^,;:()]{4,60}), "
    r"(?:please )?(?:see|refer to|check(?: out)?|visit|read|consult|review) (?P<where>[^,;:()]{4,80}?)[.!]?$"
)
_SEE_FOR = re.compile(
    r"^(?:Please )?(?:See|Refer to|Check(?: out)?|Visit|Read|Consult|Review) (?P<where>[^,;:()]{4,70}?)"
    r" for (?:more |further |additional )?"
    r"(?:(?:information|details?|guidance|instructions|help) (?:on|about|regarding) )?(?P<topic>[^,;:()]{4,70}?)[.!]?$"
)
_SOURCE = re.compile(
    r"[A-Z#]|\b(?:page|guide|section|docs?|documentation|site|website|handbook|policy|chapter|manual|list|wiki|"
    r"folder|faq)s?\b"
)
_INSTEAD = re.compile(
    r"\b[Uu]se (?P<chosen>[^,;:.()]{2,60}?) (?:instead of|rather than)"
    r" (?P<other>[^,;:.()]{2,60}?)(?=[.,;:(]|$| (?:when|if|for|to|because)\b)"
)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        yield from _object(statement, voice)
        yield from _instead(statement, voice)
        yield from _needed(statement, voice)
        yield from _none(statement, voice)
        yield from _see(statement, voice)


def _object(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    clause = statement.clause
    if clause is None or not _is_telling(clause):
        return
    verb, begin = _verb(clause)
    if (
        verb not in _VERBS
        or clause.auxiliary in ("may", "might")
        or (clause.auxiliary in _MAYBE and verb in _SOMETIMES)
    ):
        return
    said = clause.text[begin : clause.end]
    cut = _STOP.search(said)
    value = (said[: cut.start()] if cut else said).strip(" ,")
    if _is_half(verb, value, cut) or (cut and cut.group() == "(" and said[cut.start() - 1 : cut.start()] != " "):
        return
    if not 1 <= len(value.split()) <= 22 or _ODD.search(value) or _NO_OBJECT.match(value):
        return
    if cut and cut.group() in "(–—" and re.match(r"[^)–—]*[)–—] ?(?:,|and\b|or\b)", said[cut.end() :]):
        return
    particle = ""
    if verb == "consist":
        if not value.startswith("of "):
            return
        particle, value = "of", value[3:]
    start = clause.text.index(value, begin)
    head = f"{clause.text[clause.start : begin].strip()} {particle}"
    question = voice.clause_question("what", clause, head)
    if len(content_words(question)) < _needed_words(verb, clause.subject) or value.endswith("ly"):
        return
    yield Candidate(
        question=question,
        answer=statement.line.cut(start, start + len(value)),
        kind="fact",
        rule=f"facts:{verb}",
        entity=clause.subject,
    )


def _is_telling(clause: Clause) -> bool:
    """Whether a clause says of a thing of its own what it does, and not what it "also" does."""
    if clause.negated or clause.imperative or clause.subject.lower() in ("we", "i", "you"):
        return False
    if _ODD.search(clause.subject) or _GENERIC.match(clause.subject):
        return False
    return " also " not in clause.text[: clause.start]


def _is_half(verb: str, value: str, cut: re.Match[str] | None) -> bool:
    if verb == "include" and not re.search(r",| and | or ", value):
        return True  # one of several things, the others unsaid
    condition = cut is not None and cut.group().split()[0] in _HALF
    return condition or bool(_FURTHER.search(value)) or value.startswith(("either ", "whether "))


def _needed_words(verb: str, subject: str) -> int:
    """How many words that mean something a question needs; fewer where a name and a telling verb are among them."""
    if verb not in _STRONG:
        return _TELLING
    return 2 if re.search(r"[A-Z\d_]|--\w", subject[1:]) and " and " not in subject else 3


def _verb(clause: Clause) -> tuple[str, int]:
    """The main verb's base form and where its object begins."""
    if clause.verb:
        return clause.verb, clause.start
    first = re.match(r"([a-z]+)\s+", clause.predicate)
    if first and clause.auxiliary in ("can", "may", "must", "should", "shall", "will", "does", "do", "did", "would"):
        return first[1], clause.start + first.end()
    return "", clause.start


def _needed(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    """As in "Use X to Y", "You need X to Y" answer "What do I use to Y?"."""
    match = _NEEDED.search(statement.text)
    if (
        not match
        or _ODD.search(match["thing"])
        or _ODD.search(match["goal"])
        or re.match(r"to |for ", match["thing"])
        or re.search(r" that |\b(?:staff|people|everyone|everybody|somebody|someone|team|you)$", match["thing"])
        or re.search(r" (?:and|or) ", match["goal"])
    ):
        return
    verb = "need" if "need" in match["verb"].lower() else "use"
    goal = as_asker(match["goal"])
    if len(content_words(goal)) < 2:
        return
    in_order = goal.startswith("to ")
    yield Candidate(
        question=voice.styled(
            voice.pick(
                f"what do I use {goal}" if verb == "use" else f"what do I need {'in order ' * in_order}{goal}",
                f"what should I use {goal}" if verb == "use" else f"what is needed {goal}",
            )
        ),
        answer=statement.line.cut(*match.span("thing")),
        kind="fact",
        rule=f"facts:{verb}-for",
        entity=match["goal"],
    )


def _none(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    """As in "There is no night bus": is there a night bus?"""
    match = _NONE.match(statement.text)
    if (
        not match
        or statement.text[match.end() :].startswith("(")
        or _ODD.search(match["what"])
        or not 2 <= len(match["what"].split()) <= 14
    ):
        return
    article = "are there any" if match["verb"] == "are" else "is there a"
    if article == "is there a" and match["what"][0] in "aeiou":
        article = "is there an"
    yield Candidate(
        question=voice.styled(f"{article} {as_asker(match['what'])}"),
        answer=statement.line.cut(0, match.end("what")),
        kind="fact",
        rule="facts:none",
        entity=match["what"],
    )


def _see(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    """As in "For more on badges, see the badge page": where can I find more on badges?"""
    match = _FOR_SEE.search(statement.text) or _SEE_FOR.search(statement.text)
    if (
        not match
        or not _SOURCE.search(match["where"])
        or _ODD.search(match["topic"])
        or re.match(r"(?:details?|information|section)\b", match["where"])
        or match["topic"].startswith("on ")
        or match["topic"].split()[0].lower() in GERUND
        or (len(content_words(match["topic"])) < 2 and match["topic"].islower())
        or _ODD.search(match["where"])
        or re.search(r" (?:or|and) ", match["where"])
        or re.search(r"\b(?:details?|information|official vs)\b", match["topic"])
        or match["topic"]
        .lower()
        .startswith(
            ("more", "example", "detail", "specifics", "info", "agenda", "further", "additional", "your review", "each")
        )
    ):
        return
    topic = as_asker(match["topic"])
    yield Candidate(
        question=voice.styled(
            voice.pick(
                f"where can I find more about {topic}",
                f"where do I read more on {topic}",
                f"where can I look up {topic}",
            )
        ),
        answer=statement.line.cut(*match.span("where")),
        kind="place",
        rule="facts:see",
        entity=match["topic"],
    )


def _instead(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    match = _INSTEAD.search(statement.text)
    if not match or _ODD.search(match["other"]) or _ODD.search(match["chosen"]):
        return
    other = as_asker(match["other"].strip())
    if re.match(r"\w+ing\b|.*\bones?\b", other):
        return
    yield Candidate(
        question=voice.styled(
            voice.pick(f"what should I use instead of {other}", f"what can I use in place of {other}")
        ),
        answer=statement.line.cut(*match.span("chosen")),
        kind="comparison",
        rule="facts:instead",
        entity=other,
    )
