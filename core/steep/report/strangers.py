"""Strangers' text on a page: it is cut where it grows too long, and holds nothing that cannot be written."""

from __future__ import annotations

import re

__all__ = ["cut", "shown"]

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def shown(text: str) -> str:
    """The text with a mark where a control character or half of a surrogate pair stood; escaping is the template's."""
    return _UNFIT.sub("\ufffd", text)


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
