"""The reader `html`."""

import pytest

from steep.errors import SourceError
from steep.kinds import Source
from steep.testing import ReaderContract
from steep_plugins.readers.html import HtmlReader

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
