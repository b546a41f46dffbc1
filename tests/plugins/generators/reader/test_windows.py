"""Windows lose no piece of a passage, and pieces know where they stand."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep_plugins.encoders import MINILM, find
from steep_plugins.generators.reader.windows import Encoder

texts = st.text(max_size=400)


@pytest.fixture(scope="module")
def narrow():
    return Encoder(find(MINILM).tokenizer, max_length=32, stride=6, max_question=8, max_lead=4)


@given(texts)
def test_pieces_stand_in_order_inside_the_text(encoder, text):
    spans = encoder.pieces(text).spans
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert all(left[0] <= right[0] for left, right in pairwise(spans))


@given(question=texts, text=texts, lead=texts)
def test_windows_cover_every_piece_within_the_limit(narrow, question, text, lead):
    pieces = narrow.pieces(text).ids
    seen = set()
    for window in narrow.windows(question, text, lead):
        assert len(window.ids) <= narrow.max_length
        assert window.ids[0] == narrow.marks.first
        assert window.ids[-1] == narrow.marks.between
        assert (
            window.ids[window.body : window.body + window.count] == pieces[window.first : window.first + window.count]
        )
        seen.update(range(window.first, window.first + window.count))
    assert seen == set(range(len(pieces)))


def test_neighbouring_windows_overlap_by_the_stride(narrow):
    windows = list(narrow.windows("who?", "word " * 100))
    assert len(windows) > 2
    for left, right in pairwise(windows):
        assert left.first + left.count - right.first == 6


def test_characters_are_found_again_through_the_pieces_that_cover_them(encoder):
    text = "Naïve café owners paid £3,500.25 to Østergård & Søn."
    pieces = encoder.pieces(text)
    start = text.index("Østergård")
    first, last = pieces.covering(start, start + len("Østergård"))
    assert text[pieces.spans[first][0] : pieces.spans[last][1]] == "Østergård"


def test_a_long_lead_is_kept_from_its_end(narrow):
    head, asked = narrow.head("who?", "one two three four five six")
    assert head[asked:] == narrow.pieces("three four five six").ids


def test_half_a_surrogate_pair_keeps_its_place(encoder):
    text = "a \ud83d word"
    pieces = encoder.pieces(text)
    assert [text[start:end] for start, end in pieces.spans][-1] == "word"
