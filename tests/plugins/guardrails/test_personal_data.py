from dataclasses import replace

import pytest

from steep.testing.guardrail import guard_request
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
        ("email", "It is jo dot lind at harbor dot org, as ever", "jo dot lind at harbor dot org"),
        ("email", "Mail anna.lind (at) harbor [dot] de!", "anna.lind (at) harbor [dot] de"),
        ("private-ip", "The camera is 192.168.7.20 in the shed", "192.168.7.20"),
        ("private-ip", "The camera is fd12:3456:789a:1::20 in the shed", "fd12:3456:789a:1::20"),
        ("address", "She lives at 12 Harbour Street, Apt. 3 now", "12 Harbour Street, Apt. 3"),
        ("address", "Er wohnt Hafenstraße 12b.", "Hafenstraße 12b"),
        ("address", "Il habite 4 rue de la Paix", "4 rue de la Paix"),
        ("address", "Send it to P.O. Box 4711 please", "P.O. Box 4711"),
        ("address", "My zip code is 86786", "86786"),
        ("national-id", "CF: RCCMNL83S18D969H", "RCCMNL83S18D969H"),
        ("national-id", "NIR 2 55 08 14 168 025 38", "2 55 08 14 168 025 38"),
        ("national-id", "AHV 756.9217.0769.85", "756.9217.0769.85"),
        ("national-id", "mein PESEL: 44051401359", "44051401359"),
        ("birth-date", "geboren am 23. Mai 1940 in Kiel", "23. Mai 1940"),
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
        "Version 1.2.3.4 of the API listens on 127.0.0.1; see 5.1.1.2 in the handbook.",
        "Version 10.1.2.3 came out.",
        "Take the value at each dot you see; meet at dot com headquarters.",
        "It is 12 Minutes away, 30 Degrees, by the way of 5 Lamps. The 2 Roads Act of 1930.",
        "The PESEL 44051401358 has a wrong check digit, as has RCCMNL83S18D969A.",
        "Call it in 2017. We reach 100 percent, and the office has 2300 chairs.",
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


def test_what_a_heading_or_a_path_publishes_may_be_answered_too():
    request = guard_request("output", "Write to jo@example.org.", "Ask the office.")
    (hit,) = request.hits
    for above in ({"heading": ("jo@example.org",)}, {"path": "jo@example.org.md"}):
        found = replace(request, hits=(replace(hit, passage=replace(hit.passage, **above)),))
        assert PersonalData(published=("email",)).check(found).passed
    assert not PersonalData(published=("email",)).check(request).passed


def test_numbers_of_a_country_are_known_where_it_is_named():
    text = "Call 044 668 18 00 today"
    assert kinds(text, regions=("CH",)) == ["phone"]
    assert kinds("Call 612-555-0147 or 9", regions=()) == []


def test_only_the_chosen_kinds_are_looked_for():
    assert kinds("jo@example.org, 4111 1111 1111 1111", kinds=("card",)) == ["card"]
