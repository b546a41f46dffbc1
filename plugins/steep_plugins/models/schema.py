"""Replies that fit a JSON schema: at every step only tokens that can still lead to a fitting text may be chosen."""

from __future__ import annotations

import json
from threading import Lock
from typing import TYPE_CHECKING, Any

from steep.errors import MissingDependency, ModelError, Unable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import torch


class Grammars:
    """Makes grammars for one tokenizer; what it needs of the vocabulary is worked out once, at the first schema."""

    def __init__(self, tokenizer: Any, *, stops: Sequence[int]) -> None:
        self._tokenizer = tokenizer
        self._stops = list(stops)
        self._lock = Lock()
        self._known: Any = None

    def grammar(self, schema: Mapping[str, Any]) -> Grammar:
        """Raises ModelError for a schema that cannot be followed."""
        try:
            from llguidance import LLMatcher
        except ImportError:
            wanted_by = "a reply that must fit a JSON schema"
            raise MissingDependency(library="llguidance", wanted_by=wanted_by, extra="schema") from None
        with self._lock:
            if self._known is None:
                self._known = self._vocabulary()
        try:
            rules = LLMatcher.grammar_from_json_schema(json.dumps(schema), overrides={"whitespace_flexible": False})
        except ValueError as error:
            raise _unfit(schema, str(error)) from error
        matcher = LLMatcher(self._known, rules)
        if matcher.is_error():
            raise _unfit(schema, matcher.get_error())
        return Grammar(matcher, self._known.vocab_size)

    def _vocabulary(self) -> Any:
        from llguidance.hf import from_tokenizer

        try:
            return from_tokenizer(self._tokenizer, eos_token=self._stops)
        except ValueError as error:
            why = f"this model's tokenizer cannot be held to a JSON schema: {error}"
            raise Unable(why, setting="schema") from error


class Grammar:
    """How far one reply has come. It is whole where ``allowed`` holds only tokens that end a turn."""

    def __init__(self, matcher: Any, size: int) -> None:
        self._matcher = matcher
        self._size = size

    def allowed(self, vocabulary: int) -> torch.Tensor:
        """Which tokens of the vocabulary may come next."""
        import numpy as np
        import torch

        bits = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        known = np.unpackbits(bits, bitorder="little")[: min(self._size, vocabulary)].astype(bool)
        return torch.from_numpy(np.pad(known, (0, vocabulary - len(known))))

    def took(self, token: int) -> None:
        if not self._matcher.consume_token(token):
            raise ModelError(f"the reply left its JSON schema: {self._matcher.get_error()}")


def _unfit(schema: Mapping[str, Any], why: str) -> Unable:
    shown = json.dumps(schema)[:120]
    return Unable(f"the JSON schema {shown!r} cannot be followed: {why.strip()[:300]}", setting="schema")
