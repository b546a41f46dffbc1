"""What every command shares: options, JSON or words on stdout, messages and progress on stderr.

With --json a command prints exactly one JSON object on stdout, also when it fails: then it is {"error": …}.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from steep.cli.printing import emit as emit
from steep.cli.printing import out as out
from steep.cli.printing import results_alone
from steep.cli.printing import say as say
from steep.cli.printing import warn as warn
from steep.errors import SteepError, WorkspaceError
from steep.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rich.console import Console

    from steep.kinds import Progress
    from steep.workspace.project import Project

# what a wrong command line raises; newer typers carry a click of their own, so it is taken from typer
_USAGE: type[Exception] = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--project",
        "-C",
        help="The project's folder; by default the nearest one with a steep.toml.",
        show_default=False,
    ),
]


HELD_OUT = (
    "these questions were written by the synthesizer, from documents it did not train on; name a file of your own "
    "under [measure] questions for a verdict you can rely on."
)


class Group(TyperGroup):
    """A command group that prints what is raised as one sentence, with an exit code that tells which error it was.

    What steep does not raise on purpose is a defect; STEEP_DEBUG=1 shows where, and where a plugin failed.
    """

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The commands under the headings that they were given, in the order in which they were added."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                heading = getattr(command, "rich_help_panel", None)
                shown = heading if isinstance(heading, str) else "Commands"
                sections.setdefault(shown, []).append((name, command.get_short_help_str(limit=120)))
        for heading, rows in sections.items():
            with formatter.section(heading):
                formatter.write_dl(rows)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except SteepError as error:
            if os.environ.get("STEEP_DEBUG") and error.__cause__ is not None:
                traceback.print_exception(error)
            raise typer.Exit(report(str(error), kind=type(error).__name__, code=error.exit_code)) from error
        except KeyboardInterrupt:
            stopped = "stopped; nothing that was finished is lost, and the same command goes on from there."
            raise typer.Exit(report(stopped, kind="Interrupted", code=130)) from None
        except _USAGE as error:
            raise typer.Exit(_report_usage(error)) from error
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("STEEP_DEBUG"):
                raise
            raise typer.Exit(_report_defect(error)) from error


def report(message: str, *, kind: str, code: int) -> int:
    """Print an error on stderr, and as JSON on stdout where --json was asked for; returns the exit code."""
    if "--json" in sys.argv:
        emit({"error": {"type": kind, "message": message, "exit_code": code}})
    warn(message)
    return code


def _report_usage(error: Any) -> int:
    """A wrong command line, as typer shows it, and as JSON where that was asked for."""
    if "--json" in sys.argv:
        emit({"error": {"type": "UsageError", "message": error.format_message(), "exit_code": error.exit_code}})
    error.show()
    return int(error.exit_code)


def _report_defect(error: Exception) -> int:
    what = f"{type(error).__name__}: {error}"
    if isinstance(error, OSError):
        from steep.workspace.durable import mending

        advice = f"{mending(error).capitalize()} and run the command again."
        return report(f"the system refused: {what}. {advice}", kind=type(error).__name__, code=WorkspaceError.exit_code)
    advice = "This is a defect of steep or of a plugin; STEEP_DEBUG=1 shows where it is."
    return report(f"unexpected {what}. {advice}", kind=type(error).__name__, code=SteepError.exit_code)


def warn_of_index(project: Project) -> str:
    """Say it before long work where the index is not what it would be if it were made now; the line, "" for none."""
    from steep.indexing.making import outdated_line

    if line := outdated_line(project):
        warn(line)
    return line


def table(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """A small table on stdout."""
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*columns, title=title, title_justify="left", title_style="bold", box=None, header_style="dim")
    for row in rows:
        drawn.add_row(*map(Text, row))  # as it stands: a bracket is no markup
    console().print(drawn)


def console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(file=None if stderr else out(), stderr=stderr, highlight=False)


def project_folder(folder: Path | None) -> Path:
    """The folder that was named, or the nearest one with a steep.toml; raises ConfigError where there is none."""
    from steep.workspace.places import find_project

    return folder.resolve() if folder else find_project(Path.cwd())


@contextmanager
def opened(folder: Path | None) -> Iterator[Project]:
    """The project that the command is about, closed at the end."""
    from steep.workspace.project import Project

    with results_alone(), Project.open(project_folder(folder)) as project:
        yield project


@contextmanager
def progress_bars() -> Iterator[Callable[[Progress], None]]:
    """Bars with time left on stderr, one a stage; where that is no terminal, a line every ten seconds."""
    target = console(stderr=True)
    if not target.is_terminal:
        yield Lines().show
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:>12}"),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", style="dim"),
    )
    with Progress(*columns, console=target, transient=False) as bars:
        tasks: dict[str, Any] = {}

        def show(step: Any) -> None:
            if step.stage not in tasks:
                tasks[step.stage] = bars.add_task(step.stage, total=step.total, note="")
            if step.stays:
                bars.console.print(f"{step.stage}: {step.note}", style="dim")
            note = step.note if len(step.note) <= 48 else f"…{step.note[-47:]}"
            bars.update(tasks[step.stage], completed=step.done, total=step.total, note=note)

        yield show


class Lines:
    """Progress for a log: the first step of a stage that takes longer, then one every ``every`` seconds.

    What is to stay is said at once. ``clock`` gives seconds from any beginning.
    """

    def __init__(self, *, every: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._every = every
        self._clock = clock
        self._last = clock()

    def show(self, step: Progress) -> None:
        now = self._clock()
        if now - self._last < self._every and not step.stays:
            return
        self._last = now
        of = f" of {step.total}" if step.total is not None else ""
        note = f", {step.note}" if step.note else ""
        warn(f"{step.stage}: {step.done}{of}{note}")


def name_skipped(skipped: Sequence[str], shown: int = 3) -> None:
    """Warn about lines of a question file that were not asked: the first few by name, the others by number."""
    for line in skipped[:shown]:
        warn(f"not asked: {line}")
    if len(skipped) > shown:
        warn(f"{counted(len(skipped) - shown, 'more line')} could not be asked; the report names all.")


def name_failures(failed: Mapping[str, str]) -> None:
    """Name each file that could not be read, on stderr."""
    for path, reason in sorted(failed.items()):
        warn(reason if reason.startswith(path) else f"{path} {reason}")
