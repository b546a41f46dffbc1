"""One call of a chat endpoint: retried where that can help, streamed, and every failure said in words.

Neither the key nor a password in the address appears in any message, not even where a server repeats it.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from steep.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_LONGEST_WAIT = 30.0  # seconds, whatever the server asks for
_LOOK = 5.0  # seconds that a server has to list its models


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """``url`` ends before ``/chat/completions``; ``timeout`` is in seconds; ``api_key_env`` names a variable.

    ``where`` is the table of steep.toml that errors name.
    """

    url: str
    api_key_env: str | None = None
    timeout: float = 120.0
    retries: int = 3
    where: str = "its table in steep.toml"


class Endpoint:
    """Thread-safe. The key is read from the environment at each call."""

    def __init__(self, address: Address, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._address = address
        self._shown = without_password(address.url)
        self._sleep = sleep
        self._client = httpx.Client(timeout=httpx.Timeout(address.timeout, connect=min(10.0, address.timeout)))

    def close(self) -> None:
        self._client.close()

    def listed(self) -> list[str]:
        """The models that the server lists, none where it lists none; tried once, and not waited for long.

        Raises ModelError where the server cannot be reached, or refuses the key.
        """
        try:
            response = self._client.get(f"{self._address.url}/models", headers=self._headers(), timeout=_LOOK)
        except httpx.TransportError as error:
            raise self._unreachable(error, tries=1, within=_LOOK) from error
        if response.status_code in (401, 403):
            raise self._refused(response, {})
        try:
            return [str(each["id"]) for each in response.json()["data"]]
        except (ValueError, KeyError, TypeError):  # it lists none, or in a form of its own
            return []

    def chat(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The parsed answer, whole; raises ModelError when there is none after all retries."""
        response = self._begun(body)
        try:
            response.read()
        except httpx.TransportError as error:
            raise self._broken(error) from error
        finally:
            response.close()
        return self._parsed(response)

    @contextmanager
    def streamed(self, body: Mapping[str, Any]) -> Iterator[Iterator[Mapping[str, Any]]]:
        """The chunks of an answer as they come; leaving early drops the connection, which tells the server to stop."""
        response = self._begun(body)
        try:
            yield self._chunks(response)
        finally:
            response.close()

    def _begun(self, body: Mapping[str, Any]) -> httpx.Response:
        """A response that says success, unread."""
        url = f"{self._address.url}/chat/completions"
        headers = self._headers()
        for attempt in range(self._address.retries + 1):
            last = attempt == self._address.retries
            try:
                request = self._client.build_request("POST", url, json=body, headers=headers)
                response = self._client.send(request, stream=True)
                if response.is_success:
                    return response
                response.read()
            except httpx.TransportError as error:
                if last:
                    tries, within = self._address.retries + 1, self._address.timeout
                    raise self._unreachable(error, tries=tries, within=within) from error
                self._sleep(_pause(attempt, None))
                continue
            if last or response.status_code not in _BUSY:
                raise self._refused(response, body)
            self._sleep(_pause(attempt, response.headers.get("retry-after")))
        raise AssertionError("the last attempt returns or raises")

    def _chunks(self, response: httpx.Response) -> Iterator[Mapping[str, Any]]:
        try:
            if "event-stream" not in response.headers.get("content-type", ""):  # a server that does not stream
                response.read()
                yield self._parsed(response)
                return
            whole = False
            for line in response.iter_lines():
                if not line.startswith("data:"):
                    continue
                if (data := line[5:].strip()) == "[DONE]":
                    whole = True
                    continue
                chunk = self._chunk(data)
                whole = whole or _ends(chunk)
                yield chunk
        except httpx.TransportError as error:
            raise self._broken(error) from error
        if not whole:  # a connection that ends with its reply ends the same way where the server died
            raise ModelError(f"{self._shown} broke the reply off: its end never came; look at its log.")

    def _chunk(self, data: str) -> Mapping[str, Any]:
        try:
            parsed = json.loads(data)
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict):
            raise ModelError(f"{self._shown} streamed something else than a chat completion: {self._said(data)}")
        if parsed.get("error"):
            raise ModelError(f"{self._shown} broke the reply off: {self._said(_complaint(parsed))}")
        return parsed

    def _headers(self) -> dict[str, str]:
        name = self._address.api_key_env
        if name is None:
            return {}
        key = os.environ.get(name)
        if not key:
            raise ModelError(
                f"the environment variable {name} (`api_key_env` in {self._address.where}) holds no key; set it."
            )
        return {"Authorization": f"Bearer {key}"}

    def _refused(self, response: httpx.Response, body: Mapping[str, Any]) -> ModelError:
        status, where, variable = response.status_code, self._address.where, self._address.api_key_env
        advice = {
            400: f"Where the prompt was too long, set `context` in {where} to what the server takes.",
            401: f"It wants another key; `api_key_env` in {where} is {variable!r}.",
            403: f"The key is not allowed this; `api_key_env` in {where} is {variable!r}.",
            404: f"Either it does not serve the model {body.get('model')!r}, or `url` should end in /v1.",
        }.get(status, "Look at the server's log.")
        return ModelError(f"{self._shown} answered {status}: {self._said(_message(response))} {advice}")

    def _parsed(self, response: httpx.Response) -> Mapping[str, Any]:
        try:
            parsed = response.json()
        except ValueError:  # of JSON or of text encoding
            parsed = None
        if not isinstance(parsed, dict) or not parsed.get("choices"):
            raise ModelError(
                f"{self._shown} answered with something else than a chat completion: {self._said(response.text)} "
                f"Check that `url` in {self._address.where} is an OpenAI-compatible address; it usually ends in /v1."
            )
        return parsed

    def _unreachable(self, error: httpx.TransportError, *, tries: int, within: float) -> ModelError:
        where = self._address.where
        if isinstance(error, httpx.TimeoutException):
            longer = f"; raise `timeout` in {where}" if within == self._address.timeout else ""
            why = f"did not answer within {within:g} s{longer}"
        else:
            why = f"cannot be reached ({error}); is the server running, and `url` in {where} right?"
        return ModelError(f"{self._shown} {why} (tried {tries} time{'s' * (tries > 1)}).")

    def _broken(self, error: httpx.TransportError) -> ModelError:
        return ModelError(f"{self._shown} broke the reply off ({type(error).__name__}: {error}); look at its log.")

    def _said(self, text: str) -> str:
        """What a server said, without secrets, short enough for a line."""
        for secret in (os.environ.get(self._address.api_key_env or ""), urlsplit(self._address.url).password):
            text = text.replace(secret, "…") if secret else text
        return _shortened(text)


