"""The program that counts written pairs: it measures what the model is asked for, and nothing that was not asked."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from steep.hooks import Context, Plugins
from steep.kinds import Ask, Piece
from steep.values import Message

sys.path.append(str(Path(__file__).parent))  # the programs import one another, as they do when they are run
asking = import_module("asking")


class Twice:
    """Replies in two pieces, and takes its time."""

    digest, context = "twice", 100

    def chat(self, asks):
        for number, ask in enumerate(asks):
            spent(0.02)
            yield Piece(text=ask.messages[0].content, ask=number)
            yield Piece(ask=number, end="stop", prompt_tokens=7, tokens=3)


def spent(seconds):
    begun = asking.time.process_time()
    while asking.time.process_time() - begun < seconds:
        pass


def test_prompts_tokens_and_the_processors_seconds_are_counted():
    watched = asking.Watched(Twice())
    asks = [Ask(messages=(Message(role="user", content=text),), max_tokens=4) for text in ("One?", "Two?")]
    pieces = list(watched.chat(asks))
    assert [piece.text for piece in pieces if piece.text] == ["One?", "Two?"]
    assert (watched.asked, watched.tokens, watched.prompts) == (2, 6, [7, 7])
    assert watched.reading >= 0.02  # what the first piece took
    assert watched.writing >= 0.02  # and the second reply


def test_the_starters_manuals_have_enough_to_be_asked():
    documents = list(asking.documents_of(asking.MANUALS, Plugins.discover(), Context(seed=0)))
    assert len(documents) > 100
