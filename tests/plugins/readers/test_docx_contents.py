"""Tables of contents of Word documents, what hangs on items, and what is struck out by a style or twice."""

import pytest
from tests.plugins.readers.word import level, lists, paragraph, read, run, word

TAB = "<w:r><w:tab/></w:r>"
STYLES = (
    '<w:style w:type="paragraph" w:styleId="T1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="T9"><w:name w:val="Own"/><w:basedOn w:val="T1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="TN"><w:name w:val="toc 1 note"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="TH"><w:name w:val="TOC Heading"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr>'
    "</w:style>"
)


def mark(kind):
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def field(code, shown):
    return f"{mark('begin')}<w:r><w:instrText> {code} </w:instrText></w:r>{mark('separate')}{shown}{mark('end')}"


def gone(document):
    return [(each.reason, each.text) for each in document.left_out]


GALLERY = (
    '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="{}"/></w:docPartObj></w:sdtPr>'
    "<w:sdtContent>{}</w:sdtContent></w:sdt>"
)
LINE = run("Fees") + TAB + field("PAGEREF a", run("1"))
OPEN = field("TOC x", LINE).removesuffix(mark("end"))
CONTENTS = {
    "what Word marks as one": GALLERY.format("Table of Contents", paragraph(run("Fees") + TAB + run("1"))),
    "a field": f"<w:p>{field('TOC x', LINE)}</w:p>",
    "a paragraph of its style": f"<w:p><w:pPr><w:pStyle w:val='T1'/></w:pPr>{LINE}</w:p>",
    "a style that rests on it": f"<w:p><w:pPr><w:pStyle w:val='T9'/></w:pPr>{LINE}</w:p>",
    "a field that is not closed": f"<w:p><w:pPr><w:pStyle w:val='T1'/></w:pPr>{OPEN}</w:p>",
}


@pytest.mark.parametrize("kind", CONTENTS)
def test_a_table_of_contents_is_left_out_and_counted_once(kind):
    after = f"<w:p>{mark('end')}</w:p>" if "closed" in kind else ""
    body = CONTENTS[kind] + after + paragraph("Fees", style="H") + f"<w:p>{run('Page ')}{field('PAGE', run('1'))}</w:p>"
    document = read(word(body, styles=STYLES))
    assert (document.text, gone(document)) == ("# Fees\n\nPage 1", [("table of contents", "Fees 1")])


def test_words_that_are_left_out_are_parted_as_they_stand():
    cells = "".join(f"<w:tc><w:p>{run(words)}</w:p></w:tc>" for words in ("Heron", "30"))
    row = f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{cells}</w:tr></w:tbl>"
    document = read(word(row + f"<w:p><w:del>{run('for')}{run('ty')}</w:del>{run('30')}</w:p>"))
    assert (document.text, gone(document)) == ("30", [("struck out", "forty"), ("struck out", "Heron 30")])


def test_what_is_marked_otherwise_or_stands_beside_a_field_is_read():
    quick = GALLERY.format("Cover Pages", paragraph("Harbor")) + paragraph("Pages", style="TH")
    beside = "<w:p><w:pPr><w:pStyle w:val='TN'/></w:pPr><w:r><w:instrText>TOC</w:instrText></w:r></w:p>"
    beside += f"<w:p>{run('Own')}</w:p>".replace("<w:p>", "<w:p><w:pPr><w:pStyle w:val='TN'/></w:pPr>")
    beside += f"<w:p>{run('See ')}{field('TOC x', run('Fees'))}</w:p><w:p>{field('REF x', run('Berths'))}</w:p>"
    document = read(word(quick + beside, styles=STYLES))
    assert (document.text, gone(document)) == ("Harbor\n\nOwn\n\nSee Fees\n\nBerths", [("table of contents", "Pages")])


INDENT = '<w:pPr><w:ind w:left="720" w:hanging="360"/></w:pPr></w:lvl>'
NUMBERED = lists(level(0, "decimal", "%1.").replace("</w:lvl>", INDENT))


