import pytest

from steep.records.database import Database
from steep.server.limits import Limits, TooMany
from steep.workspace.serving import LimitsSection
from steep.workspace.spending import Spending

DAY = 86_400


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def made(tmp_path):
    records = Database(tmp_path)
    clock = Clock()

    def make(**said):
        return Limits(LimitsSection(**said), Spending(records), clock=clock, now=clock), clock

    yield make
    records.close()


def test_requests_a_minute_come_back_with_time(made):
    limits, clock = made(requests=3, concurrent=0)
    for _ in range(3):
        limits.begin("a")
    with pytest.raises(TooMany, match="3 requests a minute") as refused:
        limits.begin("a")
    assert (refused.value.status, refused.value.headers["retry-after"]) == (429, "20")
    limits.begin("b")
    clock.now = 20
    limits.begin("a")
    with pytest.raises(TooMany):
        limits.begin("a")
    clock.now = 10_000
    for _ in range(3):
        limits.begin("a")
    with pytest.raises(TooMany):
        limits.begin("a")


def test_requests_at_once_are_counted_until_they_end(made):
    limits, _ = made(concurrent=2)
    limits.begin("a")
    limits.begin("a")
    with pytest.raises(TooMany, match="2 requests under way"):
        limits.begin("a")
    limits.begin("b")
    limits.end("a")
    limits.begin("a")


def test_without_limits_nobody_is_held_up(made):
    limits, _ = made(concurrent=0)
    for _ in range(1000):
        limits.begin("a")
    limits.spend("a", 10**9)
    limits.check_tokens("a")


def test_tokens_of_a_day_are_kept_over_a_restart_and_end_with_the_day(made):
    limits, clock = made(tokens=100)
    clock.now = DAY / 2
    limits.spend("a", 60)
    limits.spend("a", 39)
    limits.check_tokens("a")
    limits.spend("a", 1)
    again, _ = made(tokens=100)
    with pytest.raises(TooMany, match="used up the 100 tokens of today") as refused:
        again.check_tokens("a")
    assert refused.value.headers["retry-after"] == str(DAY // 2)
    again.check_tokens("b")
    clock.now = DAY
    again.check_tokens("a")


def test_old_days_are_forgotten(made):
    limits, clock = made(tokens=100)
    for day in range(40):
        clock.now = day * DAY
        limits.spend("a", 1)
    assert limits._spending._records.count("spending") == 31


def test_callers_that_were_quiet_for_a_minute_take_no_memory(made, monkeypatch):
    monkeypatch.setattr("steep.server.limits._REMEMBERED", 10)
    limits, clock = made(requests=5)
    for number in range(50):
        clock.now += 61
        limits.begin(f"caller {number}")
        limits.end(f"caller {number}")
    assert len(limits._uses) <= 10
