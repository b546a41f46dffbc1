"""What runs tokens: prompts are read, and then one token a row and step is taken.

Two ways to run, chosen by the model: `CausalRunner`, and `PairRunner` for encoder-decoders. Any number of threads may
have sessions open; the lock is held for single calls of the model only, since PEFT sets up by hooks, for one call,
which adapter a row has.
"""

from __future__ import annotations

import inspect
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import torch

from steep.errors import AdapterError
from steep_plugins.models.adapters import Adapters
from steep_plugins.models.prefixes import Prefixes, common

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import AdapterRef

    Prompts = Sequence[list[int]]
    Selected = Sequence[AdapterRef | None]

SHARED = 16
"""Fewer tokens than these at the beginning of prompts are not worth a call of their own."""

KEPT = 16_384
"""Tokens of prompts whose key-values stay in memory."""

SCORED = 1024  # tokens whose probabilities are computed in one call


class Session(Protocol):
    """Rows that are being written. ``logits`` (rows, vocabulary) says what may come next in each."""

    logits: torch.Tensor

    def step(self, tokens: Sequence[int], rows: Sequence[int]) -> None:
        """Go on with these rows only, counted as they are now, each with its next token."""
        ...


class Runner(Protocol):
    def open(self, prompts: Prompts, adapters: Selected) -> Session: ...

    def likelihoods(self, prompt: list[int], replies: Prompts, adapter: AdapterRef | None) -> list[float]:
        """The log-likelihood of each reply after the prompt, which is read once."""
        ...


class CausalRunner:
    """Runs a decoder. Prompts that begin alike are read once, in a batch and from one request to the next."""

    def __init__(self, model: Any, *, digest: str, capacity: int) -> None:
        self.device = model.device
        self._known = frozenset(inspect.signature(model.forward).parameters)
        self._config = None if plain(model) else model.config
        self._adapters = Adapters(model, digest=digest, capacity=capacity)
        self._prefixes: Prefixes[list[Any]] = Prefixes(KEPT if plain(model) else 0)
        self._lock = Lock()

    def open(self, prompts: Prompts, adapters: Selected) -> Session:
        if self._config is not None and len(prompts) > 1:  # a state that cannot be padded: each row for itself
            return _Apart([self.open([p], [a]) for p, a in zip(prompts, adapters, strict=True)])
        if len({version_of(each) for each in adapters}) > 1:
            return self._opened(prompts, adapters, self._cache(), 0)
        shared = min(min(common(prompts[0], each) for each in prompts), min(map(len, prompts)) - 1)
        known, cache = self._recalled(prompts[0][:shared], adapters[0])
        if len(prompts) > 1 and shared - known >= SHARED:
            cache = self._read(prompts[0][:shared], known, cache, adapters[0])
            known = shared
        session = self._opened(prompts, adapters, cache, known)
        if len(prompts) == 1:
            self._prefixes.keep(version_of(adapters[0]), prompts[0], session.layers())
        return session

    def likelihoods(self, prompt: list[int], replies: Prompts, adapter: AdapterRef | None) -> list[float]:
        if self._config is not None:
            return [self._weighed(prompt, [each], self._cache(), 0, adapter)[0] for each in replies]
        known, cache = self._recalled(prompt[:-1], adapter)
        if len(replies) > 1 and len(prompt) - 1 > known:
            cache, known = self._read(prompt[:-1], known, cache, adapter), len(prompt) - 1
        read = [(each.keys, each.values) for each in cache.layers] if known else []
        found: list[float] = []
        for part in parts(replies, SCORED):
            found += self._weighed(prompt, part, self._cache(read), known, adapter)
        return found

    @torch.inference_mode()
    def _weighed(
        self, prompt: list[int], replies: Prompts, cache: Any, known: int, adapter: AdapterRef | None
    ) -> list[float]:
        width = max(map(len, replies))
        rows = [prompt[known:] + each + [0] * (width - len(each)) for each in replies]
        seen = [[1] * (len(prompt) + len(each)) + [0] * (width - len(each)) for each in replies]
        if known and len(rows) > 1:
            cache.batch_repeat_interleave(len(rows))
        ids, mask = self._tensor(rows), self._tensor(seen)
        logits = self.call(ids, mask, cache, [adapter] * len(rows), columns=width + 1)[:, -width - 1 : -1]
        return summed(logits, replies)

    @torch.inference_mode()
    def _opened(self, prompts: Prompts, adapters: Selected, cache: Any, known: int) -> _Rows:
        width = max(map(len, prompts)) - known
        gaps = [width - (len(each) - known) for each in prompts]
        ids = self._tensor([[0] * gap + each[known:] for gap, each in zip(gaps, prompts, strict=True)])
        mask = self._tensor([[1] * known + [0] * gap + [1] * (width - gap) for gap in gaps])
        if known and len(prompts) > 1:
            cache.batch_repeat_interleave(len(prompts))
        logits = self.call(ids, mask, cache, adapters)[:, -1]
        return _Rows(self, cache, mask, list(adapters), logits)

    @torch.inference_mode()
    def _read(self, prompt: list[int], known: int, cache: Any, adapter: AdapterRef | None) -> Any:
        ids, mask = self._tensor([prompt[known:]]), self._tensor([[1] * len(prompt)])
        self.call(ids, mask, cache, [adapter])
        self._prefixes.keep(version_of(adapter), prompt, [(each.keys, each.values) for each in cache.layers])
        return cache

    def _recalled(self, prompt: list[int], adapter: AdapterRef | None) -> tuple[int, Any]:
        known, layers = self._prefixes.longest(version_of(adapter), prompt)
        if layers is None or known < SHARED:
            return 0, self._cache()
        return known, self._cache([(keys[..., :known, :], values[..., :known, :]) for keys, values in layers])

    def call(self, ids: torch.Tensor, mask: torch.Tensor, cache: Any, adapters: Selected, *, columns: int = 1) -> Any:
        """The logits of at least the last columns. ``mask`` (rows, tokens so far) has 0 where a row is filled up."""
        given: dict[str, Any] = {
            "attention_mask": mask,
            "position_ids": (mask.cumsum(-1) - 1).clamp_min(0)[:, -ids.shape[1] :],
            "logits_to_keep": columns,
            "past_key_values": cache,
            "use_cache": True,
        }
        with self._lock:
            model, chosen = self._adapters.select(adapters)
            known = {name: given[name] for name in given if name in self._known}
            with _refused(adapters):
                return model(input_ids=ids, **known, **chosen).logits

    def _cache(self, layers: Sequence[tuple[Any, Any]] = ()) -> Any:
        from transformers import DynamicCache

        if self._config is not None:
            return DynamicCache(config=self._config)
        return DynamicCache(list(layers)) if layers else DynamicCache()

    def _tensor(self, rows: list[list[int]]) -> torch.Tensor:
        return torch.tensor(rows, device=self.device)


