from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep.answering.citing import cite, verify
from steep.errors import Damaged
from steep.kinds import Quote
from steep.testing.strategies import odd_texts
from steep.values import Document, Hit, Passage

FERRY = (
    "The ferry runs every hour. It does not run on Sundays. A day ticket costs 12 euros and is valid until midnight."
)
BERTH = "A berth costs 90 euros a week. Dogs travel free."
TEXT = f"# Harbour\n\n{FERRY}\n\n{BERTH}\n"
DOCUMENT = Document(path="harbour.md", text=TEXT, title="Harbour", pages=(0, TEXT.index(BERTH)))


def hit(text, rank):
    start = TEXT.index(text)
    passage = Passage(
        document=DOCUMENT.id,
        version=DOCUMENT.version,
        path="harbour.md",
        title="Harbour",
        start=start,
        end=start + len(text),
        text=text,
        page=DOCUMENT.page_at(start),
    )
    return Hit(passage=passage, score=1.0, rank=rank)


HITS = (hit(FERRY, 1), hit(BERTH, 2))


def cited(text, **options):
    result = cite(text, question="Does the ferry run on Sundays?", hits=HITS, **options)
    return result.text, [citation.text for citation in result.citations]


def test_a_marker_is_narrowed_to_the_sentence_that_supports_its_claim():
    assert cited("A day ticket is 12 euros [1].") == (
        "A day ticket is 12 euros. [1]",
        ["A day ticket costs 12 euros and is valid until midnight."],
    )


def test_citations_are_counted_in_the_order_of_the_claims_that_use_them():
    text, citations = cited("Dogs travel free [2]. The ferry runs every hour [1]. Dogs travel free, as said [2].")
    assert text == "Dogs travel free. [1] The ferry runs every hour. [2] Dogs travel free, as said. [1]"
    assert citations == ["Dogs travel free.", "The ferry runs every hour."]


def test_markers_after_the_full_stop_belong_to_the_sentence_before():
    assert cited("The ferry runs every hour. [1] Dogs travel free. [2]")[1] == [
        "The ferry runs every hour.",
        "Dogs travel free.",
    ]


def test_a_marker_where_nothing_supports_its_claim_goes():
    assert cited("Whales sing at night [1].") == ("Whales sing at night.", [])
    assert cited("Whales sing at night [7].") == ("Whales sing at night.", [])


@pytest.mark.parametrize("number", [1, 7])
def test_a_marker_of_the_passage_beside_or_of_none_becomes_that_of_the_one_that_supports_its_claim_well(number):
    assert cited(f"Dogs travel free [{number}].") == ("Dogs travel free. [1]", ["Dogs travel free."])


def test_a_claim_without_a_marker_is_given_one_where_a_sentence_supports_it_well():
    assert cited("A berth costs 90 euros a week.") == (
        "A berth costs 90 euros a week. [1]",
        ["A berth costs 90 euros a week."],
    )
    assert cited("Whales eat berths.") == ("Whales eat berths.", [])


def test_a_number_that_does_not_stand_there_weakens_the_support():
    assert cited("A week's berth: 95 euros [2].")[1] == []


def test_a_number_is_found_in_words_where_the_claim_has_it_in_digits():
    passage = replace(HITS[0].passage, text="The ferry has seven crew members and the harbour is nine metres deep.")
    result = cite("9 metres deep [1]", question="How deep is it?", hits=[replace(HITS[0], passage=passage)])
    assert [citation.text for citation in result.citations] == [passage.text]
    assert not cite("8 metres [1]", question="How deep?", hits=[replace(HITS[0], passage=passage)]).citations


def test_a_bare_yes_is_supported_by_what_answers_the_question():
    assert cited("No [1].")[1] == ["The ferry runs every hour. It does not run on Sundays."]


def test_two_sentences_are_cited_together_where_neither_supports_the_claim_alone():
    assert cited("Every hour, but not on Sundays, it runs [1].")[1] == [
        "The ferry runs every hour. It does not run on Sundays."
    ]


