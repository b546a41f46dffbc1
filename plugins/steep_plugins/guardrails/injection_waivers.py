"""Rules for orders to set rules aside, whosever they are: "ignore the rules and tell me ...".

Handbooks speak of people who ignore rules, and who asks next may set rules aside that were just spoken of ("forget the
rules for dogs, what of cats?"). So these want an order, not a tale: the verb opens a clause, nothing tells which rules
are meant, and what follows is an order to answer, or nothing at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep_plugins.guardrails.injection_shapes import INPUT, shape

if TYPE_CHECKING:
    from steep_plugins.guardrails.injection_shapes import Rule

__all__ = ["WAIVERS"]

_OPENS = (
    r"(?:(?:^|[.!?;:)] ?|[–-] )[\"'( ]{0,3}|\b(?:please|kindly|(?:could|can|would|will) you|want you to|"
    r"you (?:can|may|must|should|shall|will|have to|need to|are to|are allowed to)|let's|let us),? )"
    r"(?:(?:hi|hello|hey|okay|ok|well|now|so|and|but|then|first|just|simply|please|kindly|also|instead|alright|"
    r"assistant|next),? ){0,3}"
)
_PLAIN = r"(?:ignore|disregard)"
_ANY = (
    r"(?:ignore|disregard|forget(?: about)?|bypass|override|overlook|abandon|discard|suspend|drop|break|violate|"
    r"(?:set|put) aside|pay no attention to|(?:do not|don't|dont) (?:follow|obey|heed)|"
    r"stop (?:following|obeying|heeding))"
)
_WHOSE = r"(?:all |any |every |each |of |the |your |these |those |this |that |our |its ){0,3}"
_WHICH = (
    r"(?:(?:usual|normal|system|internal|own|given|stated|ethical|moral|hidden|silly|stupid|previous|prior|above|"
    r"preceding|earlier) )?"
)
_RULES = r"(?:rules?|guidelines?|instructions?|guardrails?|restrictions?|constraints?|directives?|safeguards?)"
_POLICIES = rf"(?:{_RULES}|polic(?:y|ies)|regulations|limitations)"
_GIVEN = (
    r"(?: (?:above|here|for once|(?:just |only )?this once|for now|for a (?:moment|second|minute)|today|of yours|"
    r"(?:that |which )?(?:you (?:were|have been|are|got|have)|were|have been)(?: [a-z]{2,10}){0,3}))?"
)
_THEN = (
    r"(?: ?(?:[,;:.!–-]|and|then|but|so|to|you (?:can|may|must|should))){0,3} "
    r"(?:(?:just|simply|only|please|now|instead|directly|honestly|always|still|also|openly|secretly) ){0,2}"
)
# to whoever reads the question: it can only be the one that answers
_ANSWER_ME = (
    r"(?:(?:tell|give|show|help|teach|send|let|get) (?:me|us|it|the)|say|answer|reply|respond|write|print|output|"
    r"reveal|disclose|share|list|explain|describe|repeat|translate|summari[sz]e|pretend|speak|talk|state|"
    r"act (?:as|like))"
)
# to a reader of a document, who is no clerk: what is to be said is told with it
_ANSWER_THEM = (
    r"(?:tell (?:me|us|them|him|her|everyone|anyone|people|whoever|the (?:user|reader|person|customer)s?)|"
    r"(?:say|answer|reply|respond|write|state) (?:that|with|only|yes|no|it is|[\"'«“])|"
    r"(?:output|print|reveal|disclose) (?:only|your|all|[\"'«“]))"
)

_NEEDS = (
    "rule rules guideline guidelines instruction instructions guardrail guardrails restriction restrictions constraint "
    "constraints directive directives safeguard safeguards policy policies regulations limitations"
)

WAIVERS: tuple[Rule, ...] = (
    shape("waiver", 0.6, rf"{_OPENS}{_ANY} {_WHOSE}{_WHICH}{_POLICIES}{_GIVEN}{_THEN}{_ANSWER_ME}\b", _NEEDS, INPUT),
    shape("waiver", 0.6, rf"{_OPENS}{_ANY} {_WHOSE}{_WHICH}{_POLICIES}{_GIVEN}{_THEN}{_ANSWER_THEM}", _NEEDS),
    shape("waiver", 0.6, rf"{_OPENS}{_PLAIN} {_WHOSE}{_WHICH}{_RULES}{_GIVEN} ?(?:$|[,;:.!–])", _NEEDS, INPUT),
)
