"""The readers of office files, mails, books, data and source code: what each reads of a small file of its format."""

import json
import runpy
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from steep import Context
from steep.errors import SourceError
from steep.kinds import Source
from steep.testing import ReaderContract
from steep_plugins.readers import steep_offers

SAMPLES = runpy.run_path(str(Path(__file__).with_name("samples.py")))
OFFERS = {each.name: each for each in steep_offers()}
RTF = (
    rb"{\rtf1\ansi{\info{\title Storm plan of the harbor}}Lines are doubled.\par Caf\'e9.{\v A secret.}\par "
    rb"\trowd\cellx1000\cellx2000 Stage\cell Gusts\cell\row\trowd\cellx1000\cellx2000 Slate\cell 55 knots\cell\row }"
)
ORG = b"""#+title: Storm plan
* Stage Grey
Phone every vessel.
| Stage | Gusts    |
|-------+----------|
| Slate | 55 knots |
#+begin_src sh
* no heading
#+end_src
"""
JSON = {"title": "Berths", "open": True, "berths": [{"boat": "Heron", "eur": 40}, {"boat": "Gull", "eur": 75}],
        "notes": {"tide": ["low at six", "high at noon"]}}  # fmt: skip
RSS = """<?xml version="1.0"?><rss><channel><title>Harbor news</title><item><title>Crane closed</title>
<description>&lt;p&gt;The crane is &lt;b&gt;closed&lt;/b&gt; on Monday.&lt;/p&gt;</description></item>
</channel></rss>"""
CODE = b'''"""A crane."""

import os


class Crane:
    def lift(self):
        return 12

    def lower(self):
        return 3
'''
FILES = {
    "csv": ("prices.csv", b'Boat;Price\nHeron;"40;50"\nGull;75\n', ("Heron", "40;50", "75")),
    "xlsx": ("prices.xlsx", SAMPLES["xlsx"](), ("Summer", "12.5", "25%", "2024-03-01")),
    "pptx": ("plan.pptx", SAMPLES["pptx"](), ("Storm plan", "Pilots first.", "Seabird", "Say it slowly.")),
    "eml": ("crane.eml", SAMPLES["eml"](), ("Crane №2 – café", "ana@harbor.example", "closed on Monday", "North, 40")),
    "epub": ("book.epub", SAMPLES["epub"](), ("Storms", "Lines are doubled.", "Boats are painted.")),
    "rtf": ("plan.rtf", RTF, ("Lines are doubled.", "Café.", "55 knots")),
    "odt": ("plan.odt", SAMPLES["odt"](), ("Storm plan", "Lines are doubled on every vessel.", "North quay")),
    "json": ("berths.json", json.dumps(JSON).encode(), ("Heron", "75", "high at noon")),
    "xml": ("news.rss", RSS.encode(), ("Crane closed", "The crane is closed on Monday.")),
    "outline": ("plan.org", ORG, ("Stage Grey", "55 knots")),
    "code": ("crane.py", CODE, ("class Crane", "def lower")),
}


def reader_of(name):
    made = OFFERS[name]
    return made.build(made.config(), Context())


def read(name, data=None, path=None):
    file, sample, _ = FILES[name]
    return reader_of(name).read(Source(path=path or file, data=sample if data is None else data))


def said(document, kind):
    return [document.text[block.start : block.end] for block in document.blocks if block.kind == kind]


def cells(document):
    return [
        [document.text[start:end] for start, end in block.cells] for block in document.blocks if block.kind == "row"
    ]


@pytest.mark.parametrize("name", FILES)
class TestReaders(ReaderContract):
    @pytest.fixture
    def reader(self, name):
        return reader_of(name)

    @pytest.fixture
    def sample(self, name):
        path, data, words = FILES[name]
        return Source(path=path, data=data), words


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_mark_that_parts_values_is_told_by_the_file(mark):
    rows = [["Boat", "Note"], ["Heron", f"old{mark} but sound"], ["Gull", "3,5 m"]]
    text = "\n".join(mark.join(f'"{value}"' for value in row) for row in rows)
    found = [[word.replace("\\|", "|") for word in row] for row in cells(read("csv", text.encode()))]
    assert found == [[" ".join(word.split()) for word in row] for row in rows]


