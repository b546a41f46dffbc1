"""HTML that nests too deep for a tree."""

import pytest

from steep_plugins.readers.html_depth import shallow
from steep_plugins.readers.html_text import html_text

DEEP = 20_000
NESTED = {
    "plain": "<div>" * DEEP + "Pay once." + "</div>" * DEEP,
    "never closed": "<b>" * DEEP + "Pay once.",
    "with attributes": '<div class="a">' * DEEP + "Pay once." + "</div>" * DEEP,
    "lists": "<ul><li>" * DEEP + "Pay once.",
    "tables": "<table><tr><td>" * 5000 + "Pay once.",
}


@pytest.mark.parametrize("markup", NESTED.values(), ids=NESTED)
def test_deep_markup_is_read_with_its_words(markup):
    assert html_text(markup).composed.text.strip(" -") == "Pay once."


def test_markup_that_is_not_deep_stays_as_it_is():
    page = "<main>" + "<p>one<br>two<li>three<td>four" * 500 + "<b>x</b>" * 500 + "</main>"
    assert shallow(page) == page


def test_levels_go_and_what_says_something_of_itself_stays():
    page = "<div>" * 300 + '<div style="display:none">pay twice</div><i>Pay</i> once.' + "</div>" * 300
    assert shallow(page).count("<div>") == 200
    assert html_text(page).composed.text == "Pay once."


def test_a_tag_that_closes_what_was_never_opened_is_left_alone():
    page = "<div>" * 201 + "</i></span>Pay</div> once." + "</div>" * 200
    assert shallow(page) == "<div>" * 200 + "</i></span>Pay once." + "</div>" * 200
