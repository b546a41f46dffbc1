"""Equations of each format, as they are typed on one line."""

import io

import pytest

from steep.kinds import Source
from steep_plugins.readers.html import HtmlReader
from steep_plugins.readers.mathml import equation_of
from steep_plugins.readers.pptx import PptxReader

X, Y, ONE, TWO = "<mi>x</mi>", "<mi>y</mi>", "<mn>1</mn>", "<mn>2</mn>"


def math(inner, more=""):
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML"{more}>{inner}</math>'


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        (f"<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi>{TWO}</msup>", "E=mc^2"),
        (f"<mfrac><mrow>{X}<mo>+</mo>{Y}</mrow><msqrt>{X}<mo>−</mo>{ONE}</msqrt></mfrac>", "(x+y)/(√(x−1))"),
        (f"<mroot>{X}<mn>3</mn></mroot>", "3√(x)"),
        (
            f"<munderover><mo>∑</mo><mrow><mi>n</mi><mo>=</mo>{ONE}</mrow><mi>k</mi></munderover><msub>{X}<mi>n</mi></msub>",
            "∑_(n=1)^k x_n",
        ),
        (f"<mi>sin</mi><mo>\u2061</mo>{X}<mo>+</mo>{TWO}<mo>\u2062</mo>{Y}", "sin x+2y"),
        (f"<mn>3</mn><mtext>kg</mtext><mo>/</mo>{X}", "3 kg/x"),
        (f"<mover>{X}<mo>¯</mo></mover><mo>,</mo><mover>{Y}<mo>→</mo></mover>", "x\u0304,y\u20d7"),
        (
            f"<mo>(</mo><mtable><mtr><mtd>{ONE}</mtd><mtd>{X}</mtd></mtr><mtr><mtd>{TWO}</mtd><mtd>{Y}</mtd></mtr></mtable>"
            "<mo>)</mo>",
            "(1, x; 2, y)",
        ),
        (
            f"<mtable><mtr><mtd>{X}</mtd><mtd><mo>=</mo>{ONE}</mtd></mtr>"
            f"<mtr><mtd>{Y}</mtd><mtd><mo>=</mo>{TWO}</mtd></mtr></mtable>",
            "x=1; y=2",
        ),
        (
            "<mmultiscripts><mi>C</mi><mprescripts/><mn>6</mn><mn>14</mn></mmultiscripts>",
            "_6^14C",
        ),
        (f'<mfenced open="[" close="]">{X}{Y}</mfenced>', "[x,y]"),
        (f"<mphantom>{Y}</mphantom>{X}", "x"),
    ],
)
def test_parts_of_an_equation_stay_in_their_places(inner, said):
    assert equation_of(math(inner)) == said


def test_what_is_noted_beside_an_equation_is_not_said_again():
    noted = '<annotation encoding="application/x-tex">x^2</annotation>'
    page = f"<p>Take {math(f'<semantics><msup>{X}{TWO}</msup>{noted}</semantics>')} of it.</p>"
    assert HtmlReader().read(Source(path="a.html", data=page.encode())).text == "Take x^2 of it."


def test_an_equation_without_parts_is_what_it_states_in_words():
    assert equation_of(math("", more=' alttext="x squared"')) == "x squared"


def test_a_prefix_does_not_hide_an_equation():
    page = '<p>Take <m:math xmlns:m="m"><m:msup><m:mi>x</m:mi><m:mn>2</m:mn></m:msup></m:math>.</p>'
    assert HtmlReader().read(Source(path="a.html", data=page.encode())).text == "Take x^2."


def test_thousands_of_parts_within_each_other_are_read():
    page = "<p>Take " + math("<mrow>" * 5000 + X + "</mrow>" * 5000) + "</p>"
    assert HtmlReader().read(Source(path="a.html", data=page.encode())).text == "Take x"


def test_an_equation_on_a_slide_is_read():
    from lxml import etree
    from pptx import Presentation

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Formulas"
    paragraph = slide.placeholders[1].text_frame.paragraphs[0]
    paragraph.add_run().text = "Energy is "
    m = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    shell = etree.fromstring(
        f'<a14:m xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" xmlns:m="{m}"><m:oMath>'
        "<m:r><m:t>E=m</m:t></m:r><m:sSup><m:e><m:r><m:t>c</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
        "</m:oMath></a14:m>"
    )
    paragraph._p.append(shell)
    buffer = io.BytesIO()
    deck.save(buffer)
    document = PptxReader().read(Source(path="a.pptx", data=buffer.getvalue()))
    assert document.text == "# Formulas\n\n- Energy is E=mc^2"
