"""The reader `odt`: how the items of lists and headings are numbered."""

import pytest
from tests.plugins.readers.opendocument import read, style


def test_lists_within_lists_count_as_their_style_says():
    level = '<text:list-level-style-number text:level="{}" style:num-format="{}"/>'
    styles = f'<text:list-style style:name="L">{level.format(1, 1)}{level.format(2, "a")}</text:list-style>'
    item = "<text:list-item{}><text:p>{}</text:p>{}</text:list-item>"
    inner = f"<text:list>{item.format('', 'in', '')}</text:list>"
    first = item.format(' text:start-value="4"', "one", inner)
    body = f'<text:list text:style-name="L">{first}{item.format("", "two", "")}</text:list>'
    assert read("text", body, automatic=styles).text == "4. one\n  a. in\n5. two"


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
