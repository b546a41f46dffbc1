"""Batches hold texts of similar length."""

from hypothesis import given
from hypothesis import strategies as st

from steep_plugins.encoders.batches import by_length


@given(st.lists(st.integers(0, 300), max_size=60), st.integers(1, 8), st.integers(1, 900))
def test_batches_hold_every_text_once_within_their_limits(lengths, texts, tokens):
    batches = list(by_length(lengths, texts=texts, tokens=tokens))
    assert sorted(position for batch in batches for position in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) <= texts
        assert len(batch) == 1 or len(batch) * max(lengths[each] for each in batch) <= tokens
