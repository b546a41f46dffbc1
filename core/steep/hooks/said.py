"""What parts say one after the other: pairs, rows, pieces of replies, sayings. Each is looked at as it comes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from steep.kinds import Aside, Piece, Quote, Said, Saying, Weighed
from steep.values import Pair, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from steep.kinds import Ask, SynthesisRequest
    from steep.values import Passage, Span

T = TypeVar("T")

__all__ = ["Items", "Wrong", "instance", "replies", "rows", "sayings", "written"]


class Wrong(Exception):
    """What a part returned breaks its contract; the message goes on after the method's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """An iterator's items, each given by ``look`` or refused; ``end`` is called when there are no more."""

    source: Iterator[Any]
    look: Callable[[Any], Any]
    end: Callable[[], None] = lambda: None


def instance(value: Any, kind: type[T]) -> T:
    """The value, where it is of this type."""
    if not isinstance(value, kind):
        raise Wrong(f"returned {value!r:.60} where a {kind.__name__} was wanted")
    return value


def written(part: object, returned: Any, request: SynthesisRequest) -> Items:
    """Pairs that ask something, whose spans stand word for word in passages that were given.

    One that rests on others is the flow's to leave out and to count.
    """
    given = {passage.id: passage for passage in request.passages}

    def look(item: Any) -> Pair:
        pair = instance(item, Pair)
        if not pair.question.strip():
            raise Wrong("wrote a pair without a question")
        if bool(pair.answer.strip()) != pair.answerable:
            raise Wrong(f"wrote a pair with an answer and no span, or a span and no answer: {pair.question[:60]!r}")
        known = bool(pair.passages) and given.keys() >= set(pair.passages)
        for span in pair.spans if known else ():
            if not any(_holds(given[each], span) for each in pair.passages):
                raise Wrong(f"wrote a span that stands in none of the pair's passages: {span.text[:60]!r}")
        return pair

    return Items(source=_iterator(returned), look=look)


def _holds(passage: Passage, span: Span) -> bool:
    start, end = span.start - passage.start, span.end - passage.start
    return (
        (passage.document, passage.version) == (span.document, span.version)
        and 0 <= start < end
        and passage.text[start:end] == span.text
    )


def rows(part: object, returned: Any, source: object) -> Items:
    """Rows of training; of which sort, the course says."""
    return Items(source=_iterator(returned), look=lambda item: _one_of(item, get_args(Row)))


def replies(part: object, returned: Any, asks: Sequence[Ask]) -> Items:
    """Pieces of the requests that were made, each of which has a last piece."""
    ended: set[int] = set()

    def look(item: Any) -> Piece:
        piece = instance(item, Piece)
        if not 0 <= piece.ask < len(asks) or piece.ask in ended:
            raise Wrong(f"said a piece of the request {piece.ask}, of {len(asks)}, of which {len(ended)} had ended")
        _check_text(piece.text)
        if piece.end:
            ended.add(piece.ask)
        return piece

    def end() -> None:
        if len(ended) < len(asks):
            raise Wrong(f"ended {len(ended)} replies of {len(asks)}; the last piece of each says why it ended (`end`)")

    return Items(source=_iterator(returned), look=look, end=end)


def sayings(part: object, returned: Any, asked: object, at_hand: object) -> Items:
    """What a generator says, of the sorts that there are."""

    def look(item: Any) -> Any:
        match _one_of(item, get_args(Saying)):
            case Said(text=text) | Aside(text=text):
                _check_text(text)
            case Quote(start=start, end=end) if not 0 <= start < end:
                raise Wrong(f"quoted the characters {start} to {end}")
            case Weighed(confidence=sure) if sure is not None and not (math.isfinite(sure) and 0 <= sure <= 1):
                raise Wrong(f"was sure to {sure!r}, which is not from 0 to 1")
        return item

    return Items(source=_iterator(returned), look=look)


def _one_of(item: Any, sorts: tuple[type[Any], ...]) -> Any:
    if not isinstance(item, sorts):
        raise Wrong(f"said {item!r:.60}, which is none of {', '.join(each.__name__ for each in sorts)}")
    return item


def _check_text(text: Any) -> None:
    if not isinstance(text, str):
        raise Wrong(f"said {text!r:.60} where a text was wanted")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Wrong(
            "said half a character, which UTF-8 cannot hold; hold it back until the other half is there"
        ) from None


def _iterator(returned: Any) -> Iterator[Any]:
    if not isinstance(returned, Iterable) or isinstance(returned, str | bytes | dict):
        raise Wrong(f"returned {returned!r:.60} where an iterator was wanted")
    return iter(returned)
