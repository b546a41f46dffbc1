"""The reader `code`: source code as it stands; a block for each function or class, or for what blank lines part."""

from __future__ import annotations

import ast
import itertools
import re
import warnings
from typing import TYPE_CHECKING

from steep.values import Block, Document
from steep_plugins.readers.decoding import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Source

_LONGEST = 60  # lines of a block: a longer one is cut at its blank lines
_BLANK = re.compile(r"\n[ \t]*\n+")


class CodeReader:
    """Offsets are those of the file. The title is its path, by which code is known."""

    def read(self, source: Source) -> Document:
        text = decoded(source.data, source.path)
        cuts = sorted({0, *(_python(text) if source.path.lower().endswith((".py", ".pyi")) else ()), len(text)})
        blocks = [block for start, end in itertools.pairwise(cuts) for block in _blocks(text, start, end)]
        return Document(path=source.path, text=text, title=source.path, blocks=tuple(blocks))


def _python(text: str) -> Iterator[int]:
    """Where functions and classes begin, with their decorators; nothing for a file that Python does not understand."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    starts = list(itertools.accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
    for node in tree.body:
        members = node.body if isinstance(node, ast.ClassDef) else []
        for each in (node, *members):
            if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                first = min([each.lineno, *(one.lineno for one in each.decorator_list)])
                yield starts[first - 1]


def _blocks(text: str, start: int, end: int) -> Iterator[Block]:
    """A stretch as one block, or, if it is long, those that blank lines part, as many together as stay short."""
    cuts = [start]
    if text.count("\n", start, end) > _LONGEST:
        for blank in _BLANK.finditer(text, start, end):
            if text.count("\n", cuts[-1], blank.end()) >= _LONGEST // 2:
                cuts.append(blank.end())
    for left, right in itertools.pairwise([*cuts, end]):
        words = text[left:right]
        begin, stop = left + len(words) - len(words.lstrip("\n")), right - (len(words) - len(words.rstrip()))
        if begin < stop:
            yield Block(kind="code", start=begin, end=stop)
