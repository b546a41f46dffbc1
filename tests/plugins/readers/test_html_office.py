"""Pages that word processors write: their margins, tables of contents, quotations, code and notes."""

import pytest

from steep.kinds import Source
from steep_plugins.readers.html import HtmlReader

BY = {
    "LibreOffice": '<meta name="generator" content="LibreOffice 7.4 (Linux)"/>',
    "Word": '<meta name=Generator content="Microsoft Word 15 (filtered)">',
}


def read(body, *, head=BY["LibreOffice"]):
    return HtmlReader().read(Source(path="a.html", data=f"<head>{head}</head><body>{body}</body>".encode()))


def gone(document):
    return [(each.reason, each.text) for each in document.left_out]


def test_what_each_page_says_at_its_ends_is_counted():
    body = '<div title="header"><p>Harbor</p></div><p>Seen.</p><div title="footer"><p>Page 1</p></div>'
    document = read(body)
    assert document.text == "Seen."
    assert gone(document) == [("header or footer", "Harbor"), ("header or footer", "Page 1")]
    assert read(body, head="").text == "Harbor\n\nSeen.\n\nPage 1"
    assert read(f"<div>{body}</div>").text == "Harbor\n\nSeen.\n\nPage 1"


@pytest.mark.parametrize(
    "contents",
    [
        '<div id="Table of Contents1"><div><h1 class="contents-heading">Pages</h1></div><p>Fees 1</p></div>',
        '<div id="Inhaltsverzeichnis2"><p>Pages Fees 1</p></div>',
        "<p class=MsoTocHeading>Pages</p><p class=MsoToc1>Fees 1</p>",
    ],
)
def test_a_table_of_contents_is_left_out_and_counted_once(contents):
    document = read(f"{contents}<h1>Fees</h1><p>Pay.</p>")
    assert document.text == "# Fees\n\nPay."
    assert " ".join(text for _, text in gone(document)) == "Pages Fees 1"
    assert {reason for reason, _ in gone(document)} == {"table of contents"}
    assert "Pages" in read(f"{contents}<h1>Fees</h1>", head="").text


@pytest.mark.parametrize("name", ["block-text", "quotations western", "MsoQuote", "MsoIntenseQuote"])
def test_paragraphs_are_quotations_by_the_names_of_their_styles(name):
    assert read(f'<p>Seen.</p><p class="{name}">Water <b>first</b>.</p>').text == "Seen.\n\n> Water first."


FONT = '<font face="Consolas, serif">{}</font>'
CODE = [
    f"<p>{FONT.format('def')} {FONT.format('fee(n):')}<br/>\n"
    f"{FONT.format(chr(10) + '   ')}{FONT.format('return')}{FONT.format(' n')}</p>"
    f"\n<p>{FONT.format('&nbsp; done(')}{FONT.format(')')}</p>",
    "<p><span style='font-family:\"Courier New\"'>def\n\tfee(n):<br>    return n</span></p><p class=c>\n\n  done()</p>",
]


@pytest.mark.parametrize("code", CODE)
@pytest.mark.parametrize("by", BY)
def test_paragraphs_in_letters_of_one_width_are_code(code, by):
    head = BY[by] + "<style>.c {font-family: monospace}</style>"
    said = read(f"<p>Type:</p>{code}<p>On.</p>", head=head).text
    done = "  done()" if "nbsp" in code else " done()"
    assert said == f"Type:\n\n```\ndef fee(n):\n    return n\n{done}\n```\n\nOn."


def test_code_is_told_by_its_letters_alone_where_a_word_processor_wrote_the_page_and_not_all_of_it_in_them():
    code = f"<p>{FONT.format('done()')}</p>"
    assert read(f"<p>Seen.</p>{code}", head="").text == "Seen.\n\ndone()"
    assert read(code * 9 + "<p>Seen.</p>").text.startswith("done()\n\ndone()")
    assert read(f"<p>Seen.</p><p>{FONT.format('done()')} now</p>").text == "Seen.\n\ndone() now"
    assert read(f"<p>Seen.</p><p>{FONT.format('<code>done()</code>')}</p>").text == "Seen.\n\ndone()"
    assert read(f"<p>Seen.</p>{code}<p>Or:</p>{code}").text.count("```\ndone()\n```") == 2
    assert read(f"<p>Seen.</p>{code}or{code}").text.count("```\ndone()\n```") == 2
    table = f"<p>Seen.</p><table><tr><td>{code}</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
    assert "| done() | b |" in read(table).text
    numbered = f"<p>Seen.</p><table><tr><td>1</td><td>{code}</td></tr></table>"
    assert "| 1 | done() |" in read(numbered).text
    other = '<p>Seen.</p><p style="font-family: Arial, monospace">done()</p>'
    assert read(other).text == "Seen.\n\ndone()"
    inner = f"<p>Seen.</p><p>{FONT.format('<b style=font-family:inherit>done()</b>')}</p>"
    assert read(inner, head="").text == "Seen.\n\ndone()"
    assert read(f'<div class="doc-content">{inner}</div>', head="").text == "Seen.\n\ndone()"
    assert "```" in read(inner).text
    assert "```" in HtmlReader().read(Source(path="a.html", data=f'<body class="doc-content">{inner}'.encode())).text


