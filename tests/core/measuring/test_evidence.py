import gzip
import json
import os
from pathlib import Path

import pytest

from steep import Context, Plugins
from steep.hooks import Selection
from steep.kinds import Source
from steep.measuring.evidence import Locator
from steep.values import Document, Evidence, Question

TARIFF = "# Tariff\n\nHall A costs **9 EUR** a day.\n\nHall B costs **12 EUR** a day. Both close at 9.\n"


class Shelf:
    def __init__(self, *documents):
        self._documents = {document.id: document for document in documents}

    def documents(self):
        return iter(self._documents.values())

    def document(self, document):
        return self._documents[document]


def doc(path, text=TARIFF):
    return Document(path=path, text=text, title="")


def locate(evidence, *, answers=("12 EUR",), documents=None, raw=None, question="What does hall B cost?"):
    shelf = Shelf(*(documents or [doc("docs/tariff.md"), doc("docs/other.md", "Nothing.")]))
    asked = Question(id="q", question=question, answers=answers, evidence=evidence)
    return Locator(shelf, (raw or {}).get).locate(asked)


def test_a_span_is_taken_as_it_is_where_the_answer_stands_in_it():
    start = TARIFF.index("12 EUR")
    located = locate((Evidence(document="docs/tariff.md", start=start, end=start + 6),))
    (span,) = located.spans
    assert (span.text, span.start, located.how, located.document) == ("12 EUR", start, ("span",), "docs/tariff.md")


def test_a_span_of_the_file_is_carried_over_to_the_text_that_was_read_from_it():
    raw = "---\ntitle: Tariff\n---\n" + TARIFF
    start = raw.index("12 EUR")
    evidence = (Evidence(document="docs/tariff.md", start=start, end=start + 6),)
    (span,) = locate(evidence, raw={"docs/tariff.md": raw}).spans
    assert (span.text, TARIFF[span.start : span.end]) == ("12 EUR", "12 EUR")


def test_a_span_marks_what_a_person_marked_even_without_the_answers_words():
    start = TARIFF.index("Both close")
    evidence = (Evidence(document="docs/tariff.md", start=start, end=start + 10),)
    (span,) = locate(evidence, answers=("shut together",), raw={"docs/tariff.md": TARIFF}).spans
    assert span.text == "Both close"


def test_a_span_beyond_the_text_falls_back_to_the_answer():
    located = locate((Evidence(document="docs/tariff.md", start=9000, end=9006),))
    assert ([span.text for span in located.spans], located.how) == (["12 EUR"], ("answer",))


def test_a_quote_is_found_through_markup():
    located = locate((Evidence(document="docs/tariff.md", quote="hall b costs 12 EUR a day"),))
    assert [span.text for span in located.spans] == ["Hall B costs **12 EUR** a day"]
    assert located.how == ("quote",)


def test_of_several_occurrences_the_one_among_the_questions_words_is_taken():
    text = "Closing time is 9.\n" + "filler " * 100 + "\nThe tariff of hall B for reefers is 9.\n" + "filler " * 100
    (span,) = locate(
        (Evidence(document="t.md"),),
        answers=("9",),
        documents=[doc("t.md", text)],
        question="What tariff do reefers pay in hall B?",
    ).spans
    assert span.start > text.index("reefers")


def test_an_absent_quote_falls_back_to_the_answer_and_an_absent_answer_is_reported():
    evidence = (Evidence(document="docs/tariff.md", quote="no such words"),)
    assert locate(evidence).how == ("answer",)
    located = locate(evidence, answers=("99 EUR",))
    assert (located.spans, located.missing) == ((), ("the evidence was not found in docs/tariff.md",))


@pytest.mark.parametrize("path", ["docs/tariff.md", "./docs/tariff.md", "docs\\tariff.md", "tariff.md", "/tariff.md"])
def test_a_document_is_known_by_its_path_or_by_the_end_of_it(path):
    assert locate((Evidence(document=path, quote="12 EUR"),)).document == "docs/tariff.md"


def test_the_end_of_a_path_must_be_whole_folders_and_unique():
    assert "is not indexed" in locate((Evidence(document="riff.md"),)).missing[0]
    both = [doc("a/tariff.md"), doc("b/tariff.md")]
    located = locate((Evidence(document="tariff.md"),), documents=both)
    assert "could be any of 2: a/tariff.md, b/tariff.md" in located.missing[0]
    assert locate((Evidence(document="b/tariff.md", quote="12 EUR"),), documents=both).document == "b/tariff.md"


def test_an_unanswerable_question_has_a_document_but_no_spans():
    located = locate((Evidence(document="tariff.md"),), answers=())
    assert (located.spans, located.missing, located.document) == ((), (), "docs/tariff.md")


def test_the_same_place_marked_twice_counts_once():
    evidence = Evidence(document="tariff.md", quote="12 EUR")
    assert len(locate((evidence, evidence)).spans) == 1


def test_every_answer_of_a_real_faq_is_found_in_the_text_its_reader_made():
    default = Path(__file__).parents[3].parent / "shared" / "data"
    corpus = Path(os.environ.get("STEEP_SHARED_DATA", default)) / "corpora" / "prometheus"
    if not corpus.is_dir():
        pytest.skip(f"the documents of prometheus are not here: {corpus} (set STEEP_SHARED_DATA to the data folder)")
    with gzip.open(corpus / "corpus.jsonl.gz", "rt", encoding="utf-8", newline="\n") as lines:
        files = {row["id"]: row for row in map(json.loads, lines)}
    reader = Plugins.discover(Selection(allow=frozenset())).build("reader", "markdown", {}, Context(), where="test")
    documents = [reader.read(Source(path=row["path"], data=row["text"].encode())) for row in files.values()]
    locator = Locator(Shelf(*documents), lambda path: None)
    rows = [json.loads(line) for line in (corpus / "faq.jsonl").read_text("utf-8").splitlines()]
    asked = [row for row in rows if row["doc_id"] in files]
    assert len(asked) > 30
    for row in asked:
        evidence = (Evidence(document=files[row["doc_id"]]["path"], quote=row["answer"]),)
        located = locator.locate(Question(id="q", question=row["question"], answers=("x",), evidence=evidence))
        assert located.how == ("quote",), row["id"]
