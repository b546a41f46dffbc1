"""The reader `markdown`."""

import pytest

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
    assert document.text == PLAN
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


@pytest.mark.parametrize("unit", ["word ", "- a\n", "> ", "[", "a\n\n", "| a ", "* ", "`", "#", "<!-- "])
def test_the_work_is_linear_in_the_file(unit, calls):
    def work(size: int) -> None:
        read("a" + unit * (size // len(unit)))

    # a pattern that backtracks would not end at this size
    assert calls(work, 50_000) < 12 * calls(work, 5_000) + 1000


def test_prose_between_two_rules_is_no_front_matter():
    document = read("---\n\nThis text begins after a rule.\n\n---\n\nMore.\n")
    assert "This text begins after a rule." in [document.text[each.start : each.end] for each in document.blocks]
