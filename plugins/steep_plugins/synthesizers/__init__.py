"""Built-in synthesizers: by rules (`structure`), by rules and a model (`ask`), by a model alone (`prompted`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Synthesizer


class StructureOptions(BaseModel, extra="forbid", frozen=True):
    rules: tuple[str, ...] = Field((), description="Only rules whose name begins so, as in `tables`; all, if empty.")
    unanswerable: float = Field(0.3, ge=0, le=1, description="Unanswerable pairs to write for one answerable pair.")
    elsewhere: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Pairs to write whose passages do not answer them though others do, for one answerable pair. Only "
        "for tuning that shows such a pair no other passages.",
    )


def _structure(options: StructureOptions, context: Context) -> Synthesizer:
    from steep_plugins.synthesizers.structure.synthesizer import Structure

    return Structure(rules=options.rules, unanswerable=options.unanswerable, elsewhere=options.elsewhere)


class AskOptions(BaseModel, extra="forbid", frozen=True):
    a_passage: int = Field(4, ge=1, le=50, description="How many stretches of one passage to ask for, at most.")
    together: int = Field(32, ge=1, le=256, description="How many questions are written in one batch.")
    surplus: float = Field(2.0, ge=1, description="Pairs to write for one that is wanted, since filters drop some.")
    sure: float = Field(
        0.85,
        ge=0,
        le=1,
        description="How sure a model that was taught to judge must be that the sentence alone answers the question; 0 "
        "does not ask.",
    )


def _ask(options: AskOptions, context: Context) -> Synthesizer:
    from steep_plugins.synthesizers.asked.synthesizer import Asking

    return Asking(a_passage=options.a_passage, together=options.together, surplus=options.surplus, sure=options.sure)


class PromptedOptions(BaseModel, extra="forbid", frozen=True):
    pairs_a_passage: int = Field(3, ge=1, le=20, description="How many questions to ask for in one prompt.")
    max_tokens: int = Field(512, ge=16, description="The longest reply, in tokens.")
    temperature: float = Field(0.7, ge=0, le=2)
    prompt: str = Field("", description="A file with an instruction of your own; `{pairs}` in it is the number.")


def _prompted(options: PromptedOptions, context: Context) -> Synthesizer:
    from steep_plugins.synthesizers.prompted.synthesizer import Prompted

    return Prompted(
        pairs_a_passage=options.pairs_a_passage,
        max_tokens=options.max_tokens,
        temperature=options.temperature,
        template=_template(options.prompt, context),
    )


def _template(file: str, context: Context) -> str:
    if not file:
        return ""
    path = (context.project or Path()) / file
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the prompt {path} of the synthesizer `prompted` cannot be read: {error}.") from error


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="synthesizer",
        name="structure",
        summary="Writes pairs from headings, lists, tables and sentences by rules, with no model",
        config=StructureOptions,
        build=_structure,
    )
    yield offer(
        kind="synthesizer",
        name="ask",
        summary="Finds stretches by rules and lets the project's model write the question that each answers",
        config=AskOptions,
        build=_ask,
    )
    yield offer(
        kind="synthesizer",
        name="prompted",
        summary="Asks the project's generator for pairs, one passage a prompt",
        config=PromptedOptions,
        build=_prompted,
    )
