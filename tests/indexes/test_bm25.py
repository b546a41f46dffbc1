"""The index `bm25`."""

import math
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep.errors import Damaged
from steep.kinds import IndexBuild, IndexQuery
from steep.language import counted, language, terms
from steep.testing import IndexContract
from steep_indexes import bm25
from steep_indexes.bm25 import Bm25Index


class TestBm25(IndexContract):
    @pytest.fixture
    def index(self):
        return Bm25Index()


def opened(folder, texts, **options):
    index = Bm25Index(**options)
    index.build(IndexBuild(folder=folder, ids=tuple(f"p{row}" for row in range(len(texts))), texts=tuple(texts)))
    return index.open(folder)


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


@settings(deadline=None, max_examples=30)
@given(
    before=st.lists(st.sampled_from([*CODES, "", "berth 5", "1,250 EUR", "the", "Fähre nach Süden"]), max_size=8),
    after=st.lists(st.sampled_from([*CODES, "", "berth 6", "1,250 EUR", "of the", "ferry"]), max_size=8),
)
def test_carried_on_it_is_what_it_would_be_from_nothing(tmp_path_factory, before, after):
    one, two, anew = (tmp_path_factory.mktemp("bm25") for _ in range(3))
    opened(one, before)
    ids = tuple(f"p{row}" for row in range(len(after)))
    Bm25Index().build(IndexBuild(folder=two, ids=ids, texts=tuple(after), previous=one))
    opened(anew, after)
    assert {each.name: each.read_bytes() for each in two.iterdir()} == {
        each.name: each.read_bytes() for each in anew.iterdir()
    }


def test_what_is_carried_on_is_not_taken_apart_again(tmp_path, monkeypatch):
    texts = [f"crane number {number}" for number in range(20)]
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    opened(one, texts)
    seen = []
    monkeypatch.setattr(bm25, "counted", lambda text, language: seen.append(text) or counted(text, language))
    changed = [*texts[1:], "a ferry"]
    Bm25Index().build(IndexBuild(folder=two, ids=tuple(changed), texts=tuple(changed), previous=one))
    assert seen == ["a ferry"]


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
