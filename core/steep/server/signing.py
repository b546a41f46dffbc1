"""/sign-in and /sign-out: a browser shows a key once, and holds a session from then on.

The session is a cookie that no script reads and no other site's page sends along.
"""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import State
from litestar.response import Redirect

from steep.errors import KeyRefused
from steep.server.callers import SESSION
from steep.server.errors import BadRequest, NotSignedIn

__all__ = ["ROUTES"]

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_LONGEST = 200


@post("/sign-in", status_code=200, opt={"forms": True})
async def sign_in(request: Request[Any, Any, Any], state: State) -> Response[Any]:
    """Begin a session with a `key`, sent as JSON or as a form; a form is answered with a redirect to `next`."""
    sent, is_form = await _sent(request)
    words = sent.get("key")
    if not isinstance(words, str) or not 0 < len(words.strip()) <= _LONGEST:
        raise BadRequest("send the key that you were given as `key`.", param="key", code="invalid_value")
    keys, seconds = state.project.keys, state.project.config.serve.session_hours * 3600
    try:
        key, token = await sync_to_thread(keys.sign_in, words.strip(), now=state.project.clock(), seconds=seconds)
    except KeyRefused as error:
        raise NotSignedIn(str(error), code="invalid_api_key") from error
    onward = _own_path(sent.get("next"))
    reply = Redirect(onward, status_code=303) if is_form else Response({"name": key.name, "scope": key.scope})
    return _holding(reply, request, token, int(seconds))


@post("/sign-out", status_code=200, opt={"forms": True})
async def sign_out(request: Request[Any, Any, Any], state: State) -> Response[Any]:
    """End the session, wherever it is still held."""
    _, is_form = await _sent(request)
    if token := request.cookies.get(SESSION):
        await sync_to_thread(state.project.keys.sign_out, token)
    return _holding(Redirect("/", status_code=303) if is_form else Response({}), request, "", 0)


async def _sent(request: Request[Any, Any, Any]) -> tuple[dict[str, Any], bool]:
    """The fields that were sent, and whether as a form."""
    if request.content_type[0] in _FORMS:
        return dict(await request.form()), True
    sent = await request.json() if await request.body() else {}
    return sent if isinstance(sent, dict) else {}, False


def _holding(reply: Response[Any], request: Request[Any, Any, Any], token: str, seconds: int) -> Response[Any]:
    secure = request.scope["scheme"] == "https" or request.headers.get("x-forwarded-proto") == "https"
    reply.set_cookie(SESSION, token, max_age=seconds, httponly=True, samesite="strict", secure=secure)
    return reply


def _own_path(wanted: Any) -> str:
    """Where a form wants to go on, if that is a path of ours."""
    if not isinstance(wanted, str) or not wanted.startswith("/") or not wanted.isprintable() or "\\" in wanted:
        return "/"
    parts = urlsplit(wanted)
    return "/" if parts.scheme or parts.netloc or wanted.startswith("//") else wanted


ROUTES = [sign_in, sign_out]
