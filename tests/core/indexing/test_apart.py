"""Files that hurt their reader: each is named, within its limit, and the rest goes on."""

import os
import time

import pytest

from steep.errors import SourceError
from steep.indexing import warm
from steep.indexing.apart import ReaderFailed, ReadingApart, recipe
from steep.kinds import Source
from steep.values import Document


class Poisoned:
    """Does what the file says."""

    def read(self, source):
        words = source.data.decode()
        if words == "hang":
            time.sleep(600)
        if words == "die":
            os._exit(3)
        if words == "swell":
            bytearray(1 << 34)
        if words == "refuse":
            raise SourceError(f"{source.path} is refused.", path=source.path)
        if words == "break":
            raise ValueError("odd")
        print("a library that talks")
        return Document(path=source.path, text=words, title=str(os.getpid()))


def build(options, context):
    return Poisoned()


@pytest.fixture
def apart(monkeypatch):
    made = ReadingApart(seconds=20, megabytes=512)
    yield made
    made.close()


def read(apart, words):
    return apart.read(recipe(build, None, None), Source(path="a.bin", data=words.encode()))


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    """The process apart finds this module by its name."""
    import importlib.util
    import sys
    from pathlib import Path

    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    spec = importlib.util.find_spec("test_apart")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "test_apart", module)
    spec.loader.exec_module(module)
    monkeypatch.setitem(globals(), "build", module.build)


def test_one_process_reads_file_after_file(apart):
    one, other = read(apart, "one"), read(apart, "two")
    assert (one.text, other.text) == ("one", "two")
    assert one.title == other.title != str(os.getpid())


@pytest.mark.parametrize(
    ("words", "told"),
    [("die", "stopped its reader"), ("swell", "read_megabytes = 512"), ("refuse", r"a\.bin is refused\.")],
)
def test_what_ends_a_reader_is_named_and_the_next_file_is_read(apart, words, told):
    with pytest.raises(SourceError, match=told):
        read(apart, words)
    assert read(apart, "next").text == "next"


def test_a_file_that_takes_too_long_is_named_and_the_next_one_is_read():
    apart = ReadingApart(seconds=3, megabytes=512)
    with pytest.raises(SourceError, match=r"read_seconds = 3 allows"):
        read(apart, "hang")
    apart.seconds = 20
    assert read(apart, "next").text == "next"
    apart.close()


def test_who_reads_next_gets_the_process_that_is_left_and_not_one_that_broke_off(monkeypatch):
    one, next_one = (ReadingApart(seconds=20, megabytes=512) for _ in range(2))
    process = read(one, "one").title
    one.close()
    assert read(next_one, "two").title == process
    with monkeypatch.context() as patched:
        patched.setattr("steep.indexing.apart._receive", interrupted)
        with pytest.raises(KeyboardInterrupt):
            read(next_one, "late")
    next_one.close()
    assert read(one, "three").title != process
    one.close()


def interrupted(pipe):
    """Ctrl-C comes while a file is read, so that its document is still to come."""
    raise KeyboardInterrupt


def test_a_process_that_nobody_wants_ends(monkeypatch):
    monkeypatch.setattr(warm, "_IDLE_SECONDS", 0.0)
    apart = ReadingApart(seconds=20, megabytes=513)
    process = int(read(apart, "one").title)
    apart.close()
    for _ in range(400):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("the process is still there")


def test_what_a_reader_should_not_raise_is_told(apart):
    with pytest.raises(ReaderFailed, match="ValueError: odd"):
        read(apart, "break")
