"""steep search: what retrieval finds, without an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from steep.cli.output import Folder, Json, emit, opened, say
from steep.cli.printing import say_wrapped

if TYPE_CHECKING:
    from steep.values import Passage


def search(
    text: Annotated[str, typer.Argument(help="What to look for.")],
    k: Annotated[int, typer.Option("-k", min=1, help="How many passages.")] = 5,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Show the passages that a question finds, best first, with where they stand.

    The score in brackets says how near the best passage comes to the question, and how the others compare with it;
    it does not say whether one of them holds an answer.
    """
    from steep.answering.showing import place
    from steep.cli.ask import warn_of_index
    from steep.flows.answer import Answerer, SearchRequest
    from steep.values import OPERATOR
    from steep.wire import search_json

    with opened(folder) as project:
        answerer = Answerer(project)
        found = answerer.search(SearchRequest(question=text, k=k, caller=OPERATOR))
        warn_of_index(answerer)
    if json:
        emit(search_json(text, found.hits, found.generation))
        return
    if not found.hits:
        say("Nothing was found.")
    for hit in found.hits:
        passage = hit.passage
        say_wrapped(f"[{hit.rank}] {place(passage)}  ({hit.score:.3f})", indent=4)
        say_wrapped(*(f"    {line}" for line in excerpt(passage)))
        if hit.also:
            say(f"    The same: {', '.join(dict.fromkeys(each.path for each in hit.also))}")
        say("")


def excerpt(passage: Passage, limit: int = 300) -> list[str]:
    """The beginning of a passage as it is laid out: a line a paragraph, an item and a row."""
    from steep.values import blocks_in

    lines: list[str] = []
    for block in blocks_in(passage) or (None,):
        words = " ".join((passage.text[block.start : block.end] if block else passage.text).split())
        room = limit - sum(map(len, lines))
        if len(words) > room:
            return [*lines, words[: room - 1] + "…"] if room > 20 or not lines else [*lines[:-1], f"{lines[-1]} …"]
        lines += [words] if words else []
    return lines
