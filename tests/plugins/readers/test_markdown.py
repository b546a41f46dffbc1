"""The reader `markdown`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.kinds import Source
from steep.testing import ReaderContract
from steep_plugins.markup import plain_line
from steep_plugins.readers.markdown import MarkdownReader

PLAN = """---
title: "Storm plan: the short one"
tags: [storm]
---

# Plan

Lines are *doubled*
on every vessel.

- The Watch phones.
  - Twice a day.

  More of the first.
- Boxes go indoors.

1. First
2. Second

| Stage | Gusts |
| --- | --- |
| Grey | 45 |

> Keep calm.

```sh
# not a heading
```

<!-- nothing to see -->

Set
---
"""


def read(text: str, path: str = "storm-plan.md"):
    return MarkdownReader().read(Source(path=path, data=text.encode()))


class TestMarkdownReader(ReaderContract):
    @pytest.fixture
    def reader(self):
        return MarkdownReader()

    @pytest.fixture
    def sample(self):
        return Source(path="storm-plan.md", data=PLAN.encode()), ("Plan", "doubled", "Twice", "45", "Keep calm")


def test_the_text_is_the_file_and_the_blocks_are_its_structure():
    document = read(PLAN)
    assert document.text == PLAN.replace("<!-- nothing to see -->", " " * 23)
    assert [(each.reason, each.text) for each in document.left_out] == [("comment", "nothing to see")]
    assert [(block.kind, block.level, PLAN[block.start : block.end]) for block in document.blocks] == [
        ("heading", 1, "# Plan"),
        ("paragraph", 0, "Lines are *doubled*\non every vessel."),
        ("item", 1, "- The Watch phones."),
        ("item", 2, "- Twice a day."),
        ("item", 1, "More of the first."),
        ("item", 1, "- Boxes go indoors."),
        ("item", 1, "1. First"),
        ("item", 1, "2. Second"),
        ("row", 1, "| Stage | Gusts |"),
        ("row", 2, "| Grey | 45 |"),
        ("quote", 0, "> Keep calm."),
        ("code", 0, "```sh\n# not a heading\n```"),
        ("heading", 2, "Set\n---"),
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (PLAN, "Storm plan: the short one"),
        ("---\ntitle: It's ours # note\n---\n# Other\n", "It's ours"),
        ('+++\ntitle = "From TOML"\n+++\n# Other\n', "From TOML"),
        ("---\ntitle: >\n  folded\n---\n# Heading\n", "Heading"),
        ("---\nbroken: [\n---\n# Heading [with](x.md) `code` {#anchor}\n", "Heading with code"),
        ("Intro.\n\n## Section\n\nText.\n", "storm plan"),
        ("## Only section\n\nText.\n", "Only section"),
        ("---\nno end of it\n\n# Heading\n", "Heading"),
        ("Title\n=====\n\nText.\n", "Title"),
    ],
)
def test_the_title_is_stated_or_the_first_heading_or_the_file_name(text, title):
    assert read(text).title == title


def test_front_matter_is_no_content():
    document = read("---\ntitle: Plan\nsecret: word\n---\nText.\n")
    assert [document.text[block.start : block.end] for block in document.blocks] == ["Text."]


def test_windows_line_ends_count_as_one_character():
    document = MarkdownReader().read(Source(path="a.md", data=b"# Plan\r\n\r\nText.\r\n"))
    assert document.text == "# Plan\n\nText.\n"
    assert [document.text[block.start : block.end] for block in document.blocks] == ["# Plan", "Text."]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("## Stage *Grey* ##", "Stage Grey"),
        ("Stage\n-----", "Stage"),
        ("### `--max-time` and snake_case_name", "--max-time and snake_case_name"),
        ("# ![logo](a.png) Tom &amp; **Jerry**", "logo Tom & Jerry"),
        (r"# C\# and 2 \* 3", "C# and 2 * 3"),
        ("#", ""),
    ],
)
def test_a_line_is_read_without_its_markup(line, words):
    assert plain_line(line) == words


@pytest.mark.parametrize(
    "unit", ["word ", "- a\n", "> ", "[", "a\n\n", "| a ", "* ", "`", "#", "<!-- ", '<a "', "` `` "]
)
def test_the_work_is_linear_in_the_file(unit, calls):
    def work(size: int) -> None:
        read("a" + unit * (size // len(unit)))

    # a pattern that backtracks would not end at this size
    assert calls(work, 50_000) < 12 * calls(work, 5_000) + 1000


def test_prose_between_two_rules_is_no_front_matter():
    document = read("---\n\nThis text begins after a rule.\n\n---\n\nMore.\n")
    assert "This text begins after a rule." in [document.text[each.start : each.end] for each in document.blocks]


def words_of(text):
    """Each block's words, line by line."""
    document = read(text)
    assert len(document.text) == len(text)
    return [
        "\n".join(" ".join(line.split()) for line in document.text[block.start : block.end].splitlines())
        for block in document.blocks
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('<a id="crane"></a>\n\nThe crane.', ["The crane."]),
        ("## <a name=\"crane\"></a>Crane <a id='x'/>\n", ["## Crane"]),
        ('See <a href="a>b.md" title="x">the crane</a> there.', ["See the crane there."]),
        ("Before <!-- todo: check --> after.", ["Before after."]),
        ("One.\n\n<!--\nsecret\n\nplan\n-->\n\nTwo.", ["One.", "Two."]),
        ("- <!-- x -->Boxes<br>indoors\n- Next", ["- Boxes\nindoors", "- Next"]),
        ("First.<br/>Second.<BR />\nThird.", ["First.\nSecond.\nThird."]),
        ("| a | b |\n| --- | --- |\n| 45<br>60 | <a id='q'></a>x |", ["| a | b |", "| 45 60 | x |"]),
        ("# One<br>line", ["# One line"]),
        ("<div>\nFirst<br>second <!-- no -->\n</div>", ["<div>\nFirst\nsecond\n</div>"]),
        ("<!--> shown <!---> too", ["shown too"]),
    ],
)
def test_anchors_and_comments_go_and_a_break_ends_a_line(text, words):
    assert words_of(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "Type `<br>`, ``<a id=`x`>`` or `<!-- x -->`.",
        "```html\n<a id='x'></a><br><!-- x -->\n```",
        "    <a id='x'></a><br><!-- x -->",
        "<pre>\n<a id='x'></a><br><!-- x -->\n</pre>",
        r"An escaped \<br> and \<a id='x'>.",
        "A <kbd>Ctrl</kbd>, H<sub>2</sub>O, <name>, <address>, <abbr>, <https://a.example/br>.",
        "One `tick alone, then <!-- no end of it.",
        "a < b, c <- d, <a",
    ],
)
def test_code_and_what_is_no_anchor_stay_as_they_are(text):
    assert read(text).text == text


