"""Writes a package that offers one part: small, real, and passing the tests that it comes with.

The part is the kind's example, under the name that its author chose.
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
from steep.wording import with_article

if TYPE_CHECKING:
    from pathlib import Path

# plugin names that would clash with what steep brings, a word of STEEP_PLUGINS, or a test that is written
_TAKEN = frozenset({"none", "offer", "plugins", "indexes", *(name for name, _ in BUILTINS)})

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
    files = _files(values, kind)
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
    major, minor = steep.__version__.split(".")[:2]
    return {
        "name": offer,
        "distribution": f"steep-{offer}",
        "module": f"steep_{offer.replace('-', '_')}",
        "kind": kind,
        "a_kind": with_article(kind),
        "steep": f"steep>={major}.{minor},<{int(major) + 1}",
        "use": KINDS[kind].table.replace("NAME", offer),
    }


def _files(values: dict[str, str], kind: str) -> dict[str, str]:
    module = values["module"]
    return {
        "pyproject.toml": _rendered("pyproject.toml.tmpl", values),
        "README.md": _rendered("README.md.tmpl", values),
        f"src/{module}/__init__.py": example(kind, values["name"], module),
        f"src/{module}/py.typed": "",
        "tests/test_offer.py": _rendered("test_offer.py.tmpl", values),
        f"tests/test_{module.removeprefix('steep_')}.py": example(kind, values["name"], module, tests=True),
    }


def example(kind: str, name: str, module: str, *, tests: bool = False) -> str:
    """The source of a kind's example, or of its tests, as a part of this name in a module of that name."""
    words = "".join(word.capitalize() for word in name.split("-"))
    text = _source(f"{'test_' if tests else ''}{kind}.py")
    for mine, theirs in (
        (f"steep.authoring.examples.{kind}", module),
        (f"my-{kind}", name),
        (f"My{kind.capitalize()}", words),
    ):
        text = text.replace(mine, theirs)
    return _sorted_as_a_strangers(text, module)


def _sorted_as_a_strangers(text: str, module: str) -> str:
    """Imports as they stand outside steep: steep's are a third party's, and the module's own come last."""
    text = re.sub(
        r"^( *(?:from pydantic|import pytest|import numpy)[^\n]*\n)\n(?= *from steep)", r"\1", text, flags=re.MULTILINE
    )
    own = re.search(rf"^from {module} import [^\n]*\n", text, re.MULTILINE)
    if own is None:
        return text
    text = text.replace(own[0], "")
    *_, last = re.finditer(r"^(?:from|import) steep[^\n]*\n|^from steep[^\n]*\n", text, re.MULTILINE)
    return f"{text[: last.end()]}\n{own[0]}{text[last.end() :]}"


def _source(name: str) -> str:
    return (importlib.resources.files("steep.authoring") / "examples" / name).read_text("utf-8")


def _rendered(template: str, values: dict[str, str]) -> str:
    file = importlib.resources.files("steep.authoring") / template
    return string.Template(file.read_text("utf-8")).substitute(values)
