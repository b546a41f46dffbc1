"""What guardrails pass over to be quick changes nothing of what they find."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from steep.testing.guardrail import guard_request
from steep_plugins.guardrails import injection, recalling, secrets
from steep_plugins.guardrails.injection_rules import rules
from steep_plugins.guardrails.personal_data import PersonalData
from steep_plugins.guardrails.secrets import Secrets

RANDOM = "q7Rz2LwX9vTb4NcY"
TOKENS = (
    "AKIAQ7RZ2LWX9VTB4NCY",
    "AKC" + RANDOM,
    "xoxb-1234-56-" + RANDOM,
    "glpat-" + RANDOM + "abcd",
    "1234567890:" + (RANDOM * 3)[:35],
    "AC" + "0a1b2c3d4e5f6071" * 2,
    "aws_key = '" + (RANDOM * 3)[:40] + "'",
    f'password = "{RANDOM}"',
    "passwort: h4Fen!Tor<27",
    f"postgres://app:{RANDOM}@db.local/x",
)
GLUE = (" ", "\n", "", ".", ", ", "the harbour opens at 8 ", "=", '"')
ORDERS = sorted({word for rule in rules().all for word in rule.example.split()})


@given(st.lists(st.sampled_from(TOKENS + GLUE), max_size=12).map("".join))
def test_no_secret_is_lost_by_looking_for_signs_first(text):
    found = Secrets()._findings(text)
    may_hold, issued = secrets._may_hold, secrets._ISSUED
    try:
        secrets._may_hold = lambda piece: True
        secrets._ISSUED = tuple((rule, "", pattern) for rule, _, pattern in issued)
        assert Secrets()._findings(text) == found
    finally:
        secrets._may_hold, secrets._ISSUED = may_hold, issued


@given(st.lists(st.sampled_from(ORDERS), max_size=14).map(" ".join))
def test_no_rule_is_lost_by_looking_up_words_first(text):
    read = injection._read(injection.folding.fold(text))
    tried = set(map(id, rules().worth(read.text, read.vocabulary)))
    missed = [rule for rule in rules().all if id(rule) not in tried]
    assert not any(rule.form.found_in(read.words, read.vocabulary, read.text) for rule in missed)


def test_a_text_is_looked_at_once_and_a_long_one_each_time():
    seen = []
    find = recalling.recalled(lambda text: seen.append(len(text)))
    for text in ("short", "short", "x" * 10_000, "x" * 10_000):
        find(text)
    assert seen == [5, 10_000, 10_000]


def test_what_was_found_before_is_told_of_the_passage_that_is_asked_about_now():
    request = guard_request("passages", "Write to jo@example.org.")
    elsewhere = replace(
        request,
        hits=tuple(replace(hit, passage=replace(hit.passage, document=f"new-{hit.rank}")) for hit in request.hits),
    )
    guard = PersonalData()
    for asked in (request, elsewhere):
        assert [each.passage for each in guard.check(asked).findings] == [asked.hits[1].passage.id]
