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
