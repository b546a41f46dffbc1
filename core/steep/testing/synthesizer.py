"""The laws of a synthesizer. Subclass ``SynthesizerContract``, give it a fixture ``synthesizer``.

Override ``model`` as well where the synthesizer prompts one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from steep.kinds import SynthesisRequest
from steep.testing.strategies import documents, laws
from steep.values import Passage

if TYPE_CHECKING:
    from steep.kinds import Model, Synthesizer
    from steep.values import Document, Pair

__all__ = ["SynthesizerContract", "synthesis_request"]

_LAWS = laws(25)


def synthesis_request(*read: Document, seed: int = 0, model: Model | None = None) -> SynthesisRequest:
    """A request over documents, each of whose paragraphs is a passage."""
    held = tuple(passage for document in read for passage in _passages(document))
    return SynthesisRequest(documents=read, passages=held, count=50, seed=seed, model=model)


class SynthesizerContract:
    """The same pairs for the same seed; verbatim spans in given passages; nothing from nothing."""

    @pytest.fixture
    def synthesizer(self) -> Synthesizer:
        raise NotImplementedError("override the fixture `synthesizer`")

    @pytest.fixture
    def model(self) -> Model | None:
        return None

    @_LAWS
    @given(document=documents())
    def test_every_span_is_verbatim_and_lies_in_a_passage_of_the_pair(
        self, synthesizer: Synthesizer, model: Model | None, document: Document
    ) -> None:
        request = synthesis_request(document, model=model)
        given_passages = {passage.id: passage for passage in request.passages}
        for pair in synthesizer.synthesize(request):
            assert pair.passages
            assert set(pair.passages) <= set(given_passages)
            assert bool(pair.answer.strip()) == pair.answerable
            assert pair.question.strip() == pair.question != ""
            _check_spans(pair, document, [given_passages[each] for each in pair.passages])

    @_LAWS
    @given(document=documents())
    def test_the_same_seed_writes_the_same_pairs(
        self, synthesizer: Synthesizer, model: Model | None, document: Document
    ) -> None:
        request = synthesis_request(document, seed=7, model=model)
        assert list(synthesizer.synthesize(request)) == list(synthesizer.synthesize(request))

    def test_an_empty_request_gives_no_pairs(self, synthesizer: Synthesizer, model: Model | None) -> None:
        assert list(synthesizer.synthesize(synthesis_request(model=model))) == []

    def test_documents_without_passages_give_no_pairs(self, synthesizer: Synthesizer, model: Model | None) -> None:
        request = SynthesisRequest(documents=(), passages=(), count=5, seed=0, model=model)
        assert list(synthesizer.synthesize(request)) == []


def _check_spans(pair: Pair, document: Document, own: list[Passage]) -> None:
    for span in pair.spans:
        assert (span.document, span.version) == (document.id, document.version)
        assert document.text[span.start : span.end] == span.text != ""
        assert any(passage.start <= span.start and span.end <= passage.end for passage in own)


def _passages(document: Document) -> list[Passage]:
    made = []
    start = 0
    for piece in document.text.split("\n\n"):
        if piece.strip():
            made.append(
                Passage(
                    document=document.id,
                    version=document.version,
                    path=document.path,
                    title=document.title,
                    start=start,
                    end=start + len(piece),
                    text=piece,
                )
            )
        start += len(piece) + 2
    return made
