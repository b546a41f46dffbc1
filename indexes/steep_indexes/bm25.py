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
from typing import TYPE_CHECKING

import numpy as np

from steep.errors import Damaged
from steep.kinds import IndexBuild, IndexQuery, Ranked
from steep.language import broken, counted, stems, terms
from steep.language import language as language_named
from steep_indexes.ids import REBUILD, best, read_ids, write_ids
from steep_indexes.postings import Postings, digest, gathered, joined
from steep_indexes.slips import letters_of, one_slip_away

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from steep.language import Language

_SETTINGS = "settings.json"
_FORMAT = 2
_COMMON = " "  # stands before a stop word, as no other term can
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
        postings = self._postings(request)
        postings.write(request.folder)
        count = len(request.ids)
        settings = {"format": _FORMAT, "language": self.language, "k1": self.k1, "b": self.b, "passages": count}
        settings["letters"] = letters_of(postings.terms.words())
        (request.folder / _SETTINGS).write_text(json.dumps(settings) + "\n", encoding="utf-8")
        write_ids(request.folder, request.ids)

    def open(self, folder: Path) -> Bm25Search:
        ids = read_ids(folder)
        try:
            settings = json.loads((folder / _SETTINGS).read_text(encoding="utf-8"))
            if settings.get("format") != _FORMAT:
                raise ValueError(f"it is of format {settings.get('format', 1)}, not {_FORMAT}")
            count, language = int(settings["passages"]), str(settings["language"])
            k1, b, letters = float(settings["k1"]), float(settings["b"]), str(settings["letters"])
            postings = Postings.open(folder)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Damaged(f"the index files in {folder} cannot be read: {error!r}. {REBUILD}") from error
        found = (len(ids), len(postings.lengths))
        if found != (count, count):
            raise Damaged(f"the index files in {folder} do not belong together: {found} of {count} passages. {REBUILD}")
        return Bm25Search(postings, ids, language=language, letters=letters, k1=k1, b=b)

    def _postings(self, request: IndexBuild) -> Postings:
        """Only texts that the generation before does not hold are taken apart, each once."""
        old = self._before(request.previous)
        known = {} if old is None else {bytes(mark): row for row, mark in enumerate(np.asarray(old.digests))}
        fresh: dict[bytes, str] = {}
        marks = [digest(text) for text in request.texts]
        for mark, text in zip(marks, request.texts, strict=True):
            if mark not in known:
                fresh.setdefault(mark, text)
        language = language_named(self.language)
        new = gathered((mark, *_counts(text, language)) for mark, text in fresh.items())
        rows = {mark: row for row, mark in enumerate(fresh)}
        parts = [_part(new, rows, marks), *([] if old is None else [_part(old, known, marks)])]
        return joined(parts, len(marks))

    def _before(self, previous: Path | None) -> Postings | None:
        """What the generation before knows of the texts; None where it was made otherwise, or cannot be read."""
        try:
            settings = json.loads(((previous or Path()) / _SETTINGS).read_text(encoding="utf-8"))
            fits = (settings.get("format"), settings.get("language")) == (_FORMAT, self.language)
            return Postings.open(previous) if previous and fits else None
        except (OSError, ValueError):
            return None


def _part(
    postings: Postings, rows: Mapping[bytes, int], marks: Sequence[bytes]
) -> tuple[Postings, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    targets = [row for row, mark in enumerate(marks) if mark in rows]
    return postings, np.array([rows[marks[row]] for row in targets], np.int64), np.array(targets, np.int64)


def _counts(text: str, language: Language) -> tuple[list[str], int]:
    """Everything by which a text is found, and its length in words."""
    found = counted(text, language)
    return [*found.words, *found.forms, *(_COMMON + each for each in found.common)], len(found.words)


class Bm25Search:
    """An opened generation, mapped into memory; read only, so threads may share it."""

    def __init__(
        self, postings: Postings, ids: tuple[str, ...], *, language: str, letters: str, k1: float, b: float
    ) -> None:
        self._postings = postings
        self._ids = ids
        self._language = language_named(language)
        self._letters = letters
        lengths = np.asarray(postings.lengths, dtype=np.float32)
        mean = float(lengths.mean()) if len(lengths) else 0.0
        self._held_back = (k1 * (1 - b + b * lengths / (mean or 1.0))).astype(np.float32)

    def search(self, query: IndexQuery) -> Ranked:
        found, most = self._terms(query.text)
        if not found or query.k <= 0:
            return Ranked(ids=(), scores=(), most=most)
        scores = np.zeros(len(self._ids), dtype=np.float32)
        for term, share in found:
            rows, counts = self._postings.of(term)
            counts = counts.astype(np.float32)
            scores[rows] += np.float32(share * self._rarity(len(rows))) * counts / (counts + self._held_back[rows])
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

    def _terms(self, text: str) -> tuple[list[tuple[int, float]], float]:
        """The terms of a question with their shares, and the most that a passage could score by them."""
        asked = counted(text, self._language)
        if not asked.words and not asked.forms:
            asked = asked._replace(written=asked.common, words=[_COMMON + each for each in asked.common])
        whole = [term for term in map(self._postings.terms.find, asked.forms) if term is not None]
        parts = {part for each in broken(text) for part in terms(each, self._language)} if whole else ()
        found = [(term, 1.0) for term in whole]
        unknown = 0.0
        for word, written in zip(asked.words, asked.written, strict=True):
            weight = _PART if word in parts else 1.0
            meant = self._meant(word, written)
            found += [(term, weight * share) for term, share in meant]
            unknown += 0.0 if meant else weight * self._rarity(0)
        return found, unknown + sum(share * self._rarity(self._holding(term)) for term, share in found)

    def _meant(self, word: str, written: str) -> list[tuple[int, float]]:
        """The term of a word, or those that it may be a slip of, the commonest first."""
        term = self._postings.terms.find(word)
        if term is not None:
            return [(term, 1.0)]
        slips = sorted(set(stems(one_slip_away(written, self._letters), self._language)))
        near = [each for each in map(self._postings.terms.find, slips) if each is not None]
        near = sorted(near, key=lambda each: (-self._holding(each), each))[:_MEANT]
        return [(each, 1 / len(near)) for each in near]

    def _holding(self, term: int) -> int:
        return int(self._postings.starts[term + 1] - self._postings.starts[term])