def test_rows_of_other_lengths_are_as_wide_as_the_widest():
    assert cells(read("csv", b"a,b\n1\n1,2,3\n")) == [["a", "b", ""], ["1", "", ""], ["1", "2", "3"]]


def test_sheets_are_pages_under_their_names_with_merged_cells_filled():
    document = read("xlsx")
    assert said(document, "heading") == ["## Prices", "## Rules"]
    assert cells(document) == [
        ["Boat", "Season Summer", "Season Winter"],
        ["Small", "40", "12.5"],
        ["Large", "75", "20"],
        ["Large", "80", "21"],
        ["From", "Share"],
        ["2024-03-01", "25%"],
    ]
    assert said(document, "quote") == ["> Comment on A3 (Ana): Up to six metres"]
    assert document.page_at(document.text.index("25%")) == 2
    assert {each.text for each in document.left_out} == {"Secret", "not for you", "hidden row", "an old price"}


def test_slides_are_pages_and_hidden_ones_are_left_out():
    document = read("pptx")
    assert said(document, "heading") == ["# Storm plan", "# Berths"]
    assert said(document, "item") == ["- The Watch phones every vessel.", "- Pilots first."]
    assert cells(document) == [["Boat", "Quay"], ["Heron", "North"], ["Seabird", "North"]]
    assert document.page_at(document.text.index("Heron")) == 2
    assert [each.text for each in document.left_out] == ["A draft"]


def test_a_mail_says_who_wrote_and_what_is_attached():
    document = read("eml")
    assert document.title == "Crane №2 – café"
    assert document.text.count("closed on Monday") == 1
    assert said(document, "item") == ["- Call Bo.", "- Use the old one."]
    assert "Attachment: crane.png" in document.text
    assert [(each.reason, each.text) for each in document.left_out] == [("attachment", "crane.png")]


def test_chapters_come_in_the_order_of_the_spine_and_are_pages():
    document = read("epub")
    assert document.title == "The harbor book"
    assert said(document, "heading") == ["# Storms", "# Calm"]
    assert document.page_at(document.text.index("painted")) == 2


def test_rich_text_keeps_tables_and_leaves_hidden_text_out():
    document = read("rtf")
    assert document.title == "Storm plan of the harbor"
    assert cells(document) == [["Stage", "Gusts"], ["Slate", "55 knots"]]
    assert [(each.reason, each.text) for each in document.left_out] == [("hidden", "A secret.")]


def test_an_opendocument_keeps_lists_and_merged_cells():
    document = read("odt")
    assert said(document, "item") == ["1. Call the Watch.", "2. Call the pilots."]
    assert cells(document) == [["Boat", "Quay", "EUR"], ["Small", "North quay", "North quay"]]
    assert [each.text for each in document.left_out] == ["A secret."]


def test_data_are_keys_and_values_and_like_objects_a_table():
    document = read("json")
    assert document.title == "Berths"
    assert "open: true" in document.text
    assert cells(document) == [["boat", "eur"], ["Heron", "40"], ["Gull", "75"]]
    assert said(document, "item") == ["- low at six", "- high at noon"]


def test_each_line_of_jsonl_is_a_value_and_a_broken_one_is_named():
    rows = b'{"text": "Tides turn at six.", "n": 1}\n\n{"text": "Boats leave.", "n": 2}\n'
    assert cells(read("json", rows, "tides.jsonl"))[1] == ["Tides turn at six.", "1"]
    with pytest.raises(SourceError, match=r"tides\.jsonl is not JSON \(line 2"):
        read("json", b"{}\n{,\n", "tides.jsonl")


def test_entries_of_a_feed_are_headings_with_their_words():
    assert said(read("xml"), "heading") == ["# Harbor news", "## Crane closed"]


def test_entities_of_an_xml_file_are_not_followed(tmp_path):
    (tmp_path / "secret.txt").write_text("not for you", "utf-8")
    markup = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]><a><p>Seen. &x;</p></a>'
    assert "not for you" not in read("xml", markup.encode()).text


def test_org_has_its_headings_and_tables_and_no_heading_in_code():
    document = read("outline")
    assert document.title == "Storm plan"
    assert said(document, "heading") == ["# Stage Grey"]
    assert cells(document) == [["Stage", "Gusts"], ["Slate", "55 knots"]]
    assert len(said(document, "code")) == 1


