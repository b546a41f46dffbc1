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
        ("code", 0, "```\ncall --all\nwait\n```"),
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


def drawn(draw, **options):
    """What is read of a page that ``draw`` makes on a canvas."""
    return read(SAMPLES["drawn_pdf"](draw), **options)


def said(document, kind):
    return [document.text[block.start : block.end] for block in document.blocks if block.kind == kind]


def cells(document):
    return [
        [document.text[start:end] for start, end in block.cells] for block in document.blocks if block.kind == "row"
    ]


def written(*lines, size=11, x=72, top=700, step=13.0, font=BODY):
    """Draws lines; a tab goes 150 points to the right, None leaves a gap."""

    def draw(canvas):
        canvas.setFont(font, size)
        y = top
        for line in lines:
            for column, words in enumerate((line or "").split("\t")):
                canvas.drawString(x + 150 * column, y, words)
            y -= step if line is not None else 0.6 * step

    return draw


PRICES = [
    ("Service", "Description", "Price"),
    ("Towing at night or in fog", "A tug comes from the outer harbour and brings the boat in", "120 EUR"),
    ("Mast crane", "Self service, with a key from the office", "25 EUR"),
    ("Winter storage in the hall", "From October to April, including one wash", "640 EUR"),
]


def test_cells_that_wrap_between_drawn_lines_are_one_row():
    assert cells(read(SAMPLES["table_pdf"](PRICES, widths=(80, 120, 60), grid=True))) == [list(row) for row in PRICES]


@pytest.mark.parametrize("gap", [True, False], ids=["rows apart", "rows close"])
def test_cells_that_wrap_without_drawn_lines_are_one_row(gap):
    between = [None] if gap else []
    lines = [
        "Service\tDescription\tPrice",
        *between,
        "Towing at night or\tA tug comes from the\t120 EUR",
        "in fog\touter harbour, whatever",
        *between,
        "Mast crane\tWith a key\t25 EUR",
        *between,
        "Winter storage in\tFrom October on\t640 EUR",
        "the hall",
    ]
    assert cells(drawn(written(*lines))) == [
        ["Service", "Description", "Price"],
        ["Towing at night or in fog", "A tug comes from the outer harbour, whatever", "120 EUR"],
        ["Mast crane", "With a key", "25 EUR"],
        ["Winter storage in the hall", "From October on", "640 EUR"],
    ]


def test_a_merged_cell_holds_for_all_that_it_spans_and_two_header_lines_are_one():
    rows = [
        ("Boat", "Season", ""),
        ("", "Summer", "Winter"),
        ("Small", "20", "7"),
        ("Large", "40", ""),
        ("Guest", "9", "8"),
    ]
    spans = [((0, 0), (0, 1)), ((1, 0), (2, 0)), ((1, 3), (2, 3))]
    document = read(SAMPLES["table_pdf"](rows, widths=(80, 60, 60), grid=True, spans=spans))
    assert cells(document) == [
        ["Boat", "Season Summer", "Season Winter"],
        ["Small", "20", "7"],
        ["Large", "40", "40"],
        ["Guest", "9", "8"],
    ]


@pytest.mark.parametrize("grid", [True, False], ids=["drawn lines", "no lines"])
def test_a_table_over_pages_is_one_table_with_its_header_once(grid):
    rows = [("Part", "Place", "Stock"), *((f"Shackle {n}", f"Shelf {n}", f"{100 + n}") for n in range(1, 121))]
    document = read(SAMPLES["table_pdf"](rows, widths=(120, 90, 60), grid=grid, repeat=1))
    assert cells(document) == [list(row) for row in rows]
    assert [block.level for block in document.blocks] == [1] + [2] * 120
    assert document.text[document.pages[1] :].startswith("| Shackle ")
    assert not document.left_out


def test_outer_columns_without_a_side_are_columns():
    def draw(canvas):
        for y in (690, 672, 654, 636):
            canvas.line(60, y, 400, y)
        canvas.line(170, 636, 170, 690)
        canvas.line(290, 636, 290, 690)
        for number, row in enumerate(rows):
            for column, words in enumerate(row):
                canvas.drawString(64 + 115 * column, 677 - 18 * number, words)

    rows = [["Boat", "Place", "EUR"], ["Small", "North", "40"], ["Large", "South", "75"]]
    assert cells(drawn(draw)) == rows


def test_two_columns_of_prose_drawn_line_by_line_are_read_one_after_the_other():
    left = [
        "The harbour opens at six in",
        "the morning and closes late",
        "in the evening, when the last",
        "ship has left the quay.",
    ]
    right = [
        "Guests pay at the office or",
        "with the machine beside the",
        "gate, which takes all cards",
        "but does not give change.",
    ]

    def draw(canvas):
        for y, (one, other) in zip(range(700, 600, -13), zip(left, right, strict=True), strict=False):
            canvas.drawString(72, y, one)
            canvas.drawString(320, y, other)

    assert drawn(draw).text == " ".join(left) + "\n\n" + " ".join(right)


def test_words_spread_to_fill_a_narrow_column_are_text():
    words = "The harbour commissioners resolved unanimously that extraordinary contributions towards reconstruction "
    document = read(SAMPLES["justified_pdf"](f"{words}must be apportioned proportionally. " * 6))
    assert not said(document, "row")
    assert "must be apportioned proportionally" in document.text


