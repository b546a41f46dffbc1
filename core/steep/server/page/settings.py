"""Settings: steep.toml as it stands, and every value with its default. It is changed in the file, not here."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import re
from typing import Any

from litestar import Request, Response, get

from steep.server.callers import needs
from steep.server.page.frame import page, project_of
from steep.wire import without_none
from steep.workspace.places import FILE_NAME

__all__ = ["ROUTES", "without_secrets"]

# the password of an address, and what is named like a secret
_PASSWORD = re.compile(r"(?<=://)([^\s:/@\"']*):([^\s@/\"']+)@")
_SECRET = re.compile(
    r"(?im)((?:^|[{,])\s*[\w\"'.-]*(?:key|token|secret|password|passphrase|credential|authorization)[\w\"'-]*\s*=\s*)"
    r"(?!\"(?:\$|env:)|'(?:\$|env:))(\"\"\"[\s\S]*?\"\"\"|\'\'\'[\s\S]*?\'\'\'|\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*')"
)
_QUERY = re.compile(r"(?i)(?<=[?&])([\w.-]*(?:key|token|secret|password|signature|sig)=)[^&\s\"'#]+")


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
    return _QUERY.sub(r"\1…", _SECRET.sub(_hidden, _PASSWORD.sub(r"\1:…@", text)))


def _hidden(found: re.Match[str]) -> str:
    quote = found[2][0]
    return f"{found[1]}{quote}…{quote}"


ROUTES = [settings_view]
