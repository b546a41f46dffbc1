"""AsciiDoc is read line by line: what stands in it, without its markup, and what is left out."""

import pytest

from steep.errors import SourceError
from steep.kinds import Source
from steep_plugins.readers import asciidoc
from steep_plugins.readers.outline import OutlineReader


def read(text):
    return OutlineReader().read(Source(path="a.adoc", data=text.encode()))


def blocks(text):
    document = read(text)
    return [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]


def gone(text):
    return [(each.reason, each.text) for each in read(text).left_out]


def rows(text):
    return [said for kind, _, said in blocks(f"= Fees\n\nBefore.\n\n{text}\n\nAfter.\n") if kind == "row"]


@pytest.mark.parametrize(
    "table",
    [
        "|===\n|Boat |Fee\n\n|Large\n|75\n\n|Small |40\n|===",
        '[%header,cols="1,1"]\n|===\n|Boat\n|Fee\n|Large |75\n|Small\n|40\n|===',
        '[cols="2*",options="header"]\n|====\n|Boat |Fee |Large |75 |Small\n|40\n|====',
        ',===\nBoat,Fee\n\nLarge,"75"\nSmall,40\n,===',
    ],
)
def test_cells_make_rows_wherever_they_stand(table):
    assert rows(table) == ["| Boat | Fee |", "| Large | 75 |", "| Small | 40 |"]


def test_cells_span_are_said_again_and_have_words_without_markup():
    table = (
        '.Prices\n[cols="1,1,1"]\n|===\n.2+|Boat 2+|Price\n|Day |Week\n\n'
        "|*Large* 2*|75\n|Small |a \\| b\n2+ lines |40\n|==="
    )
    assert rows(table)[1:] == ["| Boat | Day | Week |", "| Large | 75 | 75 |", "| Small | a \\| b 2+ lines | 40 |"]


def test_a_quotation_mark_that_is_never_closed_costs_no_table_of_values():
    assert rows(f',===\na,"{"b" * 140_000}\nc,d\n,===')[-1] == "| c | d |"


def test_items_nest_by_their_markers_and_keep_what_hangs_on_them():
    text = (
        ". Close the gate.\n. Fill it:\n.. Open the paddle.\n.. Wait\n  for ten minutes.\n+\nUntil level.\n. Open it.\n"
    )
    assert blocks(text) == [
        ("item", 1, "1. Close the gate."),
        ("item", 1, "2. Fill it:"),
        ("item", 2, "1. Open the paddle."),
        ("item", 2, "2. Wait\n    for ten minutes."),
        ("item", 2, "Until level."),
        ("item", 1, "3. Open it."),
    ]


def test_code_that_hangs_on_an_item_does_not_end_the_list():
    found = blocks("* Run it:\n+\n----\nlock --fill\n----\n* Done.\n\nAfter.\n")
    assert found == [
        ("item", 1, "- Run it:"),
        ("code", 0, "```\nlock --fill\n```"),
        ("item", 1, "- Done."),
        ("paragraph", 0, "After."),
    ]


def test_a_number_that_begins_a_line_of_a_paragraph_is_no_item():
    assert blocks("It was built in\n1914. It still works.\n") == [
        ("paragraph", 0, "It was built in\n1914. It still works.")
    ]


def test_terms_stand_with_what_they_mean():
    assert [said for _, _, said in blocks("Depth:: nine metres\nWidth::\n  six metres\n")] == [
        "- Depth: nine metres",
        "- Width:\n  six metres",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("A *wide* and _deep_ `lock_1` of **Mar**row.", "A wide and deep `lock_1` of Marrow."),
        ("2 * 3 * 4, snake_case_name.", "2 * 3 * 4, snake_case_name."),
        ("See <<start,the start>> and xref:b.adoc#x[the rest].", "See the start and the rest."),
        ("The link:https://e.org/x[plan^], https://e.org[site,window=_blank], https://e.org/y[].", "The plan, site, https://e.org/y."),
        ("Press kbd:[Ctrl+C], then menu:File[Save].", "Press Ctrl+C, then File > Save."),
        ("A ((lock)), (((lock, gate)))not a bridge.", "A lock, not a bridge."),
        ("{unknown} and \\{escaped} and {nbsp}|", "{unknown} and {escaped} and |"),
        ("Literal `+{name}+` and pass:[<b>] stay.", "Literal `{name}` and <b> stay."),
        ("First +\nsecond.", "First\nsecond."),
        ('"`Quoted`" and [.lead]#marked#.', "“Quoted” and marked."),
    ],
)  # fmt: skip
def test_words_lose_their_markup(line, said):
    assert [each for _, _, each in blocks(line)] == [said]


