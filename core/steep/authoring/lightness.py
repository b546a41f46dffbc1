"""Whether importing a plugin is light, measured where nothing else has been imported: in a process of its own.

One process imports the plugins one after the other and stops at the first that is not light, since what is loaded
once cannot be blamed on the next; another process then goes on with the rest.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from steep.hooks import Origin

# what takes long to import; a part imports it in its builder, never in the module that has the hooks
HEAVY = (
    "accelerate", "bm25s", "bs4", "datasets", "faiss", "fitz", "httpx", "jax", "keras", "langchain", "litestar",
    "llama_cpp", "lxml", "mammoth", "matplotlib", "nltk", "numpy", "onnxruntime", "openai", "pandas", "peft", "PIL",
    "pyarrow", "pypdfium2", "ray", "requests", "scipy", "sentence_transformers", "sklearn", "spacy", "tensorflow",
    "tokenizers", "torch", "transformers", "trl", "vllm",
)  # fmt: skip

SLOW = 1000.0  # milliseconds; a plugin that imports nothing heavy takes some twenty

_MARK = "\x1e"  # begins our lines, so that what a plugin prints below Python is not taken for one
_CHILD = (
    "import json, sys; request = json.load(sys.stdin); sys.path[:] = request['path']; "
    "from steep.authoring.lightness import report_imports; report_imports(request)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCost:
    """``problems`` says what importing the plugin did that it must not; ``milliseconds`` is for it alone."""

    milliseconds: float
    problems: tuple[str, ...]


def measure_imports(origins: Sequence[Origin], *, files: Sequence[str] = ()) -> dict[Origin, ImportCost]:
    """Import each plugin and collect its offers in a fresh interpreter, and note what that loaded and printed."""
    costs: dict[Origin, ImportCost] = {}
    left = list(origins)
    while left:
        for origin, cost in zip(left, _run(left, files), strict=False):
            costs[origin] = cost
        left = [each for each in left if each not in costs]
    return costs


def measure_module(name: str) -> ImportCost:
    """The same for a module that need not be installed as a plugin."""
    return _asked({"modules": [name]}, 1)[0]


def _run(origins: Sequence[Origin], files: Sequence[str]) -> list[ImportCost]:
    """The costs of the first plugins: all of them, or up to the first that is not light. At least one."""
    wanted = [(each.plugin, each.distribution) for each in origins]
    return _asked({"plugins": wanted, "files": list(files)}, len(wanted))


def _asked(request: dict[str, object], count: int) -> list[ImportCost]:
    data = json.dumps({"path": sys.path, **request})
    done = subprocess.run([sys.executable, "-c", _CHILD], input=data, capture_output=True, text=True, check=False)
    rows = [json.loads(line[1:]) for line in done.stdout.split("\n") if line.startswith(_MARK)]
    costs = [ImportCost(milliseconds=row["milliseconds"], problems=tuple(row["problems"])) for row in rows]
    if not costs or (done.returncode != 0 and len(costs) < count):
        last = (done.stderr.strip().splitlines() or ["nothing was said"])[-1]
        ended = f"importing it ended the interpreter with code {done.returncode}: {last}"
        costs.append(ImportCost(milliseconds=0.0, problems=(ended,)))
    return costs


def report_imports(request: dict[str, Any]) -> None:
    """What the other process does: a line of JSON a plugin on stdout, ending after the first that is not light."""
    for origin, importer in _wanted(request):
        cost = _import(origin, importer)
        print(_MARK + json.dumps({"milliseconds": cost.milliseconds, "problems": cost.problems}), flush=True)
        if cost.problems:
            return


def _wanted(request: dict[str, Any]) -> Iterator[tuple[Origin, Callable[[], object]]]:
    from steep.hooks.discovery import Origin, candidates

    found = {
        (origin.plugin, origin.distribution): (origin, load) for origin, load in candidates(request.get("files", ()))
    }
    for plugin, distribution in request.get("plugins", ()):
        yield found[plugin, distribution]
    for module in request.get("modules", ()):
        origin = Origin(plugin="module", distribution=module, version="0")
        yield origin, functools.partial(importlib.import_module, module)


def _import(origin: Origin, importer: Callable[[], object]) -> ImportCost:
    from steep.hooks import Plugins, Selection
    from steep.kinds import KINDS

    plugins = Plugins(selection=Selection())
    before = set(sys.modules)
    printed = io.StringIO()
    began = time.perf_counter()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):  # what is printed is led to stderr
        plugins.load(importer, origin)
        for kind in KINDS:
            plugins.offers(kind)
    milliseconds = round((time.perf_counter() - began) * 1000, 1)
    heavy = sorted(set(HEAVY) & (set(sys.modules) - before))
    problems = [f"cannot be imported in a fresh interpreter: {each.said}" for each in plugins.broken]
    if heavy:
        problems.append(f"importing it loads {', '.join(heavy)}; import heavy libraries in the builder instead")
    if milliseconds > SLOW:
        problems.append(f"importing it takes {milliseconds:.0f} ms, at every command; do the work in the builder")
    if printed.getvalue():
        problems.append(f"it prints when it is imported, at every command: {printed.getvalue()[:60]!r}")
    return ImportCost(milliseconds=milliseconds, problems=tuple(problems))
