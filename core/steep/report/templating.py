"""The templates of steep's pages: everything that is put in is escaped, and stays text whoever wrote it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from steep.report.strangers import shown

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["environment"]


@cache
def environment(*rooms: str) -> Environment:
    """The environment that reads the ``templates`` of some packages, and those of the report that all pages share.

    A name that a template misses is an error, not an empty place.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=ChoiceLoader([PackageLoader(room) for room in (*rooms, "steep.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_fit,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _fit(value: Any) -> Any:
    """What a page can hold of a value; what is markup already was made by a template or a drawing."""
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value
