"""Words that run up the side of a page or across it: beside its text, never in the midst of it."""

import io

import pytest
from reportlab.pdfgen.canvas import Canvas

from steep.kinds import Source
from steep_plugins.readers.pdf import PdfReader

TEXT = [f"Line {number} says that boats above {number} m use the quay and pay for it" for number in range(30)]


def turn(canvas, angle, x, y, words, size=10):
    canvas.saveState()
    canvas.setFont("Helvetica", size)
    canvas.translate(x, y)
    canvas.rotate(angle)
    canvas.drawString(0, 0, words)
    canvas.restoreState()


def pdf(*turned, pages=1, lines=TEXT, table=False, once=False):
    """The turned words are drawn between two lines of the text, ``once`` on the first page alone."""
    made = io.BytesIO()
    canvas = Canvas(made, invariant=1)
    for page in range(pages):
        canvas.setFont("Helvetica", 11)
        for number, line in enumerate(lines):
            canvas.drawString(80, 780 - 20 * number, line)
            if number == 9 and not (once and page):
                for each in turned:
                    turn(canvas, *each)
                canvas.setFont("Helvetica", 11)
        if table:
            canvas.grid([80, 200, 320], [60, 80, 140])
            canvas.drawString(90, 65, "Heron")
            canvas.drawString(210, 65, "75 euros")
            canvas.drawString(90, 100, "Boat")
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def read(data, **options):
    return PdfReader(**options).read(Source(path="rules.pdf", data=data))


def said(document):
    return [(each.kind, document.text[each.start : each.end]) for each in document.blocks]


@pytest.mark.parametrize(
    ("angle", "x", "y", "size"), [(90, 40, 300, 10), (270, 560, 600, 10), (90, 560, 420, 10), (45, 120, 200, 60)]
)
def test_turned_words_are_a_paragraph_of_their_own_behind_the_text(angle, x, y, size):
    assert said(read(pdf((angle, x, y, "Draft of the rules", size)))) == [
        ("paragraph", " ".join(TEXT)),
        ("paragraph", "Draft of the rules"),
    ]


def test_a_stamp_is_not_what_a_document_is_called():
    assert read(pdf((45, 120, 200, "Draft", 60))).title == read(pdf()).title


def test_what_is_stamped_on_every_page_is_no_text_and_is_counted():
    data = pdf((45, 120, 200, "Confidential", 60), pages=3)
    document = read(data)
    assert "Confidential" not in document.text
    assert [each.text for each in document.left_out] == ["Confidential"] * 3
    assert read(data, running_lines=True).text.count("Confidential") == 3


def test_a_note_stands_on_its_page_and_breaks_no_sentence_that_goes_on_behind_it():
    document = read(pdf((90, 40, 300, "Only here"), pages=3, lines=[*TEXT, "and those"], once=True))
    assert document.page_at(document.text.index("Only here")) == 1
    assert "and those\n\nOnly here\n\nLine 0" in document.text


def test_turned_words_in_a_cell_stay_in_their_table():
    document = read(pdf((90, 230, 85, "Fee"), lines=TEXT[:20], table=True))
    rows = [words for kind, words in said(document) if kind == "row"]
    assert rows == ["| Boat | Fee |", "| Heron | 75 euros |"]


def test_a_page_that_is_turned_as_a_whole_is_its_text():
    document = read(
        pdf(*((90, 100 + 20 * number, 100, line) for number, line in enumerate(TEXT[:12])), lines=[""] * 10)
    )
    assert all(line in document.text for line in TEXT[:12])
