"""The routers that come with steep. Importing this loads nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Router


class Rule(BaseModel, extra="forbid", frozen=True):
    words: list[str] = Field(min_length=1, description="a question with any of these words, or phrases, is meant")
    profile: str = Field(description="the profile that answers it")


class RulesOptions(BaseModel, extra="forbid", frozen=True):
    rules: list[Rule] = Field([], description="the first that fits counts")
    otherwise: str = Field("", description='the profile for all other questions; "": the default one')


class Examples(BaseModel, extra="forbid", frozen=True):
    profile: str = Field(description="the profile that answers such questions")
    questions: list[str] = Field(min_length=1, description="questions that it is meant for; ten are better than three")


class NearestOptions(BaseModel, extra="forbid", frozen=True):
    examples: list[Examples] = Field(min_length=1, description="questions, by the profile that answers them")
    least: float = Field(0.2, ge=-1, le=1, description="how near a question must be to a profile's examples (cosine)")
    otherwise: str = Field("", description='the profile for all other questions; "": the default one')


class About(BaseModel, extra="forbid", frozen=True):
    profile: str = Field(description="the profile")
    about: str = Field(min_length=1, pattern=r"^[^\n]*$", description="what it answers, in a line")


class ChoiceOptions(BaseModel, extra="forbid", frozen=True):
    model: str = Field(min_length=1, description="a model of [model.NAME]")
    profiles: list[About] = Field(min_length=2, description="what each profile answers")
    least: float = Field(0.0, ge=0, le=1, description="how probable the likeliest profile must be")
    otherwise: str = Field("", description='the profile for all other questions; "": the default one')


def build_rules(options: RulesOptions, context: Context) -> Router:
    from steep_plugins.routers.rules import Rules

    rules = tuple((tuple(each.words), each.profile) for each in options.rules)
    return Rules(rules, otherwise=options.otherwise)


def build_nearest(options: NearestOptions, context: Context) -> Router:
    from steep_plugins.routers.embedding import Nearest

    if context.embedder is None:
        raise ConfigError("the router `embedding` needs the project's embedder; build it for a project.")
    examples: dict[str, list[str]] = {}
    for each in options.examples:
        examples.setdefault(each.profile, []).extend(each.questions)
    return Nearest(examples, context.embedder, least=options.least, otherwise=options.otherwise)


def build_choice(options: ChoiceOptions, context: Context) -> Router:
    from steep_plugins.routers.choice import Choice

    models, name = context.model, options.model
    if models is None:
        raise ConfigError("the router `model` needs the project's models; build it for a project.")
    about = {each.profile: each.about for each in options.profiles}
    return Choice(about, lambda: models(name), least=options.least, otherwise=options.otherwise)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="router",
        name="rules",
        summary="Sends a question to a profile by the words in it",
        config=RulesOptions,
        build=build_rules,
    )
    yield offer(
        kind="router",
        name="embedding",
        summary="Sends a question to the profile whose example questions it is nearest to in meaning",
        config=NearestOptions,
        build=build_nearest,
    )
    yield offer(
        kind="router",
        name="model",
        summary="Sends a question to the profile that a language model chooses by what is said of each",
        config=ChoiceOptions,
        build=build_choice,
    )
