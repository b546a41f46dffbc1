"""A bit that was flipped in the log that a kill has left is put right or let pass, so that nothing is dropped."""

import os
import random
import sqlite3
from contextlib import closing

import pytest

from steep.records.passing import let_pass
from steep.records.walking import mend_log

ROWS = 60
FRAME = 24 + 4096
HIGHEST = 8 * 3 + 7  # of a word: the checksums tell of it next to nothing


@pytest.fixture
def log(tmp_path):
    """The log of a process that was killed: sixty transactions that are nowhere else."""
    file = tmp_path / "a.sqlite"
    process = os.fork()
    if process == 0:
        connection = sqlite3.connect(file, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (number, text)")
        for number in range(ROWS):
            connection.execute("INSERT INTO t VALUES (?, ?)", (number, f"The {number} boats of the quay. " * 9))
        os._exit(0)
    os.waitpid(process, 0)
    return tmp_path / "a.sqlite-wal"


def with_flipped(content, bit):
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def rows(log):
    with closing(sqlite3.connect(log.with_name("a.sqlite"))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute("SELECT number, CAST(text AS BLOB) FROM t ORDER BY rowid").fetchall()


def test_a_whole_log_is_left_alone(log):
    content = log.read_bytes()
    assert mend_log(log) == ""
    assert not let_pass(log.with_name("a.sqlite"))
    assert log.read_bytes() == content
    assert mend_log(log.with_name("none")) == ""
    log.write_bytes(content[:32])  # another process has just begun it
    assert mend_log(log) == ""


def test_a_flipped_bit_is_put_right_or_told_and_never_made_worse(log):
    content = log.read_bytes()
    drawn = random.Random(3)
    places = [*range(0, 8 * 32, 7), *range(8 * 32, 8 * 56, 3)]  # the heads of the log and of its first frame
    places += [8 * drawn.randrange(32, len(content) - FRAME) + drawn.randrange(4) for _ in range(60)]
    right = 0
    for bit in places:
        spoiled = with_flipped(content, bit)
        log.write_bytes(spoiled)
        told = mend_log(log)
        left = log.read_bytes()
        assert "it cannot be told which" in told and left == spoiled if told else len(left) == len(content), bit
        # which round of the log it is means nothing, so that any bit of that may have been flipped
        assert told or left == content or (bit < 8 * 32 and left[16:24] == content[16:24]), bit
        right += not told
    assert right >= 0.7 * len(places)


def test_nothing_of_the_log_is_lost(log):
    content = log.read_bytes()
    log.write_bytes(with_flipped(content, 8 * (len(content) // 2) + 1))
    assert mend_log(log) == ""
    assert len(rows(log)) == ROWS


@pytest.mark.parametrize("frame", [2, ROWS // 2, ROWS - 2])
def test_a_bit_that_cannot_be_told_costs_what_it_is_in_and_nothing_behind_it(log, frame):
    content = log.read_bytes()
    at = 32 + frame * FRAME + FRAME - 200  # in the text of a row that was written before
    log.write_bytes(with_flipped(content, 8 * (at - (at - 32) % 4) + HIGHEST))
    assert "cannot be told" in mend_log(log)
    assert let_pass(log.with_name("a.sqlite"))
    assert mend_log(log) == ""
    assert [number for number, _ in rows(log)] == list(range(ROWS))


@pytest.mark.parametrize("at", [0, 4], ids=["which page it is", "what is committed"])
def test_a_bit_of_a_frames_head_that_cannot_be_told_is_found_by_trying(log, at):
    content = log.read_bytes()
    last = 32 + ((len(content) - 32) // FRAME - 1) * FRAME
    log.write_bytes(with_flipped(content, 8 * (last + at) + HIGHEST))
    assert "cannot be told" in mend_log(log)
    assert let_pass(log.with_name("a.sqlite"))
    assert log.read_bytes() == content
    assert len(rows(log)) == ROWS


def test_what_was_not_committed_is_no_loss(log):
    begun = log.read_bytes()[: 32 + FRAME]  # of a transaction of two frames
    spoiled = with_flipped(begun, 8 * (32 + 24 + 1000) + HIGHEST)
    log.write_bytes(spoiled)
    assert mend_log(log) == ""
    assert not let_pass(log.with_name("a.sqlite"))
    assert log.read_bytes() == spoiled


def test_a_torn_end_is_no_flipped_bit(log):
    content = log.read_bytes()
    torn = content[:-3000] + bytes(3000)
    log.write_bytes(torn)
    assert mend_log(log) == ""
    assert log.read_bytes() == torn
