"""Who wants a step while another one is under way shares the next with all who wait, and fails for nobody else."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from steep.kinds import Ask
from steep.values import Message
from steep_plugins.models.together import Together

PATIENCE = 30  # seconds until a test that waits for what never comes gives up


class Doubling:
    """Doubles numbers, and remembers in which company; what is asked for first is held up until it is let go."""

    def __init__(self):
        self.begun, self.free, self.seen = Event(), Event(), []

    def __call__(self, numbers):
        self.seen.append(sorted(numbers))
        self.begun.set()
        assert self.free.wait(PATIENCE)
        if 13 in numbers:
            raise ValueError("13 is not doubled")
        return [2 * number for number in numbers]


def waiting(together, count):
    with together._door:
        assert together._door.wait_for(lambda: len(together._waiting) == count, PATIENCE)


def said(model, ask):
    return "".join(piece.text for piece in model.chat([ask]))


@pytest.fixture
def doubling():
    return Doubling()


def test_who_comes_during_a_step_shares_the_next(doubling):
    together = Together(doubling)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(together.step, 1)
        assert doubling.begun.wait(PATIENCE)
        rest = [threads.submit(together.step, number) for number in (2, 3, 4)]
        waiting(together, 3)
        doubling.free.set()
        assert [each.result(PATIENCE) for each in (first, *rest)] == [2, 4, 6, 8]
    assert doubling.seen == [[1], [2, 3, 4]]


def test_who_has_what_they_wanted_goes_on_while_the_next_step_is_under_way():
    begun, free = ({number: Event() for number in (1, 2, 4)} for _ in range(2))

    def held(numbers):
        begun[numbers[0]].set()
        assert free[numbers[0]].wait(PATIENCE)
        return numbers

    together = Together(held)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(together.step, 1)
        assert begun[1].wait(PATIENCE)
        both = []
        for number in (2, 3):
            both.append(threads.submit(together.step, number))
            waiting(together, len(both))
        free[1].set()
        assert first.result(PATIENCE) == 1
        assert begun[2].wait(PATIENCE)
        last = threads.submit(together.step, 4)
        waiting(together, 1)
        free[2].set()
        assert [each.result(PATIENCE) for each in both] == [2, 3]
        free[4].set()
        assert last.result(PATIENCE) == 4


def test_what_fails_for_one_of_several_fails_for_that_one_alone(doubling):
    together = Together(doubling)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(together.step, 1)
        assert doubling.begun.wait(PATIENCE)
        bad, good = threads.submit(together.step, 13), threads.submit(together.step, 3)
        waiting(together, 2)
        doubling.free.set()
        assert (first.result(PATIENCE), good.result(PATIENCE)) == (2, 6)
        with pytest.raises(ValueError, match="13 is not doubled"):
            bad.result(PATIENCE)
    assert together.step(5) == 10


def test_who_does_not_come_again_is_not_waited_for_twice(doubling):
    doubling.free.set()
    together = Together(doubling, clock=iter(range(100)).__next__)  # each step takes a second, so the longest wait
    assert [together.step(number) for number in (1, 2, 2, 3)] == [2, 4, 4, 6]
    assert together._last == {id(3)}


def test_replies_of_several_threads_share_their_steps_and_are_what_they_are_alone(build, llama_folder, adapter):
    model = build(llama_folder, adapters=4)
    adapters = [None, *(adapter(model, seed, scale=3.0) for seed in (1, 2, 3))]
    asks = [
        Ask(messages=(Message(role="user", content=f"the harbour master {number}"),), max_tokens=24, adapter=each)
        for number, each in enumerate(adapters)
    ]
    alone = [said(model, ask) for ask in asks]
    assert len(set(alone)) == len(asks)
    together = model._loaded()._together
    run, sizes = together._run, []

    def counted(written):
        if not sizes:
            waiting(together, len(asks) - len(written))
        sizes.append(len(written))
        return run(written)

    together._run = counted
    start = Barrier(len(asks))

    def reply(ask):
        start.wait(PATIENCE)
        return said(model, ask)

    with ThreadPoolExecutor(len(asks)) as threads:
        assert list(threads.map(reply, asks)) == alone
    assert max(sizes[:2]) > 1
