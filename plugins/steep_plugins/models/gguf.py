"""GGUF files: converted once into a folder of Hugging Face's layout, in a cache beside the user's other caches.

Reading a GGUF file takes ten seconds or more, reading what it was converted to one or two. A conversion is written
beside its place and renamed when it is whole, so one that was killed leaves nothing that could be taken for it; of two
processes that want the same one, the second waits. Quantised weights become bf16, which is finer than they were.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import filelock

from steep.errors import ModelError
from steep_plugins.models.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Callable

LAYOUT = 1
"""Grows when a conversion would be written differently."""

_MARK = "steep.json"
_ROOM = 8  # what is written is at most about so many times the file: four bits a weight become 32


def cache_folder() -> Path:
    """Where converted models are kept: $STEEP_CACHE, or the user's folder for caches."""
    import platformdirs

    chosen = os.environ.get("STEEP_CACHE")
    return Path(chosen).expanduser() if chosen else platformdirs.user_cache_path("steep")


def converted(file: Path, digest: str, *, write: Callable[[Path, Path], None] | None = None) -> Path:
    """The folder with the converted model; ``digest`` is the sha256 of the file. Raises ModelError."""
    folder = cache_folder() / "models" / digest[:32]
    if not _whole(folder, digest):
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with filelock.FileLock(folder.with_suffix(".lock")):
                if not _whole(folder, digest):
                    _convert(file, folder, digest, write or _written)
        except OSError as error:
            raise _unwritten(file, folder, error) from error
    return folder


def _whole(folder: Path, digest: str) -> bool:
    """Whether the conversion is there; one of another layout, or with files missing, is said and not used."""
    try:
        mark = json.loads((folder / _MARK).read_text("utf-8"))
        layout, made_of = mark["layout"], mark["sha256"]
        missing = [name for name, size in mark["files"].items() if _size(folder / name) != size]
    except FileNotFoundError:
        return False
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _stale(folder, f"its {_MARK} cannot be read ({error!r})") from error
    if layout != LAYOUT:
        raise _stale(folder, f"it was written by another version of steep (layout {layout}, this one reads {LAYOUT})")
    if made_of != digest or missing:
        raise _stale(folder, f"it is damaged ({', '.join(missing) or 'made of another file'})")
    return True


def _convert(file: Path, folder: Path, digest: str, write: Callable[[Path, Path], None]) -> None:
    for left in folder.parent.glob(f"{folder.name}.part-*"):  # of a conversion that was killed: the lock is ours
        shutil.rmtree(left, ignore_errors=True)
    needed, free = file.stat().st_size * _ROOM, shutil.disk_usage(folder.parent).free
    if free < needed:
        raise OSError(errno.ENOSPC, f"{free / 1e6:,.0f} MB free, up to {needed / 1e6:,.0f} MB needed")
    part = folder.with_name(f"{folder.name}.part-{os.getpid()}")
    try:
        part.mkdir()
        write(file, part)
        sizes = {path.name: path.stat().st_size for path in sorted(part.iterdir())}
        mark = {"layout": LAYOUT, "sha256": digest, "source": file.name, "files": sizes}
        (part / _MARK).write_text(json.dumps(mark, indent=2) + "\n", "utf-8")
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _written(file: Path, folder: Path) -> None:
    """Read a GGUF file and save it. What was read from GGUF refuses to be saved, so its weights move to a new model."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        with quiet():
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


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def _stale(folder: Path, why: str) -> ModelError:
    return ModelError(f"the converted model in {folder} cannot be used: {why}. Delete the folder; it is made again.")


def _unwritten(file: Path, folder: Path, error: OSError) -> ModelError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    advice = "Make room, or" if full else "Check its permissions, or"
    return ModelError(
        f"{file.name} could not be converted into {folder.parent}: {error.strerror or error}. {advice} let the "
        "environment variable STEEP_CACHE name a folder elsewhere. Nothing was left behind."
    )
