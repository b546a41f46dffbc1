"""Balanced order and the held-out split."""

from collections import Counter
from dataclasses import replace

import pytest

from steep.synthesis import balanced, dev_pairs
from steep.testing.filter import pair_of

DOCUMENTS = [f"d{number}" for number in range(10)]


@pytest.fixture
def make():
    return lambda question, answer="", **changes: replace(pair_of(question, answer), **changes)


def pairs_of(make, kinds=("number", "name", "date"), documents=DOCUMENTS, each=4):
    made, home = [], {}
    for document in documents:
        home[f"p-{document}"] = document
        for kind in kinds:
            for number in range(each):
                made.append(make(f"{kind} {number} of {document}?", "110 m", passages=(f"p-{document}",), kind=kind))
    return made, home


def test_every_beginning_is_spread_over_kinds_and_documents(make):
    made, home = pairs_of(make)
    first = balanced(made, home=home, seed=0)[:30]
    assert set(Counter(pair.kind for pair in first).values()) == {10}
    for kind in ("number", "name", "date"):
        assert len({pair.passages for pair in first if pair.kind == kind}) == 10


def test_the_order_is_drawn_by_the_seed_and_not_by_the_order_of_files(make):
    made, home = pairs_of(make)
    assert balanced(made, home=home, seed=1) == balanced(made[::-1], home=home, seed=1)
    assert balanced(made, home=home, seed=1) != balanced(made, home=home, seed=2)
    assert sorted(pair.id for pair in balanced(made, home=home, seed=1)) == sorted(pair.id for pair in made)


def test_no_document_has_pairs_on_both_sides(make):
    made, home = pairs_of(make)
    dev = dev_pairs(made, home=home, share=0.15, seed=0)
    sides = {(home[pair.passages[0]], pair.id in dev) for pair in made}
    assert len(sides) == len(DOCUMENTS)
    assert len({document for document, held in sides if held}) == 2


def test_a_single_document_is_split_by_pairs(make):
    made, home = pairs_of(make, documents=["only"])
    dev = dev_pairs(made, home=home, share=0.25, seed=0)
    assert len(dev) == 3


def test_a_single_pair_is_trained_on(make):
    made, home = pairs_of(make, kinds=("number",), documents=["only"], each=1)
    assert dev_pairs(made, home=home, share=0.5, seed=0) == frozenset()


def test_questions_answered_elsewhere_are_never_held_out(make):
    made, home = pairs_of(make, kinds=("elsewhere", "number"))
    dev = dev_pairs(made, home=home, share=0.5, seed=0)
    assert dev
    assert all(pair.kind == "number" for pair in made if pair.id in dev)
