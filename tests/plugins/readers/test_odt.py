"""The reader `odt`: what is seen of texts, sheets and slides."""

import pytest
from tests.plugins.readers.opendocument import NAMES, read, style

from steep.errors import SourceError
from steep.kinds import Source
from steep_plugins.readers.odt import OdtReader

GONE = '<style:text-properties text:display="none"/>'


HIDDEN = {
    "a paragraph's style": ('<text:p text:style-name="A">X</text:p>', style("A", "paragraph", GONE), ""),
    "the style that it rests on": (
        '<text:p text:style-name="A">X</text:p>',
        style("A", "paragraph", "", parent="B"),
        style("B", "paragraph", GONE),
    ),
    "a heading": ('<text:h text:style-name="A">X</text:h>', style("A", "paragraph", GONE), ""),
    "white letters": (
        '<text:p><text:span text:style-name="A">X</text:span></text:p>',
        style("A", "text", '<style:text-properties fo:color="#ffffff"/>'),
        "",
    ),
    "letters of the paper's colour": (
        '<text:p text:style-name="B"><text:span text:style-name="A">X</text:span></text:p>',
        style("A", "text", '<style:text-properties fo:color="#102030"/>')
        + style("B", "paragraph", '<style:paragraph-properties fo:background-color="#102030"/>'),
        "",
    ),
    "tiny letters": (
        '<text:p><text:span text:style-name="A">X</text:span></text:p>',
        style("A", "text", '<style:text-properties fo:font-size="1pt"/>'),
        "",
    ),
    "a section": ('<text:section text:display="none"><text:p>X</text:p></text:section>', "", ""),
    "a hidden paragraph": ('<text:p><text:hidden-paragraph text:is-hidden="true"/>X</text:p>', "", ""),
}


@pytest.mark.parametrize("how", HIDDEN)
def test_no_way_of_hiding_words_makes_them_text(how):
    body, automatic, common = HIDDEN[how]
    document = read("text", f"<text:p>Seen.</text:p>{body}", automatic=automatic, common=common)
    assert document.text == "Seen."
    assert [(each.reason, each.text) for each in document.left_out] == [("hidden", "X")]


def test_white_letters_on_a_dark_cell_are_seen():
    automatic = style("A", "text", '<style:text-properties fo:color="#ffffff"/>') + style(
        "B", "table-cell", '<style:table-cell-properties fo:background-color="#000080"/>'
    )
    words = '<text:p><text:span text:style-name="A">{}</text:span></text:p>'
    cell = f'<table:table-cell table:style-name="B">{words}</table:table-cell>'
    row = f"<table:table-row>{cell.format('Boat')}{cell.format('Fee')}</table:table-row>"
    document = read("text", f"<table:table>{row}</table:table>", automatic=automatic)
    assert document.text == "| Boat | Fee |"


def test_comments_are_counted():
    document = read("text", "<text:p>Seen.<office:annotation><text:p>Check this</text:p></office:annotation></text:p>")
    assert document.text == "Seen."
    assert [(each.reason, each.text) for each in document.left_out] == [("comment", "Check this")]


def test_hidden_sheets_rows_and_columns_are_left_out_and_the_sheets_keep_their_numbers():
    def row(*cells, more=""):
        said = "".join(f"<table:table-cell><text:p>{each}</text:p></table:table-cell>" for each in cells)
        return f"<table:table-row {more}>{said}</table:table-row>"

    columns = '<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>'
    secret = f'<table:table table:name="Old" table:style-name="H">{row("an old price")}</table:table>'
    open_ = (
        f'<table:table table:name="Fees">{columns}{row("Boat", "cost", "Fee")}{row("Large", "12", "75")}'
        f"{row('Small', '13', '40', more=chr(32) + 'table:visibility=' + chr(34) + 'filter' + chr(34))}</table:table>"
    )
    hide = style("H", "table", '<style:table-properties table:display="false"/>')
    document = read("spreadsheet", secret + open_, automatic=hide)
    assert document.text == "## Fees\n\n| Boat | Fee |\n| --- | --- |\n| Large | 75 |"
    assert [each.text for each in document.left_out] == ["an old price", "cost", "12", "Small 13 40"]
    assert len(document.pages) == 2


