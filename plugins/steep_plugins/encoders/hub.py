"""What the user's Hugging Face cache holds already; the hub itself is never asked."""

from __future__ import annotations

from pathlib import Path

from steep_plugins.encoders.model import FILES


def snapshot(hub: str, revision: str) -> Path | None:
    """The folder with an encoder's files at that commit; None where one of them was not fetched."""
    from huggingface_hub import try_to_load_from_cache

    places = [try_to_load_from_cache(hub, file, revision=revision) for file in FILES]
    files = [Path(place) for place in places if isinstance(place, str)]
    return files[0].parent if len(files) == len(FILES) else None
