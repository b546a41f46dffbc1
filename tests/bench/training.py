"""How many pairs a second are trained: rows packed as trees, rows packed without sharing, rows alone, and TRL.

    python tests/bench/training.py --json [--passages 4] [--seconds 60]

Five questions on each passage of about 300 tokens, LoRA on all linear layers, on SmolLM2 where its package is
installed, else on a small random model. A step is forward, backward and AdamW over all pairs of ``passages`` passages.
Prints an object a way: pairs and tokens a second, pairs a second of the processor (on a busy machine the figure to
look at, with one thread), the loss of the first step, and the process's peak memory. Each way
runs in a process of its own. TRL is measured where it can be imported, with loss on the replies alone: padded batches
of five, and, as `trl-packed`, its packing.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from steep.errors import SteepError
from steep.kinds import LoraShape
from steep.values import ChatRow, Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

WAYS = ("tree", "packed", "alone", "trl", "trl-packed")
NAMES = ("quay", "basin", "crane", "ferry", "tariff", "pilot", "lantern", "harbour", "anchor", "warden", "buoy")


def main() -> None:
    arguments = _arguments()
    if arguments.way:
        print(json.dumps(measured(arguments)))
        return
    found = list(compared(arguments))
    print(json.dumps(found, indent=1) if arguments.json else "\n".join(map(str, found)))


def compared(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Each way in a process of its own; one that cannot be imported says so."""
    for way in arguments.ways:
        command = [sys.executable, __file__, "--way", way, "--dtype", arguments.dtype]
        command += ["--passages", str(arguments.passages), "--seconds", str(arguments.seconds)]
        command += ["--tokens", str(arguments.tokens), "--dropout", str(arguments.dropout)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = done.stdout.splitlines()
        row = json.loads(lines[-1]) if done.returncode == 0 else {"way": way, "reason": done.stderr[-400:]}
        print(json.dumps(row), file=sys.stderr, flush=True)
        yield row


def measured(asked: argparse.Namespace) -> dict[str, Any]:
    way, dtype, seconds, rows = asked.way, asked.dtype, asked.seconds, rows_of(asked.passages)
    if way.startswith("trl"):
        step, tokens = trl_step(rows, packing=way.endswith("packed"), dtype=dtype)
    else:
        step, tokens = our_step(rows, way, dtype, asked.tokens, asked.dropout)
    first = step()
    begun, worked, steps = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - begun < seconds:
        step()
        steps += 1
    took, work = ((now - then) / steps for now, then in
                  ((time.perf_counter(), begun), (time.process_time(), worked)))  # fmt: skip
    return {
        "way": way,
        "pairs_a_second": round(len(rows) / took, 3),
        "pairs_a_cpu_second": round(len(rows) / work, 3),
        "tokens_a_second": round(tokens / took, 1),
        "loss": round(first, 4),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "steps": steps,
        "dtype": dtype,
    }


def rows_of(passages: int) -> list[ChatRow]:
    """Five pairs a passage; the passage comes first, so that its pairs begin alike."""
    rows = []
    for number in range(passages):
        facts = [f"The {name} number {number} stands at mark {number * 17 + at}." for at, name in enumerate(NAMES)]
        passage = " ".join(f"{fact} It was painted in the year {1800 + number + at}." for at, fact in enumerate(facts))
        for at in range(5):
            asked = f"{passage}\n\nQuestion: At which mark stands the {NAMES[at]} number {number}?"
            reply = f"At mark {number * 17 + at}."
            rows.append(
                ChatRow(messages=(Message(role="user", content=asked), Message(role="assistant", content=reply)))
            )
    return rows


def our_step(
    rows: Sequence[ChatRow], way: str, dtype: str, tokens: int, dropout: float
) -> tuple[Callable[[], float], int]:
    import torch

    from steep.engine.packing import micro_batches, packed

    trainee = _model(dtype).trainee(LoraShape(rank=16, alpha=32, dropout=dropout), 0)
    features = [dict(row) for row in trainee.encode(rows)[0]]
    if way != "tree":
        for row in features:
            row["shared"] = [0]
    parts = micro_batches(features, tokens=1 if way == "alone" else tokens)
    cut = [[features[number] for number in part] for part in parts]
    whole = sum(row["supervised"][0] for row in features)
    weights = [weight for weight in trainee.model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=5e-4)
    trainee.model.train()

    def step() -> float:
        total = 0.0
        for part in cut:
            loss = trainee.loss(trainee.collate(part)) * (sum(row["supervised"][0] for row in part) / whole)
            loss.backward()
            total += float(loss.detach())
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return total

    return step, sum(len(packed(part).ids) for part in cut)


def trl_step(rows: Sequence[ChatRow], *, packing: bool, dtype: str) -> tuple[Callable[[], float], int]:
    """One step of TRL's trainer over the same rows, as its own training makes it."""
    import tempfile

    import pyarrow
    from datasets import Dataset
    from peft import LoraConfig
    from trl import SFTConfig, SFTTrainer

    language = _model(dtype)
    trainee = language.trainee(LoraShape(rank=16, alpha=32, dropout=0.0), 0)
    bare = trainee.model.unload()
    made = trainee.encode(rows)[0]
    if packing:  # its own preparation makes labels of the masks
        said = [{"input_ids": row["input_ids"], "completion_mask": [int(each >= 0) for each in row["labels"]]}
                for row in made]  # fmt: skip
    else:
        said = [{"input_ids": row["input_ids"], "labels": row["labels"]} for row in made]
    config = SFTConfig(
        output_dir=tempfile.mkdtemp(),
        per_device_train_batch_size=5 if not packing else 2,
        gradient_accumulation_steps=1,
        packing=packing,
        max_length=1280,
        completion_only_loss=True,
        bf16=False,
        use_cpu=True,
        gradient_checkpointing=False,
        report_to=[],
        logging_strategy="no",
        save_strategy="no",
        dataset_kwargs={"skip_prepare_dataset": not packing},
    )
    lora = LoraConfig(task_type="CAUSAL_LM", r=16, lora_alpha=32, lora_dropout=0.0, target_modules="all-linear")
    trainer = SFTTrainer(
        model=bare,
        args=config,
        train_dataset=Dataset(pyarrow.Table.from_pylist(said), fingerprint="rows"),  # some pyarrows cannot be hashed
        processing_class=language.tokenizer,
        peft_config=lora,
    )
    trainer.create_optimizer()
    trainer.current_gradient_accumulation_steps = 1  # as its own loop sets it
    batches = list(trainer.get_train_dataloader())

    def step() -> float:
        total = 0.0
        for batch in batches:
            total += float(trainer.training_step(trainer.model, dict(batch))) / len(batches)
        trainer.optimizer.step()
        trainer.optimizer.zero_grad(set_to_none=True)
        return total

    return step, sum(int(batch["input_ids"].numel()) for batch in batches)


def _model(dtype: str) -> Any:
    from steep import Context
    from steep.testing.tiny_models import tiny_model
    from steep_plugins.models import LocalOptions, TransformersOptions, build_smollm2, build_transformers

    try:
        return build_smollm2(LocalOptions(dtype=dtype), Context())
    except SteepError:
        import tempfile
        from pathlib import Path

        folder = tiny_model(
            Path(tempfile.mkdtemp()), [m.content for row in rows_of(2) for m in row.messages], width=512
        )
        return build_transformers(TransformersOptions(model=str(folder), dtype=dtype), Context())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--way", choices=WAYS, help="measure this one, here")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--passages", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--tokens", type=int, default=1280, help="of a step in memory at once, as a recipe has it")
    parser.add_argument("--dropout", type=float, default=0.0, help="of our ways; a recipe has 0.05 by default")
    parser.add_argument("--dtype", choices=("auto", "float32", "bfloat16"), default="float32")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
