"""The reader `html`."""

import pytest

from steep.errors import SourceError
from steep.kinds import Source
from steep.testing import ReaderContract
from steep_plugins.readers.html import HtmlReader
from steep_plugins.readers.html_text import html_text

PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Portal | Harbor</title><style>p { color: red }</style></head>
<body>
<nav><a href="/">Home</a></nav>
<header><span>Site name</span></header>
<div class="breadcrumbs">You are here</div>
<article>
<header><h1>Portal <em>help</em></h1></header>
<p>Ask the <a href="/goods">goods-in office</a><br>for an account.</p>
<p hidden>Draft text</p><p style="color:red; display: none">Invisible text</p><p aria-hidden="true">Icon text</p>
<h2>Alerts</h2>
<ul><li>Mail<ul><li>Always</li></ul></li><li>Text message</li></ul>
<ol><li>Open</li><li>Close</li></ol>
<table><tr><th>Event</th><th>Mail</th></tr><tr><td>Refused</td><td>yes
or no</td></tr></table>
<pre><code>GET /pallets</code></pre>
<blockquote><p>Keep calm.</p></blockquote>
<p>snake_case and 2 * 3 and <img src="data:image/png;base64,AAAA" alt="a crane"></p>
<!-- a comment -->
<script>alert("script text")</script>
</article>
<aside>Related pages</aside>
<footer>Imprint</footer>
</body></html>
"""


def read(markup: str | bytes, path: str = "web/portal.html", **options):
    data = markup.encode() if isinstance(markup, str) else markup
    return HtmlReader(**options).read(Source(path=path, data=data))


class TestHtmlReader(ReaderContract):
    @pytest.fixture
    def reader(self):
        return HtmlReader()

    @pytest.fixture
    def sample(self):
        return Source(path="web/portal.html", data=PAGE.encode()), (
            "Portal help",
            "goods-in office",
            "Always",
            "Refused",
        )


def test_a_page_becomes_markdown_like_text():
    document = read(PAGE)
    assert document.title == "Portal help"
    assert [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks] == [
        ("heading", 1, "# Portal help"),
        ("paragraph", 0, "Ask the goods-in office\nfor an account."),
        ("heading", 2, "## Alerts"),
        ("item", 1, "- Mail"),
        ("item", 2, "- Always"),
        ("item", 1, "- Text message"),
        ("item", 1, "1. Open"),
        ("item", 1, "2. Close"),
        ("row", 1, "| Event | Mail |"),
        ("row", 2, "| Refused | yes or no |"),
        ("code", 0, "```\nGET /pallets\n```"),
        ("quote", 0, "> Keep calm."),
        ("paragraph", 0, "snake_case and 2 * 3 and a crane"),
    ]


@pytest.mark.parametrize(
    "gone",
    [
        "Home",
        "Site name",
        "You are here",
        "Draft",
        "Invisible",
        "Icon",
        "comment",
        "alert",
        "Related",
        "Imprint",
        "color",
    ],
)
def test_the_frame_of_a_page_and_its_hidden_parts_are_left_out(gone):
    assert gone not in read(PAGE).text


def test_the_frame_can_be_kept_but_never_scripts():
    text = read(PAGE, boilerplate=True).text
    assert "Imprint" in text
    assert "Home" in text
    assert "alert" not in text


LINKS = [f'<li><a href="{name}.html">{name}</a></li>' for name in ("tides", "locks", "tolls", "fuel", "ice")]


def test_a_list_of_links_before_the_title_is_frame_whatever_it_is_called():
    menu = f"<ul>{''.join(LINKS)}</ul>"
    page = f"<div class='left-3'>Pier{menu}</div><div><h1>Tides</h1><p>They turn.</p>{menu}</div>"
    assert read(page).text.startswith("# Tides\n\nThey turn.\n\n- tides")
    assert read(page, boilerplate=True).text.startswith("Pier")


@pytest.mark.parametrize(
    "before",
    [
        "<div><p>Whoever sails by night asks the pilot for the tides of the whole week, and pays.</p></div>",
        f"<ul>{''.join(LINKS[:4])}</ul>",
        f"<div>Who sails by night asks the pilot for the tides, and pays for what he says. {' '.join(LINKS)}</div>",
    ],
)
def test_words_and_few_links_before_the_title_are_read(before):
    assert "tides" in read(f"{before}<h1>Locks</h1><p>They open.</p>").text.partition("# Locks")[0]


def test_a_page_that_is_all_frame_is_read_whole():
    assert read("<nav><p>Berths and cranes</p></nav>").text == "Berths and cranes"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ('<meta charset="iso-8859-1"><p>Größe</p>'.encode("latin-1"), "Größe"),
        (
            '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><p>Порт</p>'.encode("cp1251"),
            "Порт",
        ),
        ("<p>Größe</p>".encode("utf-16"), "Größe"),
        (b'<?xml version="1.0" encoding="utf-8"?><html><p>Gr\xc3\xb6\xc3\x9fe</p></html>', "Größe"),
        (b'<meta charset="no-such-thing"><p>Gr\xc3\xb6\xc3\x9fe</p>', "Größe"),
    ],
)
def test_the_encoding_that_a_page_names_is_used(data, words):
    assert read(data).text == words


def test_thousands_of_nested_elements_are_read():
    assert "crane" in read("<div>" * 1500 + "crane" + "</div>" * 1500).text


def test_text_without_any_tag_is_read():
    assert read("portal.html").text == "portal.html"


@pytest.mark.parametrize("markup", ["<html><body></body></html>", "<script>var a</script>", "<!-- only this -->"])
def test_a_page_without_text_is_refused(markup):
    with pytest.raises(SourceError, match=r"web/portal\.html is empty"):
        read(markup)


def rows(markup):
    document = read(markup)
    return [document.text[block.start : block.end] for block in document.blocks if block.kind == "row"]


def test_a_merged_cell_stands_at_every_place_that_it_spans():
    table = (
        "<table><tr><th>Quay</th><th>Class</th><th>Price</th></tr>"
        "<tr><td rowspan=2>North</td><td>Small</td><td>40</td></tr><tr><td>Large</td><td>75</td></tr>"
        "<tr><td colspan=2>Pontoon</td><td>22</td></tr></table>"
    )
    assert rows(table)[1:] == ["| North | Small | 40 |", "| North | Large | 75 |", "| Pontoon | Pontoon | 22 |"]


def test_a_header_of_two_lines_becomes_one():
    table = (
        "<table><tr><th rowspan=2>Boat</th><th colspan=2>Fee</th></tr><tr><th>Summer</th><th>Winter</th></tr>"
        "<tr><td>Dinghy</td><td>11</td><td>7</td></tr></table>"
    )
    assert rows(table) == ["| Boat | Fee Summer | Fee Winter |", "| Dinghy | 11 | 7 |"]


def test_a_table_or_a_bar_in_a_cell_does_not_break_the_outer_one():
    table = "<table><tr><td>a|b <table><tr><td>1</td><td>2</td></tr></table></td><td>right</td></tr></table>"
    assert rows(table) == [r"| a\|b 1, 2 | right |"]


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("limited to 10<sup>3</sup> mm", "limited to 10³ mm"),
        ("x<sup>ab</sup>", "x^ab"),
        ("the 1<sup>st</sup> boat", "the 1st boat"),
        ('as agreed<sup><a href="#f">2</a></sup>.', "as agreed [2]."),
        ("<del>50 euros</del> <ins>65 euros</ins>", "65 euros"),
        ("pay <button>85 euros</button> now", "pay 85 euros now"),
        ("# 7 bolts", "# 7 bolts"),
    ],
)
def test_what_changes_a_value_is_kept_and_what_was_struck_out_is_not(markup, said):
    document = read(f"<p>{markup}</p>")
    assert document.text == said
    assert [block.kind for block in document.blocks] == ["paragraph"]


def test_sections_named_after_their_headings_and_notes_of_an_article_are_text():
    text = read(
        '<main><section id="navigation"><h2>Navigation</h2><p>The pilot boards at Delta.</p></section>'
        '<aside class="warning">The sluice opens at two.</aside><footer>Approved in May.</footer></main>'
    ).text
    assert all(words in text for words in ("boards at Delta", "sluice opens", "Approved in May"))


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="opacity: 0">X</p>',
        '<p style="font-size:0px">X</p>',
        '<p style="position:absolute; left:-9999px">X</p>',
        '<p style="color: white">X</p>',
        '<div style="background: #123"><p style="color:#123">X</p></div>',
        '<style>.gone { display: none }</style><p class="gone">X</p>',
        "<p hidden>X</p>",
    ],
)
def test_what_nobody_sees_is_no_text_and_is_counted(hidden):
    document = read(f"<p>Seen.</p>{hidden}")
    assert document.text == "Seen."
    assert [(each.reason, each.text) for each in document.left_out] == [("hidden", "X")]


def test_a_span_that_is_meant_to_hurt_is_bounded():
    assert len(rows('<table><tr><td rowspan="99999" colspan="99999">a</td><td>b</td></tr></table>')) <= 1


def test_a_table_made_of_other_elements_is_a_table():
    page = (
        "<div role='table'><div role='rowgroup'><div role='row'><span role='columnheader'>Port</span>"
        "<span role='columnheader'>Fee</span></div></div>"
        "<div role='row'><span role='cell'>Oslo</span><span role='cell'>12</span></div></div>"
    )
    assert rows(page) == ["| Port | Fee |", "| Oslo | 12 |"]


@pytest.mark.parametrize(
    "first",
    [
        "<td rowspan=2>Boat</td><td colspan=2>Price</td></tr><tr><td>Day</td><td>Week</td>",
        "<td></td><td colspan=2>Price</td></tr><tr><td>Boat</td><td>Day</td><td>Week</td>",
    ],
)
def test_the_lines_of_a_header_are_told_by_its_merged_cells(first):
    page = f"<table><tr>{first}</tr><tr><td>Large</td><td>75</td><td>400</td></tr></table>"
    assert rows(page) == ["| Boat | Price Day | Price Week |", "| Large | 75 | 400 |"]


def test_several_values_of_one_word_stay_apart():
    assert read("<dl><dt>Fee<dd>Value one<dd>Value two<dt>Berth<dd>North</dl>").text == (
        "Fee: Value one\n\nValue two\n\nBerth: North"
    )


@pytest.mark.parametrize("name", ["utf\x008", "rot13", "no-such", "idna"])
def test_a_page_may_state_an_encoding_that_is_none(name):
    assert read(f'<meta charset="{name}"><p>Grüße</p>').text == "Grüße"


@pytest.mark.parametrize(
    "table",
    [
        '<table summary="Note"><tr><td rowspan="2"><img src="note.png" alt="[Note]"></td><th>Note</th></tr>'
        "<tr><td>The slip is closed in <b>May</b>.</td></tr></table>",
        "<table><tr><td></td><th>Note:</th></tr><tr><td></td><td><p>The slip is closed in May.</p></td></tr></table>",
    ],
)
def test_a_box_that_is_laid_out_as_a_table_is_said_once_behind_its_title(table):
    assert html_text(f"<p>Boats.</p>{table}").composed.text.split("\n\n")[1:] == ["Note: The slip is closed in May."]


def test_a_table_is_one_where_any_of_its_rows_has_two_cells_with_words():
    table = "<table><tr><th>Boat</th><th>Fee</th></tr><tr><td>Heron</td><td></td></tr></table>"
    assert "| Heron |" in html_text(table).composed.text
