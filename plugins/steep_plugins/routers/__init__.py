"""The routers that come with steep. Importing this loads nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Router


class Rule(BaseModel, extra="forbid", frozen=True):
    words: list[str] = Field(min_length=1, description="a question with any of these words, or phrases, is meant")
    profile: str = Field(description="the profile that answers it")


class RulesOptions(BaseModel, extra="forbid", frozen=True):
    rules: list[Rule] = Field([], description="the first that fits counts")
    otherwise: str = Field("", description='the profile for all other questions; "": the default one')


def build_rules(options: RulesOptions, context: Context) -> Router:
    from steep_plugins.routers.rules import Rules

    rules = tuple((tuple(each.words), each.profile) for each in options.rules)
    return Rules(rules, otherwise=options.otherwise)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="router",
        name="rules",
        summary="Sends a question to a profile by the words in it",
        config=RulesOptions,
        build=build_rules,
    )
