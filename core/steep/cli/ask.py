"""steep ask: answer a question with citations, or hold a conversation."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from steep.cli.output import Folder, Json, emit, opened, say, warn
from steep.values import OPERATOR

if TYPE_CHECKING:
    from steep.flows.answer import Answerer
    from steep.values import Answer, Message


def ask(
    text: Annotated[
        str, typer.Argument(help="The question; `-` reads it from stdin; none starts a conversation.")
    ] = "",
    profile: Annotated[
        str,
        typer.Option(
            "--profile",
            "-p",
            help="An arm (base, rag, tuned, both) or a profile; by default the best there is.",
            show_default=False,
        ),
    ] = "",
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Answer a question from the documents, with citations; say so where they do not hold the answer.

    Without --profile the tuned adapter is used if there is one in production (`both`), else retrieval alone (`rag`).
    """
    from steep.errors import QuestionError
    from steep.flows.answer import Answerer, AnswerRequest
    from steep.wire import answer_json

    if not text and (json or not sys.stdin.isatty()):
        raise QuestionError('no question was asked; write it behind the command: steep ask "…"')
    question = sys.stdin.read() if text == "-" else text
    with opened(folder) as project:
        chosen = profile or default_profile(project)
        answerer = Answerer(project)
        if not question:
            _converse(answerer, chosen)
            return
        answer = answerer.answer(AnswerRequest(question=question, profile=chosen, caller=OPERATOR))
    if json:
        emit(answer_json(answer))
        return
    show(answer)


def default_profile(project: object) -> str:
    """`both` where an adapter is in production, else `rag`."""
    from steep.workspace.project import Project

    assert isinstance(project, Project)
    name = project.config.project.name
    return "both" if f"{name}@production" in project.adapters.aliases(name) else "rag"


def show(answer: Answer) -> None:
    """An answer with its sources, for people."""
    say(answer.refusal if answer.abstained else answer.text)
    for number, citation in enumerate(answer.citations, 1):
        page = f", page {citation.page}" if citation.page else ""
        above = f" · {' › '.join(citation.heading)}" if citation.heading else ""
        say(f"  [{number}] {citation.path}{page}{above} ({citation.start}–{citation.end})")
    if answer.confidence is not None and not answer.abstained:
        say(f"  confidence {answer.confidence:.0%}, {answer.profile}")
    for verdict in answer.verdicts:
        if verdict.action == "rewrite":  # the others are the refusal itself
            warn(f"{verdict.stage} guardrail {verdict.guardrail}: {verdict.action} ({verdict.reason})")


def _converse(answerer: Answerer, profile: str) -> None:
    from steep.errors import QuestionError
    from steep.flows.answer import AnswerRequest
    from steep.values import Message

    say(f"Ask about the documents ({profile}); an empty line ends.")
    history: tuple[Message, ...] = ()
    while True:
        try:
            question = input("> ").strip()
        except EOFError:
            return
        if not question:
            return
        try:
            answer = answerer.answer(
                AnswerRequest(question=question, history=history, profile=profile, caller=OPERATOR)
            )
        except QuestionError as error:
            warn(str(error))
            continue
        show(answer)
        history = (*history, Message(role="user", content=question), Message(role="assistant", content=answer.text))
