"""Bodies that are sent packed: unpacked as they come in, and never further than the request may be large."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from steep.server.errors import BadRequest, WrongType

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

__all__ = ["coding_of", "unpacked"]

_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 65_536  # bytes that are unpacked at a time, however many they would become


def coding_of(said: str) -> str:
    """What a header `Content-Encoding` says: "" for nothing, or "gzip"; raises WrongType for another."""
    codings = [each.strip().lower() for each in said.split(",")]
    codings = [each for each in codings if each not in ("", "identity")]
    if not codings:
        return ""
    if codings not in (["gzip"], ["x-gzip"]):
        raise WrongType(
            f"the body is sent with the content encoding {said[:80]!r}; send it as it is, or packed by gzip once.",
            code="unsupported_encoding",
            headers={"accept-encoding": "gzip"},
        )
    return "gzip"


async def unpacked(pieces: AsyncIterator[bytes], most: int | None) -> AsyncIterator[bytes]:
    """The words of a body packed by gzip, piece by piece; raises BadRequest for one that is damaged or breaks off.

    ``most`` is how many bytes may come of it. Nothing is unpacked that nobody takes: where they are counted, as an
    upload's are, the work ends with the count.
    """
    unpacking, count, whole, more = zlib.decompressobj(_GZIP), 0, False, False
    async for packed in pieces:
        while packed or more:
            if unpacking.eof:  # several members follow each other
                unpacking = zlib.decompressobj(_GZIP)
            try:
                piece = unpacking.decompress(packed, _PIECE)
            except zlib.error as error:
                raise _damaged(str(error)) from error
            packed = unpacking.unused_data if unpacking.eof else unpacking.unconsumed_tail
            whole = unpacking.eof
            more = not whole and len(piece) == _PIECE  # what was read may hold more than was asked for
            count += len(piece)
            if most is not None and count > most:
                raise RequestEntityTooLarge
            if piece:
                yield piece
    if not whole:
        raise _damaged("it breaks off before its end")


def _damaged(why: str) -> BadRequest:
    return BadRequest(f"the body is sent as packed by gzip and cannot be unpacked: {why}.", code="invalid_encoding")
