import json
import multiprocessing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.chain import Chain, verify

DAY = 86_400


@pytest.fixture
def log(tmp_path):
    file = tmp_path / "log.jsonl"
    chain = Chain(file)
    for number in range(6):
        chain.append({"event": "answered", "at": float(number), "text": f"größe {number}"})
    return file


def lines(file):
    return file.read_bytes().splitlines(keepends=True)


def test_a_log_that_nobody_touched_is_whole(log):
    found = verify(log)
    assert (found.lines, found.broken) == (6, None)
    assert found.last == json.loads(lines(log)[-1])["hash"]
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("number", range(1, 7))
def test_the_first_line_that_was_changed_is_named(log, number):
    changed = lines(log)
    changed[number - 1] = changed[number - 1].replace(b'"at": ', b'"at": 1')
    log.write_bytes(b"".join(changed))
    assert (verify(log).broken, verify(log).lines) == (number, number - 1)


@pytest.mark.parametrize("number", range(1, 6))
def test_a_line_that_was_taken_out_added_or_moved_is_noticed(log, number):
    whole = lines(log)
    for changed in (
        whole[: number - 1] + whole[number:],
        [*whole[:number], whole[number - 1], *whole[number:]],
        [*whole[: number - 1], whole[number], whole[number - 1], *whole[number + 1 :]],
        [*whole[: number - 1], b"no json\n", *whole[number:]],
    ):
        log.write_bytes(b"".join(changed))
        assert verify(log).broken in (number, number + 1)


@given(at=st.integers(0, 5), flipped=st.integers(0, 7), place=st.floats(0, 0.999))
def test_no_flipped_bit_goes_unnoticed(tmp_path_factory, at, flipped, place):
    file = tmp_path_factory.mktemp("log") / "log.jsonl"
    for number in range(6):
        Chain(file).append({"event": "answered", "at": float(number)})
    changed = bytearray(lines(file)[at][:-1])
    where = int(place * len(changed))
    changed[where] ^= 1 << flipped
    whole = lines(file)
    whole[at] = bytes(changed) + b"\n"
    file.write_bytes(b"".join(whole))
    assert verify(file).broken is not None


def test_a_line_that_a_kill_cut_short_is_named_and_the_log_goes_on(log):
    log.write_bytes(log.read_bytes()[:-10])
    Chain(log).append({"event": "answered", "at": 9.0})
    assert verify(log).broken == 6
    assert json.loads(lines(log)[-1])["previous"] == json.loads(lines(log)[4])["hash"]


def test_lines_that_are_too_old_go_and_the_rest_can_be_verified(tmp_path):
    file = tmp_path / "log.jsonl"
    chain = Chain(file, keep_days=10)
    for day in range(60):
        chain.append({"event": "answered", "at": float(day * DAY)})
        assert verify(file).broken is None
    kept = [json.loads(line) for line in lines(file)]
    days = [row["at"] / DAY for row in kept if row["event"] == "answered"]
    assert (min(days) >= 47, max(days)) == (True, 59)
    without_note = [line for line in lines(file) if b"lines-dropped" not in line]
    file.write_bytes(b"".join(without_note))
    assert verify(file).broken is not None


def test_lines_taken_from_the_front_are_noticed_though_a_head_is_put_there(log):
    whole = lines(log)
    head = json.dumps({"event": "lines-before", "hash": json.loads(whole[1])["hash"]}) + "\n"
    log.write_bytes(head.encode() + b"".join(whole[2:]))
    assert verify(log).broken == 1


def _append(file, who):
    chain = Chain(file)
    for number in range(40):
        chain.append({"event": "answered", "at": float(number), "who": who})


def test_several_processes_write_one_chain(tmp_path):
    file = tmp_path / "log.jsonl"
    spawned = multiprocessing.get_context("spawn")
    processes = [spawned.Process(target=_append, args=(file, who)) for who in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    found = verify(file)
    assert (found.lines, found.broken) == (120, None)
