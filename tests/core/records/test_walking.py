"""A bit that was flipped in the log that a kill has left is put right before SQLite reads it."""

import os
import random
import sqlite3

import pytest

from steep.records.walking import mend_log

ROWS = 60


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


def test_a_whole_log_is_left_alone(log):
    content = log.read_bytes()
    assert not mend_log(log)
    assert log.read_bytes() == content
    assert not mend_log(log.with_name("none"))


def test_a_flipped_bit_is_put_right_or_left_alone_and_never_made_worse(log):
    content = log.read_bytes()
    drawn = random.Random(3)
    frame = 24 + 4096
    places = [*range(0, 8 * 32, 7), *range(8 * 32, 8 * 56, 3)]  # the heads of the log and of its first frame
    places += [8 * drawn.randrange(32, len(content) - frame) + drawn.randrange(4) for _ in range(60)]
    right = 0
    for bit in places:
        spoiled = with_flipped(content, bit)
        log.write_bytes(spoiled)
        told = mend_log(log)
        assert log.read_bytes() == (content if told else spoiled), bit
        right += told
    assert right >= 0.7 * len(places)


def test_nothing_of_the_log_is_lost(log):
    content = log.read_bytes()
    log.write_bytes(with_flipped(content, 8 * (len(content) // 2) + 1))
    assert mend_log(log)
    connection = sqlite3.connect(log.with_name("a.sqlite"))
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (ROWS,)
    connection.close()


def test_a_torn_end_is_no_flipped_bit(log):
    content = log.read_bytes()
    torn = content[:-3000] + bytes(3000)
    log.write_bytes(torn)
    assert not mend_log(log)
    assert log.read_bytes() == torn
