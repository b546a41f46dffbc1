"""A form with files, read as it comes in: a file is refused by its name before its words, and by its size within them.

A form is a stream of parts. What is said of a place (`folder`, `replace`) counts for the files that come after it, so
the form of the page says it first. A file goes straight to where a rename puts it in its place; of one that cannot be
taken nothing is written any more, and the others go on.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, NamedTuple

from multipart import MultipartError, MultipartSegment, PushMultipartParser  # type: ignore[import-untyped]

from steep.errors import SteepError
from steep.flows import uploads
from steep.server.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from steep.values import Caller
    from steep.workspace.project import Project

__all__ = ["MOST", "Arrival", "Arrivals"]

MOST = 20  # files of one form
_PARTS = 100
_LONGEST_FIELD = 10_000  # bytes


class Arrival(NamedTuple):
    """What became of a file that was sent."""

    name: str
    line: str
    ok: bool


@dataclass(slots=True, kw_only=True)
class Arrivals:
    """Takes the files of one form; ``told`` says in a line what an error means to whoever sent them.

    ``all`` is what became of those that came in whole, also where the form breaks off later.
    """

    project: Project
    caller: Caller
    told: Callable[[SteepError], str]
    all: list[Arrival] = field(default_factory=list)
    _fields: dict[str, str] = field(default_factory=dict)
    _files: int = 0

    async def take(self, pieces: AsyncIterator[bytes], boundary: str) -> None:
        """Read a form to its end; raises BadRequest for one that is none."""
        part: _Part | None = None
        with ExitStack() as leaving:
            try:
                with PushMultipartParser(boundary, max_segment_count=_PARTS) as parser:
                    async for piece in pieces:
                        for each in parser.parse(piece) if piece else ():
                            if isinstance(each, MultipartSegment):
                                part = await self._begun(each, leaving)
                            elif each and part is not None:
                                part.write(each)
                            elif part is not None:
                                await self._ended(part)
                                leaving.close()
                                part = None
            except MultipartError as error:
                raise BadRequest(f"the form cannot be read ({error}); send it again.", code="invalid_form") from error
        if self._files > MOST:
            line = f"Only the first {MOST} files were taken; send the others after them."
            self.all.append(Arrival("", line, ok=False))
        elif not self._files:
            self.all.append(Arrival("", "No file was chosen; choose one, and send it.", ok=False))

    async def _begun(self, segment: MultipartSegment, leaving: ExitStack) -> _Part | None:
        """A part of the form to write to; None for one that is passed over."""
        if not segment.filename:
            return _Part(name=segment.name or "", limit=_LONGEST_FIELD)
        if segment.name != "file":
            return None
        self._files += 1
        if self._files > MOST:
            return None
        folder = self._fields.get("folder", "").strip().strip("/")
        try:
            path = await asyncio.to_thread(uploads.checked_path, self.project, segment.filename, folder, self.caller)
            file = leaving.enter_context(uploads.receiving(self.project, os.urandom(16)))
            opened = leaving.enter_context(file.open("wb"))
        except SteepError as error:
            self.all.append(Arrival(segment.filename, self.told(error), ok=False))
            return None
        return _Part(name=segment.filename, limit=uploads.limit(self.project), path=path, file=file, opened=opened)

    async def _ended(self, part: _Part) -> None:
        if part.file is None:
            if part.size <= part.limit:
                self._fields[part.name] = part.said.decode("utf-8", "replace")
            return
        try:
            if part.size > part.limit:
                raise uploads.too_large(self.project, part.path)
            part.close()
            replace = self._fields.get("replace") == "yes"
            found = await asyncio.to_thread(uploads.arrived, self.project, part.file, part.path, replace=replace)
        except SteepError as error:
            self.all.append(Arrival(part.name, self.told(error), ok=False))
        else:
            self.all.append(Arrival(part.name, f"it lies at `{found.path}` now.", ok=True))


@dataclass(slots=True, kw_only=True)
class _Part:
    """One field, whose words are ``said``, or one file, which is written to ``file``; ``limit`` is in bytes."""

    name: str
    limit: int
    path: str = ""
    file: Path | None = None
    opened: IO[bytes] | None = None
    said: bytearray = field(default_factory=bytearray)
    size: int = 0

    def write(self, piece: bytes) -> None:
        """Write on; from the byte on that is too much, what was written is gone, and the rest is not kept."""
        self.size += len(piece)
        if self.size > self.limit:
            self.close()
            self.said.clear()
            if self.file is not None:
                self.file.unlink(missing_ok=True)
        elif self.opened is not None:
            self.opened.write(piece)
        else:
            self.said += piece

    def close(self) -> None:
        if self.opened is not None:
            self.opened.close()
