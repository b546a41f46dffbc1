"""A document that cannot be read is named with the way out, and the rest goes on."""

import io
import os

import pytest

from steep.errors import WorkspaceError

from .conftest import BUILT_IN_READERS, finds, indexed


def pdf(*, encrypt=None, scanned=False):
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    kwargs = {}
    if encrypt:
        kwargs["encrypt"] = encrypt
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, invariant=1, **kwargs)
    if scanned:
        page.rect(100, 100, 200, 200, fill=1)
    else:
        page.drawString(100, 700, "The Heron leaves at nine.")
    page.showPage()
    page.save()
    return buffer.getvalue()


BAD_FILES = {
    "empty.md": (b"", "is empty"),
    "blank.txt": (b" \n\t\n", "is empty"),
    "program.txt": (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20, "is a program, not text"),
    "binary.txt": (bytes((i * 7919) % 256 for i in range(5000)), "is binary, not text"),
    "archive.txt": (b"PK\x03\x04" + bytes(100), "ZIP archive"),
    "nuls.txt": (bytes(5000), "binary, not text"),
    "broken.pdf": (b"%PDF-1.7\nthis is all there is", "is not a PDF that can be read"),
    "short.pdf": (b"", "is empty"),
    "broken.docx": (b"PK\x03\x04 no archive", "broken.docx"),
    "not.docx": (b"plain words", "not.docx"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_not_what_it_says_is_named_and_the_rest_is_indexed(make, name):
    content, message = BAD_FILES[name]
    project = make({name: content})
    summary = indexed(project)
    assert list(summary.failed) == [name]
    assert name in summary.failed[name]
    assert message in summary.failed[name]
    assert summary.documents == 1
    assert finds(project) == ["good.md"]


def test_encrypted_scanned_and_cut_off_pdf_files_are_told_apart(make):
    whole = pdf()
    project = make(
        {
            "whole.pdf": whole,
            "secret.pdf": pdf(encrypt="password"),
            "scan.pdf": pdf(scanned=True),
            "cut.pdf": whole[: len(whole) // 3],
        }
    )
    failed = indexed(project).failed
    assert set(failed) == {"secret.pdf", "scan.pdf", "cut.pdf"}
    assert "is encrypted; remove its password" in failed["secret.pdf"]
    assert "run OCR over it" in failed["scan.pdf"]
    assert "whole.pdf" in finds(project)


def test_texts_in_older_encodings_and_other_directions_are_read(make):
    hebrew = "\u05d4\u05de\u05e2\u05d1\u05d5\u05e8\u05ea \u05d9\u05d5\u05e6\u05d0\u05ea \u05d1\u05ea\u05e9\u05e2."
    project = make(
        {
            "latin.txt": "Die Fähre fährt über den Fluß. Für Kinder ist sie gratis.\n".encode("cp1252"),
            "wide.txt": "The Gull leaves at noon and returns at four.\n".encode("utf-16"),
            "hebrew.txt": hebrew.encode(),
            "mark.md": b"\xef\xbb\xbf# Tickets\r\n\r\nA day ticket costs 12 euros.\r\n",
            "nul.txt": b"The pier is long.\x00 It is old. " + b"Its planks are of oak and larch. " * 20,
        }
    )
    summary = indexed(project)
    assert summary.failed == {}
    texts = {passage.path: passage.text for passage in project.library().all_passages()}
    assert "Fähre" in texts["latin.txt"]
    assert "Gull" in texts["wide.txt"]
    assert hebrew in texts["hebrew.txt"]
    assert "\x00" not in texts["nul.txt"]
    assert finds(project, "מעבורת יוצאת")[0] == "hebrew.txt"


def test_a_file_of_200_megabytes_is_named_without_being_read(make):
    project = make({})
    with (project.folder / "huge.txt").open("wb") as file:
        file.truncate(200_000_000)
    summary = indexed(project)
    assert "huge.txt has 200 MB, more than max_megabytes = 64" in summary.failed["huge.txt"]
    assert summary.documents == 1


def test_a_raised_limit_takes_the_file_that_was_too_large(make, open_project):
    project = make({"long.md": "The pier is long. " * 200}, tables="[project]\nmax_megabytes = 0.001\n")
    assert "long.md" in indexed(project).failed
    text = (project.folder / "steep.toml").read_text("utf-8").replace("0.001", "1")
    (project.folder / "steep.toml").write_text(text, "utf-8")
    assert indexed(open_project(project.folder)).failed == {}


@pytest.mark.skipif(os.name == "nt", reason="no pipes there")
def test_a_pipe_never_hangs_the_index(make):
    project = make({})
    os.mkfifo(project.folder / "pipe.txt")
    (project.folder / "folder.txt").mkdir()
    (project.folder / "self.md").symlink_to(project.folder / "self.md")
    summary = indexed(project)
    assert set(summary.failed) == {"pipe.txt", "self.md"}
    assert summary.documents == 1


def test_an_empty_folder_says_what_it_looked_for(project_folder, open_project):
    project = open_project(project_folder({}, config=BUILT_IN_READERS))
    with pytest.raises(WorkspaceError, match=r"no document in .* matches \*\*/\*.* Put documents there"):
        indexed(project)


def test_only_bad_files_say_why_each_of_them_is_bad(project_folder, open_project):
    project = open_project(project_folder({"a.txt": b"", "b.pdf": b"%PDF-"}, config=BUILT_IN_READERS))
    with pytest.raises(WorkspaceError, match=r"could be read:\n  a\.txt is empty.*\n  b\.pdf is not a PDF"):
        indexed(project)
