"""The guide to writing plugins, made of what each kind says of itself: `examples/PLUGINS.md` is its text.

A section a kind: its protocol's own words, where steep.toml names it, the laws of its kit, and its example whole.
"""

from __future__ import annotations

import importlib
import importlib.resources
import inspect
import re

from steep import kinds, testing
from steep.authoring.package import example
from steep.authoring.public import PUBLIC
from steep.errors import PluginNotFound
from steep.kinds import KINDS
from steep.validation import nearest
from steep.wording import with_article


def guide(kind: str | None = None) -> str:
    """The whole guide, or the section of one kind, as Markdown."""
    if kind is not None:
        if kind not in KINDS:
            raise PluginNotFound(f"there is no kind of part named {kind!r}; {nearest(kind, KINDS)}")
        return _section(kind)
    text = (importlib.resources.files("steep.authoring") / "guide.md").read_text("utf-8")
    for mark, made in (("TABLE", _table()), ("SECTIONS", "\n".join(map(_section, KINDS))), ("PUBLIC", _public())):
        text = text.replace(f"\n{mark}\n", f"\n{made}\n", 1)
    return text


def _table() -> str:
    rows = [
        f"| [{kind.name}](#{kind.name}) | {kind.summary} | `{kind.table.splitlines()[0]}` |" for kind in KINDS.values()
    ]
    return "\n".join(["| kind | what it does | in `steep.toml` |", "|---|---|---|", *rows])


def _public() -> str:
    modules = ((name, importlib.import_module(name)) for name in PUBLIC)
    return "\n".join(f"  - `{name}`: {_first(module.__doc__)}" for name, module in modules)


def _first(docstring: str | None) -> str:
    return _said((docstring or "").strip().partition("\n")[0]).removeprefix("steep: ")


def _section(kind: str) -> str:
    protocol = getattr(kinds, kind.capitalize())
    contract = f"{kind.capitalize()}Contract"
    source = example(kind, f"my-{kind}", f"steep_my_{kind}").rstrip()
    return "\n".join(
        [
            f"### {kind}",
            "",
            f"{_said(importlib.import_module(protocol.__module__).__doc__)} {_said(protocol.__doc__)}".strip(),
            "",
            "```toml",
            KINDS[kind].table.replace("NAME", f"my-{kind}"),
            "```",
            "",
            KINDS[kind].advice,
            "",
            f"`{contract}` holds {with_article(kind)} to these laws:",
            "",
            *(f"- {law}" for law in _laws(getattr(testing, contract))),
            "",
            f"<details><summary>{with_article(kind).capitalize()}, whole</summary>",
            "",
            "```python",
            source,
            "```",
            "",
            "</details>",
            "",
        ]
    )


def _said(docstring: str | None) -> str:
    """A docstring as one paragraph of Markdown: ``code`` has single marks there."""
    return " ".join(inspect.cleandoc(docstring or "").replace("``", "`").split())


def _laws(contract: type) -> list[str]:
    names = (name for each in reversed(contract.__mro__) for name in vars(each) if name.startswith("test_"))
    return [re.sub("_", " ", name.removeprefix("test_")) for name in dict.fromkeys(names)]
