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
from steep.kinds import KINDS


def guide() -> str:
    """The whole guide, as Markdown."""
    text = (importlib.resources.files("steep.authoring") / "guide.md").read_text("utf-8")
    return text.replace(
        "SECTIONS", "\n".join(_section(kind) for kind in KINDS if f"{kind.capitalize()}Contract" in testing.__all__)
    )


def _section(kind: str) -> str:
    protocol = getattr(kinds, kind.capitalize())
    contract = f"{kind.capitalize()}Contract"
    source = example(kind, f"my-{kind}", f"steep_my_{kind}").rstrip()
    return "\n".join(
        [
            f"## {kind}",
            "",
            f"{_said(importlib.import_module(protocol.__module__).__doc__)} {_said(protocol.__doc__)}".strip(),
            "",
            "```toml",
            KINDS[kind].table.replace("NAME", f"my-{kind}"),
            "```",
            "",
            f"`{contract}` holds a {kind} to these laws: {'; '.join(_laws(getattr(testing, contract)))}.",
            "",
            "```python",
            source,
            "```",
            "",
        ]
    )


def _said(docstring: str | None) -> str:
    """A docstring as one paragraph of Markdown: ``code`` has single marks there."""
    return " ".join(inspect.cleandoc(docstring or "").replace("``", "`").split())


def _laws(contract: type) -> list[str]:
    names = (name for each in reversed(contract.__mro__) for name in vars(each) if name.startswith("test_"))
    return [re.sub("_", " ", name.removeprefix("test_")) for name in dict.fromkeys(names)]
