"""A database that a model can read, and cannot hurt."""

import hashlib
import sqlite3
import time

import pytest

from steep import Context
from steep.errors import ConfigError, ToolError
from steep.kinds import ToolRequest
from steep.testing.tool import ToolContract
from steep.values import OPERATOR
from steep_plugins.tools import SqlOptions, build_sql

FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def folder(tmp_path):
    with sqlite3.connect(tmp_path / "harbor.sqlite") as made:
        made.execute("CREATE TABLE berths (name TEXT, metres REAL, price INTEGER)")
        made.executemany("INSERT INTO berths VALUES (?, ?, ?)", [(f"berth {n}", n / 2, 10 * n) for n in range(1, 101)])
    made.close()
    return tmp_path


@pytest.fixture
def tool(folder):
    return build_sql(
        SqlOptions(file="harbor.sqlite", about="berths and prices", rows=3, seconds=0.5), Context(project=folder)
    )


def asked(tool, query):
    return tool.call(ToolRequest(arguments={"query": query}, caller=OPERATOR)).text


class TestSql(ToolContract):
    arguments = ({"query": "SELECT count(*), max(price) FROM berths"},)

    @pytest.fixture
    def tool(self, folder):
        return build_sql(SqlOptions(file="harbor.sqlite"), Context(project=folder))


def test_a_model_is_told_of_the_tables_and_gets_rows_up_to_the_limit(tool):
    assert "berths(name TEXT, metres REAL, price INTEGER)" in tool.parameters["properties"]["query"]["description"]
    assert asked(tool, "SELECT name, price FROM berths WHERE price = 70") == "name | price\nberth 7 | 70"
    assert (
        asked(tool, "SELECT name FROM berths").splitlines()[-1] == "… more than 3 rows; ask for fewer, or count them."
    )
    assert asked(tool, "SELECT name FROM berths WHERE price < 0") == "No row (name)."


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM berths",
        "UPDATE berths SET price = 0",
        "DROP TABLE berths",
        "CREATE TABLE more (a)",
        "CREATE TEMP TABLE more (a)",
        "ATTACH DATABASE 'other.sqlite' AS other",
        "PRAGMA query_only = OFF",
        "PRAGMA journal_mode = DELETE",
        "SELECT 1; DELETE FROM berths",
        "VACUUM INTO 'copy.sqlite'",
        "SELECT load_extension('x')",
        "BEGIN EXCLUSIVE",
        "WITH gone AS (SELECT 1) DELETE FROM berths",
        "SELECT length(zeroblob(900000000))",
        "no sql",
    ],
)
def test_nothing_but_reading_is_done(tool, folder, query):
    before = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}
    with pytest.raises(ToolError, match="only one SELECT"):
        asked(tool, query)
    assert {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()} == before


def test_a_query_without_end_is_stopped(tool):
    begun = time.monotonic()
    with pytest.raises(ToolError, match=r"stopped after 0\.5 s"):
        asked(tool, FOREVER)
    assert time.monotonic() - begun < 10


def test_a_file_that_is_not_there_is_said_when_the_tool_is_built(folder):
    with pytest.raises(ConfigError, match=r"none\.sqlite, which is not there"):
        build_sql(SqlOptions(file="none.sqlite"), Context(project=folder))
