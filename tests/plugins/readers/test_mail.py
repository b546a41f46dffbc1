"""The reader `eml`: what people see of a mail, and what hangs on it."""

import runpy
from email.message import EmailMessage
from pathlib import Path

from steep.kinds import Source
from steep_plugins.readers.mail import EmlReader

SAMPLES = runpy.run_path(str(Path(__file__).with_name("samples.py")))


def read(mail):
    data = mail if isinstance(mail, bytes) else mail.as_bytes()
    return EmlReader().read(Source(path="a.eml", data=data))


def written(text, page=""):
    mail = EmailMessage()
    mail["Subject"] = "Fees"
    mail.set_content(text)
    if page:
        mail.add_alternative(page, subtype="html")
    return mail


def test_the_page_that_mail_programs_show_is_read_and_what_the_text_says_beyond_it_counted():
    page = "<p>The fee is 75.</p><table><tr><th>Boat</th><th>Fee</th></tr><tr><td>Large</td><td>75</td></tr></table>"
    document = read(written("The fee is 75.\nSend money elsewhere instead.\n", page + "<p hidden>Not this.</p>"))
    assert document.text == "# Fees\n\nThe fee is 75.\n\n| Boat | Fee |\n| --- | --- |\n| Large | 75 |"
    assert [(each.reason, each.text) for each in document.left_out] == [
        ("hidden", "Not this."),
        ("said beside the page of a mail", "Send money elsewhere instead."),
    ]


def test_the_text_is_read_where_the_page_shows_no_words():
    assert "The fee is 75." in read(written("The fee is 75.", '<img src="a.png">')).text


def test_attachments_are_read_by_the_reader_of_their_suffix_under_their_name():
    mail = written("See below.")
    mail.add_attachment(b"Boat;Fee\nLarge;75\n", maintype="text", subtype="csv", filename="fees.csv")
    mail.add_attachment(SAMPLES["xlsx"](), maintype="application", subtype="octet-stream", filename="Berths.XLSX")
    mail.add_attachment(b"%PDF-1.4 broken", maintype="application", subtype="pdf", filename="plan.pdf")
    document = read(mail)
    headings = [document.text[block.start : block.end] for block in document.blocks if block.kind == "heading"]
    assert "## Attachment: fees.csv" in headings
    assert "## Attachment: Berths.XLSX" in headings
    rows = [document.text[block.start : block.end] for block in document.blocks if block.kind == "row"]
    assert rows[:2] == ["| Boat | Fee |", "| Large | 75 |"]
    assert len(rows) > 4
    assert ("attachment", "plan.pdf") in [(each.reason, each.text) for each in document.left_out]


def test_an_encrypted_mail_is_named_as_left_out():
    head = b'Subject: Fees\nContent-Type: application/pkcs7-mime; name="smime.p7m"\nContent-Transfer-Encoding: base64\n'
    document = read(head + b"\nAAAA\n")
    assert [(each.reason, each.text) for each in document.left_out] == [("attachment", "smime.p7m")]


def test_headers_in_bytes_of_older_programs_keep_their_words():
    assert read("Subject: Gebühren\n\nSeen.\n".encode("cp1252")).title == "Gebühren"
