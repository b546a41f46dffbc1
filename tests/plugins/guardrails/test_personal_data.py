import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep.testing.guardrail import guard_request
from steep_plugins.guardrails.checksums import dni, iban, luhn, nir
from steep_plugins.guardrails.personal_data import PersonalData


def kinds(text, stage="input", **options):
    return [found.rule for found in PersonalData(**options).check(guard_request(stage, text)).findings]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("email", "Write to anna.lind+berths@harbor.example.org please", "anna.lind+berths@harbor.example.org"),
        ("email", "Schreib an jörg@münchen.de.", "jörg@münchen.de"),
        ("card", "My card is 4111-1111-1111-1111.", "4111-1111-1111-1111"),
        ("card", "5500005555555559", "5500005555555559"),
        ("iban", "IBAN: DE89 3704 0044 0532 0130 00, thanks", "DE89 3704 0044 0532 0130 00"),
        ("iban", "pay gb82west12345698765432 now", "gb82west12345698765432"),
        ("ip", "It came from 8.8.8.8 last night", "8.8.8.8"),
        ("ip", "It came from 2a00:1450:4001:81b::200e last night", "2a00:1450:4001:81b::200e"),
        ("national-id", "SSN 308-63-0237.", "308-63-0237"),
        ("national-id", "NINO: AB 12 34 56 C", "AB 12 34 56 C"),
        ("national-id", "mi DNI es 12345678Z", "12345678Z"),
        ("passport", "Passport no. C01X00T47", "C01X00T47"),
        ("driver-license", "My driver's license is A56319335", "A56319335"),
        ("birth-date", "She was born on 23 March 1940 in Hull", "23 March 1940"),
        ("birth-date", "date of birth: 1940-03-23", "1940-03-23"),
        ("phone", "+49 (0)30 1234567", "+49 (0)30 1234567"),
        ("phone", "Ring 020 7946 0018 today", "020 7946 0018"),
        ("phone", "(764) 722-5949 x12", "(764) 722-5949 x12"),
    ],
)
def test_each_kind_is_found_where_it_stands(kind, text, value):
    (found,) = PersonalData().check(guard_request("input", text)).findings
    assert (found.rule, text[found.start : found.end]) == (kind, value)


@pytest.mark.parametrize(
    "text",
    [
        "Version 1.2.3.4 of the API listens on 127.0.0.1 and 192.168.0.10.",
        "The order 4111111111111112 has a wrong check digit.",
        "DE89 3704 0044 0532 0130 01 has one too.",
        "The treaty of 23 March 1940 was signed at 10:45:30.",
        "In 2024 we sold 1234567 tickets for 12,345,678 euros.",
        "ISBN 978-3-16-148410-0 and part number A56319335.",
        "std::vector and a::b::c are no addresses; nor is me@home.",
        "SSN 000-12-3456 was never issued.",
    ],
)
def test_what_only_looks_alike_passes(text):
    assert kinds(text) == []


def test_placeholders_take_the_place_of_what_was_found():
    text = "I am jo@example.org, card 4111 1111 1111 1111."
    assert PersonalData().check(guard_request("input", text)).rewritten == "I am [EMAIL], card [CARD]."


def test_what_the_documents_publish_may_be_answered():
    answer = guard_request("output", "Call +49 30 1234567.", "The office: +49 30 1234567.")
    assert PersonalData(published=("phone",)).check(answer).passed
    assert not PersonalData(published=()).check(answer).passed
    assert not PersonalData(published=("phone",)).check(guard_request("output", "Call +49 30 7654321.")).passed
    assert kinds("Call +49 30 1234567.", published=("phone",)) == ["phone"]


def test_only_the_chosen_kinds_are_looked_for():
    assert kinds("jo@example.org, 4111 1111 1111 1111", kinds=("card",)) == ["card"]


@settings(deadline=None, max_examples=40)
@given(st.text("0123456789", min_size=8, max_size=18))
def test_luhn_accepts_exactly_one_check_digit(digits):
    assert sum(luhn(digits + last) for last in "0123456789") == 1


def test_checksums_agree_with_published_examples():
    assert all(iban(each) for each in ("GB82WEST12345698765432", "FR1420041010050500013M02606", "NO9386011117947"))
    assert not iban("GB82WEST1234569876543")
    assert nir("255081416802538")
    assert not nir("255081416802539")
    assert dni("12345678Z")
    assert not dni("12345678A")
