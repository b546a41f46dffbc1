"""Widths of batches are few, and hold the longest row."""

from hypothesis import given
from hypothesis import strategies as st

from steep_plugins.encoders.widths import padded_width


@given(st.lists(st.integers(1, 512), min_size=1))
def test_the_width_is_the_next_multiple_of_sixteen_from_the_longest_on(lengths):
    width = padded_width(lengths)
    assert width % 16 == 0
    assert max(lengths) <= width < max(lengths) + 16
