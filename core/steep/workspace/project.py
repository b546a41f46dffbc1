"""A project: a folder with steep.toml, opened.

It builds the configured parts when they are first asked for, and keeps them: a model is loaded once a process.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import filelock

from steep.errors import Busy, ConfigError, Damaged, NotIndexed, SteepError, WorkspaceError
from steep.hooks import Context, Plugins, Selection, held
from steep.kinds import quickly
from steep.validation import nearest
from steep.workspace.adapters import Adapters
from steep.workspace.answers import Answers
from steep.workspace.config import Config, load_config
from steep.workspace.conversations import Conversations
from steep.workspace.datasets import Datasets
from steep.workspace.documents import Documents
from steep.workspace.edits import Edits
from steep.workspace.generations import Generations
from steep.workspace.jobs import Jobs
from steep.workspace.keys import Keys
from steep.workspace.library import Library
from steep.workspace.places import FILE_NAME, STATE
from steep.workspace.reviews import Reviews
from steep.workspace.rollouts import Rollouts
from steep.workspace.runs import Runs
from steep.workspace.sections import GeneratorSpec, PartSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from steep.kinds import (
        Asked,
        Draft,
        Embedder,
        Generator,
        Index,
        Model,
        Retriever,
        Rewriter,
        Router,
        Tool,
        Tracker,
    )
    from steep.records.database import Database
    from steep.values import Answer, Event

log = logging.getLogger(__name__)


class Project:
    """An opened project; close it, or use it as a context manager.

    ``clock`` gives seconds since the epoch. ``anew`` begins empty records beside what is kept (for mending).
    """

    def __init__(
        self,
        *,
        folder: Path,
        config: Config,
        plugins: Plugins,
        clock: Callable[[], float] = time.time,
        anew: bool = False,
    ) -> None:
        self.folder = folder
        self.config = config
        self.plugins = plugins
        self.clock = clock
        self.state = folder / STATE
        self.records = open_records(self.state, config, anew=anew)
        self.documents = Documents(self.records)
        self.generations = Generations(self.records, self.state / "generations")
        self.datasets = Datasets(self.records, self.state / "datasets")
        self.adapters = Adapters(self.records, self.state / "adapters", tell=self.emit)
        self.rollouts = Rollouts(self.records, tell=self.emit)
        self.runs = Runs(self.records)
        self.answers = Answers(self.records)
        self.reviews = Reviews(self.records)
        self.conversations = Conversations(self.records)
        self.jobs = Jobs(self.records, self.state / "jobs")
        self.edits = Edits(self.records)
        self.keys = Keys(self.records)
        self._built: dict[str, Any] = {}
        self._followers: list[Tracker] = []
        self._lock = threading.RLock()

    @classmethod
    def open(cls, folder: Path, *, plugins: Plugins | None = None, clock: Callable[[], float] = time.time) -> Project:
        """Open the project in a folder; raises ConfigError for a wrong steep.toml."""
        config = load_config(folder / FILE_NAME)
        return cls(folder=folder, config=config, plugins=plugins or discover(folder, config), clock=clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.records.close()

    @contextmanager
    def writing(self, *, patience: float = 0) -> Iterator[None]:
        """Held by whoever writes generations, datasets or adapters: one writer at a time.

        Another one is waited for as many seconds as ``patience`` says.
        """
        with one_writer(self.state, patience=patience):
            yield

    def build(
        self,
        kind: str,
        spec: PartSpec,
        *,
        where: str = "",
        library: Library | None = None,
        answer: Callable[[Asked], Draft] | None = None,
    ) -> Any:
        """Build a part; ``where`` names its table in errors, ``answer`` lets the project's generator answer.

        One that does not come with steep is held to its contract.
        """
        place = f"{self.folder / FILE_NAME}, [{where or kind}]"
        keys, context = type(spec).model_fields.keys(), self.context(library, answer)
        part = self.plugins.build(kind, spec.use, spec.options, context, where=place, beside=keys)
        offered = self.plugins.find(kind, spec.use)
        return part if offered.origin.builtin else held(part, kind=kind, use=offered.qualified)

    def context(self, library: Library | None = None, answer: Callable[[Asked], Draft] | None = None) -> Context:
        return Context(
            seed=self.config.project.seed,
            device=self.config.project.device,
            project=self.folder,
            library=library,
            embedder=self.embedder,
            retriever=lambda: quickly(self.retriever(library or self.library())),
            answer=answer,
            model=self.model,
            answers=self.latest_answers,
        )

    def latest_answers(self, count: int) -> tuple[Answer, ...]:
        """So many of the answers that are kept, oldest first."""
        return tuple(each.answer for each in reversed(self.answers.newest(count)))

    def follow(self, tracker: Tracker) -> None:
        """Let one more tracker, beside those of steep.toml, see what happens from here on; an equal one is one."""
        if tracker not in self._followers:
            self._followers.append(tracker)

    def emit(self, event: Event) -> None:
        """Tell every tracker; what one raises is logged and stops nothing."""
        for tracker in (*self._trackers(), *self._followers):
            try:
                tracker.saw(event)
            except SteepError as error:  # it names the tracker
                log.warning("%s", error)
            except Exception as error:
                log.warning("the tracker %s failed: %r", type(tracker).__name__, error)

    def _trackers(self) -> tuple[Tracker, ...]:
        specs = self.config.tracker
        return self._once("trackers", lambda: tuple(self.build("tracker", spec) for spec in specs))  # type: ignore[no-any-return]

    def embedder(self) -> Embedder:
        return self._once("embedder", lambda: self.build("embedder", self.config.embedder))  # type: ignore[no-any-return]

    def generator(self, name: str = "") -> Generator:
        """The generator of [generator], or one of [generator.NAME]; a plain part's name stands for its defaults."""
        spec = self.config.generator_named(name) or GeneratorSpec(use=name)
        where = f"generator.{name}" if name in self.config.generator.further else "generator"
        return self._once(f"generator {spec!r}", lambda: self.build("generator", spec, where=where))  # type: ignore[no-any-return]

    def model(self, name: str) -> Model:
        """The model of [model.NAME]; raises ConfigError where there is none of that name."""
        if name not in self.config.model:
            raise ConfigError(
                f"{self.folder / FILE_NAME} has no [model.{name}]; {nearest(name, self.config.model)}. "
                'Add the table, with `use = "…"` for what runs it (`steep plugins list model`).'
            )
        spec = self.config.model[name]
        return self._once(f"model {name}", lambda: self.build("model", spec, where=f"model.{name}"))  # type: ignore[no-any-return]

    def rewriters(self) -> tuple[Rewriter, ...]:
        """Those that steep.toml names, in its order."""
        return self._once(  # type: ignore[no-any-return]
            "rewriters", lambda: tuple(self.build("rewriter", spec) for spec in self.config.rewriter)
        )

    def tool(self, name: str) -> Tool:
        """The tool of [tool.NAME]; raises ConfigError where there is none of that name."""
        if name not in self.config.tool:
            raise ConfigError(f"{self.folder / FILE_NAME} has no [tool.{name}]; {nearest(name, self.config.tool)}.")
        spec = self.config.tool[name]
        return self._once(f"tool {name}", lambda: self.build("tool", spec, where=f"tool.{name}"))  # type: ignore[no-any-return]

    def router(self) -> Router:
        """The router of [router]; raises ConfigError where there is none."""
        spec = self.config.router
        if spec is None:
            raise ConfigError(f'{self.folder / FILE_NAME} has no [router]; add the table, with `use = "…"`.')
        return self._once("router", lambda: self.build("router", spec))  # type: ignore[no-any-return]

    def index(self, name: str) -> Index:
        spec = self.config.index[name]
        return self._once(f"index {name}", lambda: self.build("index", spec, where=f"index.{name}"))  # type: ignore[no-any-return]

    def retriever(self, library: Library, spec: PartSpec | None = None) -> Retriever:
        return self.build("retriever", spec or self.config.retriever, library=library)  # type: ignore[no-any-return]

    def library(self) -> Library:
        """The current generation, opened; raises NotIndexed or Damaged."""
        generation = self.generations.current()
        if generation is None:
            raise NotIndexed(f"nothing has been indexed in {self.folder} yet; run `steep index` first.")
        damage = self.generations.damage(generation.number)
        if damage:
            raise Damaged(f"the index is damaged: {damage}. Run `steep index`: it rebuilds it, and loses nothing.")
        folder = self.generations.folder(generation.number)
        present = [name for name in self.config.index if (folder / name).is_dir()]
        return Library(
            generation=generation,
            splitter=self.generations.splitter(generation.number),
            versions=self.generations.members(generation.number),
            documents=self.documents,
            indexes={name: self.index(name).open(folder / name) for name in present},
            embedder=self.embedder,
            damage=lambda: self.generations.damage(generation.number, thorough=True),
        )

    def _once(self, key: str, build: Callable[[], Any]) -> Any:
        with self._lock:
            if key not in self._built:
                self._built[key] = build()
            return self._built[key]