def without_password(url: str) -> str:
    """The address as it may be shown."""
    parts = urlsplit(url)
    if parts.username is None and parts.password is None:
        return url
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _ends(chunk: Mapping[str, Any]) -> bool:
    """Whether a chunk says why the reply ended."""
    choices = chunk.get("choices")
    return isinstance(choices, list) and any(isinstance(each, dict) and each.get("finish_reason") for each in choices)


def _pause(attempt: int, asked: str | None) -> float:
    """Half a second, doubled each time, or what the server asks for in whole seconds."""
    if asked is not None and asked.strip().isdigit():
        return min(float(asked), _LONGEST_WAIT)
    return min(0.5 * 2.0**attempt, _LONGEST_WAIT)


def _message(response: httpx.Response) -> str:
    try:
        return _complaint(response.json())
    except ValueError:
        return response.text


def _complaint(said: Any) -> str:
    """What an error says: of OpenAI's form, or of FastAPI's (a text, or a list of what is wrong with single fields)."""
    error = said.get("error") or said.get("detail") or said if isinstance(said, dict) else said
    if isinstance(error, list):
        return "; ".join(_complaint(each) for each in error)
    return str(error.get("message") or error.get("msg") or error if isinstance(error, dict) else error)


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return repr(words if len(words) <= 200 else words[:200] + "…")
