"""A source of rows in memory: documents, pairs and a retriever over them, for trying strategies without a workspace."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from steep.kinds import Feedback, IndexQuery, TuneSource
from steep.prompts import ABSTENTION, grounded_messages
from steep.testing.library import memory_library
from steep.values import Conversation, Document, Hit, Message, Pair, Passage, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import Objective

__all__ = ["tune_source"]

_FACTS = (
    ("quay", "The north quay is 410 metres long.", "410 metres", "How long is the north quay?"),
    ("basin", "The basin was dredged to 14 metres.", "14 metres", "How deep is the basin?"),
    ("bell", "The night watch rings the bell at fog.", "The night watch", "Who rings the bell?"),
    ("tar", "Tar is kept in the stone shed.", "in the stone shed", "Where is tar kept?"),
    ("ice", "Ice costs 12 EUR a tonne.", "12 EUR a tonne", "What does ice cost?"),
    ("pilot", "The pilot boards at the outer buoy.", "at the outer buoy", "Where does the pilot board?"),
)


def tune_source(objective: Objective, **changes: Any) -> TuneSource:
    """Six documents of a paragraph each, a pair of each, one that cannot be answered, and six corrected answers."""
    documents = tuple(Document(path=f"{name}.md", text=text, title=name) for name, text, _, _ in _FACTS)
    passages = tuple(_passage(document) for document in documents)
    library = memory_library(passages)

    def find(question: str, k: int) -> tuple[Hit, ...]:
        ranked = library.search("dense", IndexQuery(text=question, vector=library.embed(question), k=k))
        scored = zip(library.passages(ranked.ids), ranked.scores, strict=True)
        return tuple(Hit(passage=each, score=score, rank=rank) for rank, (each, score) in enumerate(scored, 1))

    source = TuneSource(
        objective=objective,
        part="train",
        documents=lambda: documents,
        pairs=(
            *(_pair(passage, *fact) for passage, fact in zip(passages, _FACTS, strict=True)),
            _hopeless(passages[0]),
        ),
        find=find,
        passages=library.passages,
        format=_formatted,
        feedback=lambda: tuple(map(_corrected, _FACTS, passages)),
        distractors=2,
        seed=7,
    )
    return replace(source, **changes)


def _passage(document: Document) -> Passage:
    return Passage(
        document=document.id,
        version=document.version,
        path=document.path,
        title=document.title,
        start=0,
        end=len(document.text),
        text=document.text,
    )


def _pair(passage: Passage, name: str, text: str, answer: str, question: str) -> Pair:
    start = text.index(answer)
    span = Span(document=passage.document, version=passage.version, start=start, end=start + len(answer), text=answer)
    return Pair(
        question=question,
        answer=answer,
        passages=(passage.id,),
        spans=(span,),
        synthesizer="hand",
        kind="fact",
        rule=name,
        seed=0,
    )


def _hopeless(passage: Passage) -> Pair:
    return Pair(
        question="How wide is the north quay?",
        answer="",
        passages=(passage.id,),
        spans=(),
        synthesizer="hand",
        kind="unanswerable",
        rule="wide",
        seed=0,
    )


def _formatted(pair: Pair, passages: Sequence[Passage]) -> Conversation:
    shown = any(passage.id in pair.passages for passage in passages)
    answer = pair.answer if pair.answerable and shown else ABSTENTION
    asked = grounded_messages(pair.question, passages)
    return Conversation(messages=(*asked, Message(role="assistant", content=answer)))


def _corrected(fact: tuple[str, str, str, str], passage: Passage) -> Feedback:
    name, text, answer, question = fact
    return Feedback(
        messages=(Message(role="user", content=question),),
        reply="I am not sure.",
        right=False,
        better=answer,
        pair=replace(_pair(passage, name, text, answer, question), synthesizer="feedback"),
        answer=name,
    )
