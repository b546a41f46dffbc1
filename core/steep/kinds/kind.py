"""A kind of part: what it is called, what it does, and where steep.toml names it.

Each kind is one file beside this one: its Protocol with the values that go in and come out, and its ``KIND``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """``table`` shows how a part of this kind is named in steep.toml; ``NAME`` stands for its name.

    ``reserved`` are keys of that table which are steep's own, so that no part can have an option of that name.
    ``advice`` is for who writes a part: what they would guess otherwise.
    """

    name: str
    summary: str
    table: str
    reserved: tuple[str, ...] = ("use",)
    advice: str = ""