class _Rows:
    """The rows of one batch of a decoder."""

    def __init__(
        self, runner: CausalRunner, cache: Any, mask: torch.Tensor, adapters: list[AdapterRef | None], logits: Any
    ) -> None:
        self._runner = runner
        self._cache = cache
        self._mask = mask
        self._adapters = adapters
        self.logits: torch.Tensor = logits

    @torch.inference_mode()
    def step(self, tokens: Sequence[int], rows: Sequence[int]) -> None:
        if len(rows) < len(self._adapters):
            chosen = torch.tensor(list(rows), device=self._mask.device)
            self._cache.batch_select_indices(chosen)
            self._mask = self._mask[chosen]
            self._adapters = [self._adapters[row] for row in rows]
        self._mask = torch.cat([self._mask, self._mask.new_ones(len(rows), 1)], dim=-1)
        ids = torch.tensor([[token] for token in tokens], device=self._mask.device)
        self.logits = self._runner.call(ids, self._mask, self._cache, self._adapters)[:, -1]

    def layers(self) -> list[tuple[Any, Any]]:
        return [(each.keys, each.values) for each in self._cache.layers] if self._runner._config is None else []


class _Apart:
    """Rows that cannot share a batch, as one session."""

    def __init__(self, sessions: list[Session]) -> None:
        self._sessions = sessions
        self.logits = torch.cat([each.logits for each in sessions])

    def step(self, tokens: Sequence[int], rows: Sequence[int]) -> None:
        self._sessions = [self._sessions[row] for row in rows]
        for session, token in zip(self._sessions, tokens, strict=True):
            session.step([token], [0])
        self.logits = torch.cat([each.logits for each in self._sessions])


