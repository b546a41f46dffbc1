import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.language import language, numbers, numbers_held, support
from steep.language.numerals import in_digits

ENGLISH = language("en")


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("nine metres deep", "9 metres deep"),
        ("Twenty-five days, or thirty one", "25 days, or 31"),
        ("two hundred boats and five thousand euros", "200 boats and 5000 euros"),
        ("ninety-nine million", "99000000"),
        ("weight, tent, often, attend, someone", "weight, tent, often, attend, someone"),
        ("twenty ten", "20 10"),
        ("a hundred", "a hundred"),
    ],
)
def test_numbers_in_words_are_read_as_in_digits(written, digits):
    assert in_digits(written, ENGLISH) == digits


def test_each_language_has_its_own_words():
    assert in_digits("Sechs Tage", language("de")) == "6 tage"
    assert in_digits("six jours", language("fr")) == "6 jours"
    assert in_digits("sechs Tage", ENGLISH) == "sechs tage"
    assert in_digits("kuusi", language("fi")) == "kuusi"  # whose words nobody wrote down yet


def test_a_one_may_be_no_number():
    assert in_digits("one of nine", ENGLISH) == "1 of 9"
    assert in_digits("one of nine", ENGLISH, ones=False) == "one of 9"


@given(st.integers(min_value=1, max_value=99))
def test_every_number_below_a_hundred_is_known(number):
    names = {value: word for word, value in ENGLISH.numerals.items()}
    written = names.get(number) or f"{names[number - number % 10]}-{names[number % 10]}"
    assert in_digits(written, ENGLISH) == str(number)


def test_evidence_holds_a_number_in_either_form_and_a_claim_gives_digits_alone():
    assert numbers_held("One of nine boats, 12 metres long") == {"1", "9", "12"}
    assert numbers("One of nine boats, 12 metres long") == {"12"}
    assert support("9 metres", "nine metres") == support("nine metres", "9 metres") == 1.0
    assert support("8 metres", "nine metres") == 0.5
    assert support("1 metre", "one metre") == 1.0
