"""What of a page is seen, and what only a machine would read."""

import io
import zipfile

import pytest

from steep.kinds import Source
from steep_plugins.readers.epub import EpubReader
from steep_plugins.readers.html import HtmlReader

INLINE = [
    "opacity:0.01",
    "font-size:1px",
    "line-height:0; font-size:.01em",
    "color:#fefefe",
    "color:hsl(0,0%,100%)",
    "color:rgb(255 255 255)",
    "color:transparent",
    "color:rgba(0,0,0,0)",
    "color:var(--nothing, #fff)",
    "-webkit-text-fill-color:transparent",
    "background:#123456; color:rgb(18,52,86)",
    "text-indent:-999px",
    "text-indent:200%; overflow:hidden; white-space:nowrap",
    "position:absolute; left:-200vw",
    "position:fixed; bottom:-5000px",
    "margin-top:-9999px",
    "transform:scale(0)",
    "transform:translateX(-9999px)",
    "filter:opacity(0)",
    "zoom:0",
    "content-visibility:hidden",
    "display:none !important",
    "height:0; overflow:hidden",
    "max-height:0; overflow:hidden",
    "position:absolute; height:1px; width:1px; overflow:hidden",
    "position:absolute; clip:rect(1px,1px,1px,1px)",
    "clip-path:inset(100%)",
    "clip-path:circle(0)",
    "clip-path:polygon(0 0, 0 0, 0 0)",
]
SHEETS = [
    "@media screen { .x { display: none } }",
    "@media (min-width: 600px) { .x { visibility: hidden } }",
    "@supports (display: grid) { .x { display: none } }",
    "@layer base { .x { display: none } }",
    "main { & .x { display: none } }",
    "main > .x { color: #fff }",
    ".x { color: var(--paper) } :root { --paper: white }",
    "[data-of='two words'] { font-size: 0 }",
    ".x:not(:hover) { opacity: 0 }",
    "@import url(other.css); *.x, .y { display: none }",
    ".x { display: block } #own.x { display: none } .x { display: block }",
    ".x { display: none !important } #own { display: block }",
]
SEEN = [
    '<style>body { background: #111; color: #fff }</style><p style="color: white">X</p>',
    '<style>.dark { background: #000 } .dark p { color: #fff }</style><div class="dark"><p>X</p></div>',
    '<style>@media print { p { display: none } }</style><p>X</p>',
    '<style>@media (max-width: 400px) { p { display: none } }</style><p>X</p>',
    '<style>@media (prefers-color-scheme: dark) { p { color: #fff } }</style><p>X</p>',
    "<style>.fade { opacity: 0 } .fade { opacity: 1 }</style><p class='fade'>X</p>",
    '<div style="background-image: url(sea.jpg)"><p style="color: #fff">X</p></div>',
    '<p style="background: linear-gradient(red, blue); -webkit-background-clip: text; color: transparent">X</p>',
    '<div style="font-size: 0"><p style="font-size: 16px">X</p></div>',
    '<div style="visibility: hidden"><p style="visibility: visible">X</p></div>',
    '<div style="margin-left: -100%"><p>X</p></div>',
    '<div style="left: -50%; position: absolute"><p>X</p></div>',
    '<div style="height: 0; overflow: visible"><p>X</p></div>',
    '<p style="clip-path: inset(10%)">X</p>',
    "<style>p::before { content: 'a'; display: none } a:hover { display: none }</style><p><a>X</a></p>",
    '<dialog open><p>X</p></dialog>',
]  # fmt: skip


def read(markup):
    return HtmlReader().read(Source(path="page.html", data=markup.encode()))


@pytest.mark.parametrize("style", INLINE)
def test_no_way_of_hiding_words_makes_them_text(style):
    document = read(f'<main><p>Seen.</p><div style="{style}"><p>Not <b>this</b>.</p></div></main>')
    assert document.text == "Seen."
    assert " ".join(each.text for each in document.left_out).split() == ["Not", "this", "."]
    assert {each.reason for each in document.left_out} == {"hidden"}


@pytest.mark.parametrize("sheet", SHEETS)
def test_style_sheets_hide_as_they_do_on_a_screen(sheet):
    document = read(
        f"<head><style>{sheet}</style></head><main><p>Seen.</p>"
        '<p class="x" id="own" data-of="two words">Not this.</p></main>'
    )
    assert document.text == "Seen."
    assert [(each.reason, each.text) for each in document.left_out] == [("hidden", "Not this.")]


@pytest.mark.parametrize("markup", SEEN)
def test_words_that_are_seen_after_all_are_text(markup):
    document = read(markup)
    assert document.text == "X"
    assert document.left_out == ()


@pytest.mark.parametrize(
    "hidden",
    [
        '<font color="#ffffff">X</font>',
        "<dialog><p>X</p></dialog>",
        '<table bgcolor="black"><tr><td>X</td></tr></table>',
    ],
)
def test_old_and_new_elements_hide_too(hidden):
    assert read(f"<p>Seen.</p>{hidden}").text == "Seen."


def test_a_page_with_very_many_rules_is_read_in_time():
    sheet = "\n".join(f".a{n} .b{n} > .c{n % 7} {{ color: #{n % 4096:03x} }}" for n in range(20_000))
    page = "".join(f'<div class="c{n % 7}"><p>word {n}</p></div>' for n in range(500))
    assert read(f"<style>{sheet}</style>{page}").text.count("word") == 500


def test_what_the_style_sheet_of_a_book_hides_is_hidden():
    spine = (
        '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="t/a.xhtml" '
        'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>'
    )
    chapter = (
        "<?xml version='1.0' encoding='iso-8859-1'?><html><head><link rel='stylesheet' href='../s%20s.css'/></head>"
        "<body><p>Gr\u00fc\u00dfe.</p><p class='x'>Not this.</p></body></html>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as book:
        book.writestr(
            "META-INF/container.xml",
            '<container><rootfiles><rootfile full-path="O/p.opf"/></rootfiles></container>',
        )
        book.writestr("O/p.opf", spine)
        book.writestr("O/s s.css", ".x { display: none }")
        book.writestr("O/t/a.xhtml", chapter.encode("latin-1"))
    document = EpubReader().read(Source(path="b.epub", data=file.getvalue()))
    assert document.text == "Gr\u00fc\u00dfe."
    assert [(each.reason, each.text) for each in document.left_out] == [("hidden", "Not this.")]
