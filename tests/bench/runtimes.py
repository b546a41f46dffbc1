"""How fast a language model on board reads and writes here, by number format and way of running, beside other runtimes.

    python tests/bench/runtimes.py [--model qwen] [--threads 2] [--rounds 2] [--peers FOLDER] [--json] [WAY ...]

`auto` is what ships; `torch` and `steep-openvino` are steep's own ways by either runtime; `transformers` runs the same
weights through that library's own layers; `openvino` (OpenVINO GenAI) and `llama.cpp` read the very GGUF file, and are
measured where they, or `--peers`, are found:

    pip install --no-deps --target FOLDER openvino openvino-genai openvino-tokenizers xllamacpp

Each way runs in a process of its own, one after the other, as often as `--rounds` says; shown is the best of each
figure, and, on stderr, what each run gave. Seconds are the processor's, of all threads, which a busy machine leaves
comparable; `wall_` is the clock's.
`again_s` is the same prompt once more, `other_s` the same passages with another question; `products_s` is what a
prompt's products take at the peak of this CPU, by a product of 2,048 by 2,048 by 2,048 in the model's format.
Rates are of a reply alone: a long one less a short one. `adapters_a_s` are eight requests at once with an adapter each,
which the other runtimes do not put into one batch.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LONG = "The harbour master keeps the keys of berth four in the ice house, and hall B costs 12 EUR a day. " * 40
TALES = [f"Write a long story about the number {number}." for number in range(8)]
WAYS = ("auto", "torch", "float32", "bfloat16", "transformers", "steep-openvino", "openvino", "llama.cpp")
PACKAGES = {
    "steep-openvino": ("openvino", "torch", "transformers", "tokenizers", "safetensors"),
    "openvino": ("openvino", "openvino-genai", "openvino-tokenizers"),
    "llama.cpp": ("xllamacpp",),
    "": ("torch", "transformers", "tokenizers", "safetensors"),
}
OPTIONS = {
    "torch": {"runtime": "torch"},
    "steep-openvino": {"runtime": "openvino"},
    "float32": {"runtime": "torch", "dtype": "float32"},
    "bfloat16": {"runtime": "torch", "dtype": "bfloat16"},
    "transformers": {"runtime": "torch"},
}
SHORT, WHOLE = 8, 56  # tokens of a reply


class Runtime(Protocol):
    def write(self, asked: Sequence[str], tokens: int) -> tuple[int, int]:
        """Replies of so many tokens to several users at once: the tokens read for the first, and those written."""
        ...


class Here:
    """What steep runs; ``adapters`` are given to the requests, one each."""

    def __init__(self, way: str, name: str) -> None:
        from steep import Context
        from steep_plugins.models import LocalOptions, build_qwen, build_qwen_large, build_smollm2, llama

        if way == "transformers":
            llama.runs = lambda config, device: False
        build = {"smollm2": build_smollm2, "qwen": build_qwen, "qwen-large": build_qwen_large}[name]
        self.model = build(LocalOptions.model_validate(OPTIONS.get(way, {})), Context())
        self.adapters: list[Any] = []

    def write(self, asked: Sequence[str], tokens: int) -> tuple[int, int]:
        ends = [piece for piece in self.model.chat(self._asks(asked, tokens)) if piece.end]
        return ends[0].prompt_tokens, sum(piece.tokens for piece in ends)

    def write_apart(self, asked: Sequence[str], tokens: int) -> tuple[int, int]:
        """Each asked for in a thread of its own, as a server does."""
        with ThreadPoolExecutor(len(asked)) as callers:
            found = list(callers.map(lambda one: self.write([one], tokens), asked))
        return found[0][0], sum(written for _, written in found)

    def _asks(self, asked: Sequence[str], tokens: int) -> list[Any]:
        from steep.kinds import Ask
        from steep.values import Message

        adapters = self.adapters or [None] * len(asked)
        return [
            Ask(messages=(Message(role="user", content=text),), max_tokens=tokens, adapter=adapter)
            for text, adapter in zip(asked, adapters, strict=False)
        ]


class OpenVino:
    def __init__(self, file: str, threads: int) -> None:
        import openvino_genai

        self._library = openvino_genai
        self._pipe = openvino_genai.LLMPipeline(file, "CPU", INFERENCE_NUM_THREADS=threads)

    def write(self, asked: Sequence[str], tokens: int) -> tuple[int, int]:
        config = self._library.GenerationConfig(
            max_new_tokens=tokens, do_sample=False, ignore_eos=True, apply_chat_template=False
        )
        counted = self._pipe.generate([laid_out(text) for text in asked], config).perf_metrics
        return counted.get_num_input_tokens() // len(asked), counted.get_num_generated_tokens()


class LlamaCpp:
    def __init__(self, file: str, threads: int) -> None:
        import xllamacpp

        given = xllamacpp.CommonParams()
        given.model.path = file
        given.cpuparams.n_threads = given.cpuparams_batch.n_threads = threads
        given.n_parallel, given.n_ctx, given.warmup, given.verbosity = 8, 8 * 2048, False, -1
        self._server = xllamacpp.Server(given)

    def write(self, asked: Sequence[str], tokens: int) -> tuple[int, int]:
        with ThreadPoolExecutor(len(asked)) as callers:
            found = list(callers.map(lambda text: self._one(text, tokens), asked))
        return found[0][0], sum(written for _, written in found)

    def _one(self, text: str, tokens: int) -> tuple[int, int]:
        asked = {"prompt": laid_out(text), "max_tokens": tokens, "temperature": 0, "ignore_eos": True}
        used = self._server.handle_completions(asked)["usage"]
        return used["prompt_tokens"], used["completion_tokens"]


def laid_out(text: str) -> str:
    return f"<|im_start|>user\n{text}<|im_end|>\n<|im_start|>assistant\n"


def measured(way: str, threads: int, name: str) -> dict[str, Any]:
    begun = time.process_time()
    runtime = built(way, threads, name)
    runtime.write(["Hello."], 2)
    found: dict[str, Any] = {"way": way, "load_s": time.process_time() - begun}
    asked = [LONG + "Write a long story."]
    spent, wall, (read, _) = timed(lambda: runtime.write(asked, 1))
    found |= {"prompt_tokens": read, "prompt_s": spent, "wall_prompt_s": wall}
    found["again_s"] = timed(lambda: runtime.write(asked, 1))[0]
    found["other_s"] = timed(lambda: runtime.write([LONG + "Who keeps the keys of berth four, and where?"], 1))[0]
    found["reply_a_s"], found["wall_reply_a_s"] = rates(runtime.write, asked)
    found["short_reply_a_s"] = rates(runtime.write, TALES[:1])[0]
    found["eight_a_s"] = rates(runtime.write, TALES)[0]
    if isinstance(runtime, Here):
        found["products_s"] = products(runtime, read)
        found["callers_a_s"] = rates(runtime.write_apart, TALES)[0]
        with tempfile.TemporaryDirectory() as folder:
            runtime.adapters = drawn(runtime, Path(folder))
            runtime.write(TALES, 2)  # they are loaded when they are first asked for
            found["adapter_a_s"] = rates(runtime.write, TALES[:1])[0]
            found["adapters_a_s"] = rates(runtime.write, TALES)[0]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return {**found, "peak_mb": peak, "install_mb": installed(PACKAGES.get(way, PACKAGES[""]))}


def built(way: str, threads: int, name: str) -> Runtime:
    if way not in ("openvino", "llama.cpp"):
        import torch

        torch.set_num_threads(threads)
        return Here(way, name)
    from steep_plugins.models.qwen import LARGE, SMALL, find_qwen
    from steep_plugins.models.smollm2 import find_smollm2

    found = find_smollm2() if name == "smollm2" else find_qwen({"qwen": SMALL, "qwen-large": LARGE}[name])
    return {"openvino": OpenVino, "llama.cpp": LlamaCpp}[way](str(found.source), threads)


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """The processor's seconds, the clock's, and what came of it."""
    spent, wall = time.process_time(), time.perf_counter()
    found = work()
    return time.process_time() - spent, time.perf_counter() - wall, found


def rates(write: Callable[[Sequence[str], int], tuple[int, int]], asked: Sequence[str]) -> tuple[float, float]:
    """Tokens a second of the processor, and of the clock, once a reply has begun."""
    few_spent, few_wall, (_, few) = timed(lambda: write(asked, SHORT))
    spent, wall, (_, written) = timed(lambda: write(asked, WHOLE))
    return (written - few) / (spent - few_spent), (written - few) / (wall - few_wall)


def products(runtime: Here, tokens: int) -> float:
    """Seconds that the products of a prompt take, if they are as quick as any product here."""
    import torch
    from transformers import AutoConfig

    known = AutoConfig.from_pretrained(str(runtime.model.files.folder))
    wide, keys = known.hidden_size, known.hidden_size * known.num_key_value_heads // known.num_attention_heads
    weights = known.num_hidden_layers * wide * (2 * wide + 2 * keys + 3 * known.intermediate_size)
    kind = getattr(torch, runtime.model.card().runs.split(", ")[1])
    one, other = (torch.randn(2048, 2048).to(kind) for _ in range(2))
    least = min(timed(lambda: one @ other)[0] for _ in range(8))
    return least * weights * tokens / 2048**3


def drawn(runtime: Here, folder: Path) -> list[Any]:
    """Eight adapters of rank 16 on all linear layers, that change next to nothing: what they cost is measured."""
    import torch
    from peft import LoraConfig, get_peft_model
    from safetensors.torch import load_file, save_file
    from transformers import AutoConfig, AutoModelForCausalLM

    from steep.kinds import AdapterRef

    base = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(str(runtime.model.files.folder)))
    model = get_peft_model(base, LoraConfig(r=16, target_modules="all-linear"))
    model.save_pretrained(str(folder / "0"))
    kept = folder / "0" / "adapter_model.safetensors"
    for number in range(8):
        place = folder / str(number)
        place.mkdir(exist_ok=True)
        (place / "adapter_config.json").write_bytes((folder / "0" / "adapter_config.json").read_bytes())
        weights = {key: torch.full_like(value, 1e-4) for key, value in load_file(kept).items()}
        save_file(weights, place / "adapter_model.safetensors")
    return [AdapterRef(version=str(number), folder=folder / str(number)) for number in range(8)]


def installed(packages: Sequence[str]) -> float:
    """What packages take on the disk, in MB."""
    files = [each for name in packages for each in metadata.files(name) or ()]
    places = {Path(str(each.locate())) for each in files}
    return sum(place.stat().st_size for place in places if place.is_file()) / 1e6


def best(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The least of seconds and megabytes, the most of tokens a second."""
    chosen = {key: max if key.endswith("_a_s") else min for key in runs[0]}
    return {key: chosen[key](run[key] for run in runs) for key in runs[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ways", nargs="*", default=list(WAYS), choices=WAYS)
    parser.add_argument("--model", choices=("smollm2", "qwen", "qwen-large"), default="smollm2")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--peers", default="", metavar="FOLDER")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.peers:
        sys.path.append(given.peers)
    if given.one:
        print(json.dumps(measured(given.ways[0], given.threads, given.model)))
        return
    found = asked_in_turn(given)
    rows = [{key: shown(value) for key, value in best(runs).items()} for runs in found.values()]
    print(json.dumps(rows, indent=1) if given.json else "\n".join(map(line, rows)))


def asked_in_turn(given: argparse.Namespace) -> dict[str, list[dict[str, Any]]]:
    """Every way in a process of its own, all of them in each round: what else the machine does hits all alike."""
    found: dict[str, list[dict[str, Any]]] = {}
    more = ["--peers", given.peers, "--model", given.model, "--threads", str(given.threads), "--one"]
    for way in list(given.ways) * given.rounds:
        ran = subprocess.run([sys.executable, __file__, way, *more], capture_output=True, text=True, check=False)
        if ran.returncode:
            print(f"{way}: {ran.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        else:
            one = json.loads(ran.stdout.strip().splitlines()[-1])
            print(line({key: shown(value) for key, value in one.items()}), file=sys.stderr, flush=True)
            found.setdefault(way, []).append(one)
    return found


def shown(value: Any) -> Any:
    return round(value, 2) if isinstance(value, float) else value


def line(row: dict[str, Any]) -> str:
    return "  ".join(f"{key} {value}" for key, value in row.items())


if __name__ == "__main__":
    main()
