"""Which fonts have letters of one width, as code is set in."""

from __future__ import annotations

import re

EVEN = re.compile(r"mono|courier|consol|menlo|monaco|typewriter|source code|lucida console|fixed", re.IGNORECASE)
"""Names of such fonts."""