def test_a_turned_page_is_read_as_it_is_seen():
    def draw(canvas):
        canvas.setPageRotation(90)
        canvas.rotate(90)
        canvas.translate(0, -canvas._pagesize[0])
        written("Name\tShift\tPhone", "Ana Lind\tEarly\t205", "Bo Falk\tLate\t311", top=400)(canvas)

    assert cells(drawn(draw)) == [["Name", "Shift", "Phone"], ["Ana Lind", "Early", "205"], ["Bo Falk", "Late", "311"]]


def test_values_of_form_fields_stand_beside_their_labels():
    def draw(canvas):
        canvas.drawString(72, 700, "Name of boat:")
        canvas.drawString(72, 670, "Insured")
        canvas.drawString(72, 640, "Remarks:")
        form = canvas.acroForm
        form.textfield(name="boat", value="Grey Heron", x=160, y=694, width=120, height=18, borderWidth=0)
        form.checkbox(name="insured", checked=True, x=52, y=668, size=14)
        form.textfield(name="remarks", value="", x=160, y=634, width=120, height=18, borderWidth=0)

    text = drawn(draw).text
    assert "Name of boat: Grey Heron" in text
    assert "☒ Insured" in text
    assert text.endswith("Remarks:")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("The inspec-", "tion is done."), "The inspection is done."),
        (("Order part AB-", "1042 soon."), "Order part AB-1042 soon."),
        (("It takes 1,200-", "1,400 kg."), "It takes 1,200-1,400 kg."),
        (("A state-of-the-", "art rope."), "A state-of-the-art rope."),
        (("A well-", "known rule."), "A well-known rule."),
        (("The harbour-", "side and its harbour-side café."), "The harbour-side and its harbour-side café."),
    ],
)
def test_a_hyphen_at_the_end_of_a_line_goes_only_where_it_broke_a_word(lines, text):
    assert drawn(written(*lines)).text == text


def test_only_what_repeats_at_one_place_apart_from_the_text_is_a_header():
    def page(number):
        def draw(canvas):
            written(f"Chapter {number}", top=800)(canvas)
            written(f"The buoy number {number} is red.", "It was laid in 1991.", top=770)(canvas)
            written(f"Berth {number}: {number}0 EUR", top=60)(canvas)
            written("Harbour rules", top=30, size=8)(canvas)
            written(f"{number}", top=30, x=500, size=8)(canvas)

        return draw

    document = read(SAMPLES["drawn_pdf"](*(page(number) for number in (1, 2, 3))))
    for number in (1, 2, 3):
        assert f"Chapter {number}" in document.text
        assert f"Berth {number}: {number}0 EUR" in document.text
    assert "Harbour rules" not in document.text
    out = [each.text for each in document.left_out]
    assert sorted(out) == ["1", "2", "3", *["Harbour rules"] * 3]
    assert {each.reason for each in document.left_out} == {"header or footer"}


@pytest.mark.parametrize("words", ["1442", "1987", "Page 1 of 1"])
def test_a_lone_number_low_on_the_only_page_is_text(words):
    assert words in drawn(lambda canvas: (written("Emergency number:")(canvas), written(words, top=40)(canvas))).text


def _invisible(canvas):
    words = canvas.beginText(72, 650)
    words.setTextRenderMode(3)
    words.textLine("A secret.")
    canvas.drawText(words)


def _white(canvas):
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 650, "A secret.")


def _tiny(canvas):
    canvas.setFont(BODY, 1)
    canvas.drawString(72, 650, "A secret.")


def _outside(canvas):
    canvas.drawString(72, -50, "A secret.")


def _blue_on_blue(canvas):
    canvas.setFillColorRGB(0, 0, 0.5)
    canvas.rect(60, 640, 200, 30, fill=1)
    canvas.drawString(72, 650, "A secret.")


@pytest.mark.parametrize("hide", [_invisible, _white, _tiny, _outside, _blue_on_blue])
def test_what_nobody_sees_is_no_text_and_is_counted(hide):
    def draw(canvas):
        canvas.drawString(72, 700, "Seen.")
        hide(canvas)

    document = drawn(draw)
    assert document.text == "Seen."
    if hide is not _outside:  # pdfium itself leaves out what is beyond the page
        assert [(each.reason, each.text) for each in document.left_out] == [("hidden", "A secret.")]


def test_white_words_on_a_dark_ground_and_the_words_of_a_scan_that_was_read_are_seen():
    def white(canvas):
        canvas.rect(60, 640, 200, 30, fill=1)
        _white(canvas)

    def scan(canvas):
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        canvas.drawImage(ImageReader(Image.new("RGB", (60, 80), "lightgrey")), 0, 0, *canvas._pagesize)
        _invisible(canvas)

    assert drawn(white).text == "A secret."
    assert drawn(scan).text == "A secret."


def test_lam_and_alef_of_one_sign_stand_in_their_order():
    from steep_plugins.readers.pdf_lines import Glyph
    from steep_plugins.readers.pdf_scripts import written as in_order

    one, other = (10.0, 0.0, 20.0, 10.0), (20.0, 0.0, 24.0, 10.0)
    run = [Glyph(0, "ا", other, other), Glyph(1, "إ", one, one), Glyph(2, "ل", one, one), Glyph(3, "ن", other, other)]
    assert in_order(run) == "الإن"
