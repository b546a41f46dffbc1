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
