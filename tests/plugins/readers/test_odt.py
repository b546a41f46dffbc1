"""The reader `odt`: what is seen of texts, sheets and slides."""

import io
import zipfile

import pytest

from steep.errors import SourceError
from steep.kinds import Source
from steep_plugins.readers.odt import OdtReader

NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in {
        "office": "office",
        "text": "text",
        "table": "table",
        "style": "style",
        "draw": "drawing",
        "fo": "xsl-fo-compatible",
        "presentation": "presentation",
        "svg": "svg-compatible",
    }.items()
)


def packed(kind, body, *, automatic="", common="", **others):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "content.xml",
            f"<office:document-content {NAMES}><office:automatic-styles>{automatic}</office:automatic-styles>"
            f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        )
        archive.writestr(
            "styles.xml",
            f"<office:document-styles {NAMES}><office:styles>{common}</office:styles></office:document-styles>",
        )
        for name, data in others.items():
            archive.writestr(name.replace("__", "/") + ".xml", data)
    return buffer.getvalue()


def read(kind, body, **parts):
    suffix = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}[kind]
    return OdtReader().read(Source(path=f"a.{suffix}", data=packed(kind, body, **parts)))


def style(name, family, properties, parent=""):
    above = f'style:parent-style-name="{parent}"' if parent else ""
    return f'<style:style style:name="{name}" style:family="{family}" {above}>{properties}</style:style>'


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


def test_lists_within_lists_count_as_their_style_says():
    level = '<text:list-level-style-number text:level="{}" style:num-format="{}"/>'
    styles = f'<text:list-style style:name="L">{level.format(1, 1)}{level.format(2, "a")}</text:list-style>'
    item = "<text:list-item{}><text:p>{}</text:p>{}</text:list-item>"
    inner = f"<text:list>{item.format('', 'in', '')}</text:list>"
    first = item.format(' text:start-value="4"', "one", inner)
    body = f'<text:list text:style-name="L">{first}{item.format("", "two", "")}</text:list>'
    assert read("text", body, automatic=styles).text == "4. one\n  a. in\n5. two"


def test_a_document_with_a_password_is_named_as_such():
    with pytest.raises(SourceError, match="is encrypted; save it without a password"):
        read("text", "", **{"META-INF__manifest": "<m><e><encryption-data/></e></m>"})


@pytest.mark.parametrize("place", ["super 58%", "33% 58%"])
def test_raised_letters_are_told_and_struck_ones_left_out(place):
    looks = style("R", "text", f'<style:text-properties style:text-position="{place}"/>')
    looks += style("S", "text", '<style:text-properties style:text-line-through-style="solid"/>')
    looks += style("L", "text", '<style:text-properties style:text-position="sub 58%"/>')
    spans = [
        f'<text:span text:style-name="{name}">{words}</text:span>'
        for name, words in (("R", "3"), ("S", " old"), ("L", "2"))
    ]
    body = f"<text:p>10{spans[0]} m{spans[1]} of H{spans[2]}O</text:p>"
    document = read("text", body, automatic=looks)
    assert document.text == "10³ m of H2O"
    assert [(each.reason, each.text) for each in document.left_out] == [("struck out", "old")]


def test_code_titles_and_quotations_are_told_by_their_styles():
    above = '<style:style style:name="{}" style:family="paragraph" style:parent-style-name="{}"/>'
    looks = above.format("P1", "Preformatted_20_Text") + above.format("P2", "Quotations")
    code = '<text:p text:style-name="P1">if x:</text:p><text:p text:style-name="P1"/>'
    code += '<text:p text:style-name="P1"><text:s text:c="4"/>go()</text:p>'
    item = f"<text:list-item><text:p>Type it.</text:p>{code}</text:list-item>"
    body = '<text:p text:style-name="Title">Pumps</text:p><text:p text:style-name="P2">Keep calm.</text:p>'
    body += f"{code}<text:p>And then.</text:p><text:list>{item}</text:list>"
    assert read("text", body, automatic=looks).text == (
        "# Pumps\n\n> Keep calm.\n\n"
        "```\nif x:\n\n    go()\n```\n\nAnd then.\n\n- Type it.\n\n```\nif x:\n\n    go()\n```"
    )