def test_a_slide_has_its_title_and_notes_and_hidden_ones_are_left_out():
    box = "<draw:frame {}><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    away = 'svg:x="-12cm" svg:y="2cm" svg:width="5cm" svg:height="3cm"'
    shown = (
        f"<draw:page>{box.format('presentation:class=' + chr(34) + 'title' + chr(34), 'Storm plan')}"
        f"{box.format('', 'Double the lines.')}{box.format(away, 'X')}"
        f"<presentation:notes>{box.format('', 'Say it twice.')}</presentation:notes></draw:page>"
    )
    secret = f'<draw:page draw:style-name="H">{box.format("", "Not this.")}</draw:page>'
    hide = style("H", "drawing-page", '<style:drawing-page-properties presentation:visibility="hidden"/>')
    document = read("presentation", secret + shown, automatic=hide)
    assert document.text == "# Storm plan\n\nDouble the lines.\n\nSay it twice."
    assert [each.text for each in document.left_out] == ["Not this.", "X"]
    assert document.pages == (0, 0)


def test_a_document_with_a_password_is_named_as_such():
    with pytest.raises(SourceError, match="is encrypted; save it without a password"):
        read("text", "", **{"META-INF__manifest": "<m><e><encryption-data/></e></m>"})


def test_an_equation_is_read_where_it_stands():
    m = 'xmlns="http://www.w3.org/1998/Math/MathML"'
    formula = f"<math {m}><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></math>"
    frame = '<draw:frame><draw:object xlink:href="./Object 1" xmlns:xlink="x"/></draw:frame>'
    parts = {"Object 1__content": formula}
    assert read("text", f"<text:p>Take {frame} of it.</text:p>", **parts).text == "Take E=mc^2 of it."
    assert read("text", f"<text:p>Take <draw:a>{frame}</draw:a> of it.</text:p>", **parts).text == "Take E=mc^2 of it."
    boxed = f"<draw:frame><draw:text-box><text:p>Take {frame}</text:p></draw:text-box></draw:frame>"
    assert read("text", f"<text:p>So {boxed} it is.</text:p>", **parts).text == "So  it is.\n\nTake E=mc^2".replace(
        "  ", " "
    )


@pytest.mark.parametrize("part", ["header", "footer", "date-time", "page-number"])
def test_what_stands_on_each_slide_is_left_out_of_it_and_of_its_notes(part):
    box = '<draw:frame presentation:class="{}"><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>'
    notes = f"<presentation:notes>{box.format('notes', 'Say it.')}{box.format(part, '7')}</presentation:notes>"
    document = read(
        "presentation", f"<draw:page>{box.format('outline', 'Seen.')}{box.format(part, '8')}{notes}</draw:page>"
    )
    assert document.text == "Seen.\n\nSay it."
    assert [(each.reason, each.text) for each in document.left_out] == [("header or footer", each) for each in "87"]


def flat(kind, body, *, more="", root="document"):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:{root} {NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<office:meta><dc:title>Of the lock</dc:title></office:meta>{more}"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:{root}>"
    ).encode()


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf"])
def test_a_document_in_one_file_is_read_as_one_in_an_archive(before):
    picture = "<draw:frame><draw:image><office:binary-data>aGFs</office:binary-data></draw:image></draw:frame>"
    hidden = f'<text:section text:display="none"><text:p>Not this.{picture}</text:p></text:section>'
    body = f"<text:p>Seen.{picture}</text:p>{hidden}"
    data = before + flat("text", body)
    document = OdtReader().read(Source(path="a.fodt", data=data))
    assert (document.title, document.text) == ("Of the lock", "Seen.")
    assert [each.text for each in document.left_out] == ["Not this."]


def test_a_title_in_the_text_of_one_file_is_not_what_it_is_called():
    head = "<office:styles><dc:title>Of a style</dc:title></office:styles>"
    data = flat("text", "<text:p>Seen.</text:p>", more=head).replace(b"<dc:title>Of the lock</dc:title>", b"")
    assert OdtReader().read(Source(path="plan.fodt", data=data)).title == "plan"


@pytest.mark.parametrize(
    "data", [flat("text", "<text:p>Seen.</text:p>")[:-9], flat("text", "<text:p>Seen.</text:p>", root="else"), b"Seen."]
)
def test_one_file_that_is_broken_or_no_document_is_named(data):
    with pytest.raises(SourceError, match=r"a\.fodt is not an OpenDocument"):
        OdtReader().read(Source(path="a.fodt", data=data))


