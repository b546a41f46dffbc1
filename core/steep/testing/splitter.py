"""The laws of a splitter. Subclass ``SplitterContract``, give it a fixture ``splitter``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from steep.testing.strategies import documents, laws, odd_texts
from steep.values import Document

if TYPE_CHECKING:
    from steep.kinds import Splitter
    from steep.values import Passage

__all__ = ["SplitterContract"]

_LAWS = laws(20)


class SplitterContract:
    """Passages are exact stretches of the document, and nothing readable falls between them."""

    @pytest.fixture
    def splitter(self) -> Splitter:
        raise NotImplementedError("override the fixture `splitter`")

    @_LAWS
    @given(document=documents())
    def test_passages_are_exact_spans(self, splitter: Splitter, document: Document) -> None:
        _check(splitter.split(document), document)

    @_LAWS
    @given(text=odd_texts())
    def test_a_document_without_blocks_is_split_too(self, splitter: Splitter, text: str) -> None:
        document = Document(path="odd.txt", text=text, title="odd")
        passages = splitter.split(document)
        _check(passages, document)
        assert not any(character.isalnum() for character in text) or passages

    @_LAWS
    @given(document=documents())
    def test_nothing_readable_is_lost(self, splitter: Splitter, document: Document) -> None:
        passages = splitter.split(document)
        covered = {offset for passage in passages for offset in range(passage.start, passage.end)}
        for block in document.blocks:
            if block.kind == "heading":
                continue  # a heading is in the passages' heading path
            for offset in range(block.start, block.end):
                assert offset in covered or not document.text[offset].isalnum(), document.text[block.start : block.end]

    @_LAWS
    @given(document=documents())
    def test_no_passage_crosses_a_heading(self, splitter: Splitter, document: Document) -> None:
        headings = [block for block in document.blocks if block.kind == "heading"]
        for passage in splitter.split(document):
            for heading in headings:
                inside = passage.start <= heading.start and heading.end <= passage.end
                assert not inside or (passage.start, passage.end) == (heading.start, heading.end)

    @_LAWS
    @given(document=documents())
    def test_the_same_document_is_split_alike(self, splitter: Splitter, document: Document) -> None:
        assert splitter.split(document) == splitter.split(document)
        assert splitter.fingerprint == splitter.fingerprint

    def test_an_empty_document_has_no_passages(self, splitter: Splitter) -> None:
        assert splitter.split(Document(path="empty.md", text="", title="empty")) == ()


def _check(passages: tuple[Passage, ...], document: Document) -> None:
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.text.strip() == passage.text != ""
        assert (passage.document, passage.version) == (document.id, document.version)
        assert (passage.path, passage.title) == (document.path, document.title)
        assert passage.page == document.page_at(passage.start)
    assert [passage.start for passage in passages] == sorted(passage.start for passage in passages)
    assert len({passage.id for passage in passages}) == len(passages)
