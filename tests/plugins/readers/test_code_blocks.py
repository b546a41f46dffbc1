"""Code keeps its lines, and how far each is set in, in every format that shows it."""

import html
import io

import docx
import pytest
from reportlab.pdfgen.canvas import Canvas

from steep.kinds import Source
from steep_plugins.readers.docx import DocxReader
from steep_plugins.readers.html import HtmlReader
from steep_plugins.readers.markdown import MarkdownReader
from steep_plugins.readers.outline import OutlineReader
from steep_plugins.readers.pdf import PdfReader
from steep_plugins.readers.rst import RstReader

CODE = "def fee(x):\n    if x:\n        return 30\n\n    return 0"
LINES = CODE.split("\n")


def set_in(code):
    return "\n".join(f"    {line}" if line else "" for line in code.split("\n"))


def in_docx(style=None, *, all_of_it=False):
    document, made = docx.Document(), io.BytesIO()
    around = document.add_paragraph().add_run("Fees are reckoned thus.")
    around.font.name = "Courier New" if all_of_it else "Arial"
    for line in LINES:
        document.add_paragraph().add_run(line).font.name = style
    document.save(made)
    return made.getvalue()


def in_pdf():
    made = io.BytesIO()
    canvas = Canvas(made, invariant=1)
    canvas.drawString(72, 790, "Fees are reckoned as the next lines say.")
    canvas.setFont("Courier", 10)
    for number, line in enumerate(LINES):
        canvas.drawString(72, 750 - 12 * number, line)
    canvas.setFont("Helvetica", 12)
    canvas.drawString(72, 640, "Fees are due on the first day of a month.")
    canvas.save()
    return made.getvalue()


def code_of(reader, name, data):
    document = reader.read(Source(path=name, data=data))
    return [document.text[each.start : each.end] for each in document.blocks if each.kind == "code"]


@pytest.mark.parametrize(
    ("reader", "name", "data"),
    [
        (MarkdownReader(), "a.md", f"Fees.\n\n```python\n{CODE}\n```\n".encode()),
        (RstReader(), "a.rst", f"Fees::\n\n{set_in(CODE)}\n".encode()),
        (OutlineReader(), "a.adoc", f"Fees.\n\n----\n{CODE}\n----\n".encode()),
        (OutlineReader(), "a.org", f"Fees.\n\n#+begin_src python\n{CODE}\n#+end_src\n".encode()),
        (DocxReader(), "a.docx", in_docx("Consolas")),
        (PdfReader(), "a.pdf", in_pdf()),
    ],
)
def test_code_keeps_its_lines_and_how_far_they_are_set_in(reader, name, data):
    (found,) = code_of(reader, name, data)
    assert CODE in found


NUMBERED = f"<table><tr><td><pre>1\n2\n3\n4\n5</pre></td><td><pre>{CODE}</pre></td></tr></table>"


@pytest.mark.parametrize(
    "markup",
    [
        f"<pre><code>{html.escape(CODE)}</code></pre>",
        f"<pre>{CODE.replace(chr(10), '<br>')}</pre>",
        f"<pre>{''.join(f'<span>{line}</span>{chr(10)}' for line in LINES)}</pre>",
        f"<p><code>{CODE.replace(chr(10), '<br>').replace('  ', '&nbsp;&nbsp;')}</code></p>",
        f'<div style="white-space: pre">{CODE}</div>',
        NUMBERED,
    ],
)
def test_code_of_a_page_is_read_as_it_is_shown(markup):
    (found,) = code_of(HtmlReader(), "a.html", f"<main><p>Fees.</p>{markup}</main>".encode())
    assert found == f"```\n{CODE}\n```"


def test_a_table_with_code_in_a_cell_stays_a_table():
    page = "<main><table><tr><th>Call<th>Fee<tr><td><pre>fee(1)</pre><td>30</table></main>"
    assert code_of(HtmlReader(), "a.html", page.encode()) == []


def test_lines_with_a_colon_of_org_are_code():
    assert code_of(OutlineReader(), "a.org", b"Fees.\n\n: fee(1)\n:   30\n\nDue.\n") == ["```\nfee(1)\n  30\n```"]


def test_a_letter_typed_in_one_width_is_no_code():
    assert code_of(DocxReader(), "a.docx", in_docx("Courier New", all_of_it=True)) == []
