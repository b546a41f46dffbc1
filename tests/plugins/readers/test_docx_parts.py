"""The reader `docx`: what Word shows and its file holds elsewhere, and what the file holds and Word does not show."""

import io
import zipfile

import pytest
from tests.plugins.readers.word import (
    level,
    lists,
    paragraph,
    read,
    run,
    said,
    word,
)

from steep_plugins.readers.html_text import html_text
from steep_plugins.readers.numerals import letters, roman


def heading_styles():
    """Three levels in another language, the first tied to a list and each based on the one before."""
    return "".join(
        f'<w:style w:type="paragraph" w:styleId="U{at}"><w:name w:val="Kapitel {at}"/><w:pPr>'
        f'<w:numPr><w:ilvl w:val="{at - 1}"/><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="{at - 1}"/>'
        "</w:pPr></w:style>"
        for at in (1, 2, 3)
    )


CHAPTERS = lists(
    level(0, "decimal", "%1", style="U1"), level(1, "decimal", "%1.%2", style="U2"),
    level(2, "decimal", "%1.%2.%3", style="U3"),
)  # fmt: skip


def test_headings_carry_the_numbers_that_word_shows_whatever_their_styles_are_called():
    places = [("Berths", 1), ("Long", 2), ("Short", 2), ("Fees", 1), ("Winter", 3), ("Summer", 2)]
    body = "".join(paragraph(words, style=f"U{at}") + paragraph(f"On {words}.") for words, at in places)
    document = read(word(body, styles=heading_styles(), numbering=CHAPTERS))
    assert [words for kind, words in said(document) if kind == "heading"] == [
        "# 1 Berths", "## 1.1 Long", "## 1.2 Short", "# 2 Fees", "### 2.1.1 Winter", "## 2.2 Summer",
    ]  # fmt: skip


def test_a_list_that_goes_on_after_other_words_goes_on_counting():
    body = paragraph("one", listed="1") + paragraph("two", listed="1") + paragraph("Between.")
    document = read(word(body + paragraph("three", listed="1"), numbering=lists(level(0, "decimal", "%1."))))
    assert [words for _, words in said(document)] == ["1. one", "2. two", "Between.", "3. three"]


def test_a_list_that_begins_anew_counts_from_its_start():
    again = (
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
        "</w:lvlOverride></w:num>"
    )
    body = "".join(paragraph(words, listed=listed) for words, listed in (("a", "1"), ("b", "2"), ("c", "2")))
    document = read(word(body, numbering=lists(level(0, "decimal", "%1."), more=again)))
    assert document.text.split("\n") == ["1. a", "5. b", "6. c"]


def test_letters_romans_and_clauses_stay_as_they_are_shown():
    kinds = lists(level(0, "upperRoman", "%1."), level(1, "lowerLetter", "%2)"), level(2, "decimal", "%1.%2.%3"))
    clauses = lists(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2."), level(2, "decimal", "Rule %3"))
    body = "".join(
        paragraph(words, listed="1", level=at) for words, at in (("x", 0), ("y", 1), ("z", 1), ("w", 2), ("v", 0))
    )
    assert read(word(body, numbering=kinds)).text.split("\n") == [
        "I. x", "  a) y", "  b) z", "    - I.b.1 w", "II. v",
    ]  # fmt: skip
    assert read(word(body, numbering=clauses)).text.split("\n") == [
        "1. x", "  - 1.1. y", "  - 1.2. z", "    - Rule 1 w", "2. v",
    ]  # fmt: skip


def test_legal_numbering_counts_in_figures_and_a_bullet_is_no_number():
    legal = (
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2)"/></w:lvl>'
    )
    kinds = lists(level(0, "upperRoman", "%1."), legal, level(2, "bullet", "o"))
    body = "".join(paragraph(words, listed="1", level=at) for words, at in (("x", 0), ("y", 1), ("z", 2)))
    assert read(word(body, numbering=kinds)).text.split("\n") == ["I. x", "  - 1.1) y", "    - z"]


