"""The reader `text`, and how bytes become text."""

import pytest

from steep.errors import SourceError
from steep.kinds import Source
from steep.testing import ReaderContract
from steep.values import tables_of
from steep_plugins.readers.decoding import decoded
from steep_plugins.readers.plain_blocks import plain_blocks
from steep_plugins.readers.text import TextReader

NOTICE = """CREW NOTICE 07/2026
To:      all masters
Date:    22 June 2026

1. EXTRA SAILINGS
The fair on Tolsay is on Saturday. Corrigal makes
two extra round trips.

- Shorts are allowed, navy blue only,
  not on the car deck.
- Coats go back to the store.

Reception ............ 200
Duty manager ......... 199
"""


def read(text: str | bytes, path: str = "notes/crew-notice.txt"):
    return TextReader().read(Source(path=path, data=text.encode() if isinstance(text, str) else text))


def blocks(document) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


class TestTextReader(ReaderContract):
    @pytest.fixture
    def reader(self):
        return TextReader()

    @pytest.fixture
    def sample(self):
        source = Source(path="notes/crew-notice.txt", data=NOTICE.encode())
        return source, ("CREW NOTICE", "22 June 2026", "Corrigal", "navy blue", "199")


def test_plain_text_has_headings_items_rows_and_paragraphs():
    document = read(NOTICE)
    assert document.text == NOTICE
    assert document.title == "CREW NOTICE 07/2026"
    assert blocks(document) == [
        ("heading", "CREW NOTICE 07/2026"),
        ("row", "To:      all masters"),
        ("row", "Date:    22 June 2026"),
        ("heading", "1. EXTRA SAILINGS"),
        ("paragraph", "The fair on Tolsay is on Saturday. Corrigal makes\ntwo extra round trips."),
        ("item", "- Shorts are allowed, navy blue only,\n  not on the car deck."),
        ("item", "- Coats go back to the store."),
        ("row", "Reception ............ 200"),
        ("row", "Duty manager ......... 199"),
    ]


def test_underlined_headings_nest_by_the_order_of_their_marks():
    document = read("Guide\n=====\n\nText.\n\nSetup\n-----\n\nMore text.\n\nUse\n===\n\nLast.\n", "guide.rst")
    levels = [block.level for block in document.blocks if block.kind == "heading"]
    assert levels == [1, 2, 1]
    assert document.title == "Guide"


def test_a_file_without_a_heading_is_called_by_its_name():
    assert read("just some words", "a/night-watch_log.txt").title == "night watch log"


@pytest.mark.parametrize(
    "data",
    [
        "Größe: 5 m, café\n".encode("utf-8-sig"),
        "Größe: 5 m, café\n".encode("utf-16"),
        "Größe: 5 m, café\n".encode("utf-16-be"),
        "Größe: 5 m, café\n".encode("utf-16-le"),
        "Größe: 5 m, café\n".encode("utf-32"),
        "Größe: 5 m, café\n".encode("latin-1"),
        "Größe: 5 m, café\r\n".encode("cp1252"),
    ],
    ids=["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "latin-1", "crlf"],
)
def test_encodings_are_found_out(data):
    assert decoded(data, "a.txt") == "Größe: 5 m, café\n"


def test_older_encodings_of_other_scripts_are_found_out():
    russian = "Плата за стоянку взимается в течение четырнадцати дней после прихода судна в порт. " * 4
    assert decoded(russian.encode("cp1251"), "a.txt") == russian
    japanese = "港の料金は十四日以内に支払うこと。クレーンは四十トンを持ち上げる。" * 4
    assert decoded(japanese.encode("shift_jis"), "a.txt") == japanese


def test_quotes_of_windows_are_kept():
    assert decoded("It’s “fine” – 5 €".encode("cp1252"), "a.txt") == "It’s “fine” – 5 €"


def test_control_characters_become_spaces_and_offsets_stay():
    document = read("crane\x00 five\x07\nberth\x1b[0m\n")
    assert document.text == "crane  five \nberth [0m\n"


def test_text_from_right_to_left_is_kept():
    text = "رسوم الرسو مستحقة خلال أربعة عشر يومًا.\n\nשלום לנמל.\n"
    assert read(text).text == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \n\t ", "is empty"),
        (b"\x00\x00\x00\x00", "empty|binary"),
        (b"%PDF-1.7\n...", "is a PDF file, not text; give it the suffix .pdf"),
        (b"PK\x03\x04....", "ZIP archive"),
        (b"\x89PNG\r\n", "is an image"),
        (bytes(range(256)) * 40, "is binary"),
    ],
)
def test_what_is_not_text_is_refused_by_name(data, message):
    with pytest.raises(SourceError, match=rf"notes/odd\.txt.*({message})"):
        read(data, "notes/odd.txt")


@pytest.mark.parametrize("unit", ["word ", "x", "\n", "a\n", "- a\n", "A\n\n", "a...... 1\n", "....", "a   b\t", "é"])
def test_the_work_is_linear_in_the_file(unit, calls):
    def work(size: int) -> None:
        read(("a" + unit * (size // len(unit))).encode())

    # a pattern that backtracks would not end at this size
    assert calls(work, 200_000) < 12 * calls(work, 20_000) + 1000


def test_one_wrong_byte_leaves_a_utf8_file_utf8():
    data = "Gebühr: 5 €\nropes\n".encode() + b"broken: \xe9t\xe9\n"
    assert decoded(data, "a.txt") == "Gebühr: 5 €\nropes\nbroken: été\n"


def test_a_character_that_is_cut_at_the_end_costs_itself_alone():
    assert decoded("Größe und Gebühr €".encode()[:-1], "a.txt").startswith("Größe und Gebühr ")


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("Zażółć gęślą jaźń. Każdy statek musi zgłosić się u kapitana portu przed wejściem.", "cp1250"),
        ("La niña pidió ñame. Flickan såg en å. A mãe comprou pão e maçã por 3,50 €. Qué près!", "cp1252"),
    ],
)
def test_older_encodings_are_told_apart_by_the_words_that_they_make(words, encoding):
    assert decoded((words * 3).encode(encoding), "a.txt") == words * 3


def test_the_first_row_with_bars_may_be_a_header_and_the_rule_below_it_is_no_row():
    text = "| Room | Price |\n|------|-------|\n| Hall | 5 EUR |\n\nName ..... 205\n"
    blocks = plain_blocks(text)
    assert [(text[block.start : block.end], block.level) for block in blocks] == [
        ("| Room | Price |", 0),
        ("| Hall | 5 EUR |", 0),
        ("Name ..... 205", 2),
    ]
    assert [table.heads for table in tables_of(text, blocks)] == [("Room", "Price"), ()]
