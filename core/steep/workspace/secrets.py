"""Configuration as it may be shown: without what is secret by its name or its place."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["without_secrets"]

# the password of an address, and what is named like a secret
_PASSWORD = re.compile(r"(?<=://)([^\s:/@]*):([^\s@/]+)@")
_SECRET = re.compile(r"(?i)(^|[_-])(key|token|secret|password|passphrase|credentials?|authorization)$")
_QUERY = re.compile(r"(?i)(?<=[?&])([\w.-]*(?:key|token|secret|password|signature|sig)=)[^&\s#]+")
_HIDDEN = "…"


def without_secrets(value: Any, name: str = "") -> Any:
    """JSON values without the texts that a secret's name leads to, and the passwords and tokens of addresses."""
    if isinstance(value, dict):
        hidden = _HIDDEN if _SECRET.search(name) else ""
        return {key: hidden or without_secrets(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_secrets(inner, name) for inner in value]
    if isinstance(value, str) and value:
        hidden = _QUERY.sub(rf"\1{_HIDDEN}", _PASSWORD.sub(rf"\1:{_HIDDEN}@", value))
        return _HIDDEN if _SECRET.search(name) else hidden
    return value
