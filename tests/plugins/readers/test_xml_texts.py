"""The reader `xml`: texts in DocBook, JATS, DITA and TEI."""

import pytest

from steep.errors import SourceError
from steep.kinds import Source
from steep_plugins.readers.xml import XmlReader


def document(markup, path="a.xml"):
    return XmlReader().read(Source(path=path, data=markup.encode()))


def said(markup, root="article"):
    read = document(f"<{root}>{markup}</{root}>")
    return [f"{block.kind} {read.text[block.start : block.end]}" for block in read.blocks]


def test_lists_keep_their_marks_and_what_stands_below_an_item():
    inner = (
        '<orderedlist numeration="loweralpha"><listitem><para>red</para></listitem>'
        "<listitem><para>blue</para></listitem></orderedlist>"
    )
    first = f"<listitem><para>Paint it.</para><para>Twice.</para><screen>paint --all</screen>{inner}</listitem>"
    body = f"<orderedlist><title>Steps</title>{first}<listitem><para>Sell it.</para></listitem></orderedlist>"
    body += "<itemizedlist><listitem><para>oil</para></listitem></itemizedlist>"
    body += "<simplelist><member>rope</member></simplelist>"
    assert said(body) == [
        "paragraph Steps",
        "item 1. Paint it.",
        "item Twice.",
        "code ```\npaint --all\n```",
        "item a. red",
        "item b. blue",
        "item 2. Sell it.",
        "item - oil",
        "item - rope",
    ]


def test_a_list_in_a_paragraph_parts_it():
    body = "<para>Two kinds: <itemizedlist><listitem><para>oil</para></listitem></itemizedlist> and no more.</para>"
    assert said(body) == ["paragraph Two kinds:", "item - oil", "paragraph and no more."]


def test_terms_stand_before_what_they_mean():
    entry = "<varlistentry><term>-a</term><term>--all</term><listitem><para>Shows all.</para></listitem></varlistentry>"
    gloss = "<glossentry><glossterm>Seal</glossterm><glossdef><para>A ring.</para></glossdef></glossentry>"
    body = f"<variablelist>{entry}</variablelist><glosslist>{gloss}</glosslist>"
    assert said(body) == ["paragraph -a, --all: Shows all.", "paragraph Seal: A ring."]


def test_marks_in_code_have_the_numbers_of_what_explains_them():
    code = '<programlisting>a = 1 <co xml:id="c1"/>\n  b = 2 <co xml:id="c2"/></programlisting>'
    body = (
        code
        + "<calloutlist>"
        + "".join(f"<callout><para>{each}.</para></callout>" for each in ("One", "Two"))
        + "</calloutlist>"
    )
    assert said(f'{body}<para>See <xref linkend="c2"/>.</para>') == [
        "code ```\na = 1 (1)\n  b = 2 (2)\n```",
        "item 1. One.",
        "item 2. Two.",
        "paragraph See (2).",
    ]


def test_references_say_what_they_lead_to():
    body = '<section id="s"><title>Stopping</title><para>Stop.</para></section>'
    body += '<para>See <xref linkend="s"/>, <link linkend="s">this</link> and <ulink url="http://x.example/"/>.</para>'
    assert said(body)[-1] == "paragraph See Stopping, this and http://x.example/."


def test_keys_and_menus_are_joined_and_index_terms_are_no_text():
    body = (
        "<para>Press <keycombo><keycap>Ctrl</keycap><keycap>C</keycap></keycombo> in <menuchoice>"
        "<guimenu>File</guimenu><guimenuitem>Save</guimenuitem></menuchoice>.<indexterm><primary>saving</primary></indexterm></para>"
    )
    assert said(body) == ["paragraph Press Ctrl+C in File > Save."]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("<warning><para>Hot.</para></warning>", "paragraph Warning: Hot."),
        ("<note><title>Mind</title><para>Dry.</para></note>", "paragraph Mind: Dry."),
        ("<formalpara><title>Safety</title><para>Gloves.</para></formalpara>", "paragraph Safety: Gloves."),
        ("<para>Stop.<footnote><para>Always.</para></footnote></para>", "paragraph Stop. [Always.]"),
        ("<p>Stop<xref ref-type='fn'><sup>1</sup></xref>.</p>", "paragraph Stop [1]."),
        ("<back><fn-group><fn><label>1</label><p>Always.</p></fn></fn-group></back>", "paragraph [1] Always."),
        ("<p>10<sup>3</sup> <emphasis role='strikethrough'>old</emphasis> m</p>", "paragraph 10³ m"),
        ("<fig><label>Figure 1</label><caption><p>A seal.</p></caption></fig>", "paragraph Figure 1: A seal."),
        (
            "<figure><title>A pump</title><mediaobject><textobject><phrase>A pump</phrase></textobject></mediaobject>"
            "</figure>",
            "paragraph A pump",
        ),
        ("<address>Main street 1\n  Oslo</address>", "paragraph Main street 1\nOslo"),
        ("<author><firstname>Ana</firstname><surname>Lind</surname></author>", "paragraph Ana Lind"),
        ("<name><surname>Lind</surname><given-names>Ana</given-names></name>", "paragraph Ana Lind"),
        ("<date>2024-03-01</date>", "paragraph date: 2024-03-01"),
        ("<blockquote><attribution>Bo</attribution><para>Calm.</para></blockquote>", "quote > Calm.\nquote > — Bo"),
        (
            "<disp-formula><label>(1)</label><alternatives><tex-math>x^2</tex-math><m:math xmlns:m='m'><m:msup>"
            "<m:mi>x</m:mi><m:mn>2</m:mn></m:msup></m:math></alternatives></disp-formula>",
            "paragraph x^2 (1)",
        ),
        ("<ref-list><ref><label>2</label><element-citation><name><surname>Ek</surname><given-names>B</given-names>"
         "</name><year>2021</year></element-citation></ref></ref-list>", "paragraph [2] Ek, B, 2021"),
        ("<refnamediv><refname>steep</refname><refpurpose>asks</refpurpose></refnamediv>", "paragraph steep — asks"),
    ],
)  # fmt: skip
def test_parts_of_a_text_are_read_as_they_are_printed(body, line):
    assert "\n".join(said(body)) == line


