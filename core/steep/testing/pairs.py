"""Hypothesis strategies for pairs."""

from __future__ import annotations

from hypothesis import strategies as st

from steep.testing.strategies import odd_texts, plain_texts
from steep.values import Pair, Passage, Span

__all__ = ["pairs_with_passages"]


@st.composite
def pairs_with_passages(draw: st.DrawFn, *, answerable: bool | None = None) -> tuple[Pair, tuple[Passage, ...]]:
    """A pair, and the passages to show with it: its own, in some place, among others; texts may be odd."""
    texts = draw(st.lists(st.one_of(plain_texts(), odd_texts()).filter(str.strip), min_size=1, max_size=4))
    shown = tuple(
        Passage(
            document=f"d{number}",
            version=f"v{number}",
            path=f"{number}.md",
            title=draw(st.sampled_from(("", "Berths", "Ångström"))),
            start=0,
            end=len(text),
            text=text,
        )
        for number, text in enumerate(texts)
    )
    has_answer = draw(st.booleans()) if answerable is None else answerable
    golden = draw(st.sampled_from(shown))
    question = draw(odd_texts().filter(str.strip))
    span = Span(document=golden.document, version=golden.version, start=0, end=golden.end, text=golden.text)
    pair = Pair(
        question=question,
        answer=golden.text if has_answer else "",
        passages=(golden.id,),
        spans=(span,) if has_answer else (),
        synthesizer="drawn",
        kind="fact" if has_answer else "unanswerable",
        rule="drawn",
        seed=0,
    )
    return pair, shown