def test_a_paragraph_whose_spans_are_all_of_one_width_is_code_and_one_with_words_beside_them_is_not():
    look = '<style:text-properties style:font-name="Consolas"/>'
    even = f'<style:style style:name="T1" style:family="text">{look}</style:style>'
    span = '<text:span text:style-name="T1">{}</text:span>'
    body = f"<text:p>{span.format('go(1)')}<text:s/>{span.format('# x')}</text:p>"
    body += f"<text:p>Type {span.format('go(2)')}</text:p><text:p>And then.</text:p>"
    assert read("text", body, automatic=even).text == "```\ngo(1) # x\n```\n\nType go(2)\n\nAnd then."


def test_a_box_that_hangs_on_a_line_of_code_is_read_behind_it():
    box = "<draw:frame><draw:text-box><text:p>Mind the step.</text:p></draw:text-box></draw:frame>"
    code = '<text:p text:style-name="Preformatted_20_Text">go(){}</text:p>'
    body = f"<text:p>First.</text:p>{code.format(box)}{code.format('')}<text:p>Last.</text:p>"
    assert read("text", body).text == ("First.\n\n```\ngo()\n```\n\nMind the step.\n\n```\ngo()\n```\n\nLast.")


def test_a_letter_typed_in_one_width_is_no_code():
    assert read("text", '<text:p text:style-name="Preformatted_20_Text">Dear Bo,</text:p>').text == "Dear Bo,"


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


def counted(*lists):
    """Lists that count, each with its attributes and items."""
    numbered = '<text:list-style style:name="{}"><text:list-level-style-number text:level="1"/></text:list-style>'
    body = "".join(
        f"<text:list {more}>{''.join(f'<text:list-item><text:p>{each}</text:p></text:list-item>' for each in items)}"
        "</text:list><text:p>Then.</text:p>"
        for more, items in lists
    )
    return read("text", body, automatic=numbered.format("N") + numbered.format("M")).text.replace("\n\nThen.", "")


N, M = 'text:style-name="N"', 'text:style-name="M"'


def test_a_list_that_goes_on_with_another_counts_on():
    first, other = (f'{N} xml:id="one"', "AB"), (f'{M} xml:id="two"', "C")
    assert counted(first, other, (f'{N} text:continue-list="one"', "D")) == "1. A\n2. B\n\n1. C\n\n3. D"
    assert counted(first, other, (f'{N} text:continue-numbering="true"', "D")) == "1. A\n2. B\n\n1. C\n\n3. D"
    assert counted(first, other, (N, "D")) == "1. A\n2. B\n\n1. C\n\n1. D"


def test_a_list_may_go_on_with_one_that_went_on():
    on = f'{N} text:continue-list="{{}}" xml:id="{{}}"'
    lists = ((f'{N} xml:id="a"', "A"), (on.format("a", "b"), "B"), (f'{N} text:continue-list="b"', "C"))
    assert counted(*lists) == "1. A\n\n2. B\n\n3. C"


def test_breaks_in_another_font_are_of_the_code_they_stand_in():
    fonts = "".join(style(name, "text", f'<style:text-properties style:font-name="{face}"/>') for name, face in
                    (("C", "Courier"), ("A", "Arial")))  # fmt: skip
    span = '<text:span text:style-name="{}">{}</text:span>'
    code = span.format("C", "fee(") + span.format("A", "<text:line-break/>") + span.format("C", "9)")
    body = f"<text:p>Seen.</text:p><text:p>{code}</text:p>"
    assert read("text", body, automatic=fonts).text == "Seen.\n\n```\nfee(\n9)\n```"


def test_spaces_at_the_ends_of_spans_of_code_are_kept():
    span = '<text:span text:style-name="T1">{}</text:span>'
    words = span.format(' <text:s text:c="3"/>go(') + span.format(" <text:s/>1 ") + span.format(")")
    code = f'<text:p text:style-name="Source_20_Code">if x:<text:line-break/>{words}</text:p>'
    assert read("text", f"<text:p>Seen.</text:p>{code}").text == "Seen.\n\n```\nif x:\n    go(  1 )\n```"


@pytest.mark.parametrize("name", ["Quotations", "Quote", "Block_20_Text", "Intense_20_Quote"])
def test_paragraphs_are_quotations_by_the_names_of_either_program(name):
    assert read("text", f'<text:p text:style-name="{name}">Water first.</text:p>').text == "> Water first."


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


