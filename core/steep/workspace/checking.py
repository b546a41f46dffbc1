"""Checks that every part a config names exists and that its options fit, without building any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.errors import AmbiguousName, BadOptions, BrokenPlugin, ConfigError, PluginNotFound
from steep.kinds import KINDS
from steep.validation import nearest, validated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.workspace.config import Config, GuardrailsSection
    from steep.workspace.project import Project
    from steep.workspace.sections import PartSpec


def check_parts(project: Project) -> tuple[str, ...]:
    """The qualified names of the parts in use; raises what building them would raise for a name or an option."""
    for where, name in _models_named(project.config):
        if name not in project.config.model:
            raise ConfigError(
                f"steep.toml, [{where}]: there is no [model.{name}]; {nearest(name, project.config.model)}. Add the "
                'table, with `use = "…"` for what runs it (`steep plugins list model`).'
            )
    _check_files(project)
    names = []
    for kind, where, spec in _parts(project.config):
        try:
            offered = project.plugins.find(kind, spec.use)
        except (AmbiguousName, PluginNotFound) as error:
            raise type(error)(f"steep.toml, [{where}]: {error}") from error
        place = f"steep.toml, [{where}] ({kind} `{offered.qualified}` of {offered.origin})"
        validated(
            offered.offer.config, spec.options, where=place, error=BadOptions, beside=type(spec).model_fields.keys()
        )
        names.append(f"{kind} {offered.qualified}")
    return tuple(dict.fromkeys(names))


def _check_files(project: Project) -> None:
    """A plugin that steep.toml names as a file is wanted; one that is only installed may be broken."""
    for kind in KINDS:
        project.plugins.offers(kind)  # a hook that raises is known as broken from here on
    for broken in project.plugins.broken:
        if broken.origin.local:
            raise BrokenPlugin(f"steep.toml, [plugins] files: {broken.origin} could not be loaded: {broken.said}")


def unknown_plugins(project: Project) -> tuple[str, ...]:
    """What [plugins] says of plugins that are not here, in sentences: misspelt, it would do nothing."""
    known = {each.plugin for each in (*project.plugins.found, *project.plugins.origins)}
    section = project.config.plugins
    return tuple(
        f"[plugins] {key} names `{name}`, which is no plugin here; {nearest(name, known)}"
        for key, names in (("disabled", section.disabled), ("allow", section.allow or ()))
        for name in names
        if name not in known
    )


def _parts(config: Config) -> Iterator[tuple[str, str, PartSpec]]:
    from steep.workspace.sections import PartSpec

    for name, options in config.reader.items():
        yield "reader", f"reader.{name}", PartSpec(use=name, **options)
    yield "splitter", "splitter", config.splitter
    yield "embedder", "embedder", config.embedder
    for name, spec in config.index.items():
        yield "index", f"index.{name}", spec
    yield from _answering(config)
    yield "formatter", "formatter", config.formatter
    yield from (("synthesizer", "synthesizer", spec) for spec in config.synthesizer)
    yield from (("filter", "filter", spec) for spec in config.filter)
    for name, recipe in config.tune.items():
        for phase in recipe.phases:
            yield "strategy", f"tune.{name}.phases", phase
            yield from (("strategy", f"tune.{name}.phases.mixture", spec) for spec in phase.mixture)
    yield from (("metric", "measure.metrics", spec) for spec in config.measure.metrics)
    yield from (("rewriter", "rewriter", spec) for spec in config.rewriter)
    yield from (("tracker", "tracker", spec) for spec in config.tracker)
    yield from _guards("guardrails", config.guardrails)
    for name, profile in config.profile.items():
        if profile.guardrails is not None:
            yield from _guards(f"profile.{name}.guardrails", profile.guardrails)


def _models_named(config: Config) -> Iterator[tuple[str, str]]:
    """Each place that names a model, with the name."""
    places: list[tuple[str, str | None]] = [("generator", config.generator.model)]
    places += [(f"generator.{name}", spec.model) for name, spec in config.generator.further.items()]
    places += [("synthesizer", spec.model) for spec in config.synthesizer]
    places += [(f"tune.{name}", recipe.model) for name, recipe in config.tune.items()]
    places += [(f"profile.{name}", profile.model) for name, profile in config.profile.items()]
    yield from ((where, name) for where, name in places if name)


def _answering(config: Config) -> Iterator[tuple[str, str, PartSpec]]:
    """What answers, and what each profile answers with in its place."""
    yield "retriever", "retriever", config.retriever
    yield from (("model", f"model.{name}", spec) for name, spec in config.model.items())
    yield "generator", "generator", config.generator
    yield from (("generator", f"generator.{name}", spec) for name, spec in config.generator.further.items())
    yield from (("tool", f"tool.{name}", spec) for name, spec in config.tool.items())
    chosen = [("reranker", "reranker", config.reranker), ("router", "router", config.router)]
    for name, profile in config.profile.items():
        chosen.append(("retriever", f"profile.{name}.retriever", profile.retriever))
        chosen.append(("reranker", f"profile.{name}.reranker", profile.reranker))
    yield from ((kind, where, spec) for kind, where, spec in chosen if spec is not None)


def _guards(where: str, section: GuardrailsSection) -> Iterator[tuple[str, str, PartSpec]]:
    for stage in ("input", "passages", "output"):
        yield from (("guardrail", f"{where}.{stage}", spec) for spec in getattr(section, stage))