def gone(document):
    return [(each.reason, each.text) for each in document.left_out]


def test_what_was_deleted_while_changes_were_tracked_is_counted():
    author = "<office:change-info><office:who>Ann</office:who></office:change-info>"
    changes = (
        f"<text:changed-region><text:deletion>{author}<text:p>forty</text:p><text:p>or so</text:p></text:deletion>"
        f"</text:changed-region><text:changed-region><text:insertion>{author}</text:insertion></text:changed-region>"
    )
    note = "<office:annotation><office:who>Ann</office:who><text:p>Why?</text:p></office:annotation>"
    body = f"<text:tracked-changes>{changes}</text:tracked-changes><text:p>Pay <text:change/>30.{note}</text:p>"
    document = read("text", body)
    assert document.text == "Pay 30."
    assert gone(document) == [("struck out", "forty or so"), ("comment", "Why?")]


def test_what_pages_say_at_their_top_and_bottom_is_counted_once_in_texts():
    margins = (
        "<style:header><text:p>Harbor</text:p></style:header><style:header-first><text:p>Harbor</text:p></style:header-first>"
        "<style:footer><text:p>Page 1</text:p></style:footer>"
        '<style:footer-left style:display="false"><text:p>X</text:p></style:footer-left>'
    )
    page = f"<style:master-page>{margins}</style:master-page>"
    assert gone(read("text", "<text:p>Seen.</text:p>", common=page)) == [
        ("header or footer", "Harbor"),
        ("header or footer", "Page 1"),
    ]
    assert gone(read("presentation", "<draw:page><text:p>Seen.</text:p></draw:page>", common=page)) == []


def test_a_table_of_contents_is_left_out_and_a_bibliography_is_not():
    index = (
        "<text:{0}><text:{0}-source><text:index-title-template>T</text:index-title-template></text:{0}-source>"
        "<text:index-body><text:index-title><text:p>Pages</text:p></text:index-title><text:p>Fees<text:tab/>1</text:p>"
        "</text:index-body></text:{0}>"
    )
    for kind in ("table-of-content", "illustration-index", "alphabetical-index", "user-index"):
        document = read("text", index.format(kind) + "<text:p>Pay.</text:p>")
        assert (document.text, gone(document)) == ("Pay.", [("table of contents", "Pages Fees 1")])
    assert "Pages" in read("text", index.format("bibliography")).text
    lines = '<text:p text:style-name="Contents_20_Heading">Pages</text:p><text:p text:style-name="P">Fees 1</text:p>'
    document = read("text", lines + "<text:p>Pay.</text:p>", automatic=style("P", "paragraph", "", "Contents_20_2"))
    assert (document.text, len(document.left_out)) == ("Pay.", 2)


BOX = "<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"


SHAPE = "<draw:custom-shape><text:p>{}</text:p><draw:enhanced-geometry/></draw:custom-shape>"


@pytest.mark.parametrize("box", [BOX, SHAPE, f"<draw:a>{BOX}</draw:a>", f"<draw:g>{SHAPE}</draw:g>"])
def test_boxes_and_shapes_follow_what_they_hang_on_and_are_read_once(box):
    hung = box.format("Mind" + box.format("Inner") + " it")
    assert read("text", f"<text:p>Be{hung}fore.</text:p>").text == "Before.\n\nMind it\n\nInner"
    assert read("text", f"<text:h>Be{hung}fore</text:h>").text == "# Before\n\nMind it\n\nInner"
    items = f"<text:list><text:list-item><text:p>Rope{box.format('Mind it')}</text:p></text:list-item></text:list>"
    assert read("text", items).text == "- Rope\n\nMind it"


def test_boxes_in_cells_stand_in_them_and_tables_in_cells_on_one_line():
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    row = "<table:table-row>{}</table:table-row>"
    inner = f"<table:table>{row.format(cell.format('9') + cell.format('m'))}</table:table>"
    nested = f"<table:table-cell>{inner}</table:table-cell>"
    rows = [cell.format("Boat") + cell.format("Deep"), cell.format(f"Heron{BOX.format('old')}") + nested]
    text = read("text", f"<table:table>{''.join(map(row.format, rows))}</table:table>").text
    assert text.split("\n")[-1] == "| Heron old | 9, m |"


CELL = "<table:table-cell><text:p>{}</text:p></table:table-cell>"


ROW = "<table:table-row>{}</table:table-row>"


