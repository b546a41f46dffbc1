"""Adapters on disk and in memory, for every model: PEFT's layout, the check of their base, and the few last used.

Beside PEFT's two files stands ``base.json``: the digest of the base that the adapter was made for, and the job in whose
words it is asked, where it goes on from an adapter that was taught one. One that lacks it was made elsewhere, by PEFT
alone: only its shapes can be checked.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from steep.errors import AdapterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import torch

    from steep.kinds import AdapterRef

T = TypeVar("T")

CONFIG, WEIGHTS, BASE = "adapter_config.json", "adapter_model.safetensors", "base.json"


class AdapterCache(Generic[T]):
    """What was loaded of the adapters last used, by version; the one unused for longest goes first. Thread-safe.

    ``load`` is called with an adapter that is whole and made for the base of ``digest``; ``drop`` with what goes.
    """

    def __init__(
        self,
        load: Callable[[AdapterRef], T],
        *,
        digest: str,
        capacity: int,
        drop: Callable[[T], None] = lambda gone: None,
    ) -> None:
        self._load = load
        self._drop = drop
        self._digest = digest
        self._capacity = capacity
        self._lock = threading.Lock()
        self._loaded: OrderedDict[str, T] = OrderedDict()

    def get(self, adapter: AdapterRef) -> T:
        """What the adapter was loaded as. Raises AdapterError for one that does not fit."""
        with self._lock:
            if adapter.version not in self._loaded:
                check_adapter(adapter, self._digest)
                self._loaded[adapter.version] = self._load(adapter)
            self._loaded.move_to_end(adapter.version)
            found = self._loaded[adapter.version]
            while len(self._loaded) > self._capacity:
                self._drop(self._loaded.popitem(last=False)[1])
            return found

    def __len__(self) -> int:
        return len(self._loaded)


def adapter_of(folder: Path, version: str) -> AdapterRef:
    """The adapter in a folder, with the job that its base.json names, if any."""
    from steep.kinds import AdapterRef

    try:
        job = json.loads((folder / BASE).read_text("utf-8")).get("job", "")
    except (OSError, ValueError, AttributeError):
        job = ""  # what is wrong with the file `check_adapter` says
    return AdapterRef(version=version, folder=folder, job=str(job))


def check_adapter(adapter: AdapterRef, digest: str) -> None:
    """Raise AdapterError for a folder that is no adapter, or one that was made for another base."""
    for name in (CONFIG, WEIGHTS):
        if not (adapter.folder / name).is_file():
            raise AdapterError(f"the adapter {adapter.version} lacks the file {name} in {adapter.folder}.")
    made_for = adapter.folder / BASE
    if not made_for.is_file():
        return
    try:
        found = json.loads(made_for.read_text("utf-8"))
        base, model = str(found["digest"]), str(found["model"])
    except (ValueError, KeyError, TypeError) as error:
        raise AdapterError(
            f"{made_for} does not name the base of the adapter {adapter.version} ({error!r})."
        ) from error
    if base != digest:
        raise AdapterError(
            f"the adapter {adapter.version} was made for the base {base} ({model}), and this one is {digest}. Tune it "
            "with `steep tune`, or set the model or generator in steep.toml back."
        )


def save_adapter(
    model: Any,
    folder: Path,
    *,
    name: str,
    digest: str | None = None,
    dtype: torch.dtype | None = None,
    job: str = "",
) -> None:
    """Write the adapter of a PEFT model: the same bytes for the same weights, no local path, no set in any order.

    ``name`` is what the base is called, ``digest`` what it is; None writes no base.json. ``dtype`` is that of the file,
    by default the weights' own. ``job`` is the one whose words its rows were in.
    """
    from peft import get_peft_model_state_dict
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    weights = get_peft_model_state_dict(model, save_embedding_layers=False)
    tensors = {
        name: each.detach().to("cpu", dtype or each.dtype).contiguous() for name, each in sorted(weights.items())
    }
    save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})
    settings = model.peft_config["default"].to_dict() | {"base_model_name_or_path": name, "inference_mode": True}
    _write(folder / CONFIG, {key: _canonical(value) for key, value in settings.items()})
    if digest is not None:
        _write(folder / BASE, {"digest": digest, "model": name} | ({"job": job} if job else {}))


def _canonical(value: Any) -> Any:
    """As JSON: sets sorted, since PEFT keeps the names of layers in a set, whose order is random."""
    if isinstance(value, set | frozenset):
        return sorted(value)
    return value.value if hasattr(value, "value") else value


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", "utf-8")
