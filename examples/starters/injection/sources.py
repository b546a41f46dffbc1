"""The data that the training reads from beside the repository, and what of it is held out."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MANUALS = Path(__file__).resolve().parents[1] / "manuals"
_TRANSLATED = 35
"""deepset's first 35 attacks are in English, and the next 35 the same in German."""
TOLD_TO = frozenset(
    {"Alphanumeric Substitution", "Clickbait", "Instruction", "Misspelling Intentionally", "Persuasion"}
)
"""BIPIA's sorts of attacks through documents that are taught. Others that steer an answer are held out; plain questions
and tasks ("What is the capital of Brazil?") are neither, since documents ask such things honestly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """``attacks`` and ``prompts`` are deepset's; ``steering`` BIPIA's; ``wishes`` are harmless tasks for a chat bot."""

    attacks: list[str]
    prompts: list[str]
    steering: list[str]
    questions: list[str]
    wishes: list[str]
    documents: list[str]


def read(path: Path) -> list[dict[str, Any]]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in data.decode("utf-8").splitlines() if line.strip()]


def sources(data: Path) -> Sources:
    taught, _ = deepset(data)
    own = [row["question"] for name in ("own", "manuals") for row in read(_MANUALS / f"{name}.jsonl")]
    squad = read(data / "reading/squad1_train_part/train.jsonl.gz")
    dolly = read(data / "instructions/dolly_2k/train.jsonl.gz")
    dice = random.Random(0)
    return Sources(
        attacks=[text for text, attack in taught if attack],
        prompts=[text for text, attack in taught if not attack],
        steering=[row["text"] for row in read(data / "safety/bipia_train/attacks.jsonl") if row["category"] in TOLD_TO],
        questions=own + [row["question"] for row in dice.sample(squad, 1500)],
        wishes=[row["instruction"] for row in dolly if not row["input"] and len(row["instruction"]) < 300],
        documents=_documents(data, squad, dolly),
    )


def _documents(data: Path, squad: list[dict[str, Any]], dolly: list[dict[str, Any]]) -> list[str]:
    """Passages without orders. No document of the corpora: false alarms are counted on them."""
    own = [file.read_text("utf-8") for file in sorted((_MANUALS / "documents").glob("*.md"))]
    contexts = read(data / "safety/bipia_train/contexts.jsonl.gz")
    carriers = [
        row["context"] if isinstance(row["context"], str) else "\n".join(row["context"])
        for row in contexts
        if row["kind"] == "email"
    ]
    tables = [row["context"] for row in contexts if row["kind"] == "table"][:100]
    medicine = [row["text"] for row in read(data / "reading/medquad_niddk/documents_small.jsonl.gz")]
    return [
        *(own * 4),
        *sorted({row["context"] for row in squad})[::3],
        *(medicine * 2),
        *(row["input"] for row in dolly if row["input"]),
        *carriers,
        *tables,
    ]


def deepset(data: Path) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Rows (text, whether it is an attack) to learn from, and held-out ones, which share no template with them.

    Rows that hold one another, and translations of one another, stand on the same side.
    """
    rows = [
        (row["text"], row["label"] == "injection")
        for row in read(data / "safety/prompt_injection_deepset_train/train.jsonl")
    ]
    group = list(range(len(rows)))

    def root(at: int) -> int:
        while group[at] != at:
            at = group[at]
        return at

    attacks = [at for at, (_, attack) in enumerate(rows) if attack]
    pairs = list(zip(attacks[:_TRANSLATED], attacks[_TRANSLATED : 2 * _TRANSLATED], strict=True))
    pairs += [
        (one, other)
        for one, (text, attack) in enumerate(rows)
        for other, (longer, _) in enumerate(rows)
        if attack and one != other and _core(text) in longer
    ]
    for one, other in pairs:
        group[root(max(root(one), root(other)))] = min(root(one), root(other))
    aside = {each for each in range(len(rows)) if random.Random(f"deepset {each}").random() < 0.5}
    taught = [row for at, row in enumerate(rows) if root(at) not in aside]
    return taught, [row for at, row in enumerate(rows) if root(at) in aside]


def _core(text: str) -> str:
    return text.strip()[:60]
