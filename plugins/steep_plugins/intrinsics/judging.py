"""Yes or no, as a probability: an intrinsic that chooses, asked of a model that was taught it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.errors import ModelError
from steep.kinds import Scored
from steep_plugins.intrinsics import find

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from steep.kinds import Model

__all__ = ["chances", "taught"]


def taught(name: str, model: Model) -> bool:
    """Whether there is an adapter of the intrinsic for the model."""
    return find(name).adapter(model.digest) is not None


def chances(
    name: str, model: Model, passages: Sequence[str], asked: Sequence[Mapping[str, str]]
) -> tuple[float, ...] | None:
    """How likely the first of the intrinsic's two replies is, for each set of fields asked of the same passages.

    None for a model that was not taught the job: its own Yes or No is no probability. None too where it is too long for
    the model, or where the model cannot weigh replies.
    """
    job = find(name)
    adapter = job.adapter(model.digest)
    if adapter is None:
        return None
    rows = [
        Scored(messages=job.messages(passages, **fields), reply=reply, adapter=adapter)
        for fields in asked
        for reply in job.replies
    ]
    try:
        known = model.score(rows)
    except ModelError:
        return None
    pairs = zip(known[::2], known[1::2], strict=True)
    return tuple(job.probability(model.digest, first - second) for first, second in pairs)
