"""The hooks. Offer hooks are collected, one call a plugin; event hooks observe; one hook adds commands.

An offer hook takes no arguments and returns, or yields, offers. Selection is by name in steep.toml, never by the
order in which hooks run; for the same reason no hook takes wrappers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import typer

    from steep.hooks.offers import Offer
    from steep.values import Stage, StageOutcome

hookspec = pluggy.HookspecMarker("steep")
hookimpl = pluggy.HookimplMarker("steep")

# each kind's name, which is also its table in steep.toml, and the hook that collects its offers
KINDS: Mapping[str, str] = {
    "reader": "steep_readers",
    "splitter": "steep_splitters",
    "embedder": "steep_embedders",
    "index": "steep_indexes",
    "retriever": "steep_retrievers",
    "synthesizer": "steep_synthesizers",
    "formatter": "steep_formatters",
    "strategy": "steep_strategies",
    "generator": "steep_generators",
    "guardrail": "steep_guardrails",
    "metric": "steep_metrics",
}


class Specs:
    """Offers, events and commands: every hook that steep calls."""

    @hookspec
    def steep_readers(self) -> Iterable[Offer[Any]]:
        """Offer readers: `offer(name="csv", handles=(".csv",), …)` whose build returns a `Reader`."""
        raise NotImplementedError

    @hookspec
    def steep_splitters(self) -> Iterable[Offer[Any]]:
        """Offer splitters: `offer(name="sentences", …)` whose build returns a `Splitter`."""
        raise NotImplementedError

    @hookspec
    def steep_embedders(self) -> Iterable[Offer[Any]]:
        """Offer embedders: `offer(name="minilm", …)` whose build returns an `Embedder`."""
        raise NotImplementedError

    @hookspec
    def steep_indexes(self) -> Iterable[Offer[Any]]:
        """Offer indexes: `offer(name="faiss", …)` whose build returns an `Index`."""
        raise NotImplementedError

    @hookspec
    def steep_retrievers(self) -> Iterable[Offer[Any]]:
        """Offer retrievers: `offer(name="hybrid", …)` whose build returns a `Retriever` over `context.library`."""
        raise NotImplementedError

    @hookspec
    def steep_synthesizers(self) -> Iterable[Offer[Any]]:
        """Offer synthesizers: `offer(name="structure", …)` whose build returns a `Synthesizer`."""
        raise NotImplementedError

    @hookspec
    def steep_formatters(self) -> Iterable[Offer[Any]]:
        """Offer formatters: `offer(name="grounded", …)` whose build returns a `Formatter`."""
        raise NotImplementedError

    @hookspec
    def steep_strategies(self) -> Iterable[Offer[Any]]:
        """Offer strategies: `offer(name="instruct", …)` whose build returns a `Strategy`."""
        raise NotImplementedError

    @hookspec
    def steep_generators(self) -> Iterable[Offer[Any]]:
        """Offer generators: `offer(name="reader", …)` whose build returns a `Generator`."""
        raise NotImplementedError

    @hookspec
    def steep_guardrails(self) -> Iterable[Offer[Any]]:
        """Offer guardrails: `offer(name="injection", …)` whose build returns a `Guardrail`."""
        raise NotImplementedError

    @hookspec
    def steep_metrics(self) -> Iterable[Offer[Any]]:
        """Offer metrics: `offer(name="token-f1", …)` whose build returns a `Metric`."""
        raise NotImplementedError

    @hookspec
    def steep_stage_started(self, stage: Stage) -> None:
        """A stage of a flow has begun. What this raises is logged and never stops the flow."""

    @hookspec
    def steep_stage_finished(self, stage: Stage, outcome: StageOutcome) -> None:
        """A stage of a flow has ended, well or badly. What this raises is logged and never stops the flow."""

    @hookspec
    def steep_commands(self, cli: typer.Typer) -> None:
        """Add commands to the command line: `cli.command(name="…")(function)`."""
