"""A stranger's part is held to its contract: what it raises, lacks or returns wrongly is said of it, by its name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from steep.errors import BrokenPlugin, ModelError, PartFailed, SourceError
from steep.hooks import held
from steep.kinds import (
    Ask,
    Asked,
    Check,
    Considerate,
    Described,
    EmbedRequest,
    FilterRequest,
    FormatRequest,
    GuardRequest,
    IndexQuery,
    Piece,
    Quote,
    Ranked,
    RerankRequest,
    RetrievalRequest,
    Retriever,
    RewriteRequest,
    Route,
    RouteRequest,
    Said,
    Sifted,
    Source,
    ToolRequest,
    ToolResult,
    Weighed,
)
from steep.language import language
from steep.testing.filter import pair_of
from steep.testing.reranker import hits_of
from steep.testing.synthesizer import synthesis_request
from steep.values import (
    OPERATOR,
    Block,
    Conversation,
    Document,
    Finding,
    Message,
    Pair,
    Passage,
    Score,
    Span,
    StageStarted,
)

DOCUMENT = Document(path="a.md", text="The crane lifts forty tons.\n\nIt rests on Sundays.", title="a")
HITS = hits_of("The crane lifts.", "It rests.")
PAIR = pair_of("What does it lift?", "forty tons")
VECTORS = np.eye(2, 4, dtype=np.float32)
USER = Message(role="user", content="?")
ASKS = [Ask(messages=(USER,)), Ask(messages=(USER,))]

REQUESTS = {
    "reader": Source(path="a.md", data=b"x"),
    "splitter": DOCUMENT,
    "embedder": EmbedRequest(texts=("a", "b"), role="query"),
    "retriever": RetrievalRequest(question="?", k=2, caller=OPERATOR),
    "reranker": RerankRequest(question="?", hits=HITS, k=2),
    "synthesizer": synthesis_request(DOCUMENT),
    "filter": FilterRequest(pairs=(PAIR,)),
    "formatter": FormatRequest(pair=PAIR),
    "strategy": None,
    "model": ASKS,
    "guardrail": GuardRequest(stage="output", text="damn", question="?"),
    "metric": None,
    "tool": ToolRequest(arguments={}, caller=OPERATOR),
    "router": RouteRequest(question="?", caller=OPERATOR, profiles=("rag", "both")),
    "rewriter": RewriteRequest(question="?", history=(), language=language("en")),
}
METHODS = {
    "reader": "read", "splitter": "split", "embedder": "embed", "retriever": "retrieve", "reranker": "rerank",
    "synthesizer": "synthesize", "filter": "sift", "formatter": "format", "strategy": "rows", "model": "chat",
    "guardrail": "check", "metric": "score", "tool": "call", "router": "route", "rewriter": "rewrite",
    "tracker": "saw", "generator": "answer", "index": "open",
}  # fmt: skip
# what else a part of the kind has
BESIDE = {
    "splitter": {"fingerprint": "1"},
    "embedder": {"digest": "1", "dimension": 4},
    "filter": {"costly": False},
    "strategy": {"objectives": ("reply",)},
    "model": {"digest": "1", "context": 9, "score": None},
    "generator": {"digest": "1", "closed_book": False, "others": ()},
    "guardrail": {"stages": ("output",), "on_fail": "refuse"},
    "metric": {"higher_is_better": True},
    "tool": {"description": "?", "parameters": {}, "changes": False},
    "index": {"uses_vectors": False, "build": lambda request: None},
}


def part(kind, does):
    """A part of a kind whose method does this."""
    return held(SimpleNamespace(**{METHODS[kind]: does}, **BESIDE.get(kind, {})), kind=kind, use=f"bad:{kind}")


def called(kind, returned):
    said = getattr(part(kind, lambda *arguments: returned), METHODS[kind])(REQUESTS[kind])
    return list(said) if kind in ("synthesizer", "strategy", "model") else said


def passage(start, end, **changes):
    of = {"document": DOCUMENT.id, "version": DOCUMENT.version, "path": DOCUMENT.path, "title": "a"}
    return Passage(**{**of, "start": start, "end": end, "text": DOCUMENT.text[start:end], **changes})


def written(**changes):
    given = REQUESTS["synthesizer"].passages[0]
    span = Span(document=given.document, version=given.version, start=16, end=26, text="forty tons")
    whole = {"question": "What does it lift?", "answer": "forty tons", "passages": (given.id,), "spans": (span,)}
    return Pair(**{**whole, **changes}, synthesizer="t", kind="fact", rule="t", seed=0)


SPAN = written().spans[0]


@pytest.mark.parametrize(
    ("kind", "returned", "said"),
    [
        ("reader", replace(DOCUMENT, path="b.md"), "another path, 'b.md'"),
        ("reader", replace(DOCUMENT, text="\ud800"), "UTF-8 cannot hold"),
        ("reader", replace(DOCUMENT, title=None), "None where a str was wanted"),
        ("reader", replace(DOCUMENT, blocks=(Block(kind="cue", start=0, end=3),)), "a block of the kind 'cue'"),
        ("reader", replace(DOCUMENT, blocks=(Block(kind="item", start=0, end=99),)), "at 0 to 99 in a text of 49"),
        ("splitter", (passage(0, 9, text="not that"),), "text is not a.md's from 0 to 9"),
        ("splitter", (passage(0, 9, document="other"),), "a passage that is not of a.md"),
        ("splitter", (passage(0, 9),) * 2, "the same stretch of a.md twice"),
        ("embedder", VECTORS[:1], r"shape \(1, 4\) where \(2, 4\) was wanted"),
        ("embedder", VECTORS * 3, "not of length one"),
        ("embedder", VECTORS * np.nan, "not finite"),
        ("embedder", "no vectors", "no array of vectors"),
        ("retriever", HITS * 2, "4 hits where at most 2"),
        ("retriever", HITS[:1] * 2, "returned a passage twice"),
        ("retriever", (replace(HITS[0], score=float("nan")),), "the score nan"),
        ("retriever", ("a",), "'a' where a Hit was wanted"),
        ("reranker", hits_of("Another."), "a passage that it was not given"),
        ("synthesizer", [written(question=" ")], "a pair without a question"),
        ("synthesizer", [written(answer="")], "a span and no answer"),
        ("synthesizer", [written(spans=(replace(SPAN, text="fifty tons"),))], "stands in none of the pair's passages"),
        ("synthesizer", [written(spans=(replace(SPAN, start=-10, end=0),))], "stands in none of the pair's passages"),
        ("synthesizer", [written(spans=(replace(SPAN, version="2"),))], "stands in none of the pair's passages"),
        ("filter", Sifted(kept=(PAIR,), dropped={"short": 1}), "1 pairs, kept 1, and counted 1 as dropped"),
        ("filter", Sifted(kept=(pair_of("Why?", "x"),)), "kept a pair that it was not given"),
        ("filter", (PAIR,), "where a Sifted was wanted"),
        ("formatter", Conversation(messages=(USER,)), "last message is not the assistant's"),
        ("strategy", ["a row"], "said 'a row', which is none of TextRow, ChatRow, PreferenceRow, SpanRow"),
        ("strategy", "a row", "'a row' where an iterator was wanted"),
        ("model", [Piece(ask=2, end="stop")], "a piece of the request 2, of 2"),
        ("model", [Piece(text="Hi", end="stop")], "ended 1 replies of 2"),
        ("model", [Piece(text="\ud83d", end="stop")], "half a character"),
        ("guardrail", True, "True where a Check was wanted"),
        ("guardrail", Check(passed=False), "gave no reason"),
        ("guardrail", Check(passed=False, reason="it swears", rewritten=7), "a rewritten text that is 7"),
        ("metric", 0.5, "0.5 where a Score was wanted"),
        ("metric", Score(value="0.5"), "the score '0.5'"),
        ("metric", Score(value=None), "no value and no reason"),
        ("tool", "5 km", "'5 km' where a ToolResult was wanted"),
        ("tool", ToolResult(text=5), "a text that is 5"),
        ("router", Route(profile="best", reason="?"), "chose the profile 'best'; it was offered rag, both"),
        ("rewriter", "  ", "neither a question nor None"),
    ],
)  # fmt: skip
def test_what_a_part_returns_wrongly_is_said_of_it(kind, returned, said):
    with pytest.raises(BrokenPlugin, match=said) as caught:
        called(kind, returned)
    assert isinstance(caught.value, PartFailed)
    assert str(caught.value).startswith(f"the {kind} `bad:{kind}` failed: its `{METHODS[kind]}` ")


@pytest.mark.parametrize(
    ("kind", "returned", "taken"),
    [
        ("splitter", [passage(0, 9)], (passage(0, 9),)),
        ("retriever", iter([replace(HITS[1], rank=7)]), (replace(HITS[1], rank=1),)),
        ("reranker", list(HITS[::-1]), (replace(HITS[1], rank=1), replace(HITS[0], rank=2))),
        ("synthesizer", [written()], [written()]),
        ("filter", Sifted(kept=[PAIR]), Sifted(kept=(PAIR,))),
        ("guardrail", Check(passed=True, findings=[Finding(rule="x", start=0, end=1)]),
         Check(passed=True, findings=(Finding(rule="x", start=0, end=1),))),
        ("metric", Score(value=1), Score(value=1)),
        ("rewriter", None, None),
    ],
)  # fmt: skip
def test_what_a_part_returns_rightly_is_taken_whatever_holds_it(kind, returned, taken):
    assert called(kind, returned) == taken


def test_vectors_are_taken_in_any_form_and_given_as_floats_of_32_bits():
    for returned in (VECTORS.astype(np.float64), VECTORS.tolist()):
        found = called("embedder", returned)
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, VECTORS)


def test_what_an_index_opens_is_held_too():
    results = iter([Ranked(ids=("a", "a"), scores=(1.0, 1.0)), Ranked(ids=("a",), scores=(1.0, 2.0)), None])
    opened = part("index", lambda folder: SimpleNamespace(search=lambda query: next(results))).open(Path())
    for said in ("a passage twice", "1 ids and 2 scores", "None where a Ranked"):
        with pytest.raises(BrokenPlugin, match=f"the index `bad:index` failed: its `search` returned {said}"):
            opened.search(IndexQuery(text="?", k=5))
    with pytest.raises(BrokenPlugin, match="has no `search`"):
        part("index", lambda folder: object()).open(Path())


def raises(error):
    def method(*arguments):
        raise error

    return method


@pytest.mark.parametrize("error", [ValueError("boom"), SystemExit(3), RecursionError(), ConnectionError("refused")])
@pytest.mark.parametrize("kind", ["retriever", "tracker"])
def test_what_a_part_raises_is_blamed_on_it(kind, error):
    with pytest.raises(
        BrokenPlugin, match=f"the {kind} `bad:{kind}` failed: it raised {type(error).__name__}"
    ) as caught:
        getattr(part(kind, raises(error)), METHODS[kind])(StageStarted(flow="x", name="y"))
    assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    "error", [ModelError("no weights"), SourceError("torn", path="a"), KeyboardInterrupt(), OSError(28, "full")]
)
def test_errors_that_steep_knows_a_full_disk_and_ctrl_c_pass(error):
    with pytest.raises(type(error)) as caught:
        part("reader", raises(error)).read(REQUESTS["reader"])
    assert caught.value is error


class Sayer:
    digest, closed_book, others = "1", False, ()

    def __init__(self, *said):
        self.said, self.closed = said, False

    def answer(self, asked, at_hand):
        try:
            for each in self.said:
                if isinstance(each, Exception):
                    raise each
                yield each
        finally:
            self.closed = True


def answering(*said):
    sayer = Sayer(*said)
    return sayer, held(sayer, kind="generator", use="bad:generator").answer(Asked(question="?"), None)


def test_what_a_generator_says_before_it_fails_was_said():
    _, said = answering(Said(text="Forty "), ValueError("boom"))
    assert next(said) == Said(text="Forty ")
    with pytest.raises(BrokenPlugin, match=r"it raised ValueError\('boom'\)"):
        next(said)


def test_closing_what_is_said_ends_the_parts_work():
    sayer, said = answering(Said(text="Forty "), Said(text="tons"))
    next(said)
    said.close()
    assert sayer.closed
    assert list(said) == []


@pytest.mark.parametrize(
    ("saying", "complaint"),
    [
        ("Forty tons", "said 'Forty tons', which is none of Said, Aside, Quote"),
        (Said(text=40), "40 where a text was wanted"),
        (Quote(passage="p", start=-5, end=3), "quoted the characters -5 to 3"),
        (Weighed(confidence=float("nan")), "nan, which is not from 0 to 1"),
        (Weighed(confidence=40.0), "40.0, which is not from 0 to 1"),
    ],
)
def test_what_a_generator_must_not_say_is_blamed_on_it(saying, complaint):
    with pytest.raises(BrokenPlugin, match=f"its `answer` .*{complaint}"):
        list(answering(saying)[1])


@pytest.mark.parametrize("built", [None, object(), SimpleNamespace(digest="1", closed_book=True, others=())])
def test_what_is_no_part_of_its_kind_is_refused_when_it_is_built(built):
    with pytest.raises(BrokenPlugin, match=r"`bad:generator` builds \(\w+\) has no .*`answer`, as a generator must"):
        held(built, kind="generator", use="bad:generator")


def test_building_asks_for_nothing_that_might_load_a_model():
    class Lazy(Sayer):
        @property
        def digest(self):
            raise ModelError("the weights are not here")

    lazy = held(Lazy(), kind="generator", use="bad:generator")
    with pytest.raises(ModelError, match="not here"):
        _ = lazy.digest


def test_a_held_part_is_what_it_stands_for():
    class Quick:
        quick = None

        def __init__(self):
            self.asked = 0

        def retrieve(self, request):
            self.asked += 1
            return ()

        def __eq__(self, other):
            return isinstance(other, Quick)

        __hash__ = None

    own = Quick()
    stands: Retriever = held(own, kind="retriever", use="bad:quick")
    stands.retrieve(REQUESTS["retriever"])
    assert (own.asked, stands.asked) == (1, 1)
    stands.asked = 5
    assert own.asked == 5
    assert isinstance(stands, Quick)
    assert isinstance(stands, Considerate)
    assert not isinstance(stands, Described)
    assert stands == own
    assert type(stands).__module__ == __name__
