"""What pieces hold is what the whole text holds."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from steep.language import chunks, counted, edges, language
from steep.testing.strategies import odd_texts
from steep_indexes import counting
from steep_indexes.counting import COMMON, Counting
from steep_indexes.postings import digests


def held(texts, told):
    """Terms and lengths, row by row, as the postings have them."""
    rows, lengths = [], []
    for part in Counting(told).postings(texts, digests(texts)):
        found = [Counter() for _ in part.lengths]
        for term, word in enumerate(part.terms.words()):
            for row, count in zip(*(each.tolist() for each in part.of(term)), strict=True):
                found[row][word] = count
        rows += found
        lengths += part.lengths.tolist()
    return rows, lengths


def expected(texts, told):
    taken = [counted(text, told) for text in texts]
    rows = [Counter([*each.words, *each.forms, *(COMMON + word for word in each.common)]) for each in taken]
    return rows, [len(each.words) for each in taken]


_PARTS = [
    "ERR", "err", "IL", "Mach", "PASSAGE", "the", "in", "kg", "EUR", "v2.3.1", "1", "12", "250", "000", "1042", "1'250",
    "2024-03-01", "01.03.2024", "12:30", "3,50", "3.50", "A_B", "x_1", "ERR-1042", "10kg", "é4", "٣", "١٢", "²", "½",
]  # fmt: skip
_BETWEEN = [*" " * 5, "  ", "\n", "\t", "\u00a0", "\u202f", ", ", ") ", *"-‑.,'’:/_("]
_TRICKY = st.lists(st.sampled_from(_PARTS) | st.sampled_from(_BETWEEN), max_size=14).map("".join)


@settings(deadline=None, max_examples=400)
@given(
    texts=st.lists(_TRICKY | odd_texts(), min_size=1, max_size=4), told=st.sampled_from(["english", "german", "none"])
)
@example(texts=["ERR 1042", "1 250 000 kg", "5 3,50", "in 1998", "12 of them", "Mach\n5"], told="english")
def test_what_is_counted_of_pieces_is_what_is_counted_of_texts(texts, told):
    assert held(texts, language(told)) == expected(texts, language(told))


@pytest.mark.parametrize("limit", ["MOST", "_PIECES", "_BATCH"])
def test_runs_of_any_size_hold_the_same(monkeypatch, limit):
    texts = [f"crane {number} lifts {number} kg, ERR {number}" for number in range(30)] + ["", "the"]
    monkeypatch.setattr(counting, "_BATCH", 4)
    monkeypatch.setattr(counting, limit, 5)
    assert held(texts, language("english")) == expected(texts, language("english"))


def test_texts_are_held_in_runs(monkeypatch):
    monkeypatch.setattr(counting, "_BATCH", 1)
    monkeypatch.setattr(counting, "MOST", 4)
    texts = ["crane berth", "fish", "crane crane", ""]
    parts = list(Counting(language("english")).postings(texts, digests(texts)))
    assert [len(each.lengths) for each in parts] == [2, 2]
    assert np.concatenate([each.lengths for each in parts]).tolist() == [2, 1, 2, 0]


def test_chunks_are_parted_at_spaces_and_line_ends():
    assert chunks("the ERR‑1042,\nagain") == ["the", "ERR-1042,", "\n", "again"]


@pytest.mark.parametrize(
    ("chunk", "there"),
    [
        ("ERR", {"last_word", "first_word"}),
        ("PASSAGE", {"last_word"}),
        ("cranes", set()),
        ("(IL", {"last_word"}),
        ("at", set()),
        ("12", {"last_digit", "first_digit"}),
        ("kg.", {"first_word"}),
        ("", set()),
    ],
)
def test_edges_say_where_a_form_may_go_on(chunk, there):
    assert {name for name, value in edges(chunk, frozenset({"at"}))._asdict().items() if value} == there
