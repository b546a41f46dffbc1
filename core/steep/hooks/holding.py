"""Holds a stranger's part to its contract: what it raises is blamed on it by name, what it returns is looked at.

The part that flows work with stands in front of the one that was built and passes everything on. Built-in parts are not
held: their tests do that.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from steep import kinds
from steep.errors import BrokenPlugin
from steep.hooks.blame import blamed, part_failed
from steep.hooks.returned import LOOKED_AT
from steep.hooks.said import Items, Wrong
from steep.wording import with_article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["held"]


def held(part: Any, *, kind: str, use: str) -> Any:
    """The part, held to what ``steep.kinds`` says of its kind; raises BrokenPlugin where it lacks what that wants."""
    _complete(part, kind, use)
    looks = {name: look for (of, name), look in LOOKED_AT.items() if of == kind}
    return _standing_for(part, kind, use, looks)


def _complete(part: Any, kind: str, use: str) -> None:
    """Nothing is asked for its value: a digest may load a model."""
    protocol = getattr(kinds, kind.capitalize())
    wanted = [name for name in vars(protocol) if not name.startswith("_")]
    known = set(dir(part))
    lacking = [name for name in wanted if name not in known and not hasattr(part, name)]
    if lacking:
        names = ", ".join(f"`{name}`" for name in lacking)
        raise BrokenPlugin(
            f"what the {kind} `{use}` builds ({type(part).__name__}) has no {names}, as {with_article(kind)} must. "
            f"Report it to its author, or choose another {kind} in steep.toml."
        )


def _standing_for(part: Any, kind: str, use: str, looks: dict[str, Callable[..., Any]]) -> Any:
    """An object of a class of its own: protocols are recognized by what stands in a class."""
    body: dict[str, Any] = {name: _passed_on(name) for name in dir(part) if not name.startswith("_")}
    body |= {name: _looked_at(kind, use, name, look) for name, look in looks.items()}
    body |= {"__module__": type(part).__module__, "__slots__": ()}
    return type(type(part).__name__, (_Held,), body)(part)


class _Held:
    """Passes on whatever is asked of it, and is taken for the part that it stands for."""

    __slots__ = ("_steep_part",)

    def __init__(self, part: Any) -> None:
        object.__setattr__(self, "_steep_part", part)

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "_steep_part"), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._steep_part, name, value)

    @property  # type: ignore[misc]  # as in weakref.proxy: isinstance asks for it
    def __class__(self) -> type:
        return type(self._steep_part)

    def __eq__(self, other: object) -> bool:
        return bool(self._steep_part == getattr(other, "_steep_part", other))

    def __hash__(self) -> int:
        return hash(self._steep_part)

    def __repr__(self) -> str:
        return repr(self._steep_part)


def _passed_on(name: str) -> property:
    return property(lambda self: getattr(self._steep_part, name))


def _looked_at(kind: str, use: str, name: str, look: Callable[..., Any]) -> Any:
    """The method, blamed for what it raises; ``look`` gives what it returned, or says what is wrong with that."""

    def call(self: Any, *arguments: Any) -> Any:
        with blamed(kind, use):
            returned = getattr(self._steep_part, name)(*arguments)
        with _wrong(kind, use, name):
            seen = look(self._steep_part, returned, *arguments)
        if isinstance(seen, Items):
            return _items(kind, use, name, seen)
        if (kind, name) == ("index", "open"):
            return _standing_for(seen, kind, use, {"search": LOOKED_AT["searchable", "search"]})
        return seen

    call.__name__ = name
    return call


def _items(kind: str, use: str, name: str, items: Items) -> Iterator[Any]:
    """What an iterator says, one after the other; closing this one closes the part's."""
    nothing = object()
    try:
        while True:
            with blamed(kind, use):
                item = next(items.source, nothing)
            with _wrong(kind, use, name):
                if item is nothing:
                    items.end()
                    return
                seen = items.look(item)
            yield seen
    finally:
        if hasattr(items.source, "close"):
            items.source.close()


@contextmanager
def _wrong(kind: str, use: str, name: str) -> Iterator[None]:
    try:
        yield
    except Wrong as wrong:
        raise part_failed(kind, use, f"its `{name}` {wrong}") from None
