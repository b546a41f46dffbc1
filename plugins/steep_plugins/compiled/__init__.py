"""Decoders that OpenVINO compiles for a CPU: the extra `openvino`. Importing this loads nothing heavy.

The graph is built from the weights that steep has loaded, so GGUF files and folders run alike, each row of a batch has
its own adapter, and given replies can be weighed.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from steep.errors import MissingDependency, ModelError

if TYPE_CHECKING:
    from typing import Literal

    Runtime = Literal["auto", "torch", "openvino"]


def installed() -> bool:
    """Whether the library is here; it is not imported."""
    return find_spec("openvino") is not None


def check_installed(runtime: Runtime, *, name: str) -> None:
    """Raises MissingDependency where OpenVINO is to run the model ``name`` and is not installed."""
    if runtime == "openvino" and not installed():
        raise MissingDependency(library="openvino", wanted_by=f"the model {name}", extra="openvino")


def takes(runtime: Runtime, *, name: str, config: Any, device: str) -> bool:
    """Whether OpenVINO runs the model ``name``: where it was asked for.

    Raises MissingDependency or ModelError where it cannot.
    """
    from steep_plugins.models.llama import runs

    if runtime != "openvino":
        return False
    check_installed(runtime, name=name)
    if not runs(config, device):
        build = config.model_type if device == "cpu" else f"on {device}"
        raise ModelError(
            f"the model {name} ({build}) cannot be run by OpenVINO, which here runs plain builds of Llama and Qwen2 on "
            'a CPU. Set `runtime = "auto"` in its [model.NAME], or `device = "cpu"`.'
        )
    return True
