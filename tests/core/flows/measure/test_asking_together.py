"""Questions that are asked together give the report of those asked one by one; times are of those asked alone."""

import threading
import time

import pytest

from steep.answering.speakers import Speaker
from steep.flows.measure import measure
from steep.kinds import Said
from steep.measuring.asking import ALONE

from .conftest import Lookup, arm, quiet, without_time


class Meeting(Lookup):
    """From the ninth question on answers only when three questions are under way at the same time."""

    def answer(self, request, at_hand):
        if len(self.asked) >= ALONE and not request.question.startswith("Which day does"):
            self.met.wait(timeout=30)
        yield from super().answer(request, at_hand)


@pytest.fixture
def together(project, monkeypatch):
    """As if the generator's model wrote for eight callers together, and steep.toml wanted three."""
    monkeypatch.setattr(Speaker, "at_once", 8)

    def want(number):
        section = project.config.measure.model_copy(update={"at_once": number})
        monkeypatch.setattr(project, "config", project.config.model_copy(update={"measure": section}))

    want(3)
    return want


def test_the_report_is_that_of_questions_asked_one_by_one(project, generator, together):
    report = measure(project, progress=quiet)
    assert sorted(generator.asked) == sorted(set(generator.asked))
    assert len(generator.asked) == 17
    together(1)
    assert without_time(measure(project, progress=quiet, fresh=True)) == without_time(report)


class TestMeeting:
    @pytest.fixture
    def generator(self):
        found = Meeting()
        found.met = threading.Barrier(3)
        return found

    def test_they_are_under_way_at_the_same_time(self, project, generator, together):
        report = measure(project, progress=quiet)
        assert arm(report, "rag").failed == 0
        assert len(generator.asked) == 17


def test_only_answers_asked_for_alone_have_times(project, together):
    (latency,) = measure(project, progress=quiet).latency
    assert latency.answers == ALONE
    together(1)
    (latency,) = measure(project, progress=quiet, fresh=True).latency
    assert latency.answers == 17


def test_a_stopped_measurement_keeps_what_was_answered(project, generator, together):
    generator.stop_after = 12
    with pytest.raises(KeyboardInterrupt):
        measure(project, progress=quiet)
    generator.stop_after = None
    generator.asked.clear()
    report = measure(project, progress=quiet)
    assert len(generator.asked) <= 17 - ALONE
    together(1)
    assert without_time(report) == without_time(measure(project, progress=quiet, fresh=True))


class Endless(Lookup):
    """From the ninth question on it talks on and on, until somebody stops it; the tenth is interrupted."""

    ended = False

    def answer(self, request, at_hand):
        if len(self.asked) < ALONE or request.question.startswith("Which day does"):
            yield from super().answer(request, at_hand)
            return
        self.asked.append(request.question)
        if len(self.asked) > ALONE + 1:
            raise KeyboardInterrupt
        for _ in range(20_000):
            time.sleep(0.001)
            yield Said(text="and ")
        self.ended = True


class TestEndless:
    @pytest.fixture
    def generator(self):
        return Endless()

    def test_an_interruption_ends_what_is_under_way(self, project, generator, together):
        with pytest.raises(KeyboardInterrupt):
            measure(project, progress=quiet)
        assert not generator.ended


def test_a_question_that_fails_is_counted_and_the_others_go_on(project, generator, together):
    generator.fails_on = "was once the price of cider"  # the last one
    report = measure(project, progress=quiet)
    assert arm(report, "rag").failed == 1
    generator.fails_on = ""
    assert arm(measure(project, progress=quiet), "rag").failed == 0


def test_who_has_no_model_that_writes_for_several_is_asked_one_by_one(project, generator, together, monkeypatch):
    monkeypatch.setattr(Speaker, "at_once", 1)
    (latency,) = measure(project, progress=quiet).latency
    assert latency.answers == 17
