"""The reader `outline`: tables and comments of AsciiDoc and Org."""

import pytest

from steep.kinds import Source
from steep_plugins.readers.outline import OutlineReader


def read(text, path="a.adoc"):
    return OutlineReader().read(Source(path=path, data=text.encode()))


def rows(text):
    document = read(f"= Fees\n\nBefore.\n\n{text}\n\nAfter.\n")
    assert document.text.startswith("= Fees\n\nBefore.\n\n")
    assert document.text.endswith("\n\nAfter.")
    return [document.text[block.start : block.end] for block in document.blocks if block.kind == "row"]


@pytest.mark.parametrize(
    "table",
    [
        "|===\n|Boat |Fee\n\n|Large\n|75\n\n|Small |40\n|===",
        '[%header,cols="1,1"]\n|===\n|Boat\n|Fee\n|Large |75\n|Small\n|40\n|===',
        '[cols="2*",options="header"]\n|====\n|Boat |Fee |Large |75 |Small\n|40\n|====',
    ],
)
def test_cells_make_rows_wherever_they_stand(table):
    assert rows(table) == ["| Boat | Fee |", "| Large | 75 |", "| Small | 40 |"]


def test_cells_span_and_are_said_again():
    table = (
        '.Prices\n[cols="1,1,1"]\n|===\n.2+|Boat 2+|Price\n|Day |Week\n\n'
        "|Large 2*|75\n|Small |a \\| b\n2+ lines |40\n|==="
    )
    assert rows(table)[1:] == ["| Boat | Day | Week |", "| Large | 75 | 75 |", "| Small | a \\| b 2+ lines | 40 |"]


@pytest.mark.parametrize("comment", ["// Not this.", "////\nNot this.\n////"])
def test_comments_are_blanked_and_counted(comment):
    document = read(f"= Fees\n\nSeen.\n{comment}\n\n----\n// code\n----\n")
    assert "Not" not in document.text
    assert "// code" in document.text
    assert [(each.reason, each.text) for each in document.left_out] == [("comment", "Not this.")]


@pytest.mark.parametrize(
    "comment",
    [
        "# Not this.",
        "#+begin_comment\nNot this.\n#+end_comment",
        ":PROPERTIES:\nNot this.\n:END:",
        "** COMMENT Not\nthis.",
        "** COMMENT Not\n*** this.",
    ],
)
def test_comments_of_org_are_blanked_and_counted(comment):
    text = f"* Fees\n{comment}\n** Boats\nSeen.\n#+begin_src sh\n# code\n#+end_src\n"
    document = read(text, "a.org")
    assert len(document.text) == len(text)
    assert "this" not in document.text
    assert "# code" in document.text
    assert "Seen." in document.text
    assert [each.reason for each in document.left_out] == ["comment"]
    assert "this." in document.left_out[0].text


def test_what_is_included_is_named():
    assert [each.text for each in read("= A\n\ninclude::parts/b.adoc[]\n").left_out] == ["parts/b.adoc"]
    assert [each.text for each in read('* A\n#+INCLUDE: "b.org"\n', "a.org").left_out] == ["b.org"]
