"""The embedder `mpnet` gives what transformers and Sentence Transformers give of the same weights."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import AutoModel, MPNetConfig, MPNetModel

from steep import Context
from steep.engine.device import compute_dtype
from steep.errors import ModelError
from steep.hooks import Plugins, Selection
from steep.kinds import EmbedRequest
from steep.testing import EmbedderContract
from steep_plugins.embedders.encoder import EncoderEmbedder
from steep_plugins.encoders import MPNET, Found, Weights, find, present
from steep_plugins.encoders.products import multiplies_bytes

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.:,"
TEXTS = (
    "The crane on quay M5 lifts 40 tons.",
    "",
    "word " * 500,
    "a",
    *(f"Sentence number {number} about berths. " * (number % 5 + 1) for number in range(20)),
)


def save_tokenizer(folder):
    """Word pieces with MPNet's marks, which pads with id 1 and says, as the real one does, to cut at 128."""
    words = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    tokenizer = Tokenizer(models.WordPiece(vocab={word: i for i, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    tokenizer.enable_truncation(128)
    tokenizer.enable_padding(pad_id=1, pad_token="<pad>", length=128)
    tokenizer.save(str(folder / "tokenizer.json"))
    return len(words)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model of two layers with random weights."""
    folder = tmp_path_factory.mktemp("mpnet")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        config = MPNetConfig(
            vocab_size=save_tokenizer(folder),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
        )
        # embeddings of places and pieces large enough that a wrong id of padding would show
        model = MPNetModel(config)
        for weights in model.parameters():
            if weights.dim() > 1:
                weights.data.normal_(std=0.3)
        model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def tiny(folder):
    weights = Weights(folder=folder)
    digest = hashlib.sha256(weights.model.read_bytes()).hexdigest()
    found = Found(where="here", weights=lambda: weights)
    return replace(MPNET, sha256=digest, config_sha256=None, tokenizer_sha256=None, located=lambda: found)


@pytest.fixture(scope="module")
def embedder(tiny):
    return EncoderEmbedder(tiny, precision=torch.float32)


class TestTinyMPNet(EmbedderContract):
    @pytest.fixture
    def embedder(self, tiny):
        return EncoderEmbedder(tiny)


def plainly(folder, texts):
    """One text at a time by transformers alone, so that nothing is padded."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(384)
    tokenizer.no_padding()
    model = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    with torch.inference_mode():
        means = [
            model(input_ids=torch.tensor([tokenizer.encode(text).ids])).last_hidden_state[0].mean(0) for text in texts
        ]
    return torch.nn.functional.normalize(torch.stack(means), dim=1).numpy()


def test_it_gives_what_transformers_gives(embedder, folder):
    found = embedder.embed(EmbedRequest(texts=TEXTS, role="passage"))
    np.testing.assert_allclose(found, plainly(folder, TEXTS), atol=1e-4)
    apart = np.concatenate([embedder.embed(EmbedRequest(texts=(text,), role="query")) for text in TEXTS])
    np.testing.assert_allclose(found, apart, atol=1e-4)


def test_texts_differ_and_are_read_up_to_the_models_own_limit(embedder):
    assert embedder.reads == 384
    base, long, longer = ("a " * 300, "a " * 300 + "b " * 82, "a " * 300 + "b " * 82 + "c")
    vectors = embedder.embed(EmbedRequest(texts=(base, long, longer), role="passage"))
    assert np.abs(vectors[0] - vectors[1]).max() > 1e-3
    np.testing.assert_allclose(vectors[1], vectors[2], atol=1e-6)
    assert embedder.count([base, longer]) == [302, 385]


def test_it_is_named_by_its_weights(embedder, tiny):
    assert embedder.digest == f"mpnet/{tiny.sha256[:16]}/mean/384"
    assert embedder.dimension == 32


def test_an_index_serves_a_machine_that_is_fast_at_another_number_format(embedder, tiny):
    other = EncoderEmbedder(tiny, precision=torch.bfloat16)
    assert other.precision != embedder.precision
    assert other.digest == embedder.digest
    texts = ("Keys hang by the pier.", "A berth costs 12 euros.")
    vectors = [each.embed(EmbedRequest(texts=texts, role="passage")) for each in (embedder, other)]
    assert (vectors[0] * vectors[1]).sum(1) == pytest.approx([1.0, 1.0], abs=0.02)


def test_its_products_are_in_bytes_only_for_who_asks(tiny):
    assert EncoderEmbedder(tiny).precision == str(compute_dtype("cpu")).removeprefix("torch.")
    if multiplies_bytes():
        assert EncoderEmbedder(replace(tiny, bytes=True)).precision == "int8"


def test_weights_that_lack_a_layer_are_named(tiny, folder, tmp_path):
    from safetensors.torch import load_file, save_file

    kept = {name: tensor for name, tensor in load_file(folder / "model.safetensors").items() if "layer.1." not in name}
    for file in ("config.json", "tokenizer.json"):
        (tmp_path / file).write_bytes((folder / file).read_bytes())
    save_file(kept, tmp_path / "model.safetensors")
    weights = Weights(folder=tmp_path)
    digest = hashlib.sha256(weights.model.read_bytes()).hexdigest()
    cut = replace(tiny, sha256=digest, located=lambda: Found(where="here", weights=lambda: weights))
    with pytest.raises(ModelError, match=r"MPNet: .*model\.safetensors lacks the weights encoder\.layer\.1\."):
        EncoderEmbedder(cut)


def test_it_is_chosen_by_name(tiny, monkeypatch):
    monkeypatch.setattr("steep_plugins.encoders.MPNET", tiny)
    plugins = Plugins.discover(Selection(allow=frozenset()))
    built = plugins.build("embedder", "mpnet", {}, Context(device="cpu"), where="[embedder]")
    assert built.digest.startswith(f"mpnet/{tiny.sha256[:16]}/mean/384")


@pytest.mark.slow
def test_the_real_weights_give_what_transformers_and_sentence_transformers_give():
    sentence_transformers = pytest.importorskip("sentence_transformers")
    parts = pytest.importorskip("sentence_transformers.models")
    if not present(MPNET):
        pytest.skip(f"MPNet is not on this machine: {MPNET.install}")
    texts = tuple(text for text in TEXTS[:8] if len(text) < 1000)  # the long one takes a minute
    found = EncoderEmbedder(MPNET, precision=torch.float32).embed(EmbedRequest(texts=texts, role="passage"))
    folder = find(MPNET).folder
    np.testing.assert_allclose(found, plainly(folder, texts), atol=1e-4)
    modules = [parts.Transformer(str(folder), max_seq_length=384), parts.Pooling(768)]
    reference = sentence_transformers.SentenceTransformer(modules=modules, device="cpu")
    expected = reference.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
    np.testing.assert_allclose(found, expected, atol=1e-4)
