"""The reader `docx`."""

import io
import runpy
import zipfile
from pathlib import Path

import pytest

from steep.errors import SourceError
from steep.kinds import Source
from steep.testing import ReaderContract
from steep_plugins.readers.docx import DocxReader

pytest.importorskip("docx", reason="python-docx makes the samples")
SAMPLES = runpy.run_path(str(Path(__file__).with_name("samples.py")))


@pytest.fixture(scope="module")
def plan() -> bytes:
    return SAMPLES["docx"]()


def read(data: bytes):
    return DocxReader().read(Source(path="plan.docx", data=data))


class TestDocxReader(ReaderContract):
    @pytest.fixture
    def reader(self):
        return DocxReader()

    @pytest.fixture
    def sample(self, plan):
        return Source(path="plan.docx", data=plan), ("Storm plan", "24 m.", "Fish boxes", "55 knots")


def test_styles_lists_and_tables_become_blocks(plan):
    document = read(plan)
    assert document.title == "Storm plan"
    assert [(block.kind, document.text[block.start : block.end]) for block in document.blocks] == [
        ("heading", "# Storm plan"),
        ("paragraph", "Lines are doubled on every vessel above 24 m."),
        ("heading", "## Stage Grey"),
        ("item", "- The Watch phones every vessel."),
        ("item", "- Fish boxes go indoors."),
        ("row", "| Stage | Gusts |"),
        ("row", "| Slate | 55 knots |"),
    ]


def test_an_encrypted_document_needs_its_password_removed():
    with pytest.raises(SourceError, match=r"plan\.docx is encrypted.*without a password"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def test_another_archive_is_not_a_document():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "hello")
    with pytest.raises(SourceError, match=r"plan\.docx is not a Word document"):
        read(buffer.getvalue())


def test_an_archive_that_unpacks_to_too_much_is_refused(plan, monkeypatch):
    monkeypatch.setattr("steep_plugins.readers.docx._LARGEST", 1000)
    with pytest.raises(SourceError, match="split it"):
        read(plan)


def with_xml(plan: bytes, *, before: str, instead: str) -> bytes:
    """The document with a piece of its XML replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plan)) as archive, zipfile.ZipFile(made, "w") as written:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "word/document.xml":
                assert before.encode() in content
                content = content.replace(before.encode(), instead.encode(), 1)
            written.writestr(name, content)
    return made.getvalue()


M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def test_an_equation_is_read_as_it_is_typed(plan):
    power = "<m:sSup><m:e><m:r><m:t>v</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
    fraction = "<m:f><m:num><m:r><m:t>m</m:t></m:r></m:num><m:den><m:r><m:t>a+b</m:t></m:r></m:den></m:f>"
    equation = f"<w:p><m:oMathPara {M}><m:oMath><m:r><m:t>E=</m:t></m:r>{fraction}{power}</m:oMath></m:oMathPara></w:p>"
    assert "E=m/(a+b)v^2" in read(with_xml(plan, before="<w:sectPr", instead=f"{equation}<w:sectPr")).text


def test_a_hidden_run_is_no_text_and_is_counted(plan):
    run = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>pay twice</w:t></w:r><w:r><w:t>Seen words.</w:t></w:r></w:p>"
    document = read(with_xml(plan, before="<w:sectPr", instead=f"{run}<w:sectPr"))
    assert "Seen words." in document.text
    assert "twice" not in document.text
    assert [(each.reason, each.text) for each in document.left_out] == [("hidden", "pay twice")]
