"""The option `ocr` of the reader `pdf`: scans are read by tesseract, and what is missing for that is said."""

import io
import shutil
import sys

import pypdfium2
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from steep.errors import SourceError
from steep.kinds import Source
from steep_plugins.readers.pdf import PdfReader

needs_tesseract = pytest.mark.skipif(not shutil.which("tesseract"), reason="tesseract is not installed")
SAID = ("The crane on quay five lifts forty tons.", "Boats above 24 m pay 75 euros a night.")


def page_of(canvas, size=14):
    canvas.setFont("Helvetica", size)
    for number, line in enumerate(SAID):
        canvas.drawString(72, 700 - 40 * number, line)
    canvas.showPage()


def pdf(*draws):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for draw in draws:
        draw(canvas)
    canvas.save()
    return buffer.getvalue()


def scan(canvas):
    """A page that is the picture of a page."""
    picture = pypdfium2.PdfDocument(pdf(page_of))[0].render(scale=200 / 72).to_pil()
    canvas.drawImage(ImageReader(picture), 0, 0, width=595, height=842)
    canvas.showPage()


def read(data, **options):
    return PdfReader(**options).read(Source(path="plan.pdf", data=data))


@needs_tesseract
def test_a_scan_is_read_where_the_option_says_so():
    document = read(pdf(scan), ocr="eng")
    assert all(line in " ".join(document.text.split()) for line in SAID)


@needs_tesseract
def test_only_pages_without_text_are_read_from_their_picture_and_pages_keep_their_places():
    document = read(pdf(page_of, scan), ocr="eng")
    assert len(document.pages) == 2
    assert SAID[0] in document.text[: document.pages[1]]
    assert SAID[0] in document.text[document.pages[1] :]
    assert document.text.count(SAID[0]) == 2


@needs_tesseract
def test_a_language_that_is_not_there_is_named():
    with pytest.raises(SourceError, match=r"plan\.pdf, page 1, could not be read by tesseract for ocr = 'xyz'"):
        read(pdf(scan), ocr="xyz")


def test_without_the_option_a_scan_is_named_with_the_way_out():
    with pytest.raises(SourceError, match=r"plan\.pdf has no text layer.*set `ocr` under \[reader\.pdf\]"):
        read(pdf(scan))


def test_the_missing_library_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pytesseract", None)
    with pytest.raises(SourceError, match=r"plan\.pdf has pages without text.*pip install 'steep\[ocr\]'"):
        read(pdf(scan), ocr="eng")


def test_pages_with_text_want_neither_library_nor_program(monkeypatch):
    monkeypatch.setitem(sys.modules, "pytesseract", None)
    assert SAID[1] in read(pdf(page_of), ocr="eng").text
