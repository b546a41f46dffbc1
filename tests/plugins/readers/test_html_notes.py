"""Marks of notes, the notes themselves, and tasks: what a page says by links and boxes."""

import pytest

from steep.kinds import Source
from steep_plugins.readers.html import HtmlReader


def read(markup):
    return HtmlReader().read(Source(path="a.html", data=markup.encode()))


@pytest.mark.parametrize(
    "mark",
    [
        '<a epub:type="noteref" href="n.xhtml#n1">1</a>',
        '<a role="doc-noteref" href="#n1"><sup>1</sup></a>',
        '<a href="#n1"><sup>[1]</sup></a>',
        '<sup><a href="#n1">1</a></sup>',
        '<sup id="r1"><a href="#n1">[1]</a></sup>',
    ],
)
def test_the_mark_of_a_note_is_set_apart_from_its_word(mark):
    assert read(f"<p>The pump{mark} starts.</p>").text == "The pump [1] starts."


def test_a_power_and_a_link_are_no_marks():
    page = '<p>10<sup>3</sup> m, see <a href="#t">table 3</a> or <a href="#t">3</a>.</p>'
    assert read(page).text == "10³ m, see table 3 or 3."


@pytest.mark.parametrize("arrow", ["↩︎", "↑", "^", "↩ ↩", "[↑]"])
def test_the_arrow_back_is_no_word_of_a_note(arrow):
    assert read(f'<p>Built in 2019.<a href="#r1">{arrow}</a></p>').text == "Built in 2019."


def test_an_arrow_that_leads_nowhere_is_a_word():
    assert read("<p>The key <a>↑</a> moves up.</p>").text == "The key ↑ moves up."


@pytest.mark.parametrize("kind", ['role="doc-endnotes"', 'role="doc-footnote"', 'epub:type="footnote"'])
def test_notes_are_text_though_they_stand_beside_it(kind):
    assert read(f"<p>The pump.</p><aside {kind}><p>Built in 2019.</p></aside>").text == "The pump.\n\nBuilt in 2019."


def test_a_note_stands_behind_its_number():
    page = '<aside role="doc-footnote"><span class="label">[1]</span><p>Built in 2019.</p><p>In Oslo.</p></aside>'
    assert read(page).text == "[1] Built in 2019.\n\nIn Oslo."


def test_tasks_say_whether_they_are_done():
    page = (
        '<ul><li><input type="checkbox" disabled checked> Paint it</li><li><p><input type="checkbox" disabled>Sell it'
        '</p></li><li>Menu <input type="checkbox" disabled></li><li><input type="checkbox">Subscribe</li></ul>'
    )
    assert read(page).text == "- [x] Paint it\n- [ ] Sell it\n- Menu\n- Subscribe"
