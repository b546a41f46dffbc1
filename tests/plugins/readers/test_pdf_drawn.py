"""What a PDF page draws: lines through words and around tables, raised figures, and gaps that part no cells."""

import runpy
from pathlib import Path

import pytest

from steep.kinds import Source
from steep_plugins.readers.pdf import PdfReader

pytest.importorskip("reportlab", reason="reportlab makes the samples")
SAMPLES = runpy.run_path(str(Path(__file__).with_name("samples.py")))
PROSE = "Boats above the usual length moor at the outer quay and pay by the night there."


def read(*pages):
    return PdfReader().read(Source(path="a.pdf", data=SAMPLES["drawn_pdf"](*pages)))


def gone(document):
    return [(each.reason, each.text) for each in document.left_out]


def words(canvas, before, middle, after, *, y=700):
    """Words on a line, of which those in the middle have these left and right ends."""
    left = 72 + canvas.stringWidth(f"{before} ")
    canvas.drawString(72, y, " ".join(filter(None, (before, middle, after))))
    return left, left + canvas.stringWidth(middle)


def by_line(canvas, left, right, y):
    canvas.setLineWidth(0.7)
    canvas.line(left, y, right, y)


def by_box(canvas, left, right, y):
    canvas.rect(left, y - 0.4, right - left, 0.8, stroke=0, fill=1)


@pytest.mark.parametrize("strike", [by_line, by_box])
def test_words_with_a_line_through_them_are_left_out_and_counted(strike):
    def draw(canvas):
        canvas.drawString(72, 730, PROSE)
        left, right = words(canvas, "The fee is", "forty or fifty", "euros a night now.")
        strike(canvas, left, right, 703)
        left, right = words(canvas, "", "All of this line.", "", y=670)
        strike(canvas, left - canvas.stringWidth(" "), right, 673)

    document = read(draw)
    assert document.text.replace("\n\n", " ") == f"{PROSE} The fee is euros a night now."
    assert gone(document) == [("struck out", "forty or fifty"), ("struck out", "All of this line.")]


def underlined(canvas, left, right):
    by_line(canvas, left, right, 698.5)


def overlined(canvas, left, right):
    by_line(canvas, left, right, 709)


def on_a_bar(canvas, left, right):
    canvas.setLineWidth(12)
    canvas.setStrokeColor("yellow")
    canvas.line(left, 703, right, 703)
    words(canvas, "The fee is", "forty or fifty", "euros a night now.")


def in_a_frame(canvas, left, right):
    canvas.rect(left, 703, right - left, 60)


def across_the_page(canvas, left, right):
    by_line(canvas, 20, 550, 703)


def beside(canvas, left, right):
    by_line(canvas, right + 2, right + 3, 703)


@pytest.mark.parametrize("line", [underlined, overlined, on_a_bar, in_a_frame, across_the_page, beside])
def test_other_lines_strike_nothing_out(line):
    def draw(canvas):
        left, right = words(canvas, "The fee is", "forty or fifty", "euros a night now.")
        line(canvas, left, right)

    document = read(draw)
    assert "forty or fifty" in document.text
    assert gone(document) == []


def ruled(canvas, top, rows, columns, *, closed=True, merged=()):
    """A table of cells 20 points high that lines are drawn around; its outer sides are closed or open."""
    bottom = top - 20 * len(rows)
    for number in range(len(rows) + 1):
        canvas.line(columns[0], top - 20 * number, columns[-1], top - 20 * number)
    for number, side in enumerate(columns):
        if closed or 0 < number < len(columns) - 1:
            for row in range(len(rows)):
                if row not in merged or number in (0, len(columns) - 1):
                    canvas.line(side, top - 20 * row, side, top - 20 * row - 20)
    for row, cells in enumerate(rows):
        for left, said in zip(columns, cells, strict=False):
            canvas.drawString(left + 3, top - 20 * row - 15, said)
    return bottom


FIRST = [("Boat", "Length", "Fee"), ("Heron", "12", "30"), ("Swan", "9", "20")]
OTHER = [("Place", "Depth"), ("Quay 5", "9 m"), ("Quay 6", "7 m")]


@pytest.mark.parametrize("closed", [True, False])
def test_tables_of_like_width_below_each_other_stay_apart_with_what_stands_between(closed):
    def draw(canvas):
        bottom = ruled(canvas, 700, FIRST, (72, 200, 300, 450), closed=closed)
        canvas.drawString(75, bottom - 14, "Between.")
        ruled(canvas, bottom - 20, OTHER, (72, 250, 450), closed=closed)

    assert read(draw).text == (
        "| Boat | Length | Fee |\n| --- | --- | --- |\n| Heron | 12 | 30 |\n| Swan | 9 | 20 |\n\nBetween.\n\n"
        "| Place | Depth |\n| --- | --- |\n| Quay 5 | 9 m |\n| Quay 6 | 7 m |"
    )


