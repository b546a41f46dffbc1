"""Built-in formatters: `grounded` shows the passages with the question, `closed-book` the question alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Formatter


class FormatterOptions(BaseModel, extra="forbid", frozen=True):
    prompt: str = Field("", description="An instruction of your own, added to the rules that the model is given.")


def _grounded(options: FormatterOptions, context: Context) -> Formatter:
    from steep_plugins.formatters.grounded import Grounded

    return Grounded(prompt=options.prompt)


def _closed_book(options: FormatterOptions, context: Context) -> Formatter:
    from steep_plugins.formatters.closed_book import ClosedBook

    return ClosedBook(prompt=options.prompt)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="formatter",
        name="grounded",
        summary="Passages and question in, answer with citation markers out",
        config=FormatterOptions,
        build=_grounded,
    )
    yield offer(
        kind="formatter",
        name="closed-book",
        summary="Question in, answer out, with no passages",
        config=FormatterOptions,
        build=_closed_book,
    )
