"""`python -m steep.cli` is `steep`."""

from steep.cli import main

main()
