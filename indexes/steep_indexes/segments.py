"""Segments: folders of postings that are written once. A generation is a list of them, and of where their rows stand.

A generation is carried on from the one before by taking over its segments, as links to the same files, and writing what
is new into another. Rows that are gone stay in their segment without a place, until most of a segment is gone: then its
others are written anew. So are segments that are not twice as large as what is written, and there are never many.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from steep_indexes.postings import MOST, Postings, joined
from steep_indexes.slips import letters_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    Places = npt.NDArray[np.int32]

__all__ = ["PLACES", "Segment", "carried", "letters", "matched", "opened"]

PLACES = "places.npy"
_LETTERS = "letters.txt"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segment:
    """Postings below a folder; ``places`` says which row of the generation each row is, -1 for one that is gone.

    The number is the folder's name, or -1 for a folder that is no segment's own and cannot be taken over.
    """

    folder: Path
    number: int
    postings: Postings
    places: Places

    @property
    def held(self) -> int:
        return int(np.count_nonzero(self.places >= 0))

    @property
    def is_whole(self) -> bool:
        return bool((self.places >= 0).all())


def opened(folder: Path, numbers: Sequence[int]) -> list[Segment]:
    """The segments of a generation; raises OSError or ValueError where one is not what it should be."""
    found = [(number, Postings.open(folder / str(number))) for number in numbers]
    places = np.load(folder / PLACES, allow_pickle=False)
    ends = np.cumsum([0, *(len(postings.lengths) for _, postings in found)])
    if ends[-1] != len(places):
        raise ValueError(f"{PLACES} has {len(places)} rows for {ends[-1]}")
    return [
        Segment(folder=folder / str(number), number=number, postings=postings, places=places[ends[at] : ends[at + 1]])
        for at, (number, postings) in enumerate(found)
    ]


def matched(old: Sequence[Segment], marks: npt.NDArray[np.uint8]) -> tuple[list[Segment], npt.NDArray[np.int64]]:
    """Old segments with their rows at the places of the same texts among the new; and the new rows that none holds.

    Of a text that is there several times, each is matched with another one.
    """
    sizes = [len(each.places) for each in old]
    known = np.concatenate([*(each.postings.digests for each in old), marks])
    low, high = np.ascontiguousarray(known).view(np.uint64).reshape(-1, 2).T
    order = np.lexsort((low, high))  # keeps the order of equal ones, so that old ones come first
    first = np.ones(len(order), np.bool_)
    first[1:] = (low[order][1:] != low[order][:-1]) | (high[order][1:] != high[order][:-1])
    begins = np.flatnonzero(first)
    group = np.cumsum(first) - 1
    is_old = order < sum(sizes)
    olds = np.bincount(group, weights=is_old, minlength=len(begins)).astype(np.int64)
    partner = np.arange(len(order)) - olds[group]
    there = ~is_old & (partner < begins[group] + olds[group])
    places = np.full(sum(sizes), -1, np.int32)
    places[order[partner[there]]] = order[there] - sum(sizes)
    fresh = np.sort(order[~is_old & ~there]) - sum(sizes)
    bounds = np.cumsum([0, *sizes])
    return [replace(each, places=places[bounds[at] : bounds[at + 1]]) for at, each in enumerate(old)], fresh


def carried(
    folder: Path, old: Sequence[Segment], fresh: Iterable[Postings], rows: npt.NDArray[np.int64]
) -> list[Segment]:
    """Write the segments of a generation: the old ones that stay, and what is new at these rows of it."""
    kept, moved = _settled(old, len(rows))
    segments = [_taken_over(each, folder / str(each.number)) for each in kept]
    first = 1 + max((each.number for each in old), default=-1)
    for number, group in enumerate(_grouped(_placed(fresh, rows, moved)), first):
        segments.append(_written(folder / str(number), number, group))
    return segments


def letters(segments: Iterable[Segment]) -> str:
    """The letters of all words that some row holds, in order."""
    found: set[str] = set()
    for each in sorted(segments, key=lambda each: not each.is_whole):
        known = (each.folder / _LETTERS).read_text("utf-8")
        if each.is_whole:
            found |= set(known)
        elif not found.issuperset(known):
            found |= set(letters_of(_words(each)))
    return "".join(sorted(found))


def _words(segment: Segment) -> Iterator[str]:
    starts = np.asarray(segment.postings.starts)[:-1]
    holding = np.logical_or.reduceat(segment.places[segment.postings.rows] >= 0, starts) if len(starts) else starts
    return map(segment.postings.terms.word, np.flatnonzero(holding).tolist())


def _settled(old: Sequence[Segment], fresh: int) -> tuple[list[Segment], list[Segment]]:
    """Which segments stay, and which are written anew together with as many fresh rows."""
    moved = [each for each in old if each.number < 0 or 2 * each.held < len(each.places)]
    pending = fresh + sum(each.held for each in moved)
    stays = {each.number: each for each in old if each not in moved}
    for each in sorted(stays.values(), key=lambda each: each.held):
        if pending and each.held < 2 * pending and 2 * each.postings.size <= MOST:
            moved.append(stays.pop(each.number))
            pending += each.held
    return list(stays.values()), [each for each in moved if each.held]


def _placed(
    fresh: Iterable[Postings], rows: npt.NDArray[np.int64], moved: Sequence[Segment]
) -> Iterator[tuple[Postings, Places]]:
    done = 0
    for each in fresh:
        yield each, rows[done : done + len(each.lengths)].astype(np.int32)
        done += len(each.lengths)
    yield from ((each.postings, each.places) for each in moved)


def _grouped(parts: Iterable[tuple[Postings, Places]]) -> Iterator[list[tuple[Postings, Places]]]:
    """Parts that are held at once."""
    group: list[tuple[Postings, Places]] = []
    for part in parts:
        if group and sum(each.size for each, _ in group) + part[0].size > MOST:
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _written(folder: Path, number: int, group: Sequence[tuple[Postings, Places]]) -> Segment:
    postings, places = group[0]
    if len(group) > 1 or not (places >= 0).all():
        every = np.concatenate([each for _, each in group])
        places = np.sort(every[every >= 0])
        targets = [np.where(each >= 0, np.searchsorted(places, each), -1) for _, each in group]
        postings = joined([(each, target) for (each, _), target in zip(group, targets, strict=True)], len(places))
    folder.mkdir()
    postings.write(folder)
    (folder / _LETTERS).write_text(letters_of(postings.terms.words()), "utf-8")
    # opened where it lies, so that what is written is not in memory as well
    return Segment(folder=folder, number=number, postings=Postings.open(folder), places=places)


def _taken_over(segment: Segment, folder: Path) -> Segment:
    folder.mkdir()
    for file in sorted(segment.folder.iterdir()):
        _link(file, folder / file.name)
    return replace(segment, folder=folder)


def _link(file: Path, target: Path) -> None:
    """One file under two names, where the disk can; written once, it is never changed under either."""
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)
