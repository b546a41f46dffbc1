"""steep documents: what was read of each file, as the rest of steep sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from steep.cli.output import Folder, Group, Json, emit, opened, say, table
from steep.wire import document_json
from steep.wording import counted

if TYPE_CHECKING:
    from steep.values import Document

app = typer.Typer(
    cls=Group,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Show what was read of each document, and how it was cut.",
)

DocumentPath = Annotated[str, typer.Argument(metavar="PATH", help="As `steep documents list` shows it.")]


@app.command("list")
def list_documents(folder: Folder = None, json: Json = False) -> None:
    """List the indexed documents, and the files that could not be read."""
    from steep.flows.documents import listed
    from steep.values import OPERATOR

    with opened(folder) as project:
        found = listed(project, OPERATOR)
    if json:
        emit(found)
        return
    table(
        "documents",
        ("path", "title", "passages"),
        ((row.path, row.title, str(row.passages)) for row in found.documents),
    )
    for path, reason in found.failed.items():
        say(reason if reason.startswith(path) else f"{path}: {reason}")


@app.command()
def show(path: DocumentPath, folder: Folder = None, json: Json = False) -> None:
    """Show a document as it was read: its text with the kind of each block, and the passages that it was cut into.

    With --json, every block and passage comes with its character offsets into the text.
    """
    from steep.flows.documents import shown
    from steep.values import OPERATOR

    with opened(folder) as project:
        document, passages = shown(project, path, OPERATOR)
    if json:
        emit(document_json(document, passages))
        return
    say(f"{document.path}: {document.title}", "")
    for block in document.blocks:
        level = f" {block.level}" if block.level else ""
        say(f"{block.kind + level:<11}  {_first_words(document.text[block.start : block.end])}")
    for reason, words in _left_out(document).items():
        say(f"left out     {counted(len(words), 'word')} ({reason}): {_first_words(' '.join(words))}")
    say("")
    for number, passage in enumerate(passages, start=1):
        above = " › ".join(passage.heading)
        lead = f" (after: {_first_words(passage.lead, 60)})" if passage.lead else ""
        say(f"[{number}] {passage.start} to {passage.end}  {above}{lead}")


def _left_out(document: Document) -> dict[str, list[str]]:
    """The words of the file that are not in the text, by reason."""
    found: dict[str, list[str]] = {}
    for each in document.left_out:
        found.setdefault(each.reason, []).extend(each.text.split())
    return found


def _first_words(text: str, limit: int = 100) -> str:
    words = " ".join(text.split())
    return words if len(words) <= limit else words[: limit - 1] + "…"
