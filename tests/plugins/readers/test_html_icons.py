"""Icons of web pages say nothing of the page: what they are called is left out and counted; what images say is kept."""

import pytest
from bs4 import BeautifulSoup

from steep_plugins.readers.html_text import html_text

TEXT = "Restart the pump before you open the valve."
DOCBOOK = (
    '<div class="note"><table><tr><td rowspan="2" width="25"><img alt="[{0}]" src="images/note.png"></td>'
    f"<th>{{0}}</th></tr><tr><td><p>{TEXT}</p></td></tr></table></div>"
)
MATRIX = (
    "<table><tr><th>Berth</th><th>Power</th></tr><tr><td>A</td><td>{}</td></tr><tr><td>B</td><td>none</td></tr></table>"
)


def read(body):
    page = html_text(f"<html><body><main><h1>Pumps</h1>{body}</main></body></html>")
    return page.composed.text, [each.text for each in page.left_out if each.reason == "icon"]


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        (DOCBOOK.format("Note"), "[Note]"),
        (DOCBOOK.format("Anmerkung"), "[Anmerkung]"),
        (
            '<div class="note"><div class="noteicon"><img src="media/helpimg/note.svg" alt="Note Icon" '
            f'style="width:40px;height:40px;"></div><div class="notetext"><p>{TEXT}</p></div></div>',
            "Note Icon",
        ),
        (
            '<div class="admonitionblock tip"><table><tr><td class="icon"><img src="./images/icons/tip.png" alt="Tip">'
            f'</td><td class="content">{TEXT}</td></tr></table></div>',
            "Tip",
        ),
        (f'<div class="admonition warning"><p><img src="w.gif" alt="warning"> {TEXT}</p></div>', "warning"),
        (f'<p><img role="presentation" src="a.png" alt="A decorated line of waves"></p><p>{TEXT}</p>', "A decorated"),
        (f'<div><img width="16" height="16" src="x.gif" alt="bullet"></div><p>{TEXT}</p>', "bullet"),
        (f'<p><i class="material-icons">info_outline</i></p><p>{TEXT}</p>', "info_outline"),
        (f'<p>{TEXT} <a href="/x">Manual<img class="icon" src="e.svg" alt="external link"></a></p>', "external link"),
    ],
)
def test_the_name_of_an_icon_stands_in_no_text_and_is_counted(markup, name):
    text, icons = read(markup)
    assert TEXT in text
    assert [each.startswith(name) for each in icons] == [True]
    assert icons[0] not in text


def test_what_repeats_through_a_page_is_an_icon_and_what_stands_in_sentences_is_not():
    marks = "".join(f'<p><img src="m.png" alt="to the top of this page"></p><p>Pump {n} is new.</p>' for n in range(6))
    text, icons = read(marks)
    assert (len(icons), "to the top" in text) == (6, False)
    text, icons = read("".join(f'<p>Turn <img src="k.png" alt="key K"> by {n} degrees.</p>' for n in range(6)))
    assert (icons, text.count("Turn key K by")) == ([], 6)


def test_icons_that_open_lines_are_left_out_where_there_are_more_of_them():
    tip = '<p><img class="icon" src="t.png" alt="Tip"> Close the valve first.</p>'
    assert read(tip * 2)[1] == ["Tip", "Tip"]
    text, icons = read('<p><img class="icon" src="g.png" alt="Gear"> opens the settings.</p>')
    assert (icons, "Gear opens the settings." in text) == ([], True)


@pytest.mark.parametrize(
    ("markup", "kept"),
    [
        ('<p><img src="map.png" alt="Map"></p>', "Map"),
        ('<p><img src="/icons/pump.png" alt="The pump with its 2 valves, seen from above"></p>', "The pump with its 2"),
        ('<p>Click <img class="icon" width="16" src="s.png" alt="Save"> to keep it.</p>', "Click Save to keep it."),
        ('<p><img width="20" height="20" src="c.png" alt="Ctrl">+C copies, <b>C</b> does not.</p>', "Ctrl+C copies"),
        ('<p><img width="34" height="30" src="img12.png" alt="$x_i$"></p>', "$x_i$"),
        ('<p><img style="width:1.33ex;height:1.6ex" src="y" alt="y = 2x"></p>', "y = 2x"),
        (MATRIX.format('<img class="icon" width="16" src="/icons/yes.png" alt="yes">'), "yes"),
        (MATRIX.format('<span class="yes"><img src="yes.png" alt="yes"></span>'), "yes"),
        ('<h2><img class="icon" src="p.png" alt="Pressure"></h2><p>Two bar.</p>', "Pressure"),
        ('<figure><img width="40" src="f.png" alt="Old valve"><figcaption>In 1950</figcaption></figure>', "Old valve"),
        ('<p><img src="https://icon.example/site/map.png" alt="Map"></p>', "Map"),
        ('<div class="silicon"><img src="/lexicon/silicon.png" alt="Silicon"></div>', "Silicon"),
        ('<div class="figure"><img src="figure.png" alt="Harbour crane"><p>In use.</p></div>', "Harbour crane"),
        ('<p>It is <span class="icon">very hot</span> and <i>red</i>.</p>', "very hot and red"),
    ],
)
def test_what_an_image_says_is_kept(markup, kept):
    text, icons = read(markup)
    assert kept in text
    assert icons == []


@pytest.mark.parametrize(
    "mark",
    [
        '<a class="headerlink" href="#tides" title="Permalink to this heading">¶</a>',
        '<a href="page.html#tides">#</a>',
        '<a aria-label="Direct link to Tides" class="hash-link" href="#tides">\u200b</a>',
        '<a href="#tides"> \U0001f517\ufe0f </a>',
    ],
)
def test_the_mark_by_which_a_heading_links_to_itself_is_no_part_of_it(mark):
    assert read(f"<h2>Tides{mark}</h2><p>They turn.</p>")[0].endswith("## Tides\n\nThey turn.")
    assert read(f"<dl><dt>--tides{mark}</dt><dd>Shows them.</dd></dl>")[0].endswith("--tides: Shows them.")


@pytest.mark.parametrize("kept", ['<a href="#n1">†</a>', '<a href="#law">§ 5</a>', '<a href="laws.html">§</a>'])
def test_other_links_of_a_mark_are_kept(kept):
    assert BeautifulSoup(kept, "html.parser").get_text() in read(f"<p>They turn {kept}.</p>")[0]
