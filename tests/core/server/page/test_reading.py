from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from steep.server.page.reading import leaf
from steep.server.page.signs import quoted
from steep.values import Block, Document, Passage, derived_blocks


def document(text, **more):
    return Document(path="a.md", text=text, title="A", blocks=derived_blocks(text), **more)


def runs_of(laid):
    for piece in laid.pieces:
        yield from piece.runs
        for _, row in piece.rows:
            for cell in row:
                yield from cell


TABLE = "# Prices\n\n| Ship | Built |\n| --- | --- |\n| Gull | 1998 |\n| Tern | 2011 |\n\nAll in euros.\n"


def test_a_table_is_laid_out_with_its_header_and_the_marked_cell():
    start = TABLE.index("1998")
    laid = leaf(document(TABLE), (), marked=(start, start + 4))
    (table,) = [piece for piece in laid.pieces if piece.kind == "table"]
    assert [header for header, _ in table.rows] == [True, False, False]
    assert [run.text for run in runs_of(laid) if run.marked] == ["1998"]
    assert laid.found


def test_words_that_stand_in_no_block_are_shown_all_the_same():
    laid = leaf(
        Document(path="a.txt", text="one\n\ntwo", title="", blocks=(Block(kind="paragraph", start=5, end=8),)), ()
    )
    assert [run.text.strip() for run in runs_of(laid)] == ["one", "two"]


def test_pages_sheets_and_slides_are_named_where_they_begin():
    text = "First.\n\nSecond.\n"
    for path, name in (("a.pdf", "Page 2"), ("a.xlsx", "Sheet 2"), ("a.pptx", "Slide 2")):
        made = Document(path=path, text=text, title="", blocks=derived_blocks(text), pages=(0, 8))
        assert [piece.page for piece in leaf(made, ()).pieces][1] == name


def test_a_long_document_opens_at_the_part_with_the_words():
    text = "\n\n".join(f"Paragraph {number} " + "words " * 300 for number in range(60))
    start = text.index("Paragraph 55")
    laid = leaf(document(text), (), marked=(start, start + 12))
    assert 1 < laid.part == laid.parts
    assert laid.found
    assert sum(len(run.text) for run in runs_of(laid)) <= 40_000
    assert leaf(document(text), (), part=99).part == laid.parts
    assert leaf(document(text), (), part=-3).part == 1


@given(st.text(alphabet="ab |-#\n*>`", max_size=200), st.integers(0, 200), st.integers(0, 200))
def test_marked_runs_are_the_words_of_the_span_and_every_word_is_shown_once(text, one, other):
    start, end = min(one, other), min(max(one, other), len(text))
    passage = Passage(document="d", version="v", path="a.md", title="A", start=start, end=end, text=text[start:end])
    laid = leaf(document(text), (passage,), marked=(start, end))
    shown = "".join(run.text for run in runs_of(laid))
    letters = [character for character in text if character in "ab"]
    assert [character for character in shown if character in "ab"] == letters
    marked = "".join(run.text for run in runs_of(laid) if run.marked)
    assert [c for c in marked if c in "ab"] == [c for c in text[start:end] if c in "ab"]
    assert sum(run.first for run in runs_of(laid)) == (1 if marked else 0)


SIGNS = "Be **very _kind_** to `**all**`, see [the *rates*](a/b.md) \\*now\\* and snake_case_names, 2 * 3 * 4. {#why}\n"


def test_the_signs_of_markdown_are_shown_as_what_they_mean():
    runs = list(runs_of(leaf(document(SIGNS), ())))
    shown = "".join(run.text for run in runs)
    assert shown.strip() == "Be very kind to **all**, see the rates *now* and snake_case_names, 2 * 3 * 4."
    styled = [(run.style, run.text) for run in runs if run.style]
    assert styled == [("strong", "very "), ("em", "kind"), ("code", "**all**"), ("em", "rates")]


def test_signs_are_those_of_markdown_alone_and_code_is_shown_as_it_is():
    text = "Be **kind**.\n"
    plain = Document(path="a.txt", text=text, title="", blocks=derived_blocks(text))
    assert "".join(run.text for run in runs_of(leaf(plain, ()))).strip() == text.strip()
    fenced = "```\nx = y**2 * z**2\n```\n"
    code = Document(path="a.md", text=fenced, title="", blocks=(Block(kind="code", start=4, end=19),))
    assert "y**2 * z**2" in "".join(run.text for run in runs_of(leaf(code, ())))


def test_cited_words_that_begin_with_a_sign_carry_the_anchor_at_their_first_letter():
    text = "First. **Never** in anger.\n"
    start = text.index("**")
    passage = Passage(document="d", version="v", path="a.md", title="", start=start, end=start + 9, text="**Never**")
    runs = list(runs_of(leaf(document(text), (passage,), marked=(start, start + 9))))
    assert [run.text for run in runs if run.marked] == ["Never"]
    assert [run.text for run in runs if run.first] == ["Never"]
    assert [run.passage for run in runs if run.passage] == [1], "where a passage begins is said, sign or not"


def test_a_quote_is_read_in_lines_as_wide_as_the_page():
    text = "## How\n\nIt should still be [fast](#fast)\nand **kind**:\n\n- one\n- two\n\n| a | b |\n| - | - |\n"
    piece = Passage(document="d", version="v", path="a.md", title="", start=0, end=len(text), text=text)
    assert quoted(piece) == "How\n\nIt should still be fast and kind:\n\n- one\n- two\n\n| a | b |\n| - | - |\n"
    assert quoted(replace(piece, path="a.py")) == text
