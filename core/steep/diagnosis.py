"""Checks the machine, the models, the plugins and a project, one fact a line."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from steep.answering.speakers import speaker
from steep.errors import AdapterError, Damaged, SteepError
from steep.hooks import Plugins
from steep.indexing.making import outdated
from steep.inventory import inventory
from steep.kinds import KINDS
from steep.measuring.report import REPORT, load_report
from steep.wording import counted
from steep.workspace import storage
from steep.workspace.config import load_config
from steep.workspace.durable import set_aside
from steep.workspace.mending import mend_folders
from steep.workspace.places import FILE_NAME, STATE, find_project
from steep.workspace.project import Project, discover, make_state, one_writer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.workspace.config import Config

LIBRARIES = ("torch", "transformers", "peft", "faiss-cpu", "bm25s", "litestar")
_WORTH_SAYING = 50_000  # bytes: 0.1 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """``found`` is what there is; ``advice`` what to do about it, if anything."""

    name: str
    state: Literal["ok", "note", "broken"]
    found: str
    advice: str = ""


def diagnose(folder: Path | None) -> list[Check]:
    """All checks; those of a project only where there is one."""
    checks = [_python(), _libraries()]
    try:
        root = folder.resolve() if folder else find_project(Path.cwd())
        config = load_config(root / FILE_NAME)
    except SteepError as error:
        found = Check(name="project", state="note" if folder is None else "broken", found=str(error))
        return [*checks, _device(), *_on_board(Plugins.discover()), found]
    checks.append(_device(config))
    plugins = discover(root, config)
    checks += _on_board(plugins)
    for broken in plugins.broken:
        checks.append(
            Check(
                name="plugin",
                state="broken",
                found=f"{broken.origin}: {broken.said}",
                advice="reinstall or upgrade it, or add it to `disabled` in [plugins]",
            )
        )
    try:
        with Project(folder=root, config=config, plugins=plugins) as project:
            checks += _models(project)
            checks += _kept(project)
            checks += _storage(project)
    except SteepError as error:
        checks.append(Check(name="project", state="broken", found=str(error)))
    checks.append(_disk(root))
    return checks


def rebuild_records(folder: Path | None) -> str:
    """Put flipped bits right; set records that are damaged more aside, and begin anew from folders and what is left.

    Says what was done.
    """
    from steep.records import FILE
    from steep.records.first_edition import MANIFEST
    from steep.records.recovering import put_right, recover

    root = folder.resolve() if folder else find_project(Path.cwd())
    config = load_config(root / FILE_NAME)
    plugins = discover(root, config)
    state = root / STATE
    make_state(state)
    old = state / MANIFEST if (state / MANIFEST).exists() else state / FILE
    with one_writer(state):
        righted = [file.relative_to(root).as_posix() for file in mend_folders(state)]
        rows = put_right(state / FILE) if (state / FILE).exists() and not config.project.records else 0
        if rows:
            righted.append(f"{counted(rows, 'row')} of {FILE}")
        told = f"One bit was flipped in {', '.join(righted)}, and is put right. " if righted else ""
        if _is_whole(root, config, plugins):
            return f"{told}{old} is whole; nothing was rebuilt."
        aside = set_aside(old)
        with Project(folder=root, config=config, plugins=plugins, anew=True) as project:
            datasets = project.datasets.register_folders()
            adapters = project.adapters.register_folders()
            answers = recover(project.records, aside)["answers"]
            aliases = project.adapters.recover_aliases(aside, now=project.clock())
    found = ", ".join(
        [
            counted(datasets, "dataset"),
            counted(adapters, "adapter"),
            counted(aliases, "alias", "aliases"),
            counted(answers, "answer"),
        ]
    )
    before = (
        f"{old} was damaged; what was left of it is {aside.name} now" if aside.exists() else "the records were lost"
    )
    return (
        f"{told}{before}. Registered again: {found}. Run `steep index`, "
        "and look at `steep adapters list`: aliases that are missing are set with `steep adapters promote`."
    )


def _is_whole(root: Path, config: Config, plugins: Plugins) -> bool:
    try:
        with Project(folder=root, config=config, plugins=plugins) as project:
            return project.records.check() == "ok"
    except Damaged:
        return False


def _python() -> Check:
    return Check(name="python", state="ok", found=f"{platform.python_version()} on {platform.platform(terse=True)}")


def _libraries() -> Check:
    versions, missing = [], []
    for name in LIBRARIES:
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    advice = f"pip install {' '.join(missing)}" if missing else ""
    return Check(name="libraries", state="broken" if missing else "ok", found=", ".join(versions), advice=advice)


def _device(config: Config | None = None) -> Check:
    """Where models run, and why in that number format; `device` in [project] says which, else the fastest."""
    from steep.engine.device import AUTO, described

    try:
        return Check(name="device", state="ok", found=described(config.project.device if config else AUTO))
    except (ImportError, OSError) as error:  # OSError: a library of its own that cannot be loaded
        return Check(
            name="device", state="broken", found=f"torch cannot be imported: {error}", advice="reinstall torch"
        )
    except SteepError as error:
        return Check(name="device", state="broken", found=str(error))


def _on_board(plugins: Plugins) -> Iterator[Check]:
    """The models that parts know by name: where each is, or the line to type. One that is missing may not be wanted."""
    for offered in (each for kind in KINDS for each in plugins.offers(kind)):
        if offered.offer.where is None:
            continue
        part = f"{offered.kind} `{offered.offer.name}`"
        try:
            yield Check(name="on board", state="ok", found=f"the {part} can be used: it is in {offered.offer.where()}")
        except SteepError as error:
            found = f"the {part} cannot be used, which matters only where steep.toml names it: {error}"
            yield Check(name="on board", state="note", found=found)


def _models(project: Project) -> Iterator[Check]:
    does = {"embedder": "turns texts into the vectors that passages are found by", "generator": "answers the questions"}
    for name, build in (("embedder", project.embedder), ("generator", project.generator)):
        try:
            part = build()
            use, described = getattr(project.config, name).use, getattr(part, "card", "")
            weights = f" (version of its weights: {part.digest[:12]})" if part.digest else ""
            yield Check(
                name=name,
                state="ok",
                found=f"`{use}` {does[name]}{weights}" + (f"; {described}" if described else ""),
            )
        except SteepError as error:
            yield Check(name=name, state="broken", found=str(error))
    for model in inventory(project):
        found = f"`{model.use}`, {model.described}" if model.state == "ready" else model.problem
        yield Check(name=f"model {model.name}", state="ok" if model.state == "ready" else "broken", found=found)


def _kept(project: Project) -> Iterator[Check]:
    state = project.records.check()
    yield Check(
        name="records",
        state="ok" if state == "ok" else "broken",
        found="the database of documents, answers and adapters is whole" if state == "ok" else state,
        advice="" if state == "ok" else "run `steep doctor --rebuild`",
    )
    generation = project.generations.current()
    if generation is None:
        yield Check(
            name="index",
            state="note",
            found="nothing is indexed yet, so no question can be answered",
            advice="run `steep index`",
        )
    else:
        damage = project.generations.damage(generation.number, thorough=True)
        size = f"{counted(generation.documents, 'document')} in {counted(generation.passages, 'passage')}"
        found = f"questions are answered from {size} (generation {generation.number} of the index)"
        yield Check(
            name="index",
            state="broken" if damage else "ok",
            found=damage or found,
            advice="run `steep index`; it rebuilds it" if damage else "",
        )
        yield from _outdated(project)
    yield from _documents(project)
    for version in project.datasets.versions():
        try:
            project.datasets.load(version)
        except SteepError as error:
            yield Check(name="dataset", state="broken", found=str(error))
    for adapter in project.adapters.versions():
        damage = project.adapters.damage(adapter.version)
        if damage:
            advice = "run `steep doctor --rebuild`, which puts a flipped bit right; else tune again, or roll back"
            yield Check(name="adapter", state="broken", found=damage, advice=advice)
    yield from _production(project)
    for file in sorted(project.state.glob(f"reports/*/{REPORT}")):
        try:
            load_report(file.parent)
        except SteepError as error:
            yield Check(name="report", state="broken", found=str(error))


def _production(project: Project) -> Iterator[Check]:
    """Whether the adapter that questions are answered with belongs to what answers them now."""
    place = f"{project.config.project.name}@production"
    if place not in project.adapters.aliases(project.config.project.name):
        return
    try:
        speaker(project).check(project.adapters.resolve(place), place)
    except AdapterError as error:
        yield Check(name="adapter", state="broken", found=str(error))
    except SteepError:  # a part that cannot be built: said above
        return


def _outdated(project: Project) -> Iterator[Check]:
    try:
        differs = outdated(project)
    except SteepError:  # a part that cannot be built: said above
        return
    if differs:
        yield Check(name="index", state="note", found=differs, advice="run `steep index`")


def _documents(project: Project) -> Iterator[Check]:
    for version in sorted(project.documents.versions()):
        try:
            project.documents.load(version)
        except SteepError as error:
            yield Check(name="document", state="broken", found=str(error))


def _storage(project: Project) -> Iterator[Check]:
    found = storage.sizes(project.state)
    largest = ", ".join(f"{name} {_megabytes(size)}" for name, size in list(found.items())[:3] if size >= _WORTH_SAYING)
    told = f"the folder .steep takes {_megabytes(sum(found.values()))}" + (f" (mostly {largest})" if largest else "")
    try:
        spare = storage.spare(project)
    except SteepError:  # no index, or no embedder: said above
        yield Check(name="storage", state="ok", found=told)
        return
    if not spare.vectors and not spare.journals:
        yield Check(name="storage", state="ok", found=told)
        return
    spares = f"{counted(spare.vectors, 'cached vector')} and {counted(spare.journals, 'file')} of measured answers"
    yield Check(
        name="storage",
        state="note",
        found=f"{told}; {spares} are of earlier settings or documents, and no longer needed",
        advice="`steep doctor --prune` drops those; they would be computed again if they were needed",
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def _disk(root: Path) -> Check:
    free = shutil.disk_usage(root).free / 1e9
    return Check(
        name="disk",
        state="ok" if free > 1 else "note",
        found=f"{free:.1f} GB are free where the project is",
        advice="" if free > 1 else "an index and an adapter may not fit",
    )
