"""steep audit: whether the audit log is as it was written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from steep.cli.output import Folder, Group, Json, emit, project_folder, say
from steep.errors import Damaged, WorkspaceError

app = typer.Typer(
    cls=Group, rich_markup_mode=None, no_args_is_help=True, help="Check the log of the tracker `audit` for changes."
)

_FILE = ".steep/audit.jsonl"


@app.callback()
def audit() -> None:
    pass


@app.command()
def verify(
    file: Annotated[
        Path | None, typer.Argument(help="The log; by default that of the tracker `audit`.", show_default=False)
    ] = None,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Verify the chain of hashes from the first line to the last; names the first line that was changed.

    The hash of the last line is printed: noted somewhere else, it shows later whether lines at the end were taken out.
    """
    from steep.chain import verify as verify_chain

    log = file or _configured(folder)
    try:
        found = verify_chain(log)
    except OSError as error:
        raise WorkspaceError(f"{log} cannot be read ({error.strerror}); is there a [[tracker]] `audit`?") from None
    if found.broken is not None:
        raise Damaged(f"{log}, line {found.broken}: {found.why}. The {found.lines} lines before it are whole.")
    if json:
        emit({"file": log, "lines": found.lines, "last": found.last})
        return
    say(f"{log} is as it was written: {found.lines} lines, the last with the hash {found.last or 'of none'}.")


def _configured(folder: Path | None) -> Path:
    from steep.workspace.config import load_config
    from steep.workspace.places import FILE_NAME

    root = project_folder(folder)
    trackers = load_config(root / FILE_NAME).tracker
    options = next((each.options for each in trackers if each.use.rpartition(":")[2] == "audit"), {})
    return root / str(options.get("file", _FILE))
