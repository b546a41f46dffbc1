import asyncio

import pytest

from steep.server.gate import Full, Gate


def run(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, 30))


async def settled():
    for _ in range(5):
        await asyncio.sleep(0)


async def entering(gate, names, order):
    async def one(name):
        await gate.enter(name)
        order.append(name)

    tasks = []
    for name in names:
        tasks.append(asyncio.ensure_future(one(name)))
        await settled()
    return tasks


def test_callers_take_turns_however_many_each_sends():
    async def scene():
        gate, order = Gate(at_once=1, room=20), []
        await gate.enter("first")
        tasks = await entering(gate, ["loud"] * 5 + ["quiet", "third", "quiet"], order)
        for _ in tasks:
            gate.leave()
            await settled()
        gate.leave()
        return order, gate.inside

    order, inside = run(scene())
    assert order == ["loud", "quiet", "third", "loud", "quiet", "loud", "loud", "loud"]
    assert inside == 0


def test_no_more_than_that_are_inside_and_no_more_than_that_wait():
    async def scene():
        gate, order = Gate(at_once=2, room=3), []
        tasks = await entering(gate, ["a", "b", "a", "b", "c"], order)
        assert (order, gate.inside, gate.waiting, gate.is_full) == (["a", "b"], 2, 3, True)
        with pytest.raises(Full):
            await gate.enter("d")
        for task in tasks:
            task.cancel()

    run(scene())


def test_who_gives_up_waiting_leaves_no_gap():
    async def scene():
        gate, order = Gate(at_once=1, room=9), []
        await gate.enter("first")
        gone, stays = await entering(gate, ["a", "b"], order)
        gone.cancel()
        await settled()
        gate.leave()
        await settled()
        assert (order, gate.inside, gate.waiting) == (["b"], 1, 0)
        await stays

    run(scene())


def test_a_turn_that_comes_to_somebody_who_is_just_leaving_is_passed_on():
    async def scene():
        gate, order = Gate(at_once=1, room=9), []
        await gate.enter("first")
        gone, stays = await entering(gate, ["a", "b"], order)
        gate.leave()
        gone.cancel()
        await settled()
        assert (order, gate.inside) == (["b"], 1)
        await stays
        gate.leave()
        assert gate.inside == 0

    run(scene())