def open_records(state: Path, config: Config, *, anew: bool = False) -> Database:
    """The records of a project; where nobody may write in .steep, so that they can be read."""
    from steep.records.database import Database

    read_only = state.is_dir() and not os.access(state, os.W_OK)
    if not read_only:
        make_state(state)
    return Database(state, url=config.project.records, anew=anew, read_only=read_only)


def make_state(state: Path) -> None:
    """Make the folder for what is made: for its owner's eyes alone, and out of version control's sight."""
    try:
        if not state.is_dir():
            state.mkdir(mode=0o700)
        ignore = state / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", "utf-8")
    except OSError as error:
        raise WorkspaceError(
            f"{state} cannot be made ({error.strerror}); check the permissions, and the space on the disk."
        ) from error


@contextmanager
def one_writer(state: Path, *, patience: float = 0) -> Iterator[None]:
    """Held while something is written in .steep; raises WorkspaceError when another process holds it."""
    lock = filelock.FileLock(state / "lock")
    try:
        lock.acquire(timeout=patience)
    except filelock.Timeout:
        raise Busy(f"another steep process is writing in {state}; wait until it has ended and try again.") from None
    except OSError as error:
        raise WorkspaceError(f"{state} cannot be written ({error.strerror}); check the permissions.") from error
    try:
        yield
    finally:
        lock.release()


def discover(folder: Path, config: Config) -> Plugins:
    """The plugins that a config admits."""
    selection = Selection.from_environment(disabled=config.plugins.disabled, allow=config.plugins.allow)
    files = [str(folder / file) for file in config.plugins.files]
    return Plugins.discover(selection, files=files)
