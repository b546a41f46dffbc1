"""The splitter `sentences`: a section becomes passages of even length, made of whole units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep import content_id
from steep.language import language_of
from steep.values import Block, Document, Passage
from steep_plugins.markup import plain_line
from steep_plugins.splitters.leads import cuts, lead_into, whole_stretches
from steep_plugins.splitters.units import Unit, units_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from steep.language import Language

_RULES = "4"  # counts up when the same document would be cut otherwise
_READABLE = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class _Section:
    heading: tuple[str, ...]
    blocks: list[Block]


class SentenceSplitter:
    """``words`` bounds a passage; ``overlap`` is the number of sentences it repeats from the one before."""

    def __init__(self, *, words: int, overlap: int) -> None:
        self.words = words
        self.overlap = overlap

    @property
    def fingerprint(self) -> str:
        return content_id("sentences", _RULES, str(self.words), str(self.overlap))

    def split(self, document: Document) -> tuple[Passage, ...]:
        return tuple(_passages(document, self._placed(document)))

    def _placed(self, document: Document) -> Iterator[tuple[_Section, list[tuple[int, int]]]]:
        language = language_of(document.text)
        for section in _sections(document):
            yield section, list(self._spans(document, section, language))

    def _spans(self, document: Document, section: _Section, language: Language) -> Iterator[tuple[int, int]]:
        units = list(units_of(document, section.blocks, self.words, language))
        for run in self._runs(units):
            start, end = run[0].start, run[-1].end
            if _READABLE.search(document.text, start, end):
                yield start, end

    def _runs(self, units: list[Unit]) -> Iterator[list[Unit]]:
        """Consecutive units, at most ``words`` heavy; evened out, so that no short one is left at the end."""
        total = sum(unit.weight for unit in units)
        target = total / max(1, -(-total // self.words))
        run: list[Unit] = []
        held = done = runs = 0
        for unit in units:
            full = held + unit.weight > self.words
            even = done + unit.weight / 2 > target * (runs + 1)
            if run and (full or even):
                yield run
                runs += 1
                run = self._shared(run)
                held = sum(each.weight for each in run)
                if held + unit.weight > self.words:
                    run, held = [], 0
            run.append(unit)
            held += unit.weight
            done += unit.weight
        if run:
            yield run

    def _shared(self, run: list[Unit]) -> list[Unit]:
        """The sentences at the end of a passage that the next one begins with: never all, and at most a third."""
        shared: list[Unit] = []
        for unit in reversed(run[1:]):
            if len(shared) == self.overlap or not unit.prose:
                break
            if sum(each.weight for each in shared) + unit.weight > self.words // 3:
                break
            shared.insert(0, unit)
        return shared


def _passages(document: Document, placed: Iterable[tuple[_Section, Sequence[tuple[int, int]]]]) -> Iterator[Passage]:
    version, identity = document.version, document.id
    for section, spans in placed:
        stretches = whole_stretches(document.text, section.blocks)
        for start, end in spans:
            yield Passage(
                document=identity,
                version=version,
                path=document.path,
                title=document.title,
                start=start,
                end=end,
                text=document.text[start:end],
                heading=section.heading,
                page=document.page_at(start),
                blocks=tuple(block for block in section.blocks if block.start < end and start < block.end),
                lead=lead_into(document.text, section.blocks, start),
                resumes=cuts(stretches, start),
                continues=cuts(stretches, end),
            )


def _sections(document: Document) -> Iterator[_Section]:
    """Blocks with the headings above them; a heading with nothing below it is a section of its own."""
    path: list[tuple[int, str]] = []
    section = _Section((), [])
    last: Block | None = None
    for block in _ordered(document):
        if block.kind != "heading":
            section.blocks.append(block)
            last = None
            continue
        if last is not None and not section.blocks and block.level <= last.level:
            yield _Section(section.heading[:-1], [_as_paragraph(last)])
        elif section.blocks:
            yield section
        path = [each for each in path if each[0] < block.level]
        path.append((block.level, plain_line(document.text[block.start : block.end])))
        section = _Section(tuple(words for _, words in path if words), [])
        last = block
    if section.blocks:
        yield section
    elif last is not None:
        yield _Section(section.heading[:-1], [_as_paragraph(last)])


def _ordered(document: Document) -> Iterator[Block]:
    """The blocks by position, without overlaps; one paragraph where a reader gave none."""
    position = 0
    for block in sorted(document.blocks, key=lambda each: (each.start, -each.end)):
        if block.start >= position and block.end > block.start:
            yield block
            position = block.end
    if not document.blocks and document.text.strip():
        yield Block(kind="paragraph", start=0, end=len(document.text))


def _as_paragraph(block: Block) -> Block:
    return Block(kind="paragraph", start=block.start, end=block.end)
