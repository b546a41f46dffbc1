"""A row that is not what was written is told, and one flipped bit in it is put right."""

import sqlite3
import struct
from contextlib import closing

import pytest

from steep.errors import Damaged
from steep.records import FILE, sealing
from steep.records.recovering import put_right, rows_of
from steep.records.schema import tables
from steep.records.seals import SEAL, is_whole, mended, seal_of

ANSWERS = tables.tables["answers"]
ROW = {
    "id": "a1",
    "created": 1700000000.25,
    "caller": "Zoë",
    "profile": "rag",
    "arm": "rag",
    "question": "What does a ticket cost?",
    "answer": '{"text": "12 euros"}',
    "versions": "{}",
}
TRIAL = {
    "rollout": "r",
    "answer": "a1",
    "candidate": 1,
    "caller": "ben",
    "refused": 0,
    "seconds": 0.5,
    "created": 2.0,
    "right": None,
    "judged": None,
}


@pytest.fixture
def file(tmp_path):
    return tmp_path / FILE


@pytest.fixture
def answered(opened):
    records = opened()
    with records.transaction() as write:
        write.put("answers", [ROW])
    return records


def spoil(file, statement, *values):
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement, values)


def flipped(value, bit):
    if isinstance(value, int):
        return value ^ (1 << bit)
    if isinstance(value, float):
        bits = int.from_bytes(struct.pack(">d", value), "big") ^ (1 << bit)
        return struct.unpack(">d", bits.to_bytes(8, "big"))[0]
    changed = bytearray(value.encode())
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize(("table", "row"), [("answers", ROW), ("trials", TRIAL)])
def test_any_flipped_bit_of_any_value_is_told_and_put_right(table, row):
    table = tables.tables[table]
    sealed = {**row, SEAL: seal_of(table, row)}
    assert is_whole(table, sealed)
    for name, value in sealed.items():
        if value is None:
            continue
        size = (
            32
            if name == SEAL
            else 8
            if isinstance(value, int)
            else 64
            if isinstance(value, float)
            else 8 * len(value.encode())
        )
        for bit in range(size):
            spoiled = {**sealed, name: flipped(value, bit)}
            assert not is_whole(table, spoiled), (name, bit)
            assert mended(table, spoiled) == sealed, (name, bit)


@pytest.mark.parametrize("spoiled", [{"created": b"x"}, {"created": 2.0**1023 * 2}, {SEAL: b"\x01\x02"}, {"caller": 5}])
def test_a_value_of_another_sort_is_told_and_not_an_error_of_pythons(spoiled):
    row = {**ROW, SEAL: seal_of(ANSWERS, ROW), **spoiled}
    assert not is_whole(ANSWERS, row)
    assert mended(ANSWERS, row) is None


def test_a_bit_of_a_whole_number_of_seconds_is_put_right():
    row = {**ROW, "created": 3.0}
    sealed = {**row, SEAL: seal_of(ANSWERS, row)}
    assert mended(ANSWERS, {**sealed, "created": 3.0 + 64}) == sealed  # SQLite keeps it as an integer


def test_what_is_wrong_in_more_than_a_bit_is_not_guessed():
    sealed = {**ROW, SEAL: seal_of(ANSWERS, ROW)}
    assert mended(ANSWERS, {**sealed, "question": "What does a parrot cost?"}) is None


def test_values_that_move_from_one_column_to_the_next_are_told():
    one, other = {**ROW, "profile": "rag", "arm": "both"}, {**ROW, "profile": "ragb", "arm": "oth"}
    assert seal_of(ANSWERS, one) != seal_of(ANSWERS, other)


def test_a_spoiled_row_is_never_given_out(file, answered):
    spoil(file, "UPDATE answers SET answer = replace(answer, '12', '13')")
    for read in (
        lambda: answered.find("answers"),
        lambda: answered.one("answers", id="a1"),
    ):
        with pytest.raises(Damaged, match=r"a row of `answers` is not what was written.*`steep doctor --rebuild`"):
            read()
    assert answered.check() == "a row of `answers` is not what was written"


def test_a_spoiled_row_is_not_sealed_by_a_change(file, answered):
    spoil(file, "UPDATE answers SET question = 'What?'")
    with pytest.raises(Damaged, match="a row of `answers`"), answered.transaction() as write:
        write.change("answers", {"arm": "both"}, id="a1")


def test_changed_rows_are_whole(answered):
    with answered.transaction() as write:
        assert write.change("answers", {"arm": "both", "created": 3}, id="a1") == 1
        assert write.change("answers", {"arm": "both"}, id="nobody") == 0
    assert answered.find("answers") == [{**ROW, "arm": "both", "created": 3.0}]
    assert answered.check() == "ok"


@pytest.mark.parametrize("value", [b'{"text": "13 euros"}', b'{"text": "\xb12 euros"}'])
def test_a_flipped_bit_is_put_right_in_its_place(file, answered, value):
    spoil(file, "UPDATE answers SET answer = CAST(? AS TEXT)", value)
    assert put_right(file) == 1
    assert answered.find("answers") == [ROW]
    assert answered.check() == "ok"
    assert put_right(file) == 0


def test_a_flipped_bit_of_a_key_is_put_right(file, answered):
    answered.close()
    content = file.read_bytes()
    assert content.count(b"a1") >= 2, "the table and its index hold the key"
    at = content.rindex(b"a1") if content.rindex(b"a1") > content.index(b"Zo") - 60 else content.index(b"a1")
    for at in [at for at in range(len(content)) if content[at : at + 2] == b"a1"]:
        changed = bytearray(content)
        changed[at + 1] ^= 1
        file.write_bytes(changed)
        put_right(file)
        assert answered.one("answers", id="a1") == ROW
        assert answered.check() == "ok"
        answered.close()


def test_what_is_read_out_of_a_damaged_file_is_what_was_written(file, answered):
    with answered.transaction() as write:
        write.put("answers", [{**ROW, "id": "a2"}, {**ROW, "id": "a3"}])
    spoil(file, "UPDATE answers SET answer = replace(answer, '12', '13') WHERE id = 'a2'")
    spoil(file, "UPDATE answers SET answer = 'gone' WHERE id = 'a3'")
    found = {row["id"]: row["answer"] for row in rows_of(answered, file, ["answers"])["answers"]}
    assert found == {"a1": ROW["answer"], "a2": ROW["answer"]}


def test_rows_without_a_checksum_get_one_with_the_next_migration(file, answered):
    spoil(file, "UPDATE answers SET seal = NULL")
    assert answered.find("answers") == [ROW]
    sealing.seal(answered._engine)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT seal FROM answers").fetchall() == [(seal_of(ANSWERS, ROW),)]
    sealing.open_up(answered._engine)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT seal FROM answers").fetchall() == [(None,)]
