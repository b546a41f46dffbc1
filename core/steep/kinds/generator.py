"""A generator: a question, and what was found for it, become an answer, said as it comes.

A generator says pieces of text, the stretches of passages that they rest on, or that it abstains. It runs models and
tools through what it is handed; it opens and searches nothing by itself, so it sees no more than the caller may.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from steep.kinds.kind import Kind
from steep.values import Called

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from steep.kinds.model import AdapterRef, Chance, Model
    from steep.kinds.tool import Tool
    from steep.values import Caller, Hit, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """``question`` stands alone (history was worked into it); ``history`` is for models that use it.

    ``hits`` are what was found, with the words blanked out that may not be quoted; ``barred`` says where, by passage
    id. An answer that is ``grounded`` must rest on passages, also where none was found. ``prompt`` is the profile's own
    instruction. ``schema`` is a JSON schema that the answer must fit, ``stop`` are texts before which it ends, and
    ``chances`` asks for the probability of each token, and of so many others at its place.

    ``functions`` are those of whoever asks, in OpenAI's form: a call of one is said as `Called`, ``handed``, in place
    of an answer, and ``must_call`` wants one. ``since`` are the turns after the question: calls that were handed, and
    what came of them. ``insist`` asks for the best
    answer there is, where the generator would rather abstain: a check of what it sees in a passage, never an answer for
    a user.
    """

    question: str
    hits: tuple[Hit, ...] = ()
    history: tuple[Message, ...] = ()
    prompt: str = ""
    barred: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    max_tokens: int = 256
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = None
    chances: int | None = None
    functions: tuple[Mapping[str, Any], ...] = ()
    must_call: bool = False
    since: tuple[Message, ...] = ()
    grounded: bool = True
    insist: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A piece of the answer's text, as it comes. What rests on the n-th hit may be marked with ``[n]`` behind it."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """Text that states nothing from the documents, so that there is nothing to cite: a greeting, a list of titles."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A stretch of a passage that the answer rests on, as offsets into ``Passage.text``.

    Of one that abstains: what comes nearest to the question, for who asked to read.
    """

    passage: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """The passages, by id, that the markers of the text count, where those are not the hits that came with it."""

    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstain:
    """There is no answer, whatever was said before this; ``reason`` is for whoever asked."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """How sure an answer or an abstention is, what it cost in tokens, and what was left out to make it (``note``).

    The counts of several add up; the last ``confidence`` counts: the estimated probability that the answer is right.
    ``model`` is the digest of what wrote the text, where that was none of the generator's own. ``cut`` says that the
    text ended at ``Asked.max_tokens``; ``chances`` are its tokens, where they were asked for.
    """

    confidence: float | None = None
    prompt_tokens: int = 0
    tokens: int = 0
    note: str = ""
    model: str = ""
    cut: bool = False
    chances: tuple[Chance, ...] = ()


Saying = Said | Aside | Quote | Numbered | Called | Abstain | Weighed


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All that was said, before citations are checked. ``aside`` says that nothing in it needs any."""

    text: str = ""
    quotes: tuple[Quote, ...] = ()
    numbered: tuple[str, ...] = ()
    confidence: float | None = None
    abstained: bool = False
    reason: str = ""
    aside: bool = False
    prompt_tokens: int = 0
    tokens: int = 0
    note: str = ""
    model: str = ""
    calls: tuple[Called, ...] = ()
    cut: bool = False
    chances: tuple[Chance, ...] = ()


class AtHand(Protocol):
    """What a generator may use for one question.

    ``adapter`` is the one to answer with, if it was tuned on this generator or its model. ``model`` raises ConfigError
    where steep.toml names none. Barred words are blanked in all that ``find`` and ``read`` bring, and only what came
    from there, or with the question, can be cited.
    """

    @property
    def caller(self) -> Caller: ...

    @property
    def adapter(self) -> AdapterRef | None: ...

    @property
    def model(self) -> Model: ...

    @property
    def tools(self) -> Mapping[str, Tool]: ...

    def confirmed(self, call: Called) -> bool:
        """Whether who asked confirms a call that changes something; False where nobody can be asked."""
        ...

    def find(self, question: str, k: int | None = None) -> tuple[Hit, ...]:
        """Search again; the profile's number of passages where ``k`` is None."""
        ...

    def titles(self) -> Mapping[str, str]:
        """The titles of the documents that the caller may see, by their path."""
        ...

    def read(self, path: str) -> tuple[Hit, ...]:
        """All passages of a document, in order; none where there is no such document for the caller."""
        ...

    def through(self, generator: str, asked: Asked) -> Iterator[Saying]:
        """Let another generator of steep.toml answer, with a model and an adapter of its own."""
        ...


