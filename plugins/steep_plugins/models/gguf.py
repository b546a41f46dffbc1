"""GGUF files: converted once into a folder of Hugging Face's layout, which is kept in the cache (see `caching`).

Reading a GGUF file takes ten seconds or more, reading what it was converted to one or two. Quantised weights become
bf16, which is finer than they were.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from steep.errors import ModelError
from steep_plugins.caching import Making, is_made, made
from steep_plugins.models.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LAYOUT = 1
"""Grows when a conversion would be written differently."""

_ROOM = 8  # what is written is at most about so many times the file: four bits a weight become 32


def converted(file: Path, digest: str, *, write: Callable[[Path, Path], None] | None = None) -> Path:
    """The folder with the converted model; ``digest`` is the sha256 of the file. Raises ModelError."""
    return made(_making(file, digest), lambda folder: (write or _written)(file, folder))


def check_converted(file: Path, digest: str) -> None:
    """Raises ModelError where what the file was converted to cannot be used; it need not be converted yet."""
    is_made(_making(file, digest))


def is_converted(file: Path, digest: str) -> bool:
    """Whether it was; raises ModelError as above."""
    return is_made(_making(file, digest))


def _making(file: Path, digest: str) -> Making:
    needed = file.stat().st_size * _ROOM
    return Making(digest=digest, source=file.name, done="converted", needed=needed, layout=LAYOUT)


def _written(file: Path, folder: Path) -> None:
    """Read a GGUF file and save it. What was read from GGUF refuses to be saved, so its weights move to a new model."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        with quiet(), _drawn_on_terminals_alone():
            read = AutoModelForCausalLM.from_pretrained(str(file.parent), gguf_file=file.name)
            tokenizer = AutoTokenizer.from_pretrained(str(file.parent), gguf_file=file.name)
    except ImportError as error:
        raise ModelError(f"{file} cannot be read without the library `gguf`. Run: pip install gguf") from error
    except (ValueError, KeyError, RuntimeError, TypeError, AttributeError, NotImplementedError) as error:
        why = str(error).strip().partition("\n")[0]
        raise ModelError(
            f"{file} cannot be read as a language model: {why}. Its architecture may be unknown to transformers, or "
            "the file damaged; take the model in Hugging Face's layout instead (a folder or hub id)."
        ) from error
    with quiet():
        model = _unquantised(read)
        model.to(_precision(file)).save_pretrained(str(folder))
        tokenizer.save_pretrained(str(folder))


@contextmanager
def _drawn_on_terminals_alone() -> Iterator[None]:
    """Transformers draws a bar of the tensors whatever it is told; in a log that is one line of thousands of signs."""
    from transformers import modeling_gguf_pytorch_utils as reading

    drawn = reading.tqdm
    reading.tqdm = partial(drawn, disable=None)  # to tqdm None is: where no terminal is
    try:
        yield
    finally:
        reading.tqdm = drawn


def _unquantised(read: Any) -> Any:
    known = read.config.to_dict()
    for name in ("quantization_config", "_name_or_path", "_model_name_or_path", "transformers_version"):
        known.pop(name, None)
    known.pop("architectures", None)
    model = type(read)(type(read.config)(**known))
    model.load_state_dict(read.state_dict())
    model.tie_weights()
    model.generation_config = read.generation_config
    return model


def _precision(file: Path) -> Any:
    """bf16 for weights of 8 bits and less; wider ones stay as exact as they are."""
    import torch
    from gguf import GGMLQuantizationType, GGUFReader

    wide = {GGMLQuantizationType.F32, GGMLQuantizationType.F16, GGMLQuantizationType.F64}
    kinds = {tensor.tensor_type for tensor in GGUFReader(str(file)).tensors if len(tensor.shape) > 1}
    return torch.float32 if kinds & wide else torch.bfloat16
