"""The mix that the starter learns from: which rows, in which order, at which length."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reader_starter.cloze import cloze_examples
from reader_starter.manuals import from_manuals
from reader_starter.negatives import unanswerable
from reader_starter.plan import Phase
from reader_starter.sources import HELD_BACK, sentence_answers, squad, texts

if TYPE_CHECKING:
    from pathlib import Path

    from reader_starter.sources import ReadingExample


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """``cloze`` questions made by rule, and ``passes`` over ``rows`` rows with human questions (0: over all)."""

    data: Path
    cloze: int
    rows: int
    passes: int
    seed: int


def reading(mix: Mix) -> list[Phase]:
    """From rough to fine: questions made by rule, people's questions cut short, and the same at full length."""
    asked, sentences = _human(mix)
    phases = []
    if mix.cloze:
        made = _made_by_rule(texts(mix.data, [*asked, *sentences]), mix.cloze, mix.seed)
        phases.append(Phase(name="cloze", examples=made, passes=1, length=128, masking=0.0))
    full = _some(_supervised(asked, sentences, mix.seed), mix)
    if mix.passes > 1:
        phases.append(Phase(name="read", examples=full, passes=mix.passes - 1, length=192, masking=0.1))
    phases.append(Phase(name="finish", examples=full, passes=1, length=288, masking=0.05))
    return phases


def side_by_side(mix: Mix) -> Phase:
    """Each question over its passage and over one that looks as if it might answer it, as reading meets them."""
    asked, sentences = _human(mix)
    examples = _some([*asked, *sentences, *from_manuals(mix.data, seed=mix.seed)], mix)
    rivals = {(each.question, each.group): each for each in unanswerable(examples, share_hard=1.0, seed=mix.seed)}
    return Phase(
        name="side by side",
        examples=examples,
        rivals=[rivals.get((each.question, each.group)) for each in examples],
        passes=1,
        length=192,
        masking=0.2,
    )


def _human(mix: Mix) -> tuple[list[ReadingExample], list[ReadingExample]]:
    """Questions that people asked of a phrase, and those that a sentence answers; none of an article held back."""
    read = squad(mix.data / "reading" / "squad1_train_part" / "train.jsonl.gz")
    return [example for example in read if example.group not in HELD_BACK], sentence_answers(mix.data)


def _some(examples: list[ReadingExample], mix: Mix) -> list[ReadingExample]:
    return random.Random(mix.seed).sample(examples, min(mix.rows, len(examples))) if mix.rows else examples


def _made_by_rule(found: dict[str, list[str]], count: int, seed: int) -> list[ReadingExample]:
    """``count`` questions, seven tenths from the encyclopedia articles that people asked about."""
    articles = {group: parts for group, parts in found.items() if group.startswith(("squad/", "selqa/"))}
    others = {group: parts for group, parts in found.items() if group not in articles}
    chosen = []
    for pool, share, per_text in ((articles, 0.7, 16), (others, 0.3, 3)):
        made = list(cloze_examples(pool, per_text=per_text, seed=seed))
        random.Random(seed).shuffle(made)
        chosen += made[: int(count * share)]
    return chosen


def _supervised(asked: list[ReadingExample], sentences: list[ReadingExample], seed: int) -> list[ReadingExample]:
    hard = unanswerable(asked, share_hard=0.85, seed=seed)
    elsewhere = unanswerable(sentences, share_hard=0.5, seed=seed)
    draw = random.Random(seed)
    return [
        *asked,
        *sentences,
        *draw.sample(hard, int(0.45 * len(hard))),
        *draw.sample(elsewhere, int(0.3 * len(elsewhere))),
    ]
