"""Whether an error says that memory ran out, on any device."""

from __future__ import annotations

_SAID = ("out of memory", "can't allocate memory", "cannot allocate memory", "not enough memory")


def ran_out(error: BaseException) -> bool:
    """By type where there is one (CUDA), else by words: torch's CPU allocator raises a bare RuntimeError."""
    import torch

    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).casefold() for words in _SAID)
