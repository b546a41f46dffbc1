"""Reads files in a process of its own, under a limit of time and memory: any format, or reader, can hurt.

The process begins with the first file and reads one after the other. One that takes too long, or too much, ends with
the process; the next file gets a new one.
"""

from __future__ import annotations

import pickle
import struct
import sys
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from steep.errors import SourceError, SteepError
from steep.indexing.warm import give_back, taken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from steep.hooks import Context, Selection
    from steep.indexing.warm import ReadingProcess
    from steep.kinds import Reader, Source
    from steep.values import Document

_HEAD = struct.Struct("!Q")
_START = "import sys; sys.path[:] = {path!r}; from steep.indexing.apart import serve; serve({limit})"


class ReaderFailed(Exception):
    """A reader raised what it should not have; the message says what."""


def recipe(build: Callable[..., Any], options: Any, context: Any) -> bytes:
    """How a reader is built, as the process gets it: the same bytes, the same reader."""
    return pickle.dumps((build, options, context))


@dataclass(slots=True)
class ReadingApart:
    """``seconds`` is what one file may take, ``megabytes`` how much memory the process may have."""

    seconds: float
    megabytes: int
    _process: ReadingProcess | None = field(default=None)

    def read(self, how: bytes, source: Source) -> Document:
        """The document; raises what the reader raised, or SourceError where a limit was passed."""
        if self._process is None:
            self._process = taken(_START.format(path=list(sys.path), limit=self.megabytes))
        process = self._process
        whole = False
        try:
            process.watch(self.seconds)
            _send(process.requests, (how, source))
            kind, value = _receive(process.replies)
            whole = kind != "memory" and not process.overdue
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise SourceError(self._passed(source.path, overdue=process.overdue), path=source.path) from error
        finally:
            process.rest()
            if not whole:  # also where Ctrl-C came between: what it would say next belongs to this file
                self._process = None
                process.end()
        if kind == "read":
            return value  # type: ignore[no-any-return]  # what the other side made of the same classes
        if kind == "refused":
            raise SourceError(value, path=source.path)
        if kind == "memory":
            raise SourceError(self._passed(source.path, overdue=False), path=source.path)
        raise ReaderFailed(value)

    def close(self) -> None:
        """Leave the process, if there is one, to whoever reads next."""
        process, self._process = self._process, None
        if process is not None:
            give_back(process)

    def _passed(self, path: str, *, overdue: bool) -> str:
        if overdue:
            return (
                f"{path} took longer to read than read_seconds = {self.seconds:g} allows; split it, raise read_seconds "
                "in [project], or exclude it."
            )
        return (
            f"{path} stopped its reader, or took more memory than read_megabytes = {self.megabytes} allows; save it "
            "anew, raise read_megabytes in [project], or exclude it."
        )


def serve(megabytes: int) -> None:
    """Read what comes in until nothing comes: what the process does."""
    import os

    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no reply
    _limit(megabytes)
    built: dict[bytes, Any] = {}
    while True:
        try:
            how, source = _receive(requests)
        except EOFError:
            return
        try:
            if how not in built:
                build, options, context = pickle.loads(how)
                built[how] = build(options, context)
            reply: tuple[str, Any] = ("read", built[how].read(source))
        except SourceError as error:
            reply = ("refused", str(error))
        except MemoryError:
            reply = ("memory", "")
        except SteepError as error:  # what is wrong with the reader, in words
            reply = ("failed", str(error))
        except Exception as error:  # a malformed file can surprise any library; the other side names it
            reply = ("failed", f"{type(error).__name__}: {error}")
        _send(replies, reply)


def stranger(
    options: Mapping[str, Any], context: Context, *, use: str, selection: Selection, files: Mapping[str, str]
) -> Reader:
    """Build a reader that does not come with steep, held to its contract: its plugin is found anew where it reads.

    ``files`` are the plugins that steep.toml names, with the hashes of what stood in them: a changed one is built anew.
    """
    from steep.hooks import Plugins, held

    plugins = Plugins.discover(selection, files=files)
    built = plugins.build("reader", use, options, context, where=f"[reader.{use}]")
    return held(built, kind="reader", use=use)  # type: ignore[no-any-return]  # it stands for the reader


def _limit(megabytes: int) -> None:
    """Hold the process to so much memory, where the system can."""
    try:
        import resource

        most = megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (ImportError, ValueError, OSError):
        return


def _send(pipe: IO[bytes], value: Any) -> None:
    data = pickle.dumps(value)
    pipe.write(_HEAD.pack(len(data)) + data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise EOFError
    data = pipe.read(_HEAD.unpack(head)[0])
    return pickle.loads(data)
