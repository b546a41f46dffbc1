"""The command line. What has nothing to do is told before the commands, and the library they need, are imported."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """The entry point `steep`."""
    from steep.cli.printing import write_what_can_be
    from steep.cli.unchanged import told_unchanged

    write_what_can_be()
    if told_unchanged(sys.argv[1:]):
        return
    from steep.cli.commands import run_command

    run_command()
