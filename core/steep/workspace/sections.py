"""What the tables of steep.toml are made of: a section, and a part by its name with its options."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints, model_validator

from steep.values import Action

# a part of model names, and of folder names
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]


class Section(BaseModel, extra="forbid", frozen=True, allow_inf_nan=False):
    """A table of steep.toml: an unknown key in it is an error."""


class PartSpec(BaseModel, extra="allow", frozen=True):
    """A part by name; the keys beside ``use`` are its options."""

    use: str = Field(description="the part's name, or plugin:name")

    @property
    def options(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


class GeneratorSpec(PartSpec):
    """The generator that answers by default; a table with ``use`` inside it, [generator.NAME], is one more."""

    model: str | None = Field(None, description="a model of [model.NAME]; by default the only one there is")

    @property
    def options(self) -> dict[str, Any]:
        return {key: value for key, value in (self.model_extra or {}).items() if key not in self.further}

    @property
    def further(self) -> dict[str, GeneratorSpec]:
        """The other generators, by name."""
        tables = {key: value for key, value in (self.model_extra or {}).items() if isinstance(value, dict)}
        return {key: GeneratorSpec.model_validate(value) for key, value in tables.items() if "use" in value}


class SynthesizerSpec(PartSpec):
    pairs: int = Field(1500, ge=1, description="how many pairs to ask for")
    model: str | None = Field(None, description="a model of [model.NAME] to write them; by default the only one")


class NamedSpec(PartSpec):
    """A part that may be written as its name alone."""

    @model_validator(mode="before")
    @classmethod
    def _a_name_stands_for_a_table(cls, value: Any) -> Any:
        return {"use": value} if isinstance(value, str) else value


class MetricSpec(NamedSpec):
    """A metric, by its name or with options."""


class GuardSpec(NamedSpec):
    on_fail: Action | None = Field(None, description="what follows a finding; None: the guardrail's own default")
