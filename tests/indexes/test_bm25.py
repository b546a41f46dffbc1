"""The index `bm25`."""

import json
import math
import shutil
import threading
import zlib
from contextlib import nullcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep.errors import Damaged
from steep.kinds import IndexBuild, IndexQuery
from steep.language import chunks, language, terms
from steep.testing import IndexContract
from steep_indexes import counting, postings, segments
from steep_indexes.bm25 import Bm25Index
from steep_indexes.ids import read_ids, write_ids


class TestBm25(IndexContract):
    @pytest.fixture
    def index(self):
        return Bm25Index()


def opened(folder, texts, **options):
    index = Bm25Index(**options)
    index.build(IndexBuild(folder=folder, ids=tuple(f"p{row}" for row in range(len(texts))), texts=tuple(texts)))
    return index.open(folder)


def generation(folder, texts, *, previous=None):
    """The folder of an index of these texts, carried on from another one."""
    folder.mkdir()
    ids = tuple(f"p{row}" for row in range(len(texts)))
    Bm25Index().build(IndexBuild(folder=folder, ids=ids, texts=tuple(texts), previous=previous))
    return folder


def found(search, question, k=100, allowed=None) -> dict[str, float]:
    ranked = search.search(IndexQuery(text=question, k=k, allowed=allowed))
    return dict(zip(ranked.ids, ranked.scores, strict=True))


def plain_bm25(texts, question, k1, b) -> dict[str, float]:
    """The formula of the module's docstring, term by term."""
    english = language("english")
    passages = [terms(text, english) for text in texts]
    mean = sum(map(len, passages)) / len(passages)
    scores = {}
    for row, passage in enumerate(passages):
        score = 0.0
        for term in terms(question, english):
            count = passage.count(term)
            containing = sum(term in each for each in passages)
            idf = math.log(1 + (len(passages) - containing + 0.5) / (containing + 0.5))
            score += idf * count / (count + k1 * (1 - b + b * len(passage) / mean)) if count else 0.0
        if score > 0:
            scores[f"p{row}"] = score
    return scores


@settings(deadline=None, max_examples=40)
@given(
    texts=st.lists(
        st.lists(st.sampled_from(["berth", "cranes", "tariff", "herrings", "5", "lifting"]), max_size=12).map(" ".join),
        min_size=1,
        max_size=10,
    ).filter(any),
    question=st.lists(
        st.sampled_from(["berths", "crane", "herring", "herring", "5", "unknown", "the"]), max_size=5
    ).map(" ".join),
    k1=st.sampled_from([0.5, 1.2, 2.0]),
    b=st.sampled_from([0.0, 0.4, 0.75, 1.0]),
)
def test_it_agrees_with_the_plain_formula(tmp_path_factory, texts, question, k1, b):
    search = opened(tmp_path_factory.mktemp("bm25"), texts, k1=k1, b=b)
    assert found(search, question) == pytest.approx(plain_bm25(texts, question, k1, b), rel=1e-4)


def test_stop_words_count_where_a_question_holds_nothing_else(tmp_path):
    search = opened(tmp_path, ["the crane is on the quay", "the fish is in the hall", "to be or not to be"])
    assert set(found(search, "or not to be")) == {"p2"}
    assert set(found(search, "is the crane")) == {"p0"}
    assert found(search, "") == {}


def test_stop_words_change_no_score_of_other_words(tmp_path_factory):
    folders = [tmp_path_factory.mktemp("bm25") for _ in range(2)]
    plain = opened(folders[0], ["crane quay", "fish hall crane hall"])
    common = opened(folders[1], ["the crane is on the quay", "this is the fish in the hall, a crane and a hall"])
    assert found(plain, "crane hall") == found(common, "crane hall")


CODES = ["The pump shows ERR1042 when cold.", "ERR-1042 means: no water", "err 1042 in the log", "ERR_1042, again"]


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


def test_the_most_is_what_a_passage_could_score(tmp_path):
    search = opened(tmp_path, ["crane crane crane", "crane fish"])
    known, unknown = (search.search(IndexQuery(text=text, k=5)) for text in ("crane fish", "crane zebra"))
    assert max(known.scores) < known.most < unknown.most


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


def test_passages_without_terms_are_kept_in_place(tmp_path):
    assert set(found(opened(tmp_path, ["", "the", "crane", "…"]), "crane")) == {"p2"}


def test_files_of_two_generations_are_damage(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    opened(one, ["crane", "fish"])
    opened(other, ["crane", "fish", "berth"])
    (one / "ids.jsonl").write_bytes((other / "ids.jsonl").read_bytes())
    with pytest.raises(Damaged, match="do not belong together"):
        Bm25Index().open(one)


def test_threads_may_share_it(tmp_path):
    texts = [f"crane number {number} lifts fishes" for number in range(50)]
    search = opened(tmp_path, texts)
    expected = found(search, "cranes lifting fish 7")
    results = []
    threads = [
        threading.Thread(target=lambda: results.extend(found(search, "cranes lifting fish 7") for _ in range(30)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 120
    assert all(each == expected for each in results)


def test_a_filter_is_a_pre_filter(tmp_path):
    search = opened(tmp_path, ["crane crane", "crane", "fish"])
    assert found(search, "crane", k=1, allowed=np.array([False, True, True])).keys() == {"p1"}


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


def test_terms_of_one_checksum_are_told_apart(tmp_path_factory):
    assert zlib.crc32(b"plumless") == zlib.crc32(b"buckeroo")
    both = opened(tmp_path_factory.mktemp("bm25"), ["plumless", "buckeroo", "crane"], language="none")
    assert set(found(both, "plumless")) == {"p0"}
    assert set(found(both, "buckeroo")) == {"p1"}
    alone = opened(tmp_path_factory.mktemp("bm25"), ["plumless", "crane"], language="none")
    assert found(alone, "buckeroo") == {}


def test_a_word_may_stand_in_a_passage_more_often_than_is_counted(tmp_path):
    search = opened(tmp_path, ["crane " * 70_000, "crane " * 65_535 + "fish " * 4_465], b=0.0)
    assert found(search, "crane")["p0"] == found(search, "crane")["p1"]


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
