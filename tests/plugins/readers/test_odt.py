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
    assert read("text", body, automatic=styles).text == "4. one\n  1. in\n5. two"


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


def test_spaces_at_the_ends_of_spans_of_code_are_kept():
    span = '<text:span text:style-name="T1">{}</text:span>'
    words = span.format(' <text:s text:c="3"/>go(') + span.format(" <text:s/>1 ") + span.format(")")
    code = f'<text:p text:style-name="Source_20_Code">if x:<text:line-break/>{words}</text:p>'
    assert read("text", f"<text:p>Seen.</text:p>{code}").text == "Seen.\n\n```\nif x:\n    go(  1 )\n```"


@pytest.mark.parametrize("name", ["Quotations", "Quote", "Block_20_Text", "Intense_20_Quote"])
def test_paragraphs_are_quotations_by_the_names_of_either_program(name):
    assert read("text", f'<text:p text:style-name="{name}">Water first.</text:p>').text == "> Water first."
