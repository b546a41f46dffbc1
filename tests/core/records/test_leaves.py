"""What stands in a file of records is found whatever one flipped bit did to the file, and what was deleted is not."""

import random
import shutil
import sqlite3
from contextlib import closing

import pytest

from steep.records import FILE
from steep.records.database import Database
from steep.records.pages import opened
from steep.records.recovering import put_right, rows_of

PAGE = 4096
TABLES = ("answers", "feedback", "turns", "aliases")


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A file with leaves and branches, rows of more than a page, and pages that are free; and its rows."""
    folder = tmp_path_factory.mktemp("filled")
    with closing(Database(folder)) as records:
        with records.transaction() as write:
            write.put("answers", [answer(number) for number in range(120)])
            write.put("feedback", [said(number) for number in range(150)])
            write.put("turns", [{"conversation": "c", "ordinal": n, "answer": f"a{n}"} for n in range(200)])
            write.put("aliases", [{"name": "harbor", "alias": "production", "version": "v1"}])
        with closing(sqlite3.connect(folder / FILE)) as connection, connection:
            connection.execute("PRAGMA secure_delete = OFF")  # some builds wipe what is deleted
            connection.execute("DELETE FROM answers WHERE created >= 105 AND created < 165")
        rows = {name: sorted(records.find(name), key=repr) for name in TABLES}
    with closing(sqlite3.connect(folder / FILE)) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone()[0] > 5
    return folder / FILE, rows


@pytest.fixture(scope="module")
def layouts(tmp_path_factory):
    with closing(Database(tmp_path_factory.mktemp("layouts"))) as records:
        yield records


def answer(number):
    text = f"The berth {number} costs {number} euros. " * (400 if number % 17 == 0 else 25)
    fixed = {"caller": "ben", "profile": "rag", "arm": "rag", "question": "What?", "versions": "{}"}
    return {"id": f"a{number}", "created": 1.5 * number, "answer": text, **fixed}


def said(number):
    row = {"answer": f"a{number}", "caller": "Zoë", "verdict": "good", "better": None, "created": 2.0 * number}
    return {**row, "number": number + 1, "source": "feedback", "draft": None}


def kept(file, layouts):
    found = rows_of(layouts, file, TABLES)
    return {
        name: sorted(({k: v for k, v in row.items() if k != "seal"} for row in found[name]), key=repr)
        for name in TABLES
    }


def flipped(filled, tmp_path, bit):
    file = tmp_path / FILE
    content = bytearray(filled.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    file.write_bytes(content)
    return file


def pages_of(file, kind):
    content = file.read_bytes()
    return [at for at in range(0, len(content), PAGE) if content[at + (100 if at == 0 else 0)] == kind]


def test_a_whole_file_is_read_whole_and_without_what_was_deleted(filled, layouts, tmp_path):
    file, rows = filled
    assert kept(file, layouts) == rows


def test_rows_in_the_log_are_read_although_the_file_cannot_be_opened(filled, layouts, tmp_path):
    file, rows = filled
    shutil.copy(file, tmp_path)
    with closing(Database(tmp_path)) as records:
        with records.transaction() as write:
            write.delete("turns", ordinal=7)
        copy = tmp_path / "copy" / FILE
        copy.parent.mkdir()
        content = bytearray((tmp_path / FILE).read_bytes())
        content[3] ^= 1
        copy.write_bytes(content)
        shutil.copy(f"{tmp_path / FILE}-wal", f"{copy}-wal")
    assert kept(copy, layouts) == {**rows, "turns": [row for row in rows["turns"] if row["ordinal"] != 7]}


@pytest.mark.parametrize("at", [0, 16, 17, 19, 31, 56, 95])
def test_of_the_files_head_nothing_is_needed(filled, layouts, tmp_path, at):
    file, rows = filled
    assert kept(flipped(file, tmp_path, 8 * at + at % 8), layouts) == rows


@pytest.mark.parametrize("at", [33, 35, 39])
def test_pages_that_may_be_free_are_not_read_but_by_sqlite(filled, layouts, tmp_path, at):
    file, rows = filled
    for bit in range(0, 8, 5):
        assert kept(flipped(file, tmp_path, 8 * at + bit), layouts) == rows


@pytest.mark.parametrize("kind", [5, 2], ids=["of a table", "of an index"])
def test_of_branches_nothing_is_needed(filled, layouts, tmp_path, kind):
    file, rows = filled
    for start in pages_of(file, kind)[:3]:
        for at in (0, 3, 11, 13, PAGE - 3):
            begins = 100 if start == 0 and at < 100 else 0
            assert kept(flipped(file, tmp_path, 8 * (start + begins + at) + at % 5), layouts) == rows


def written(filled, tmp_path, at, number):
    file = tmp_path / FILE
    content = filled.read_bytes()
    file.write_bytes(content[:at] + number.to_bytes(4, "big") + content[at + 4 :])
    return file


def test_of_a_page_that_is_free_and_led_to_it_is_told_which_of_the_two_is_wrong(filled, layouts, tmp_path):
    file, rows = filled
    content = file.read_bytes()
    with opened(file) as pages:
        free, live = sorted(pages.free()), min(pages.led_to(pages.free()))
    branch = next(at for at in pages_of(file, 5) if at and content.count(b"The berth", at, at + PAGE) == 0)
    assert kept(written(file, tmp_path, branch + 8, free[0]), layouts) == rows, "a branch leads to a free page"
    trunk = (int.from_bytes(content[32:36], "big") - 1) * PAGE
    assert kept(written(file, tmp_path, trunk + 8, live), layouts) == rows, "the list of free pages has another"


def test_of_the_schema_nothing_is_needed(filled, layouts, tmp_path):
    file, rows = filled
    content = file.read_bytes()
    for words in (b"tableanswersanswers", b"CREATE TABLE answers", b"tablefeedback", b"seal INTEGER"):
        at = content.index(words)
        for further in range(0, len(words), 6):
            assert kept(flipped(file, tmp_path, 8 * (at + further) + further % 7), layouts) == rows


def test_any_bit_of_a_leafs_head_is_put_right(filled, layouts, tmp_path):
    file, rows = filled
    content = file.read_bytes()
    answers = content.index(b"The berth 31 costs") // PAGE * PAGE
    turns = next(at for at in pages_of(file, 13) if content.count(b"\x63", at, at + PAGE) > 60)
    for start in (answers, turns):
        for bit in (*range(1, 8 * 14, 9), *range(32, 40)):
            assert kept(flipped(file, tmp_path, 8 * start + bit), layouts) == rows, (start, bit)


@pytest.mark.parametrize("number", [31, 34])
def test_any_bit_of_what_says_how_long_a_row_is_is_put_right(filled, layouts, tmp_path, number):
    file, rows = filled
    begins = file.read_bytes().index(b"a%d" % number)
    for at in range(begins - 13, begins + 10, 2):
        assert kept(flipped(file, tmp_path, 8 * at + at % 8), layouts) == rows, at - begins


def test_a_row_of_many_pages_is_found_whichever_of_its_links_is_wrong(filled, layouts, tmp_path):
    file, rows = filled
    content = file.read_bytes()
    first = content.index(b"What?The berth 34 costs")
    leaf = first // PAGE * PAGE
    link = next(
        at
        for at in range(first, leaf + PAGE)
        if b"berth 34" in content[(int.from_bytes(content[at : at + 4], "big") - 1) * PAGE :][:PAGE]
    )
    following = (int.from_bytes(content[link : link + 4], "big") - 1) * PAGE
    for at in (link + 2, link + 3, following + 3):
        for bit in (0, 4):
            assert kept(flipped(file, tmp_path, 8 * at + bit), layouts) == rows


def test_bits_drawn_from_the_whole_file_cost_nothing(filled, layouts, tmp_path):
    file, rows = filled
    drawn = random.Random(5)
    for _ in range(12):
        bit = drawn.randrange(8 * file.stat().st_size)
        assert kept(flipped(file, tmp_path, bit), layouts) == rows, bit


def test_nothing_is_written_in_place_where_it_is_not_sure_which_pages_are_free(filled, tmp_path):
    file, _ = filled
    spoiled = flipped(file, tmp_path, 8 * 35)
    content = spoiled.read_bytes()
    assert put_right(spoiled) == 0
    assert spoiled.read_bytes() == content
