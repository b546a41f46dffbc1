"""Errors as OpenAI's clients expect them: ``{"error": {"message", "type", "param", "code"}}`` and the right status."""

from __future__ import annotations

import logging
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, NotFoundException, ValidationException

from steep.errors import (
    AdapterError,
    Busy,
    ConfigError,
    DatasetError,
    NotIndexed,
    NotThere,
    QuestionError,
    SourceError,
    SteepError,
    Unable,
)

__all__ = ["HANDLERS", "BadRequest", "NotAllowed", "UnknownModel", "error_body"]

log = logging.getLogger(__name__)

# the first that an error is an instance of counts
_STATUS: tuple[tuple[type[SteepError], int, str], ...] = (
    (QuestionError, 400, "invalid_question"),
    (AdapterError, 404, "adapter_not_found"),
    (ConfigError, 400, "invalid_request"),
    (NotIndexed, 503, "not_indexed"),
    (NotThere, 404, "not_found"),
    (Busy, 409, "conflict"),
    (SourceError, 400, "invalid_document"),
    (DatasetError, 400, "invalid_pair"),
)


# what a request calls a setting of a generator
_PARAMETERS = {"schema": "response_format", "functions": "tools", "chances": "logprobs"}


class BadRequest(SteepError):
    """A request that cannot be served; ``param`` names what is wrong with it."""

    status = 400

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.param = param
        self.code = code


class UnknownModel(BadRequest):
    status = 404


class NotAllowed(BadRequest):
    """The caller may not do this, whoever it is."""

    status = 403


def error_body(message: str, *, kind: str, param: str | None = None, code: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def _bad_request(request: Request[Any, Any, Any], error: BadRequest) -> Response[dict[str, Any]]:
    return _response(error.status, str(error), param=error.param, code=error.code)


def _unable(request: Request[Any, Any, Any], error: Unable) -> Response[dict[str, Any]]:
    param = _PARAMETERS.get(error.setting, error.setting)
    return _response(400, str(error), param=param, code="unsupported_parameter")


def _steep_error(request: Request[Any, Any, Any], error: SteepError) -> Response[dict[str, Any]]:
    for kind, status, code in _STATUS:
        if isinstance(error, kind):
            return _response(status, str(error), code=code)
    log.error("the request %s failed: %s", request.url.path, error)
    return _response(500, str(error), code="failed")


def _validation(request: Request[Any, Any, Any], error: ValidationException) -> Response[dict[str, Any]]:
    problems = [each for each in error.extra or [] if isinstance(each, dict)]
    where = [str(each.get("key", "")) for each in problems]
    told = "; ".join(f"{each.get('key', 'body')}: {each.get('message', 'is not valid')}" for each in problems)
    return _response(400, told or str(error.detail), param=next(iter(where), None), code="invalid_value")


def _not_found(request: Request[Any, Any, Any], error: NotFoundException) -> Response[dict[str, Any]]:
    return _response(404, f"there is nothing at {request.url.path}; /schema lists what there is.", code="not_found")


def _http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    return _response(error.status_code, str(error.detail), code=None)


def _unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    log.exception("the request %s failed", request.url.path, exc_info=error)
    return _response(500, "the server failed; its log says why.", code="failed")


def _response(
    status: int, message: str, *, param: str | None = None, code: str | None = None
) -> Response[dict[str, Any]]:
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return Response(error_body(message, kind=kind, param=param, code=code), status_code=status)


HANDLERS: dict[int | type[Exception], Any] = {
    BadRequest: _bad_request,
    Unable: _unable,
    SteepError: _steep_error,
    ValidationException: _validation,
    NotFoundException: _not_found,
    HTTPException: _http_error,
    Exception: _unexpected,
}
