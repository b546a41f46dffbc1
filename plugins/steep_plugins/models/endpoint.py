"""One call of a chat endpoint: retried where that can help, and every failure said in words."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from steep.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_LONGEST_WAIT = 30.0  # seconds, whatever the server asks for


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """``url`` ends before ``/chat/completions``; ``timeout`` is in seconds; ``api_key_env`` names a variable."""

    url: str
    api_key_env: str | None = None
    timeout: float = 120.0
    retries: int = 3


class Endpoint:
    """Thread-safe. The key is read from the environment at each call and appears in no message."""

    def __init__(self, address: Address, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._address = address
        self._sleep = sleep
        self._client = httpx.Client(timeout=httpx.Timeout(address.timeout, connect=min(10.0, address.timeout)))

    def close(self) -> None:
        self._client.close()

    def chat(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The parsed answer; raises ModelError when there is none after all retries."""
        url = f"{self._address.url}/chat/completions"
        headers = self._headers()
        for attempt in range(self._address.retries + 1):
            last = attempt == self._address.retries
            try:
                response = self._client.post(url, json=body, headers=headers)
            except httpx.TransportError as error:
                if last:
                    raise self._unreachable(error) from error
                self._sleep(_pause(attempt, None))
                continue
            if response.status_code in _BUSY and not last:
                self._sleep(_pause(attempt, response.headers.get("retry-after")))
                continue
            return self._read(response, body)
        raise AssertionError("the last attempt returns or raises")

    def _headers(self) -> dict[str, str]:
        name = self._address.api_key_env
        if name is None:
            return {}
        key = os.environ.get(name)
        if not key:
            raise ModelError(f"the environment variable {name} (`api_key_env` in [generator]) holds no key; set it.")
        return {"Authorization": f"Bearer {key}"}

    def _read(self, response: httpx.Response, body: Mapping[str, Any]) -> Mapping[str, Any]:
        if response.is_success:
            return self._parsed(response)
        status, said = response.status_code, _message(response)
        advice = {
            401: f"It wants another key; `api_key_env` in [generator] is {self._address.api_key_env!r}.",
            403: f"The key is not allowed this; `api_key_env` in [generator] is {self._address.api_key_env!r}.",
            404: f"Either it does not serve the model {body['model']!r}, or `url` should end in /v1.",
        }.get(status, "Look at the server's log.")
        raise ModelError(f"{self._address.url} answered {status}: {said} {advice}")

    def _parsed(self, response: httpx.Response) -> Mapping[str, Any]:
        try:
            parsed = response.json()
        except ValueError:  # of JSON or of text encoding
            parsed = None
        if not isinstance(parsed, dict) or not parsed.get("choices"):
            raise ModelError(
                f"{self._address.url} answered with something else than a chat completion: {_shortened(response.text)} "
                "Check that `url` in [generator] is an OpenAI-compatible address; it usually ends in /v1."
            )
        return parsed

    def _unreachable(self, error: httpx.TransportError) -> ModelError:
        tries = self._address.retries + 1
        if isinstance(error, httpx.TimeoutException):
            why = f"did not answer within {self._address.timeout:g} s; raise `timeout` in [generator]"
        else:
            why = f"cannot be reached ({error}); is the server running, and `url` in [generator] right?"
        return ModelError(f"{self._address.url} {why} (tried {tries} time{'s' * (tries > 1)}).")


def _pause(attempt: int, asked: str | None) -> float:
    """Half a second, doubled each time, or what the server asks for in whole seconds."""
    if asked is not None and asked.strip().isdigit():
        return min(float(asked), _LONGEST_WAIT)
    return min(0.5 * 2.0**attempt, _LONGEST_WAIT)


def _message(response: httpx.Response) -> str:
    try:
        said = response.json()
    except ValueError:
        return _shortened(response.text)
    error = said.get("error", said) if isinstance(said, dict) else said
    return _shortened(str(error.get("message", error) if isinstance(error, dict) else error))


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return repr(words if len(words) <= 200 else words[:200] + "…")