def test_a_tick_that_is_not_closed_hides_no_tag():
    assert words_of("One ` tick <br>more, and `` two.") == ["One ` tick\nmore, and `` two."]
    assert words_of(r"One \` tick <!-- x -->more`.") == [r"One \` tick more`."]


def test_what_comments_say_is_counted():
    document = read("<!-- a  b -->\n\nText <!-- c -->here<!---->.\n")
    assert [(each.reason, each.text) for each in document.left_out] == [("comment", "a b"), ("comment", "c")]


@given(
    st.lists(
        st.sampled_from(
            [
                "word ",
                "<br>",
                "<!-- c -->",
                "<a id='x'>",
                "</a>",
                "`",
                "``",
                "\n",
                "\n\n",
                "- ",
                "| a ",
                "# ",
                "<",
                "\\",
            ]
        ),
        max_size=20,
    )
)
def test_every_other_character_stays_where_it_is(parts):
    text = "".join(["word ", *parts])
    document = read(text)
    assert len(document.text) == len(text)
    assert all(now == before or now in " \n" for now, before in zip(document.text, text, strict=True))
    assert document.text.count("word") == text.count("word")
    assert all(document.text[block.start : block.end].strip() for block in document.blocks)


@pytest.mark.parametrize(
    ("hidden", "words"),
    [
        ('<span style="font-size:0">Not this.</span>', "Not this."),
        ("<div hidden>Not this.</div>", "Not this."),
        ('<div style="display:none">\n\nNot this.\n\n- nor this\n\n```\nnor this\n```\n\n</div>', "nor this"),
        ("<div hidden>a <div>b</div> Not this.</div>", "Not this."),
        ('<font color="white">Not this.</font>', "Not this."),
        ("[//]: # (Not this.)", "Not this."),
        ('[comment]: <> "Not this."', "Not this."),
        ("<p hidden>Not this.\nit goes on", "it goes on"),
    ],
)
def test_what_markdown_shows_nobody_is_blanked_and_counted(hidden, words):
    source = f"Before.\n\n{hidden}\n\nAfter."
    document = read(source)
    assert document.text.split() == ["Before.", "After."]
    assert len(document.text) == len(source)
    assert document.text.index("After") == source.index("After")
    assert words in document.left_out[0].text


@pytest.mark.parametrize(
    "shown",
    [
        "`<span hidden>` hides it",
        "    [//]: # (code)",
        "words before\n[//]: # (no reference)",
        '<span style="color:red">Red</span>',
        '[ref]: https://x.example "its title"',
        "<name> of a <hidden> place",
    ],
)
def test_what_only_looks_hidden_stays(shown):
    document = read(f"{shown}\n\nAfter.")
    assert document.text == f"{shown}\n\nAfter."
    assert document.left_out == ()


def test_scripts_and_styles_within_markdown_are_no_text():
    document = read("Before.\n\n<script>\nlet a = '<p>no</p>';\n</script>\n\n<style>p { color: red }</style>\n\nAfter.")
    assert document.text.split() == ["Before.", "After."]


def test_elements_of_one_name_are_followed_only_so_deep():
    from steep_plugins.readers.markdown_hidden import end_of

    deep = "<p hidden>" * 60
    assert end_of(deep + "</p>" * 60, "<p hidden>", 10) == 0
    assert end_of("<p hidden>x</p>", "<p hidden>", 10) == 15