def shaped(*levels):
    shapes = "".join(
        f'<text:list-level-style-{kind} text:level="{number}" {more}/>' for number, (kind, more) in enumerate(levels, 1)
    )
    return f'<text:list-style style:name="L">{shapes}</text:list-style>'


def listed(*items):
    parts = "".join(f"<text:list-item>{each}</text:list-item>" for each in items)
    return f'<text:list text:style-name="L">{parts}</text:list>'


@pytest.mark.parametrize(
    ("level", "marker"),
    [
        ('style:num-format="a" style:num-suffix=")"', "b)"),
        ('style:num-format="I" style:num-suffix="."', "II."),
        ('style:num-format="i" style:num-prefix="(" style:num-suffix=")"', "(ii)"),
        ('style:num-format="1" text:start-value="0"', "1."),
        ('style:num-format="A" text:start-value="26"', "- AA."),
        ('style:num-format="1" style:num-prefix="Step " style:num-suffix=":"', "- Step 2:"),
        ('style:num-format=""', "-"),
        ("", "2."),
    ],
)
def test_items_are_numbered_as_their_level_says(level, marker):
    body = listed("<text:p>A</text:p>", "<text:p>B</text:p>")
    assert read("text", body, automatic=shaped(("number", level))).text.split("\n")[1] == f"{marker} B"


def test_a_level_may_say_those_above_it_too():
    levels = ('style:num-format="1"', 'style:num-format="1" text:display-levels="2" style:num-suffix="."')
    inner = "<text:list><text:list-item><text:p>B</text:p></text:list-item></text:list>"
    text = read("text", listed("<text:p>A</text:p>" + inner), automatic=shaped(*(("number", each) for each in levels)))
    assert text.text == "1. A\n  - 1.1. B"


def test_items_with_a_bullet_of_nothing_go_on_with_those_before():
    blank = shaped(("bullet", 'text:bullet-char=" "'))
    one = '<text:list text:style-name="O"><text:list-item><text:p>A</text:p></text:list-item></text:list>'
    assert read("text", one + listed("<text:p>B</text:p>"), automatic=blank).text == "- A\n  B"
    assert read("text", "<text:p>A</text:p>" + listed("<text:p>B</text:p>"), automatic=blank).text == "A\n\n- B"


def test_headings_are_numbered_as_the_outline_says():
    outline = "<text:outline-style>{}</text:outline-style>".format(
        '<text:outline-level-style text:level="1" style:num-format="1" style:num-suffix="."/>'
        '<text:outline-level-style text:level="2" style:num-format="a" text:display-levels="2"/>'
        '<text:outline-level-style text:level="3"/>'
    )
    apart = '<style:style style:name="P" style:family="paragraph" style:list-style-name=""/>'
    apart += style("Q", "paragraph", "", parent="P")
    heading = '<text:h text:outline-level="{}" {}>{}</text:h>'
    said = [(1, "", "A"), (2, "", "B"), (2, "", "C"), (3, "", "D"), (1, 'text:style-name="Q"', "E")]
    said += [(1, 'text:is-list-header="true"', "F"), (1, "", "G"), (2, "", "H")]
    said += [(1, 'text:restart-numbering="true" text:start-value="9"', "I"), (1, "", "")]
    body = "".join(heading.format(*each) for each in said)
    assert read("text", body, common=outline, automatic=apart).text.split("\n\n") == [
        "# 1. A", "## 1.a B", "## 1.b C", "### D", "# E", "# F", "# 2. G", "## 2.a H", "# 9. I",
    ]  # fmt: skip


def test_the_outline_may_begin_anywhere_and_leave_levels_uncounted():
    outline = (
        '<text:outline-style><text:outline-level-style text:level="1" style:num-format=""/><text:outline-level-style'
        ' text:level="2" style:num-format="1" text:display-levels="2" text:start-value="3"/></text:outline-style>'
    )
    body = "".join(f'<text:h text:outline-level="{level}">A</text:h>' for level in (1, 2, 2, 12))
    assert read("text", body, common=outline).text == "# A\n\n## 3 A\n\n## 4 A\n\n###### A"


def test_a_heading_in_a_list_has_the_number_of_its_item():
    body = listed('<text:h text:outline-level="1">A</text:h>', '<text:h text:outline-level="1">B</text:h>')
    assert read("text", body, automatic=shaped(("number", 'style:num-format="1"'))).text == "# 1. A\n\n# 2. B"
    assert read("text", body).text == "# A\n\n# B"


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
