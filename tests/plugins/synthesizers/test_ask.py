"""The synthesizer `ask`: stretches that stand in the documents, and questions that can be asked of them."""

from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest

from steep.errors import ModelError
from steep.kinds import AdapterRef, Piece
from steep.testing import SynthesizerContract
from steep_plugins import intrinsics
from steep_plugins.intrinsics import find, judging
from steep_plugins.synthesizers.asked.synthesizer import Asking

PAGE = """# Harbour of Ely

The harbour of Ely rents 40 berths to visitors, each for up to 14 days a year. Ann Lee, the harbour master, keeps the
keys of the old crane. Boats of more than 12 metres moor at the north pier, which was built in 1931.

## Ferry

The ferry to Frome leaves every 30 minutes from the south pier between April and October. A day ticket costs 12 EUR.
"""
GERMAN = "# Hafen\n\nDer Hafen von Ely vermietet 40 Liegeplätze an Besucher, jeden für höchstens 14 Tage im Jahr.\n"


class Asker:
    """Asks for every answer in the same way, and remembers what it was shown."""

    digest, context = "asker-1", 4096

    def __init__(self, question="Which {first} does the harbour of Ely name in its rules?"):
        self.question, self.batches = question, []

    def chat(self, asks):
        self.batches.append(asks)
        for number, ask in enumerate(asks):
            answer = ask.messages[-1].content.rpartition("Answer: ")[2].partition("\n")[0]
            code = "".join(chr(97 + int(digit)) for digit in str(crc32(answer.encode())))
            text = self.question.format(first=f"thing {code}")
            yield Piece(text=text, ask=number)
            yield Piece(ask=number, end="stop")


class TestAsk(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Asking()

    @pytest.fixture
    def model(self):
        return Asker()


def written(ask, *texts, model=None, count=100, **options):
    asker = model or Asker()
    request = ask(*texts, model=asker, count=count)
    return list(Asking(**options).synthesize(request)), asker, request


def test_every_answer_stands_in_its_document_and_in_the_passages_that_it_names(ask):
    pairs, _, request = written(ask, PAGE, a_passage=30)
    texts = {document.id: document.text for document in request.documents}
    held = {passage.id: passage for passage in request.passages}
    assert len(pairs) > 4
    for pair in pairs:
        (span,) = pair.spans
        assert texts[span.document][span.start : span.end] == span.text
        assert all(held[each].start <= span.start and span.end <= held[each].end for each in pair.passages)
        assert pair.rule.startswith("ask:")


def test_quantities_keep_their_limit(ask):
    answers = {pair.answer for pair in written(ask, PAGE, a_passage=30)[0]}
    assert "up to 14 days a year" in answers
    assert "12 EUR" in answers


def test_the_model_is_shown_the_passage_the_sentence_and_the_answer_in_batches(ask):
    _, asker, _ = written(ask, PAGE, a_passage=30, together=4)
    assert max(map(len, asker.batches)) == 4
    said = asker.batches[0][0].messages[-1].content
    assert said.startswith("<passage 1>\nHarbour of Ely")
    assert "\n\nSentence: " in said
    assert "\nAnswer: " in said


def test_no_more_is_asked_for_than_is_wanted_with_the_surplus(ask):
    pairs, asker, _ = written(ask, PAGE, a_passage=30, together=2, surplus=1.0, count=2)
    assert len(pairs) == 2
    assert len(asker.batches) <= 3


def test_a_batch_is_no_larger_than_what_is_missing(ask):
    pairs, asker, _ = written(ask, PAGE, a_passage=3, together=32, surplus=1.0, count=5)
    assert len(asker.batches[0]) == 5
    assert all(len(batch) <= 3 for batch in asker.batches[1:])
    assert len(pairs) >= 5


def test_a_passage_is_asked_about_so_often_and_no_more(ask):
    pairs, _, request = written(ask, PAGE, a_passage=1)
    assert len(pairs) <= len(request.passages)


@pytest.mark.parametrize(
    "question",
    [
        "I cannot say.",
        "What does it cost there?",
        "",
        "What is {first}",
        "Is it so? And is it 12 EUR?",
        "What is the answer to this question?",
    ],
)
def test_what_is_no_question_of_its_own_makes_no_pair(ask, question):
    assert written(ask, PAGE, model=Asker(question))[0] == []


def test_a_question_that_gives_its_answer_away_makes_no_pair(ask):
    page = "# Ely\n\nA day ticket for the ferry to Frome costs 12 EUR in summer.\n"
    pairs, _, _ = written(ask, page, model=Asker("Does a day ticket for the ferry to Frome cost 12 EUR in summer?"))
    assert pairs == []


def test_other_languages_are_left_out_and_that_is_said(ask):
    notes = []
    request = replace(ask(GERMAN, model=Asker()), note=notes.append)
    assert list(Asking().synthesize(request)) == []
    assert any("German" in note for note in notes)
    assert any("was not taught to `ask`" in note for note in notes)


def test_without_a_model_it_says_which_table_to_write(ask):
    with pytest.raises(ModelError, match=r"add \[model.main\]"):
        list(Asking().synthesize(ask(PAGE)))


class Judging(Asker):
    """Asks as the other does; is sure of the sentence with the berths, and reads the days out of any."""

    digest = "judge-1"

    def score(self, asks):
        return [4.0 * (("40 berths" in ask.messages[-1].content) == (ask.reply == "Yes")) for ask in asks]

    def chat(self, asks):
        if "Answer: " in asks[0].messages[-1].content:
            yield from super().chat(asks)
            return
        for number, ask in enumerate(asks):
            assert ask.adapter is not None
            yield Piece(text="up to 14 days a year [1]", ask=number)


@pytest.fixture
def taught(monkeypatch):
    """The model that judges was taught the three jobs."""
    here = AdapterRef(version="v", folder=Path("v"))
    jobs = {name: replace(find(name), adapters={"judge-1": here}) for name in ("ask", "answer", "answerable")}
    for where in (intrinsics, judging):
        monkeypatch.setattr(where, "find", lambda name: jobs.get(name) or find(name))


def test_a_sentence_must_answer_alone_and_a_part_of_it_be_read_out(ask, taught):
    pairs, _, _ = written(ask, PAGE, model=Judging(), a_passage=30)
    sentence = "The harbour of Ely rents 40 berths to visitors, each for up to 14 days a year."
    assert {pair.answer for pair in pairs} == {sentence, "up to 14 days a year"}


def test_what_a_model_that_judges_is_not_sure_of_is_kept_where_nothing_is_asked_of_it(ask, taught):
    pairs, _, _ = written(ask, PAGE, model=Judging(), a_passage=30, sure=0.0)
    assert "12 EUR" in {pair.answer for pair in pairs}
