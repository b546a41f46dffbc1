"""Configuration as it may be shown: without what is secret by its name or its place."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["HIDDEN", "address_shown", "without_secrets"]

HIDDEN = "…"

_SECRET = re.compile(r"(?i)(^|[_-])(key|token|secret|password|passphrase|credentials?|authorization)$")

_ADDRESS = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*://[^\s\"'<>]+")
_PASSWORD = re.compile(r"(?<=://)([^\s:/@\"']*):([^\s@/\"']+)@")
_QUERY = re.compile(r"(?i)(?<=[?&])([\w.-]*(?:key|token|secret|password|signature|sig)=)[^&\s\"'#]+")
# what comes behind these words in a path says who may send there
_HOOK = re.compile(r"(?i)/(?:[\w-]*hooks?[\w-]*|services|workflows|triggers)/")
_LONG = re.compile(r"(?i)(?<=/)(?=[^/]*\d)(?=[^/]*[a-z0-9_]{16})[^/]{20,}")  # and what no name is as long as
# where trackers send to, and no secret
_OPEN = frozenset({"", "/", "/v1/traces"})


def without_secrets(value: Any, name: str = "", *, told: bool = False) -> Any:
    """JSON values without the texts that a secret's name leads to, and the passwords and tokens of addresses.

    Below ``tracker`` an address is one that is ``told`` something: whoever knows its path can tell it things too.
    """
    told = told or name == "tracker"
    if isinstance(value, dict):
        hidden = HIDDEN if _SECRET.search(name) else ""
        return {key: hidden or without_secrets(inner, key, told=told) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_secrets(inner, name, told=told) for inner in value]
    if isinstance(value, str) and value:
        return HIDDEN if _SECRET.search(name) else _ADDRESS.sub(lambda found: address_shown(found[0], told=told), value)
    return value


def address_shown(address: str, *, told: bool = False) -> str:
    """An address without its password, the tokens of its query, and what of its path only those know who may send."""
    shown = _QUERY.sub(rf"\1{HIDDEN}", _PASSWORD.sub(rf"\1:{HIDDEN}@", address))
    head, mark, rest = shown.partition("://")
    host, slash, path = rest.partition("/")
    path, tail = _parted(slash + path)
    if not head.lower().startswith("http") or path in _OPEN:
        return shown
    if told:
        return f"{head}{mark}{host}/{HIDDEN}{tail}"
    if hook := _HOOK.search(f"{path}/"):
        kept = path[: hook.end()]
        return f"{head}{mark}{host}{kept}{HIDDEN if path[hook.end() :] else ''}{tail}"
    return f"{head}{mark}{host}{_LONG.sub(HIDDEN, path)}{tail}"


def _parted(path: str) -> tuple[str, str]:
    """The path, and the query with the fragment behind it."""
    end = min((at for at in (path.find("?"), path.find("#")) if at >= 0), default=len(path))
    return path[:end], path[end:]
