"""Lists whose numbers are written out are lists in every format; a number at a line's beginning is none."""

import io

import docx
import pytest
from reportlab.pdfgen.canvas import Canvas

from steep.kinds import Source
from steep.values import lists_of
from steep_plugins.readers.docx import DocxReader
from steep_plugins.readers.html import HtmlReader
from steep_plugins.readers.markdown import MarkdownReader
from steep_plugins.readers.outline import OutlineReader
from steep_plugins.readers.pdf import PdfReader
from steep_plugins.readers.rst import RstReader
from steep_plugins.readers.text import TextReader


def in_docx(lines):
    document, made = docx.Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(made)
    return made.getvalue()


def in_pdf(lines):
    made = io.BytesIO()
    canvas = Canvas(made, invariant=1)
    for number, line in enumerate(lines):
        canvas.drawString(72, 780 - 18 * number, line)
    canvas.save()
    return made.getvalue()


FORMATS = {
    "a.txt": (TextReader, lambda lines: "\n".join(lines).encode()),
    "a.md": (MarkdownReader, lambda lines: "\n".join(lines).encode()),
    "a.rst": (RstReader, lambda lines: "\n\n".join(lines).encode()),
    "a.org": (OutlineReader, lambda lines: "\n\n".join(lines).encode()),
    "a.adoc": (OutlineReader, lambda lines: "\n".join(lines).encode()),
    "a.html": (HtmlReader, lambda lines: "".join(f"<p>{line}</p>" for line in lines).encode()),
    "a.docx": (DocxReader, in_docx),
    "a.pdf": (PdfReader, in_pdf),
}


def lists(document):
    found = lists_of(document.text, document.blocks)
    return [[(item.marker, document.text[item.start : item.end]) for item in each.items] for each in found]


def read(text):
    return TextReader().read(Source(path="a.txt", data=text.encode()))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("marks", [("1", "2", "3"), ("Step 1:", "Step 2:", "Step 3:"), ("a)", "b)", "c)"),
                                   ("(i)", "(ii)", "(iii)"), ("A.", "B.", "C.")])  # fmt: skip
def test_marks_that_count_on_make_a_list_in_every_format(name, marks):
    reader, make = FORMATS[name]
    said = ("Open the hatch and wait.", "Lift the cover off.", "Close it again.")
    lines = ["Do this before you sail:", *(f"{mark} {words}" for mark, words in zip(marks, said, strict=True))]
    document = reader().read(Source(path=name, data=make(lines)))

    def bare(mark):  # what stands around it is written in one way by docutils, as by browsers
        return mark.strip("(.)") if name == "a.rst" else mark

    found = [[(bare(mark), words) for mark, words in each] for each in lists(document)]
    assert found == [list(zip([bare(mark) for mark in marks], said, strict=True))]


def test_circled_numbers_count_too_with_and_without_a_space():
    assert lists(read("Do this:\n\n① Open it.\n② Close it.\n\n❶Lift.\n❷Lower.\n")) == [
        [("①", "Open it."), ("②", "Close it.")],
        [("❶", "Lift."), ("❷", "Lower.")],
    ]


def test_a_list_in_a_list_is_below_it_and_words_between_items_belong_to_the_one_before():
    document = read("Step 1: Open.\n\nMind the gas.\n\nStep 2: Close.\n\na) one\n(i) first\n(ii) second\nb) two\n")
    assert lists(document)[0] == [("Step 1:", "Open.\n\nMind the gas."), ("Step 2:", "Close.")]


def test_the_words_of_any_language_count():
    assert len(lists(read("Schritt 1 – Öffnen.\n\nSchritt 2 – Schließen.\n"))[0]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "In that year we saw\n2 boats and then\n3 ferries.\n",
        "1 January is a holiday.\n",
        "12 boats came.\n\n13 boats left.\n",
        "Chapter 1: how it began, and on.\n\n# Then\n\nChapter 2: how it went.\n",
        "A. Smith wrote this.\n\nC. Jones did not.\n",
        "ten minutes\n\n1 Open.\n",
    ],
)
def test_what_does_not_count_on_from_its_beginning_is_no_list(text):
    assert lists(read(text)) == []


def test_a_bare_number_within_an_item_is_no_item_of_its_own():
    document = read("1 Open it.\n2 Wait for\n10 minutes or so.\n3 Close it.\n")
    assert [marker for marker, _ in lists(document)[0]] == ["1", "2", "3"]
