"""steep ask: answer a question with citations, or hold a conversation."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from steep.cli.output import Folder, Json, emit, opened, out, say, warn
from steep.cli.printing import say_wrapped, stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from steep.flows.answer import Answerer, AnswerRequest
    from steep.values import Answer, Called, Message
    from steep.workspace.project import Project


def ask(
    text: Annotated[
        str | None,
        typer.Argument(help="The question; `-` reads it from stdin; none starts a conversation.", show_default=False),
    ] = None,
    profile: Annotated[
        str,
        typer.Option(
            "--profile",
            "-p",
            help="An arm (base, rag, tuned, both) or a profile; by default the best there is.",
            show_default=False,
        ),
    ] = "",
    confirm: Annotated[
        list[str] | None,
        typer.Option(
            "--confirm",
            help="The id of a call, from an earlier answer, that changes something and may be made now; repeatable.",
            show_default=False,
        ),
    ] = None,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Answer a question from the documents, with citations; say so where they do not hold the answer.

    Without --profile the router of steep.toml chooses; without one, the tuned adapter is used if there is one in
    production (`both`), else retrieval alone (`rag`). Where an agent wants to call a tool that changes something, a
    person at a terminal is asked; elsewhere --confirm says yes.
    """
    from steep.errors import QuestionError
    from steep.flows.answer import Answerer, AnswerRequest
    from steep.values import OPERATOR
    from steep.wire import answer_json

    if text == "" or (text is None and (json or not sys.stdin.isatty())):
        raise QuestionError('no question was asked; write it behind the command: steep ask "…"')
    question = sys.stdin.read() if text == "-" else text
    with opened(folder) as project:
        chosen = profile or default_profile(project)
        answerer = Answerer(project)
        if question is None:
            _converse(answerer, chosen, _confirmer(confirm or []))
            return
        request = AnswerRequest(
            question=question, profile=chosen, caller=OPERATOR, confirm=_confirmer(confirm or [], json=json)
        )
        if json:
            emit(answer_json(answerer.answer(request)))
        else:
            _told(answerer, request)
        warn_of_index(answerer)


def default_profile(project: Project) -> str:
    """`auto` where there is a router, `both` where an adapter is in production, else `rag`."""
    from steep.answering.profiles import AUTO

    if project.config.router is not None:
        return AUTO
    name = project.config.project.name
    return "both" if f"{name}@production" in project.adapters.aliases(name) else "rag"


def warn_of_index(answerer: Answerer) -> None:
    """Say it where the index that was sought in is not what it would be if it were made now."""
    if differs := answerer.outdated():
        warn(f"{differs}. Run `steep index`.")


def show(answer: Answer, *, shown: str = "") -> None:
    """An answer with its sources, for people; ``shown`` is what of its text stands there already."""
    from steep.answering.showing import NEAREST, nearest_places, place, stretch

    text = answer.refusal if answer.abstained else answer.text
    if answer.abstained and not shown:
        say_wrapped(text)
    elif text != shown:
        say(text.removeprefix(shown))
    elif shown:
        say("")
    for number, citation in enumerate(answer.citations, 1):
        say_wrapped(f"  [{number}] {place(citation)} ({stretch(citation)})", indent=4)
    if answer.confidence is not None and not answer.abstained:
        say(f"  confidence {answer.confidence:.0%}, by its own estimate; profile {answer.profile}")
    if places := nearest_places(answer):
        say(NEAREST)
        say_wrapped(*(f"  {each}" for each in places), indent=2)
    _show_steps(answer)
    if answer.note:
        warn(answer.note)
    for verdict in answer.verdicts:
        if verdict.action == "rewrite":  # the others are the refusal itself
            warn(f"{verdict.stage} guardrail {verdict.guardrail}: {verdict.action} ({verdict.reason})")


def _show_steps(answer: Answer) -> None:
    """Why the profile was chosen, and the tools that were called."""
    if answer.route:
        say(f"  {answer.profile}: {answer.route}")
    for call in answer.calls:
        say(f"  {call.name} {call.arguments}: {' '.join(call.result.split())[:80]}")


def _confirmer(ids: list[str], *, json: bool = False) -> Callable[[Called], bool]:
    """Says yes to the calls of these ids, and asks the person at the terminal, if there is one, about others."""

    def confirm(call: Called) -> bool:
        if call.id in ids or json or not sys.stdin.isatty():
            return call.id in ids
        warn(f"the answer wants to call `{call.name}`, which changes something, with {call.arguments}")
        return typer.confirm("Call it?", default=False, err=True)

    return confirm


def _told(answerer: Answerer, request: AnswerRequest) -> Answer:
    """Show an answer as it comes, where a person watches; what no longer stands at its end is said again."""
    from steep.flows.answer import Delta

    if not out().isatty():
        answer = answerer.answer(request)
        show(answer)
        return answer
    for step in answerer.stream(request):
        if isinstance(step, Delta):
            stream(step.text)
            continue
        if not step.answer.text.startswith(step.sent):
            say("", "This does not stand:")
            show(step.answer)
        else:
            show(step.answer, shown=step.sent)
        return step.answer
    raise AssertionError("a stream ends with an answer")


def _converse(answerer: Answerer, profile: str, confirm: Callable[[Called], bool]) -> None:
    from steep.errors import QuestionError
    from steep.flows.answer import AnswerRequest
    from steep.values import OPERATOR, Message

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
            answer = _told(
                answerer,
                AnswerRequest(question=question, history=history, profile=profile, caller=OPERATOR, confirm=confirm),
            )
        except QuestionError as error:
            warn(str(error))
            continue
        if not history:
            warn_of_index(answerer)
        history = (*history, Message(role="user", content=question), Message(role="assistant", content=answer.text))
