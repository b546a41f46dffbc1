"""steep run: the main job, from documents to a measured assistant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from steep.cli.output import (
    HELD_OUT,
    Folder,
    Json,
    console,
    emit,
    name_failures,
    name_skipped,
    opened,
    progress_bars,
    say,
    warn,
)
from steep.wording import counted, page_name

if TYPE_CHECKING:
    from collections.abc import Mapping


def run(
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew instead of resuming an unfinished run.")] = False,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Index, synthesize, tune and measure: ends with the arms' table, the verdict, the report and some answers.

    Killed or stopped at any point, the same command goes on where it was.
    """
    from steep.flows.run import run as run_all
    from steep.measuring.report import PAGE
    from steep.report.table import terminal_table

    with opened(folder) as project, progress_bars() as progress:
        summary = run_all(project, progress=progress, fresh=fresh)
        page = project.folder / summary.report.folder / PAGE
    name_failures(summary.steps["index"].get("failed", {}))
    name_skipped(summary.report.skipped)
    if json:
        emit({**summary.to_json(), "page": str(page)})
        return
    if summary.resumed:
        say(f"Resumed run {summary.run}: {', '.join(summary.resumed)} had been done.")
    _steps(summary.steps)
    console().print(terminal_table(summary.report))
    say(summary.report.verdict.sentence)
    if summary.synthetic:
        warn(HELD_OUT)
    say(f"Report: {page}", "")
    if summary.answers:
        say("Some of your questions, those with the surest answers first:", "")
    for answer in summary.answers:
        _show(answer)


def _steps(steps: Mapping[str, Mapping[str, Any]]) -> None:
    index, pairs, tune = steps["index"], steps["synthesize"], steps["tune"]
    say(
        f"index       {counted(index['documents'], 'document')}, {counted(index['passages'], 'passage')}"
        + (f", {counted(len(index['failed']), 'file')} could not be read" if index["failed"] else ""),
        f"synthesize  {counted(pairs['kept'], 'pair')} kept of {pairs['written']} written ({pairs['asked']} asked)",
        f"tune        held-out score {tune['score_before']:.3f} → {tune['score_after']:.3f}, "
        f"{'promoted' if tune['promoted'] else 'not promoted'}: {tune['decision']}",
        "",
    )
    shortfall = [pairs["shortfall"]] if pairs["shortfall"] else []
    for line in (*pairs["notes"], *shortfall, *tune["warnings"]):
        warn(line)


def _show(answer: Mapping[str, Any]) -> None:
    say(f"Q: {answer['question']}", f"A: {answer['refusal'] if answer['abstained'] else answer['answer']}")
    for number, citation in enumerate(answer["citations"], 1):
        page = f", {page_name(citation['path'], citation['page'])}" if citation["page"] else ""
        above = f" · {' › '.join(citation['heading'])}" if citation["heading"] else ""
        say(f"   [{number}] {citation['path']}{page}{above}")
    say("")
