"""/v1/embeddings: the project's embedder, as numbers and as base64; what it cannot take is refused by name."""

import numpy as np
import openai
import pytest

from steep.kinds import EmbedRequest


@pytest.fixture
def embedding(serve):
    """A client, and the embedder behind it: MiniLM, as projects have it by default."""
    address, project = serve()
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0, timeout=60) as opened:
        yield opened, project.embedder()


def test_vectors_are_the_embedder_s_whatever_their_form(embedding):
    client, embedder = embedding
    texts = ["A day ticket costs 12 euros.", "港口 🚢", " "]
    expected = embedder.embed(EmbedRequest(texts=tuple(texts), role="passage"))
    coded = client.embeddings.create(model="harbor/embedder", input=texts)  # the client asks for base64, and decodes it
    plain = client.embeddings.create(model="embedder", input=texts, encoding_format="float")
    for reply in (coded, plain):
        assert [row.index for row in reply.data] == [0, 1, 2]
        np.testing.assert_array_equal(np.array([row.embedding for row in reply.data], dtype=np.float32), expected)
    (alone,) = client.embeddings.create(model="embedder", input=texts[0], dimensions=384).data
    np.testing.assert_allclose(alone.embedding, expected[0], atol=1e-6)


def test_what_was_read_is_counted_and_what_was_cut_is_named(embedding):
    client, embedder = embedding
    texts = ["A day ticket.", "word " * 400]
    reply = client.embeddings.create(model="embedder", input=texts)
    assert embedder.count(texts) == [6, 402]
    assert reply.usage.prompt_tokens == reply.usage.total_tokens == 6 + 256
    assert reply.steep["cut"] == [1]


def test_the_embedder_is_a_model_that_does_not_answer(http):
    assert http.get("/v1/models/harbor/embedder").json()["id"] == "harbor/embedder"
    assert "harbor/embedder" not in [each["id"] for each in http.get("/v1/models").json()["data"]]
    body = {"model": "harbor/embedder", "messages": [{"role": "user", "content": "Hello?"}]}
    assert http.post("/v1/chat/completions", json=body).status_code == 404


REFUSED = (
    ({"input": [1, 2, 3]}, 400, "input"),
    ({"input": [[1, 2], [3]]}, 400, "input"),
    ({"input": ""}, 400, "input"),
    ({"input": ["a", ""]}, 400, "input"),
    ({"input": []}, 400, "input"),
    ({"input": None}, 400, "input"),
    ({"input": {"a": 1}}, 400, "input"),
    ({"input": ["a"] * 2049}, 400, "input"),
    ({"dimensions": 64}, 400, "dimensions"),
    ({"encoding_format": "int8"}, 400, "encoding_format"),
    ({"model": "text-embedding-3-small"}, 404, "model"),
)


def test_what_cannot_be_embedded_is_refused(http):
    for body, status, param in REFUSED:
        reply = http.post("/v1/embeddings", json={"model": "embedder", "input": "a", **body})
        assert reply.status_code == status, body
        error = reply.json()["error"]
        assert set(error) == {"message", "type", "param", "code"}
        assert error["param"].partition(".")[0] == param
        if body.get("input") in ([1, 2, 3], [[1, 2], [3]]):
            assert "token numbers" in error["message"]


def test_what_makes_no_difference_is_named(http):
    reply = http.post("/v1/embeddings", json={"model": "embedder", "input": "a", "user": "me"})
    assert reply.headers["x-steep-ignored"] == "user"
