"""A trunk reads each window once, and what it gives does not depend on what else was read with it."""

import pytest
import torch

from steep_plugins.generators.reader.trunk import Trunk, padded

TEXTS = ("The pier was built in 1904.", "It carries two cranes, and each of them lifts 40 tons when the wind is low.")


@pytest.fixture
def windows(encoder):
    return [window for text in TEXTS for window in encoder.windows("Who built the pier?", text)]


class Counting:
    """An encoder that counts the windows it was given."""

    def __init__(self, encoder):
        self.encoder, self.read = encoder, 0

    def __call__(self, ids, attention_mask):
        self.read += len(ids)
        return self.encoder(ids, attention_mask=attention_mask)


def test_windows_read_together_have_the_states_that_they_have_alone(tiny, windows):
    network = tiny().base_model
    together = Trunk(network, nothing=0).read(windows)
    for window, states in zip(windows, together, strict=True):
        assert states.shape == (len(window.ids), network.config.hidden_size)
        (alone,) = Trunk(network, nothing=0).read([window])
        torch.testing.assert_close(states, alone, atol=1e-5, rtol=1e-4)


def test_a_window_that_was_kept_is_not_read_again(tiny, windows):
    counting = Counting(tiny().base_model)
    trunk = Trunk(counting, nothing=0, kept=4)
    first = trunk.read(windows)
    again = trunk.read(list(reversed(windows)))
    assert counting.read == len(windows)
    assert all(a is b for a, b in zip(first, reversed(again), strict=True))


def test_the_windows_read_longest_ago_are_forgotten_first(tiny, windows):
    counting = Counting(tiny().base_model)
    trunk = Trunk(counting, nothing=0, kept=1)
    trunk.read(windows)
    trunk.read(windows[-1:])
    assert counting.read == 2
    trunk.read(windows[:1])
    assert counting.read == 3


def test_a_trunk_that_keeps_nothing_reads_each_time(tiny, windows):
    counting = Counting(tiny().base_model)
    trunk = Trunk(counting, nothing=0)
    trunk.read(windows)
    trunk.read(windows)
    assert counting.read == 2 * len(windows)


def test_the_same_window_twice_in_one_request_is_read_once(tiny, windows):
    counting = Counting(tiny().base_model)
    first, second = Trunk(counting, nothing=0).read([windows[0], windows[0]])
    assert counting.read == 1
    assert first is second


def test_windows_of_one_length_need_no_mask(windows):
    ids, mask = padded(windows[:1] * 2, 0)
    if ids.shape[1] == len(windows[0].ids):
        assert mask is None
    ids, mask = padded(windows, 7)
    assert mask is not None
    assert (ids[mask == 0] == 7).all()
