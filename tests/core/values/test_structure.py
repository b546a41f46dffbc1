"""Blocks become tables and lists in one place, whoever asks, and whoever made the passage."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.values import Block, Document, Passage, blocks_in, derived_blocks, lists_of, row_cells, row_runs, tables_of
from steep_plugins.readers.markdown_blocks import markdown_blocks
from steep_plugins.splitters.sentences import SentenceSplitter

TOOLS = "| Tool | Shelf |\n| --- | --- |\n" + "".join(f"| Wrench {n} | Row {n} |\n" for n in range(40))
STEPS = "Do this:\n\n" + "".join(f"{n}. Turn the red key number {n} to the left.\n" for n in range(1, 31))


def split(text, words=40):
    document = Document(path="a.md", text=text, title="A", blocks=markdown_blocks(text))
    return SentenceSplitter(words=words, overlap=1).split(document)


def shown(text, tables):
    return [(table.heads, [[text[slice(*cell)] for cell in row] for row in table.rows]) for table in tables]


def items(text, blocks):
    return [[text[item.start : item.end] for item in each.items] for each in lists_of(text, blocks)]


def test_rows_of_a_later_passage_have_the_header_of_the_first():
    for passage in split(TOOLS):
        (table,) = tables_of(passage.text, blocks_in(passage), lead=passage.lead, resumes=passage.resumes)
        assert table.heads == ("Tool", "Shelf")
        assert all(passage.text[slice(*row[0])].startswith("Wrench") for row in table.rows)
        assert bool(table.header) is not passage.resumes


def test_a_cut_list_or_table_says_on_which_side_it_goes_on():
    for text in (TOOLS, STEPS):
        found = split(text)
        assert len(found) > 3
        assert [passage.resumes for passage in found] == [False] + [True] * (len(found) - 1)
        assert [passage.continues for passage in found] == [True] * (len(found) - 1) + [False]
    whole = split(TOOLS, words=2000)
    assert (whole[0].resumes, whole[0].continues) == (False, False)


def test_what_stands_side_by_side_cuts_nothing():
    sentence = "Words that stand before the list and take a whole passage for themselves. "
    found = split(f"{sentence * 3}\n\n- one key\n- two keys\n\n{sentence * 3}")
    assert not any(passage.resumes or passage.continues for passage in found)


@pytest.mark.parametrize("text", ["- a\n- b", "| a | b |\n|---|---|\n| c | d |", "# Head\n\nWords.\n\n> said", STEPS])
def test_a_passage_that_came_without_blocks_is_read_as_one_that_has_them(text):
    made = Passage(document="d", version="v", path="p", title="t", start=0, end=len(text), text=text)
    kinds = [(block.kind, block.start, block.end, block.level) for block in markdown_blocks(text)]
    assert [(block.kind, block.start, block.end, block.level) for block in blocks_in(made)] == kinds


def test_a_row_that_the_edge_of_a_passage_cuts_is_no_row():
    text = "| a | b |"
    block = Block(kind="row", start=10, end=30, level=2)
    passage = Passage(
        document="d", version="v", path="p", title="t", start=21, end=30, text=text, blocks=(block,), resumes=True
    )
    assert tables_of(text, blocks_in(passage), lead="| X | Y |", resumes=True) == ()


def test_rows_too_short_or_too_long_for_their_header_are_filled_and_cut():
    text = "| a | b |\n|---|---|\n| c |\n| d | e | f |"
    assert shown(text, tables_of(text, markdown_blocks(text))) == [(("a", "b"), [["c", ""], ["d", "e"]])]


def test_rows_whose_header_is_not_known_have_none():
    text = "| c | d |\n| e | f |"
    blocks = tuple(Block(kind="row", start=start, end=start + 9, level=2) for start in (0, 10))
    assert shown(text, tables_of(text, blocks)) == [((), [["c", "d"], ["e", "f"]])]
    assert shown(text, tables_of(text, blocks, lead="Bring these:", resumes=True)) == [((), [["c", "d"], ["e", "f"]])]


def test_code_that_is_indented_below_an_item_belongs_to_it():
    text = "1. Run\n\n   ```\n   make\n   ```\n\n2. Wait\n"
    assert [len(each) for each in items(text, markdown_blocks(text))] == [2]
    text = "1. Run\n\n```\nmake\n```\n\n2. Wait\n"
    assert [len(each) for each in items(text, markdown_blocks(text))] == [1, 1]


def test_a_table_ends_where_another_header_or_a_blank_line_stands():
    text = f"{TOOLS}\n{TOOLS}"
    assert [len(run) for run in row_runs(text, markdown_blocks(text))] == [41, 41]


@given(st.text(st.sampled_from("ab1. -*|\n#>`"), max_size=80))
def test_derived_blocks_stand_in_order_and_hold_every_word(text):
    blocks = derived_blocks(text)
    assert all(0 <= block.start < block.end <= len(text) for block in blocks)
    assert all(one.end <= other.start for one, other in itertools.pairwise(blocks))
    held = {at for block in blocks for at in range(block.start, block.end)}
    assert all(at in held for at, character in enumerate(text) if character in "ab1")


@pytest.mark.parametrize(
    ("row", "cells"),
    [("| `a|b` | c |", ["`a|b`", "c"]), (r"| a \| b | c |", [r"a \| b", "c"]), ("| ` | c |", ["`", "c"])],
)
def test_a_bar_that_is_escaped_or_stands_in_code_parts_no_cells(row, cells):
    assert [row[start:end] for start, end in row_cells(row, 0, len(row))] == cells
