"""steep jobs: the runs that a server started, as the service shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from steep.cli.output import Folder, Group, Json, emit, opened, say, table

app = typer.Typer(
    cls=Group,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="List the runs that a server started, look at one, stop it.",
)

JobId = Annotated[str, typer.Argument(metavar="ID", help="As `steep jobs list` shows it.")]


@app.command("list")
def list_jobs(
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """List jobs, newest first, with what became of them."""
    from steep.flows.jobs import Starter, job_json

    with opened(folder) as project:
        found = Starter(project).newest(limit)
        if json:
            emit({"jobs": [job_json(project, job) for job in found]})
            return
    table(
        "jobs",
        ("id", "when", "kind", "state", "by"),
        [(j.id, _when(j.created), j.kind, j.state, j.caller) for j in found],
    )


@app.command()
def show(identity: JobId, folder: Folder = None, json: Json = False) -> None:
    """Show a job: its state, its last step, and why it failed if it did."""
    from steep.flows.jobs import Starter, job_json

    with opened(folder) as project:
        told = job_json(project, Starter(project).found(identity))
    if json:
        emit(told)
        return
    step = told["progress"] or {}
    of = f" of {step['total']}" if step.get("total") else ""
    say(f"{told['id']}: {told['kind']}, {told['state']}, started by {told['caller']} on {_when(told['created'])}")
    say(*([f"  {step['stage']}: {step['done']}{of} {step['note']}".rstrip()] if step else []))
    say(*([f"  {told['message']}"] if told["message"] else []))


@app.command()
def log(identity: JobId, folder: Folder = None, json: Json = False) -> None:
    """Print the end of what a job's process wrote."""
    from steep.flows.jobs import Starter

    with opened(folder) as project:
        job = Starter(project).found(identity)
        written = project.jobs.log(job.id, most=1_000_000).rstrip()
        if json:
            emit({"job": job.id, "log": written})
        else:
            say(written)


@app.command()
def stop(
    identity: JobId,
    kill: Annotated[bool, typer.Option("--kill", help="End it at once, whatever it is at.")] = False,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Ask a job to stop, as Ctrl-C does; started again, it resumes."""
    from steep.flows.jobs import Starter, job_json

    with opened(folder) as project:
        told = job_json(project, Starter(project).stop(identity, kill=kill))
    if json:
        emit(told)
        return
    say(f"{told['id']} was asked to stop." if told["at_work"] else f"{told['id']}: {told['state']}.")


@app.command(hidden=True)
def work(identity: JobId, folder: Folder = None) -> None:
    """Do the work of a job that was started: what its process runs."""
    from steep.cli.output import Lines
    from steep.flows.perform import perform

    with opened(folder) as project:
        perform(project, identity, progress=Lines().show)


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
