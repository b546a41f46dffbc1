"""pairs: people look through what was written from the documents, correct it, drop it, and write their own.

A dataset version never changes: each edit makes a new one of the latest, and who made it, when and why is kept. A pair
is for whoever may see every document that it rests on.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import filelock

from steep.errors import Busy, ConfigError, DatasetError, NotThere
from steep.flows.places import Homes, homes_of, standing
from steep.flows.questions import load_questions
from steep.values import Pair
from steep.wire import pair_json, to_json
from steep.workspace.edits import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.values import Caller
    from steep.workspace.project import Project

__all__ = ["Change", "Edited", "Page", "Shown", "Wanted", "correct", "drop", "found", "listed", "write"]

_PERSON = "person"
_PATIENCE = 10.0  # seconds that an edit waits for another one


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A pair as it stands in a dataset version; ``documents`` are the paths that it rests on, as far as they exist."""

    pair: Pair
    dataset: str
    dev: bool
    documents: tuple[str, ...]
    history: tuple[Edit, ...] = ()

    def to_json(self) -> dict[str, Any]:
        beside = {"dataset": self.dataset, "split": "dev" if self.dev else "train", "documents": self.documents}
        return {**pair_json(self.pair), **beside, "history": to_json(self.history)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """``total`` and ``kinds`` count all that match, not only those here."""

    dataset: str
    total: int
    kinds: dict[str, int]
    pairs: tuple[Shown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which pairs: ``text`` is looked for in question and answer, ``document`` is a path; "" stands for any."""

    dataset: str = "latest"
    text: str = ""
    kind: str = ""
    document: str = ""
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a pair shall say; None leaves it as it is. The answer stands in ``document`` where ``quote`` does."""

    question: str | None = None
    answer: str | None = None
    document: str | None = None
    quote: str | None = None
    start: int | None = None
    kind: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The dataset version that an edit made, and the pair as it is there; None for one that was dropped."""

    dataset: str
    pair: Pair | None


def listed(project: Project, caller: Caller, wanted: Wanted) -> Page:
    """The pairs that match and the caller may see, in the dataset's order; none where there is no dataset yet."""
    if wanted.dataset == "latest" and not project.datasets.versions():
        return Page(dataset="", total=0, kinds={}, pairs=())
    if wanted.dataset != "latest" and not _known(project, wanted.dataset):
        raise NotThere(f"there is no dataset {wanted.dataset!r}; `/api/v1/datasets` lists them.")
    version, pairs = project.datasets.load(wanted.dataset)
    homes = homes_of(project)
    text = wanted.text.casefold()
    matching = [
        pair
        for pair in pairs
        if homes.seen(pair, caller)
        and wanted.kind in ("", pair.kind)
        and text in f"{pair.question}\n{pair.answer}".casefold()
        and (not wanted.document or wanted.document in homes.paths(pair))
    ]
    some = matching[wanted.offset : wanted.offset + wanted.limit]
    return Page(
        dataset=version.version,
        total=len(matching),
        kinds=dict(Counter(pair.kind for pair in matching)),
        pairs=tuple(
            Shown(pair=each, dataset=version.version, dev=each.id in version.dev, documents=homes.paths(each))
            for each in some
        ),
    )


def found(project: Project, identity: str, caller: Caller) -> Shown:
    """A pair of the latest dataset with what was done to it; raises NotThere, and says what became of it."""
    if not project.datasets.versions():
        raise NotThere("there is no dataset yet, and so no pair; run `steep synthesize`, or write one.")
    version, pairs = project.datasets.load()
    homes = homes_of(project)
    pair = next((each for each in pairs if each.id == identity), None)
    if pair is None or not homes.seen(pair, caller):
        raise NotThere(
            f"there is no pair with the id {identity!r} in the latest dataset{_since(project, identity, caller)}"
        )
    return Shown(
        pair=pair,
        dataset=version.version,
        dev=identity in version.dev,
        documents=homes.paths(pair),
        history=project.edits.history(identity),
    )


def write(project: Project, change: Change, caller: Caller) -> Edited:
    """Add a pair; the same one again changes nothing. Raises DatasetError for words that do not stand there."""
    question = _words(change.question or "", "question")
    if not change.document or not change.quote:
        raise DatasetError("name the `document` and the `quote`, its words that hold the answer.")
    span, passages = standing(project, caller, change.document, change.quote, change.start)
    pair = Pair(
        question=question,
        answer=(change.answer or "").strip() or span.text,
        passages=passages,
        spans=(span,),
        synthesizer=_PERSON,
        kind=change.kind or "written",
        rule="written",
        seed=project.config.project.seed,
    )
    return _edit(project, "written", None, pair, caller, change.reason)


def correct(project: Project, identity: str, change: Change, caller: Caller) -> Edited:
    """Put a pair in the place of another. Where the answer stands is looked for again, if it is not said."""
    before = found(project, identity, caller)
    pair = _corrected(project, before, change, caller)
    if pair.id == identity:
        raise ConfigError("nothing would change; say what shall be another `question`, `answer` or `quote`.")
    return _edit(project, "corrected", before.pair, pair, caller, change.reason)


def drop(project: Project, identity: str, caller: Caller, *, reason: str = "") -> Edited:
    """Leave a pair out of the dataset from here on."""
    return _edit(project, "dropped", found(project, identity, caller).pair, None, caller, reason)


def _corrected(project: Project, shown: Shown, change: Change, caller: Caller) -> Pair:
    pair = shown.pair
    question = pair.question if change.question is None else _words(change.question, "question")
    answer = pair.answer if change.answer is None else _words(change.answer, "answer")
    spans, passages = pair.spans, pair.passages
    if change.quote is not None:
        document = change.document or next(iter(shown.documents), "")
        span, passages = standing(project, caller, document, _words(change.quote, "quote"), change.start)
        spans = (span,)
    elif not any(answer in span.text for span in spans) and _quoted(pair) and answer != pair.answer:
        document = next(iter(shown.documents), "")
        span, passages = standing(project, caller, document, answer, None)
        spans = (span,)
    return replace(
        pair,
        question=question,
        answer=answer,
        spans=spans,
        passages=passages,
        kind=change.kind or pair.kind,
        synthesizer=_PERSON,
        rule="corrected",
        scores={},
    )


def _quoted(pair: Pair) -> bool:
    """Whether the answer is quoted, or there is none yet: one in other words may rest on the same words as before."""
    return not pair.spans or any(span.text == pair.answer for span in pair.spans)


def _edit(
    project: Project,
    action: Literal["corrected", "dropped", "written"],
    before: Pair | None,
    after: Pair | None,
    caller: Caller,
    reason: str,
) -> Edited:
    if after is not None:
        _is_not_measured_with(project, after)
    with _one_at_a_time(project):
        parent, pairs, dev = _latest(project)
        ids = [pair.id for pair in pairs]
        if before is not None and before.id not in ids:
            raise Busy(f"this pair was changed meanwhile{_since(project, before.id, caller)}")
        if after is not None and after.id in ids:
            return Edited(dataset=parent, pair=after)
        place = ids.index(before.id) if before else len(pairs)
        rest = [*pairs[:place], *([after] if after else []), *pairs[place + bool(before) :]]
        held = (dev - {before.id} if before else dev) | _held(homes_of(project), pairs, dev, before, after)
        saved = project.datasets.save(
            pairs=rest,
            dev=frozenset(held),
            recipe={"parent": parent, "action": action, "pair": before.id if before else None},
            summary={"kept": len(rest), "dev": len(held), "by_kind": dict(Counter(pair.kind for pair in rest))},
            now=project.clock(),
        )
        edit = Edit(
            dataset=saved.version,
            parent=parent,
            action=action,
            before=before.id if before else None,
            after=after.id if after else None,
            caller=caller.name,
            reason=reason.strip(),
            created=project.clock(),
        )
        project.edits.add(edit)
    return Edited(dataset=saved.version, pair=after)


def _known(project: Project, dataset: str) -> bool:
    return any(each.startswith(dataset) for each in project.datasets.versions())


def _latest(project: Project) -> tuple[str, tuple[Pair, ...], frozenset[str]]:
    if not project.datasets.versions():
        return "", (), frozenset()
    version, pairs = project.datasets.load()
    return version.version, pairs, version.dev


def _held(
    homes: Homes, pairs: tuple[Pair, ...], dev: frozenset[str], before: Pair | None, after: Pair | None
) -> frozenset[str]:
    """A pair is held out where the one before it was, or where the others of its document are."""
    if after is None:
        return frozenset()
    if before is not None:
        return frozenset({after.id} if before.id in dev else ())
    home = set(homes.documents(after))
    held = any(pair.id in dev and home & set(homes.documents(pair)) for pair in pairs)
    return frozenset({after.id} if held else ())


def _is_not_measured_with(project: Project, pair: Pair) -> None:
    named = project.config.measure.questions
    if not named:
        return
    asked = {" ".join(each.question.casefold().split()) for each in load_questions(project.folder / named).questions}
    if " ".join(pair.question.casefold().split()) in asked:
        raise DatasetError(f"{named} measures with this question; what was learned from it would prove nothing.")


@contextmanager
def _one_at_a_time(project: Project) -> Iterator[None]:
    try:
        with filelock.FileLock(project.state / "editing").acquire(timeout=_PATIENCE):
            yield
    except filelock.Timeout:
        raise Busy("somebody else is changing the pairs; try again.") from None


def _words(text: str, name: str) -> str:
    said = text.strip()
    if not said:
        raise DatasetError(f"the {name} is empty; write it.")
    return said


def _since(project: Project, identity: str, caller: Caller) -> str:
    """What became of a pair, for whoever may see all: an id of one that is not theirs tells others nothing."""
    last = project.edits.of(before=identity)[-1:] if caller.documents is None else ()
    return f": it was {last[0].action} by {last[0].caller}." if last else "."
