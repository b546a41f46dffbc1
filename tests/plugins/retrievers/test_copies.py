"""Copies of a passage are one hit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep.kinds import RetrievalRequest
from steep.testing.library import memory_library
from steep.values import OPERATOR, Caller, Passage
from steep_plugins.retrievers.hybrid import Hybrid
from steep_plugins.retrievers.single import Single

LONG = (
    "The crane on quay five lifts forty tons at a wind of at most six. Whoever wants to use it says so a day before "
    "at the office of the harbour master and pays the fee of 75 euros for each hour that has begun."
)
MAKES = [
    lambda library: Hybrid(library, floors={"dense": -1.0}),
    lambda library: Single(library, index="dense", embeds=True),
    lambda library: Single(library, index="lexical", embeds=False),
]


def passage(text: str, document: str = "d", **more) -> Passage:
    return Passage(
        document=document, version=document, path=f"{document}.md", title="", start=0, end=len(text), text=text, **more
    )


def asked(make, passages, k=5, caller=OPERATOR, question="What does the crane lift?"):
    return make(memory_library(passages)).retrieve(RetrievalRequest(question=question, k=k, caller=caller))


@pytest.mark.parametrize("make", MAKES)
def test_copies_take_one_place_and_keep_all_their_places(make):
    copies = [passage(LONG, f"copy-{at}") for at in range(4)]
    others = [passage(f"A crane of berth {at} lifts boats.", f"other-{at}") for at in range(4)]
    hits = asked(make, [*copies, *others])
    assert len(hits) == 5
    (found,) = [hit for hit in hits if hit.also]
    assert {each.path for each in found.places} == {each.path for each in copies}
    assert {hit.passage.path for hit in hits if hit is not found} == {each.path for each in others}


@pytest.mark.parametrize("make", MAKES)
def test_however_many_copies_there_are_the_others_are_found(make):
    copies = [passage("The crane lifts: the crane.", f"copy-{at:03}") for at in range(150)]
    hits = asked(make, [*copies, passage("Some crane is red.", "other")], k=2)
    assert {hit.passage.document for hit in hits} == {"copy-000", "other"}


@pytest.mark.parametrize(
    "other",
    [
        LONG.replace(" ", "\n"),
        LONG.replace("The crane", "**The crane**").replace(".", ";").upper(),
        LONG + " Ask at the gate.",
        LONG.replace("harbour master", "harbor master"),
    ],
)
def test_what_says_the_same_is_a_copy(other):
    (hit,) = asked(MAKES[0], [passage(LONG, "one"), passage(other, "two")])
    assert len(hit.places) == 2
    assert len(hit.passage.text.split()) == max(len(LONG.split()), len(other.split()))


@pytest.mark.parametrize(
    "other",
    [
        LONG.replace("75", "80"),
        LONG.replace("forty", "fifty"),
        LONG.replace("lifts", "never lifts"),
        LONG.replace("at most six", "at least six"),
        LONG.replace("75", "-75"),
        LONG[:100],
    ],
)
def test_what_may_say_something_else_is_none(other):
    assert len(asked(MAKES[0], [passage(LONG, "one"), passage(other, "two")])) == 2


def test_short_passages_are_told_apart_by_what_stands_above_them():
    fees = [passage("The crane: 40 euros", name, heading=(f"Berth {name}",)) for name in ("5", "6")]
    assert len(asked(MAKES[0], fees)) == 2
    rows = [passage(LONG, name, lead=f"Prices of {name}") for name in ("5", "6")]
    assert len(asked(MAKES[0], rows)) == 2


_TEXTS = st.sampled_from(["The crane lifts.", "the CRANE lifts", "The crane never lifts.", "A crane of 5 tons.", LONG])


@settings(deadline=None, max_examples=60)
@given(
    texts=st.lists(_TEXTS, min_size=1, max_size=12),
    seen=st.sets(st.integers(0, 11)),
    make=st.sampled_from(MAKES),
    k=st.integers(1, 8),
)
def test_no_visible_copy_is_lost_and_no_invisible_one_is_shown(texts, seen, make, k):
    passages = [passage(text, f"d{at}") for at, text in enumerate(texts)]
    visible = frozenset(f"d{at}" for at in seen)
    hits = asked(make, passages, k=k, caller=Caller(name="test", documents=visible))
    allowed = [each for each in passages if each.document in visible]
    shown = [each for hit in hits for each in hit.places]
    assert hits == asked(make, allowed, k=k)
    assert {each.document for each in shown} <= visible
    assert len({each.id for each in shown}) == len(shown)
    assert len(shown) == len(allowed) or len(hits) == k
