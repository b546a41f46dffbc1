"""The hooks: one collects what plugins offer, one lets them add commands.

Selection is by name in steep.toml, never by the order in which hooks run; for the same reason no hook takes wrappers.
Who wants to know what happens offers a tracker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable

    import typer

    from steep.hooks.offers import Offer

hookspec = pluggy.HookspecMarker("steep")
hookimpl = pluggy.HookimplMarker("steep")


class Specs:
    """Every hook that steep calls."""

    @hookspec
    def steep_offers(self) -> Iterable[Offer[Any]]:
        """Return or yield offers: `offer(kind="reader", name="csv", handles=(".csv",), …)`, of any kinds."""
        raise NotImplementedError

    @hookspec
    def steep_commands(self, cli: typer.Typer) -> None:
        """Add commands to the command line: `cli.command(name="…")(function)`."""
