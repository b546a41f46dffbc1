"""The reader `pdf`."""

import runpy
from pathlib import Path

import pytest

from steep.errors import SourceError
from steep.kinds import Source
from steep.testing import ReaderContract
from steep_plugins.readers.pdf import PdfReader

pytest.importorskip("reportlab", reason="reportlab makes the samples")
SAMPLES = runpy.run_path(str(Path(__file__).with_name("samples.py")))
BODY, BOLD, MONO = "Helvetica", "Helvetica-Bold", "Courier"
PAGES = (
    (
        (BOLD, 20, "Storm plan"),
        (BODY, 11, ""),
        (BODY, 11, "This plan says who does what when heavy wind is on its way. It is short on purpose,"),
        (BODY, 11, "because people read it standing up, and the harbor master on duty has no other docu-"),
        (BODY, 11, "ment at hand. It was approved in September by the managing director of the harbor,"),
        (BODY, 11, "and it is reviewed every year."),
        (BODY, 11, ""),
        (BOLD, 14, "Stage Grey"),
        (BODY, 11, ""),
        (BODY, 11, "• The Watch phones every vessel in the harbor, notes the time of the call, and then it"),
        (BODY, 11, "   calls the pilots."),
        (BODY, 11, "• Fish boxes go indoors."),
        (BODY, 11, ""),
        (BODY, 11, "Stage\tGusts"),
        (BODY, 11, "Slate\t55 knots"),
        (BODY, 11, ""),
        (MONO, 11, "call --all"),
        (MONO, 11, "wait"),
        (BODY, 11, ""),
        (BODY, 11, "When the stage is over, the harbor master walks along the quays with a camera and he"),
    ),
    (
        (BODY, 11, "sends the damage list to the managing director within a day."),
        (BODY, 11, ""),
        (BODY, 11, "One drill a year is held in October."),
    ),
)


def read(data: bytes, **options):
    return PdfReader(**options).read(Source(path="plan.pdf", data=data))


@pytest.fixture(scope="module")
def plan() -> bytes:
    return SAMPLES["pdf"](*PAGES, header="Marrowick Harbor Company")


class TestPdfReader(ReaderContract):
    @pytest.fixture
    def reader(self):
        return PdfReader()

    @pytest.fixture
    def sample(self, plan):
        return Source(path="plan.pdf", data=plan), ("Storm plan", "Fish boxes", "55 knots", "One drill")


def test_lines_become_headings_paragraphs_items_rows_and_code(plan):
    document = read(plan)
    assert document.title == "Storm plan"
    assert [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks] == [
        ("heading", 1, "# Storm plan"),
        (
            "paragraph",
            0,
            "This plan says who does what when heavy wind is on its way. It is short on purpose, because people read "
            "it standing up, and the harbor master on duty has no other document at hand. It was approved in "
            "September by the managing director of the harbor, and it is reviewed every year.",
        ),
        ("heading", 2, "## Stage Grey"),
        (
            "item",
            1,
            "- The Watch phones every vessel in the harbor, notes the time of the call, and then it calls the pilots.",
        ),
        ("item", 1, "- Fish boxes go indoors."),
        ("row", 1, "| Stage | Gusts |"),
        ("row", 2, "| Slate | 55 knots |"),
        ("code", 0, "call --all\nwait"),
        (
            "paragraph",
            0,
            "When the stage is over, the harbor master walks along the quays with a camera and he sends the damage "
            "list to the managing director within a day.",
        ),
        ("paragraph", 0, "One drill a year is held in October."),
    ]


def test_each_page_begins_where_its_first_line_does(plan):
    document = read(plan)
    assert document.text[document.pages[1] :].startswith("sends the damage list")
    assert document.page_at(document.text.index("Fish boxes")) == 1
    assert document.page_at(document.text.index("One drill")) == 2


def test_running_lines_are_dropped_unless_they_are_wanted(plan):
    assert "Marrowick" not in read(plan).text
    assert "Page 1 of 2" not in read(plan).text
    kept = read(plan, running_lines=True).text
    assert "Marrowick" in kept
    assert "Page 1 of 2" in kept


def test_an_encrypted_file_needs_its_password_removed():
    data = SAMPLES["pdf"](((BODY, 11, "secret"),), password="open")
    with pytest.raises(SourceError, match=r"plan\.pdf is encrypted; remove its password"):
        read(data)


def test_a_scan_needs_ocr():
    with pytest.raises(SourceError, match=r"plan\.pdf has no text layer.*OCR"):
        read(SAMPLES["scanned_pdf"]())


@pytest.mark.parametrize("data", [b"%PDF-1.7 broken", b"hello", b"%PDF-1.4\n" + bytes(2000)])
def test_a_broken_file_is_refused(data):
    with pytest.raises(SourceError, match=r"plan\.pdf is not a PDF that can be read"):
        read(data)
