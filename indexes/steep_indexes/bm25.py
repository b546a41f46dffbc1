"""The index `bm25`: Okapi BM25 in Lucene's form, from counts that are kept, so that it can grow and shrink.

A question's score is a sum over its terms t of idf(t) · tf / (tf + k1 · (1 - b + b · length / mean length)), with
idf(t) = ln(1 + (N - n + 0.5) / (n + 0.5)). Passages that share no term with the question are not returned. The most
that a passage could score is the sum of idf(t), over the question's terms that no passage holds as well.

Beside its words a passage is found by the plain forms of its codes and numbers. Length counts words alone, and so
what a word scores depends on neither these nor stop words, which count only where a question holds nothing else.
A word that no passage holds is taken for those that are one slip away from it and that some passage holds.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from steep.errors import Damaged
from steep.kinds import IndexBuild, IndexQuery, Ranked
from steep.language import broken, counted, stems, terms
from steep.language import language as language_named
from steep_indexes.counting import COMMON, Counting
from steep_indexes.ids import REBUILD, best, read_ids, write_ids
from steep_indexes.postings import Postings, digests
from steep_indexes.segments import PLACES, Segment, carried, letters, matched, opened
from steep_indexes.slips import one_slip_away

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from steep_indexes.ids import Ids

    Held = tuple[npt.NDArray[Any], npt.NDArray[Any]]

_SETTINGS = "settings.json"
_FORMAT, _WHOLE = 3, 2  # in format 2 the folder of a generation is its only segment
_PART = 0.25  # of a part of a number or date that is known as a whole
_MEANT = 3  # words that a word with a slip may stand for


class Bm25Index:
    """Writes and opens generations. A generation keeps the language it was built with."""

    uses_vectors = False

    def __init__(self, *, k1: float = 1.2, b: float = 0.75, language: str = "english") -> None:
        self.k1 = k1
        self.b = b
        self.language = language

    def build(self, request: IndexBuild) -> None:
        """Only texts that the generation before does not hold are taken apart."""
        marks = digests(request.texts)
        known, fresh = matched(self._before(request.previous), marks)
        counting = Counting(language_named(self.language))
        postings = counting.postings((request.texts[row] for row in fresh.tolist()), marks[fresh])
        segments = carried(request.folder, known, postings, fresh)
        np.save(request.folder / PLACES, np.concatenate([np.empty(0, np.int32), *(each.places for each in segments)]))
        settings = {"format": _FORMAT, "language": self.language, "k1": self.k1, "b": self.b}
        settings |= {"passages": len(request.ids), "letters": letters(segments)}
        settings["segments"] = [each.number for each in segments]
        (request.folder / _SETTINGS).write_text(json.dumps(settings) + "\n", encoding="utf-8")
        write_ids(request.folder, request.ids)

    def open(self, folder: Path) -> Bm25Search:
        ids = read_ids(folder)
        try:
            settings = _settings(folder)
            count, language = int(settings["passages"]), str(settings["language"])
            k1, b, spelt = float(settings["k1"]), float(settings["b"]), str(settings["letters"])
            segments = _segments(folder, settings)
            found = (len(ids), sum(each.held for each in segments))
            if found == (count, count):
                return Bm25Search(segments, ids, language=language, letters=spelt, k1=k1, b=b)
        except Exception as error:  # what reads arrays raises anything for bytes that it did not write
            raise Damaged(f"the index files in {folder} cannot be read: {error!r}. {REBUILD}") from error
        raise Damaged(f"the index files in {folder} do not belong together: {found} of {count} passages. {REBUILD}")

    def _before(self, previous: Path | None) -> list[Segment]:
        """What the generation before holds; nothing where it was made otherwise, or cannot be read."""
        try:
            settings = _settings(previous or Path())
            return _segments(previous, settings) if previous and settings["language"] == self.language else []
        except Exception:  # as above
            return []


def _settings(folder: Path) -> dict[str, Any]:
    settings: dict[str, Any] = json.loads((folder / _SETTINGS).read_text(encoding="utf-8"))
    if settings.get("format") not in (_FORMAT, _WHOLE):
        raise ValueError(f"it is of format {settings.get('format', 1)}, not {_FORMAT}")
    return settings


def _segments(folder: Path, settings: Mapping[str, Any]) -> list[Segment]:
    if settings["format"] == _WHOLE:
        postings = Postings.open(folder)
        places = np.arange(int(settings["passages"]), dtype=np.int32)
        return [Segment(folder=folder, number=-1, postings=postings, places=places)]
    return opened(folder, [int(each) for each in settings["segments"]])


class Bm25Search:
    """An opened generation, mapped into memory; read only, so threads may share it."""

    def __init__(
        self, segments: Sequence[Segment], ids: Ids, *, language: str, letters: str, k1: float, b: float
    ) -> None:
        self._segments = [(each.postings, each.places, each.is_whole) for each in segments]
        self._ids = ids
        self._language = language_named(language)
        self._letters = letters
        lengths = np.zeros(len(ids), np.float32)
        for each in segments:
            there = each.places >= 0
            lengths[each.places[there]] = each.postings.lengths[there]
        mean = float(lengths.mean()) if len(lengths) else 0.0
        self._held_back = (k1 * (1 - b + b * lengths / (mean or 1.0))).astype(np.float32)

    def search(self, query: IndexQuery) -> Ranked:
        found, most = self._terms(query.text)
        if not found or query.k <= 0:
            return Ranked(ids=(), scores=(), most=most)
        scores = np.zeros(len(self._ids), dtype=np.float32)
        for (rows, counts), share in found:
            often = counts.astype(np.float32)
            scores[rows] += np.float32(share * self._rarity(len(rows))) * often / (often + self._held_back[rows])
        matching = scores > 0 if query.allowed is None else (scores > 0) & query.allowed
        rows = np.flatnonzero(matching).astype(np.int64)
        order = best(scores[rows], rows, query.k)
        return Ranked(
            ids=tuple(self._ids[row] for row in rows[order].tolist()),
            scores=tuple(scores[rows[order]].tolist()),
            most=most,
        )

    def _rarity(self, holding: int) -> float:
        return math.log(1 + (len(self._ids) - holding + 0.5) / (holding + 0.5))

    def _terms(self, text: str) -> tuple[list[tuple[Held, float]], float]:
        """What holds the terms of a question, with their shares, and the most that a passage could score by them."""
        asked = counted(text, self._language)
        if not asked.words and not asked.forms:
            asked = asked._replace(written=asked.common, words=[COMMON + each for each in asked.common])
        known = self._holding({*asked.words, *asked.forms})
        whole = [known[form] for form in asked.forms if form in known]
        parts = {part for each in broken(text) for part in terms(each, self._language)} if whole else ()
        found = [(holding, 1.0) for holding in whole]
        unknown = 0.0
        for word, written in zip(asked.words, asked.written, strict=True):
            weight = _PART if word in parts else 1.0
            meant = [known[word]] if word in known else self._meant(written)
            found += [(holding, weight * (1 / len(meant))) for holding in meant]
            unknown += 0.0 if meant else weight * self._rarity(0)
        return found, unknown + sum(share * self._rarity(len(holding[0])) for holding, share in found)

    def _meant(self, written: str) -> list[Held]:
        """What holds the words that a word may be a slip of, the commonest first."""
        near = self._holding(set(stems(one_slip_away(written, self._letters), self._language)))
        return [near[each] for each in sorted(near, key=lambda each: (-len(near[each][0]), each))[:_MEANT]]

    def _holding(self, words: set[str]) -> dict[str, Held]:
        """The rows that hold each of these words, and how often; without the words that none holds."""
        found: dict[str, list[Held]] = {}
        for postings, places, is_whole in self._segments:
            for word, term in postings.terms.find(*words).items():
                rows, counts = postings.of(term)
                rows = places[rows]
                if not is_whole:
                    there = rows >= 0
                    rows, counts = rows[there], counts[there]
                if len(rows):
                    found.setdefault(word, []).append((rows, counts))
        return {word: _one(parts) for word, parts in found.items()}


def _one(parts: list[Held]) -> Held:
    if len(parts) == 1:
        return parts[0]
    rows, counts = (np.concatenate(each) for each in zip(*parts, strict=True))
    return rows, counts
