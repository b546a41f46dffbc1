"""The embedders `minilm` and `sentence-transformers`."""

import numpy as np
import pytest

from steep.errors import ModelError
from steep.kinds import EmbedRequest
from steep.testing import EmbedderContract
from steep_plugins.encoders import MINILM, find

# the reference, and a dependency of one embedder only
sentence_transformers = pytest.importorskip("sentence_transformers")

TEXTS = (
    "The crane on quay M5 lifts 40 tons.",
    "",
    "word " * 400,
    "Crème brûlée, naïve Ångström, مرحبا, 港口",
    *(f"Sentence number {number} about berths. " * (number % 5 + 1) for number in range(20)),
)


@pytest.fixture(scope="module")
def minilm():
    from steep_plugins.embedders.encoder import EncoderEmbedder

    return EncoderEmbedder(MINILM)


class TestMiniLM(EmbedderContract):
    @pytest.fixture
    def embedder(self, minilm):
        return minilm


def test_minilm_reproduces_sentence_transformers(minilm):
    reference = sentence_transformers.SentenceTransformer(str(find(MINILM).folder), device="cpu")
    expected = reference.encode(list(TEXTS), normalize_embeddings=True, show_progress_bar=False)
    found = minilm.embed(EmbedRequest(texts=TEXTS, role="passage"))
    cosines = (found * expected).sum(axis=1)
    assert cosines.mean() > 0.999
    assert cosines.min() > 0.998


def test_minilm_says_what_it_is_made_of(minilm):
    assert minilm.dimension == 384
    assert minilm.digest.startswith("minilm/53aa51172d142c89/mean/256")


@pytest.fixture(scope="module")
def small_model(tmp_path_factory):
    """A model of two layers with random weights, in Sentence Transformers' own layout."""
    import torch
    import transformers
    from sentence_transformers.models import Pooling, Transformer

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("model")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz0123456789.:,"]
    words += [f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz0123456789"]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    transformers.BertModel(config).save_pretrained(folder / "bert")
    transformers.BertTokenizer(vocab=str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    encoder = Transformer(str(folder / "bert"), max_seq_length=64)
    model = sentence_transformers.SentenceTransformer(
        modules=[encoder, Pooling(encoder.get_embedding_dimension())], device="cpu"
    )
    model.save(str(folder / "whole"))
    return folder / "whole"


def of_library(folder, **options):
    from steep_plugins.embedders.sentence_transformers import SentenceTransformersEmbedder

    settings = {"revision": None, "query_prompt": "", "passage_prompt": "", "batch": 8, "device": "cpu", **options}
    return SentenceTransformersEmbedder(model=str(folder), **settings)


class TestSentenceTransformers(EmbedderContract):
    @pytest.fixture
    def embedder(self, small_model):
        return of_library(small_model)


def test_prompts_are_put_before_questions_and_passages(small_model):
    plain, prompted = of_library(small_model), of_library(small_model, query_prompt="query: ")
    asked = prompted.embed(EmbedRequest(texts=("crane",), role="query"))
    np.testing.assert_allclose(asked, plain.embed(EmbedRequest(texts=("query: crane",), role="query")), atol=1e-5)
    kept = prompted.embed(EmbedRequest(texts=("crane",), role="passage"))
    np.testing.assert_allclose(kept, plain.embed(EmbedRequest(texts=("crane",), role="passage")), atol=1e-5)


def test_the_digest_changes_with_prompts_and_weights(small_model, tmp_path):
    import shutil

    plain = of_library(small_model).digest
    assert of_library(small_model).digest == plain
    assert of_library(small_model, passage_prompt="passage: ").digest != plain
    copy = tmp_path / "copy"
    shutil.copytree(small_model, copy)
    assert of_library(copy).digest == plain
    weights = next(copy.rglob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    assert of_library(copy).digest != plain


def test_a_missing_model_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="nowhere"):
        of_library(tmp_path / "nowhere")
