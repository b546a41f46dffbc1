"""The laws of a reader. Subclass ``ReaderContract``, give it the fixtures ``reader`` and ``sample``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.errors import SourceError
from steep.kinds import Source
from steep.testing.strategies import laws

if TYPE_CHECKING:
    from steep.kinds import Reader
    from steep.values import Document

__all__ = ["ReaderContract", "check_document"]

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\r]")
_LAWS = laws(20)


def check_document(document: Document, path: str) -> None:
    """What holds for every document that a reader returns."""
    assert document.path == path
    assert document.text.strip()
    assert document.title.strip()
    assert not _CONTROL.search(document.text)
    position = 0
    for block in document.blocks:
        assert position <= block.start < block.end <= len(document.text), block
        piece = document.text[block.start : block.end]
        assert piece.strip()
        assert not piece.endswith("\n"), piece
        assert (1 <= block.level <= 6) if block.kind == "heading" else block.level >= 0
        position = block.end
    assert list(document.pages) == sorted(document.pages)
    assert not document.pages or (document.pages[0] == 0 and document.pages[-1] <= len(document.text))


class ReaderContract:
    """``sample`` is a good file of the format, and words that must be found in it."""

    @pytest.fixture
    def reader(self) -> Reader:
        raise NotImplementedError("override the fixture `reader`")

    @pytest.fixture
    def sample(self) -> tuple[Source, tuple[str, ...]]:
        raise NotImplementedError("override the fixture `sample`: a Source, and words that stand in it")

    def test_reads_its_sample(self, reader: Reader, sample: tuple[Source, tuple[str, ...]]) -> None:
        source, words = sample
        document = reader.read(source)
        check_document(document, source.path)
        for word in words:
            assert word in document.text

    def test_the_words_stand_in_blocks(self, reader: Reader, sample: tuple[Source, tuple[str, ...]]) -> None:
        source, words = sample
        document = reader.read(source)
        for word in words:
            start = document.text.index(word)
            assert any(block.start <= start and start + len(word) <= block.end for block in document.blocks), word

    def test_the_same_bytes_give_the_same_version(self, reader: Reader, sample: tuple[Source, tuple[str, ...]]) -> None:
        source, _ = sample
        assert reader.read(source) == reader.read(source)
        assert reader.read(source).version == reader.read(source).version

    def test_an_empty_file_is_an_error_that_names_it(
        self, reader: Reader, sample: tuple[Source, tuple[str, ...]]
    ) -> None:
        path = sample[0].path
        with pytest.raises(SourceError, match=re.escape(path)) as caught:
            reader.read(Source(path=path, data=b""))
        assert caught.value.path == path

    @_LAWS
    @given(data=st.binary(max_size=300))
    def test_any_bytes_are_read_or_refused(
        self, reader: Reader, sample: tuple[Source, tuple[str, ...]], data: bytes
    ) -> None:
        _read_or_refuse(reader, Source(path=sample[0].path, data=data))

    @_LAWS
    @given(share=st.floats(0, 1), flip=st.integers(0, 255))
    def test_a_damaged_sample_is_read_or_refused(
        self, reader: Reader, sample: tuple[Source, tuple[str, ...]], share: float, flip: int
    ) -> None:
        source, _ = sample
        cut = int(share * len(source.data))
        _read_or_refuse(reader, Source(path=source.path, data=source.data[:cut]))
        _read_or_refuse(
            reader, Source(path=source.path, data=source.data[:cut] + bytes([flip]) + source.data[cut + 1 :])
        )


def _read_or_refuse(reader: Reader, source: Source) -> None:
    refusal = None
    try:
        check_document(reader.read(source), source.path)
    except SourceError as error:
        refusal = error
    assert refusal is None or (refusal.path == source.path and source.path in str(refusal))
