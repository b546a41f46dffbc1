"""Hypothesis strategies for the text that breaks parts: odd Unicode, long lines, structure, and values made of it."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from steep.values import Block, BlockKind, Document, Passage

__all__ = ["documents", "laws", "markdown", "odd_texts", "passages", "plain_texts"]

_WORDS = (
    "berth", "crane", "tariff", "the", "a", "5", "3.50", "e.g.", "Dr.", "U.S.", "v1.2.3", "https://example.org/a?b",
    "naïve", "cafe\u0301", "Ångström", "مرفأ", "שלום", "港口", "ひらがな", "🚢",
    "👩\u200d🔧", "\u202eabc\u202c", "\u00adsoft",
)  # fmt: skip
_ODD = (
    "", " ", "\n", "\t", "\x00", "\x00\x01\x02", "\r\n\r\n", "\ufeff", "\u2028", "a\u0301\u0327\u0308" * 5, "\ufffd",
    "\u202e\u202d", "x" * 10_000, "word " * 2_000, "." * 500, "[" * 300, "*" * 300, "|" * 300, "#" * 50, "é" * 999,
    "👨\u200d👩\u200d👧\u200d👦" * 50,
)  # fmt: skip


def laws(examples: int = 20) -> settings:
    """How a kit tries a law: without a deadline, with the part that a fixture made for all examples."""
    return settings(
        deadline=None,
        max_examples=examples,
        suppress_health_check=[
            HealthCheck.differing_executors,
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
        ],
    )


def plain_texts(*, most: int = 12) -> st.SearchStrategy[str]:
    """Sentences of words from several scripts, with numbers, abbreviations and addresses."""
    sentence = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=most).map(" ".join)
    end = st.sampled_from((". ", "? ", "! ", "… ", "。", "\n", "; "))
    return st.lists(st.builds(str.__add__, sentence, end), min_size=1, max_size=4).map("".join)


def odd_texts() -> st.SearchStrategy[str]:
    """Any text at all: combining marks, right-to-left marks, NUL, lines of 10,000 characters."""
    return st.one_of(st.sampled_from(_ODD), st.text(max_size=200), plain_texts())


def _pieces() -> st.SearchStrategy[tuple[BlockKind, int, str]]:
    line = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=12).map(" ".join)
    headings = st.builds(lambda level, words: ("heading", level, "#" * level + " " + words), st.integers(1, 4), line)
    items = st.builds(lambda words: ("item", 1, f"- {words}"), line)
    rows = st.builds(lambda left, right: ("row", 2, f"| {left} | {right} |"), line, line)
    codes = st.builds(lambda words: ("code", 0, f"```\n{words}\n```"), line)
    paragraphs = plain_texts().map(str.strip).filter(lambda text: "\n\n" not in text and bool(text))
    prose = st.builds(lambda words: ("paragraph", 0, words), paragraphs)
    return st.one_of(headings, items, rows, codes, prose)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document with headings, paragraphs, items, rows and code, its blocks exact."""
    text, blocks = "", []
    for kind, level, piece in draw(st.lists(_pieces(), max_size=8)):
        blocks.append(Block(kind=kind, start=len(text), end=len(text) + len(piece), level=level))
        text += piece + "\n\n"
    pages: tuple[int, ...] = ()
    if draw(st.booleans()):
        pages = (0, *sorted(draw(st.lists(st.integers(0, len(text)), max_size=4))))
    return Document(
        path="odd/file.md", text=text, title=draw(st.sampled_from(_WORDS)), blocks=tuple(blocks), pages=pages
    )


def markdown() -> st.SearchStrategy[str]:
    """The text of a document as a Markdown file."""
    return documents().map(lambda document: document.text)


@st.composite
def passages(draw: st.DrawFn, *, least: int = 1, most: int = 6) -> tuple[Passage, ...]:
    """Distinct passages of several documents."""
    texts = draw(st.lists(plain_texts(most=6), min_size=least, max_size=most, unique=True))
    return tuple(
        Passage(
            document=f"document-{index % 3}",
            version=f"version-{index}",
            path=f"file-{index % 3}.md",
            title="",
            start=0,
            end=len(text),
            text=text,
        )
        for index, text in enumerate(texts)
    )
