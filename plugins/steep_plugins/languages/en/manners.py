"""What people say to an assistant beside questions, in English: greetings, small talk, what it can do and has read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.languages.en.comparisons import compared, contrasts
from steep_plugins.languages.en.forms import asked_form, unformed
from steep_plugins.languages.en.talk import told_of_the_talk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = [
    "asked_form",
    "compared",
    "contrasts",
    "courteous",
    "courtesy",
    "summary_asked",
    "summary_subject",
    "unformed",
]

_NAMED = 30  # documents that are listed
_EXAMPLES = 3

_GREETING = re.compile(
    r"(?:hi|hello|hey|greetings|good (?:morning|afternoon|evening|day))(?: (?:there|all|everyone|again))?",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:(?:ok(?:ay)?|great|perfect|good|fine)[ ,]+)?(?:many )?(?:thanks?(?: you)?|thx|cheers)"
    r"(?: (?:a lot|very much|so much|again))?(?: for (?:your help|the help|that|this))?"
    r"(?:[ ,.!]+(?:that (?:helps|helped)|(?:good ?)?bye|that(?: is|'s| was) all))?",
    re.IGNORECASE,
)
_WELL = re.compile(
    r"how (?:are|do) you(?: do| doing| feeling)?(?: (?:today|this morning|there))?|how(?: is|'s) it going|"
    r"what(?:'s| is) up|(?:nice|pleased|good) to meet you(?: too)?",
    re.IGNORECASE,
)
_BYE = re.compile(
    r"(?:good ?)?bye(?:[ -]bye)?(?: (?:for now|then|everyone))?|see you(?: (?:later|soon|tomorrow))?|good night|"
    r"(?:have|enjoy) (?:a (?:nice|good|great|lovely)|the rest of your) (?:day|evening|weekend)(?: too)?|"
    r"that(?: is|'s| was) all",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"(?:(?:ok(?:ay)?|great|perfect|good|nice|cool|fine|excellent|wonderful|awesome|super|alright|all right|i see|"
    r"got it|understood|well done|good (?:job|answer|bot|work)|very (?:good|helpful)|that (?:helps|helped)|"
    r"that(?: is|'s| was) (?:great|good|perfect|helpful|fine|all i needed))\b[,. ]*)+",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"are you (?:an? )?(?:human|person|real(?: person)?|robot|bot|machine|ai|computer|program|chatbot)|"
    r"what(?: is|'s) your name|(?:do you have|have you got) a name|who (?:made|built|created|wrote|trained) you|"
    r"am i (?:talking|speaking|chatting) (?:to|with) (?:an? )?(?:human|person|robot|bot|machine|ai)|"
    r"who(?:m)? am i (?:talking|speaking|chatting) (?:to|with)|"
    r"(?:what|which) (?:(?:language )?model|ai|llm|version) are you|"
    r"are you (?:chatgpt|gpt|claude|gemini|copilot|llama)",
    re.IGNORECASE,
)
_ABLE = re.compile(
    r"(?:what|how) (?:can|could|do) you (?:do|know|help|answer|tell)(?: me| us)?(?: (?:with|about|for me|for us))?|"
    r"what are you able to (?:do|answer|tell)(?: me| us)?|what can (?:i|we) ask(?: you)?(?: about)?|"
    r"(?:who|what) are you(?: for)?|tell me about yourself|introduce yourself|how does (?:this|it) work|"
    r"(?:can|could|will|would) you (?:please )?help(?: me| us)?(?: out)?|(?:i (?:need|want) )?(?:some )?help(?: me)?|"
    r"i(?: have|'ve got) (?:a|another|one more|some) questions?|(?:can|may|could) i ask (?:you )?(?:a|some) questions?|"
    r"(?:what|which) (?:topics|subjects|areas|(?:kinds?|sorts?|types?) of questions?) "
    r"(?:(?:do|can|could) (?:you|i|we) (?:cover|know|answer|ask|help with)|are covered)(?: about)?",
    re.IGNORECASE,
)
_TITLES = re.compile(
    r"(?:what|which|how many) (?:documents?|files?|sources?|pages?) (?:do you (?:have|know)|"
    r"have you (?:read|got|indexed)|are (?:there|indexed|in the index)|(?:have been|were) (?:indexed|read)|"
    r"can you (?:see|read)|did you read)|"
    r"(?:list|show(?: me)?) (?:all |me )?(?:the |your |all ){0,2}(?:documents|files|sources)|"
    r"what(?: is|'s) in (?:the|these|your) documents|"
    r"what are (?:the|these|your) (?:documents|files|sources)(?: about)?|"
    r"(?:give me |show me )?an overview of (?:the|these|your|all) (?:documents|files|sources)",
    re.IGNORECASE,
)
_SUMMARY = re.compile(
    r"\b(?:summari[sz]e|sum up|(?:give me |write )?a (?:short |brief )?summary of|what is (?=.{3,80} about\W*$))",
    re.IGNORECASE,
)

# what a request for a summary says beside its subject
_REQUEST = re.compile(
    r"\b(?:please|summari[sz]e|sum up|summary|short|brief|what|says?|tells?|is|does|about|give|write|me|of|on|"
    r"sections?|chapters?|parts?|headings?|documents?|files?|pages?|manual|handbook|guide|titled|called|entitled)\b",
    re.IGNORECASE,
)


_REPLIES = (
    (_GREETING, "Hello. What would you like to know from the documents?"),
    (_THANKS, "You are welcome."),
    (_WELL, "Thank you, all is well here. What would you like to know from the documents?"),
    (_BYE, "Goodbye."),
    (_PRAISE, "Good. Is there anything else that you would like to know from the documents?"),
    (_MACHINE, "I am a program that answers questions from these documents, and says where each answer stands."),
)


def courtesy(question: str, titles: Callable[[], Mapping[str, str]], asked: Sequence[str] = ()) -> str | None:
    """What to say to something that asks nothing of the documents' contents; None for a question that does.

    ``asked`` are the questions before it, which one about the conversation is answered from.
    """
    said = _said(question)
    if (reply := _reply(said)) is not None:
        return reply
    if (told := told_of_the_talk(question, asked)) is not None:
        return told
    if _says(_ABLE, said):
        known = titles()
        return f"I answer questions from {_counted(known)}, and say where each answer stands.{_such_as(known)}"
    return _listed(titles()) if _says(_TITLES, said) else None


def courteous(question: str) -> bool:
    """Whether it asks nothing at all: a greeting, thanks, small talk."""
    return _reply(_said(question)) is not None


def _said(question: str) -> str:
    """The question in one line, without the marks at its ends and a "please"."""
    return re.sub(r"^please |,? please$", "", " ".join(question.split()).strip(" .!?,"), flags=re.IGNORECASE)


def _reply(said: str) -> str | None:
    return next((reply for pattern, reply in _REPLIES if _says(pattern, said)), None)


def _says(pattern: re.Pattern[str], said: str) -> bool:
    """Whether it says this and nothing else, a greeting before it aside."""
    return pattern.fullmatch(said) is not None or pattern.fullmatch(_after_greeting(said)) is not None


def _after_greeting(said: str) -> str:
    """What follows a greeting, as in "Hi, how are you"; all of it where nothing does."""
    greeting = re.match(rf"(?:{_GREETING.pattern})[\s,.!]+(?=\w)", said, re.IGNORECASE)
    return said[greeting.end() :] if greeting else said


def summary_asked(question: str) -> bool:
    """Whether a summary of something is asked for."""
    return _SUMMARY.search(question) is not None


def summary_subject(question: str) -> str:
    """What the summary is to be of, as the request names it."""
    return " ".join(_REQUEST.sub(" ", unformed(question)).split())


def _counted(titles: Mapping[str, str]) -> str:
    if not titles:
        return "documents"
    return "one document" if len(titles) == 1 else f"{len(titles)} documents"


def _such_as(titles: Mapping[str, str]) -> str:
    named = list(dict.fromkeys(title for title in titles.values() if title))[:_EXAMPLES]
    return f" Among them: {'; '.join(named)}." if named else ""


def _listed(titles: Mapping[str, str]) -> str:
    if not titles:
        return "There are no documents here."
    lines = [f"- {title or path} ({path})" for path, title in list(titles.items())[:_NAMED]]
    more = [f"- and {len(titles) - _NAMED} more"] if len(titles) > _NAMED else []
    return "\n".join([f"There {'is' if len(titles) == 1 else 'are'} {_counted(titles)}:", *lines, *more])