class PairRunner:
    """Runs an encoder-decoder: prompts are encoded together, replies decoded together."""

    def __init__(self, model: Any, *, digest: str, capacity: int) -> None:
        self.device = model.device
        self._start = int(model.generation_config.decoder_start_token_id or model.config.decoder_start_token_id or 0)
        self._adapters = Adapters(model, digest=digest, capacity=capacity)
        self._lock = Lock()

    def open(self, prompts: Prompts, adapters: Selected) -> Session:
        ids, mask = self._padded(prompts)
        start = torch.full((len(prompts), 1), self._start, device=self.device)
        return _Pairs(self, mask, list(adapters), self.call(start, mask, adapters, input_ids=ids))

    def likelihoods(self, prompt: list[int], replies: Prompts, adapter: AdapterRef | None) -> list[float]:
        found: list[float] = []
        for part in parts(replies, SCORED):
            ids, mask = self._padded([prompt] * len(part))
            given, _ = self._padded([[self._start, *each[:-1]] for each in part])
            found += summed(self.call(given, mask, [adapter] * len(part), input_ids=ids).logits, part)
        return found

    @torch.inference_mode()
    def call(self, ids: torch.Tensor, mask: torch.Tensor, adapters: Selected, **known: Any) -> Any:
        with self._lock:
            model, chosen = self._adapters.select(adapters)
            return model(decoder_input_ids=ids, attention_mask=mask, use_cache=True, **known, **chosen)

    def _padded(self, rows: Prompts) -> tuple[torch.Tensor, torch.Tensor]:
        width = max(map(len, rows))
        ids = torch.tensor([each + [0] * (width - len(each)) for each in rows], device=self.device)
        mask = torch.tensor([[1] * len(each) + [0] * (width - len(each)) for each in rows], device=self.device)
        return ids, mask


class _Pairs:
    """The rows of one batch of an encoder-decoder."""

    def __init__(self, runner: PairRunner, mask: torch.Tensor, adapters: list[AdapterRef | None], first: Any) -> None:
        self._runner = runner
        self._mask = mask
        self._adapters = adapters
        self._encoded = first.encoder_last_hidden_state
        self._cache = first.past_key_values
        self.logits: torch.Tensor = first.logits[:, -1]

    def step(self, tokens: Sequence[int], rows: Sequence[int]) -> None:
        from transformers.modeling_outputs import BaseModelOutput

        if len(rows) < len(self._adapters):
            chosen = torch.tensor(list(rows), device=self._mask.device)
            self._cache.batch_select_indices(chosen)
            self._mask, self._encoded = self._mask[chosen], self._encoded[chosen]
            self._adapters = [self._adapters[row] for row in rows]
        ids = torch.tensor([[token] for token in tokens], device=self._mask.device)
        encoded = BaseModelOutput(last_hidden_state=self._encoded)
        given = {"encoder_outputs": encoded, "past_key_values": self._cache}
        self.logits = self._runner.call(ids, self._mask, self._adapters, **given).logits[:, -1]


@contextmanager
def _refused(adapters: Selected) -> Iterator[None]:
    """PEFT says only when it runs that an adapter is of a sort (DoRA, say) that it cannot give to single rows."""
    try:
        yield
    except ValueError as error:
        if "adapter_names" not in str(error):
            raise
        names = ", ".join(each.version for each in adapters if each)
        raise AdapterError(
            f"the adapter {names} is more than LoRA on linear layers ({error}), so it cannot be given to single "
            "requests. Merge it into its base and name the merged model in [model.NAME]."
        ) from error


def plain(model: Any) -> bool:
    """Whether all that a model remembers are key-values of tokens, which can be cut, repeated and padded."""
    kinds = getattr(model.config.get_text_config(), "layer_types", None) or ()
    attends = {"full_attention", "sliding_attention", "chunked_attention"}
    return not getattr(model, "_is_stateful", False) and set(kinds) <= attends


def version_of(adapter: AdapterRef | None) -> str:
    return adapter.version if adapter else ""


def summed(logits: torch.Tensor, replies: Prompts) -> list[float]:
    """The log-likelihood of each reply, whose n-th token is predicted by column n of its row."""
    found = []
    for row, reply in zip(logits, replies, strict=True):
        known = torch.log_softmax(row[: len(reply)].float(), dim=-1)
        found.append(float(known.gather(-1, torch.tensor(reply, device=row.device)[:, None]).sum()))
    return found


def parts(replies: Prompts, tokens: int) -> list[list[list[int]]]:
    """The replies in order, in parts of about so many tokens."""
    found: list[list[list[int]]] = [[]]
    for reply in replies:
        if found[-1] and (len(found[-1]) + 1) * max(len(reply), *map(len, found[-1])) > tokens:
            found.append([])
        found[-1].append(reply)
    return found
