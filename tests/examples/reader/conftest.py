"""The recipe of the reader's starter is tested with what the reader itself is tested with."""

from ...plugins.generators.reader.conftest import encoder, tiny  # noqa: TID252 (no test is a package)

__all__ = ["encoder", "tiny"]
