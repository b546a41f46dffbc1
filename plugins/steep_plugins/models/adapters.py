"""Adapters of one base model, loaded when first asked for, a few kept.

PEFT chooses the adapter by row (``adapter_names``): no request ever switches the model. What it does for one call is
set up in hooks on the shared layers, so calls must not overlap: a runner holds its lock around `select` and the call
together.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from steep.errors import AdapterError
from steep.values import content_id
from steep_plugins.models.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from steep.kinds import AdapterRef

BASE_FILE = "base.json"
"""Beside PEFT's two files: the digest of the model that the adapter was made for."""

_FILES = ("adapter_config.json", "adapter_model.safetensors")


class Adapters:
    """The base model with the adapters last used; the one unused for longest goes when a new one needs its place."""

    def __init__(self, model: Any, *, digest: str, capacity: int) -> None:
        self._model = model
        self._digest = digest
        self._capacity = capacity
        self._names: OrderedDict[str, str] = OrderedDict()  # version → PEFT's name for it, last used at the end
        self._wrapped = False

    def select(self, adapters: Sequence[AdapterRef | None]) -> tuple[Any, dict[str, Any]]:
        """The model, and the arguments of a call that give each row its adapter, or none.

        No more different adapters than the capacity can be in one call.
        """
        names = [self._name(each) if each else "__base__" for each in adapters]
        return self._model, {"adapter_names": names} if self._wrapped else {}

    def _name(self, adapter: AdapterRef) -> str:
        if adapter.version not in self._names:
            self._load(adapter)
        self._names.move_to_end(adapter.version)
        return self._names[adapter.version]

    def _load(self, adapter: AdapterRef) -> None:
        check_adapter(adapter, self._digest)
        name = f"a{content_id('adapter', adapter.version)}"  # PEFT takes no dots in a name
        try:
            with quiet():
                if self._wrapped:
                    self._model.load_adapter(str(adapter.folder), adapter_name=name)
                else:
                    self._model = _wrapped(self._model, adapter.folder, name, trainable=False)
        except (RuntimeError, ValueError, KeyError, OSError) as error:
            raise _unfit(adapter, error) from error
        self._wrapped = True
        self._model.eval()
        self._names[adapter.version] = name
        if len(self._names) > self._capacity:
            with quiet():
                self._model.delete_adapter(self._names.popitem(last=False)[1])


def check_adapter(adapter: AdapterRef, digest: str) -> None:
    """Raise AdapterError for a folder that is no adapter, or one that was made for another base."""
    for name in _FILES:
        if not (adapter.folder / name).is_file():
            raise AdapterError(f"the adapter {adapter.version} lacks the file {name} in {adapter.folder}.")
    made_for = adapter.folder / BASE_FILE
    if not made_for.is_file():
        return  # made elsewhere, by PEFT alone: only its shapes can be checked
    found = json.loads(made_for.read_text("utf-8"))
    if found["digest"] != digest:
        raise AdapterError(
            f"the adapter {adapter.version} was made for the base {found['digest']} ({found['model']}), and this "
            f"generator's base is {digest}. Tune this base with `steep tune`, or set `model` in [generator] back."
        )


def with_start(model: Any, adapter: AdapterRef, *, digest: str) -> Any:
    """A PEFT model whose adapter, a copy of the one given, goes on being trained."""
    check_adapter(adapter, digest)
    try:
        with quiet():
            return _wrapped(model, adapter.folder, "default", trainable=True)
    except (RuntimeError, ValueError, KeyError, OSError) as error:
        raise _unfit(adapter, error) from error


def _wrapped(model: Any, folder: Path, name: str, *, trainable: bool) -> Any:
    from peft import PeftModel

    return PeftModel.from_pretrained(model, str(folder), adapter_name=name, is_trainable=trainable)


def _unfit(adapter: AdapterRef, error: Exception) -> AdapterError:
    return AdapterError(f"the adapter {adapter.version} in {adapter.folder} does not fit this base: {error}")
