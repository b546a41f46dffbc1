"""Files of each format, made by the libraries that people make them with."""

import io


def pdf(*pages: tuple[tuple[str, float, str], ...], password: str | None = None, header: str = "") -> bytes:
    """Pages of (font, size, line); an empty line leaves a gap."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    encryption = StandardEncryption(password, ownerPassword="owner") if password else None
    canvas = Canvas(buffer, pagesize=A4, encrypt=encryption, invariant=1)
    for number, lines in enumerate(pages, start=1):
        y = A4[1] - 110.0
        if header:
            canvas.setFont("Helvetica", 8)
            canvas.drawString(72, A4[1] - 40, header)
            canvas.drawString(290, 30, f"Page {number} of {len(pages)}")
        for font, size, line in lines:
            canvas.setFont(font, size)
            for column, cell in enumerate(line.split("\t")):
                canvas.drawString(72 + 150 * column, y, cell)
            y -= size * 1.25
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def scanned_pdf() -> bytes:
    """A page with a drawing and no text."""
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.rect(72, 72, 300, 300, fill=1)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def drawn_pdf(*pages) -> bytes:
    """Pages that functions draw on a canvas."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    for draw in pages:
        canvas.setFont("Helvetica", 11)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def table_pdf(rows, *, widths, grid: bool, spans=(), repeat: int = 0) -> bytes:
    """A table whose cells wrap, with or without lines around them."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    style = getSampleStyleSheet()["BodyText"]
    commands = [("GRID", (0, 0), (-1, -1), 0.5, "black")] * grid + [("SPAN", *span) for span in spans]
    cells = [[Paragraph(words, style) if words else "" for words in row] for row in rows]
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, invariant=1).build([Table(cells, colWidths=widths, style=commands, repeatRows=repeat)])
    return buffer.getvalue()


def justified_pdf(text: str) -> bytes:
    """Prose in narrow columns, its words spread to fill each line."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

    buffer = io.BytesIO()
    document = BaseDocTemplate(buffer, pagesize=A4, invariant=1)
    frames = [Frame(60 + 120 * column, 500, 112, 250, leftPadding=0, rightPadding=0) for column in range(4)]
    document.addPageTemplates([PageTemplate(frames=frames)])
    document.build([Paragraph(text, ParagraphStyle("narrow", fontName="Times-Roman", fontSize=10, alignment=4))])
    return buffer.getvalue()


