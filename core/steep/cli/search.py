"""steep search: what retrieval finds, without an answer."""

from __future__ import annotations

from typing import Annotated

import typer

from steep.cli.output import Folder, Json, emit, opened, say


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
        page = f", page {passage.page}" if passage.page else ""
        above = f" · {' › '.join(passage.heading)}" if passage.heading else ""
        say(f"[{hit.rank}] {passage.path}{page}{above}  ({hit.score:.3f})", f"    {_shortened(passage.text)}")
        if hit.also:
            say(f"    The same: {', '.join(dict.fromkeys(each.path for each in hit.also))}")
        say("")


def _shortened(text: str, limit: int = 300) -> str:
    words = " ".join(text.split())
    return words if len(words) <= limit else words[: limit - 1] + "…"