def below(words, indent, *, style=""):
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/><w:ind {indent}/></w:pPr>{run(words)}</w:p>'


@pytest.mark.parametrize("indent", ['w:left="720"', 'w:start="720" w:hanging="0"', 'w:left="720" w:firstLine="99"'])
def test_what_stands_below_an_item_as_far_in_goes_on_with_it(indent):
    body = paragraph("Turn.", listed="1") + below("Slowly.", indent) * 2 + paragraph("Go.", listed="1")
    assert read(word(body, numbering=NUMBERED)).text == "1. Turn.\n  Slowly.\n  Slowly.\n2. Go."


def test_the_indent_of_a_style_counts_as_the_paragraph_s_own():
    style = (
        '<w:style w:type="paragraph" w:styleId="P"><w:name w:val="P"/><w:pPr><w:ind w:left="720"/></w:pPr></w:style>'
    )
    body = paragraph("Turn.", listed="1") + paragraph("Slowly.", style="P")
    assert read(word(body, numbering=NUMBERED, styles=style)).text == "1. Turn.\n  Slowly."


@pytest.mark.parametrize(
    "other",
    [
        below("Slowly.", 'w:left="360"'),
        below("Slowly.", 'w:left="720" w:hanging="360"'),
        below("Slowly.", ""),
        "<w:p/>" + below("Slowly.", 'w:left="720"'),
        paragraph("And") + below("Slowly.", 'w:left="720"'),
    ],
)
def test_what_stands_elsewhere_does_not(other):
    text = read(word(paragraph("Turn.", listed="1") + other, numbering=NUMBERED)).text
    assert text.replace("And\n\n", "") == "1. Turn.\n\nSlowly."
    heading = below("Slowly", 'w:left="720"', style="H")
    assert read(word(paragraph("Turn.", listed="1") + heading, numbering=NUMBERED, styles=STYLES)).text.endswith(
        "# Slowly"
    )
    flat = lists(level(0, "decimal", "%1."))
    assert read(word(paragraph("Turn.", listed="1") + paragraph("On."), numbering=flat)).text == "1. Turn.\n\nOn."


def test_a_style_makes_items_with_bullets_though_its_list_does_not_name_it():
    style = (
        '<w:style w:type="paragraph" w:styleId="B"><w:name w:val="B"/><w:pPr>'
        '<w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    body = paragraph("Rope", style="B") + paragraph("Buoy", style="B")
    assert read(word(body, styles=style, numbering=lists(level(0, "bullet", "o")))).text == "- Rope\n- Buoy"


LOOKS = [
    "<w:strike/>",
    "<w:dstrike/>",
    '<w:strike w:val="0"/><w:dstrike/>',
    '<w:rStyle w:val="S"/>',
    '<w:rStyle w:val="R"/>',
    '<w:rStyle w:val="S"/><w:strike/>',
]


@pytest.mark.parametrize("look", LOOKS)
def test_what_is_struck_out_once_or_twice_or_by_a_style_is_left_out(look):
    style = '<w:style w:type="character" w:styleId="S"><w:name w:val="S"/><w:rPr><w:{}/></w:rPr></w:style>'
    style = style.format("dstrike") + style.format("strike").replace('"S"', '"R"')
    body = f"<w:p>{run('Pay ')}{run('40', look)}{run(' or 50', look)}{run('30.')}</w:p>"
    document = read(word(body, styles=style))
    assert (document.text, gone(document)) == ("Pay 30.", [("struck out", "40 or 50")])


def test_what_a_run_says_of_itself_counts_more_than_its_style():
    style = '<w:style w:type="character" w:styleId="S"><w:name w:val="S"/><w:rPr><w:strike/></w:rPr></w:style>'
    look = '<w:rStyle w:val="S"/><w:strike w:val="0"/>'
    assert read(word(f"<w:p>{run('Pay 30.', look)}</w:p>", styles=style)).text == "Pay 30."
