"""The generator `chat`: a language model reads what was found and writes the answer, citing by number.

It does what people ask of an assistant beyond questions: a greeting, what it can do, a summary of a document or of a
section, a comparison, an answer in another form. Where its model was taught a job by an adapter (an intrinsic), it is
asked in the words it was taught with, and a tuning on documents goes on from there; what the tuned one declines,
though an answer was judged to be there, its beginning is asked. Another model is shown worked examples.
"""

from __future__ import annotations

import math
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from steep.kinds import SETTINGS, Abstain, Aside, Ask, Numbered, Start, Weighed
from steep.language import language_of
from steep.prompts import closed_book_messages, grounded_messages
from steep_plugins import intrinsics
from steep_plugins.generators.comparing import compared
from steep_plugins.generators.functions import NoPlace, with_functions
from steep_plugins.generators.listing import completed
from steep_plugins.generators.polarity import settled
from steep_plugins.generators.quoting import quoted
from steep_plugins.generators.shaping import shaped
from steep_plugins.generators.summary import summarised, summary_asked
from steep_plugins.generators.supported import supported
from steep_plugins.generators.writing import or_else, written
from steep_plugins.intrinsics.judging import chances, taught
from steep_plugins.languages import manners

if TYPE_CHECKING:
    from collections.abc import Generator as Generated
    from collections.abc import Iterator, Sequence

    from steep.kinds import AdapterRef, Asked, AtHand, Model, Saying
    from steep.values import Message
    from steep_plugins.generators.supported import Unsupported
    from steep_plugins.languages.en.forms import Form

NOTHING_FOUND = "no passage was found"

_SURE = 3.0  # nats by which a leading Yes or No must be likelier than the opposite one

# characters of a document that stand for a token, on the careful side, and the share of a context that it may fill
_CHARACTERS = 3
_SHARE = 0.6


class Chat:
    """Answers with the model at hand. ``answerable`` is the least probability that the passages hold the answer.

    ``support`` is the least probability that a sentence is supported by the passages that it cites; one that is less
    sure is taken out, or with ``unsupported`` "withhold" the whole answer is withheld. Both are asked of a model that
    was taught to judge them: ``judge``, or the one that writes. Where neither was, the model says in its reply that
    there is no answer, and what it writes is said. ``examples`` is how many worked examples a model is shown that was
    not taught to answer.
    """

    digest = ""
    closed_book = True
    others: tuple[str, ...] = ()
    heeds = frozenset(SETTINGS)

    def __init__(
        self,
        *,
        answerable: float = 0.4,
        support: float = 0.5,
        unsupported: Unsupported = "drop",
        judge: Model | None = None,
        examples: int = 6,
    ) -> None:
        self._answerable = answerable
        self._support = support
        self._unsupported: Unsupported = unsupported
        self._judge = judge
        self._examples = examples

    def answer(self, asked: Asked, at_hand: AtHand) -> Iterator[Saying]:
        if asked.functions or asked.since:
            try:
                yield from with_functions(asked, at_hand.model, at_hand.adapter)
                return
            except NoPlace as error:
                yield Weighed(note=f"no function was called: {error}")
        said = None if asked.schema is not None else courtesy(asked, at_hand)
        if said is not None:
            yield Aside(text=said)
            return
        if (both := compared(asked, at_hand, self.answer)) is not None:
            yield from both
            return
        model = at_hand.model
        asked = summarised(asked, at_hand, room=int(model.context * _CHARACTERS * _SHARE))
        if asked.grounded and not asked.hits:
            yield Abstain(reason=NOTHING_FOUND)
            return
        asked, form = formed(asked, model, at_hand.adapter)
        judge = self._judge or model
        held = None if asked.insist else _held(asked, judge)
        if held is not None:
            yield Weighed(confidence=held)
            if held < self._answerable:
                chances_of_it = chances_are(held, least=self._answerable, key="answerable")
                yield Abstain(reason=f"the passages found hold the answer with {chances_of_it}")
                return
        if asked.hits:
            yield Numbered(passages=tuple(hit.passage.id for hit in asked.hits))
        reply = partial(self._replied, asked, model, judge, form, held)
        if held is None or not _went_on(at_hand.adapter, model):
            yield from reply(at_hand.adapter)
        else:
            yield from or_else(reply(at_hand.adapter), lambda: reply(None))

    def _replied(
        self,
        asked: Asked,
        model: Model,
        judge: Model,
        form: Form | None,
        held: float | None,
        adapter: AdapterRef | None,
    ) -> Generated[Saying, None, None]:
        ask = _ask(asked, model, adapter, examples=self._examples)
        with closing(written(ask, model, confidence=held)) as reply:
            sayings = _read(reply, ask, asked, model)
            if self._judges(asked, judge):
                sayings = supported(sayings, asked, judge, least=self._support, otherwise=self._unsupported)
            yield from sayings if form is None else _put(sayings, asked, form)

    def start(self, model: Model) -> Start | None:
        """The model's starter, where it was taught to reply as the rows of a tuning do: without a quotation before."""
        job = intrinsics.find("answer")
        starter = job.adapter(model.digest)
        if starter is None or job.quotes(model.digest):
            return None
        judged = self._answerable > 0 and taught("answerable", self._judge or model)
        return Start(adapter=starter, rules=job.system, judged=judged)

    def _judges(self, asked: Asked, judge: Model) -> bool:
        """Whether support is asked for: nothing is held back of what a model writes that could not judge it anyway."""
        wanted = self._support > 0 and bool(asked.hits) and asked.schema is None and not asked.insist
        return wanted and taught("support", judge)


