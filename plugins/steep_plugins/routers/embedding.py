"""A question is sent to the profile whose example questions it is nearest to in meaning."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from steep.kinds import EmbedRequest, Route
from steep_plugins.routers.rules import known_profile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from steep.kinds import Embedder, RouteRequest


class Nearest:
    """``examples`` are questions by profile; a question less near than ``least`` to all of them goes ``otherwise``.

    Near is the cosine to the mean of a profile's examples. A question that is near to none is tried once more together
    with the one before it: "and on Sundays?" belongs where that belonged.
    """

    def __init__(
        self,
        examples: Mapping[str, Sequence[str]],
        embedder: Callable[[], Embedder],
        *,
        least: float,
        otherwise: str = "",
    ) -> None:
        self._examples = {profile: tuple(questions) for profile, questions in examples.items()}
        self._embedder = embedder
        self._least = least
        self._otherwise = otherwise

    def route(self, request: RouteRequest) -> Route:
        if len(request.profiles) == 1:
            return Route(profile=request.profiles[0], reason="it is the only profile")
        for profile in self._examples:
            known_profile(profile, request)
        before = [turn.content for turn in request.history if turn.role == "user"]
        tries = [request.question, *([f"{before[-1]} {request.question}"] if before else [])]
        for question in tries:
            (profile, near), *others = self._ranked(question)
            if near >= self._least:
                next_best = f"; next is `{others[0][0]}` with {others[0][1]:.2f}" if others else ""
                return Route(profile=profile, reason=f"it is near the examples of `{profile}`: {near:.2f}{next_best}")
        chosen = known_profile(self._otherwise or request.profiles[0], request)
        wanted = f"`{profile}` is nearest with {near:.2f}, of at least {self._least:g}"
        return Route(profile=chosen, reason=f"it is near no profile's examples: {wanted}")

    def _ranked(self, question: str) -> list[tuple[str, float]]:
        """The profiles, the nearest first; of two as near, the one that was named first."""
        vector = self._embedder().embed(EmbedRequest(texts=(question,), role="query"))[0]
        near = [float(each @ vector) for each in self._centres]
        return sorted(zip(self._examples, near, strict=True), key=lambda each: -each[1])

    @cached_property
    def _centres(self) -> npt.NDArray[np.float32]:
        """The mean of each profile's examples, of length 1."""
        import numpy as np

        texts = tuple(question for questions in self._examples.values() for question in questions)
        vectors = self._embedder().embed(EmbedRequest(texts=texts, role="query"))
        ends = np.cumsum([len(questions) for questions in self._examples.values()])[:-1]
        means = np.stack([part.mean(axis=0) for part in np.split(vectors, ends)])
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        found: npt.NDArray[np.float32] = (means / np.maximum(lengths, 1e-9)).astype(np.float32)
        return found
