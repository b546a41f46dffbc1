"""steep's laws for a tracker, and what this one does beyond them."""

import logging

import pytest

from steep import Context
from steep.authoring.examples.tracker import Options, build
from steep.testing import TrackerContract
from steep.values import StageEnded


class TestMyTracker(TrackerContract):
    @pytest.fixture
    def tracker(self):
        return build(Options(), Context())


def test_a_long_stage_is_logged_and_a_short_one_is_not(caplog):
    tracker = build(Options(seconds=60), Context())
    with caplog.at_level(logging.WARNING):
        for name, seconds in (("read", 3.0), ("embed", 61.0)):
            tracker.saw(StageEnded(flow="index", name=name, ok=True, seconds=seconds))
    assert [record.getMessage() for record in caplog.records] == ["index: embed took 61 s"]
