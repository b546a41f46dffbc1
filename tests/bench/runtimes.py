"""How fast a language model on board reads and writes here, in CPU seconds, by number format and way of running.

    python tests/bench/runtimes.py [--model qwen] [--threads 2] [--json] [auto float32 bfloat16 transformers openvino]

`auto` is what ships; `transformers` runs the same weights through that library's own layers; `openvino` needs
`openvino-genai`, reads the GGUF file as it is, and is measured without an adapter. Each runs in a process of its own.
CPU seconds are what a busy machine leaves comparable: wall seconds are about them divided by the threads.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

LONG = "The harbour master keeps the keys of berth four in the ice house, and hall B costs 12 EUR a day. " * 38
WAYS = ("auto", "float32", "bfloat16", "transformers", "openvino")


def measured(way: str, threads: int, name: str) -> dict[str, float | str]:
    import torch

    torch.set_num_threads(threads)
    found = _openvino(threads, name) if way == "openvino" else _here(way, name)
    return {"way": way, **found, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3}


def _here(way: str, name: str) -> dict[str, float]:
    from steep import Context
    from steep.kinds import Ask
    from steep.values import Message
    from steep_plugins.models import LocalOptions, build_qwen, build_qwen_large, build_smollm2, llama

    if way == "transformers":
        llama.runs = lambda config, device: False
    build = {"smollm2": build_smollm2, "qwen": build_qwen, "qwen-large": build_qwen_large}[name]
    model = build(LocalOptions(dtype="auto" if way == "transformers" else way), Context())
    begun = time.process_time()
    list(model.chat([Ask(messages=(Message(role="user", content="Hello."),), max_tokens=2)]))
    load = time.process_time() - begun
    ask = Ask(messages=(Message(role="user", content=LONG + "Write a long story."),), max_tokens=64)
    first, single = _timed(model, [ask])
    again, _ = _timed(model, [ask])
    tales = [Message(role="user", content=f"Write a story about the number {number}.") for number in range(8)]
    asks = [Ask(messages=(tale,), max_tokens=48) for tale in tales]
    _, eight = _timed(model, asks)
    rates = {"tokens_a_s": single, "eight_tokens_a_s": eight, "callers_tokens_a_s": _of_callers(model, asks)}
    return {"load_s": load, "prompt_s": first, "again_s": again, **rates}


def _of_callers(model, asks) -> float:
    """Tokens a CPU second, reading included, where each is asked for in a thread of its own, as a server does."""
    begun = time.process_time()
    with ThreadPoolExecutor(len(asks)) as callers:
        tokens = sum(callers.map(lambda ask: sum(piece.tokens for piece in model.chat([ask])), asks))
    return tokens / (time.process_time() - begun)


def _timed(model, asks) -> tuple[float, float]:
    """CPU seconds to the first piece, and tokens a CPU second after it."""
    begun, first, tokens = time.process_time(), 0.0, 0
    for piece in model.chat(asks):
        first = first or time.process_time()
        tokens += piece.tokens
    return first - begun, (tokens - len(asks)) / (time.process_time() - first)


def _openvino(threads: int, name: str) -> dict[str, float]:
    import openvino_genai

    from steep_plugins.models.qwen import LARGE, SMALL, find_qwen
    from steep_plugins.models.smollm2 import find_smollm2

    found = find_smollm2() if name == "smollm2" else find_qwen({"qwen": SMALL, "qwen-large": LARGE}[name])
    begun = time.process_time()
    pipe = openvino_genai.LLMPipeline(str(found.source), "CPU", INFERENCE_NUM_THREADS=threads)
    load = time.process_time() - begun
    config = openvino_genai.GenerationConfig(max_new_tokens=64, do_sample=False)
    asked = f"<|im_start|>user\n{LONG}Write a long story.<|im_end|>\n<|im_start|>assistant\n"
    spent = []
    for _ in range(2):
        stamps: list[float] = []
        begun = time.process_time()
        pipe.generate(asked, config, lambda text, stamps=stamps: stamps.append(time.process_time()) and None)
        spent.append((stamps[0] - begun, 63 / (stamps[-1] - stamps[0])))
    return {"load_s": load, "prompt_s": spent[0][0], "again_s": spent[1][0], "tokens_a_s": spent[0][1]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ways", nargs="*", default=list(WAYS[:4]), choices=WAYS)
    parser.add_argument("--model", choices=("smollm2", "qwen", "qwen-large"), default="smollm2")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measured(given.ways[0], given.threads, given.model)))
        return
    rows = []
    for way in given.ways:
        command = [sys.executable, __file__, way, "--model", given.model, "--threads", str(given.threads), "--one"]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            print(f"{way}: {ran.stderr.strip().splitlines()[-1]}", file=sys.stderr)
            continue
        rows.append(json.loads(ran.stdout.strip().splitlines()[-1]))
        if not given.json:
            shown = (f"{key} {value if isinstance(value, str) else f'{value:.2f}'}" for key, value in rows[-1].items())
            print("  ".join(shown), flush=True)
    if given.json:
        print(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