CHART = (
    '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:chart><c:title><a:t>Ducks</a:t></c:title>'
    "<c:plotArea><c:barChart><c:ser><c:tx><c:v>North</c:v></c:tx>"
    '<c:cat><c:pt idx="0"><c:v>May</c:v></c:pt><c:pt idx="1"><c:v>June</c:v></c:pt></c:cat>'
    '<c:val><c:pt idx="0"><c:v>40</c:v></c:pt><c:pt idx="1"><c:v>61</c:v></c:pt></c:val></c:ser></c:barChart>'
    "</c:plotArea></c:chart></c:chartSpace>"
)
DIAGRAM = (
    '<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><dgm:ptLst>'
    '<dgm:pt type="doc"><dgm:t/></dgm:pt>'
    "<dgm:pt><dgm:t><a:p><a:r><a:t>Mo</a:t></a:r><a:r><a:t>or</a:t></a:r></a:p>"
    "<a:p><a:r><a:t>the boat</a:t></a:r></a:p></dgm:t></dgm:pt>"
    '<dgm:pt type="pres"><dgm:t><a:p><a:r><a:t>frame</a:t></a:r></a:p></dgm:t></dgm:pt>'
    "<dgm:pt><dgm:t><a:p><a:r><a:t>Pay</a:t></a:r></a:p></dgm:t></dgm:pt>"
    "</dgm:ptLst></dgm:dataModel>"
)


def test_a_chart_is_read_as_the_table_behind_it():
    drawing = '<w:r><w:drawing><c:chart r:id="bars"/></w:drawing></w:r>'
    body = f"<w:p>{run('See below.')}{drawing}</w:p>{paragraph('After.')}"
    assert said(read(word(body, bars=CHART))) == [
        ("paragraph", "See below."),
        ("paragraph", "Ducks (bar chart)"),
        ("row", "|  | North |"),
        ("row", "| May | 40 |"),
        ("row", "| June | 61 |"),
        ("paragraph", "After."),
    ]


def test_a_diagram_is_read_point_by_point():
    body = '<w:p><w:r><w:drawing><dgm:relIds r:dm="steps"/></w:drawing></w:r></w:p>'
    assert said(read(word(body, steps=DIAGRAM))) == [("paragraph", "Moor the boat"), ("paragraph", "Pay")]


def box(words):
    return f"<w:drawing><wps:txbx><w:txbxContent>{paragraph(words)}</w:txbxContent></wps:txbx></w:drawing>"


def either(new, old):
    choice = f"<mc:Choice>{new}</mc:Choice><mc:Fallback>{old}</mc:Fallback>"
    return f"<mc:AlternateContent>{choice}</mc:AlternateContent>"


def test_a_text_box_is_read_once_with_an_old_form_beside_it_and_without():
    inner = f"<v:textbox><w:txbxContent>{paragraph('Open')}</w:txbxContent></v:textbox>"
    forms = (
        either(box("Open"), f"<w:pict><v:shape>{inner}</v:shape></w:pict>"),
        either(box("Shut"), "<w:pict/>"),
        box("Bare"),
    )
    body = "".join(f"<w:p><w:r>{each}</w:r></w:p>" for each in forms)
    assert read(word(body)).text.split() == ["Open", "Shut", "Bare"]


def test_a_field_keeps_its_words_and_a_ticked_box_its_tick():
    field = '<w:fldSimple w:instr=" SEQ Table "><w:r><w:t>4</w:t></w:r></w:fldSimple>'
    tick = (
        '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox></w:sdtPr><w:sdtContent>'
        "<w:r><w:t>x</w:t></w:r></w:sdtContent></w:sdt>"
    )
    body = f"<w:p>{run('Table ')}{field}{run(': fees')}</w:p>"
    body += f"<w:p>{tick.format(1)}{run(' Tea')}</w:p><w:p>{tick.format(0)}{run(' Milk')}</w:p>"
    assert [words for _, words in said(read(word(body)))] == ["Table 4: fees", "[x] Tea", "[ ] Milk"]


def test_equations_with_limits_brackets_and_several_in_a_row():
    letter = "<m:r><m:t>{}</m:t></m:r>".format
    total = (
        f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{letter("n=1")}</m:sub><m:sup>{letter("N")}</m:sup>'
        f"<m:e>{letter('n')}</m:e></m:nary>"
    )
    bracket = (
        f'<m:d><m:dPr><m:begChr m:val="["/><m:sepChr m:val=";"/><m:endChr m:val="]"/></m:dPr><m:e>{letter("a")}</m:e>'
        f"<m:e>{letter('b')}</m:e></m:d>"
    )
    body = f"<w:p><m:oMath>{total}</m:oMath><m:oMath>{bracket}</m:oMath></w:p>"
    assert read(word(body)).text == "∑_(n=1)^N n\n[a;b]"


