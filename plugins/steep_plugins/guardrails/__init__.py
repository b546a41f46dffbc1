"""Guardrails, as offers: what is looked for in questions, passages and answers. Two of them may ask a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import BaseModel, Field, StringConstraints

from steep import NoOptions, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep import Context, Offer
    from steep.kinds import Guardrail

Kind = Literal[
    "email",
    "phone",
    "card",
    "iban",
    "ip",
    "private-ip",
    "address",
    "national-id",
    "passport",
    "driver-license",
    "birth-date",
]
Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]
ALL_KINDS: tuple[Kind, ...] = get_args(Kind)


class InjectionOptions(BaseModel, extra="forbid", frozen=True):
    """``similarity`` also compares each sentence with known attacks, by the project's embedder; None: rules only."""

    threshold: float = Field(0.5, gt=0, le=1, description="the score from which a sentence is suspect")
    similarity: float | None = Field(None, gt=0, le=1, description="cosine from which a sentence is like an attack")


class InjectionMiniLMOptions(BaseModel, extra="forbid", frozen=True):
    """Options of the guardrail `injection-minilm`."""

    threshold: float = Field(
        0.5, gt=0, lt=1, description="how likely a sentence must be an order; higher bars less, and finds less"
    )


class PersonalDataOptions(BaseModel, extra="forbid", frozen=True):
    """``published`` kinds may stand in an answer where what was retrieved holds them word for word."""

    kinds: tuple[Kind, ...] = Field(ALL_KINDS, description="what is looked for")
    published: tuple[Kind, ...] = Field(
        ("email", "phone", "ip", "private-ip", "address"), description="may be answered from the documents"
    )
    regions: tuple[Country, ...] = Field(
        ("US", "GB"), description="countries, in two letters, whose phone numbers are known without their +"
    )


class SecretsOptions(BaseModel, extra="forbid", frozen=True):
    """``entropy`` is in bits a character: English words have about 3, random base64 above 4.2."""

    entropy: float = Field(3.5, gt=0, le=6, description="of a value beside a word such as password")


class GroundedOptions(BaseModel, extra="forbid", frozen=True):
    """``least`` is the share of a sentence's content words that the passages must hold.

    With ``model``, a model of [model.NAME] that was taught to judge support does so, beside the rules for numbers.
    """

    least: float = Field(0.6, gt=0, le=1)
    model: str = Field("", description='a model of [model.NAME] that judges support; "": rules alone')
    support: float = Field(0.5, gt=0, lt=1, description="least probability of support, where a model judges")


def _injection(options: InjectionOptions, context: Context) -> Guardrail:
    from steep_plugins.guardrails.injection import Injection
    from steep_plugins.guardrails.likeness import Likeness

    likeness = None
    if options.similarity is not None and context.embedder is not None:
        likeness = Likeness(context.embedder, options.similarity)
    return Injection(threshold=options.threshold, likeness=likeness)


def _injection_minilm(options: InjectionMiniLMOptions, context: Context) -> Guardrail:
    from steep_plugins.guardrails.injection_minilm import InjectionMiniLM

    return InjectionMiniLM(threshold=options.threshold, device=context.device)


def _where_minilm() -> str:
    from steep_plugins.encoders import MINILM, where

    return where(MINILM)


def _personal_data(options: PersonalDataOptions, context: Context) -> Guardrail:
    from steep_plugins.guardrails.personal_data import PersonalData

    return PersonalData(kinds=options.kinds, published=options.published, regions=options.regions)


def _secrets(options: SecretsOptions, context: Context) -> Guardrail:
    from steep_plugins.guardrails.secrets import Secrets

    return Secrets(entropy=options.entropy)


def _citations(options: NoOptions, context: Context) -> Guardrail:
    from steep_plugins.guardrails.citations import Citations

    return Citations()


def _grounded(options: GroundedOptions, context: Context) -> Guardrail:
    from steep_plugins.guardrails.grounded import Grounded

    model = context.model(options.model) if options.model and context.model else None
    return Grounded(least=options.least, model=model, support=options.support)


def _markup(options: NoOptions, context: Context) -> Guardrail:
    from steep_plugins.guardrails.markup import Markup

    return Markup()


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="guardrail",
        name="injection",
        summary="Finds sentences that give the model orders, in questions and in passages",
        config=InjectionOptions,
        build=_injection,
    )
    yield offer(
        kind="guardrail",
        name="injection-minilm",
        summary="The encoder on board, taught to tell questions that give the model orders; best in English",
        config=InjectionMiniLMOptions,
        build=_injection_minilm,
        where=_where_minilm,
    )
    yield offer(
        kind="guardrail",
        name="personal-data",
        summary="Finds e-mail addresses, phones, streets, cards, accounts, ids, dates of birth, and can take them out",
        config=PersonalDataOptions,
        build=_personal_data,
    )
    yield offer(
        kind="guardrail",
        name="secrets",
        summary="Finds keys, tokens and passwords, and can take them out",
        config=SecretsOptions,
        build=_secrets,
    )
    yield offer(
        kind="guardrail",
        name="citations",
        summary="Wants every answer to cite passages that were retrieved, word for word",
        build=_citations,
    )
    yield offer(
        kind="guardrail",
        name="grounded",
        summary="Wants words, numbers, names and negations of each answer sentence to stand in the passages",
        config=GroundedOptions,
        build=_grounded,
    )
    yield offer(
        kind="guardrail",
        name="markup",
        summary="Wants links, images and HTML of an answer to lead to what was retrieved, and can take them out",
        build=_markup,
    )
