"""Closed lists of words, written as text."""

from __future__ import annotations


def word_set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())
