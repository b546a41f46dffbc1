"""Chapters without headings, whose titles the table of contents of their book says."""

import io
import zipfile

import pytest

from steep.kinds import Source
from steep_plugins.readers.epub import EpubReader

NAV = (
    '<html xmlns="http://www.w3.org/1999/xhtml"><body><nav><ol><li><a href="t/a%20b.xhtml">Fees <i>and</i> berths</a>'
    '<ol><li><a href="t/a%20b.xhtml#s">By night</a></li></ol></li></ol></nav></body></html>'
)
NCX = (
    '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint>'
    "<navLabel><text>Fees and berths</text></navLabel>"
    '<content src="t/a%20b.xhtml"/><navPoint><navLabel><text>By night</text></navLabel><content src="t/a%20b.xhtml#s"/>'
    "</navPoint></navPoint></navMap></ncx>"
)
KINDS = {
    "a page": ('<item id="n" href="n.xml" media-type="application/xhtml+xml" properties="nav"/>', NAV),
    "an older list": ('<item id="n" href="n.xml" media-type="application/x-dtbncx+xml"/>', NCX),
}


def read(body, *, item=KINDS["a page"][0], contents=NAV):
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="t/a%20b.xhtml" '
        f'media-type="application/xhtml+xml"/>{item}</manifest><spine><itemref idref="a"/></spine></package>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as book:
        place = '<container><rootfiles><rootfile full-path="O/p.opf"/></rootfiles></container>'
        book.writestr("META-INF/container.xml", place)
        book.writestr("O/p.opf", package)
        book.writestr("O/n.xml", contents)
        book.writestr("O/t/a b.xhtml", f"<?xml version='1.0'?><html><body>{body}</body></html>")
    return EpubReader().read(Source(path="b.epub", data=file.getvalue())).text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "mark",
    [
        '<p id="s">By night</p>',
        '<p><a id="s"></a>By night</p>',
        '<a id="s"></a><p>By night</p>',
        '<div id="s"><p> </p><p>By night</p></div>',
    ],
)
def test_what_the_table_of_contents_names_is_a_heading(kind, mark):
    item, contents = KINDS[kind]
    body = f"<p>Fees <b>and</b>\n berths</p><p>Pay.</p>{mark}<p>Pay more.</p>"
    assert read(body, item=item, contents=contents) == "# Fees and berths\n\nPay.\n\n## By night\n\nPay more."


def test_the_first_paragraph_at_a_place_is_meant_however_deep_it_stands():
    assert read('<div id="s"><div><p>By night</p><p>Pay.</p></div></div>') == "## By night\n\nPay."


def test_what_it_does_not_name_word_for_word_stays_what_it_is():
    assert read("<p>Fees and berths today</p><p id='s'>At night</p>") == "Fees and berths today\n\nAt night"
    assert read("<p>Pay.</p><p>Fees and berths</p>") == "Pay.\n\nFees and berths"
    assert read("<h2>Fees</h2><p id='s'>By night</p>") == "## Fees\n\nBy night"


@pytest.mark.parametrize("contents", ["<html", NAV.replace("t/", "u/"), "<ncx><navMap><navPoint/></navMap></ncx>"])
def test_a_book_with_a_broken_table_of_contents_is_a_book(contents):
    for item, _ in KINDS.values():
        assert read("<p>Fees and berths</p>", item=item, contents=contents) == "Fees and berths"