class Generator(Protocol):
    """Answers questions. Thread-safe; per-request state travels in the request.

    ``digest`` names weights and rules of its own, which an adapter can be tuned on; it is "" for one that answers with
    the model it is handed. ``closed_book`` says whether it can answer without passages. ``others`` are the generators
    of steep.toml that it lets answer.
    """

    @property
    def digest(self) -> str: ...

    @property
    def closed_book(self) -> bool: ...

    @property
    def others(self) -> tuple[str, ...]: ...

    def answer(self, asked: Asked, at_hand: AtHand) -> Iterator[Saying]:
        """The answer, in the order in which it is said; closing the iterator stops the work."""
        ...


SETTINGS = ("max_tokens", "temperature", "top_p", "seed", "prompt", "schema", "chances", "functions")
"""What a request can ask of a generator beside the question, as `Asked` names it."""


@runtime_checkable
class Heeding(Protocol):
    """A generator that says which of ``SETTINGS`` it heeds; one that does not say heeds none of them.

    A request for a schema, for chances or for the call of a function is refused before one that does not heed it is
    asked; functions that may be called, and need not be, are kept from it.
    """

    @property
    def heeds(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a tuning goes on from: an adapter, and the rules that it was taught to answer by.

    ``judged`` says that whether there is an answer is judged before it is asked, by what stays untuned: pairs without
    an answer would teach it to decline what was judged to have one.
    """

    adapter: AdapterRef
    rules: str
    judged: bool = False


@runtime_checkable
class Taught(Protocol):
    """A generator that answers by an adapter of its own where nothing was tuned on the documents.

    A tuning goes on from it, in its words, instead of beginning anew; None for a model that has none.
    """

    def start(self, model: Model) -> Start | None: ...


def drafted(sayings: Iterable[Saying]) -> Draft:
    """What was said, put together."""
    text: list[str] = []
    quotes: list[Quote] = []
    calls: list[Called] = []
    notes: list[str] = []
    confidence, reason, model = None, None, ""
    numbered: tuple[str, ...] = ()
    prompt_tokens = tokens = 0
    stated = cut = False
    chances: tuple[Chance, ...] = ()
    for each in sayings:
        match each:
            case Said() | Aside():
                text.append(each.text)
                stated = stated or (isinstance(each, Said) and bool(each.text.strip()))
            case Quote():
                quotes.append(each)
            case Numbered():
                numbered = each.passages
            case Called():
                calls.append(each)
            case Abstain():
                reason = each.reason
            case Weighed():
                confidence = confidence if each.confidence is None else each.confidence
                prompt_tokens, tokens = prompt_tokens + each.prompt_tokens, tokens + each.tokens
                model = each.model or model
                notes += [each.note] if each.note else []
                cut, chances = cut or each.cut, each.chances or chances
    said = "" if reason is not None else "".join(text)
    return Draft(
        text=said,
        quotes=tuple(quotes) if said or not text else (),
        numbered=numbered,
        confidence=confidence,
        abstained=reason is not None,
        reason=reason or "",
        aside=bool(said.strip()) and not stated,
        prompt_tokens=prompt_tokens,
        tokens=tokens,
        note="; ".join(notes),
        model=model,
        calls=tuple(calls),
        cut=cut,
        chances=chances,
    )


KIND = Kind(
    name="generator",
    summary="answers questions",
    table='[generator]\nuse = "NAME"',
    reserved=("use", "model"),
    advice=(
        "What the answer rests on is said as `Quote`, or marked by `[n]` in the text behind what the n-th hit"
        " supports; an answer from passages with neither is not given, unless it is an `Aside`. Words of "
        "`asked.barred` must not be quoted. Which settings of a request it heeds it says by `Heeding`; a "
        "request for others is refused before it is asked. Tools and the model are on `at_hand`."
    ),
)
