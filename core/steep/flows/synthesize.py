"""synthesize: Passage ─ synthesizer ─▶ Pair ─ filters ─▶ Dataset version.

Cheap filters see every pair that was written; what costs a search or a model sees pairs in a balanced order, and only
until as many as were asked for are kept. Nothing is visible before the dataset is whole, and the same documents,
configuration and seed give the same dataset version. What a language model wrote for it is kept until then: killed at
any point, the next run asks it only for the rest.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from steep.answering.hand import said_by
from steep.answering.speakers import speaker
from steep.errors import DatasetError, Interrupted, MissingDependency, ModelError, SteepError
from steep.flows.questions import load_questions
from steep.indexing.making import outdated_line
from steep.kinds import Progress, SynthesisRequest
from steep.measuring.evidence import Locator
from steep.stages import stage
from steep.synthesis import Contamination, Remembered, Sifter, balanced, dev_pairs
from steep.wording import counted
from steep.workspace.durable import space_needed
from steep.workspace.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from steep.answering.speakers import Speaker
    from steep.kinds import Filter, Model, Synthesizer
    from steep.values import Pair
    from steep.workspace.project import Project
    from steep.workspace.sections import SynthesizerSpec

# how many are looked at between two lines of progress: a language model looks at one for seconds
_LOOKED_AT = 4
_REPLIES = "replies.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisSummary:
    """How many pairs were asked for, written and kept, and why the others are not in the dataset.

    ``unused`` were good enough for the cheap filters and not needed. ``shortfall`` is a sentence where fewer were kept
    than asked for, else "". ``shares`` are the shares of the written pairs that ``dropped`` counts.
    """

    dataset: str
    asked: int
    written: int
    kept: int
    dev: int
    unused: int
    by_kind: Mapping[str, int]
    dropped: Mapping[str, int]
    shares: Mapping[str, float]
    shortfall: str = ""
    notes: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Tally:
    written: int = 0
    unused: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


def synthesize(project: Project, *, progress: Callable[[Progress], None], count: int | None = None) -> SynthesisSummary:
    """Write pairs from the indexed documents and save those that pass the filters as a dataset version.

    ``count`` replaces the number of pairs that steep.toml asks for, shared among the synthesizers in proportion.
    Raises NotIndexed, DatasetError where not one pair was kept, or Interrupted.
    """
    replies = Journal(project.state / "work" / _REPLIES)
    try:
        with project.writing(), space_needed(project.state):
            made = _Synthesis(project, progress, count, replies).run()
            replies.forget()
            return made
    except KeyboardInterrupt:
        raise Interrupted(_stopped(len(replies))) from None


def _stopped(replies: int) -> str:
    if not replies:
        return "stopped; no dataset was written, and the same command begins again."
    kept = f"{counted(replies, 'reply', 'replies')} of the language model {'is' if replies == 1 else 'are'} kept"
    return f"stopped; no dataset was written. {kept}, and the same command goes on from there."


class _Synthesis:
    def __init__(
        self, project: Project, progress: Callable[[Progress], None], count: int | None, replies: Journal
    ) -> None:
        self._project = project
        self._replies = replies
        self._progress = progress
        self._settings = project.config.synthesize
        self._seed = project.config.project.seed
        self._specs = project.config.synthesizer
        self._wanted = _shared([spec.pairs for spec in self._specs], count)
        differs = outdated_line(project)
        self._tally = _Tally(notes=[differs] if differs else [])
        self._library = project.library()
        self._speaker = self._usable_speaker()
        self._filters = list(self._built_filters())
        self._home = {each.id: each.document for each in self._library.all_passages()}

    def run(self) -> SynthesisSummary:
        cheap = Sifter((self._contamination(), *(each for each in self._filters if not each.costly)))
        kept: list[Pair] = []
        for spec, wanted in zip(self._specs, self._wanted, strict=True):
            with stage(self._project.emit, "synthesize", spec.use, wanted=wanted) as outcome:
                written = self._write(spec, wanted)
                chosen = self._choose(cheap.sift(self._resting(written)), wanted)
                outcome.update(written=len(written), kept=len(chosen))
            kept += chosen
        self._tally.dropped.update(cheap.dropped)
        return self._save(kept)

    def _write(self, spec: SynthesizerSpec, wanted: int) -> list[Pair]:
        synthesizer: Synthesizer = self._project.build("synthesizer", spec)
        written: list[Pair] = []

        def heard(replies: int) -> None:
            note = f"reply {replies + 1} of the language model"
            self._progress(Progress(stage=f"write ({spec.use})", done=len(written), note=note))

        request = SynthesisRequest(
            documents=tuple(self._library.documents()),
            passages=self._library.all_passages(),
            count=wanted,
            seed=self._seed,
            model=self._model(spec, heard),
            note=self._tally.notes.append,
        )
        for pair in synthesizer.synthesize(request):
            written.append(pair)
            self._progress(Progress(stage=f"write ({spec.use})", done=len(written)))
        self._progress(Progress(stage=f"write ({spec.use})", done=len(written), total=len(written)))
        self._tally.written += len(written)
        return written

    def _resting(self, written: Sequence[Pair]) -> list[Pair]:
        """The pairs that rest on passages of this generation: the others can be neither checked nor trained on."""
        resting = [pair for pair in written if pair.passages and self._home.keys() >= set(pair.passages)]
        if len(resting) < len(written):
            self._tally.dropped["rests on no passage"] += len(written) - len(resting)
        return resting

    def _choose(self, pairs: Sequence[Pair], wanted: int) -> list[Pair]:
        """The answerable pairs that pass until there are enough, and their share of unanswerable ones."""
        share = self._settings.unanswerable
        without = round(wanted * share)
        answerable = [pair for pair in pairs if pair.answerable]
        chosen = self._passing(answerable, wanted - without, "check pairs")
        without = min(without, round(len(chosen) * share / (1 - share)))
        unanswerable = [pair for pair in pairs if not pair.answerable]
        return chosen + self._passing(unanswerable, without, "check unanswerable pairs")

    def _passing(self, pairs: Sequence[Pair], wanted: int, name: str) -> list[Pair]:
        order = balanced(pairs, home=self._home, seed=self._seed)
        sifter = Sifter([each for each in self._filters if each.costly])
        passed: list[Pair] = []
        position = 0
        self._progress(Progress(stage=name, done=0, total=wanted))
        while len(passed) < wanted and position < len(order):
            batch = order[position : position + min(_LOOKED_AT, wanted - len(passed))]
            position += len(batch)
            passed += sifter.sift(batch)
            self._progress(Progress(stage=name, done=len(passed), total=wanted))
        self._tally.dropped.update(sifter.dropped)
        self._tally.unused += len(order) - position
        return passed

    def _built_filters(self) -> Iterator[Filter]:
        """Those of steep.toml, without the ones that need a generator where none can be used here."""
        answer = partial(said_by, self._speaker) if self._speaker else None
        for spec in self._project.config.filter:
            try:
                yield self._project.build("filter", spec, library=self._library, answer=answer)
            except (ModelError, MissingDependency) as error:
                self._tally.notes.append(f"pairs were not filtered by `{spec.use}`, which cannot be used here: {error}")

    def _model(self, spec: SynthesizerSpec, heard: Callable[[int], None]) -> Model | None:
        known = self._project.config.model
        name = spec.model or (next(iter(known)) if len(known) == 1 else "")
        return Remembered(self._project.model(name), self._replies, heard) if name else None

    def _usable_speaker(self) -> Speaker | None:
        try:
            found = speaker(self._project)
            return found if found.bases else None  # what has no digest cannot be asked: its model is not there
        except SteepError as error:
            self._tally.notes.append(f"the generator cannot be used here: {error}")
            return None

    def _contamination(self) -> Contamination:
        """What the project is measured with, or nothing where steep.toml names no question file."""
        named = self._project.config.measure.questions
        if not named:
            return Contamination(())
        questions = load_questions(self._project.folder / named).questions
        locator = Locator(self._library, _raw_text(self._project))
        return Contamination(questions, (span for each in questions for span in locator.locate(each).spans))

    def _save(self, kept: Sequence[Pair]) -> SynthesisSummary:
        if not kept:
            raise DatasetError(_shortfall(sum(self._wanted), 0, self._tally))
        dev = dev_pairs(kept, home=self._home, share=self._settings.dev, seed=self._seed)
        figures = self._figures(kept, dev)
        saved = self._project.datasets.save(
            pairs=kept, dev=dev, recipe=self._recipe(), summary=figures, now=self._project.clock()
        )
        return SynthesisSummary(dataset=saved.version, **figures)

    def _figures(self, kept: Sequence[Pair], dev: frozenset[str]) -> dict[str, Any]:
        asked, tally = sum(self._wanted), self._tally
        lacking = self._note_too_few_unanswerable(kept)
        dropped = dict(sorted(tally.dropped.items(), key=lambda each: (-each[1], each[0])))
        return {
            "asked": asked,
            "written": tally.written,
            "kept": len(kept),
            "dev": len(dev),
            "unused": tally.unused,
            "by_kind": dict(Counter(pair.kind for pair in kept).most_common()),
            "dropped": dropped,
            "shares": {reason: round(number / tally.written, 4) for reason, number in dropped.items()},
            "shortfall": _shortfall(asked, len(kept), tally, lacking) if len(kept) < asked else "",
            "notes": tuple(tally.notes),
        }

    def _note_too_few_unanswerable(self, kept: Sequence[Pair]) -> bool:
        """Whether there are too few, which is noted."""
        found, share = sum(not pair.answerable for pair in kept), self._settings.unanswerable
        lacking = found + 1 < share * len(kept)
        if lacking:
            self._tally.notes.append(
                f"{found} of {len(kept)} pairs are unanswerable, fewer than the {share:.0%} that [synthesize] wants; "
                "more that no passage answers could not be written."
            )
        return lacking

    def _recipe(self) -> dict[str, Any]:
        config = self._project.config
        named = config.measure.questions
        return {
            "generation": self._library.generation.fingerprint,
            "seed": self._seed,
            "synthesizers": [spec.model_dump(mode="json") for spec in self._specs],
            "wanted": self._wanted,
            "filters": [spec.model_dump(mode="json") for spec in config.filter],
            "settings": self._settings.model_dump(mode="json"),
            "retriever": config.retriever.model_dump(mode="json"),
            "generator": self._speaker.fingerprint if self._speaker else "",
            "questions": hashlib.sha256((self._project.folder / named).read_bytes()).hexdigest() if named else "",
        }


def _shared(pairs: Sequence[int], count: int | None) -> list[int]:
    """How many pairs each synthesizer is asked for; the first ones take what does not divide."""
    if count is None:
        return list(pairs)
    total = sum(pairs)
    shares = [count * each // total for each in pairs]
    for number in range(count - sum(shares)):
        shares[number % len(shares)] += 1
    return shares


def _shortfall(asked: int, kept: int, tally: _Tally, lacking: bool = False) -> str:
    """Why fewer were kept: pairs without an answer, where such are ``lacking`` and others are left over."""
    if lacking and tally.unused:
        return (
            f"{asked} pairs were asked for and {kept} kept, of {tally.written} written: what is missing are pairs that "
            "no passage answers. Add a [[synthesizer]] that writes them (`structure` does), or lower `unanswerable` of "
            "[synthesize]."
        )
    most = ", ".join(f"{reason} ({number})" for reason, number in tally.dropped.most_common(2))
    why = f" Dropped most: {most}." if most else ""
    advice = (
        "Index more documents, or ease the filters in [[filter]]"
        if tally.written > asked
        else "Index more documents, or add another [[synthesizer]]"
    )
    return f"{asked} pairs were asked for and {kept} kept, of {tally.written} written.{why} {advice}."


def _raw_text(project: Project) -> Callable[[str], str | None]:
    def read(path: str) -> str | None:
        try:
            return (project.folder / path).read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            return None

    return read
