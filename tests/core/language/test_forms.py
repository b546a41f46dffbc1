import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep.language import counted, forms, language, number_forms
from steep.testing.strategies import odd_texts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ERR-1042", {"err1042"}),
        ("err 1042", {"err1042"}),
        ("ERR1042", {"err", "1042"}),
        ("AB-12-CD", {"ab12cd"}),
        ("ISO 9001", {"iso9001"}),
        ("p53 and CD8", set()),
        ("max_connections", {"max", "connections"}),
        ("1,250.50", {"1250.5"}),
        ("1.250.000,00", {"1.250.000", "1250000"}),
        ("v1.2.3", {"1.2.3"}),
        ("1.2.3-rc1", {"1.2.3rc1"}),
        ("1/3/2024", {"1/3/2024"}),
        ("25/3/2024", {"2024-03-25"}),
        ("at 10:30", {"10:30"}),
        ("1,2,3", set()),
        ("39.01.2024", {"39.01.2024"}),
    ],
)
def test_codes_and_numbers_have_plain_forms(text, found):
    assert set(forms(text, frozenset({"at"}))) == found


def test_common_words_make_no_code():
    assert forms("in 1998", frozenset({"in"})) == []
    assert forms("in 1998") == ["in1998"]


_CODE = st.builds(
    lambda letters, digits: (letters, digits),
    st.text("ABCDEFGHXYZ", min_size=2, max_size=4),
    st.integers(100, 99999).map(str),
)


@settings(deadline=None)
@given(_CODE, st.sampled_from(["", "-", " ", "_", "‑"]), st.sampled_from(["", "-", " ", "_"]), st.booleans())
def test_all_writings_of_a_code_count_alike(code, one, other, small):
    nothing = language("none")
    written = [joint.join(code) for joint in (one, other)]
    first, second = (
        {*found.words, *found.forms} & {"".join(code).casefold(), *(part.casefold() for part in code)}
        for found in (counted(each.lower() if small else each, nothing) for each in written)
    )
    assert first == second == {"".join(code).casefold(), *(part.casefold() for part in code)}


@settings(deadline=None)
@given(st.integers(1000, 10**12), st.sampled_from([",", " ", "'", "’", "\u00a0", "\u202f"]))
def test_all_groupings_of_a_number_are_one(number, separator):
    assert str(number) in forms(f"{number:,}".replace(",", separator))


@settings(deadline=None, max_examples=300)
@given(st.from_regex(r"[1-9]\d{0,2}([,. '])\d{3}(\1\d{3})?([.,]\d{1,3})?|\d{1,4}[.,]\d{1,4}", fullmatch=True))
def test_plain_forms_of_numbers_are_plain_already(written):
    for form in number_forms(written):
        again = number_forms(form)
        assert not again or form in again


@settings(deadline=None, max_examples=60)
@given(odd_texts())
def test_forms_of_any_text_are_plain(text):
    found = forms(text)
    assert all(found)
    assert all(each == each.casefold() and len(each) <= 2 * len(text) for each in found)


@settings(deadline=None)
@given(_CODE)
def test_the_plain_form_of_a_code_has_itself_for_plain_form(code):
    nothing = language("none")
    (plain,) = {"".join(code).casefold()} & set(forms("-".join(code)))
    once = counted(plain, nothing)
    assert once.words == [plain]
    assert set(once.forms) <= {part.casefold() for part in code}
