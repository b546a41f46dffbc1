"""Where all of a list is asked for and a model says an item of it, the whole list is said, as it stands in the passage.

A model that was taught to answer in few words stops at the first step; what a list is, its passage knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.kinds import Abstain, Said
from steep.prompts import MARKER, markers
from steep_plugins.generators.reader.composing import whole_list
from steep_plugins.generators.reader.reading import Text
from steep_plugins.generators.supported import claims
from steep_plugins.languages.en.questions import wants_several, wants_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Asked, Saying

__all__ = ["completed"]


def completed(sayings: Iterator[Saying], asked: Asked) -> Iterator[Saying]:
    """The sayings; in place of a part of a list that is asked for, all of it, with the passage's number behind each."""
    if not (wants_several(asked.question) or wants_steps(asked.question)):
        yield from sayings
        return
    held = list(sayings)
    text = "".join(each.text for each in held if isinstance(each, Said))
    whole = None if any(isinstance(each, Abstain) for each in held) else _whole(text, asked)
    if whole is None:
        yield from held
        return
    yield Said(text=whole)
    yield from (each for each in held if not isinstance(each, Said))


def _whole(text: str, asked: Asked) -> str | None:
    """The list of which the text says a part, of a passage that it cites; None where it says none."""
    said = [" ".join(MARKER.sub(" ", text[start:end]).split()).lstrip("-*• ") for start, end in claims(text)]
    for number in markers(text):
        if not 1 <= number <= len(asked.hits):
            continue
        passage = asked.hits[number - 1].passage
        shown = Text.of(passage, barred=tuple(asked.barred.get(passage.id, ())))
        for each in said:
            start = shown.text.casefold().find(each.strip(" .").casefold()) if each.strip(" .") else -1
            found = whole_list(asked.question, shown, (start, start + len(each.strip(" .")))) if start >= 0 else None
            if found is not None:
                return "\n".join(f"{line} [{number}]" for line in found.text.splitlines())
    return None
