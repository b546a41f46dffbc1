"""A language model that runs here: messages in, pieces out, in batches, each request with its own adapter."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from steep.engine.device import resolved
from steep.errors import ModelError
from steep.kinds import ModelCard, Piece
from steep_plugins.compiled import check_installed, takes
from steep_plugins.models.calls import calls_of
from steep_plugins.models.chat import chat_of
from steep_plugins.models.fitting import fit_messages
from steep_plugins.models.loading import (
    config_of,
    format_of,
    known_config,
    licence_of,
    limits_of,
    load_model,
    load_tokenizer,
)
from steep_plugins.models.schema import Grammars
from steep_plugins.models.speech import Speech

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Literal

    from steep.kinds import AdapterRef, Ask, LoraShape, Scored, Trainee
    from steep_plugins.models.chances import Chances
    from steep_plugins.models.chat import Chat
    from steep_plugins.models.choosing import Choice
    from steep_plugins.models.loading import ModelFiles
    from steep_plugins.models.running import Runner
    from steep_plugins.models.schema import Grammar

_AT_ONCE = 8  # replies that a step is shared by: more than these gain little


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """How a model is loaded: its number format, what runs it, its device, and how many tokens (None: its own limit)."""

    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    runtime: Literal["auto", "torch", "openvino"] = "auto"
    device: str = "cpu"
    max_context: int | None = None


@dataclass(slots=True, kw_only=True)
class _Reply:
    """One request while it is written."""

    number: int
    ask: Ask
    prompt: list[int]
    note: str
    most: int
    choice: Choice
    speech: Speech
    grammar: Grammar | None
    chances: Chances | None = None
    tokens: int = 0
    length: int = 0  # characters
    held: list[str] = field(default_factory=list)  # the text, where tools may be called: it is read when it is whole


class LanguageModel:
    """Any causal or encoder-decoder model. Its files are read when they are first needed, the weights at last.

    Several requests are written as one batch. Requests of several threads are written together where this model's build
    is run without transformers' layers (`LlamaRunner`, `CompiledRunner`), and take turns, token by token, where not.
    """

    def __init__(self, files: ModelFiles, placement: Placement, *, adapters: int) -> None:
        self.files = files
        self.placement = placement
        self._capacity = adapters
        self._lock = Lock()
        self._desk: _Desk | None = None
        self._runner: Runner | None = None

    @property
    def digest(self) -> str:
        return self.files.digest

    @property
    def context(self) -> int:
        return self._at_desk().context

    @property
    def at_once(self) -> int:
        """One where threads would only take turns."""
        from steep_plugins.models.running import CausalRunner, PairRunner

        return 1 if isinstance(self._loaded(), CausalRunner | PairRunner) else _AT_ONCE

    @property
    def chat_layout(self) -> Chat:
        """How messages become tokens, for whoever tunes this model."""
        return self._at_desk().chat

    @property
    def tokenizer(self) -> Any:
        return self._at_desk().tokenizer

    def card(self) -> ModelCard:
        """Raises ModelError where what a GGUF file was converted to is damaged, or of another version of steep."""
        self.files.check()
        where = resolved(self.placement.device)
        return ModelCard(
            source=str(self.files.source),
            runs=f"{where}, {format_of(self.placement.dtype, where)}{self._by(where)}".replace("torch.", ""),
            megabytes=sum(path.stat().st_size for path in self.files.weights) / 1e6,
            licence=self.files.licence or licence_of(self.files),
        )

    def chat(self, asks: Sequence[Ask]) -> Iterator[Piece]:
        """Raises ModelError or AdapterError for a request that cannot be met, before any piece comes."""
        replies = [self._begun(number, ask) for number, ask in enumerate(asks)]
        return self._written(replies)

    def score(self, asks: Sequence[Scored]) -> list[float]:
        """Replies to the same messages share the reading of them; the end of the turn counts."""
        desk = self._at_desk()
        together: dict[tuple[str, tuple[int, ...]], list[tuple[int, list[int], AdapterRef | None]]] = {}
        for number, ask in enumerate(asks):
            prompt, reply = desk.chat.said(ask.messages, ask.reply)
            if len(prompt) + len(reply) > desk.context:
                raise ModelError(
                    f"prompt and reply have {len(prompt) + len(reply)} tokens, and {desk.context} fit this model."
                )
            key = (ask.adapter.version if ask.adapter else "", tuple(prompt))
            together.setdefault(key, []).append((number, reply, ask.adapter))
        scores = [0.0] * len(asks)
        for (_, shared), rows in together.items():
            found = self._loaded().likelihoods(list(shared), [reply for _, reply, _ in rows], rows[0][2])
            for (number, _, _), each in zip(rows, found, strict=True):
                scores[number] = each
        return scores

    def trainee(self, shape: LoraShape, seed: int, start: AdapterRef | None = None) -> Trainee:
        """Weights of its own, made ready for tuning; what answers is left as it is."""
        from steep_plugins.models.trainee import LoraTrainee, adapted

        bare = load_model(self.files, dtype=self.placement.dtype, device=resolved(self.placement.device))
        seq2seq = self.files.seq2seq
        return LoraTrainee(
            adapted(bare, shape, seed=seed, digest=self.digest, start=start, seq2seq=seq2seq),
            tokenizer=self.tokenizer,
            chat=self.chat_layout,
            context=self.context,
            name=self.files.name,
            digest=self.digest,
            seq2seq=seq2seq,
            job=start.job if start else "",
        )

    def _begun(self, number: int, ask: Ask) -> _Reply:
        from steep_plugins.models.chances import Chances
        from steep_plugins.models.choosing import Choice

        desk = self._at_desk()
        # an encoder-decoder's reply takes nothing from the room of its prompt
        reserved = 0 if self.files.seq2seq else min(ask.max_tokens, desk.context // 2)
        prompt = fit_messages(ask.messages, lambda said: desk.chat.prompt(said, ask.tools), desk.context - reserved)
        room = ask.max_tokens if self.files.seq2seq else desk.context - len(prompt.tokens)
        return _Reply(
            number=number,
            ask=ask,
            prompt=prompt.tokens,
            note=prompt.note,
            most=min(ask.max_tokens, room),
            choice=Choice(temperature=ask.temperature, seed=ask.seed, top_p=ask.top_p),
            speech=Speech(desk.chat.read, ask.stop),
            grammar=None if ask.schema is None else desk.grammars.grammar(ask.schema),
            chances=None if ask.chances is None else Chances(desk.chat.read, ask.chances),
        )

    def _written(self, replies: list[_Reply]) -> Iterator[Piece]:
        for part in _parts(replies, self._capacity):
            yield from self._write(part)

    def _write(self, live: list[_Reply]) -> Iterator[Piece]:
        import torch

        session = self._loaded().open([each.prompt for each in live], [each.ask.adapter for each in live])
        while live:
            known = torch.log_softmax(session.logits.float(), dim=-1).cpu()
            going: list[tuple[int, int]] = []  # row, token
            for row, reply in enumerate(live):
                piece, token = self._next(reply, known[row])
                if piece.text or piece.end:
                    yield piece
                if not piece.end:
                    going.append((row, token))
            live = [live[row] for row, _ in going]
            if live:
                session.step([token for _, token in going], [row for row, _ in going])

    def _next(self, reply: _Reply, known: Any) -> tuple[Piece, int]:
        """Choose a token, and say what it makes certain; the piece has an end when the reply has."""
        allowed = None if reply.grammar is None else reply.grammar.allowed(known.shape[-1])
        token = reply.choice.pick(known, allowed)
        reply.tokens += 1
        if token in self._at_desk().chat.stops:
            return self._last(reply, reply.speech.end(), "stop"), token
        if reply.grammar is not None:
            reply.grammar.took(token)
        if reply.chances is not None:
            reply.chances.took(token, known)
        text = reply.speech.add(token)
        if reply.speech.stopped:
            return self._last(reply, text, "stop"), token
        if reply.tokens >= reply.most:
            return self._last(reply, text + reply.speech.end(), "length"), token
        reply.length += len(text)
        if reply.ask.tools:
            reply.held.append(text)
            text = ""
        return Piece(text=text, ask=reply.number), token

    def _last(self, reply: _Reply, text: str, end: str) -> Piece:
        piece = Piece(
            text="".join(reply.held) + text,
            ask=reply.number,
            end=end,
            prompt_tokens=len(reply.prompt),
            tokens=reply.tokens,
            log_probability=sum(reply.choice.log_probabilities),
            chances=() if reply.chances is None else reply.chances.of(reply.length + len(text)),
            note=reply.note,
        )
        if not reply.ask.tools:
            return piece
        said, calls = calls_of(piece.text)
        return replace(piece, text=said, calls=calls, end="tool_calls") if calls else piece

    def load(self) -> None:
        self._loaded()

    def _at_desk(self) -> _Desk:
        with self._lock:
            if self._desk is None:
                self._desk = _desk(self.files, self.placement.max_context)
            return self._desk

    def _loaded(self) -> Runner:
        """The weights, read at the first request: tuning loads its own, and needs the memory."""
        with self._lock:
            if self._runner is None:
                self._runner = self._made()
            return self._runner

    def _by(self, device: str) -> str:
        """What is said of the runtime; of a model that was not converted yet it is not known."""
        check_installed(self.placement.runtime, name=self.files.name)
        config = known_config(self.files)
        return ", OpenVINO" if config is not None and self._takes(config, device) else ""

    def _takes(self, config: Any, device: str) -> bool:
        return takes(self.placement.runtime, name=self.files.name, config=config, device=device)

    def _made(self) -> Runner:
        """What runs this model best here."""
        from steep_plugins.models.llama import LlamaRunner, runs
        from steep_plugins.models.running import CausalRunner, PairRunner

        device, dtype = resolved(self.placement.device), self.placement.dtype
        load = partial(load_model, self.files, dtype=dtype, device=device)
        config = config_of(self.files)
        if self._takes(config, device):
            from steep_plugins.compiled.runner import compiled_runner

            return compiled_runner(load, config, dtype=dtype, digest=self.digest, capacity=self._capacity)
        model = load()
        if self.files.seq2seq:
            return PairRunner(model, digest=self.digest, capacity=self._capacity)
        if not runs(model.config, device):
            return CausalRunner(model, digest=self.digest, capacity=self._capacity)
        return LlamaRunner(model, digest=self.digest, capacity=self._capacity, narrow=dtype == "auto")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What is known of a model without its weights."""

    tokenizer: Any
    chat: Chat
    context: int
    grammars: Grammars


def _desk(files: ModelFiles, max_context: int | None) -> _Desk:
    tokenizer = load_tokenizer(files)
    limits = limits_of(files, tokenizer)
    chat = chat_of(tokenizer, seq2seq=files.seq2seq, ends=limits.ends)
    context = min(max_context or limits.context, limits.context)
    return _Desk(tokenizer=tokenizer, chat=chat, context=context, grammars=Grammars(tokenizer, stops=chat.stops))


def _parts(replies: list[_Reply], adapters: int) -> Iterator[list[_Reply]]:
    """The replies in order, in batches with no more different adapters than can be loaded together."""
    part: list[_Reply] = []
    seen: set[str] = set()
    for reply in replies:
        version = reply.ask.adapter.version if reply.ask.adapter else ""
        if version and version not in seen and len(seen) == adapters:
            yield part
            part, seen = [], set()
        seen |= {version} - {""}
        part.append(reply)
    if part:
        yield part
