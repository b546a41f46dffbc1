"""The embedding cache: what was embedded costs nothing, and what is damaged is embedded again."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from steep.workspace import embeddings
from steep.workspace.embeddings import EmbeddingCache

TEXTS = ("the ferry leaves at nine", "a day ticket costs 12 euros", "skates can be had")


@pytest.fixture
def folder(project):
    return project.state / "embeddings"


@pytest.fixture
def embed(project, folder):
    """Embed texts through the project's cache: the vectors, and how many were computed."""

    def run(texts=TEXTS):
        return EmbeddingCache(folder).embed(project.embedder(), texts, lambda step: None)

    return run


def test_what_was_embedded_costs_nothing_and_is_the_same(embed):
    first, computed = embed()
    again, none = embed()
    assert (computed, none) == (3, 0)
    assert np.array_equal(first, again)
    assert embed((*TEXTS, "new"))[1] == 1


def test_a_text_that_is_asked_for_twice_has_its_vector_twice(embed):
    embed()
    vectors, computed = embed((TEXTS[1], TEXTS[0], TEXTS[1]))
    assert computed == 0
    assert np.array_equal(vectors[0], vectors[2])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)


def test_another_model_does_not_share_vectors(embed, project, monkeypatch):
    embed()
    monkeypatch.setattr(type(project.embedder()), "digest", "another")
    assert embed()[1] == 3


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.write_bytes(b"not vectors, but long enough to look like some " * 100),
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(file.read_bytes()[:-1] + b"\x7f"),
        lambda file: file.unlink(),
    ],
)
def test_what_is_damaged_is_embedded_again_and_nothing_else(embed, folder, harm):
    first, _ = embed()
    (file,) = folder.glob("*.npy")
    other, _ = embed(("another text",))
    harm(file)
    again, computed = embed((*TEXTS, "another text"))
    assert computed == 3
    assert np.array_equal(again, np.concatenate([first, other]))
    assert embed()[1] == 0


def test_what_a_kill_left_half_written_is_dropped(embed, folder):
    embed()
    (folder / "half.npy.part").write_bytes(b"half")
    assert embed()[1] == 0
    assert len(list(folder.iterdir())) == 1


def test_many_files_become_one_and_nothing_is_lost(embed, folder, monkeypatch):
    monkeypatch.setattr(embeddings, "MOST", 3)
    texts = tuple(f"text number {number}" for number in range(6))
    vectors = np.concatenate([embed((text,))[0] for text in texts])
    assert len(list(folder.iterdir())) < 4
    again, computed = embed(texts)
    assert computed == 0
    assert np.array_equal(vectors, again)


def test_what_the_first_edition_cached_is_taken_over(embed, project, folder):
    first, _ = embed()
    (file,) = folder.glob("*.npy")
    table = np.load(file)
    file.unlink()
    old = project.state / "embeddings.sqlite"
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("CREATE TABLE vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
        rows = [(key.tobytes(), vector.tobytes()) for key, vector in zip(table["key"], table["vector"], strict=True)]
        connection.executemany("INSERT INTO vectors VALUES (?, ?)", [*rows, (bytes(32), b"short")])
    again, computed = embed()
    assert computed == 0
    assert np.array_equal(first, again)
    assert not old.exists()


def test_a_cache_of_the_first_edition_that_is_damaged_is_no_harm(embed, project):
    (project.state / "embeddings.sqlite").write_bytes(b"not a database, but long enough to look like one " * 100)
    assert embed()[1] == 3
    assert not (project.state / "embeddings.sqlite").exists()
