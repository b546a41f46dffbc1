"""Adapters of one base model, loaded when first asked for, a few kept.

PEFT chooses the adapter by row (``adapter_names``): no request ever switches the model. What it does for one call is
set up in hooks on the shared layers, so calls must not overlap: a runner holds its lock around `select` and the call
together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from steep.engine.adapters import AdapterCache
from steep.errors import AdapterError
from steep.values import content_id
from steep_plugins.models.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import AdapterRef


class Adapters:
    """The base model with the adapters last used; the one unused for longest goes when a new one needs its place."""

    def __init__(self, model: Any, *, digest: str, capacity: int) -> None:
        self._model = model
        self._wrapped = False
        # version → PEFT's name for it
        self._names: AdapterCache[str] = AdapterCache(self._load, digest=digest, capacity=capacity, drop=self._delete)

    def select(self, adapters: Sequence[AdapterRef | None]) -> tuple[Any, dict[str, Any]]:
        """The model, and the arguments of a call that give each row its adapter, or none.

        No more different adapters than the capacity can be in one call.
        """
        names = [self._names.get(each) if each else "__base__" for each in adapters]
        return self._model, {"adapter_names": names} if self._wrapped else {}

    def _load(self, adapter: AdapterRef) -> str:
        from peft import PeftModel

        name = f"a{content_id('adapter', adapter.version)}"  # PEFT takes no dots in a name
        try:
            with quiet():
                if self._wrapped:
                    self._model.load_adapter(str(adapter.folder), adapter_name=name)
                else:
                    self._model = PeftModel.from_pretrained(self._model, str(adapter.folder), adapter_name=name)
        except (RuntimeError, ValueError, KeyError, OSError) as error:
            raise AdapterError(
                f"the adapter {adapter.version} in {adapter.folder} does not fit this base: {error}"
            ) from error
        self._wrapped = True
        self._model.eval()
        return name

    def _delete(self, name: str) -> None:
        with quiet():
            self._model.delete_adapter(name)
