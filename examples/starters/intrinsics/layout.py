"""How a job is asked: the prompt kept as data beside its adapters, laid out to the letter.

Everything up to the last passage is the same for every question about the same passages (``root``), so questions can
share it: as branches of a tree in training, as kept key-values in serving. Cuts fall where the tokenizers cut too:
before the fence that closes a passage, since some take its end and the line breaks behind it for one token.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

INTRINSICS = Path(__file__).parents[3] / "plugins/steep_plugins/intrinsics"
_FENCE = re.compile(r"<(?=/?passage\b)", re.IGNORECASE)
_CLOSING = "</passage>"
_SPECIAL = re.compile(r"<(?=\|[a-z_]+\|>)")


@cache
def prompt(job: str = "answer") -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((INTRINSICS / job / "prompt.json").read_text("utf-8"))
    return loaded


def defused(text: str) -> str:
    """A passage's text in which nothing closes its fence or speaks for the chat template."""
    return _SPECIAL.sub("< ", _FENCE.sub("< ", text))


def root(passages: Sequence[str], job: str = "answer") -> str:
    """The chat up to the fence that closes its last passage."""
    asked = prompt(job)
    laid_out = asked.get("between", "").join(
        asked["passage"].format(number=number, text=defused(text)) for number, text in enumerate(passages, 1)
    )
    return f"<|im_start|>system\n{asked['system']}<|im_end|>\n<|im_start|>user\n{laid_out.removesuffix(_CLOSING)}"


def branch(fields: Mapping[str, str], job: str = "answer") -> str:
    """The chat from that fence to where the reply begins; what else ``fields`` holds is not asked for."""
    asked = prompt(job)["question"].format_map({name: defused(text) for name, text in fields.items()})
    asked = f"{_CLOSING}{asked}" if "passage" in prompt(job) else asked.lstrip()
    return f"{asked}<|im_end|>\n<|im_start|>assistant\n"


def chat(messages: list[dict[str, str]], greeting: str) -> str:
    """A chat without passages, up to where the last reply begins, with the model's own usual system turn."""
    turns = [{"role": "system", "content": greeting}, *messages]
    laid_out = "".join(f"<|im_start|>{turn['role']}\n{turn['content']}<|im_end|>\n" for turn in turns)
    return f"{laid_out}<|im_start|>assistant\n"
