"""Plain language for steep: a guardrail and a formatter, both named `plainspeak`. Nothing heavy is imported here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, Field, model_validator

from steep import Context, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Formatter, Guardrail

OFFICIALESE = {
    "ascertain": "find out",
    "commence": "begin",
    "endeavour": "try",
    "facilitate": "help",
    "in order to": "to",
    "prior to": "before",
    "terminate": "end",
    "utilise": "use",
    "utilize": "use",
}


class GuardrailOptions(BaseModel, extra="forbid", frozen=True):
    """Options of the guardrail `plainspeak`."""

    longest: int = Field(default=30, ge=0, description="words that a sentence may have; 0: any number")
    words: dict[str, str] = Field(default=OFFICIALESE, description="words to find, each with a plain one to write")

    @model_validator(mode="after")
    def _plain_words_are_not_listed_themselves(self) -> Self:
        from steep_plainspeak.guardrail import pattern

        listed = pattern(self.words)
        for word, plain in self.words.items():
            if listed is not None and listed.search(plain):
                raise ValueError(f"the plain word {plain!r} for {word!r} holds a listed word itself")
        return self


class FormatterOptions(BaseModel, extra="forbid", frozen=True):
    """Options of the formatter `plainspeak`."""

    longest: int = Field(default=20, ge=5, description="words that a sentence of the answer shall have at most")


def build_guardrail(options: GuardrailOptions, context: Context) -> Guardrail:
    from steep_plainspeak.guardrail import PlainSpeech

    return PlainSpeech(longest=options.longest, words=options.words)


def build_formatter(options: FormatterOptions, context: Context) -> Formatter:
    from steep_plainspeak.formatter import PlainlyAsked

    return PlainlyAsked(longest=options.longest)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="guardrail",
        name="plainspeak",
        summary="Finds sentences that are too long, and officialese that has a plain word",
        config=GuardrailOptions,
        build=build_guardrail,
    )
    yield offer(
        kind="formatter",
        name="plainspeak",
        summary="Passages in the prompt, with the instruction to answer in short sentences and plain words",
        config=FormatterOptions,
        build=build_formatter,
    )