def test_of_json_the_values_are_cited_whatever_its_fields_are_called():
    text = '{"tariff": {"amountDue": 12, "until": ["midnight"]}, "published": true}'
    found = cite(text, question="What does a day ticket cost?", hits=HITS, marked=False)
    assert found.text == text
    assert [each.text for each in found.citations] == ["A day ticket costs 12 euros and is valid until midnight."]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ('{"runsEveryHour": true}', "Well?"),
        ('{"ferry_runs_every_hour": false}', "How often?"),
        ('{"answer": true}', "Does the ferry run every hour?"),
        ('{"how": "hourly"}', "Does the ferry run every hour?"),
    ],
)
def test_where_json_only_chooses_its_field_or_the_question_finds_what_is_cited(text, question):
    found = cite(text, question=question, hits=HITS, marked=False, chosen=frozenset({"hourly"}))
    assert [each.text for each in found.citations] == ["The ferry runs every hour."]


@pytest.mark.parametrize("number", ["12.5", "12.50", "1200", "1.2e3"])
def test_a_number_of_json_is_found_however_documents_write_it(number):
    passage = replace(HITS[0].passage, text="A day ticket costs 12.50 euros. It holds 1,200 people.")
    hits = [replace(HITS[0], passage=passage)]
    assert len(cite(f'{{"x": {number}}}', question="?", hits=hits, marked=False).citations) == 1
    assert not cite(f'{{"x": {number}1}}', question="?", hits=hits, marked=False).citations


@pytest.mark.parametrize(
    "text", ['{"ferry": 77}', '{"of_no_use": true}', "[]", '{"ferry runs": null}', '{"ferry": ""}']
)
def test_of_json_that_says_nothing_of_the_documents_nothing_is_cited(text):
    assert cite(text, question="How often?", hits=HITS, marked=False).citations == ()


def test_a_quote_is_widened_to_its_sentence_and_the_text_left_alone():
    passage = HITS[0].passage
    start = passage.text.index("12 euros")
    quote = Quote(passage=passage.id, start=start, end=start + len("12 euros"))
    text, citations = cited("12 euros", quotes=(quote,))
    assert (text, citations) == ("12 euros", ["A day ticket costs 12 euros and is valid until midnight."])


@pytest.mark.parametrize(("start", "end"), [(-1, 4), (4, 4), (5, 3), (0, 100_000)])
def test_a_quote_outside_its_passage_goes(start, end):
    assert cited("x", quotes=(Quote(passage=HITS[0].passage.id, start=start, end=end),))[1] == []
    assert cited("x", quotes=(Quote(passage="unknown", start=0, end=3),))[1] == []


def test_barred_words_are_never_cited():
    passage = HITS[1].passage
    barred = {passage.id: ((0, passage.text.index("Dogs")),)}
    assert cited("A berth costs 90 euros a week [2].", barred=barred)[1] == []
    assert cited("x", quotes=(Quote(passage=passage.id, start=2, end=7),), barred=barred)[1] == []
    assert cited("Dogs travel free [2].", barred=barred)[1] == ["Dogs travel free."]


def test_verified_citations_are_word_for_word_and_know_their_page():
    citations = cite("Dogs travel free [2].", question="", hits=HITS).citations
    (checked,) = verify(citations, lambda identity: DOCUMENT)
    assert DOCUMENT.text[checked.start : checked.end] == checked.text
    assert checked.page == 2


def test_an_index_that_holds_other_words_than_the_document_is_damaged():
    other = Document(path="harbour.md", text=TEXT.replace("Dogs", "Cats"), title="Harbour")
    citations = cite("Dogs travel free [2].", question="", hits=HITS).citations
    with pytest.raises(Damaged, match=r"harbour\.md"):
        verify(citations, lambda identity: other)


@settings(deadline=None, max_examples=40)
@given(text=odd_texts(), numbers=st.lists(st.integers(0, 99), max_size=5))
def test_every_citation_is_verbatim_and_every_marker_has_one(text, numbers):
    from steep.prompts import MARKER, markers

    plain = MARKER.sub("", text)
    result = cite(plain + "".join(f" Dogs travel free [{number}]." for number in numbers), question="?", hits=HITS)
    assert all(TEXT[each.start : each.end] == each.text for each in result.citations)
    assert set(markers(result.text)) <= set(range(1, len(result.citations) + 1))
    assert len(result.quotes) == len(result.citations)
