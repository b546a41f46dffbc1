import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.server.page.prose import prose
from steep.values import Citation

CITED = Citation(document="d", version="v", path="a b.md", start=3, end=9, text="twelve", page=2, heading=("Prices",))


def test_markers_open_the_document_at_the_words():
    shown = prose("It costs 12 [1].", [CITED])
    assert 'href="/documents/show?path=a+b.md&amp;version=v&amp;start=3&amp;end=9#words"' in shown
    assert 'aria-label="Source 1: a b.md, page 2 · Prices"' in shown


@pytest.mark.parametrize("text", ["It costs 12 [2].", "It costs 12 [0].", "It costs 12 [1, 7]."])
def test_a_marker_of_no_citation_stays_as_it_is(text):
    assert text in prose(text, [CITED])


def test_a_link_leads_to_a_document_of_the_index_or_nowhere():
    paths = frozenset({"ferries/fleet.md"})
    inside = prose("See [the fleet](ferries/fleet.md).", (), paths)
    assert '<a href="/documents/show?path=ferries%2Ffleet.md">the fleet</a>' in inside
    outside = prose("See [the fleet](https://evil.example/x) and ![p](https://evil.example/y.png).", (), paths)
    assert "<a" not in outside
    assert "<img" not in outside
    assert "the fleet (https://evil.example/x)" in outside


def test_markdown_of_a_model_is_laid_out():
    shown = prose("**Two** kinds:\n\n- one\n- two\n\n| a | b |\n| - | - |\n| 1 | 2 |")
    assert "<strong>Two</strong>" in shown
    assert "<li>one</li>" in shown
    assert "<td>1</td>" in shown


TAGS = {
    "p", "strong", "em", "a", "code", "pre", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th",
    "td", "hr", "br", "s",
}  # fmt: skip
PIECES = st.sampled_from(
    [
        "<script>", "<img src=x onerror=1>", "[1]", "[a](javascript:x)", "![i](//e.example)", "<https://e.example>",
        "`", "&", "](", "[", ")", "\n", "a b.md", "**", "|", "[x]: http://e.example\n\n", "[x]", "\x00", "\ud800", "# ",
        "> ", "&lt;b&gt;",
    ]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=5), max_size=30).map("".join))
def test_whatever_is_written_no_tag_loads_runs_or_leads_elsewhere(text):
    shown = prose(text, [CITED], frozenset({"a b.md"}))
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z][^\s/>]*)", shown))
    assert tags <= TAGS
    assert all(each.startswith("/documents/show?path=") for each in re.findall(r'<a[^>]*href="([^"]*)"', shown))
    shown.encode("utf-8")