def docx() -> bytes:
    import docx as word

    document = word.Document()
    document.core_properties.title = "Storm plan of the harbor"
    document.add_heading("Storm plan", level=1)
    document.add_paragraph("Lines are doubled on every vessel above 24 m.")
    document.add_heading("Stage Grey", level=2)
    document.add_paragraph("The Watch phones every vessel.", style="List Bullet")
    document.add_paragraph("Fish boxes go indoors.", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for row, cells in zip(table.rows, (("Stage", "Gusts"), ("Slate", "55 knots")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def xlsx() -> bytes:
    """Two sheets with merged cells, a percentage, a date and a comment; a hidden sheet, column and row."""
    import datetime

    from openpyxl import Workbook
    from openpyxl.comments import Comment

    book = Workbook()
    prices = book.active
    prices.title = "Prices"
    for row in (
        ("Boat", "Season", None),
        (None, "Summer", "Winter"),
        ("Small", 40, 12.5),
        ("Large", 75, 20),
        (None, 80, 21),
    ):
        prices.append(row)
    prices.merge_cells("A1:A2")
    prices.merge_cells("B1:C1")
    prices.merge_cells("A4:A5")
    prices["A3"].comment = Comment("Up to six metres", "Ana")
    rules = book.create_sheet("Rules")
    rules.append(("From", "Share", "Secret"))
    rules.append((datetime.date(2024, 3, 1), 0.25, "not for you"))
    rules.append(("hidden row", None, None))
    rules["B2"].number_format = "0%"
    rules.column_dimensions["C"].hidden = True
    rules.row_dimensions[3].hidden = True
    other = book.create_sheet("Drafts")
    other.append(("an old price",))
    other.sheet_state = "hidden"
    return _saved(book)


def pptx() -> bytes:
    """Two slides with a list, a table and notes, and a hidden one."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "Storm plan"
    frame = first.placeholders[1].text_frame
    frame.text = "The Watch phones every vessel."
    inner = frame.add_paragraph()
    inner.text = "Pilots first."
    inner.level = 1
    first.notes_slide.notes_text_frame.text = "Say it slowly."
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "Berths"
    table = second.shapes.add_table(3, 2, Inches(1), Inches(2), Inches(5), Inches(2)).table
    for row, words in enumerate((("Boat", "Quay"), ("Heron", "North"), ("Seabird", ""))):
        for column, word in enumerate(words):
            table.cell(row, column).text = word
    table.cell(1, 1).merge(table.cell(2, 1))
    unseen = deck.slides.add_slide(deck.slide_layouts[5])
    unseen.shapes.title.text = "A draft"
    unseen._element.set("show", "0")
    return _saved(deck)


def _saved(made) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def eml() -> bytes:
    """A mail said as text and as a page, with a text and a picture attached."""
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ana Lind <ana@harbor.example>", "bo@harbor.example", "Crane №2 – café"
    mail["Date"] = "Mon, 04 Mar 2024 09:00:00 +0000"
    mail.set_content("The crane is closed on Monday.\n\n- Call Bo.\n- Use the old one.\n")
    page = "<p>The crane is closed on Monday.</p><ul><li>Call Bo.</li><li>Use the old one.</li></ul>"
    mail.add_alternative(page, subtype="html")
    mail.add_attachment("Quay, price\nNorth, 40\n", filename="prices.txt")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="crane.png")
    return bytes(mail)


def epub() -> bytes:
    """A book of two chapters, whose order its spine gives."""
    import zipfile

    buffer = io.BytesIO()
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>The harbor book</dc:title></metadata><manifest>"
        '<item id="b" href="text/two.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/></manifest>'
        '<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>'
    )
    files = {
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="book/p.opf"/></rootfiles></container>',
        "book/p.opf": package,
        "book/nav.xhtml": "<html><body><p>Contents</p></body></html>",
        "book/text/one.xhtml": "<?xml version='1.0'?><html><h1>Storms</h1><p>Lines are doubled.</p></html>",
        "book/text/two.xhtml": "<html><body><h1>Calm</h1><p>Boats are painted.</p></body></html>",
    }
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, words in files.items():
            archive.writestr(zipfile.ZipInfo(name), words)
    return buffer.getvalue()


def odt() -> bytes:
    """A text with a heading, a numbered list, a table with merged cells and a hidden run."""
    import zipfile

    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"))
    )
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    wide = '<table:table-cell table:number-columns-spanned="2"><text:p>North quay</text:p></table:table-cell>'
    content = (
        f"<office:document-content {names}><office:automatic-styles>"
        '<text:list-style style:name="L1"><text:list-level-style-number text:level="1"/></text:list-style>'
        '<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>'
        "</office:automatic-styles><office:body><office:text>"
        '<text:h text:outline-level="1">Storm plan</text:h>'
        '<text:p>Lines are <text:span>doubled</text:span><text:s text:c="1"/>on every vessel.'
        '<text:span text:style-name="T1">A secret.</text:span></text:p>'
        '<text:list text:style-name="L1"><text:list-item><text:p>Call the Watch.</text:p></text:list-item>'
        "<text:list-item><text:p>Call the pilots.</text:p></text:list-item></text:list>"
        f"<table:table><table:table-row>{cell.format('Boat')}{cell.format('Quay')}{cell.format('EUR')}</table:table-row>"
        f"<table:table-row>{cell.format('Small')}{wide}<table:covered-table-cell/></table:table-row></table:table>"
        "</office:text></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("content.xml"), content)
    return buffer.getvalue()
