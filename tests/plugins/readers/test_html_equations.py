"""Equations that a page holds twice, drawn and in MathML: each is read once, and only what is drawn."""

import pytest

from steep.kinds import Source
from steep_plugins.readers import html_equations
from steep_plugins.readers.html import HtmlReader

MATH = (
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>v</mi><mo>=</mo><mfrac><mi>s</mi><mn>12</mn>'
    "</mfrac><mo>+</mo><mi>α</mi></mrow><annotation>v=\\frac{s}{12}+\\alpha</annotation></semantics></math>"
)
SAID = "Speed is v=s/12+α here."
CLIPPED = "position:absolute; clip:rect(1px,1px,1px,1px); height:1px; width:1px; overflow:hidden"
CODES = ("1D463", "3D", "1D460", "31", "32", "1D6FC")
GLYPHS = "".join(f'<mjx-mi><mjx-c class="mjx-c{each} TEX-I"></mjx-c></mjx-mi>' for each in CODES)
PATHS = "".join(f'<g><use data-c="{each}"/></g>' for each in CODES)
SPANS = "<span>v</span><span>=</span><span><span>12</span><span>s</span></span><span>+</span><span>α</span>"
TEX = r"{\displaystyle v={\frac {s}{12}}+\alpha }"
KATEX = f'<span class="katex"><span class="katex-mathml">{MATH}</span><span aria-hidden="true">{SPANS}</span></span>'
SHEET = f"<style>.katex .katex-mathml, mjx-assistive-mml {{ {CLIPPED} }}</style>"
DRAWN = f'<i aria-hidden="true">{SPANS}</i>'
SPOKEN = f"<mjx-assistive-mml>{MATH}</mjx-assistive-mml>"
PAGES = {
    "KaTeX with its style sheet": f"{SHEET}<p>Speed is {KATEX} here.</p>",
    "KaTeX without it": f"<p>Speed is {KATEX} here.</p>",
    "MathJax in letters": f"{SHEET}<p>Speed is <b><i aria-hidden='true'>{GLYPHS}</i>{SPOKEN}</b> here.</p>",
    "MathJax as a drawing": f"{SHEET}<p>Speed is <b><svg aria-hidden='true'>{PATHS}</svg>{SPOKEN}</b> here.</p>",
    "the older MathJax": f'<p>Speed is <b>{DRAWN}<span style="{CLIPPED}">{MATH}</span></b> here.</p>',
    "MediaWiki": (
        f'<p>Speed is <span><span style="display: none">{MATH}</span>'
        f'<img aria-hidden="true" alt="{TEX}"/></span> here.</p>'
    ),
    "letters that are too small": f'<p>Speed is <b><i style="font-size:0">{MATH}</i>{DRAWN}</b> here.</p>',
    "an equation hidden itself": f"<p>Speed is <b>{DRAWN}{MATH.replace('<math', '<math hidden')}</b> here.</p>",
}


def read(markup):
    document = HtmlReader().read(Source(path="a.html", data=markup.encode()))
    return document.text, [(each.reason, each.text) for each in document.left_out]


@pytest.mark.parametrize("page", PAGES)
def test_an_equation_is_read_once_in_order_and_nothing_of_it_is_left_out(page):
    assert read(PAGES[page]) == (SAID, [])


def prose(said, drawn):
    return f'<p>Seen.</p><div><span style="display:none"><math><mtext>{said}</mtext></math></span>{drawn}</div>'


@pytest.mark.parametrize(
    "drawn",
    [
        '<span aria-hidden="true">x</span>',
        '<span aria-hidden="true" style="display:none">Not this</span>',
        '<span aria-hidden="true" style="color:#fff">Not this</span>',
        '<span aria-hidden="true"><b style="font-size:0">Not this</b></span>',
        '<img aria-hidden="true" alt="x"/>',
        '<img aria-hidden="true" alt="Not this" style="opacity:0"/>',
        "<span>Not </span>",
        '<span aria-hidden="true">this Not</span>',
        f'<p aria-hidden="true">{"Not this is read by many. " * 9}</p>',
    ],
)
def test_what_only_mathml_says_stays_hidden(drawn):
    text, gone = read(prose("Not this", drawn))
    assert "this" not in text
    assert ("hidden", "Not this") in gone


def test_letters_of_another_alphabet_must_be_drawn_too():
    text, gone = read(prose("Забудь это", '<img aria-hidden="true" alt="\\alpha"/>'))
    assert text == "Seen."
    assert ("hidden", "Забудь это") in gone


def test_words_that_are_spelled_letter_by_letter_must_be_drawn_too():
    spelled = "".join(f"<mi>{each}</mi>" for each in "needed")
    markup = f'<p>Seen.</p><b><i hidden><math>{spelled}</math></i><i aria-hidden="true">ned</i></b>'
    assert read(markup) == ("Seen.", [("hidden", "n e e d e d"), ("hidden", "ned")])


def test_an_equation_in_a_part_that_is_hidden_is_hidden():
    text, gone = read(f'<p>Seen.</p><div style="display:none">{KATEX}</div>')
    assert text == "Seen."
    assert {reason for reason, _ in gone} == {"hidden"}


def test_equations_that_stand_for_each_other_are_read_once():
    one = '<span aria-hidden="true"><math>{}</math></span>'
    for said in ("", "<mi>x</mi>"):
        assert read(f"<p>Seen.</p><div>{one.format(said) * 2}</div>")[0] == ("Seen.\n\nx" if said else "Seen.")


def test_pages_with_very_many_equations_are_looked_at_once(monkeypatch):
    looked = []
    beside = html_equations._beside
    monkeypatch.setattr(html_equations, "_beside", lambda tag: looked.append(tag) or beside(tag))
    assert read(f"<p>{MATH * 500}</p>")[0].count("v=s/12") == 500
    assert len(looked) == 500
