"""A recipe of steep.toml becomes what is tuned, and phases: strategies that are built, with the objective of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.answering.speakers import speaker
from steep.errors import ConfigError, ModelError
from steep.kinds import Taught, Tunable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import CourseOptions, Generator, Model, Objective, Start, Strategy
    from steep.workspace.config import PhaseSpec, RecipeSpec
    from steep.workspace.project import Project
    from steep.workspace.sections import PartSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A strategy by name, built; ``share`` is its share of the phase's rows."""

    name: str
    options: dict[str, Any]
    strategy: Strategy
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """``place`` names it in errors. Of the parts the first is the phase's own; its held-out rows judge the phase."""

    place: str
    objective: Objective
    parts: tuple[Part, ...]
    course: CourseOptions

    @property
    def name(self) -> str:
        return self.parts[0].name


def adapter_name(project: Project, name: str, recipe: RecipeSpec) -> str:
    """The project's for the recipe `default`, so that the arms find it; a family of adapters for the others."""
    return recipe.adapter or (project.config.project.name if name == "default" else name)


def tunable(project: Project, name: str, recipe: RecipeSpec) -> Tunable:
    """The model or generator that the recipe names, by default the project's generator or the model it answers with."""
    if recipe.model:
        return _checked(project.model(recipe.model), f"the model `{recipe.model}`")
    answering = speaker(project, recipe.generator or "")
    if answering.others and not answering.generator.digest:
        raise ConfigError(
            f"[tune.{name}]: the generator `{answering.name}` lets others answer ({', '.join(answering.others)}); say "
            "which of them is tuned, with `generator` or `model` in the recipe."
        )
    return _checked(
        answering.generator if answering.generator.digest else answering.model, f"the generator `{answering.name}`"
    )


def start_of(project: Project, recipe: RecipeSpec) -> Start | None:
    """What a tuning goes on from: what the generator answers by untuned; None where it begins afresh.

    Another formatter than `grounded` lays rows out as the generator was not taught to be asked.
    """
    if recipe.model or recipe.begin == "afresh" or project.config.formatter.use != "grounded":
        return None
    answering = speaker(project, recipe.generator or "")
    if answering.generator.digest or not isinstance(answering.generator, Taught):
        return None
    return answering.generator.start(answering.model)


def _checked(found: Generator | Model, called: str) -> Tunable:
    if isinstance(found, Tunable):
        return found
    raise ModelError(
        f"{called} ({found.digest}) cannot be tuned: steep has no weights of it to train. Tune `extract`, or a model "
        "of `transformers` or `smollm2` (`generator` or `model` in the recipe), or tune elsewhere and serve the "
        "adapter there."
    )


def phases_of(project: Project, name: str, recipe: RecipeSpec, takes: Sequence[Objective]) -> tuple[Phase, ...]:
    """The phases of a recipe for a trainee that takes these objectives. Raises ConfigError where one does not fit."""
    return tuple(
        _phase(project, f"recipe `{name}`, phase {number}", f"tune.{name}.phases", recipe, spec, takes)
        for number, spec in enumerate(recipe.phases, 1)
    )


def _phase(
    project: Project, place: str, where: str, recipe: RecipeSpec, spec: PhaseSpec, takes: Sequence[Objective]
) -> Phase:
    others = [_part(project, each, f"{where}.mixture", each.share) for each in spec.mixture]
    own = _part(project, spec, where, 1 - sum(part.share for part in others))
    objective = next((each for each in own.strategy.objectives if each in takes), None)
    if objective is None:
        raise ConfigError(
            f"{place}: `{own.name}` makes rows for {_named(own.strategy.objectives)}, and what this recipe tunes "
            f"learns by {_named(takes)} only. Choose another strategy, or tune another model."
        )
    for part in others:
        if objective not in part.strategy.objectives:
            raise ConfigError(
                f"{place}: `{own.name}` learns by `{objective}`, and `{part.name}` of its mixture makes rows for "
                f"{_named(part.strategy.objectives)}; give `{part.name}` a phase of its own."
            )
    return Phase(place=f"{place} ({own.name})", objective=objective, parts=(own, *others), course=recipe.course(spec))


def _part(project: Project, spec: PartSpec, where: str, share: float) -> Part:
    strategy: Strategy = project.build("strategy", spec, where=where)
    return Part(name=spec.use, options=spec.options, strategy=strategy, share=share)


def _named(objectives: Sequence[Objective]) -> str:
    return " or ".join(f"`{each}`" for each in objectives) or "nothing"
