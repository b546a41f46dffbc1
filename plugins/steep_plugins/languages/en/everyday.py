"""What documents say, and what people say instead: a table of words that can stand for each other in a question.

A row is believed only where its words hardly ever mean anything else; verbs are replaced after "I", "we" or "to",
where they cannot be nouns.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_VERBS = """
obtain: get | receive: get | purchase: buy | submit: send in, hand in | request: ask for | require: need
utilize: use | complete: finish, fill in | select: pick, choose | choose: pick | notify: tell | inform: tell
modify: change, edit | verify: check | terminate: end | attempt: try | remove: get rid of, take out | delete: remove
provide: give, offer | commence: start | begin: start | conclude: end | attend: go to, join | assist: help
ensure: make sure | locate: find | determine: find out, work out | discuss: talk about | identify: find, spot
specify: set | retrieve: fetch, get | transmit: send | respond: reply, answer | execute: run | enable: turn on
disable: turn off, switch off | prevent: avoid, stop | review: check, look over | schedule: plan, arrange
display: show | indicate: show | reduce: cut down, lower | increase: raise | record: note down, write down
examine: look at | retain: keep | restrict: limit | permit: allow | construct: build | convert: turn
alter: change | acquire: get | authenticate: log in | initiate: start | demonstrate: show | employ: use
reimburse: pay back | consult: ask, look at | contact: reach, get in touch with | download: get, fetch
configure: set up | create: make, set up | fetch: get, download
investigate: look into | consider: think about | recommend: suggest
"""

_ANYWHERE: tuple[tuple[str, str], ...] = (
    (r"prior to", "before"),
    (r"subsequent to|following(?= the )", "after"),
    (r"in order to", "to"),
    (r"with regards? to|regarding|concerning", "about"),
    (r"in the event of", "in case of"),
    (r"in the event that", "if"),
    (r"utilized", "used"),
    (r"purchased", "bought"),
    (r"obtained", "gotten"),
    (r"received(?= (?:by|from|in|on)\b)", "gotten"),
    (r"ensure that|ensure", "make sure"),
    (r"(?<!\ban )additional", "extra|more"),
    (r"documentation(?=\?|$)", "docs"),
    (r"approximately", "about|roughly"),
    (r"(?<=\bmy )supervisor", "boss|manager"),
    (r"individuals", "people"),
    (r"is (?:permitted|authorized) to", "may|is allowed to"),
    (r"are (?:permitted|authorized) to", "may|are allowed to"),
    (r"numerous", "many"),
    (r"assistance", "help"),
    (r"(?<!what )do I need to", "do I have to"),
    (r"do I have to", "do I need to"),
    (r"information", "info"),
    (r"application", "app"),
    (r"applications", "apps|programs"),
    (r"(?<!\b[Aa] )maximum(?! of\b)", "largest|highest|max"),
    (r"repository", "repo"),
    (r"repositories", "repos"),
    (r"(?<!change )(?<!working )directory", "folder|dir"),
    (r"directories", "folders"),
    (r"currently|at present", "now|right now"),
    (r"(?<=new )employees", "hires|starters"),
    (r"employees", "staff|workers"),
    (r"employee", "staff member|worker"),
    (r"colleagues", "coworkers|teammates"),
    (r"colleague", "coworker|teammate"),
    (r"vehicles", "cars"),
    (r"is required to", "has to|must"),
    (r"are required to", "have to|must"),
    (r"must (?=be\b)", "has to |needs to "),
    (r"begins", "starts"),
    (r"transferred", "sent"),
    (r"transmitted", "sent"),
    (r"stored", "kept|saved"),
    (r"located", "found"),
    (r"created", "made|set up"),
    (r"reviewed", "checked|looked at"),
    (r"provided", "given"),
    (r"required(?= (?:for|by|when|if)\b)", "needed"),
    (r"notified|informed", "told"),
    (r"selected", "chosen|picked"),
    (r"completed", "finished|done"),
    (r"displayed", "shown"),
    (r"terminated", "ended"),
    (r"removed", "taken out|deleted"),
    (r"deleted", "removed"),
    (r"modified", "changed"),
    (r"specified", "given"),
    (r"retrieved", "fetched"),
    (r"executed", "run"),
    (r"permitted", "allowed"),
    (r"prohibited|forbidden", "not allowed"),
    (r"determined", "decided|worked out"),
    (r"reduced", "lowered|cut"),
    (r"increased", "raised"),
    (r"enabled(?=\?|$)", "turned on|switched on"),
    (r"disabled(?=\?|$)", "turned off|switched off"),
    (r"receives|obtains", "gets"),
    (r"requires", "needs"),
    (r"provides", "offers"),
    (r"permits", "allows"),
    (r"assists", "helps"),
    (r"specifies", "sets"),
    (r"indicates", "shows"),
    (r"contains", "has"),
    (r"retrieves", "fetches"),
    (r"responsible for", "in charge of"),
    (r"in charge of", "responsible for"),
    (r"does (?P<s>[^?]{3,40}?) require", r"does \g<s> need"),
    (r"does (?P<s>[^?]{3,40}?) provide", r"does \g<s> offer"),
    (r"do (?P<s>[^?]{3,40}?) require", r"do \g<s> need"),
    (r"do (?P<s>[^?]{3,40}?) provide", r"do \g<s> offer"),
    (r"approval", "sign-off"),
    (r"website", "site|web page"),
    (r"parameters", "params"),
    (r"configuration file", "config file|config"),
    (r"configuration(?=\?|$| (?:file|of|for|in)\b)", "config"),
    (r"error message", "error"),
    (r"frequently", "often"),
    (r"immediately(?=\?|$)", "right away|at once"),
    (r"annually|annual basis", "every year|once a year"),
    (r"automatically(?=\?|$)", "by itself|on its own"),
    (r"entire", "whole"),
    (r"incorrect", "wrong"),
    (r"invalid", "bad|wrong"),
    (r"sufficient", "enough"),
    (r"difficult", "hard"),
    (r"particular|specific", "certain"),
    (r"large(?= (?:number|amount|file|part))", "big"),
    (r"expensive", "costly"),
    (r"essential|crucial", "important"),
    (r"occurs", "happens"),
    (r"occur", "happen"),
    (r"default value", "default"),
    (r"whenever", "each time|every time"),
    (r"(?<=[\w,] )via", "through|over"),
    (r"laptop", "computer|machine"),
    (r"images", "pictures"),
)


def _rows() -> list[tuple[re.Pattern[str], tuple[str, ...]]]:
    rows = [(re.compile(rf"\b(?:{pattern})\b"), tuple(words.split("|"))) for pattern, words in _ANYWHERE]
    for row in re.split(r"[|\n]", _VERBS.strip()):
        verb, _, others = row.partition(":")
        choices = tuple(each.strip() for each in others.split(","))
        rows += [(re.compile(rf"(?<=\b{before} ){verb.strip()}\b"), choices) for before in ("I", "we", "to")]
    return rows


_TABLE = tuple(_rows())


def everyday(text: str, rng: Random, chance: float = 0.8) -> str:
    """The text with some of its formal words replaced by everyday ones; no row replaces what another one put in."""
    for pattern, words in _TABLE:
        if pattern.search(text) and rng.random() < chance:
            text = pattern.sub(_marked(rng.choice(words)), text, count=1)
    return text.replace(_MARK, "")


# stands behind the first letter of a replacement, so that it is not taken for the document's word
_MARK = "\x00"


def _marked(words: str) -> str:
    """The replacement with a mark in each of its own words; references to the match are left as they are."""
    return re.sub(r"(?<![\\\w<])([A-Za-z])(?=[a-z]*\b)(?![a-z]*>)", lambda found: found[1] + _MARK, words)
