"""Print the instruction that the formatter adds, for the prompt of the profile that answers."""

from __future__ import annotations

import sys

from steep_plainspeak.formatter import instruction

print(instruction(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