def chances_are(sure: float, *, least: float, key: str) -> str:
    """In words, that a probability is too small; ``key`` is the option that says how large it must be.

    It never looks as large as what it falls short of, however the two are rounded.
    """
    wanted = math.ceil(round(least * 1000, 6)) / 10
    percent = min(round(sure * 100), math.ceil(wanted) - 1)
    chance = f"about {percent}%" if percent else "less than 1%"
    return f"a chance of {chance}, and {wanted:g}% is asked for (`{key}` of [generator])"


def courtesy(asked: Asked, at_hand: AtHand) -> str | None:
    """What to say to a greeting, to thanks, and to who asks what can be asked or was asked; None for a question."""
    known = manners(language_of(asked.question))
    before = [turn.content for turn in asked.history if turn.role == "user"]
    return known.courtesy(asked.question, at_hand.titles, before) if known else None


def formed(asked: Asked, model: Model, adapter: AdapterRef | None) -> tuple[Asked, Form | None]:
    """The question without the form that it asks for, and that form, where a program gives it.

    It does for a model that answers by its starter or what went on from it, which was taught to answer and no forms.
    Any other one is asked with the form, and left to keep it.
    """
    known = manners(language_of(asked.question))
    if known is None or asked.schema is not None or not asked.hits or _answering(model, adapter) is None:
        return asked, None
    form = known.asked_form(asked.question)
    if summary_asked(asked):  # it is asked of the model as it is, which writes lists by itself, and too much
        return asked, replace(form, listed=False, items=None)
    plain = known.unformed(asked.question)
    return replace(asked, question=plain, schema=_fields(form.keys or ("answer",)) if form.json else None), form


def _fields(names: Sequence[str]) -> dict[str, Any]:
    """The JSON schema of an object with these fields, each a text.

    One that ends in a space would have broken off before a quotation mark of its own, and is not allowed.
    """
    texts = {name: {"type": "string", "pattern": r"^\S(.*\S)?$"} for name in names}
    return {"type": "object", "properties": texts, "required": list(names), "additionalProperties": False}


def _put(sayings: Iterator[Saying], asked: Asked, form: Form) -> Iterator[Saying]:
    """The reply in the form that was asked for, with the whole of a list that it says a part of."""
    put = shaped(sayings, form)
    return put if asked.schema is not None or form.items or form.sentences else completed(put, asked)


def _held(asked: Asked, model: Model) -> float | None:
    """The probability that the passages hold the answer, by a model that was taught to say so; None for another.

    A summary is not asked for by a question, so nothing is judged there; nor where the answer must fit a schema.
    """
    if not asked.hits or asked.schema is not None or summary_asked(asked):
        return None
    held = chances("answerable", model, _texts(asked), [{"question": asked.question}])
    return held[0] if held else None


def _messages(
    asked: Asked, model: Model, adapter: AdapterRef | None, examples: int
) -> tuple[tuple[Message, ...], AdapterRef | None]:
    """What the model is asked, and with which adapter: its own starter where nothing was tuned on the documents."""
    if not asked.hits:
        return closed_book_messages(asked.question, asked.prompt, asked.history), adapter
    job = intrinsics.find("answer")
    passages = [hit.passage for hit in asked.hits]
    answering, fits = _answering(model, adapter), asked.schema is None or job.fills(model.digest)
    if answering is not None and fits and not _wants_more(asked, model):
        return grounded_messages(asked.question, passages, asked.prompt, asked.history, rules=job.system), answering
    plain = grounded_messages(asked.question, passages, asked.prompt, asked.history)
    if adapter is not None or asked.schema is not None or summary_asked(asked):
        return plain, None if answering is not None else adapter
    rules, *rest = plain
    shown = (rules, *job.examples(examples), *rest)
    return (shown if _fits(shown, asked, model) else plain), None


def _went_on(adapter: AdapterRef | None, model: Model) -> bool:
    """Whether an adapter was tuned from the model's starter, which may see an answer where it has come to see none."""
    job = intrinsics.find("answer")
    return adapter is not None and adapter.job == job.name and job.adapter(model.digest) is not None


def _answering(model: Model, adapter: AdapterRef | None) -> AdapterRef | None:
    """What was taught to answer in the words of the intrinsic: the starter, or what a tuning made of it."""
    job = intrinsics.find("answer")
    if adapter is None:
        return job.adapter(model.digest)
    return adapter if adapter.job == job.name else None


def _fits(messages: Sequence[Message], asked: Asked, model: Model) -> bool:
    """Whether there is surely room for them and the reply: of what is too long, the examples would not go first."""
    return sum(len(each.content) for each in messages) / _CHARACTERS + asked.max_tokens <= model.context


def _wants_more(asked: Asked, model: Model) -> bool:
    """Whether a summary is asked of a model whose starter was taught to quote one sentence: it writes one by itself."""
    return intrinsics.find("answer").quotes(model.digest) and summary_asked(asked)


def _read(reply: Iterator[Saying], ask: Ask, asked: Asked, model: Model) -> Iterator[Saying]:
    """The reply of a model that was taught to answer, read as it was taught to write; another's as it is."""
    job = intrinsics.find("answer")
    if ask.adapter is None or ask.adapter.job != job.name:
        return reply
    if job.quotes(model.digest):
        return quoted(reply, asked.hits, abstention=job.abstention)
    return settled(reply, ask, model, least=_SURE)


def _ask(asked: Asked, model: Model, adapter: AdapterRef | None, *, examples: int) -> Ask:
    messages, used = _messages(asked, model, adapter, examples)
    return Ask(
        messages=messages,
        adapter=used,
        max_tokens=asked.max_tokens,
        temperature=asked.temperature,
        top_p=asked.top_p,
        seed=asked.seed,
        stop=asked.stop,
        schema=asked.schema,
        chances=asked.chances,
    )


def _texts(asked: Asked) -> list[str]:
    return [hit.passage.indexed_text for hit in asked.hits]
