"""The reader `pptx`: what the audience of a slide sees."""

import io

import pytest
from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.util import Inches, Pt

from steep.kinds import Source
from steep_plugins.readers.pptx import PptxReader

DGM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
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


def lines_of(make):
    """The lines of a slide with a body of three paragraphs, and what its layout and master say of it."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Storm plan"
    body = slide.placeholders[1]
    body.text_frame.text = "Reef the sails\nClose the hatch\nCall the port"
    make(slide, body)
    file = io.BytesIO()
    deck.save(file)
    document = PptxReader().read(Source(path="a.pptx", data=file.getvalue()))
    return [document.text[each.start : each.end] for each in document.blocks[1:]]


def mark(properties, name, **said):
    made = etree.SubElement(properties, f"{A}{name}")
    for key, value in said.items():
        made.set(key, value)


def in_layout(slide, name, **said):
    place = next(each for each in slide.slide_layout.placeholders if each.placeholder_format.idx == 1)
    mark(etree.SubElement(place._element.txBody.find(f"{A}lstStyle"), f"{A}lvl1pPr"), name, **said)


def test_bullets_that_the_master_gives_make_items():
    assert lines_of(lambda slide, body: None) == ["- Reef the sails", "- Close the hatch", "- Call the port"]


def test_numbers_that_the_layout_gives_count_as_it_says():
    found = lines_of(lambda slide, body: in_layout(slide, "buAutoNum", type="alphaLcParenR", startAt="3"))
    assert found == ["c) Reef the sails", "d) Close the hatch", "e) Call the port"]


def test_what_a_paragraph_says_of_itself_goes_before_its_layout():
    def make(slide, body):
        in_layout(slide, "buAutoNum", type="arabicPeriod")
        mark(body.text_frame.paragraphs[1]._p.get_or_add_pPr(), "buNone")

    assert lines_of(make) == ["1. Reef the sails", "Close the hatch", "1. Call the port"]


def test_a_layout_without_bullets_makes_paragraphs_and_so_does_a_box_of_its_own():
    assert lines_of(lambda slide, body: in_layout(slide, "buNone")) == [
        "Reef the sails", "Close the hatch", "Call the port",
    ]  # fmt: skip
    document = read(lambda slide: box(slide, "Free words"))
    assert [each.kind for each in document.blocks] == ["heading", "paragraph"]


def test_the_words_of_a_diagram_are_items():
    def make(slide, body):
        body._element.getparent().remove(body._element)
        words = "".join(f"<d:pt><d:t><a:p><a:r><a:t>{each}</a:t></a:r></a:p></d:t></d:pt>" for each in ("Plan", "Sail"))
        data = f'<d:dataModel xmlns:d="{DGM}" xmlns:a="{A[1:-1]}"><d:ptLst>{words}</d:ptLst></d:dataModel>'
        part = Part(PackURI("/ppt/diagrams/data1.xml"), "application/xml", slide.part.package, data.encode())
        frame = slide.shapes.add_table(1, 1, 0, 0, Inches(4), Inches(2))._element
        held = frame.find(f".//{A}graphicData")
        held.clear()
        held.set("uri", DGM)
        relation = slide.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/x")
        etree.SubElement(held, f"{{{DGM}}}relIds").set(f"{R}dm", relation)

    assert lines_of(make) == ["- Plan", "- Sail"]


def test_a_shape_that_only_newer_programs_draw_is_read_once():
    def make(slide, body):
        held = body._element.getparent()
        shell = etree.SubElement(held, f"{MC}AlternateContent")
        etree.SubElement(shell, f"{MC}Choice").append(body._element)
        etree.SubElement(shell, f"{MC}Fallback")

    assert lines_of(make) == ["- Reef the sails", "- Close the hatch", "- Call the port"]


def test_raised_letters_are_told_and_struck_ones_left_out():
    def write(slide):
        made = box(slide, "")
        for words, look in (("10", {}), ("3", {"baseline": "30000"}), (" old", {"strike": "sngStrike"}), (" m", {})):
            run = made.text_frame.paragraphs[0].add_run()
            run.text = words
            for key, value in look.items():
                run._r.get_or_add_rPr().set(key, value)

    document = read(write)
    assert document.text.endswith("10³ m")
    assert [(each.reason, each.text) for each in document.left_out] == [("struck out", "old")]


def typed(slide, *lines, face="Courier New", words="Seen."):
    """A box with words and lines, each a list of runs; ``face`` is the font of the lines."""
    frame = box(slide, words).text_frame
    for line in lines:
        paragraph = frame.add_paragraph()
        for said in line:
            if said == "\v":
                paragraph.add_line_break()
                continue
            run = paragraph.add_run()
            run.text, run.font.name = said, face


def test_paragraphs_in_letters_of_one_width_are_code():
    lines = (["def", " fee(n):"], ["    return", " 30"], [], ["fee(", "\v", "  9)"])
    said = "Seen.\n\n```\ndef fee(n):\n    return 30\n\nfee(\n  9)\n```"
    assert read(lambda slide: typed(slide, *lines)).text == f"# Storm plan\n\n{said}"
    assert read(lambda slide: [typed(slide, *lines), box(slide, "On.")]).text == f"# Storm plan\n\n{said}\n\nOn."
    assert "```" not in read(lambda slide: typed(slide, *lines, face="Arial")).text


def test_a_font_of_some_letters_makes_no_code_nor_does_one_of_nearly_all():
    def some(slide):
        typed(slide, ["fee()"])
        slide.shapes[-1].text_frame.paragraphs[1].add_run().text = " is it"

    assert read(some).text == "# Storm plan\n\nSeen.\n\nfee() is it"
    assert "```" not in read(lambda slide: typed(slide, *[["fee()"]] * 9)).text


def listed(slide, *paragraphs):
    """A box of paragraphs: how far in each stands, its first line beside that, and whether it is marked."""
    frame = box(slide, "").text_frame
    for number, (margin, first, mark) in enumerate(paragraphs):
        paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
        paragraph.text = "abcd"[number]
        paragraph._p.get_or_add_pPr().set("marL", str(margin))
        paragraph._p.pPr.set("indent", str(first))
        if mark:
            etree.SubElement(paragraph._p.pPr, f"{A}buAutoNum", type="arabicPeriod")


ITEM = (900, -300, True)


@pytest.mark.parametrize(
    ("between", "said"),
    [
        ([(900, 0, False)], "1. a\n  b\n2. c"),
        ([(900, 0, False), (900, 50, False)], "1. a\n  b\n  c\n2. d"),
        ([(600, 0, False)], "1. a\n\nb\n\n1. c"),
        ([(900, -300, False)], "1. a\n\nb\n\n1. c"),
        ([(600, 0, False), (900, 0, False)], "1. a\n\nb\n\nc\n\n1. d"),
    ],
)
def test_what_stands_below_an_item_as_far_in_goes_on_with_it(between, said):
    assert read(lambda slide: listed(slide, ITEM, *between, ITEM)).text == f"# Storm plan\n\n{said}"


def test_nothing_hangs_on_an_item_of_another_box():
    boxes = [[ITEM], [(900, 0, False)]]
    said = read(lambda slide: [listed(slide, *each) for each in boxes]).text
    assert said == "# Storm plan\n\n1. a\n\na"


def test_nothing_hangs_on_items_that_stand_at_the_edge():
    plain = (0, 0, False)
    assert read(lambda slide: listed(slide, (0, 0, True), plain)).text == "# Storm plan\n\n1. a\n\nb"