def test_headings_have_the_level_of_their_section_and_their_number():
    body = "<bookinfo><title>Pumps</title></bookinfo><chapter><title>Start</title>"
    body += "<sect1><label>1.1</label><title>Stop</title><para>Now.</para></sect1></chapter>"
    assert said(body, "book")[:3] == ["heading # Pumps", "heading ## Start", "heading ### 1.1 Stop"]


def test_columns_that_cells_name_are_filled():
    columns = "".join(f'<colspec colname="{name}"/>' for name in ("boat", "day", "week"))
    head = (
        '<row><entry morerows="1">Boat</entry><entry namest="day" nameend="week">Price</entry></row>'
        "<row><entry>Day</entry><entry>Week</entry></row>"
    )
    body = "<row><entry><para>Large</para></entry><entry>75</entry><entry>400</entry></row>"
    table = f"<table><title>Prices</title><tgroup>{columns}<thead>{head}</thead><tbody>{body}</tbody></tgroup></table>"
    assert said(table) == ["paragraph Prices", "row | Boat | Price Day | Price Week |", "row | Large | 75 | 400 |"]


def test_steps_of_a_task_are_counted():
    body = "<title>Replace it</title><taskbody><steps><step><cmd>Open.</cmd><info>It is heavy.</info></step>"
    body += '<step><cmd>Close.</cmd></step></steps><result><note type="warning">Hot!</note></result></taskbody>'
    assert said(body, "task") == [
        "heading # Replace it",
        "item 1. Open.",
        "item It is heavy.",
        "item 2. Close.",
        "paragraph Warning: Hot!",
    ]


def test_remarks_and_what_is_included_are_counted():
    read = document(
        '<article xmlns:xi="http://www.w3.org/2001/XInclude"><para>Seen.<remark>check</remark></para>'
        '<xi:include href="b.xml"/></article>'
    )
    assert read.text == "Seen."
    assert [(each.reason, each.text) for each in read.left_out] == [
        ("comment", "check"),
        ("included from elsewhere", "b.xml"),
    ]


def test_entities_are_the_words_that_they_stand_for():
    kind = '<!DOCTYPE article SYSTEM "x.dtd" [<!ENTITY pump "the <b>new</b> pump"><!ENTITY two SYSTEM "two.xml">]>'
    read = document(f"{kind}<article><para>A&nbsp;b, caf&eacute;, &pump;.&two;</para></article>")
    assert read.text == "A b, café, the new pump."
    assert [(each.reason, each.text) for each in read.left_out] == [("included from elsewhere", "&two;")]


def test_a_question_of_one_paragraph_heads_its_answer():
    entry = "<qandaentry><question><para>{}</para></question><answer><para>{}</para></answer></qandaentry>"
    asked = entry.format("Where is <b>it</b>?", "There.") + entry.format("Why?</para><para>And when?", "So.")
    read = document(f"<chapter><title>FAQ</title><qandaset>{asked}</qandaset></chapter>")
    assert read.text == "# FAQ\n\n### Where is it?\n\nThere.\n\nWhy?\n\nAnd when?\n\nSo."


def test_a_name_that_no_file_at_hand_defines_stands_for_what_it_names():
    text = "<chapter><title>&harbour; FAQ</title><para>Ask &Ada.Berg; how <b>&harbour;</b> berths.</para></chapter>"
    for kind in ("", "<!DOCTYPE chapter>", '<!DOCTYPE chapter SYSTEM "x.dtd">'):
        read = document(kind + text)
        assert read.text == "# harbour FAQ\n\nAsk Ada Berg how harbour berths."
        assert [each.text for each in read.left_out] == ["&harbour;", "&Ada.Berg;", "&harbour;"]


def test_entities_that_grow_without_end_are_refused():
    named = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 12))
    with pytest.raises(SourceError, match="is not XML that can be read"):
        document(f'<!DOCTYPE a [<!ENTITY a0 "lol">{named}]><article><para>Seen. {"&a11;" * 500}</para></article>')


@pytest.mark.parametrize("name", ["para", "section", "itemizedlist", "emphasis", "blockquote"])
def test_elements_within_each_other_without_end_are_read(name):
    assert "x" in document(f"<article>{f'<{name}>' * 240}x{f'</{name}>' * 240}</article>").text


def test_an_id_that_is_no_name_is_no_reason_to_refuse_a_text():
    text = '<article><section xml:id="5-a"><title>Fees</title><!-- x --><para>Due.</para></section></article>'
    assert "Due." in document(text).text
    with pytest.raises(SourceError, match="not XML that can be read"):
        document(text.replace("</para>", ""))