CHART = (
    f'<office:document-content {NAMES} xmlns:c="urn:oasis:names:tc:opendocument:xmlns:chart:1.0">'
    "<office:body><office:chart>"
    "<c:chart><c:title><text:p>Fees</text:p></c:title><c:plot-area><c:axis><c:title><text:p>X</text:p></c:title></c:axis>"
    "</c:plot-area><table:table><table:table-header-rows>{}</table:table-header-rows>{}</table:table></c:chart>"
    "</office:chart></office:body></office:document-content>"
).format(*(ROW.format("".join(map(CELL.format, cells))) for cells in (("Boat", "Fee"), ("Heron", "30"))))


SHOWN = "Fees\n\n| Boat | Fee |\n| --- | --- |\n| Heron | 30 |"


HELD = '<draw:frame><draw:object xmlns:x="x" x:href="./One"/></draw:frame>'


def test_charts_are_read_as_the_tables_behind_them():
    body = f"<text:p>See{HELD} it.</text:p><text:p>On.</text:p>"
    assert read("text", body, One__content=CHART).text == f"See it.\n\n{SHOWN}\n\nOn."
    page = f"<draw:page>{HELD}<draw:frame><draw:text-box><text:p>On.</text:p></draw:text-box></draw:frame></draw:page>"
    assert read("presentation", page, One__content=CHART).text == f"{SHOWN}\n\nOn."
    inline = HELD.replace("/></draw:frame>", f">{CHART}</draw:object></draw:frame>")
    assert read("text", f"<text:p>See{inline} it.</text:p>").text == f"See it.\n\n{SHOWN}"
    boxed = f"<text:p>See<draw:frame><draw:text-box><text:p>{HELD}</text:p></draw:text-box></draw:frame> it.</text:p>"
    assert read("text", boxed, One__content=CHART).text == f"See it.\n\n{SHOWN}"


def test_charts_of_sheets_say_again_what_their_cells_say():
    row = ROW.format(CELL.format("Heron") + CELL.format("30"))
    held = ROW.format(f"<table:table-cell>{HELD}</table:table-cell>")
    table = f'<table:table table:name="S"><table:shapes>{HELD}</table:shapes>{row}{row}{held}</table:table>'
    assert "Fees" not in read("spreadsheet", table, One__content=CHART).text


def test_equations_that_stand_on_a_slide_alone_are_read():
    formula = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi><mo>=</mo><mn>2</mn></math>'
    assert read("presentation", f"<draw:page>{HELD}</draw:page>", One__content=formula).text == "x=2"


def test_what_stands_on_both_sides_of_hidden_rows_and_columns_is_one_table():
    gone = '<table:table-column table:visibility="collapse"/>'
    columns = f"<table:table-column/>{gone}<table:table-column table:number-columns-repeated='2'/>"
    wide = '<table:table-cell table:number-columns-spanned="{}"{}><text:p>{}</text:p></table:table-cell>'
    covered = "<table:covered-table-cell/>"
    rows = [
        "".join(map(CELL.format, ("Boat", "Length", "Fee", "Quay"))),
        wide.format(3, "", "Closed") + covered * 2 + CELL.format("1"),
        wide.format(1, ' table:number-rows-spanned="3"', "Heron") + "".join(map(CELL.format, ("12", "30", "2"))),
        covered + "".join(map(CELL.format, ("13", "35", "3"))),
        covered + "".join(map(CELL.format, ("14", "40", "4"))),
        '<table:table-cell table:number-columns-repeated="4"><text:p>-</text:p></table:table-cell>',
        wide.format(1, "", "On") + wide.format(1, "", "X") + CELL.format("5") + CELL.format("6"),
    ]
    said = [ROW.format(row) for row in rows]
    said[3] = said[3].replace("<table:table-row>", '<table:table-row table:visibility="collapse">')
    document = read("spreadsheet", f'<table:table table:name="S">{columns}{"".join(said)}</table:table>')
    assert document.text.split("\n")[2:] == [
        "| Boat | Fee | Quay |", "| --- | --- | --- |", "| Closed | Closed | 1 |", "| Heron | 30 | 2 |",
        "| Heron | 40 | 4 |", "| - | - | - |", "| On | 5 | 6 |",
    ]  # fmt: skip
    assert [each.text for each in document.left_out] == [
        "Length",
        "12",
        "13 35 3",
        "14",
        "X",
    ]
