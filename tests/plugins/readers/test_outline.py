"""Org is read line by line: what stands in it, without its markup, and what is left out."""

import pytest

from steep.kinds import Source
from steep_plugins.readers import org
from steep_plugins.readers.outline import OutlineReader


def read(text):
    return OutlineReader().read(Source(path="a.org", data=text.encode()))


def blocks(text):
    document = read(text)
    return [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]


def said(text):
    return [each for _, _, each in blocks(text)]


def gone(text):
    return [(each.reason, each.text) for each in read(text).left_out]


def test_headings_have_their_words_alone():
    text = "#+TITLE: The lock\n#+AUTHOR: Anna\n* TODO [#A] Before *you* start [1/2]  :work:gate:\nText.\n"
    assert read(text).title == "The lock"
    assert blocks(text) == [("heading", 1, "# Before you start"), ("paragraph", 0, "Text.")]


def test_items_nest_by_their_indent_and_keep_what_hangs_on_them():
    steps = "1. Close it.\n2. Fill it:\n   - Open\n     slowly.\n   - [X] Wait.\n\n     Until level.\n3. Open it.\n"
    text = f"Do:\n{steps}\nAfter.\n"
    assert blocks(text) == [
        ("paragraph", 0, "Do:"),
        ("item", 1, "1. Close it."),
        ("item", 1, "2. Fill it:"),
        ("item", 2, "- Open\n    slowly."),
        ("item", 2, "- [X] Wait."),
        ("item", 2, "Until level."),
        ("item", 1, "3. Open it."),
        ("paragraph", 0, "After."),
    ]


def test_terms_stand_with_what_they_mean():
    assert said("- Depth :: nine metres\n- Width :: six\n") == ["- Depth: nine metres", "- Width: six"]


def test_a_table_has_the_rows_above_its_first_rule_as_its_header():
    table = "#+CAPTION: Fees\n| Boat | Fee |\n| / | < |\n|---+---|\n| *Large* | 75 |\n| Small | 40 |\n#+TBLFM: $2=1\n"
    assert said(table) == ["Fees", "| Boat | Fee |", "| Large | 75 |", "| Small | 40 |"]
    assert [kind for kind, level, _ in blocks("| a | b |\n| c | d |\n") if (kind, level) == ("row", 1)] == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("A *wide* and /deep/ =lock_1= of ~x = 1~.", "A wide and deep `lock_1` of `x = 1`."),
        ("In a/b/c, 2 * 3 * 4.", "In a/b/c, 2 * 3 * 4."),
        ("See [[https://e.org][the plan]] and [[https://e.org/y]].", "See the plan and https://e.org/y."),
        ("A [[file:lock.png]]picture, <<here>>a <<<target>>>.", "A picture, a target."),
        ("Due <2026-05-01 Fri 10:00>.", "Due 2026-05-01 Fri 10:00."),
        ("First \\\\\nsecond.", "First\nsecond."),
        ("Call src_sh{lock --fill}.", "Call `lock --fill`."),
    ],
)  # fmt: skip
def test_words_lose_their_markup(line, words):
    assert said(line) == [words]


def test_macros_are_said():
    assert said("#+MACRO: lock Quay Lock $1\nThe {{{lock(two)}}}.\n") == ["The Quay Lock two."]


def test_footnotes_stand_at_the_end():
    text = "Old.[fn:1] New.[fn:: Since /May/.] Odd.[fn:b] Old.[fn:1]\n\n[fn:b] Not /now/.\n[fn:1] Built in 1904.\n"
    assert said(text) == ["Old. [1] New. [2] Odd. [3] Old. [1]", "[1] Built in 1904.", "[2] Since May.", "[3] Not now."]


def test_code_keeps_what_looks_like_markup_and_its_indentation():
    text = "- Run it:\n  #+begin_src sh\n  # code\n    ,* no heading\n  #+end_src\n: literal\n: more\n"
    assert [each for kind, _, each in blocks(text) if kind == "code"] == [
        "```\n# code\n  ,* no heading\n```",
        "```\nliteral\nmore\n```",
    ]


def test_quotations_are_told_from_the_rest():
    assert blocks("#+begin_quote\nWater first.\n#+end_quote\nPlain.\n") == [
        ("quote", 0, "> Water first."),
        ("paragraph", 0, "Plain."),
    ]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("# Not this.", [("comment", "Not this.")]),
        ("#+begin_comment\nNot this.\n#+end_comment", [("comment", "Not this.")]),
        ("#+begin_html\n<hr>\n#+end_html", [("markup of another language", "<hr>")]),
        (":PROPERTIES:\n:ID: 7\n:END:", [("properties", ":ID: 7")]),
        ('#+INCLUDE: "b.org"', [("included from elsewhere", "b.org")]),
        ("** COMMENT Not\nthis.\n*** nor this", [("comment", "Not"), ("comment", "this."), ("comment", "nor this")]),
        ("** Not this :noexport:\nnor this", [("not for export", "Not this"), ("not for export", "nor this")]),
    ],
)
def test_what_is_not_text_is_left_out_and_counted(text, left):
    whole = f"* Fees\n{text}\n** Boats\nSeen.\n"
    assert gone(whole) == left
    assert said(whole) == ["# Fees", "## Boats", "Seen."]


@pytest.mark.parametrize(
    "line", ["#+begin_src", "#+begin_quote", ":LOGBOOK:", "| a", "- a", "*b", "=c", "[[d", "[fn:e:"]
)
def test_what_is_never_closed_costs_work_in_proportion_to_its_length(line, monkeypatch):
    asked = []
    end_of = org._Reading._end_of
    monkeypatch.setattr(org._Reading, "_end_of", lambda self, *each: asked.append(each) or end_of(self, *each))
    assert read("Seen.\n\n" + f"{line}\n" * 3000).text.startswith("Seen.")
    assert len(asked) <= 3000
