"""What the command lines of the recipes beside this file have alike: of a training, and of writing it as a starter."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def training(told: str, *, threads: int = 2, tell: int = 20) -> argparse.ArgumentParser:
    """The options that every training has; what it learns from, how long and how fast are its own."""
    parser = _parser(told)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=threads)
    parser.add_argument("--device", default="cpu", help="cpu, or cuda")
    parser.add_argument("--tell", type=int, default=tell, help="steps between two lines that tell how it goes")
    return parser


def saving(told: str, encoders: Iterable[str] = ()) -> argparse.ArgumentParser:
    """The run, the folder of the starter and, where there are several, the encoder."""
    parser = _parser(told)
    parser.add_argument("run", type=Path)
    parser.add_argument("folder", type=Path)
    if encoders:
        parser.add_argument("--encoder", choices=tuple(encoders), default="minilm")
    return parser


def _parser(told: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(description=told, formatter_class=argparse.RawDescriptionHelpFormatter)
