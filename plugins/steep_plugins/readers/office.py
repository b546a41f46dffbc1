"""What office files have in common: archives that may be broken, encrypted, or made to unpack to very much."""

from __future__ import annotations

import io
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from steep.errors import SourceError
from steep_plugins.readers.decoding import empty

if TYPE_CHECKING:
    from collections.abc import Iterator

_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_LARGEST = 1 << 28  # bytes when unpacked: no document is this large, a malicious archive is
_MOST = 20_000  # files within


@contextmanager
def readable(data: bytes, path: str, *, what: str, suffix: str, archived: bool = True) -> Iterator[None]:
    """Turns what a library says of a broken file into one error that names it; refuses what cannot be harmless.

    ``archived`` is False for a format's edition that is no archive.
    """
    if not data:
        raise empty(path)
    if data.startswith(_OLD_OFFICE):
        raise SourceError(
            f"{path} is encrypted, or of an old format; save it without a password as {suffix}.", path=path
        )
    try:
        if archived:
            check_archive(data, path)
        yield
    except SourceError:
        raise
    except Exception as error:  # a broken archive or XML surfaces in many forms
        raise SourceError(
            f"{path} is not {what} that can be read ({type(error).__name__}: {error}); open it in its program and "
            f"save it as {suffix}.",
            path=path,
        ) from error


def check_archive(data: bytes, path: str) -> None:
    """Refuse an archive that unpacks to more than a document can hold."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST or sum(entry.file_size for entry in entries) > _LARGEST:
            raise SourceError(f"{path} unpacks to more than {_LARGEST >> 20} MB or {_MOST} files; split it.", path=path)