def test_parts_of_an_equation_stay_in_their_places():
    letter = "<m:r><m:t>{}</m:t></m:r>".format
    parts = [
        f"<m:func><m:fName>{letter('sin')}</m:fName><m:e>{letter('x')}</m:e></m:func>",
        f'<m:acc><m:accPr><m:chr m:val="̂"/></m:accPr><m:e>{letter("y")}</m:e></m:acc>',
        f"<m:sPre><m:sub>{letter('6')}</m:sub><m:sup>{letter('14')}</m:sup><m:e>{letter('C')}</m:e></m:sPre>",
    ]
    body = f"<w:p><m:oMath>{letter(', ').join(parts)}</m:oMath></w:p>"
    assert read(word(body)).text == "sin x, y\u0302, _6^14C"


def test_brackets_within_brackets_are_read_once_each():
    body = "<m:d><m:e>" * 45 + "<m:r><m:t>x</m:t></m:r>" + "</m:e></m:d>" * 45
    assert read(word(f"<w:p><m:oMath>{body}</m:oMath></w:p>")).text.count("x") == 1


def test_paragraphs_and_code_of_an_item_that_show_no_mark_belong_to_it():
    level = '<w:lvl w:ilvl="0"><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/></w:lvl>'
    numbering = "".join(
        f'<w:abstractNum w:abstractNumId="{at}">{level.format(*shown)}</w:abstractNum>'
        for at, shown in enumerate((("decimal", "%1."), ("bullet", " ")), 1)
    ) + "".join(f'<w:num w:numId="{at}"><w:abstractNumId w:val="{at}"/></w:num>' for at in (1, 2))
    code = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr></w:pPr>'
    code += run("open --left", '<w:rFonts w:ascii="Consolas"/>') + "</w:p>"
    body = paragraph("Open it.", listed="1") + paragraph("Turn left.", listed="2") + code
    assert said(read(word(body + paragraph("Close it.", listed="1"), numbering=numbering))) == [
        ("item", "1. Open it."),
        ("item", "Turn left."),
        ("code", "```\nopen --left\n```"),
        ("item", "2. Close it."),
    ]


def test_what_is_set_in_like_a_quotation_is_one():
    style = '<w:style w:type="paragraph" w:styleId="Q"><w:name w:val="Block Text"/></w:style>'
    assert said(read(word(paragraph("Keep calm.", style="Q"), styles=style))) == [("quote", "> Keep calm.")]


HIDDEN = {
    "white": '<w:color w:val="FFFFFF"/>',
    "all but white": '<w:color w:val="FEFEFD"/>',
    "white by the theme": '<w:color w:val="000000" w:themeColor="background1"/>',
    "a point high": '<w:sz w:val="2"/>',
    "hidden": "<w:vanish/>",
    "hidden by its style": '<w:rStyle w:val="Secret"/>',
}
SECRET = (
    '<w:style w:type="character" w:styleId="Base"><w:name w:val="Base"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Secret"><w:name w:val="Secret"/><w:basedOn w:val="Base"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Dark"><w:name w:val="Dark"/><w:pPr><w:shd w:fill="102030"/></w:pPr>'
    "</w:style>"
)


@pytest.mark.parametrize("properties", HIDDEN.values(), ids=HIDDEN)
def test_what_nobody_sees_is_no_text_and_is_counted(properties):
    document = read(word(f"<w:p>{run('Pay once.')}{run('Pay twice.', properties)}</w:p>", styles=SECRET))
    assert document.text == "Pay once."
    assert [(each.reason, each.text) for each in document.left_out] == [("hidden", "Pay twice.")]


def test_hidden_words_of_the_strict_edition_are_hidden_too():
    data = word(f"<w:p>{run('Pay once.')}{run('Pay twice.', '<w:vanish/>')}</w:p>")
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(made, "w") as written:
        for name in archive.namelist():
            usual = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
            strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
            written.writestr(name, archive.read(name).replace(usual, strict))
    assert read(made.getvalue()).text == "Pay once."