def test_closed_tables_stay_apart_though_their_columns_are_the_same():
    def draw(canvas):
        bottom = ruled(canvas, 700, FIRST, (72, 200, 300, 450))
        canvas.drawString(75, bottom - 14, "Between.")
        ruled(canvas, bottom - 20, FIRST, (72, 200, 300, 450))

    table = "| Boat | Length | Fee |\n| --- | --- | --- |\n| Heron | 12 | 30 |\n| Swan | 9 | 20 |"
    assert read(draw).text == f"{table}\n\nBetween.\n\n{table}"


def test_a_row_that_spans_an_open_table_leaves_it_one():
    rows = [*FIRST, ("Closed in winter",), ("Tern", "7", "10")]
    text = read(lambda canvas: ruled(canvas, 700, rows, (72, 200, 300, 450), closed=False, merged=(3,))).text
    assert text.split("\n")[-2:] == ["| Closed in winter | Closed in winter | Closed in winter |", "| Tern | 7 | 10 |"]


def setting(*pieces, size=11.0):
    """A line of words, each with how high it is raised and the share of the size it is set in."""

    def draw(canvas):
        canvas.drawString(72, 730, PROSE)
        text = canvas.beginText(72, 700)
        for said, rise, share in pieces:
            text.setFont("Helvetica", size * share)
            text.setRise(rise)
            text.textOut(said)
        canvas.drawText(text)

    return read(draw).text.removeprefix(PROSE).strip()


HIGH = (4.0, 0.6)


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ([("Nine metres deep", 0, 1), ("1", *HIGH), (" at the mole.", 0, 1)], "Nine metres deep [1] at the mole."),
        ([("As they say.", 0, 1), ("12,13", *HIGH)], "As they say. [12,13]"),
        ([("Berths of 80 m", 0, 1), ("2", *HIGH), (" are free.", 0, 1)], "Berths of 80 m² are free."),
        ([("It holds 10", 0, 1), ("3", *HIGH), (" tons.", 0, 1)], "It holds 10³ tons."),
        ([("1", *HIGH), ("Measured at low water.", 0, 1)], "1 Measured at low water."),
        ([("Up to ", 0, 1), ("3", *HIGH), (" quarters of it.", 0, 1)], "Up to 3 quarters of it."),
        ([("The water", 0, 1), ("2", -2.0, 0.6), (" is deep.", 0, 1)], "The water2 is deep."),
        ([("Deep water", 0, 1), ("iv", *HIGH), (" is here.", 0, 1)], "Deep water [iv] is here."),
        ([("Deep water", 0, 1), ("*", *HIGH), (" is here.", 0, 1)], "Deep water [*] is here."),
        ([("The ab", 0, 1), ("x", *HIGH), (" is here.", 0, 1)], "The abx is here."),
        ([("The place", 0, 1), ("2", *HIGH), ("nd", *HIGH), (" from here.", 0, 1)], "The place2nd from here."),
        ([("The quay", 0, 1), ("5", 4.0, 1), (" is free.", 0, 1)], "The quay5 is free."),
    ],
)
def test_raised_figures_are_marks_behind_words_and_powers_behind_units(pieces, said):
    assert setting(*pieces) == said


@pytest.mark.parametrize("line", [("i", "See the survey."), ("††", "See the survey."), ("On line two. A", ".")])
def test_a_gap_in_a_line_alone_makes_no_table(line):
    def draw(canvas):
        canvas.drawString(72, 730, PROSE)
        canvas.drawString(72, 700, line[0])
        canvas.drawString(90 + canvas.stringWidth(line[0]), 700, line[1])

    document = read(draw)
    assert document.text.endswith(" ".join(line))
    assert {block.kind for block in document.blocks} == {"paragraph"}


def test_a_gap_in_a_line_alone_parts_cells_of_words():
    def draw(canvas):
        canvas.drawString(72, 730, PROSE)
        canvas.drawString(72, 700, "Fee")
        canvas.drawString(200, 700, "30 euros")

    assert read(draw).text.endswith("| Fee | 30 euros |")


def test_words_that_stand_level_with_two_tables_are_said_once():
    def draw(canvas):
        for x, y, words in (
            (72, 616, "Verbose"), (152, 630, "Hide"), (152, 616, "progress"), (232, 616, "extra info"),
            (310, 630, "Write"), (310, 616, "output"), (390, 616, "Timeout"), (73, 598, "-v"), (152, 598, "-s"),
            (232, 598, "-w"), (310, 598, "-O"), (390, 598, "-m"), (73, 580, "--trace"), (310, 580, "-o"),
        ):  # fmt: skip
            canvas.drawString(x, y, words)

    text = read(draw).text
    assert all(text.count(word) == 1 for word in ("Verbose", "progress", "output", "Timeout", "-trace"))
