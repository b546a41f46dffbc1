"""steep init: write steep.toml, with every key explained."""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steep.cli.output import Json, emit, say
from steep.wording import by_suffix, counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.hooks import Fitting, Plugins


def init(
    folder: Annotated[Path, typer.Argument(help="The folder that holds your documents.")] = Path(),
    name: Annotated[str, typer.Option(help="The project's name; by default the folder's.", show_default=False)] = "",
    model: Annotated[
        str,
        typer.Option(
            help="Let this language model answer where the quoting reader does not: `qwen-large`, `qwen`, `smollm2`.",
            show_default=False,
        ),
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace the steep.toml that is there.")] = False,
    json: Json = False,
) -> None:
    """Write a steep.toml that takes every document in a folder; the first step of a project."""
    from steep.errors import ConfigError
    from steep.hooks import Plugins
    from steep.indexing.readers import Readers, joining
    from steep.indexing.sources import scan, suffix_of
    from steep.inventory import inventory
    from steep.validation import validated
    from steep.workspace.config import Config
    from steep.workspace.durable import space_needed, write_text
    from steep.workspace.places import FILE_NAME
    from steep.workspace.project import Project
    from steep.workspace.template import BEFORE_A_MODEL, template

    plugins = Plugins.discover()
    folder = folder.resolve()
    if not folder.is_dir():
        raise ConfigError(f"{folder} is not a folder; name the one that holds your documents.")
    file = folder / FILE_NAME
    if file.exists() and not force:
        raise ConfigError(f"{file} is there already; edit it, or replace it with --force.")
    chosen = name or re.sub(r"[^A-Za-z0-9_-]+", "-", folder.name).strip("-_") or "project"
    fitting = _fitting(plugins, Config().generator.use)
    written = partial(
        template,
        name=chosen,
        questions="questions.jsonl" if (folder / "questions.jsonl").is_file() else None,
        model=model,
        beside=_beside(plugins, model) if model else {},
        quoting=fitting.options,
        trusting=_fitting(plugins, BEFORE_A_MODEL).options if model else {},
    )
    validated(
        Config,
        {"project": {"name": chosen}},
        where=f"--name {chosen}" if name else str(folder),
        error=ConfigError,
    )
    with space_needed(folder):
        write_text(file, written())
    with Project.open(folder) as project:
        present = Counter(suffix_of(each.path) for each in scan(folder, project.config).files)
        readers = joining(project, present)
    if readers:
        write_text(file, written(readers=readers))
    with Project.open(folder) as project:
        taken = Readers(project).suffixes
        missing = [each.problem for each in inventory(project) if each.state == "missing"]
    counts = {suffix: count for suffix, count in sorted(present.items()) if suffix in taken}
    left = {suffix: count for suffix, count in sorted(present.items()) if suffix not in taken}
    found = sum(counts.values())
    if json:
        told = {"documents": found, "by_suffix": counts, "left_out": left, "readers": readers}
        told |= {"quoting": dict(fitting.options)}
        told |= {"model": model, "missing": missing} if model else {}
        emit({"file": str(file), "name": chosen, **told})
        return
    say(
        f"Wrote {file}.",
        f"It takes {counted(found, 'document')} ({by_suffix(counts)})."
        if found
        else "There are no documents here yet that a reader takes: put some in.",
        *([f"Left out, since no reader takes them: {by_suffix(left)}."] if left else []),
        *([f"`{model}` answers where the reader that quotes is not sure."] if model and not missing else []),
        *(f"Before it answers: {problem}" for problem in missing),
        *([fitting.says] if fitting.says else []),
        f"{'Next' if found else 'Then'}: "
        '`steep run` does the whole job; `steep index`, then `steep ask "…"`, is the quick way in.',
    )


def _fitting(plugins: Plugins, generator: str) -> Fitting:
    """How a generator is best set on this machine."""
    from steep.hooks import Fitting

    offered = next(each for each in plugins.offers("generator") if each.offer.name == generator)
    return offered.offer.fitted() if offered.offer.fitted else Fitting(says="")


def _beside(plugins: Plugins, model: str) -> Mapping[str, str]:
    """What is set together with a model; raises ConfigError for one that is not known by its name alone."""
    from steep.errors import ConfigError

    offers = plugins.offers("model")
    known = {each.offer.name: each.offer for each in offers if each.offer.where is not None}
    if model not in known:
        raise ConfigError(
            f"--model {model}: a model that needs no more than its name is {', '.join(sorted(known))}. Another one is "
            "written into steep.toml: [model.NAME] and its options, and its name in [generator] (`steep plugins list`)."
        )
    return known[model].beside