WHITE, DARK = '<w:color w:val="FFFFFF"/>', '<w:highlight w:val="darkBlue"/>'
SHADE, SHOWN = '<w:shd w:fill="112233"/>', '<w:vanish w:val="0"/>'
SEEN = {
    "on a highlight": f"<w:p>{run('Seen', WHITE + DARK)}</w:p>",
    "on a shaded run": f"<w:p>{run('Seen', WHITE + SHADE)}</w:p>",
    "in a shaded paragraph": f'<w:p><w:pPr><w:shd w:fill="112233"/></w:pPr>{run("Seen", WHITE)}</w:p>',
    "in a shaded style": f'<w:p><w:pPr><w:pStyle w:val="Dark"/></w:pPr>{run("Seen", WHITE)}</w:p>',
    "in a shaded cell": (
        f'<w:tbl><w:tr><w:tc><w:tcPr><w:shd w:fill="112233"/></w:tcPr><w:p>{run("Seen", WHITE)}</w:p></w:tc>'
        "<w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    ),
    "in a filled box": (
        f'<w:p><w:r><w:pict><v:shape fillcolor="#112233 [3]"><v:textbox><w:txbxContent><w:p>{run("Seen", WHITE)}</w:p>'
        "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    ),
    "not hidden after all": f"<w:p>{run('Seen', SHOWN)}</w:p>",
}


@pytest.mark.parametrize("body", SEEN.values(), ids=SEEN)
def test_white_words_on_a_colour_are_seen(body):
    document = read(word(body, styles=SECRET))
    assert "Seen" in document.text
    assert document.left_out == ()


def test_a_web_page_counts_its_items_as_it_says():
    def lines(markup):
        return html_text(markup).composed.text.split("\n")

    assert lines('<ol type="a"><li>x</li><li value="4">y</li><li>z</li></ol>') == ["a. x", "d. y", "e. z"]
    assert lines("<ol reversed><li>x</li><li>y</li></ol>") == ["2. x", "1. y"]
    assert lines('<ol type="I" start="3"><li>x</li><li>y</li></ol>') == ["III. x", "IV. y"]
    assert lines('<ul><li data-marker="pay twice">x</li></ul>') == ["- x"]


def test_letters_and_romans_of_every_count():
    assert [letters(count) for count in (1, 26, 27, 52, 0)] == ["a", "z", "aa", "zz", "0"]
    assert [roman(count) for count in (1, 4, 9, 14, 1999, 4000)] == ["i", "iv", "ix", "xiv", "mcmxcix", "4000"]


def test_hidden_rows_and_what_was_deleted_are_counted():
    row = "<w:tr>{}<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr>".format
    rows = row("", "Boat") + row("<w:trPr><w:hidden/></w:trPr>", "not for you")
    body = (
        f"<w:tbl>{rows}</w:tbl><w:p><w:r><w:t>Seen.</w:t></w:r>"
        '<w:del w:id="1"><w:r><w:delText>An old price.</w:delText></w:r></w:del></w:p>'
    )
    document = read(word(body))
    assert "not for you" not in document.text
    assert "old price" not in document.text
    assert [(each.reason, each.text) for each in document.left_out] == [
        ("struck out", "An old price."),
        ("hidden", "not for you"),
    ]


@pytest.mark.parametrize("look", ['<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>', '<w:sz w:val="3"/>'])
def test_letters_that_cannot_be_told_from_their_paper_are_hidden(look):
    document = read(word(f"<w:p><w:r><w:t>Seen.</w:t></w:r><w:r><w:rPr>{look}</w:rPr><w:t>X</w:t></w:r></w:p>"))
    assert document.text == "Seen."
    assert [each.text for each in document.left_out] == ["X"]


def test_a_link_that_leads_nowhere_keeps_its_words():
    body = f'<w:p>{run("See ")}<w:hyperlink r:id="lost">{run("the quay rules")}</w:hyperlink>{run(".")}</w:p>'
    assert said(read(word(body))) == [("paragraph", "See the quay rules.")]


def test_the_order_of_the_parts_in_the_archive_does_not_matter():
    body, made = '<w:p><w:r><w:drawing><dgm:relIds r:dm="steps"/></w:drawing></w:r></w:p>', io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word(body, steps=DIAGRAM))) as archive, zipfile.ZipFile(made, "w") as written:
        for name in sorted(archive.namelist(), key=lambda each: "_rels" not in each):
            written.writestr(name, archive.read(name))
    assert said(read(made.getvalue())) == [("paragraph", "Moor the boat"), ("paragraph", "Pay")]
