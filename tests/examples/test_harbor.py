"""The sample domain must be what its README says: a benchmark with a wrong key measures nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import bs4
import docx
import pypdfium2
import pytest

HARBOR = Path(__file__).resolve().parents[2] / "examples" / "harbor"
DOCUMENTS = HARBOR / "documents"
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (HARBOR / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
PATHS = sorted(path for path in DOCUMENTS.rglob("*") if path.is_file())


def plain(text: str) -> str:
    return " ".join(re.sub(r"[|*#]", " ", text).split())


def html_text(path: Path) -> str:
    soup = bs4.BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    for cell in soup(["td", "th"]):
        cell.append(" ")
    return soup.get_text()


def pdf_text(path: Path) -> str:
    pdf = pypdfium2.PdfDocument(path)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)
    finally:
        pdf.close()


def docx_text(path: Path) -> str:
    parts = []
    for block in docx.Document(str(path)).iter_inner_content():
        if isinstance(block, docx.table.Table):
            parts += [" ".join(cell.text for cell in row.cells) for row in block.rows]
        else:
            parts.append(block.text)
    return "\n".join(parts)


@cache
def text_of(document: str) -> str:
    path = DOCUMENTS / document
    if path.suffix == ".html":
        return html_text(path)
    if path.suffix == ".pdf":
        return pdf_text(path)
    if path.suffix == ".docx":
        return docx_text(path)
    return path.read_text(encoding="utf-8")


def documents_of(question: dict[str, Any]) -> list[str]:
    return [e["document"] for e in question["evidence"]] or [question["near"]]


def test_there_are_enough_documents_in_enough_formats() -> None:
    counts = {suffix: sum(p.suffix == suffix for p in PATHS) for suffix in {p.suffix for p in PATHS}}
    assert counts == {".md": 26, ".html": 8, ".txt": 6, ".pdf": 5, ".docx": 5}


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.name)
def test_a_document_has_the_length_of_a_real_one(path: Path) -> None:
    assert 250 <= len(text_of(path.relative_to(DOCUMENTS).as_posix()).split()) <= 900


def test_there_are_250_questions_of_which_40_unanswerable_and_20_over_two_documents() -> None:
    kinds = [q["kind"] for q in QUESTIONS]
    assert (len(kinds), kinds.count("unanswerable"), kinds.count("two-documents")) == (250, 40, 20)


def test_ids_and_wordings_are_unique() -> None:
    assert len({q["id"] for q in QUESTIONS}) == len(QUESTIONS)
    assert len({q["question"].casefold() for q in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q["id"])
def test_a_question_is_answered_by_its_evidence(question: dict[str, Any]) -> None:
    if question["kind"] == "unanswerable":
        assert question["unanswerable"] is True
        assert (question["answers"], question["evidence"]) == ([], [])
        assert (DOCUMENTS / question["near"]).is_file()
        return
    assert question["answers"]
    assert "unanswerable" not in question
    assert len(question["evidence"]) == (2 if question["kind"] == "two-documents" else 1)
    for evidence in question["evidence"]:
        text, quote = text_of(evidence["document"]), evidence["quote"]
        if evidence["document"].endswith((".md", ".txt")):
            assert text.count(quote) == 1
        else:
            assert plain(text).count(plain(quote)) == 1
    if question["kind"] != "two-documents":
        quoted = " ".join(question["evidence"][0]["quote"].split())
        assert question["answers"][0].casefold() in quoted.casefold()


def test_the_two_documents_of_a_question_are_different_ones() -> None:
    assert all(len(set(documents_of(q))) == 2 for q in QUESTIONS if q["kind"] == "two-documents")


def test_the_splits_share_no_document() -> None:
    seen: dict[str, set[str]] = {"dev": set(), "test": set()}
    for question in QUESTIONS:
        seen[question["split"]].update(documents_of(question))
    assert not seen["dev"] & seen["test"]
    assert seen["dev"] | seen["test"] == {p.relative_to(DOCUMENTS).as_posix() for p in PATHS}


def test_a_third_of_the_questions_is_for_development() -> None:
    assert sum(q["split"] == "dev" for q in QUESTIONS) == 84


def test_the_committed_pdf_and_docx_files_are_made_from_their_sources(tmp_path: Path) -> None:
    subprocess.run([sys.executable, HARBOR / "make_documents.py", tmp_path], check=True, capture_output=True)
    made = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    assert made == [p.relative_to(DOCUMENTS) for p in PATHS if p.suffix in (".pdf", ".docx")]
    for path in made:
        assert (tmp_path / path).read_bytes() == (DOCUMENTS / path).read_bytes(), path


def test_two_pdf_files_have_several_pages_and_number_them() -> None:
    several = 0
    for path in (p for p in PATHS if p.suffix == ".pdf"):
        pdf = pypdfium2.PdfDocument(path)
        for number, page in enumerate(pdf, start=1):
            assert f"Page {number}" in page.get_textpage().get_text_range()
        several += len(pdf) > 1
        pdf.close()
    assert several >= 2


def test_the_docx_files_carry_no_time_of_making() -> None:
    for path in (p for p in PATHS if p.suffix == ".docx"):
        with zipfile.ZipFile(path) as package:
            assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
