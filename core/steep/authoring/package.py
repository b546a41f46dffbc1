"""Writes a package that offers one part: small, real, and passing the tests that it comes with.

The templates are the files under ``templates/``, one folder a kind; ``$name`` and the like are filled in.
"""

from __future__ import annotations

import importlib.resources
import re
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

import steep
from steep.errors import PluginError, PluginNotFound
from steep.hooks.discovery import BUILTINS
from steep.kinds import KINDS
from steep.validation import nearest

if TYPE_CHECKING:
    from pathlib import Path

# plugin names that would clash with what steep brings, or with a word of STEEP_PLUGINS
_TAKEN = frozenset({"none", "plugins", "indexes", *(name for name, _ in BUILTINS)})

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """``offer`` is the plugin's and the offer's name; ``files`` are relative to ``folder``."""

    folder: str
    distribution: str
    offer: str
    kind: str
    files: tuple[str, ...]


def write_package(name: str, *, kind: str, into: Path) -> Written:
    """Write the folder ``into/name``; raises PluginError for a name that cannot be used or a folder that exists."""
    if kind not in KINDS:
        raise PluginNotFound(f"there is no kind of part named {kind!r}; {nearest(kind, KINDS)}")
    offer = _offer_name(name)
    folder = into / name
    if folder.exists():
        raise PluginError(f"{folder} exists already and is left as it is; choose another name or folder.")
    values = _values(offer, kind)
    files = {path: _rendered(template, values) for path, template in _layout(values["module"], kind).items()}
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return Written(
        folder=str(folder), distribution=values["distribution"], offer=offer, kind=kind, files=tuple(sorted(files))
    )


def _offer_name(name: str) -> str:
    """The plugin's name: the distribution's without `steep-`."""
    offer = name.removeprefix("steep-")
    if not _NAME.fullmatch(offer):
        raise PluginError(f"a plugin's name is lower-case words joined by hyphens, such as house-style, not {name!r}.")
    if offer in _TAKEN:
        raise PluginError(f"the name {offer!r} is taken by steep itself; choose another.")
    return offer


def _values(offer: str, kind: str) -> dict[str, str]:
    words = offer.split("-")
    major, minor = steep.__version__.split(".")[:2]
    return {
        "name": offer,
        "distribution": f"steep-{offer}",
        "module": f"steep_{offer.replace('-', '_')}",
        "function": offer.replace("-", "_"),
        "Class": "".join(word.capitalize() for word in words),
        "kind": kind,
        "Kind": kind.capitalize(),
        "steep": f"steep>={major}.{minor},<{int(major) + 1}",
        "use": KINDS[kind].table.replace("NAME", offer),
    }


def _layout(module: str, kind: str) -> dict[str, str]:
    """The files of the package, with the template that each is made from."""
    return {
        "pyproject.toml": "common/pyproject.toml",
        "README.md": "common/README.md",
        f"src/{module}/__init__.py": f"{kind}/init.py",
        f"src/{module}/{kind}.py": f"{kind}/part.py",
        f"src/{module}/py.typed": "common/py.typed",
        f"tests/test_{module.removeprefix('steep_')}.py": f"{kind}/test.py",
    }


def _rendered(template: str, values: dict[str, str]) -> str:
    file = importlib.resources.files("steep.authoring") / "templates" / f"{template}.tmpl"
    return string.Template(file.read_text("utf-8")).substitute(values)
