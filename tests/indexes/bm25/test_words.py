"""What counts as the same word to the index `bm25`: codes, numbers, dates, endings, width and slips."""

import zlib

import pytest

from steep_indexes.bm25 import Bm25Index

from .conftest import CODES, found, opened


@pytest.mark.parametrize("asked", ["ERR1042", "ERR-1042", "err 1042", "Err_1042", "err‑1042"])
def test_a_code_is_found_in_any_of_its_forms(tmp_path, asked):
    search = opened(tmp_path, [*CODES, "ERR1043 is another one", "water, cold"])
    assert set(list(found(search, asked))[:4]) == {"p0", "p1", "p2", "p3"}


@pytest.mark.parametrize("asked", ["1250", "1,250", "1 250", "1.250", "1'250", "1\u202f250"])
def test_a_number_is_found_in_any_of_its_forms(tmp_path, asked):
    texts = [
        "It costs 1250 EUR",
        "a fee of 1,250 EUR",
        "1 250 EUR are due",
        "1.250 EUR are due",
        "1,251 EUR",
        "250 boats",
    ]
    assert set(list(found(opened(tmp_path, texts), asked))[:4]) == {"p0", "p1", "p2", "p3"}


@pytest.mark.parametrize(
    ("asked", "texts"),
    [
        ("2.3.1", ["since v2.3.1", "Version 2.3.1 is out", "2.3.2 and 1.3.1"]),
        ("v2.3.1", ["since 2.3.1", "v2.3.1 is out", "v2.3.2 is out"]),
        ("2024-03-01", ["opened on 01.03.2024", "opened on 2024/03/01", "on 2024-01-04"]),
        ("3,50", ["it costs 3.50 EUR", "3.5 EUR", "350 EUR or 3.55"]),
        ("10kg", ["at most 10 kg", "10kg or less", "11 kg or 10 t"]),
    ],
)
def test_versions_dates_and_measures_stay_whole(tmp_path, asked, texts):
    assert set(list(found(opened(tmp_path, texts), asked))[:2]) == {"p0", "p1"}


@pytest.mark.parametrize("asked", ["hydrulic", "hydraulicc", "hydraulci", "hydrauric", "Hydrulic"])
def test_a_word_with_one_slip_finds_what_was_meant(tmp_path, asked):
    assert set(found(opened(tmp_path, ["hydraulic cranes", "the fish hall"]), asked)) == {"p0"}


def test_no_word_that_is_known_and_no_number_is_taken_for_a_slip(tmp_path):
    search = opened(tmp_path, ["the boats", "the boots", "code 10423", "a red cat"])
    assert set(found(search, "boots")) == {"p1"}
    assert found(search, "10424") == found(search, "bed") == found(search, "boxen") == {}


def test_slips_are_mended_in_the_letters_of_the_index(tmp_path):
    search = opened(tmp_path, ["Größenänderung", "переправа закрыта"], language="none")
    assert set(found(search, "Größenänderng")) == {"p0"}
    assert set(found(search, "перправа")) == {"p1"}


def test_endings_do_not_matter(tmp_path):
    assert set(found(opened(tmp_path, ["cranes are lifting", "a fish"]), "crane lifts")) == {"p0"}


def test_single_digits_and_numbers_count(tmp_path):
    search = opened(tmp_path, ["berth 5 is closed", "berth 6 is closed", "it costs 3.50 EUR", "it costs 3.75 EUR"])
    assert list(found(search, "berth 5")) == ["p0", "p1"]
    assert list(found(search, "3.50")) == ["p2"]


def test_width_case_and_ideographs_are_folded(tmp_path):
    search = opened(tmp_path, ["ＣＲＡＮＥ on the quay", "港口关闭", "STRASSE"])
    assert set(found(search, "crane")) == {"p0"}
    assert set(found(search, "港口")) == {"p1"}
    assert set(found(search, "straße")) == {"p2"}


def test_a_generation_keeps_its_language(tmp_path):
    opened(tmp_path, ["die Häuser", "das Boot"], language="german")
    assert set(found(Bm25Index(language="english").open(tmp_path), "Haus Häusern")) == {"p0"}


def test_terms_of_one_checksum_are_told_apart(tmp_path_factory):
    assert zlib.crc32(b"plumless") == zlib.crc32(b"buckeroo")
    both = opened(tmp_path_factory.mktemp("bm25"), ["plumless", "buckeroo", "crane"], language="none")
    assert set(found(both, "plumless")) == {"p0"}
    assert set(found(both, "buckeroo")) == {"p1"}
    alone = opened(tmp_path_factory.mktemp("bm25"), ["plumless", "crane"], language="none")
    assert found(alone, "buckeroo") == {}
