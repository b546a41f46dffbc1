"""The embedding cache: what was embedded costs nothing, and what is damaged is embedded again."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from steep.errors import WorkspaceError
from steep.workspace.embeddings import EmbeddingCache

TEXTS = ("the ferry leaves at nine", "a day ticket costs 12 euros", "skates can be had")


@pytest.fixture
def embed(project):
    """Embed texts through the project's cache: the vectors, and how many were computed."""

    def run(texts=TEXTS):
        with closing(EmbeddingCache(project.state / "embeddings.sqlite")) as cache:
            return cache.embed(project.embedder(), texts, lambda step: None)

    return run


def test_what_was_embedded_costs_nothing_and_is_the_same(embed):
    first, computed = embed()
    again, none = embed()
    assert (computed, none) == (3, 0)
    assert np.array_equal(first, again)
    assert embed((*TEXTS, "new"))[1] == 1


def test_another_model_does_not_share_vectors(embed, project, monkeypatch):
    embed()
    monkeypatch.setattr(type(project.embedder()), "digest", "another")
    assert embed()[1] == 3


def test_a_damaged_file_is_set_aside_and_filled_anew(embed, project):
    first, _ = embed()
    file = project.state / "embeddings.sqlite"
    file.write_bytes(b"not a database, but long enough to look like one " * 100)
    again, computed = embed()
    assert computed == 3
    assert np.array_equal(first, again)
    assert (project.state / "embeddings.damaged-1.sqlite").exists()


def test_damage_further_inside_is_found_when_it_is_read(embed, project):
    texts = tuple(f"text number {number}" for number in range(300))
    first, _ = embed(texts)
    file = project.state / "embeddings.sqlite"
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xaa" * len(content[4096:])
    file.write_bytes(content)
    again, computed = embed(texts)
    assert computed == 300
    assert np.array_equal(first, again)


@pytest.mark.parametrize("vector", [b"short", np.full(64, np.nan, np.float32).tobytes(), bytes(256)])
def test_a_damaged_vector_is_embedded_again(embed, project, vector):
    first, _ = embed()
    with closing(sqlite3.connect(project.state / "embeddings.sqlite")) as connection, connection:
        connection.execute("UPDATE vectors SET vector = ? WHERE rowid = 1", (vector,))
    again, computed = embed()
    assert computed == 1
    assert np.array_equal(first, again)


def test_a_full_cache_is_said_and_what_was_embedded_stays(embed, project):
    embed()
    file = project.state / "embeddings.sqlite"
    with closing(EmbeddingCache(file)) as cache:
        cache._connection.execute("PRAGMA max_page_count = 4")
        many = tuple(f"text number {number}" for number in range(300))
        with pytest.raises(WorkspaceError, match="free some space"):
            cache.embed(project.embedder(), many, lambda step: None)
    assert embed()[1] == 0
