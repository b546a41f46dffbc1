"""One scoring of texts for all: what SQuAD's definition says of words, and what numbers mean."""

import re
import string
import unicodedata
from collections import Counter
from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from steep.measuring.scoring import best_of, common_subsequence, exact_match, normalized, rouge_l, token_f1, tokens

SCORES = (token_f1, exact_match, rouge_l)

texts = st.text(max_size=30)
# SQuAD's own rules and these agree where no mark joins letters or digits
plain_ascii = st.lists(
    st.sampled_from(["a", "An", "the", "berth", "B", "M3", "45", "!", "it,", "(so)", "don't", "U.S."])
)


def reference_words(text):
    """SQuAD's normalisation, step by step as its definition lists them."""
    bare = "".join(character for character in text.lower() if character not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


def reference_f1(given, gold):
    left, right = reference_words(given), reference_words(gold)
    same = (Counter(left) & Counter(right)).total()
    if same == 0:
        return 0.0
    precision, recall = same / len(left), same / len(right)
    return 2 * precision * recall / (precision + recall)


@given(plain_ascii.map(" ".join), plain_ascii.map(" ".join))
def test_token_f1_of_plain_ascii_text_is_squads(one, other):
    if reference_words(one) and reference_words(other):
        assert token_f1(one, other) == pytest.approx(reference_f1(one, other))
        assert exact_match(one, other) == (reference_words(one) == reference_words(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the berth", "berth"),
        ("up-to-date", "up to date"),
        ("The “Lady Venn”, at 9!", "lady venn at 9"),
        ("1 000", "1000"),
        ("1,000", "1000"),
        ("1\u202f000,5", "1000.5"),
        ("1’000", "1'000"),
        ("12,345,678", "12345678"),
        ("1,00,000", "100000"),
        ("3,5", "3.5"),
        (".5", "0.5"),
        ("-$5", "$-5"),
        ("\u22125", "-5"),
        ("(–5)", "-5"),
        ("pages 3–5", "pages 3-5"),
        ("5%-10%", "5% to 10%".replace("to ", "")),
        ("½", "1/2"),
        ("3½", "3 1/2"),
        ("m²", "m2"),
        ("٣", "3"),
        ("ﬁsh", "fish"),
        ("cafe\u0301", "CAFÉ"),
        ("straße", "STRASSE"),
        ("\u03aa\u0301", "\u0390"),  # an iota with two marks, whose capital is written in two characters
        ("The!", "the"),
        ("co\u00adop", "coop"),
        ("Çelik’s", "çelik's"),
        ("U.S.", "US"),
        ("and/or", "and or"),
        ("5 °C", "5°c"),
    ],
)
def test_these_are_the_same(one, other):
    assert {measure(one, other) for measure in SCORES} == {1.0}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3.5", "35"),
        ("-5", "5"),
        ("\u22125", "5"),
        ("-$5", "$5"),
        (".5", "5"),
        ("-.5", ".5"),
        ("1.000", "1000"),
        ("10,5", "105"),
        ("2026 100", "2026100"),
        ("10²", "102"),
        ("3½", "31/2"),
        ("9:30", "930"),
        ("1/2", "12"),
        ("v4.2", "v42"),
        ("1.10", "1.1"),
        ("A-5", "5"),
        ("pier A/B", "pier B"),
        ("%", "$"),
        ("the", "a"),
        ("-", "+"),
        ("", "the"),
        ("9", "九"),
    ],
)
def test_these_are_not(one, other):
    assert exact_match(one, other) == 0
    assert token_f1(one, other) < 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("九時に", ("九", "時", "に")),
        ("हिन्दी में", ("हिन्दी", "में")),
        ("ls -1", ("ls", "\u22121")),
        ("No.5, ext. 12", ("no", "5", "ext", "12")),
        ("€5 or 5 €", ("€", "5", "or", "5", "€")),
        ("2024-05-12 and 12.5.2024", ("2024", "05", "12", "and", "12.5.2024")),
        ("berths 3, 4 and 10", ("berths", "3", "4", "and", "10")),
        ("1,2,3", ("1", "2", "3")),
        ("call 020 7946 0958", ("call", "020", "7946", "0958")),
        ("call 0043 699 123", ("call", "0043", "699", "123")),
        ("", ()),
        ("The", ("the",)),
    ],
)
def test_words_of_a_text(text, words):
    assert tokens(text) == words
    assert normalized(text) == " ".join(words)


