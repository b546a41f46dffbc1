"""The reader `xlsx`: values as the sheet shows them, and what it shows nobody."""

import datetime
import io

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color

from steep.kinds import Source
from steep_plugins.readers.xlsx import XlsxReader
from steep_plugins.readers.xlsx_values import number_words


def read(write):
    book = openpyxl.Workbook()
    write(book.active)
    file = io.BytesIO()
    book.save(file)
    return XlsxReader().read(Source(path="a.xlsx", data=file.getvalue()))


@pytest.mark.parametrize(
    ("value", "shape", "words"),
    [
        (123, "00000", "00123"),
        (1234567, "00000", "1234567"),
        (70707, "000-00-000", "000-70-707"),
        (7, '"AB-"0000', "AB-0007"),
        (-7, "000", "-007"),
        (1234.5, '#,##0.00 "EUR"', "1234.5 EUR"),
        (1234.5, "[$€-407] #,##0.00", "€ 1234.5"),
        (12, "#,##0.00\\ [$kr-414]", "12 kr"),
        (-5, "#,##0;[Red]-#,##0", "-5"),
        (-5, '"$"#,##0_);\\("$"#,##0\\)', "$-5"),
        (0.075, "0.0%", "7.5%"),
        (2, '0" persons"', "2 persons"),
        (1, r"\1\.0#", "1.1"),
        (42, '"10-"00', "10-42"),
        (2.34567, "0.00", "2.34567"),
        (0.5, "# ?/?", "0.5"),
        (12000, "0.00E+00", "12000"),
        (3, "General", "3"),
        (0.1 + 0.2, "General", "0.3"),
    ],
)
def test_a_number_keeps_what_its_format_puts_around_it(value, shape, words):
    assert number_words(value, shape) == words


def test_a_duration_is_hours_and_minutes():
    def write(sheet):
        sheet.append(["Open", datetime.timedelta(hours=30, minutes=5)])

    assert "30:05" in read(write).text


def white(cell):
    cell.font = Font(color="FFFFFFFF")


def white_of_the_theme(cell):
    cell.font = Font(color=Color(theme=0))


def tiny(cell):
    cell.font = Font(size=1)


def without_shape(cell):
    cell.number_format = ";;;"


def of_its_paper(cell):
    cell.font = Font(color="FF000080")
    cell.fill = PatternFill("solid", fgColor="FF000080")


@pytest.mark.parametrize("hide", [white, white_of_the_theme, tiny, without_shape, of_its_paper])
def test_a_cell_that_nobody_sees_is_left_out_and_counted(hide):
    def write(sheet):
        sheet.append(["Boat", "Fee", "Note"])
        sheet.append(["Large", 75, "X"])
        hide(sheet["C2"])

    document = read(write)
    assert "X" not in document.text
    assert [(each.reason, each.text) for each in document.left_out] == [("hidden", "X")]


def test_white_letters_on_a_dark_cell_are_seen():
    def write(sheet):
        sheet.append(["Boat", "Fee"])
        sheet.append(["Large", 75])
        for cell in sheet[1]:
            white(cell)
            cell.fill = PatternFill("solid", fgColor="FF000080")

    assert "| Boat | Fee |" in read(write).text


def test_zeros_that_a_format_does_not_show_are_not_said():
    def write(sheet):
        sheet.append(["Boat", "Fee"])
        sheet.append(["Large", 0])
        sheet["B2"].number_format = "0;-0;;@"

    assert [each.text for each in read(write).left_out] == ["0"]


def test_a_formula_that_was_never_computed_is_named():
    def write(sheet):
        sheet.append(["Fee", 75])
        sheet.append(["Twice", "=B1*2"])

    document = read(write)
    assert [(each.reason, each.text) for each in document.left_out] == [("formula without a value", "B2 =B1*2")]


def test_text_boxes_of_a_sheet_are_read():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("Fees & more")
    sheet.write(0, 0, "Boat")
    sheet.insert_textbox(3, 1, "Prices hold until May.\nAsk the pilot.")
    book.close()
    document = XlsxReader().read(Source(path="a.xlsx", data=file.getvalue()))
    assert "Prices hold until May.\nAsk the pilot." in document.text


def rows(document):
    return [document.text[block.start : block.end] for block in document.blocks if block.kind == "row"]


def test_cells_on_both_sides_of_hidden_rows_and_columns_are_one_table():
    def write(sheet):
        for row in (("Boat", "Length", "Fee"), ("Heron", 12, 30), ("Swan", 9, 20), ("Tern", 7, 10)):
            sheet.append(row)
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True

    document = read(write)
    assert document.text.endswith("| Boat | Fee |\n| --- | --- |\n| Heron | 30 |\n| Tern | 10 |")
    assert [each.text for each in document.left_out] == ["Length", "12", "Swan", "9", "20", "7"]


@pytest.mark.parametrize(
    ("hidden", "closed"),
    [
        ("B", "| Closed | Closed | all |"),
        ("A", "| Closed | Closed | all |"),
        ("AB", "| Closed | all |"),
        ("", "| Closed | Closed | Closed | all |"),
    ],
)
def test_a_merged_cell_is_as_wide_as_it_is_seen(hidden, closed):
    assert closed in rows(read(lambda sheet: closing(sheet, hidden)))


def test_a_merged_cell_of_which_nothing_is_seen_is_hidden():
    document = read(lambda sheet: closing(sheet, "ABC"))
    assert "Closed" not in document.text
    assert "Closed" in [each.text for each in document.left_out]


def closing(sheet, hidden):
    for row in (("Boat", "Length", "Fee", "Quay"), ("Heron", 12, 30, 2), ("Closed",), ("Swan", 9, 20, 1)):
        sheet.append(row)
    sheet.merge_cells("A3:C3")
    sheet["D3"] = "all"
    for column in hidden:
        sheet.column_dimensions[column].hidden = True


def test_a_merged_cell_is_as_tall_as_it_is_seen():
    def write(sheet):
        for row in (("Boat", "Fee"), ("Heron", 30), (None, 35), (None, 40), ("Swan", 20)):
            sheet.append(row)
        sheet.merge_cells("A2:A4")
        sheet.row_dimensions[2].hidden = True

    assert rows(read(write)) == ["| Boat | Fee |", "| Heron | 35 |", "| Heron | 40 |", "| Swan | 20 |"]
