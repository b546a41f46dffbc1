"""How well the job ``answer`` is done: greedy replies to questions that no row was made of.

    python evaluate.py ../shared/data single --adapter run/adapter-00200 --limit 200

``single``: SQuAD's dev articles, the paragraph alone. ``five``: the same among the four paragraphs of its article that
are most like it. ``hard``: the article of squad2_hard that was kept aside, its traps among its questions.
``abstains`` is how likely the whole abstaining reply is; calibration compares it with whether there is no answer. One
sentence that is always the same is likelier than each of several ways to answer, so greedy writing abstains too often:
with ``--threshold`` an abstaining reply stays only where it is at least so likely, and else the best other is written.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import base
import layout
import lora
import torch
from rows.sources import KEPT_ASIDE, Article, read

_CITED = re.compile(r"\s*\[(\d+)\](?=[\s\[]|[.,]|$)")
_QUOTED = re.compile(r"^\[\d+\] [^\n]*\n")  # what `rows quoted` teaches to write before the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    passages: tuple[str, ...]
    number: int  # the passage that holds the answer, from 1
    question: str
    golds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied:
    text: str
    abstains: float
    instead: str = ""  # the best reply that does not begin like an abstaining one, where the greedy one abstained

    @property
    def abstained(self) -> bool:
        return self.text.startswith(layout.prompt()["abstention"][:-1])

    @property
    def said(self) -> str:
        return "" if self.abstained else _CITED.sub("", _QUOTED.sub("", self.text)).strip()

    @property
    def cited(self) -> int | None:
        found = _CITED.search(self.text)
        return int(found[1]) if found else None


def questions(data: Path, kind: str, limit: int, seed: int) -> list[Asked]:
    name = "squad2_hard/train" if kind == "hard" else "squad1_dev_part/dev_disjoint"
    found = read(data / f"reading/{name}.jsonl.gz")
    if kind == "hard":
        found = [row for row in found if row["title"] == KEPT_ASIDE]
    shown = groups(found, 5 if kind == "five" else 1)
    chosen = random.Random(seed).sample(found, min(limit, len(found)))
    return [
        Asked(
            passages=tuple(f"{row['title'].replace('_', ' ')}\n{text}" for text in shown[row["context"]]),
            number=shown[row["context"]].index(row["context"]) + 1,
            question=row["question"].strip(),
            golds=tuple(row["answers"]),
        )
        for row in chosen
    ]


def groups(rows: list[dict[str, Any]], size: int) -> dict[str, list[str]]:
    """For every paragraph the group of paragraphs it is shown in; groups of one article are made of its nearest."""
    found = {}
    for title in sorted({row["title"] for row in rows}):
        article = Article(title, [row for row in rows if row["title"] == title])
        left = list(article.paragraphs)
        while left:
            first = left.pop(0)
            others = sorted(
                (p for p in article.paragraphs if p != first), key=lambda p: (p not in left, -article.near(first, p))
            )
            group = sorted([first, *others[: size - 1]])
            left = [paragraph for paragraph in left if paragraph not in group]
            found |= {paragraph: group for paragraph in group if paragraph not in found}
    return found


class Answerer:
    def __init__(self, known: base.Base, adapter: Path | None, precision: str) -> None:
        from safetensors.torch import load_file

        self.model, self.tokenizer = base.load(known, precision)
        if adapter:
            config = json.loads((adapter / "adapter_config.json").read_text("utf-8"))
            named = lora.steep(self.model, config["r"], config["lora_alpha"], 0)
            kept = load_file(adapter / "adapter_model.safetensors")
            with torch.no_grad():
                for name in named.keys() & kept.keys():
                    named[name].copy_(kept[name])
        self.end = self.tokenizer.convert_tokens_to_ids("<|im_end|>")
        self.roots: dict[tuple[str, ...], list[tuple[torch.Tensor, torch.Tensor]]] = {}

    def encode(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False).input_ids)

    def root(self, passages: tuple[str, ...]) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """The key-values of these passages, read once."""
        if passages not in self.roots:
            tokens = torch.tensor([self.encode(layout.root(list(passages)))])
            kept = self.model.model(input_ids=tokens, use_cache=True).past_key_values
            self.roots[passages] = [(layer.keys, layer.values) for layer in kept.layers]
        return self.roots[passages]

    @torch.inference_mode()
    def answer(self, batch: list[Asked], longest: int) -> list[Replied]:
        from transformers import DynamicCache

        roots = [self.root(asked.passages) for asked in batch]
        asks = [self.encode(layout.branch({"question": asked.question})) for asked in batch]
        sizes, width = [root[0][0].shape[2] for root in roots], max(map(len, asks))
        most = max(sizes)
        layers = [
            tuple(torch.cat([padded(root[n][side], most) for root in roots]) for side in (0, 1))
            for n in range(len(roots[0]))
        ]
        cache = DynamicCache(layers)
        seen = torch.zeros(len(batch), most + width, dtype=torch.long)
        tokens, places = torch.full((len(batch), width), self.end), torch.zeros(len(batch), width, dtype=torch.long)
        for at, (size, ask) in enumerate(zip(sizes, asks, strict=True)):
            seen[at, most - size : most] = 1
            seen[at, most + width - len(ask) :] = 1
            tokens[at, width - len(ask) :] = torch.tensor(ask)
            places[at, width - len(ask) :] = torch.arange(size, size + len(ask))
        first = self.step(tokens, cache, seen, places, 1)[:, -1]
        chances = self.abstaining(first, cache, seen, places[:, -1:])
        cache.crop(-len(self.encode(layout.prompt()["abstention"])))  # back to where the reply begins
        texts = self.write(first, cache, seen, places[:, -1:], longest)
        given = [Replied(text=text, abstains=chance) for text, chance in zip(texts, chances, strict=True)]
        at = [number for number, replied in enumerate(given) if replied.abstained]
        if at:
            cache.crop(most + width - cache.get_seq_length())
            cache.batch_select_indices(torch.tensor(at))
            abstention = layout.prompt()["abstention"]
            first[:, [self.encode(abstention)[0], self.encode(abstention.lower())[0]]] = -torch.inf
            others = self.write(first[at], cache, seen[at], places[at, -1:], longest)
            for number, other in zip(at, others, strict=True):
                given[number] = replace(given[number], instead=other)
        return given

    def step(self, tokens: Any, cache: Any, seen: Any, places: Any, last: int) -> torch.Tensor:
        done = self.model(
            input_ids=tokens,
            past_key_values=cache,
            attention_mask=seen,
            position_ids=places,
            use_cache=True,
            logits_to_keep=last,
        )
        return done.logits.float()  # type: ignore[no-any-return]

    def abstaining(self, first: torch.Tensor, cache: Any, seen: Any, at: Any) -> list[float]:
        reply = torch.tensor([*self.encode(layout.prompt()["abstention"]), self.end])
        fed = reply[:-1].expand(len(first), -1)
        more = torch.cat((seen, torch.ones_like(fed)), 1)
        rest = self.step(fed, cache, more, at + 1 + torch.arange(fed.shape[1]), fed.shape[1])
        logs = torch.log_softmax(torch.cat((first[:, None], rest), 1), -1)
        return logs.gather(2, reply.expand(len(first), -1)[..., None]).sum((1, 2)).exp().tolist()  # type: ignore[no-any-return]

    def write(self, first: torch.Tensor, cache: Any, seen: Any, at: Any, longest: int) -> list[str]:
        written = [first.argmax(-1)]
        open_ = written[0] != self.end
        while open_.any() and len(written) < longest:
            at, seen = at + 1, torch.cat((seen, torch.ones_like(at)), 1)
            written.append(self.step(written[-1][:, None], cache, seen, at, 1)[:, -1].argmax(-1))
            open_ &= written[-1] != self.end
        rows = torch.stack(written, 1).tolist()
        cut = [row[: row.index(self.end)] if self.end in row else row for row in rows]
        return [self.tokenizer.decode(row).strip() for row in cut]


def padded(states: torch.Tensor, size: int) -> torch.Tensor:
    return torch.nn.functional.pad(states, (0, 0, size - states.shape[2], 0))


def decided(replied: Replied, threshold: float) -> Replied:
    """The reply where abstaining is decided by its likelihood."""
    if replied.abstained:
        return replied if replied.abstains >= threshold else replace(replied, text=replied.instead)
    return replace(replied, text=layout.prompt()["abstention"]) if replied.abstains >= threshold else replied


def figures(asked: list[Asked], replied: list[Replied]) -> dict[str, Any]:
    from steep.measuring.scoring import exact_match, token_f1
    from steep_plugins.generators.reader.confidence import calibration_error

    both = list(zip(asked, replied, strict=True))
    answerable = [(a, r) for a, r in both if a.golds]
    none = [not a.golds for a in asked]
    found = sum(r.abstained and not a.golds for a, r in both)
    said = [(a, r) for a, r in answerable if not r.abstained]
    made: dict[str, Any] = {
        "questions": len(both),
        "f1": mean([best(token_f1, a, r) for a, r in both]),
        "exact_match": mean([best(exact_match, a, r) for a, r in both]),
        "f1_where_it_answers": mean([best(token_f1, a, r) for a, r in said]),
        "abstained_wrongly": mean([r.abstained for _, r in answerable]),
        "cites_right": mean([r.cited == a.number for a, r in said]),
    }
    if any(none):
        flagged = sum(r.abstained for r in replied)
        made["abstention_f1"] = round(2 * found / max(1, flagged + sum(none)), 4)
        made["calibration_error"] = round(calibration_error([r.abstains for r in replied], none), 4)
    return made


def best(score: Any, asked: Asked, replied: Replied) -> float:
    """A reply's score against the best gold; a question without an answer counts 1 where it abstained."""
    if not asked.golds or replied.abstained:
        return float(not asked.golds and replied.abstained)
    return float(max(score(replied.said, gold) for gold in asked.golds))


