"""Names in code: whether a question asks for one (an option, a command, a function), and whether a span holds one."""

from __future__ import annotations

import re

_THING = (
    r"(?:option|flags?|switch(?:es)?|parameters?|arguments?|commands?|functions?|variables?|metrics?|directives?"
    r"|macros?|callbacks?|endpoints?)"
)
_ASKED = re.compile(
    rf"(?i)\b(?:what|which)\s+(?:[\w-]+\s+)?{_THING}\b(?!\s+(?:types?|names?)\b)|^\W*{_THING}\s+(?:to|for|that|which)\b"
)
_CODE = re.compile(r"`|(?<![\w/.-])--?[A-Za-z]|\w\(\)|(?<![\w/.:?&=#%-])[A-Za-z]\w*_\w")  # nothing of an address


def asks_for_code(question: str) -> bool:
    """Whether what it asks for is called by a name that one types."""
    return bool(_ASKED.search(question))


def holds_code(text: str, start: int, end: int) -> bool:
    """Whether a span, with the marks right beside it, holds a name as it is typed."""
    return bool(_CODE.search(text[start:end])) or "`" in (text[start - 1 : start], text[end : end + 1])
