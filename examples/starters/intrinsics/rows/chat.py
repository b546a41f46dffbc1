"""Rows as conversations, a line each: what `steep tune` learns from by the strategy `rows`, and any other trainer.

They are laid out by steep itself, as it asks for the job in service. Questions of the same passages are a group, which
is held out as a whole; beginning alike they are read as a tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.values import content_id
from steep_plugins import intrinsics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rows.sources import Row


def lines(row: Row) -> Iterator[Row]:
    """The conversations of a tree."""
    if "messages" in row:
        yield line(row["messages"], row["reply"], content_id("chat", repr(row["messages"])))
        return
    passages = row.get("passages", [])
    for branch in row["branches"]:
        job = intrinsics.find(branch.get("job", row.get("job", "answer")))
        asked = job.messages(passages, **{name: branch[name] for name in job.fields})
        prompt = [{"role": turn.role, "content": turn.content} for turn in asked]
        yield line(prompt, branch["reply"], content_id("passages", *passages) if passages else asked[-1].content)


def line(prompt: list[dict[str, str]], reply: str, group: str) -> Row:
    return {"prompt": prompt, "completion": [{"role": "assistant", "content": reply}], "group": group}
