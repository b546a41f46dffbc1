"""Requests whose bodies are JSON when they say so, and are read only then; what is packed by gzip is unpacked.

A web page can send text to any address without being asked whether it may; JSON it cannot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request
from litestar.exceptions import SerializationException

from steep.server.encoding import coding_of, unpacked
from steep.server.errors import WrongType

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

__all__ = ["JsonRequest"]


class JsonRequest(Request[Any, Any, Any]):
    async def stream(self) -> AsyncGenerator[bytes, None]:
        """The body piece by piece, unpacked; raises WrongType for what is packed in another way than by gzip."""
        pieces = super().stream()
        if not coding_of(self.headers.get("content-encoding", "")):
            async for piece in pieces:
                yield piece
            return
        async for piece in unpacked(pieces, self.route_handler.resolve_request_max_body_size()):
            yield piece

    async def json(self) -> Any:
        """The body; raises WrongType for what is not declared as JSON, SerializationException for what is none."""
        kind = self.content_type[0].lower()
        if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
            raise WrongType(
                f"the body is sent as {kind or 'nothing'}; send JSON, with `content-type: application/json`.",
                code="unsupported_media_type",
            )
        try:
            return await super().json()
        except UnicodeDecodeError as error:
            raise SerializationException(f"the body is not UTF-8 (byte {error.start}).") from error
        except RecursionError as error:
            raise SerializationException("the body is nested too deep.") from error
