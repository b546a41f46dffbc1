"""PDF files whose fonts state no height, as LibreOffice writes them of some: the size of letters is still known."""

import io
import re

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from steep.kinds import Source
from steep_plugins.readers.pdf import PdfReader
from steep_plugins.readers.pdf_fonts import with_even_boxes
from steep_plugins.readers.pdf_lines import Glyph
from steep_plugins.readers.pdf_view import PDFIUM, view_of

pdfmetrics = pytest.importorskip("reportlab.pdfbase.pdfmetrics", reason="reportlab makes the samples")
LINES = (
    (18, "Harbor rules", 740),
    (12, "These rules say what has to be done by those who lie at anchor in the harbor of", 700),
    (12, "our town, and by all of those who want to, from now on and until further notice.", 686),
    (12, "no one may moor near a sea wall or a crane as soon as our crew warn us", 650),
    (12, "Bathing, diving, kiting", 614),
    (18, "Fees", 570),
    (12, "no sum owed", 540),
)


def written(*lines, turn=0, at=lambda canvas: None):
    """A file in a font that states its height as nothing."""
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.setPageRotation(turn)
    for size, words, y in lines:
        canvas.setFont("Vera", size)
        canvas.drawString(72, y, words)
    at(canvas)
    canvas.save()
    data = re.sub(rb"/(Ascent|Descent) (\S+)", lambda f: b"/" + f[1] + b" " + b"0".ljust(len(f[2])), buffer.getvalue())
    return re.sub(rb"/FontBBox \[[^\]]*\]", lambda f: b"/FontBBox [ 0 0 10 10 ]".ljust(len(f[0])), data)


def read(data):
    return PdfReader().read(Source(path="a.pdf", data=data))


def test_lines_of_one_size_are_of_one_kind_whatever_letters_stand_in_them():
    document = read(written(*LINES))
    said = [(block.kind, document.text[block.start : block.end].partition(" ")[0]) for block in document.blocks]
    assert said == [
        ("heading", "#"), ("paragraph", "These"), ("paragraph", "no"), ("paragraph", "Bathing,"), ("heading", "#"),
        ("paragraph", "no"),
    ]  # fmt: skip


def test_what_a_later_page_shows_of_a_font_holds_for_those_before():
    def turn_over(canvas):
        canvas.showPage()
        for size, words, y in LINES:
            canvas.setFont("Vera", size)
            canvas.drawString(72, y, words)

    document = read(written((18, "across an ocean", 740), (12, "no one can see more", 700), at=turn_over))
    said = [(block.kind, document.text[block.start : block.end]) for block in document.blocks[:2]]
    assert said == [("heading", "# across an ocean"), ("paragraph", "no one can see more")]


def heights(data):
    """How high the boxes of all characters are, as pdfium gives them and as they are evened out."""
    with PDFIUM:
        page = pypdfium2.PdfDocument(data)[0]
        text = page.get_textpage()
        view, handle = view_of(page), text.raw
        glyphs = []
        for index in range(pdfium.FPDFText_CountChars(handle)):
            box = pdfium.FS_RECTF()
            pdfium.FPDFText_GetLooseCharBox(handle, index, box)
            character = chr(pdfium.FPDFText_GetUnicode(handle, index))
            loose = None if character.isspace() else view.box(box.left, box.bottom, box.right, box.top)
            glyphs.append(Glyph(index, character, loose, loose))
        evened = with_even_boxes(handle, view, glyphs, set())
    return [[round(each.loose[3] - each.loose[1], 1) for each in found if each.loose] for found in (glyphs, evened)]


def aside(canvas):
    canvas.rotate(30)
    canvas.setFont("Vera", 12)
    canvas.drawString(200, 40, "seen from the side")


@pytest.mark.parametrize("data", [written(turn=90, at=lambda canvas: canvas.drawString(72, 72, "seen from the side")),
                                  written(at=aside)])  # fmt: skip
def test_turned_letters_keep_their_boxes(data):
    given, evened = heights(data)
    assert set(evened) <= set(given)


def test_letters_of_a_font_that_states_its_height_keep_their_boxes():
    given, evened = heights(written(at=lambda canvas: canvas.drawString(72, 72, "Bathing, owed")))
    assert set(evened) <= set(given)
    assert len(set(evened)) == 1


def test_only_the_fonts_that_state_no_height_are_evened_out():
    def plain(canvas):
        canvas.setFont("Helvetica", 12)
        canvas.drawString(72, 72, "Bathing, owed")

    (alone, *_), _ = heights(written(at=plain))
    _, evened = heights(written((12, "Bathing, owed", 700), at=plain))
    assert set(evened) == {13.2, alone}


def test_letters_that_are_scaled_have_the_size_they_are_seen_in():
    def scaled(canvas):
        canvas.scale(2, 2)
        canvas.setFont("Vera", 6)
        canvas.drawString(36, 250, "Bathing, owed")

    for data in (written((12, "Bathing, owed", 72)), written(at=scaled)):
        _, evened = heights(data)
        assert set(evened) == {13.2}
