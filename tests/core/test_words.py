import pytest
from hypothesis import given, settings

from steep.testing.strategies import odd_texts
from steep.words import content_stems, numbers, stem, support, words


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
