"""The reader `pptx`: what the audience of a slide sees."""

import io

import pytest
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.util import Inches, Pt

from steep.kinds import Source
from steep_plugins.readers.pptx import PptxReader

WHITE, NAVY = RGBColor(255, 255, 255), RGBColor(0, 0, 128)


def read(write):
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Storm plan"
    write(slide)
    file = io.BytesIO()
    deck.save(file)
    return PptxReader().read(Source(path="a.pptx", data=file.getvalue()))


def box(slide, words="X", *, left=1.0, top=3.0):
    made = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(3), Inches(1))
    made.text_frame.text = words
    return made


def font(shape):
    return shape.text_frame.paragraphs[0].runs[0].font


def beside(slide):
    box(slide, left=-20)


def below(slide):
    box(slide, top=30)


def hidden_shape(slide):
    box(slide)._element.nvSpPr.cNvPr.set("hidden", "1")


def white(slide):
    font(box(slide)).color.rgb = WHITE


def tiny(slide):
    font(box(slide)).size = Pt(1)


def of_its_paper(slide):
    made = box(slide)
    made.fill.solid()
    made.fill.fore_color.rgb = NAVY
    font(made).color.rgb = NAVY


@pytest.mark.parametrize("hide", [beside, below, hidden_shape, white, tiny, of_its_paper])
def test_no_way_of_hiding_words_makes_them_text(hide):
    document = read(hide)
    assert document.text == "# Storm plan"
    assert [(each.reason, each.text) for each in document.left_out] == [("hidden", "X")]


def on_its_paper(slide):
    made = box(slide)
    made.fill.solid()
    made.fill.fore_color.rgb = NAVY
    font(made).color.rgb = WHITE


def on_another_shape(slide):
    panel = slide.shapes.add_shape(1, Inches(0), Inches(2), Inches(9), Inches(3))
    panel.fill.solid()
    panel.fill.fore_color.rgb = NAVY
    font(box(slide)).color.rgb = WHITE


def on_a_dark_slide(slide):
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = NAVY
    font(box(slide)).color.rgb = WHITE


def in_a_group(slide):
    made = slide.shapes.add_group_shape().shapes.add_textbox(-9000000, 0, 100, 100)
    made.text_frame.text = "X"


@pytest.mark.parametrize("show", [on_its_paper, on_another_shape, on_a_dark_slide, in_a_group])
def test_what_is_seen_after_all_is_text(show):
    document = read(show)
    assert document.text == "# Storm plan\n\nX"
    assert document.left_out == ()


def test_the_cells_of_a_hidden_slide_are_counted():
    def write(slide):
        slide._element.set("show", "0")
        slide.shapes.add_table(1, 1, 0, 0, Inches(2), Inches(1)).table.cell(0, 0).text = "an old price"
        slide.part.package.presentation_part.presentation.slides.add_slide(
            slide.slide_layout
        ).shapes.title.text = "Seen"

    document = read(write)
    assert document.text == "# Seen"
    assert [each.text for each in document.left_out] == ["Storm plan", "an old price"]
