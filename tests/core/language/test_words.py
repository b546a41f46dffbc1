from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings

from steep.language import content_stems, language, numbers, stem, support, terms, words
from steep.testing.strategies import odd_texts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ferries", "ferry"),
        ("costs", "cost"),
        ("closed", "close"),
        ("stopped", "stop"),
        ("running", "run"),
        ("boat's", "boats"),
    ],
)
def test_forms_of_a_word_meet(one, other):
    assert stem(one) == stem(other)


def test_stems_and_stop_words_are_those_of_the_language():
    german = language("de")
    assert stem("Häfen", german) == stem("Häfe", german) != stem("Häfen")
    assert content_stems("Die Boote und der Hafen", german) == {stem("Boot", german), stem("Hafen", german)}
    assert content_stems("die Boote") == {"die", "boot"}  # in English a word like any other
    assert content_stems("the boats", language("ja")) == {"the", "boats"}  # nothing is known, nothing is cut


def test_the_index_counts_folded_stems_without_stop_words():
    assert terms("The ferries of Berth M3 cost 1,200", language("english")) == ["ferri", "berth", "m3", "cost", "1,200"]
    assert terms("Die ﬁnnischen Fähren", language("german")) == ["finnisch", "fahr"]


def test_threads_have_stemmers_of_their_own():
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda number: tuple(terms(f"running ferries {number % 3}", language("en"))), range(300)))
    assert found == {("run", "ferri", str(number)) for number in range(3)}


def test_numbers_are_compared_without_their_thousands_separators():
    assert numbers("1,200 of 3.5 at 10:30") == {"1200", "3.5", "10:30"}
    assert numbers("12,5 and 1200") == {"12,5", "1200"}


def test_support_is_the_share_of_content_words():
    assert support("The ferry costs 12 euros", "12 euros for the ferry") == 0.75
    assert support("the of and", "anything") == 0.0
    assert support("港口", "港口开放") == 1.0


@settings(deadline=None, max_examples=40)
@given(odd_texts())
def test_words_stand_where_they_say(text):
    assert all(text[word.start : word.end] == word.text for word in words(text))


@settings(deadline=None, max_examples=40)
@given(odd_texts())
def test_a_text_supports_itself(text):
    assert support(text, text) == (1.0 if content_stems(text) else 0.0)
