"""The tools `search` and `read-document`: more of the documents, for a model that has not seen enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from steep.errors import ToolError
from steep.kinds import ToolResult
from steep.validation import nearest
from steep_plugins.tools.arguments import Arguments

if TYPE_CHECKING:
    from steep.kinds import Documents, ToolRequest
    from steep.values import Hit

# passages whose text is read for a result
_MOST = 20


class Sought(Arguments):
    question: str = Field(min_length=1, description="what to look for, as a question or in words")


class Wanted(Arguments):
    path: str = Field(min_length=1, description="the document's path, as passages name it")
    after: int = Field(0, ge=0, description="how many passages to leave out, to read on")


class Search:
    """Finds passages as the profile does; ``passages`` is how many, None for the profile's number."""

    description = "Finds passages in the documents. Ask again in other words where the first did not hold the answer."
    changes = False
    parameters = Sought.parameters()

    def __init__(self, *, passages: int | None = None) -> None:
        self._passages = passages

    def call(self, request: ToolRequest) -> ToolResult:
        asked = Sought.of(request)
        hits = _of(request).find(asked.question, self._passages)
        return ToolResult(text=_laid_out(hits) or "Nothing was found; ask in other words.", hits=hits)


class ReadDocument:
    """Reads a document in passages, ``characters`` of it at a time."""

    description = "Reads a document from its beginning, passage after passage, where search showed only a part of it."
    changes = False
    parameters = Wanted.parameters()

    def __init__(self, *, characters: int = 6000) -> None:
        self._characters = characters

    def call(self, request: ToolRequest) -> ToolResult:
        asked, documents = Wanted.of(request), _of(request)
        found = documents.read(asked.path)
        if not found:
            raise ToolError(f"there is no document {asked.path!r}; {nearest(asked.path, documents.titles())}")
        shown = self._fitting(found[asked.after :])
        left = len(found) - asked.after - len(shown)
        more = f"\n\n{left} more passages; read on with after={asked.after + len(shown)}." if left > 0 else ""
        return ToolResult(text=(_laid_out(shown) or "The document ends before that.") + more, hits=shown)

    def _fitting(self, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        room, shown = self._characters, 0
        while shown < min(len(hits), _MOST) and (room > 0 or not shown):
            room -= len(hits[shown].passage.text)
            shown += 1
        return hits[:shown]


def _of(request: ToolRequest) -> Documents:
    if request.documents is None:
        raise ToolError("there are no documents to read for this request.")
    return request.documents


def _laid_out(hits: tuple[Hit, ...]) -> str:
    return "\n\n".join(f"{hit.passage.path}\n{hit.passage.indexed_text}" for hit in hits)
