"""Mails as Outlook saves them: whichever of its bodies there is, in whatever encoding it says or does not say."""

import struct

import pytest
from tests.plugins.readers.outlook import msg

from steep.kinds import Source
from steep_plugins.readers.msg import MsgReader
from steep_plugins.readers.rtf_encapsulated import page_in, unpacked

SUBJECT, HEADERS, BODY, RICH, PAGE = 0x0037, 0x007D, 0x1000, 0x1009, 0x1013
CODE_PAGE, BODY_PAGE, ROLE, NAME, ADDRESS = 0x3FFD, 0x3FDE, 0x0C15, 0x3001, 0x3003
FILE, LONG_NAME, SHORT_NAME = 0x3701, 0x3707, 0x3704
ENCAPSULATED = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0 Arial;}}{\*\generator Mail;}{\*\htmltag64 <table>}"
    rb"{\*\htmltag64 <tr><td>}\htmlrtf \par twice\htmlrtf0 Boat{\*\htmltag64 </td><td>}Fee{\*\htmltag64 </td></tr>}"
    rb"{\*\htmltag64 <tr><td>}H\'e9ron \u8364?{\*\htmltag64 </td><td>}75 \{a < b\}{\*\htmltag64 </td></tr></table>}}"
)


def stored(rich):
    return struct.pack("<4I", len(rich) + 12, len(rich), 0x414C454D, 0) + rich


def read(*parts):
    return MsgReader().read(Source(path="fees.msg", data=msg(*parts)))


def said(document):
    return [(each.kind, document.text[each.start : each.end]) for each in document.blocks]


def test_people_are_told_apart_by_their_role_and_named_in_any_script():
    people = [
        {NAME: "Ольга", ADDRESS: "olga@example.org", ROLE: 1},
        {NAME: "山田", ADDRESS: "/o=firm/cn=yamada", ROLE: 2},
        {NAME: "b@example.org", ADDRESS: "b@example.org"},
    ]
    document = read({SUBJECT: "Fees", BODY: "Pay.", 0x0C1A: "Jörg", 0x0C1F: "j@example.org"}, people)
    assert said(document)[1] == (
        "paragraph",
        "From: Jörg <j@example.org>\nTo: Ольга <olga@example.org>, b@example.org\nCc: 山田",
    )


def test_a_name_that_the_header_encodes_is_said_as_it_is():
    sent = "From: =?utf-8?B?0J7Qu9GM0LPQsA==?= <o@example.org>\r\n\r\n"
    document = read({SUBJECT: "Fees", BODY: "Pay.", HEADERS: sent})
    assert "From: Ольга <o@example.org>" in document.text


@pytest.mark.parametrize("page", [1252, 65001, 99999, 0])
def test_a_page_is_read_whatever_encoding_the_mail_states(page):
    document = read({SUBJECT: "Fees", PAGE: "<p>Grüße: <b>30</b> €</p>".encode("cp1252"), BODY_PAGE: page})
    assert said(document)[-1] == ("paragraph", "Grüße: 30 €")


@pytest.mark.parametrize(("words", "page"), [("Müller zahlt 30 €", 1252), ("Платите", 1251), ("支払い", 932)])
def test_words_in_older_encodings_are_read_by_their_code_page(words, page):
    data = (words.encode(f"cp{page}"),)
    document = read({SUBJECT: data, BODY: data, CODE_PAGE: page})
    assert (document.title, said(document)[-1]) == (words, ("paragraph", words))


def test_a_mail_that_is_rich_text_alone_is_read():
    document = read({SUBJECT: "Fees", RICH: stored(rb"{\rtf1\ansi Boats \b above\b0  24 m.\par Pay 30.\par}")})
    assert said(document)[-2:] == [("paragraph", "Boats above 24 m."), ("paragraph", "Pay 30.")]


def test_the_page_that_rich_text_was_made_of_is_read_with_its_tables():
    document = read({SUBJECT: "Fees", RICH: stored(ENCAPSULATED), BODY: "Boat Fee Héron € 75 { a < b }"})
    assert said(document)[-2:] == [("row", "| Boat | Fee |"), ("row", "| Héron € | 75 {a < b} |")]
    assert not document.left_out


def test_packed_rich_text_is_unpacked():
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert unpacked(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


@pytest.mark.parametrize("data", [b"", b"\0" * 15, b"\0" * 400, struct.pack("<4I", 9, 9, 0x75465A4C, 0) + b"\xff\xff"])
def test_what_is_no_packed_text_is_none(data):
    assert page_in(unpacked(data).decode("latin-1")) == ""


def test_attachments_are_read_under_any_of_their_names_and_so_are_mails_in_mails():
    attachments = [
        {LONG_NAME: "prices.csv", FILE: b"boat,fee\nHeron,30\n"},
        {SHORT_NAME: "NOTES~1.TXT", FILE: b"Bring a rope."},
        {LONG_NAME: "plan.dwg", FILE: b"\0\1"},
        {NAME: "Inner", "mail": ({SUBJECT: "Re: Fees", BODY: "Paid."}, [{NAME: "Eva"}], [])},
    ]
    document = read({SUBJECT: "Fees", BODY: "See these."}, [], attachments)
    assert said(document)[2:] == [
        ("heading", "## Attachment: prices.csv"),
        ("row", "| boat | fee |"),
        ("row", "| Heron | 30 |"),
        ("heading", "## Attachment: NOTES~1.TXT"),
        ("paragraph", "Bring a rope."),
        ("paragraph", "Attachment: plan.dwg"),
        ("heading", "## Re: Fees"),
        ("paragraph", "To: Eva"),
        ("paragraph", "Paid."),
    ]
    assert [each.text for each in document.left_out] == ["plan.dwg"]
