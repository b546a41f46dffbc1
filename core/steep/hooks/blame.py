"""Says whose fault it is: what a part raises, and steep does not know, becomes an error that names the part."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

from steep.errors import PartFailed, SteepError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["blamed", "part_failed"]

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)  # the machine's, whoever was writing


@contextmanager
def blamed(kind: str, use: str) -> Iterator[None]:
    """Turns what a part raises into PartFailed; what steep's errors say, and a full disk, passes unchanged.

    A part that ends the interpreter (`sys.exit` in a library) has failed as well.
    """
    try:
        yield
    except SteepError:
        raise
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise
        raise part_failed(kind, use, f"it raised {error!r}") from error
    except (Exception, SystemExit) as error:
        raise part_failed(kind, use, f"it raised {error!r}") from error


def part_failed(kind: str, use: str, what: str) -> PartFailed:
    """The error for a part that did ``what`` it must not."""
    return PartFailed(
        f"the {kind} `{use}` failed: {what}. Report it to its author, or choose another {kind} in steep.toml; "
        "STEEP_DEBUG=1 shows where it failed."
    )