def test_a_note_begins_with_its_mark():
    page = (
        '<p>Deep<a class="sdfootnoteanc" href="#s"><sup>1</sup></a>.</p><div id="sdfootnote1"><p class="sdfootnote">'
        '<a class="sdfootnotesym" name="s" href="#a">1</a>Low <a class="sdfootnotesym">2</a></p></div>'
    )
    assert read(page).text == "Deep [1].\n\n[1] Low 2"
    assert read('<p>Deep.</p><p><i><sup><a href="#a">1</a></sup>Low.</i></p>').text == "Deep.\n\n[1] Low."
    assert read('<p><a href="#a">a</a> is first.</p>').text == "a is first."
    assert read('<p>Deep.</p><ul><li>Low<sup><a href="#a">1</a></sup></li></ul>').text == "Deep.\n\n- Low [1]"


@pytest.mark.parametrize(
    "look",
    [
        "text-decoration: line-through",
        "text-decoration:underline Line-Through red",
        "text-decoration-line: line-through",
    ],
)
def test_what_style_strikes_out_is_left_out_and_counted_once(look):
    document = read(f'<p>Pay <span style="{look}">40 <b style="{look}">or 50</b></span> 30.</p>', head="")
    assert (document.text, gone(document)) == ("Pay 30.", [("struck out", "40 or 50")])
    assert HtmlReader().read(Source(path="a.html", data=f'<body style="{look}">Pay.'.encode())).text == "Pay."
    other = look.lower().replace("line-through", "none")
    assert read(f'<p>Pay <a style="{other}">30</a>.</p>').text == "Pay 30."


GAP = "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; </span>"


def hanging(marker, words, *, more="", name="MsoListParagraphCxSpMiddle"):
    mark = f"<span style='font-family:Symbol'>{marker}{GAP}</span>"
    return f"<p class={name} style='{more}text-indent:-.25in'>{mark}{words}</p>"


@pytest.mark.parametrize(
    ("deeper", "name"),
    [
        ("margin-left:1.0in;", "MsoListParagraph"),
        ("margin-left:72.0pt;", "MsoNormal"),
        ("margin-left:2.54cm;mso-x:1;", "MsoNormal"),
        ("margin-left:3in;mso-list:l0 level2 lfo1;", "MsoListParagraph"),
    ],
)
def test_paragraphs_that_hang_behind_a_marker_are_items(deeper, name):
    body = hanging("·", "Ro<b>pe</b>") + hanging("o", "Small", more=deeper, name=name) + hanging("1.", "Turn")
    said = read(body + hanging("a)", "Go") + "<p>On.</p>", head=BY["Word"]).text
    assert said == "- Rope\n  - Small\n1. Turn\na) Go\n\nOn."


def test_what_does_not_hang_or_has_no_marker_before_a_gap_is_a_paragraph():
    plain = f"<p class=MsoNormal>1.{GAP}Turn</p>"
    assert "item" not in {block.kind for block in read(f"{plain}<p>On.</p>", head=BY["Word"]).blocks if block.level > 1}
    assert read("<p class=MsoListParagraph>o Rope</p>", head=BY["Word"]).text == "o Rope"
    assert read(f"<p class=MsoListParagraph>·{GAP}Rope</p>", head=BY["Word"]).text == "- Rope"
    assert read(hanging("Rope", "Buoy"), head=BY["Word"]).text == "Rope Buoy"
    assert read(hanging("·", "Rope"), head="").text == "· Rope"


@pytest.mark.parametrize("name", ["MsoTitle", "title"])
def test_the_title_is_a_heading(name):
    assert read(f'<p class="c1 {name}">Harbor <b>rules</b></p><p>Pay.</p>').text == "# Harbor rules\n\nPay."
    assert read(f'<p class="{name}">Harbor</p><p>Pay.</p>', head="").text == "Harbor\n\nPay."


def test_lists_of_google_are_as_deep_as_their_names_say():
    lists = "".join(
        f'<ul class="c lst-kix_ab1-{level} start"><li>{words}</li></ul>' for level, words in ((0, "A"), (1, "B"))
    )
    inner = f"<ul><li>C{lists}</li></ul>"
    google = '<body class="doc-content"><p>So:</p>{}<p>On.</p>'

    def text(body):
        return HtmlReader().read(Source(path="a.html", data=google.format(body).encode())).text

    assert text(lists) == "So:\n\n- A\n  - B\n\nOn."
    assert text(inner) == "So:\n\n- C\n  - A\n  - B\n\nOn."


COMMENTS = {
    "Word": (
        '<p>Pay<a class=msocomanchor href="#_msocom_1">[A1]</a>.</p><div><div class=msocomtxt><a name="_msocom_1"></a>'
        "<p><a class=msocomoff>[A1]</a>Why?</p></div></div>"
    ),
    "Google": (
        '<p>Pay<sup><a href="#cmnt1" id="cmnt_ref1">[a]</a></sup>.</p>'
        '<div class="c"><p><a href="#cmnt_ref1" id="cmnt1">[a]</a><span>Why?</span></p></div>'
    ),
}


@pytest.mark.parametrize("by", COMMENTS)
def test_comments_are_left_out_and_counted_without_their_marks_in_the_text(by):
    document = read(COMMENTS[by])
    assert document.text == "Pay."
    assert [(reason, text.split()[-1]) for reason, text in gone(document)] == [("comment", "Why?")]
    around = read(f"<div><div><p>Seen.</p></div>{COMMENTS[by]}</div>")
    assert around.text == "Seen.\n\nPay."
    comment = COMMENTS[by].partition("</p>")[2]
    assert read(f"<div>{comment}<p>Seen.</p></div>").text == "Seen."


def test_marks_of_notes_of_word_are_set_apart():
    page = '<p>Pay<a href="#_ftn1" name="_ftnref1"><span>[1]</span></a>.</p><p><a href="#_ftnref1">[1]</a> Soon.</p>'
    assert read(page, head=BY["Word"]).text == "Pay [1].\n\n[1] Soon."
