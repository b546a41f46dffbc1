"""Links that turn the pages of a book on the web are no text of a page, and are counted."""

import pytest

from steep_plugins.readers.html_text import html_text

DOCBOOK = """<div class="navheader"><table summary="Navigation header"><tr><th colspan="3">4.2. Slips</th></tr>
<tr><td><a accesskey="p" href="a.html">&lt;&lt;&lt; Prev</a></td><th>Chapter 4. Boats</th>
<td><a accesskey="n" href="c.html"><img src="next.png" alt="Next"></a></td></tr></table><hr></div>"""
TEXINFO = """<div class="nav-panel"><p>Next: <a href="c.html" accesskey="n" rel="next">Moorings</a>, Previous:
<a href="a.html" rel="prev">Piers</a>, Up: <a href="i.html" rel="up">Boats</a>
[<a href="i.html" rel="contents">Contents</a>]</p></div>"""
PLAIN = """<center><a href="a.html">&larr; Previous</a> | <a href="i.html">Home</a> | <a href="c.html">Next &raquo;</a>
</center>"""
FEET = """<div class="navfooter"><table><tr><td><a accesskey="p" href="a.html"><img src="p.png" alt=""></a></td>
<td></td><td><a accesskey="n" href="c.html">Next</a></td></tr><tr><td>4.1. Piers</td>
<td><a accesskey="h" href="i.html">Home</a></td><td>4.3. Moorings</td></tr></table></div>"""
TEXT = "<h1>Slips</h1><p>A slip is let by the month.</p>"


def read(markup, **options):
    page = html_text(f"<html><body>{markup}</body></html>", **options)
    return page.composed.text, page.left_out


@pytest.mark.parametrize("turning", [DOCBOOK, TEXINFO, PLAIN, FEET])
@pytest.mark.parametrize("page", ["{0}{1}", "{1}{0}", "<div>{0}<div>{1}</div>{0}</div>"])
def test_what_turns_pages_is_left_out_and_counted(turning, page):
    text, gone = read(page.format(turning, TEXT))
    assert text == read(TEXT)[0]
    assert {each.reason for each in gone} == {"menu or frame of a page"}
    assert read(turning + TEXT, keep_boilerplate=True)[0] != text


@pytest.mark.parametrize(
    "said",
    [
        '<p>The <a href="c.html">next</a> ferry is at nine, and then at ten.</p>',
        '<p>Ask <a href="c.html">the warden</a>, or see <a href="d.html" rel="next">Next</a>.</p>',
        '<div><h2>Ferries</h2><a href="c.html">Next</a></div>',
        '<p><a href="i.html">Home</a></p>',
        f'<div>{"Boats wait. " * 30}<a rel="next" href="c.html">Next</a></div>',
    ],
)
def test_a_link_in_a_text_stays_whatever_it_says(said):
    text, _ = read(f"{TEXT}<div>{said}</div>")
    told = text.removeprefix(read(TEXT)[0])
    assert any(word in told for word in ("ferry", "warden", "Ferries", "Home", "Boats"))


def test_a_list_of_a_books_pages_is_left_out_where_it_is_nearly_all_links():
    toc = '<div class="toc"><p>Contents</p><dl><dt><a href="a.html">Piers and who may use them</a></dt></dl></div>'
    assert read(toc + TEXT)[0] == read(TEXT)[0]
    text, _ = read(f'<div class="toc"><p>A toc is a short word for what stands in a book.</p></div>{TEXT}')
    assert "short word" in text


def test_a_page_that_is_nothing_but_such_links_is_read_whole():
    assert "Piers" in read(TEXINFO)[0]
