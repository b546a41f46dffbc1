"""The library, imported without what reports its imports: OpenVINO's wheel brings a package that sends them away.

Whoever needs it imports it from here.
"""

# ruff: noqa: E402 - what must not be found is said before what looks for it

from __future__ import annotations

import sys

# before anything of it is imported; it has a stand-in that does nothing for where that package is not installed
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # None: as if it were not there

import openvino as ov
import openvino.opset15 as ops
from openvino import PartialShape, Type
from openvino._offline_transformations import paged_attention_transformation

__all__ = ["PartialShape", "Type", "ops", "ov", "paged_attention_transformation"]