def test_asciidoc_has_its_headings():
    document = read("outline", b"= Storm plan\n\nText.\n\n== Stage Grey\n\n----\n= code\n----\n", "plan.adoc")
    assert document.title == "Storm plan"
    assert said(document, "heading") == ["# Storm plan", "## Stage Grey"]


def test_a_function_is_a_block_of_code():
    document = read("code")
    assert document.title == "crane.py"
    assert [words.split("(")[0].split(":")[0].strip() for words in said(document, "code")] == [
        '"""A crane."""\n\nimport os', "class Crane", "def lift", "def lower",
    ]  # fmt: skip
    assert said(read("code", b"def broken(:\n  1\n"), "code") == ["def broken(:\n  1"]


@pytest.mark.parametrize("name", ["xlsx", "pptx", "odt", "epub"])
def test_an_archive_that_unpacks_to_very_much_is_refused(name):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.xml", bytes(100 << 20))
    with pytest.raises(SourceError, match="unpacks to more than 256 MB"):
        read(name, buffer.getvalue())


@pytest.mark.parametrize("name", ["xlsx", "pptx", "odt", "epub"])
def test_a_file_with_a_password_or_of_an_old_format_says_what_to_do(name):
    with pytest.raises(SourceError, match="save it without a password"):
        read(name, b"\xd0\xcf\x11\xe0" + bytes(600))


def test_a_mail_of_parts_without_end_is_refused_at_once():
    parts = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 1001
    with pytest.raises(SourceError, match=r"bomb\.eml has more than 1000 parts"):
        OFFERS["eml"].build(OFFERS["eml"].config(), Context()).read(
            Source(path="bomb.eml", data=b"Subject: x\n" + parts)
        )


MAIN = {"docx": "wordprocessingml.document", "xlsx": "spreadsheetml.sheet", "pptx": "presentationml.presentation"}
KIN = {
    "docm": ("docx", "application/vnd.ms-word.document.macroEnabled.main+xml"),
    "dotx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"),
    "dotm": ("docx", "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"),
    "xlsm": ("xlsx", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    "xltx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml"),
    "xltm": ("xlsx", "application/vnd.ms-excel.template.macroEnabled.main+xml"),
    "pptm": ("pptx", "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"),
    "potx": ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"),
    "potm": ("pptx", "application/vnd.ms-powerpoint.template.macroEnabled.main+xml"),
    "ppsx": ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml"),
    "ppsm": ("pptx", "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml"),
}


def as_another(data, plain, kind):
    """The same file, whose main part is of another kind, with a macro beside it."""
    made = BytesIO()
    was = f"application/vnd.openxmlformats-officedocument.{MAIN[plain]}.main+xml"
    with zipfile.ZipFile(BytesIO(data)) as archive, zipfile.ZipFile(made, "w") as written:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "[Content_Types].xml":
                assert was.encode() in part
                part = part.replace(was.encode(), kind.encode())
            written.writestr(name, part)
        written.writestr("vbaProject.bin", b"\xd0\xcf\x11\xe0 a macro")
    return made.getvalue()


@pytest.mark.parametrize("suffix", KIN)
def test_templates_slide_shows_and_files_with_macros_are_read_as_plain_ones(suffix):
    plain, kind = KIN[suffix]
    taken = [name for name, each in OFFERS.items() if f".{suffix}" in each.handles]
    assert taken == [plain]
    data = SAMPLES[plain]()
    found = reader_of(plain).read(Source(path=f"a.{suffix}", data=as_another(data, plain, kind)))
    assert found.text == reader_of(plain).read(Source(path=f"a.{plain}", data=data)).text


@pytest.mark.parametrize("suffix", ["ott", "ots", "otp", "fodt", "fods", "fodp"])
def test_templates_and_single_files_of_open_documents_have_a_reader(suffix):
    assert [name for name, each in OFFERS.items() if f".{suffix}" in each.handles] == ["odt"]


def test_a_comment_whose_writer_is_not_known_names_nobody():
    from openpyxl import Workbook
    from openpyxl.comments import Comment

    book = Workbook()
    book.active["A1"] = "Boat"
    book.active["A1"].comment = Comment("Up to six metres", " ")
    file = BytesIO()
    book.save(file)
    assert said(read("xlsx", file.getvalue()), "quote") == ["> Comment on A1: Up to six metres"]
