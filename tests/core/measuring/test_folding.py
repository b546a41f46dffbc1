import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.measuring.folding import Folded


def first(source, wanted):
    found = Folded.of(source).find(wanted)
    return source[slice(*found[0])] if found else None


@pytest.mark.parametrize(
    ("source", "wanted", "found"),
    [
        ("The gate\n   closes at  nine.", "gate closes at nine", "gate\n   closes at  nine"),
        ("The **gate** `closes`.", "the GATE closes", "The **gate** `closes"),
        ("See [the gate plan](plans/gate.md) first.", "the gate plan first", "the gate plan](plans/gate.md) first"),
        ("| Hall | Tariff |\n| B | 12 EUR |", "B 12 EUR", "B | 12 EUR"),
        ("It’s “open” – always…", 'It\'s "open" - always...', "It’s “open” – always…"),
        ("It's <b>open</b> now", "It's open now", "It's <b>open</b> now"),
        ("run with --port <number> set", "--port <number> set", "--port <number> set"),
        ("the <job_name> label", "job_name", "job_name"),
        ("Fish &amp; chips", "fish & chips", "Fish &amp; chips"),
        ("a soft\u00adhyphen and zero\u200bwidth", "softhyphen and zerowidth", "soft\u00adhyphen and zero\u200bwidth"),
        ("the ﬁrst file", "first", "ﬁrst"),
        ("cafe\u0301 opens", "café", "cafe\u0301"),
        ("Straße 9", "STRASSE 9", "Straße 9"),
        ("門は九時に閉まる。", "九時", "九時"),
        ("> quoted line\n> goes on", "quoted line goes on", "quoted line\n> goes on"),
        ("- one\n- two", "one - two", "one\n- two"),
    ],
)
def test_a_quote_is_found_whatever_the_lay_out(source, wanted, found):
    assert first(source, wanted) == found


@pytest.mark.parametrize(
    ("source", "wanted"),
    [("a therapist came", "rapist"), ("1500 tonnes", "150"), ("version 15", "5"), ("text", ""), ("text", "**")],
)
def test_parts_of_words_and_empty_quotes_are_not_found(source, wanted):
    assert Folded.of(source).find(wanted) == []


@given(st.text(max_size=60), st.data())
def test_every_place_points_into_the_source_in_order(source, data):
    folded = Folded.of(source)
    places = list(folded.places)
    assert len(places) == len(folded.text)
    assert places == sorted(places)
    assert all(0 <= place < len(source) for place in places)


@given(st.lists(st.sampled_from(["harbor", "gate", "Nine", "x1", "tariff"]), min_size=1, max_size=12), st.data())
def test_words_of_a_text_are_found_again_at_their_place(words, data):
    spaces = data.draw(st.lists(st.sampled_from([" ", "\n", "  \t", " **", "** "]), min_size=12, max_size=12))
    source = "".join(word + space for word, space in zip(words, spaces, strict=False))
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    wanted = " ".join(words[start:end])
    found = [Folded.of(source[slice(*place)]).text for place in Folded.of(source).find(wanted)]
    assert found
    assert set(found) == {Folded.of(wanted).text}


@pytest.mark.parametrize("unit", ["a", "](", "<b ", "<!-- ", "*", "aab", "[x](", "&amp"])
def test_hostile_repetition_is_folded_and_searched_in_linear_work(unit, calls):
    def work(size):
        source = unit * (size // len(unit))
        Folded.of(source).find(unit * 500 + "z")
        Folded.of(source).find((unit * 500).rstrip())

    # a pattern that backtracks would not end at this size
    assert calls(work, 160_000) < 12 * calls(work, 20_000) + 1000