def mean(values: list[Any]) -> float:
    return round(sum(map(float, values)) / max(1, len(values)), 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("kind", choices=("single", "five", "hard"))
    parser.add_argument("--base", choices=tuple(base.BASES), default="smollm2")
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--limit", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--longest", type=int, default=48, help="tokens of a reply; one that quotes first needs 96")
    parser.add_argument("--threshold", type=float, default=0.5, help="how likely abstaining must be")
    parser.add_argument("--precision", choices=("bf16", "fp32"), default="bf16")
    parser.add_argument("--out", type=Path, help="where every reply is written")
    given = parser.parse_args()
    torch.set_num_threads(1)
    asked = sorted(questions(given.data, given.kind, given.limit, given.seed), key=lambda one: one.passages)
    answerer, replied, began = Answerer(base.BASES[given.base], given.adapter, given.precision), [], time.monotonic()
    for start in range(0, len(asked), given.batch):
        replied += answerer.answer(asked[start : start + given.batch], given.longest)
        answerer.roots.clear()
    made = {"greedy": figures(asked, replied)}
    made["by_threshold"] = {"threshold": given.threshold} | figures(
        asked, [decided(r, given.threshold) for r in replied]
    )
    made |= {
        "seconds": round(time.monotonic() - began),
        "kind": given.kind,
        "adapter": str(given.adapter),
    }
    print(json.dumps(made))
    if given.out:
        lines = [
            json.dumps(
                {
                    "question": a.question,
                    "golds": a.golds,
                    "number": a.number,
                    "reply": r.text,
                    "instead": r.instead,
                    "abstains": r.abstains,
                }
            )
            for a, r in zip(asked, replied, strict=True)
        ]
        given.out.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
