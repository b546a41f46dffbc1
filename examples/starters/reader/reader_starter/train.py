"""Train the starter adapter: ``python -m reader_starter.train --data ../shared/data --out …``.

First it learns to read one passage, then to choose between two; the adapter that ships lies halfway between both. Needs
the reading data and corpora that the model card names. A killed run goes on where it was.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reader_starter.plan import Phase
    from steep.kinds import Progress


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
    parser.add_argument("--start", type=Path, help="an adapter that has learned to read, to go on from")
    parser.add_argument("--rank", type=int, default=88)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(arguments)


def _train(options: argparse.Namespace) -> None:
    from reader_starter.calibrate import calibrated
    from reader_starter.mix import Mix, reading, side_by_side

    mix = Mix(data=options.data, cloze=options.cloze, rows=options.rows, passes=options.passes, seed=options.seed)
    first, second = options.start or options.work / "first", options.work / "second"
    if not options.start and not (first / "adapter_config.json").is_file():  # written last
        _stage(options, reading(mix), rate=options.rate, out=first)
    _stage(options, [side_by_side(mix)], rate=options.rate / 2, out=second, start=first)
    halfway(first, second, options.out)
    calibrated(options.data, options.out).save(options.out)


def _stage(
    options: argparse.Namespace, phases: list[Phase], *, rate: float, out: Path, start: Path | None = None
) -> None:
    """Train through the phases, from ``start`` or anew; checkpoints and the adapter are kept in ``out``."""
    import torch

    from reader_starter.loop import Schedule, train
    from reader_starter.plan import batches
    from steep.engine.adapters import save_adapter
    from steep_plugins.encoders import MINILM, verified
    from steep_plugins.generators.reader.model import bare_reader, with_adapter, with_new_lora
    from steep_plugins.generators.reader.windows import Encoder

    weights = verified(MINILM)
    encoder = Encoder(weights.tokenizer, cached_texts=200_000)
    schedule = Schedule(rate=rate)
    planned = batches(phases, encoder, size=options.batch, seed=options.seed)
    for phase in phases:
        print(f"{phase.name}: {len(phase.examples)} rows, {phase.passes} passes, {phase.length} pieces", flush=True)
    model = bare_reader(weights, seed=options.seed)
    if start:
        model = with_adapter(model, start, name=str(start), trainable=True)
    else:
        model = with_new_lora(model, rank=options.rank, alpha=options.rank, dropout=0.0, seed=options.seed)
    plan = _digest(phases, schedule, options)
    train(model, planned, encoder, schedule=schedule, folder=out, plan=plan, progress=_printed())
    save_adapter(model, out, name=MINILM.hub, dtype=torch.float16)  # loses nothing that bf16 arithmetic could use


def _digest(phases: Sequence[Phase], schedule: Any, options: argparse.Namespace) -> str:
    digest = hashlib.sha256()
    settings = {"schedule": asdict(schedule), "rank": options.rank, "batch": options.batch, "seed": options.seed}
    digest.update(json.dumps(settings, sort_keys=True).encode())
    for phase in phases:
        digest.update(repr(replace(phase, examples=(), rivals=())).encode())
        for example in (*phase.examples, *phase.rivals):
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


_CONFIG, _WEIGHTS = "adapter_config.json", "adapter_model.safetensors"


def halfway(first: Path, second: Path, out: Path) -> None:
    """Write the mean of both weights, in fp16: what the second gained, and less of what it unlearned.

    Weights on one path of training can be averaged (Wortsman et al., arXiv 2109.01903); those of two trainings cannot.
    """
    import torch
    from safetensors.torch import load_file, save_file

    before, after = load_file(first / _WEIGHTS), load_file(second / _WEIGHTS)
    mean = {name: ((before[name].float() + after[name].float()) / 2).to(torch.float16) for name in before}
    out.mkdir(parents=True, exist_ok=True)
    save_file(mean, out / _WEIGHTS, metadata={"format": "pt"})
    shutil.copyfile(first / _CONFIG, out / _CONFIG)
