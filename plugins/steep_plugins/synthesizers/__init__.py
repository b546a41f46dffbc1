"""Built-in synthesizers: `structure` writes pairs by rules, `prompted` asks the project's generator for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Synthesizer


class StructureOptions(BaseModel, extra="forbid", frozen=True):
    rules: tuple[str, ...] = Field((), description="Only rules whose name begins so, as in `tables`; all, if empty.")
    unanswerable: float = Field(0.3, ge=0, le=1, description="Unanswerable pairs to write for one answerable pair.")


def _structure(options: StructureOptions, context: Context) -> Synthesizer:
    from steep_plugins.synthesizers.structure.synthesizer import Structure

    return Structure(rules=options.rules, unanswerable=options.unanswerable)


@hookimpl
def steep_synthesizers() -> Iterator[Offer[Any]]:
    yield offer(
        name="structure",
        summary="Writes pairs from headings, lists, tables and sentences by rules, with no model",
        config=StructureOptions,
        build=_structure,
    )
