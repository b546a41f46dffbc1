"""Which option, function, file or setting: a name in code is the answer, what it is for the question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.languages.en.clause import clause_of
from steep_plugins.languages.en.clean import content_words
from steep_plugins.languages.en.verbs import BASES, GERUND, PARTICIPLE, THIRD
from steep_plugins.languages.en.voice import as_asker
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section

_NOUNS = (
    "command[- ]line (?:option|flag)|option|flag|switch|command|function|method|parameter|setting|field|header|"
    "directive|environment variable|variable|metric|file|endpoint|operator|keyword|attribute|macro|tool|script|"
    "channel|label|callback|API|protocol|type|tag|argument|section|page|form|app|template"
)
_CODE = (
    r"(?:--?[A-Za-z][\w-]*(?:\.\d)?|[A-Za-z]\w*_\w+(?:\(\))?|\w+\(\)|#[a-z][\w-]{2,}|"
    r"\.?[\w-]+\.(?:ya?ml|json|md|txt|toml|ini|conf|cfg|sh|py|html?|csv|exe|rc|lock)\b)"
)
_NAMED = rf"(?:the )?(?P<name>{_CODE}(?:(?: or | ?/ |/|, )-{{1,2}}[A-Za-z][\w-]*)?)(?: (?P<noun>{_NOUNS}))?"
_USE = r"(?:use|using|with|set|setting|pass|add|run|call|specify|edit|modify|create|via|try)"
_FOR_GOAL = re.compile(
    rf"\b{_USE} {_NAMED},? (?:(?:in order )?to|if you want to|when you want to) (?P<goal>(?P<verb>[a-z]+) [^,"
    rf";:()]{{4,80}}?)"
    r"(?=[.,;:(]|$| (?:and then|when|if|because|but)\b)",
    re.IGNORECASE,
)
_GOAL_FIRST = re.compile(
    rf"^(?:If you (?:want|need|wish) to|In order to|To) (?P<goal>(?P<verb>[a-z]+) [^,;:()]{{4,80}}), "
    rf"(?:then )?(?:(?:you (?:can|must|should|need to|have to|may|could) )?(?:simply |just )?{_USE}"
    rf"|\w+ (?:provides|offers|has)) {_NAMED}",
    re.IGNORECASE,
)
_DOES = re.compile(
    rf"^(?:The |With |Using )?{_NAMED}(?:,? (?:you|we) can)? (?P<does>(?P<verb>[a-z]+) [^,;:()]{{6,90}}?)(?=[.,;:(]|$)"
)
_BY_MEANS = re.compile(
    rf"\b(?:with|using|via|by (?:using|passing|setting|adding|calling|specifying|running)) {_NAMED}(?=[.,;:(]|$|"
    rf" (?:and|to|or|when|if)\b)",
    re.IGNORECASE,
)
_LETS = re.compile(
    rf"^(?:By (?:using|setting|passing|adding)|With|Using) {_NAMED},? (?:you|we) (?:can (?:also |even )?)?"
    r"(?P<goal>(?P<verb>[a-z]+) [^,;:()]{6,90}?)(?=[.,;:(]|$)"
)
_IS_WHAT = re.compile(
    rf"^(?:The )?{_NAMED} is (?:the|an?) (?:\w+ )?(?:{_NOUNS}) (?:that|which) "
    r"(?P<does>(?P<verb>[a-z]+) [^,;:()]{6,90}?)(?=[.,;:(]|$)"
)
_SET_WITH = re.compile(
    r"^(?P<thing>(?:The|An?) [^,;:()]{4,90}?) (?:is|are|can be|may be) (?P<verb>[a-z]+) (?:with|by|using|through|via) "
    rf"(?:the use of |setting |using |passing )?{_NAMED}(?=[.,;:(]|$| (?:and|or)\b)"
)
_LISTED = re.compile(
    rf"^{_NAMED}(?: - | – |: (?=[^:]*\.$))(?P<goal>(?P<verb>[A-Za-z][a-z]+) [^,;:()]{{6,90}}?)(?=[.,;:(]|$)"
)
_USED = re.compile(
    rf"^(?:The )?{_NAMED} (?:is|are|can be|may be) used (?:to (?P<verb>[a-z]+)|for (?P<gerund>[a-z]+ing)) "
    rf"(?P<rest>[^,;:()]{{4,80}}?)"
    r"(?=[.,;:(]|$)"
)
_ODD = re.compile(
    r"\b(?:it|its|their|this|that|these|those|they|them|such|here|above|below|following|so|there)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"^(?:do|be|help|make sure|get started|see|learn|is|are|has|have|was)\b")
_ABLE = ("can", "may", "must")
_SETTING = frozenset(
    ("set", "change", "enable", "disable", "control", "select", "specify", "pass", "add", "read", "send")
)
_STATES = frozenset(("has", "means", "exists", "takes", "works", "needs", "returns", "represents", "applies", "comes"))


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        made = (
            _to_reach(statement, voice)
            or _doing(statement, voice)
            or _by_means(statement, voice)
            or _letting(statement, voice)
            or _set_with(statement, voice)
        )
        if made:
            yield made


def _to_reach(statement: Statement, voice: Voice) -> Candidate | None:
    match = _GOAL_FIRST.search(statement.text) or _FOR_GOAL.search(statement.text)
    if not match or match["verb"].lower() not in BASES or not _is_goal(match["goal"]):
        return None
    kind, goal = _kind(match), as_asker(match["goal"])
    question = voice.pick(
        f"which {kind} do I use to {goal}", f"what {kind} should I use to {goal}", f"which {kind} lets me {goal}",
        f"{kind} to {goal}",
    )  # fmt: skip
    return _made(statement, match, voice.styled(question), "options:goal")


def _by_means(statement: Statement, voice: Voice) -> Candidate | None:
    """As in "You can ask the winch to stop with --halt": which option do I use to ask the winch to …?"""
    clause = statement.clause or clause_of(re.sub(r":$", ".", statement.text))  # code that follows shows the same
    if clause is None or clause.negated or clause.verb or not (clause.imperative or clause.auxiliary in _ABLE):
        return None
    match = _BY_MEANS.search(statement.text, clause.start, clause.end)
    if match is None:
        return None
    goal = re.sub(
        r"^(?:be able to|also|then|explicitly|simply|use|set) ",
        "",
        statement.text[clause.start : match.start()].strip(" ,"),
    )
    goal = re.sub(r"^be (told|asked|made) to\b", lambda told: f"{PARTICIPLE[told[1]]} {clause.subject} to", goal)
    goal = goal[:1].lower() + goal[1:]
    words = goal.split()
    if not 2 <= len(words) <= 14 or words[0] not in BASES or not _is_goal(goal) or re.search(r"[,;:()]", goal):
        return None
    question = voice.pick(
        f"which {_kind(match)} do I use to", f"what {_kind(match)} lets me", f"which {_kind(match)} can I use to"
    )
    return _made(statement, match, voice.styled(f"{question} {as_asker(goal)}"), "options:means")


def _letting(statement: Statement, voice: Voice) -> Candidate | None:
    """As in "With --dns-servers, you can say which server to ask", or in a list, "--quiet: hide the progress"."""
    match = _LETS.match(statement.text) or (_LISTED.match(statement.text) if statement.item else None)
    if not match or match["verb"].lower() not in BASES or not _is_goal(match["goal"]):
        return None
    goal = match["goal"][:1].lower() + match["goal"][1:]
    question = voice.pick(f"which {_kind(match)} do I use to", f"which {_kind(match)} lets me")
    return _made(statement, match, voice.styled(f"{question} {as_asker(goal)}"), "options:lets")


def _set_with(statement: Statement, voice: Voice) -> Candidate | None:
    """As in "The size of the buffer is set with BUFFER_SIZE"."""
    match = _SET_WITH.match(statement.text)
    if not match or PARTICIPLE.get(match["verb"]) not in _SETTING or not _is_goal(match["thing"]):
        return None
    thing = as_asker(match["thing"][:1].lower() + match["thing"][1:])
    question = f"which {_kind(match)} do I use to {PARTICIPLE[match['verb']]} {thing}"
    return _made(statement, match, voice.styled(question), "options:set")


def _doing(statement: Statement, voice: Voice) -> Candidate | None:
    match = _USED.match(statement.text)
    if match:
        verb = match["verb"] or GERUND.get(match["gerund"], "")
        if verb not in BASES or not _is_goal(f"{verb} {match['rest']}"):
            return None
        question = voice.pick(f"which {_kind(match)} is used to", f"which {_kind(match)} do I use to")
        return _made(statement, match, voice.styled(f"{question} {verb} {as_asker(match['rest'])}"), "options:used")
    match = _IS_WHAT.match(statement.text) or _DOES.match(statement.text)
    if not match or match["verb"] not in THIRD or match["verb"] in _STATES or not _is_goal(match["does"]):
        return None
    return _made(statement, match, voice.styled(f"which {_kind(match)} {as_asker(match['does'])}"), "options:does")


def _is_goal(goal: str) -> bool:
    return not _ODD.search(goal) and " and " not in goal and not _VAGUE.match(goal) and len(content_words(goal)) >= 2


def _kind(match: re.Match[str]) -> str:
    """What to call it: as the text does, else by how it is written."""
    if match["noun"]:
        return match["noun"].lower().replace("command-line", "command line")
    name = match["name"]
    if name.startswith("-"):
        return "option"
    if name.endswith("()"):
        return "function"
    if name.startswith("#"):
        return "channel"
    if re.search(r"\.[a-z]+$", name):
        return "file"
    return "option" if name.isupper() else "name"


def _made(statement: Statement, match: re.Match[str], question: str, rule: str) -> Candidate | None:
    if re.match(rf"`? (?:and|or) (?:the )?`?{_CODE}", statement.text[match.end("name") :]):
        return None
    if question.lower().startswith(("which name", "what name", "name to")):
        return None
    return Candidate(
        question=question,
        answer=statement.line.cut(*match.span("name")),
        kind="option",
        rule=rule,
        entity=match["name"],
    )
