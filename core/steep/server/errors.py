"""Errors as OpenAI's clients expect them: ``{"error": {"message", "type", "param", "code"}}`` and the right status.

What goes wrong inside is told to nobody but the log: its words may hold a key, a password, a path. A client is told an
id by which the log has it.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, NotFoundException, ValidationException

from steep.errors import (
    AdapterConflict,
    AdapterError,
    Busy,
    ConfigError,
    DatasetError,
    GivenUp,
    Misfit,
    ModelError,
    NotIndexed,
    NotThere,
    PartFailed,
    QuestionError,
    SourceError,
    SteepError,
    Unable,
    UnknownAdapter,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "HANDLERS",
    "BadRequest",
    "Fault",
    "NotAllowed",
    "NotSignedIn",
    "UnknownModel",
    "WrongType",
    "error_body",
    "fault_of",
]

log = logging.getLogger(__name__)

# the first that an error is an instance of counts
_STATUS: tuple[tuple[type[SteepError], int, str], ...] = (
    (QuestionError, 400, "invalid_question"),
    (Unable, 400, "unsupported_parameter"),
    (Misfit, 502, "reply_misfit"),
    (UnknownAdapter, 404, "adapter_not_found"),
    (AdapterConflict, 409, "conflict"),
    (AdapterError, 503, "adapter_unusable"),
    (ConfigError, 400, "invalid_request"),
    (NotIndexed, 503, "not_indexed"),
    (GivenUp, 503, "given_up"),
    (NotThere, 404, "not_found"),
    (Busy, 409, "conflict"),
    (SourceError, 400, "invalid_document"),
    (DatasetError, 400, "invalid_pair"),
)


# what a request in OpenAI's shape calls a setting of a generator
_PARAMETERS = {"schema": "response_format", "functions": "tools", "chances": "logprobs"}


class BadRequest(SteepError):
    """A request that cannot be served; ``param`` names what is wrong with it."""

    status = 400

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.param = param
        self.code = code
        self.headers = dict(headers or {})


class UnknownModel(BadRequest):
    status = 404


class WrongType(BadRequest):
    """The body is not of a type, or not packed in a way, that is read here."""

    status = 415


class NotSignedIn(BadRequest):
    """Nobody knows who asks."""

    status = 401

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message, code=code, headers={"www-authenticate": "Bearer"})


class NotAllowed(BadRequest):
    """The caller may not do this, whoever it is."""

    status = 403


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a client is told of an error."""

    status: int
    message: str
    code: str | None

    @property
    def kind(self) -> str:
        return "server_error" if self.status >= 500 else "invalid_request_error"

    @property
    def body(self) -> dict[str, Any]:
        return error_body(self.message, kind=self.kind, code=self.code)


def fault_of(error: Exception, *, about: str, folder: str = "") -> Fault:
    """What a client may be told of an error that was met on the way; what it may not be told is logged, under an id.

    ``about`` says in the log what was asked for; ``folder`` is the project's, which nobody outside need know. A stream
    that fails when its status has long been sent ends with the ``body`` of this.
    """
    if isinstance(error, BadRequest):
        return Fault(status=error.status, message=str(error), code=error.code)
    for kind, status, code in _STATUS:
        if isinstance(error, kind):
            return Fault(status=status, message=_without(str(error), folder), code=code)
    identity = os.urandom(4).hex()
    known = isinstance(error, SteepError) and not isinstance(error, PartFailed)
    log.error("error %s: %s failed: %s", identity, about, error, exc_info=None if known else error)
    if isinstance(error, ModelError):
        why = f"the server's log has why, as error {identity}"
        message = f"the model of this profile cannot answer now ({why}); try again later, or choose another profile."
        return Fault(status=503, message=message, code="model_unavailable")
    message = f"the server failed; its log has what happened as error {identity}."
    return Fault(status=500, message=message, code="failed")


def error_body(message: str, *, kind: str, param: str | None = None, code: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def _without(message: str, folder: str) -> str:
    return message.replace(f"{folder}/", "").replace(folder, "the project") if len(folder) > 1 else message


def _bad_request(request: Request[Any, Any, Any], error: BadRequest) -> Response[dict[str, Any]]:
    return _response(error.status, str(error), param=error.param, code=error.code, headers=error.headers)


def _unable(request: Request[Any, Any, Any], error: Unable) -> Response[dict[str, Any]]:
    names = _PARAMETERS if request.url.path.startswith("/v1/") else {}
    param = names.get(error.setting, error.setting)
    return _response(400, str(error), param=param, code="unsupported_parameter")


def _failed(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    folder = str(request.app.state.project.folder)
    fault = fault_of(error, about=f"{request.method} {request.url.path}", folder=folder)
    return _response(fault.status, fault.message, code=fault.code)


def _validation(request: Request[Any, Any, Any], error: ValidationException) -> Response[dict[str, Any]]:
    problems = [each for each in error.extra or [] if isinstance(each, dict)]
    where = [str(each.get("key", "")) for each in problems]
    told = "; ".join(f"{each.get('key', 'body')}: {each.get('message', 'is not valid')}" for each in problems)
    return _response(400, told or str(error.detail), param=next(iter(where), None), code="invalid_value")


def _not_found(request: Request[Any, Any, Any], error: NotFoundException) -> Response[dict[str, Any]]:
    return _response(404, f"there is nothing at {request.url.path}; /schema lists what there is.", code="not_found")


def _http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    message, code = str(error.detail), None
    if error.status_code == 405:
        message = f"there is no {request.method} at {request.url.path}; the header `Allow` says what there is."
        code = "method_not_allowed"
    elif error.status_code == 413:
        most = request.app.state.project.config.limits.megabytes
        message = (
            f"the request has more than {most:g} MB, which `megabytes` under [limits] in steep.toml allows; send less."
        )
        code = "too_large"
    return _response(error.status_code, message, code=code, headers=error.headers)


def _response(
    status: int,
    message: str,
    *,
    param: str | None = None,
    code: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[dict[str, Any]]:
    kind = "server_error" if status >= 500 else "invalid_request_error"
    body = error_body(message, kind=kind, param=param, code=code)
    return Response(body, status_code=status, headers=dict(headers or {}))


HANDLERS: dict[int | type[Exception], Any] = {
    BadRequest: _bad_request,
    Unable: _unable,
    SteepError: _failed,
    ValidationException: _validation,
    NotFoundException: _not_found,
    HTTPException: _http_error,
    Exception: _failed,
}
