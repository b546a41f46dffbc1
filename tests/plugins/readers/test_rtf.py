"""The reader `rtf`: what is said, where, and what of it is seen."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.errors import SourceError
from steep.kinds import Source
from steep_plugins.readers.rtf import RtfReader

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}{\f1\fcharset204 Arial Cyr;}}"
    r"{\colortbl;\red255\green255\blue255;\red0\green0\blue128;}"
    r"{\stylesheet{\s0 Normal;}{\s1 heading 1;}{\s2\outlinelevel1 Unterkapitel;}}"
)


def read(body):
    return RtfReader().read(Source(path="a.rtf", data=(HEAD + body + "}").encode("latin-1")))


def said(body):
    return read(r"\pard " + body + r"\par").text


def rows(body):
    document = read(body)
    return [document.text[block.start : block.end] for block in document.blocks if block.kind == "row"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"10{\super 3} kg", "10³ kg"),
        (r"Geb\'fchr \u8364? 5", "Gebühr € 5"),
        (r"{\uc2\u8364 ab}cd", "€cd"),
        (r"{\f1\'ec\'e8\'f0}", "мир"),
        (r"\u-10179?\u-8704?", "\U0001f600"),
        (r"a\~b\_c\-d \{e\}", "a\u00a0b-cd {e}"),
        (r"{\field{\*\fldinst HYPERLINK \\x}{\fldrslt words of it}}", "words of it"),
        (r"said{\footnote More of it.} on", "said [More of it.] on"),
        (r"{\*\unknown nothing}{\pict 8950}{\xe entry}seen", "seen"),
        (r"{\shp{\*\shpinst{\sp{\sn n}{\sv v}}{\shptxt In a box.}}}", "In a box."),
        (r"one\line two", "one\ntwo"),
        (r"\bin3 {{{after", "after"),
        (r"a < b & c", "a < b & c"),
    ],
)
def test_words_are_said_as_they_are_shown(body, text):
    assert said(body).replace("\u00a0", " ") == text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    "hidden",
    [
        r"{\v X}",
        r"\v X\v0 ",
        r"{\cf1 X}",
        r"{\fs2 X}",
        r"{\cf2\highlight2 X}",
        r"{\b\v X}",
    ],
)
def test_no_way_of_hiding_words_makes_them_text(hidden):
    document = read(r"\pard Seen." + hidden + r"\par")
    assert document.text == "Seen."
    assert [(each.reason, each.text) for each in document.left_out] == [("hidden", "X")]


@pytest.mark.parametrize("shown", [r"{\v0 X}", r"{\cf1\highlight2 X}", r"\cbpat2{\cf1 X}", r"{\fs12 X}"])
def test_what_is_seen_after_all_is_text(shown):
    assert said(shown) == "X"


def test_headers_comments_and_what_was_deleted_are_counted():
    document = read(r"{\header Page of}\pard Seen.{\*\annotation Check it}{\deleted Old.}\par")
    assert document.text == "Seen."
    assert {(each.reason, each.text) for each in document.left_out} == {
        ("header or footer", "Page of"),
        ("comment", "Check it"),
        ("struck out", "Old."),
    }


def test_headings_are_told_by_their_style_and_lists_by_their_marks():
    document = read(
        r"\pard\s1 Fees\par\pard\s2 Boats\par\pard Words.\par"
        r"{\listtext 1.\tab}First\par{\pard\listtext 2.\tab}Second\par\pard\ilvl1{\listtext\'b7\tab}Within\par"
    )
    assert document.text == "# Fees\n\n## Boats\n\nWords.\n\n1. First\n2. Second\n  - Within"


def test_merged_cells_are_filled_and_the_lines_of_a_header_joined():
    first = r"\trowd\clvmgf\cellx1000\cellx3000\intbl Boat\cell Price\cell\row"
    second = r"\trowd\clvmrg\cellx1000\cellx2000\cellx3000\intbl\cell Day\cell Week\cell\row"
    third = r"\trowd\cellx1000\cellx2000\cellx3000\intbl Large\cell 75|x\par two lines\cell 400\cell\row"
    assert rows(first + second + third + r"\pard After.\par") == [
        "| Boat | Price Day | Price Week |",
        r"| Large | 75\|x two lines | 400 |",
    ]


def test_cells_without_edges_still_make_rows():
    assert rows(r"\intbl a\cell b\cell\row\intbl c\cell d\cell\row") == ["| a | b |", "| c | d |"]


@given(st.lists(st.sampled_from(["{", "}", r"\par ", r"\cell", r"\row", r"\trowd", r"\cellx9", r"\v ", r"{\footnote ",
                                 r"\u8364?", r"\'e9", r"\*", "{\\title ", "word "]), max_size=60))  # fmt: skip
def test_broken_groups_are_read_or_refused(pieces):
    with contextlib.suppress(SourceError):  # nothing is left to read
        assert read("".join(pieces)).text.strip()


def test_paragraphs_whose_letters_are_of_one_width_are_code():
    fonts = r"{\rtf1\ansi{\fonttbl{\f0 Arial;}{\f1\fmodern Pitch;}{\f2 Courier New;}}"
    lines = r"\pard\f1 if x:{\*\annotation \f0 Why?}\line   go()\par{\f2   stop()}\par"
    body = (
        rf"\pard\f0 Type it.{{\*\annotation \f0 Why?}}\par{lines}\pard\f0 Call {{\f1 go()}} then.\par And so on.\par}}"
    )
    document = RtfReader().read(Source(path="a.rtf", data=(fonts + body).encode("latin-1")))
    assert document.text == "Type it.\n\n```\nif x:\n  go()\n  stop()\n```\n\nCall go() then.\n\nAnd so on."


def test_a_letter_typed_in_one_width_is_no_code():
    typed = r"{\rtf1\ansi{\fonttbl{\f0\fmodern Courier;}}\pard\f0 Dear Bo,\par it rains.\par}"
    assert RtfReader().read(Source(path="a.rtf", data=typed.encode())).text == "Dear Bo,\n\nit rains."


def test_markers_that_are_typed_before_lines_that_hang_make_items():
    item = r"{{\pard \ql \li{} \fi-360 {}\tx360\tab {}\par}}"
    listed = item.format(360, "1.", "Close") + item.format(360, "2.", "Fill") + item.format(720, r"\endash ", "slowly")
    document = read(r"\pard See:\par" + listed + r"\pard \bullet  stands for itself.\par")
    assert document.text == "See:\n\n1. Close\n2. Fill\n  - slowly\n\n• stands for itself."


STYLES = (
    r"{\rtf1\ansi{\stylesheet{Normal;}"
    r"{\s1\outlinelevel0\li300 Top;}{\s2\sbasedon0\li567 Quotations;}{\s3\sbasedon2 Motto;}"
    r"{\s4 Block Text;}{\s5 toc 1;}{\s6 Contents Heading;}{\s7\sbasedon8 Round;}{\s8\sbasedon7 About;}{\*\cs9 Quote;}}"
)


def styled(body):
    return RtfReader().read(Source(path="a.rtf", data=(STYLES + body + "}").encode("latin-1")))


def test_what_groups_beside_the_words_say_of_paragraphs_is_not_said_of_theirs():
    marker, note = r"{\listtext\pard\plain \tab}", r"{\footnote \pard\plain \s4 Or so.\par}"
    assert styled(rf"\pard\s1{marker}Depths\par").text == "# Depths"
    assert styled(rf"\pard\s1 Depths{note}\par\pard Deep.\par").text == "# Depths [Or so.]\n\nDeep."
    assert styled(r"\pard Deep.{\footnote {\listtext 1.\tab}Or so.}\par").text == "Deep. [1. Or so.]"


def test_paragraphs_are_quotations_by_the_names_of_their_styles_or_of_those_they_rest_on():
    body = r"\pard\s2 Water first.\par\pard\s3 Then wine.\par\pard\s4 Then bed.\par\pard\s7 So.\par{\cs9 On.}\par"
    assert styled(body).text == "> Water first.\n\n> Then wine.\n\n> Then bed.\n\nSo.\n\nOn."


def test_a_table_of_contents_is_left_out_and_counted():
    document = styled(r"\pard\s6 Contents\par\pard\s5 Fees\tab 1\par\pard\s1 Fees\par Pay.\par")
    assert document.text == "# Fees\n\n# Pay."
    assert [(each.reason, each.text) for each in document.left_out] == [
        ("table of contents", "Contents"),
        ("table of contents", "Fees 1"),
    ]


BOX = (
    r"{{\shp{{\*\shpinst{{\sp{{\sn n}}{{\sv v}}}}{{\shptxt \pard {}\par}}}}"
    r"{{\shprslt{{\*\do{{\dptxbxtext Again.\par}}}}}}}}"
)


def test_a_box_follows_the_paragraph_that_it_hangs_on():
    inner = r"{\listtext -\tab}Rope\par {\listtext -\tab}Buoy"
    assert styled(rf"\pard\s1 Be{BOX.format('Fore.')}fore\par\pard After.\par").text == "# Before\n\nFore.\n\nAfter."
    assert styled(rf"\pard {BOX.format(inner)}On board.\par").text == "On board.\n\n- Rope\n- Buoy"
    assert styled(r"\pard\s1 Depths{\*\do{\dptxbxtext Nine.\par}}\par").text == "# Depths\n\nNine."
    assert styled(r"{\*\do\dpx1{\dptxbxtext Old box.\par}}\pard On board.\par").text == "On board.\n\nOld box."
    assert styled(r"\pard Last." + BOX.format("Open").rstrip("}")).text == "Last.\n\nOpen"
    unclosed = STYLES + r"\pard Last.}\*\do\dptxbxtext Open"
    assert RtfReader().read(Source(path="a.rtf", data=unclosed.encode())).text == "Last.\n\nOpen"


def test_a_box_alone_follows_the_table_before_it():
    row = r"\trowd\cellx1000\cellx2000\pard\intbl a\cell b\cell\row"
    assert styled(row * 2 + r"\pard" + BOX.format("Box.") + r"\par").text.endswith("| a | b |\n\nBox.")


def test_a_box_in_a_cell_stands_in_it():
    row = r"\trowd\cellx1000\cellx2000\pard\intbl {}\cell {}\cell\row"
    body = row.format("Boat", "Fee") + row.format("Heron" + BOX.format("Small"), "30") + row.format("Swan", "40")
    cells = styled(body + r"\pard On.\par").text.split("\n")
    assert cells == ["| Boat | Fee |", "| --- | --- |", "| Heron Small | 30 |", "| Swan | 40 |", "", "On."]


def test_a_header_is_no_text_wherever_it_is_defined():
    defined = (
        r"{\*\pgdsctbl{\pgdsc0{\header\pard Page {\field{\*\fldinst PAGE}{\fldrslt 1}}" + BOX.format("Box") + r"\par}}}"
    )
    row = r"{\header\trowd\cellx1000\pard\intbl Of\cell boats\cell\row}"
    document = styled(defined + rf"\pard Seen.{row} Too.\par")
    assert document.text == "Seen. Too."
    assert [each.text for each in document.left_out] == ["Of boats"]
    document = styled(r"{\header Page" + BOX.format(" in a box") + r"\par}\pard Seen.\par")
    assert (document.text, [each.text for each in document.left_out]) == ("Seen.", ["Page in a box"])


def test_a_table_in_a_cell_is_said_on_one_line_and_leaves_the_outer_one_as_it_is():
    end = r"{{\*\nesttableprops\trowd\cellx100\cellx200\cellx300\nestrow}}{{\nonesttables\par}}"
    inner = r"\pard\intbl\itap2 {}\nestcell {}\nestcell" + end
    nested = inner.format("Depth", "9 m") + inner.format("Length", "80 m")
    row = r"\trowd\cellx1000\cellx2000\pard\intbl {}\cell {}\cell\row"
    body = row.format("Quay", "Details") + row.format("Five", nested + r"\pard\intbl ") + row.format("Six", "None")
    assert styled(body + r"\pard On.\par").text.split("\n")[2:4] == [
        "| Five | Depth, 9 m; Length, 80 m |",
        "| Six | None |",
    ]


def test_items_in_a_cell_keep_each_its_marker():
    row = r"\trowd\cellx1000\cellx2000\pard\intbl {}\cell {}\cell\row"
    items = r"{\listtext 1.\tab}Cast off\par {\listtext 2.\tab}Turn"
    body = row.format("Do", "So") + row.format("Leave", items) + row.format("Stay", "-")
    assert "| Leave | 1. Cast off 2. Turn |" in styled(body + r"\pard On.\par").text


def test_what_stands_below_an_item_as_far_in_goes_on_with_it():
    item = r"\pard{\listtext 1.\tab}\li680\fi-340 Turn.\par"
    below = r"\pard\li{}\fi0 Slowly.\par"
    assert styled(item + below.format(680)).text == "1. Turn.\n  Slowly."
    assert styled(item + below.format(680) * 2).text == "1. Turn.\n  Slowly.\n  Slowly."
    assert styled(item + below.format(340)).text == "1. Turn.\n\nSlowly."
    assert styled(item + r"\pard\li680\fi-340 Slowly.\par").text == "1. Turn.\n\nSlowly."
    assert styled(item + r"\pard On.\par" + below.format(680)).text == "1. Turn.\n\nOn.\n\nSlowly."
    assert styled(r"\pard{\listtext 1.\tab}Turn.\par\pard Slowly.\par").text == "1. Turn.\n\nSlowly."


def mathematics(inner):
    return r"{\mmath {\*\moMath " + inner + r"}{\mmathPict {\*\shppict{\pict 89}}}}"


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        (r"{\mf {\mfPr{\mctrlPr\i}}{\mnum {\mr a}{\mr +}{\mr b}}{\mden {\mr\fs24 2}}}", "(a+b)/2"),
        (r"{\msSup {\me {\mr x}}{\msup {\mr 2}}}{\mr \u8722?}{\mr 1}", "x^2\u22121"),
        (r"{\mnary {\mnaryPr {\mchr \u8721\'3f}}{\msub {\mr n}}{\msup {\mr 9}}{\me {\mr n}}}", "∑_n^9 n"),
        (r"{\md {\mdPr {\mbegChr [}{\mendChr ]}}{\me {\mr a < b}}}", "[a < b]"),
        (r"{\mrad {\mdeg }{\me {\mr x}}}", "√(x)"),
        (r"{\msSup\mother {\me {\mr x}}{\msup {\mr 2}}}", "x^2"),
        ("{" * 9999 + r"\mr x" + "}" * 9999, "x"),
    ],
)
def test_equations_are_typed_on_one_line_where_they_stand(inner, said):
    assert styled(rf"\pard Take {mathematics(inner)} of it.\par").text == f"Take {said} of it."


def test_an_equation_alone_is_a_paragraph_and_no_code():
    shown = r"{\mmath {\*\moMathPara {\*\moMath {\mr E=2}}}}"
    body = rf"\pard Take it.\par\pard {shown}\par\pard On.{{\footnote {mathematics('{' + chr(92) + 'mr y}')}}}\par"
    assert styled(body).text == "Take it.\n\nE=2\n\nOn. [y]"
