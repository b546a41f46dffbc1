"""The laws of a synthesizer. Subclass ``SynthesizerContract``, give it a fixture ``synthesizer``.

Override ``model`` as well where the synthesizer prompts one, and ``telling`` where it writes of other documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from steep.kinds import SynthesisRequest
from steep.testing.strategies import documents, laws
from steep.values import Block, Document, Passage

if TYPE_CHECKING:
    from steep.kinds import Model, Synthesizer
    from steep.values import Pair

__all__ = ["SynthesizerContract", "synthesis_request"]

_LAWS = laws(25)
_TELLING = (
    "# Harbor rules",
    "A mooring line is a rope that holds a ship at the quay.",
    "The harbor master inspects the crane every 6 months. The mooring fee is EUR 35.",
    "The keys are kept in the yellow locker. You must report a broken lock within two working days.",
)


def synthesis_request(*read: Document, seed: int = 0, model: Model | None = None) -> SynthesisRequest:
    """A request over documents, each of whose paragraphs is a passage."""
    held = tuple(passage for document in read for passage in _passages(document))
    return SynthesisRequest(documents=read, passages=held, count=50, seed=seed, model=model)


class SynthesizerContract:
    """Pairs of what a document tells, the same for the same seed; verbatim spans in passages; nothing from nothing."""

    @pytest.fixture
    def synthesizer(self) -> Synthesizer:
        raise NotImplementedError("override the fixture `synthesizer`")

    @pytest.fixture
    def model(self) -> Model | None:
        return None

    @pytest.fixture
    def telling(self) -> Document:
        """A document that the synthesizer finds something to ask in."""
        blocks, start = [], 0
        for piece in _TELLING:
            end = start + len(piece)
            heading = piece.startswith("#")
            blocks.append(Block(kind="heading" if heading else "paragraph", start=start, end=end, level=int(heading)))
            start = end + 2
        return Document(path="rules.md", title="Harbor rules", text="\n\n".join(_TELLING), blocks=tuple(blocks))

    def test_a_document_that_tells_something_gives_pairs_with_answers(
        self, synthesizer: Synthesizer, model: Model | None, telling: Document
    ) -> None:
        pairs = list(synthesizer.synthesize(synthesis_request(telling, model=model)))
        assert any(pair.answerable and pair.spans for pair in pairs), (
            "nothing was written of what the document tells; give the fixture `telling` one of which something is"
        )

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
