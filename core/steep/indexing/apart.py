"""Reads files in a process of its own, under a limit of time and memory: some formats can be made to hurt.

The process begins with the first such file and reads one after the other. One that takes too long, or too much, ends
with the process; the next file gets a new one.
"""

from __future__ import annotations

import pickle
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from steep.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from steep.kinds import Source
    from steep.values import Document

_HEAD = struct.Struct("!Q")
_START = "import sys; sys.path[:] = {path!r}; from steep.indexing.apart import serve; serve({limit})"


class ReaderFailed(Exception):
    """A reader raised what it should not have; the message says what."""


@dataclass(slots=True)
class ReadingApart:
    """``seconds`` is what one file may take, ``megabytes`` how much memory the process may have."""

    seconds: float
    megabytes: int
    _process: subprocess.Popen[bytes] | None = field(default=None)

    def read(self, build: Callable[..., Any], options: Any, context: Any, source: Source) -> Document:
        """The document; raises what the reader raised, or SourceError where a limit was passed."""
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        overdue = threading.Event()

        def end() -> None:
            overdue.set()
            process.kill()

        watch = threading.Timer(self.seconds, end)
        watch.daemon = True
        watch.start()
        try:
            _send(process.stdin, (build, options, context, source))
            kind, value = _receive(process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self.close()
            raise SourceError(self._passed(source.path, overdue=overdue.is_set()), path=source.path) from error
        finally:
            watch.cancel()
        if kind == "read":
            return value  # type: ignore[no-any-return]  # what the other side made of the same classes
        if kind == "refused":
            raise SourceError(value, path=source.path)
        if kind == "memory":
            self.close()
            raise SourceError(self._passed(source.path, overdue=False), path=source.path)
        raise ReaderFailed(value)

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            code = _START.format(path=list(sys.path), limit=self.megabytes)
            # errors of its libraries are told by the exceptions that it sends
            self._process = subprocess.Popen(
                [sys.executable, "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process

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
            build, options, context, source = _receive(requests)
        except EOFError:
            return
        try:
            key = pickle.dumps((build, options))
            if key not in built:
                built[key] = build(options, context)
            reply: tuple[str, Any] = ("read", built[key].read(source))
        except SourceError as error:
            reply = ("refused", str(error))
        except MemoryError:
            reply = ("memory", "")
        except Exception as error:  # a malformed file can surprise any library; the other side names it
            reply = ("failed", f"{type(error).__name__}: {error}")
        _send(replies, reply)


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