def test_attributes_are_said_where_they_are_named_and_are_no_text():
    assert [said for _, _, said in blocks("= Lock\n:lock: Quay *Lock*\n\nThe {lock}.\n\n:lock!:\n\nThe {lock}.\n")] == [
        "# Lock",
        "The Quay Lock.",
        "The {lock}.",
    ]


def test_footnotes_stand_at_the_end():
    assert [said for _, _, said in blocks("Old.footnote:[Built in *1904*.] New.\n")] == [
        "Old. [1] New.",
        "[1] Built in 1904.",
    ]


def test_admonitions_and_quotations_are_told_from_the_rest():
    text = "NOTE: Heavy.\n\n[WARNING]\n====\nNever both.\n====\n\n____\nWater first.\n____\n\nPlain.\n"
    assert [(kind, said) for kind, _, said in blocks(text)] == [
        ("paragraph", "NOTE: Heavy."),
        ("paragraph", "WARNING:\nNever both."),
        ("quote", "> Water first."),
        ("paragraph", "Plain."),
    ]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("// Not this.", ("comment", "Not this.")),
        ("////\nNot\nthis.\n////", ("comment", "Not this.")),
        ("include::parts/b.adoc[]", ("included from elsewhere", "parts/b.adoc")),
        ("ifdef::print[]\nNot this.\nendif::[]", ("left out by a condition", "Not this.")),
        ("ifdef::print[Not this.]", ("left out by a condition", "Not this.")),
    ],
)
def test_what_is_not_text_is_left_out_and_counted(text, left):
    assert gone(f"= Fees\n\nSeen.\n\n{text}\n\nSeen too.\n") == [left]
    assert [said for _, _, said in blocks(f"= Fees\n\nSeen.\n\n{text}\n\nSeen too.\n")][1:] == ["Seen.", "Seen too."]


def test_a_condition_that_is_met_hides_nothing():
    text = ":print:\n\nifdef::print[]\nSeen.\nendif::[]\nifndef::print[]\nHidden.\nendif::[]\n"
    assert [said for _, _, said in blocks(text)] == ["Seen."]


def test_the_lines_of_authors_are_no_text_and_the_first_sentence_is():
    assert gone("= Lock\nAnna Lind <anna@example.org>\nv1.2, 2026-05-01\n\nText.\n") == [
        ("author and revision", "Anna Lind <anna@example.org>"),
        ("author and revision", "v1.2, 2026-05-01"),
    ]
    assert gone("= Lock\nThe lock is nine metres deep.\n") == []


def test_comments_in_code_are_code():
    assert "// code" in read("----\n// code\n----\n").text


@pytest.mark.parametrize(
    "line", ["----", "====", "|===", "////", "```", "____", "* a", "ifdef::x[]", "[quote]", ". +", "`a", "<<a,"]
)
def test_what_is_never_closed_costs_work_in_proportion_to_its_length(line, monkeypatch):
    asked = []
    end_of = asciidoc._Reading._end_of
    monkeypatch.setattr(asciidoc._Reading, "_end_of", lambda self, *each: asked.append(each) or end_of(self, *each))
    text = "Seen.\n\n" + "".join(
        f"{line}\n" if number % 3 else f"{line}{'=' if line == '====' else ''}\n\n" for number in range(3001)
    )
    try:
        assert read(text).text.startswith("Seen.")
    except SourceError:
        pytest.fail("the first paragraph is there")
    assert len(asked) <= 3001
