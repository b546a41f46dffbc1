"""What is sent to routes that look at the body themselves: forms, uploads, and the Model Context Protocol."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Callable

    from leak_fields import Asking

__all__ = ["BODIES"]

METHODS = ("tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read", "initialize",
           "ping", "prompts/list")  # fmt: skip


def nothing(asking: Asking) -> tuple[str, bytes]:
    return "application/x-www-form-urlencoded", b""


def key(asking: Asking) -> tuple[str, bytes]:
    words = asking.person.headers.get("authorization", "Bearer steep_wrong").removeprefix("Bearer ")
    return "application/x-www-form-urlencoded", urlencode({"key": words, "next": "/documents"}).encode()


def upload(asking: Asking) -> tuple[str, bytes]:
    return "application/octet-stream", b"# A document\n\nIt was uploaded.\n"


def upload_form(asking: Asking) -> tuple[str, bytes]:
    folder, _, name = asking.draw.path().rpartition("/")
    parts = {"folder": folder, "replace": asking.draw.random.choice(["yes", "no"])}
    lines = [f'--b\r\ncontent-disposition: form-data; name="{key}"\r\n\r\n{value}' for key, value in parts.items()]
    head = f'--b\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return "multipart/form-data; boundary=b", (
        "\r\n".join([*lines, f"{head}# It\n\nwas uploaded."]) + "\r\n--b--\r\n"
    ).encode()


def mcp(asking: Asking) -> tuple[str, bytes]:
    method = asking.draw.random.choice(METHODS)
    asked: dict[str, Any] = {}
    if method == "resources/read":
        asked = {"uri": f"steep://documents/{quote(asking.draw.path())}"}
    elif method == "tools/call":
        tool = asking.draw.random.choice(["search", "ask"])
        fields = {
            "question": asking.made("question"),
            **({"within": asking.made("within")} if asking.chance(0.5) else {}),
        }
        fields |= {"k": asking.made("k")} if tool == "search" else {"profile": asking.made("profile")}
        asked = {"name": tool, "arguments": fields}
    elif method == "initialize":
        asked = {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "leaks", "version": "1"},
        }
    sent = {"jsonrpc": "2.0", "id": 1, "method": method, "params": asked}
    return "application/json", json.dumps(sent).encode()


# routes that look at the body themselves
BODIES: dict[tuple[str, str], Callable[[Asking], tuple[str, bytes]]] = {
    ("POST", "/documents"): upload_form,
    ("POST", "/api/v1/documents"): upload,
    ("POST", "/sign-in"): key,
    ("POST", "/sign-out"): nothing,
    ("POST", "/status"): nothing,
    ("POST", "/conversations/{identity:str}/forget"): nothing,
    ("POST", "/keys/{identity:str}/revoke"): nothing,
    ("POST", "/keys/{identity:str}/forget"): nothing,
    ("POST", "/rollouts/{identity:str}/stop"): nothing,
    ("POST", "/api/v1/rollouts/{identity:str}/stop"): nothing,
    ("*", "/mcp"): mcp,
}
