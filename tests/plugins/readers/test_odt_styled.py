"""The reader `odt`: code, quotations and raised letters, known by their styles."""

import pytest
from tests.plugins.readers.opendocument import read, style


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
