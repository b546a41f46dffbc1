"""A speaker says which adapters change what it, or one that it lets answer, says."""

import pytest

from steep.answering.speakers import Speaker
from steep.errors import AdapterError
from steep.values import AdapterVersion


class Answers:
    def __init__(self, digest, *, closed_book=True, others=()):
        self.digest, self.closed_book, self.others = digest, closed_book, others


@pytest.fixture
def cascade(make_project):
    project = make_project()

    def speaker(name, generator, others=()):
        return Speaker(
            name=name,
            generator=generator,
            model_name="",
            project=project,
            others={each.name: each for each in others},
        )

    quotes = speaker("quotes", Answers("quotes-1", closed_book=False))
    writes = speaker("writes", Answers("writes-1"))
    return speaker("cascade", Answers("", others=("quotes", "writes")), [quotes, writes])


def tuned_on(base):
    return AdapterVersion(name="harbor", version="4a1e", folder="", base=base, score=None, lineage={})


def test_an_adapter_of_either_is_of_use_with_passages(cascade):
    for base in ("quotes-1", "writes-1"):
        cascade.check(tuned_on(base), "harbor@production")
    with pytest.raises(AdapterError, match="was tuned on other, but `cascade` is quotes-1, writes-1 now"):
        cascade.check(tuned_on("other"), "harbor@production")


def test_without_passages_one_of_who_quotes_them_is_refused_since_nothing_of_it_would_show(cascade):
    cascade.check(tuned_on("writes-1"), "harbor@production", grounded=False)
    with pytest.raises(AdapterError, match="tuned on `quotes`, which answers only from passages"):
        cascade.check(tuned_on("quotes-1"), "harbor@production", grounded=False)