@given(texts, texts)
def test_scores_are_symmetric_and_bounded_and_one_for_a_text_with_itself(one, other):
    for measure in SCORES:
        assert 0 <= measure(one, other) <= 1
        assert measure(one, other) == measure(other, one)
        assert measure(one, one) == 1


@given(texts, texts)
def test_a_score_is_one_only_where_the_words_are_equal_in_order_for_match_and_rouge(one, other):
    assert (exact_match(one, other) == 1) == (rouge_l(one, other) == 1) == (normalized(one) == normalized(other))
    assert (token_f1(one, other) == 1) == (Counter(tokens(one)) == Counter(tokens(other)))


@given(texts)
def test_case_and_compatible_characters_make_no_difference(text):
    # a raised or vulgar fraction digit means another number than its flat form does: 10² is not 102
    assume(
        all(unicodedata.decomposition(each).split(" ")[0] not in ("<super>", "<sub>", "<fraction>") for each in text)
    )
    assert tokens(unicodedata.normalize("NFKC", text)) == tokens(text)
    assert tokens(text.casefold()) == tokens(text)
    if text.upper().casefold() == text.casefold():
        assert tokens(text.upper()) == tokens(text)


@given(st.integers(-(10**12), 10**12), st.sampled_from([",", " ", "'", "\u00a0", "\u2009"]), st.booleans())
def test_a_number_is_the_same_however_its_thousands_are_parted(number, separator, point):
    grouped = f"{number:,}".replace(",", separator) + (".25" if point else "")
    assert tokens(f"about {grouped} m") == tokens(f"about {number}{'.25' if point else ''} m")


@given(st.decimals(-1000, 1000, places=2), st.decimals(-1000, 1000, places=2))
def test_unlike_numbers_are_never_equal(one, other):
    assume(one != other)
    assert exact_match(f"{one}", f"{other}") == 0
    assert token_f1(f"{one} m", f"{other} m") == 0.5


@given(texts, texts)
def test_order_can_only_cost_rouge(one, other):
    assert rouge_l(one, other) <= token_f1(one, other) + 1e-12


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abcd"), max_size=12))
def test_the_common_subsequence_is_that_of_the_textbook(left, right):
    @cache
    def longest(i, j):
        if i == len(left) or j == len(right):
            return 0
        if left[i] == right[j]:
            return 1 + longest(i + 1, j + 1)
        return max(longest(i + 1, j), longest(i, j + 1))

    assert common_subsequence(left, right) == longest(0, 0)


def test_rouge_l_agrees_with_the_example_of_its_paper():
    # Lin 2004, section 3.1: against "police killed the gunman", S2 shares 3 words in order, S3 only 2; SQuAD's words
    # leave the article out, so of 3 and 3 words they share 2 and 1
    reference = "police killed the gunman"
    assert rouge_l("police kill the gunman", reference) == pytest.approx(2 / 3)
    assert rouge_l("the gunman kill police", reference) == pytest.approx(1 / 3)


def test_the_best_gold_answer_counts_and_none_means_that_silence_is_right():
    assert best_of(token_f1, "nine at night", ("noon", "nine")) == pytest.approx(0.5)
    assert best_of(exact_match, "", ()) == 1
    assert best_of(exact_match, "nine", ()) == 0


@pytest.mark.parametrize("text", ["1,000 " * 20000, "-" * 100000, "1." * 50000, "a'" * 50000, "1 000" * 20000])
def test_hostile_repetition_is_scored_in_linear_time(text):
    assert tokens(text)
