"""Finds out whether there is anything to index, without building a part, importing a library or trusting a clock.

Nothing changed where the same files hold the same bytes, and what decides how they are read, cut and embedded is the
same: steep.toml, the plugins and models that it names, all that is installed, and the processor, since the vectors of
a model depend on it. What none of these shows, such as a model on a hub that was replaced under its name,
`steep index --rebuild` is for.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steep.indexing.sources import globs, named, printable, suffix_of
from steep.indexing.summary import IndexSummary
from steep.workspace.places import FILE_NAME, STATE
from steep.workspace.sealed import damage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from steep.records.glance import Known
    from steep.workspace.config import Config

_BLOCK = 1 << 16
_OURS = ("steep", "steep_plugins", "steep_indexes")
_DECIDING = ("STEEP_PLUGINS", "CUDA_VISIBLE_DEVICES", "HF_HOME", "HF_HUB_CACHE")


def unchanged(folder: Path, known: Known) -> IndexSummary | None:
    """The summary of an indexing that found nothing to do; None where there is something."""
    if known.settings != settings(folder, known.search):
        return None
    found = _same_names(folder, known)
    if found is None:
        return None
    places, unsupported = found
    damages: list[str] = []
    index_files = folder / STATE / "generations" / str(known.generation)
    # the documents are many and small, the files of the index few and large: hashing these takes another processor
    beside = threading.Thread(target=lambda: damages.append(damage(index_files, thorough=True)))
    beside.start()
    same = all(digest_of(place) == known.files[name] for name, place in places.items())
    beside.join()
    if not same or damages != [""]:
        return None
    return IndexSummary(
        generation=known.generation,
        documents=known.documents,
        passages=known.passages,
        added=0,
        changed=0,
        removed=0,
        unchanged=known.documents,
        embedded=0,
        unsupported=unsupported,
        rebuilt=False,
    )


def search_of(folder: Path, config: Config, suffixes: Iterable[str]) -> dict[str, Any]:
    """How the files of a config are found, as JSON values, so that the config need not be understood again."""
    wanted, unwanted = globs(config)
    return {
        "wanted": wanted,
        "unwanted": unwanted,
        "suffixes": sorted(suffixes),
        "follow": config.project.follow_links,
        "beside": sorted({*config.plugins.files, *_named_by_options(folder, config)}),
        "watched": bool(config.tracker),
    }


def settings(folder: Path, search: Mapping[str, Any]) -> str:
    """A hash of all that decides what is made of the files."""
    parts = [
        json.dumps(search, sort_keys=True),
        digest_of(folder / FILE_NAME),
        *(f"{name}={os.environ.get(name)}" for name in _DECIDING),
        *_processor(),
        *_installed(),
        *(line for name in _OURS for line in _states(_home(name), "*.py")),
        *(line for name in search["beside"] for line in _states(folder / name, "*")),
    ]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _same_names(folder: Path, known: Known) -> tuple[dict[str, str], dict[str, int]] | None:
    """Where the known files lie, and how many others there are by suffix; None where they are not the known ones."""
    suffixes = frozenset(known.search["suffixes"])
    places: dict[str, str] = {}
    unsupported: dict[str, int] = {}
    hidden: dict[str, str] = {}
    follow = bool(known.search.get("follow"))
    for name, entry in named(folder, known.search["wanted"], known.search["unwanted"], hidden, follow=follow):
        suffix = suffix_of(name)
        if printable(name) != name or not entry.is_file():
            return None
        if suffix in suffixes:
            places[name] = entry.path
        else:
            unsupported[suffix] = unsupported.get(suffix, 0) + 1
    return None if hidden or places.keys() != known.files.keys() else (places, unsupported)


def digest_of(file: str | Path) -> str:
    """The hash of a file's bytes; empty where it cannot be read. Of many small files, opening takes the time."""
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError:
        return ""
    try:
        digest = hashlib.sha256()
        while block := os.read(handle, _BLOCK):
            digest.update(block)
    except OSError:
        return ""
    finally:
        os.close(handle)
    return digest.hexdigest()


def _named_by_options(folder: Path, config: Config) -> Iterator[str]:
    """Paths that stand in options, as of a model that lies beside steep.toml."""
    specs = (config.splitter, config.embedder, config.retriever, *config.index.values())
    for options in (*(spec.options for spec in specs), *config.reader.values()):
        for value in options.values():
            if isinstance(value, str) and value and "\0" not in value:
                path = folder / value
                if path.exists() and not folder.is_relative_to(path.resolve()):
                    yield value


def _states(path: Path | None, pattern: str) -> Iterator[str]:
    """Name, size and time of a file, or of those in a folder."""
    if path is None or not path.exists():
        return
    for file in sorted(path.rglob(pattern)) if path.is_dir() else [path]:
        status = file.stat()
        yield f"{file}:{status.st_size}:{status.st_mtime_ns}"


def _home(package: str) -> Path | None:
    """The folder of a package, which is not imported."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def _installed() -> Iterator[str]:
    """The names of all distributions, which hold their versions."""
    for place in sys.path:
        try:
            names = os.listdir(place or ".")  # noqa: PTH208  # as above
        except OSError:
            continue
        yield from sorted(name for name in names if name.endswith((".dist-info", ".egg-info", ".egg-link", ".pth")))


def _processor() -> Iterator[str]:
    yield f"{sys.platform} {sys.version} {Path('/dev/nvidiactl').exists()}"
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
            yield next((line for line in lines if line.startswith(("flags", "Features"))), "")
    except OSError:
        yield ""
