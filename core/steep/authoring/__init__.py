"""What a plugin author needs beside the hooks: a list of what is installed, checks, and a package to begin with."""

from __future__ import annotations
