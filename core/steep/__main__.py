"""`python -m steep` is `steep`."""

from steep.cli import main

main()
