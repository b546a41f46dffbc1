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
