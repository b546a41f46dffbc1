"""Settings: steep.toml as it stands, and every value with its default. It is changed in the file, not here."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import re
import tomllib
from typing import Any

from litestar import Request, Response, get

from steep.server.callers import needs
from steep.server.page.frame import page, project_of
from steep.wire import without_none
from steep.workspace.places import FILE_NAME
from steep.workspace.secrets import HIDDEN, address_shown
from steep.workspace.secrets import without_secrets as values_without_secrets

__all__ = ["ROUTES", "without_secrets"]

# what is named like a secret, also where it stands in a comment
_SECRET = re.compile(
    r"(?im)((?:^|[{,])\s*[\w\"'.-]*(?:key|token|secret|password|passphrase|credential|authorization)[\w\"'-]*\s*=\s*)"
    r"(?!\"(?:\$|env:)|'(?:\$|env:))(\"\"\"[\s\S]*?\"\"\"|\'\'\'[\s\S]*?\'\'\'|\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*')"
)


@get("/settings", sync_to_thread=True, guards=[needs("operate")])
def settings_view(request: Request[Any, Any, Any]) -> Response[str]:
    import tomlkit

    project = project_of(request)
    file = project.folder / FILE_NAME
    try:
        written = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        written = f"# {FILE_NAME} cannot be read ({error}); the server goes on with what it read when it was started."
    whole = tomlkit.dumps(without_none(project.config.model_dump(mode="json")))
    return page(
        request,
        "settings.html",
        view="settings",
        file=FILE_NAME,
        written=without_secrets(written),
        whole=without_secrets(whole),
    )


def without_secrets(text: str) -> str:
    """Configuration as it may be shown: the values that are secrets by their name or place are left out."""
    for told in sorted(_addresses_told(text), key=len, reverse=True):
        text = text.replace(told, address_shown(told, told=True))
    return str(values_without_secrets(_SECRET.sub(_hidden, text)))


def _addresses_told(text: str) -> set[str]:
    """The addresses that trackers tell something; none of a text that is no TOML."""
    try:
        trackers = tomllib.loads(text).get("tracker", [])
    except tomllib.TOMLDecodeError:
        return set()
    options = [each for each in trackers if isinstance(each, dict)] if isinstance(trackers, list) else []
    return {value for each in options for value in each.values() if isinstance(value, str) and "://" in value}


def _hidden(found: re.Match[str]) -> str:
    quote = found[2][0]
    return f"{found[1]}{quote}{HIDDEN}{quote}"


ROUTES = [settings_view]
