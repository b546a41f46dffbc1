"""A trunk reads each window once, and what it gives does not depend on what else was read with it."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from steep_plugins.encoders.bert import Bert
from steep_plugins.generators.reader.trunk import Lined, Trunk, padded, readied

TEXTS = ("The pier was built in 1904.", "It carries two cranes, and each of them lifts 40 tons when the wind is low.")


@pytest.fixture
def windows(encoder):
    return [window for text in TEXTS for window in encoder.windows("Who built the pier?", text)]


class Counting(Lined):
    """An encoder that counts the windows it was given."""

    def __init__(self, network):
        super().__init__(network, nothing=0)
        self.read = 0

    def states(self, rows):
        self.read += len(rows)
        return super().states(rows)


@pytest.mark.parametrize("made", [Lined, readied])
def test_windows_read_together_have_the_states_that_they_have_alone(tiny, windows, made, monkeypatch):
    monkeypatch.setattr("steep_plugins.generators.reader.trunk.compute_dtype", lambda device: torch.float32)
    network = tiny().base_model
    encoder = made(network, nothing=0)
    together = Trunk(encoder).read(windows)
    for window, states in zip(windows, together, strict=True):
        assert states.shape == (len(window.ids), network.config.hidden_size)
        (alone,) = Trunk(encoder).read([window])
        torch.testing.assert_close(states, alone, atol=1e-5, rtol=1e-4)


def test_texts_end_to_end_and_on_lines_have_the_same_states(tiny, windows, monkeypatch):
    monkeypatch.setattr("steep_plugins.generators.reader.trunk.compute_dtype", lambda device: torch.float32)
    network = tiny().base_model
    on_lines, end_to_end = Lined(network, nothing=0), readied(network, nothing=0)
    assert isinstance(end_to_end, Bert)
    rows = [window.ids for window in windows]
    for ours, theirs in zip(end_to_end.states(rows), on_lines.states(rows), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-4)


@given(lengths=st.lists(st.integers(1, 320), max_size=40).map(sorted), most=st.integers(1, 16))
def test_batches_hold_every_window_once_in_order_and_lines_are_padded_little(lengths, most):
    on_lines, end_to_end = object.__new__(Lined), object.__new__(Bert)
    for encoder in (on_lines, end_to_end):
        batches = [lengths[each] for each in Trunk(encoder).batches(lengths, most)]
        assert [length for batch in batches for length in batch] == lengths
        assert all(1 <= len(batch) <= most for batch in batches)
        if encoder is on_lines:
            assert all(8 * batch[-1] <= 9 * batch[0] for batch in batches)
        else:
            assert len(batches) == -(-len(lengths) // most)


def test_a_window_that_was_kept_is_not_read_again(tiny, windows):
    counting = Counting(tiny().base_model)
    trunk = Trunk(counting, kept=4)
    first = trunk.read(windows)
    again = trunk.read(list(reversed(windows)))
    assert counting.read == len(windows)
    assert all(a is b for a, b in zip(first, reversed(again), strict=True))


def test_the_windows_read_longest_ago_are_forgotten_first(tiny, windows):
    counting = Counting(tiny().base_model)
    trunk = Trunk(counting, kept=1)
    trunk.read(windows)
    trunk.read(windows[-1:])
    assert counting.read == 2
    trunk.read(windows[:1])
    assert counting.read == 3


def test_a_trunk_that_keeps_nothing_reads_each_time(tiny, windows):
    counting = Counting(tiny().base_model)
    trunk = Trunk(counting)
    trunk.read(windows)
    trunk.read(windows)
    assert counting.read == 2 * len(windows)


def test_the_same_window_twice_in_one_request_is_read_once(tiny, windows):
    counting = Counting(tiny().base_model)
    first, second = Trunk(counting).read([windows[0], windows[0]])
    assert counting.read == 1
    assert first is second


def test_windows_of_one_length_need_no_mask(windows):
    rows = [window.ids for window in windows]
    ids, mask = padded(rows[:1] * 2, 0)
    if ids.shape[1] == len(rows[0]):
        assert mask is None
    ids, mask = padded(rows, 7)
    assert mask is not None
    assert (ids[mask == 0] == 7).all()
