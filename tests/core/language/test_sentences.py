"""Sentence boundaries."""

import pytest
from hypothesis import given, settings

from steep.language import language, sentence_around, sentence_spans
from steep.testing.strategies import odd_texts


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rains. It pours.", ["It rains.", "It pours."]),
        (
            "Mr. Brandt and Dr. Roe met on Jan. 5 at 3 p.m. They left.",
            ["Mr. Brandt and Dr. Roe met on Jan. 5 at 3 p.m.", "They left."],
        ),
        ("It costs 3.50 EUR. See Fig. 3 of v1.2.3.", ["It costs 3.50 EUR.", "See Fig. 3 of v1.2.3."]),
        ("J. R. Tolkien wrote it. We read it.", ["J. R. Tolkien wrote it.", "We read it."]),
        ("The U.S. Navy came. It left.", ["The U.S. Navy came.", "It left."]),
        ("Take e.g. the ferry, i.e. the boat. Go!", ["Take e.g. the ferry, i.e. the boat.", "Go!"]),
        ('"Really?" he asked. "Yes!" She left.', ['"Really?" he asked.', '"Yes!"', "She left."]),
        ("Open https://example.org/a.b?c=1. Then close it.", ["Open https://example.org/a.b?c=1.", "Then close it."]),
        ("Wait... for it. Then… Go.", ["Wait... for it.", "Then…", "Go."]),
        (
            "As Smith et al. (2020) show, it works. See Sec. 4.",
            ["As Smith et al. (2020) show, it works.", "See Sec. 4."],
        ),
        ("Boats, nets, etc. The rest is sold.", ["Boats, nets, etc.", "The rest is sold."]),
        ("It is in section 5. The fee is due.", ["It is in section 5.", "The fee is due."]),
        ("(It rains.) We stay.", ["(It rains.)", "We stay."]),
        ("你好。世界！真的？", ["你好。", "世界！", "真的？"]),
        ("كيف حالك؟ جيد.", ["كيف حالك؟", "جيد."]),
        ("One line\nwraps here. Next.", ["One line\nwraps here.", "Next."]),
        ("# Head\nText here.\n\nMore", ["# Head", "Text here.", "More"]),
        ("- one. two\n- three", ["- one. two", "- three"]),
        ("1. Do this.\n2. Do that.", ["1. Do this.", "2. Do that."]),
        ("| a. B | c |\n| d | e |", ["| a. B | c |", "| d | e |"]),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_sentences_end_where_readers_end_them(text, expected):
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("de", "Er gilt bis zum 3. Mai. Danach nicht.", ["Er gilt bis zum 3. Mai.", "Danach nicht."]),
        ("de", "Das kostet z. B. 5 Euro. Das ist viel.", ["Das kostet z. B. 5 Euro.", "Das ist viel."]),
        ("de", "Er ist 12 m hoch. Max. 40 kg tragen ihn.", ["Er ist 12 m hoch.", "Max. 40 kg tragen ihn."]),
        ("fr", "M. Dupont arrive. Il reste.", ["M. Dupont arrive.", "Il reste."]),
        ("es", "La Sra. López vive aquí. Es alta.", ["La Sra. López vive aquí.", "Es alta."]),
        ("it", "Il sig. Rossi arriva. Resta qui.", ["Il sig. Rossi arriva.", "Resta qui."]),
        ("en", "It is in section 5. May comes next.", ["It is in section 5.", "May comes next."]),
        ("en", "It is a work of art. It hangs here.", ["It is a work of art.", "It hangs here."]),
        ("xx", "Ein Satz. Noch einer.", ["Ein Satz.", "Noch einer."]),
    ],
)
def test_abbreviations_and_ordinals_are_those_of_the_language(code, text, expected):
    assert [text[start:end] for start, end in sentence_spans(text, language(code))] == expected


def test_what_no_language_mistakes_is_heeded_where_none_is_told():
    assert sentences("Das gilt bzw. Gäste zahlen. La Sra. López no.") == [
        "Das gilt bzw. Gäste zahlen.",
        "La Sra. López no.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Der Beitrag gilt ab 1. Januar 2025. Danach zahlt jedes Mitglied mehr.",
            ["Der Beitrag gilt ab 1. Januar 2025.", "Danach zahlt jedes Mitglied mehr."],
        ),
        (
            "Mitglied wird, wer das 18. Lebensjahr vollendet hat. Der Vorstand entscheidet.",
            ["Mitglied wird, wer das 18. Lebensjahr vollendet hat.", "Der Vorstand entscheidet."],
        ),
        (
            "Die Pacht steigt, z. B. im Mai. Der Brief von Dr. Roe sagt es.",
            ["Die Pacht steigt, z. B. im Mai.", "Der Brief von Dr. Roe sagt es."],
        ),
        (
            "See the table in section 5. April was the best month of the year.",
            ["See the table in section 5.", "April was the best month of the year."],
        ),
    ],
)
def test_a_text_is_looked_at_for_its_language_where_a_full_stop_hangs_on_it(text, expected):
    assert sentences(text) == expected


def test_the_sentences_round_a_span_hold_it():
    text = "It rains. It pours. We stay."
    assert text[slice(*sentence_around(text, 11, 13))] == "It pours."
    assert text[slice(*sentence_around(text, 7, 13))] == "It rains. It pours."
    assert sentence_around("", 0, 0) == (0, 0)


@settings(deadline=None, max_examples=60)
@given(odd_texts())
def test_spans_are_ordered_disjoint_and_leave_only_white_space(text):
    position = 0
    for start, end in sentence_spans(text):
        assert position <= start < end <= len(text)
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()


@pytest.mark.parametrize("unit", [".", "a. ", " ", "Mr. ", '."', "\n", "# a\n", "x"])
def test_the_work_is_linear_in_the_text(unit, calls):
    def work(size: int) -> None:
        sentence_spans(unit * (size // len(unit)))

    # a pattern that backtracks would not end at this size
    assert calls(work, 200_000) < 12 * calls(work, 20_000) + 1000
