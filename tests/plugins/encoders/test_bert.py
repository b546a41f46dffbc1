"""BERT's network for texts laid end to end gives what transformers gives of each text alone."""

import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file, save_file

from steep.engine.device import compute_dtype
from steep.errors import ModelError
from steep_plugins.embedders.encoder import STARTER
from steep_plugins.encoders import MINILM, Weights, find
from steep_plugins.encoders.bert import Bert, Formats
from steep_plugins.encoders.padded import Padded
from steep_plugins.encoders.products import multiplies_bytes

NO_BYTES = pytest.mark.skipif(not multiplies_bytes(), reason="this CPU does not multiply bytes (AVX512-VNNI)")


@pytest.fixture(scope="module")
def rows():
    """Word pieces of texts of many lengths, between their marks; one has nothing between them."""
    generator = torch.Generator().manual_seed(5)
    lengths = (0, 1, 7, 16, 30, 61, 128, 254, 254, 3, 100)
    return [[101, *torch.randint(1996, 9000, (length,), generator=generator).tolist(), 102] for length in lengths]


@pytest.fixture(scope="module")
def expected(rows):
    """What transformers gives of each text alone, in fp32."""
    model = Padded(MINILM, find(MINILM), "cpu", torch.float32, adapter=STARTER)
    return torch.cat([model.means([row]) for row in rows])


def made(products):
    return Bert.read(MINILM, find(MINILM), Formats.on_this_cpu(products), adapter=STARTER)


def cosines(found, expected):
    return torch.nn.functional.cosine_similarity(found, expected)


def test_texts_together_give_what_each_gives_alone(rows, expected):
    torch.testing.assert_close(made(torch.float32).means(rows), expected, atol=2e-5, rtol=1e-4)


def test_a_format_of_sixteen_bits_turns_no_embedding(rows, expected):
    if compute_dtype("cpu") != torch.bfloat16:
        pytest.skip("this CPU is slow at bfloat16")
    assert cosines(made(torch.bfloat16).means(rows), expected).min() > 0.9998


@NO_BYTES
def test_bytes_turn_embeddings_by_less_than_a_thousandth(rows, expected):
    network = made(torch.int8)
    together = network.means(rows)
    found = cosines(together, expected)
    assert found.mean() > 0.999
    assert found.min() > 0.998
    apart = torch.cat([network.means([row]) for row in rows])
    assert cosines(together, apart).min() > 0.9999


def test_bytes_are_chosen_only_where_they_are_multiplied_in_hardware(monkeypatch):
    assert (Formats.on_this_cpu().products == torch.int8) == multiplies_bytes()
    monkeypatch.setattr(torch.cpu, "_is_vnni_supported", lambda: False)
    assert not multiplies_bytes.__wrapped__()


def test_a_product_of_bytes_that_comes_out_wrong_is_not_used(monkeypatch):
    right = torch._int_mm
    monkeypatch.setattr(torch.cpu, "_is_vnni_supported", lambda: True)
    monkeypatch.setattr(torch, "_int_mm", lambda rows, matrix: right(rows, matrix).clamp(max=32767))
    assert not multiplies_bytes.__wrapped__()


def test_weights_that_lack_a_layer_are_named(tmp_path):
    weights = find(MINILM)
    kept = {name: each for name, each in load_file(weights.model).items() if "layer.3." not in name}
    save_file(kept, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_bytes(weights.config.read_bytes())
    with pytest.raises(ModelError, match=r"MiniLM: .*model\.safetensors lacks the weights encoder\.layer\.3\."):
        Bert.read(MINILM, Weights(folder=tmp_path), Formats.on_this_cpu(torch.float32))


def test_embedding_does_not_import_transformers():
    script = (
        "import sys\n"
        "from steep.kinds import EmbedRequest\n"
        "from steep_plugins.embedders.encoder import STARTER, EncoderEmbedder\n"
        "from steep_plugins.encoders import MINILM\n"
        "embedder = EncoderEmbedder(MINILM, adapter=STARTER, device='cpu')\n"
        "embedder.embed(EmbedRequest(texts=('a crane',), role='query'))\n"
        "assert not {'transformers', 'peft', 'sentence_transformers'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
