"""The files of the index `bm25`: carried on, they answer as made from nothing, and damage to them is said."""

import json
import shutil
from contextlib import nullcontext, suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep.errors import Damaged
from steep.kinds import IndexBuild, IndexQuery
from steep.language import chunks
from steep_indexes import counting, postings, segments
from steep_indexes.bm25 import Bm25Index
from steep_indexes.ids import read_ids, write_ids

from .conftest import CODES, found, generation, opened, plain_bm25


def test_files_of_two_generations_are_damage(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    opened(one, ["crane", "fish"])
    opened(other, ["crane", "fish", "berth"])
    (one / "ids.jsonl").write_bytes((other / "ids.jsonl").read_bytes())
    with pytest.raises(Damaged, match="do not belong together"):
        Bm25Index().open(one)


_SOME = ["", "the crane", "berth 5", "the boats", "boots, boots", "1,250 EUR", "Fähre nach Süden", "a 10 kg crane"]


@settings(deadline=None, max_examples=60)
@given(
    versions=st.lists(st.lists(st.sampled_from(_SOME + CODES), max_size=9), min_size=2, max_size=6),
    most=st.sampled_from([1, 8, 30, postings.MOST]),
)
def test_carried_on_it_answers_as_it_would_from_nothing(tmp_path_factory, versions, most):
    folder = tmp_path_factory.mktemp("bm25")
    carried = None
    with pytest.MonkeyPatch.context() as patch:
        for module in (counting, segments):
            patch.setattr(module, "MOST", most)
        for number, texts in enumerate(versions):
            carried = generation(folder / f"carried{number}", texts, previous=carried)
    anew = generation(folder / "anew", versions[-1])
    allowed = np.arange(len(versions[-1])) % 2 == 0
    one, other = Bm25Index().open(carried), Bm25Index().open(anew)
    kept = [json.loads((each / "settings.json").read_text()) for each in (carried, anew)]
    assert kept[0]["letters"] == kept[1]["letters"]
    for asked in [*_SOME, *CODES, "boat", "bots", "crame", "Fähre", "is the", "unknown"]:
        for query in (IndexQuery(text=asked, k=20), IndexQuery(text=asked, k=3, allowed=allowed)):
            assert one.search(query) == other.search(query)


@settings(deadline=None, max_examples=30)
@given(
    versions=st.lists(
        st.lists(st.sampled_from(["berth crane", "crane crane", "herring tariff", "tariff 5", "5"]), max_size=8),
        min_size=2,
        max_size=4,
    ).filter(lambda versions: any(versions[-1])),
    question=st.lists(st.sampled_from(["berths", "crane", "herring", "5", "tariffs"]), max_size=4).map(" ".join),
)
def test_carried_on_it_agrees_with_the_plain_formula(tmp_path_factory, versions, question):
    folder, carried = tmp_path_factory.mktemp("bm25"), None
    for number, texts in enumerate(versions):
        carried = generation(folder / str(number), texts, previous=carried)
    search = Bm25Index().open(carried)
    assert found(search, question) == pytest.approx(plain_bm25(versions[-1], question, 1.2, 0.75), rel=1e-4)


def test_words_that_no_passage_holds_any_more_are_not_known(tmp_path):
    one = generation(tmp_path / "one", ["the boots", "the boats", *["quay"] * 9])
    search = Bm25Index().open(generation(tmp_path / "two", ["the boats", *["quay"] * 9], previous=one))
    assert set(found(search, "boots")) == {"p0"}


def test_what_is_carried_on_is_not_taken_apart_again(tmp_path, monkeypatch):
    texts = [f"crane number {number}" for number in range(20)]
    one = generation(tmp_path / "one", texts)
    seen = []
    monkeypatch.setattr(counting, "chunks", lambda text: seen.append(text) or chunks(text))
    two = generation(tmp_path / "two", [*texts[1:], "a ferry"], previous=one)
    assert seen == ["a ferry"]
    assert (two / "0" / "rows.npy").samefile(one / "0" / "rows.npy")


def test_where_files_cannot_have_two_names_they_are_copied(tmp_path, monkeypatch):
    def refuses(*names):
        raise OSError("not on this disk")

    texts = ["crane", "fish", "berth"]
    one = generation(tmp_path / "one", texts)
    monkeypatch.setattr(segments.os, "link", refuses)
    two = generation(tmp_path / "two", [*texts, "ferry"], previous=one)
    assert not (two / "0" / "rows.npy").samefile(one / "0" / "rows.npy")
    assert set(found(Bm25Index().open(two), "fish ferry")) == {"p1", "p3"}


def test_an_update_that_is_cut_short_leaves_the_generation_before_as_it_was(tmp_path, monkeypatch):
    texts = [f"crane {number} of berth {number % 3}" for number in range(12)]
    one = generation(tmp_path / "one", texts)
    before = {path: path.read_bytes() for path in one.rglob("*") if path.is_file()}
    answered = found(Bm25Index().open(one), "crane 7 berth 2")
    save, left = np.save, iter(range(8))

    def fails(*arguments):
        next(left)
        save(*arguments)

    for attempt in range(9):
        left = iter(range(attempt))
        monkeypatch.setattr(np, "save", fails)
        with pytest.raises(StopIteration) if attempt < 8 else nullcontext():
            generation(tmp_path / f"two{attempt}", [*texts[:2], *["a ferry"] * 5], previous=one)
        monkeypatch.setattr(np, "save", save)
        assert {path: path.read_bytes() for path in one.rglob("*") if path.is_file()} == before
        assert found(Bm25Index().open(one), "crane 7 berth 2") == answered


def test_segments_stay_few_and_hold_little_that_is_gone(tmp_path):
    texts = [f"passage {number} on cranes" for number in range(400)]
    last = generation(tmp_path / "0", texts)
    written = 0
    for number in range(1, 120):
        texts[number * 3] = f"passage {number} was changed"
        last = generation(tmp_path / str(number), texts, previous=last)
        settings_ = json.loads((last / "settings.json").read_text())
        fresh = [
            last / str(each) for each in settings_["segments"] if not (tmp_path / str(number - 1) / str(each)).exists()
        ]
        written += sum(len(np.load(each / "lengths.npy")) for each in fresh)
        rows = sum(len(np.load(last / str(each) / "lengths.npy")) for each in settings_["segments"])
        assert len(settings_["segments"]) <= 9
        assert rows <= 2 * len(texts)
    assert written < 119 * 8 + 400
    assert len(found(Bm25Index().open(last), "changed", k=500)) == 119


def test_an_index_of_another_make_is_not_carried_on(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    opened(one, ["die Häuser"], language="none")
    Bm25Index(language="german").build(IndexBuild(folder=two, ids=("p0",), texts=("die Häuser",), previous=one))
    assert set(found(Bm25Index().open(two), "Haus")) == {"p0"}


def test_an_index_of_an_older_make_says_what_to_run(tmp_path):
    opened(tmp_path, ["crane"])
    (tmp_path / "settings.json").write_text('{"language": "english", "passages": 1, "terms": 1}')
    with pytest.raises(Damaged, match=r"format 1.*steep index --rebuild"):
        Bm25Index().open(tmp_path)


def test_a_segment_of_which_most_is_gone_is_written_without_it(tmp_path):
    texts = [f"passage {number} on cranes" for number in range(40)]
    one = generation(tmp_path / "one", texts)
    two = generation(tmp_path / "two", texts[:20], previous=one)
    three = generation(tmp_path / "three", texts[:19], previous=two)
    assert [len(np.load(each)) for each in sorted(two.glob("*/lengths.npy"))] == [40]
    assert [len(np.load(each)) for each in sorted(three.glob("*/lengths.npy"))] == [19]
    assert set(found(Bm25Index().open(three), "passage 7")) == {f"p{number}" for number in range(19)}


@pytest.mark.parametrize("harm", [lambda data: data[:-3], lambda data: data[1:], lambda data: data + b"p9\n"])
def test_ids_that_are_not_as_they_were_written_are_damage(tmp_path, harm):
    opened(tmp_path, ["crane", "fish"])
    (tmp_path / "ids.jsonl").write_bytes(harm((tmp_path / "ids.jsonl").read_bytes()))
    with pytest.raises(Damaged, match=r"ids.jsonl cannot be read.*steep index --rebuild"):
        Bm25Index().open(tmp_path)


def test_an_id_that_cannot_be_read_is_damage_where_it_is_found(tmp_path):
    opened(tmp_path, ["crane", "fish"])
    (tmp_path / "ids.jsonl").write_bytes(b'"p0"\n"\x01\x02"\n')
    assert set(found(Bm25Index().open(tmp_path), "crane")) == {"p0"}
    with pytest.raises(Damaged, match="steep index --rebuild"):
        found(Bm25Index().open(tmp_path), "fish")


@given(ids=st.lists(st.text(max_size=8), max_size=6))
def test_ids_come_back_whatever_they_hold(tmp_path_factory, ids):
    folder = tmp_path_factory.mktemp("ids")
    write_ids(folder, tuple(ids))
    kept = read_ids(folder)
    assert [kept[row] for row in range(len(kept))] == ids


def as_format_2(folder):
    """Turn a generation of one segment into what was written before there were segments."""
    segment = folder / "0"
    held = postings.Postings.open(segment)
    order = sorted(range(len(held.terms)), key=held.terms.__getitem__)
    words, parts = [held.terms[at] for at in order], [held.of(at) for at in order]
    (folder / "terms.bin").write_bytes(b"".join(words))
    arrays = {
        "ends": np.cumsum([0, *map(len, words)], dtype=np.int64),
        "starts": np.cumsum([0, *(len(rows) for rows, _ in parts)], dtype=np.int64),
        "rows": np.concatenate([rows for rows, _ in parts]),
        "counts": np.concatenate([counts for _, counts in parts]),
    }
    for name, array in {**arrays, "lengths": held.lengths, "digests": held.digests}.items():
        np.save(folder / f"{name}.npy", array)
    kept = json.loads((folder / "settings.json").read_text())
    del kept["segments"]
    (folder / "settings.json").write_text(json.dumps({**kept, "format": 2}))
    shutil.rmtree(segment)
    (folder / "places.npy").unlink()


def test_an_index_from_before_there_were_segments_is_read_and_carried_on(tmp_path, monkeypatch):
    texts = [*CODES, "the crane on quay five", "hydraulic cranes lift 1,250 kg", "crane"]
    one = generation(tmp_path / "one", texts)
    asked = ["crane", "hydrulic", "ERR-1042", "1250", "on the"]
    expected = [found(Bm25Index().open(one), each) for each in asked]
    as_format_2(one)
    assert [found(Bm25Index().open(one), each) for each in asked] == expected
    seen = []
    monkeypatch.setattr(counting, "chunks", lambda text: seen.append(text) or chunks(text))
    two = generation(tmp_path / "two", [*texts, "a ferry"], previous=one)
    assert seen == ["a ferry"]
    anew = generation(tmp_path / "anew", [*texts, "a ferry"])
    for each in asked:
        assert found(Bm25Index().open(two), each) == found(Bm25Index().open(anew), each)
    three = generation(tmp_path / "three", [*texts, "a ferry", "a boat"], previous=two)
    assert set(found(Bm25Index().open(three), "hydrulic boat")) == {"p5", "p8"}


def test_a_flipped_bit_in_the_head_of_an_array_is_damage_or_changes_nothing(tmp_path):
    opened(tmp_path, ["the crane", "berth 5", "the boats"])
    for file in sorted(tmp_path.rglob("*.npy")):
        content = file.read_bytes()
        for bit in range(8 * 80):
            changed = bytearray(content)
            changed[bit // 8] ^= 1 << bit % 8
            file.write_bytes(changed)
            with suppress(Damaged):
                Bm25Index().open(tmp_path)
        file.write_bytes(content)
