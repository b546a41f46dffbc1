"""Train the starter adapter: ``python -m steep_plugins.generators.reader.train_starter --data ../shared/data --out …``.

Needs the reading data and corpora that the model card names. A killed run goes on where it was.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from steep.kinds import Progress
    from steep_plugins.generators.reader.examples import ReadingExample
    from steep_plugins.generators.reader.training.plan import Phase


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    from steep.errors import SteepError

    try:
        _train(options)
    except SteepError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="train_starter", description="Train the reader's starter adapter.")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds reading/, corpora/ …")
    parser.add_argument("--out", type=Path, required=True, help="where to write the adapter, in PEFT's layout")
    parser.add_argument("--work", type=Path, required=True, help="where checkpoints are kept between tries")
    parser.add_argument("--cloze", type=int, default=28_000, help="questions made by rule (0: none)")
    parser.add_argument("--rows", type=int, default=0, help="limit the rows with human questions (0: all)")
    parser.add_argument("--passes", type=int, default=3, help="passes over the rows with human questions")
    parser.add_argument("--rank", type=int, default=88)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(arguments)


def _train(options: argparse.Namespace) -> None:
    from steep_plugins.generators.reader.calibrate import calibrated
    from steep_plugins.generators.reader.model import bare_reader, with_new_lora
    from steep_plugins.generators.reader.starter import save_adapter
    from steep_plugins.generators.reader.training.loop import Schedule, train
    from steep_plugins.generators.reader.training.plan import batches
    from steep_plugins.generators.reader.windows import Encoder
    from steep_plugins.minilm import verified_weights

    weights = verified_weights()
    encoder = Encoder(weights.tokenizer, cached_texts=200_000)
    phases = _phases(options)
    schedule = Schedule(rate=options.rate)
    planned = batches(phases, encoder, size=options.batch, seed=options.seed)
    for phase in phases:
        print(f"{phase.name}: {len(phase.examples)} rows, {phase.passes} passes, {phase.length} pieces", flush=True)
    model = with_new_lora(
        bare_reader(weights, seed=options.seed), rank=options.rank, alpha=options.rank, dropout=0.0, seed=options.seed
    )
    train(
        model,
        planned,
        encoder,
        schedule=schedule,
        folder=options.work,
        plan=_digest(phases, schedule, options),
        progress=_printed(),
    )
    save_adapter(model, options.out, half=True)
    calibrated(options.data, options.out).save(options.out)


def _phases(options: argparse.Namespace) -> list[Phase]:
    from steep_plugins.generators.reader.training.plan import Phase
    from steep_plugins.generators.reader.training.sources import HELD_BACK, sentence_answers, squad, texts

    read = squad(options.data / "reading" / "squad1_train_part" / "train.jsonl.gz")
    asked = [example for example in read if example.group not in HELD_BACK]
    sentences = sentence_answers(options.data)
    phases = []
    if options.cloze:
        made = _made_by_rule(texts(options.data, [*asked, *sentences]), options.cloze, options.seed)
        phases.append(Phase(name="cloze", examples=made, passes=1, length=128, masking=0.0))
    full = _supervised(asked, sentences, options.seed)
    if options.rows:
        full = random.Random(options.seed).sample(full, options.rows)
    if options.passes > 1:
        phases.append(Phase(name="read", examples=full, passes=options.passes - 1, length=192, masking=0.1))
    phases.append(Phase(name="finish", examples=full, passes=1, length=288, masking=0.05))
    return phases


def _made_by_rule(found: dict[str, list[str]], count: int, seed: int) -> list[ReadingExample]:
    """``count`` questions, seven tenths from the encyclopedia articles that people asked about."""
    from steep_plugins.generators.reader.training.cloze import cloze_examples

    articles = {group: parts for group, parts in found.items() if group.startswith(("squad/", "selqa/"))}
    others = {group: parts for group, parts in found.items() if group not in articles}
    chosen = []
    for pool, share, per_text in ((articles, 0.7, 16), (others, 0.3, 3)):
        made = list(cloze_examples(pool, per_text=per_text, seed=seed))
        random.Random(seed).shuffle(made)
        chosen += made[: int(count * share)]
    return chosen


def _supervised(asked: list[ReadingExample], sentences: list[ReadingExample], seed: int) -> list[ReadingExample]:
    from steep_plugins.generators.reader.training.negatives import unanswerable

    hard = unanswerable(asked, share_hard=0.85, seed=seed)
    elsewhere = unanswerable(sentences, share_hard=0.5, seed=seed)
    draw = random.Random(seed)
    return [
        *asked,
        *sentences,
        *draw.sample(hard, int(0.45 * len(hard))),
        *draw.sample(elsewhere, int(0.3 * len(elsewhere))),
    ]


def _digest(phases: Sequence[Phase], schedule: Any, options: argparse.Namespace) -> str:
    digest = hashlib.sha256()
    settings = {"schedule": asdict(schedule), "rank": options.rank, "batch": options.batch, "seed": options.seed}
    digest.update(json.dumps(settings, sort_keys=True).encode())
    for phase in phases:
        digest.update(repr(replace(phase, examples=())).encode())
        for example in phase.examples:
            digest.update(repr(example).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _printed() -> Callable[[Progress], None]:
    last = 0.0

    def show(progress: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= 10 or progress.done == progress.total:
            last = now
            print(f"{progress.stage} {progress.done}/{progress.total} {progress.note}", flush=True)

    return show


if __name__ == "__main__":
    sys.exit(main())
