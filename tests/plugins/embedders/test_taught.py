"""The starter of the embedder `minilm`."""

import json
import shutil

import numpy as np
import pytest

from steep.errors import AdapterError
from steep.kinds import EmbedRequest
from steep_plugins.embedders.encoder import STARTER
from steep_plugins.encoders import MINILM, find

ASKED = (
    ("How long does a password have to be?", "Memorized secrets SHALL be at least 8 characters in length."),
    ("Can I get my money back?", "Reimbursement is granted within 30 days of purchase against the receipt."),
    (
        "My worker keeps dying, how do I stop that?",
        "The timeout setting ends processes that are silent for 30 seconds.",
    ),
    ("Do I need to tell anyone when I'm ill?", "Incapacity is reported to the shift lead before the shift begins."),
    ("who lets me in at the weekend", "Outside office hours the duty porter opens the side gate."),
    ("How do I make it log less?", "Set --loglevel to WARNING so that only warnings and errors are written."),
)


@pytest.fixture(scope="module")
def embedders():
    import torch

    from steep_plugins.embedders.encoder import EncoderEmbedder

    plain = EncoderEmbedder(MINILM, precision=torch.float32)
    return plain, EncoderEmbedder(MINILM, adapter=STARTER, precision=torch.float32)


def _vectors(embedder, texts):
    return embedder.embed(EmbedRequest(texts=tuple(texts), role="passage"))


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_the_adapter_adds_what_peft_adds(embedders):
    import torch
    from peft import PeftModel
    from tokenizers import Tokenizer
    from transformers import BertModel

    folder = find(MINILM).folder
    reference = PeftModel.from_pretrained(BertModel.from_pretrained(folder, add_pooling_layer=False), STARTER).eval()
    texts = [text for pair in ASKED for text in pair]
    tokenizer = Tokenizer.from_file(str(find(MINILM).tokenizer))
    tokenizer.no_padding()
    found = _vectors(embedders[1], texts)
    for text, vector in zip(texts, found, strict=True):
        with torch.inference_mode():
            ids = torch.tensor([tokenizer.encode(text).ids])
            mean = reference(input_ids=ids).last_hidden_state.mean(1)[0]
        assert float(torch.nn.functional.normalize(mean, dim=0) @ torch.from_numpy(vector)) > 0.9999


def test_questions_in_other_words_stand_nearer_to_what_answers_them_than_before(embedders):
    leads = []
    for embedder in embedders:
        near = _vectors(embedder, [q for q, _ in ASKED]) @ _vectors(embedder, [p for _, p in ASKED]).T
        others = np.where(np.eye(len(ASKED), dtype=bool), -1.0, near).max(1)
        leads.append(float((np.diag(near) - others).mean()))
    assert leads[1] > leads[0] + 0.015


def test_vectors_of_a_taught_embedder_are_told_apart_from_those_of_the_plain_one(embedders):
    plain, taught = (each.digest for each in embedders)
    assert plain.startswith("minilm/53aa51172d142c89/mean/")
    assert taught.startswith("minilm/53aa51172d142c89+")


def test_an_adapter_of_another_network_is_refused_with_its_folder(tmp_path):
    from safetensors.torch import load_file, save_file

    from steep_plugins.embedders.encoder import EncoderEmbedder

    folder = tmp_path / "starter"
    shutil.copytree(STARTER, folder)
    weights = load_file(folder / "adapter_model.safetensors")
    save_file(
        {name.replace("layer.0", "layer.77"): each for name, each in weights.items()},
        folder / "adapter_model.safetensors",
    )
    with pytest.raises(AdapterError, match=r"starter does not hold an adapter of this embedder .*; reinstall steep"):
        EncoderEmbedder(MINILM, adapter=folder)


def test_the_plain_model_is_an_option_away(tmp_path):
    from steep_plugins.embedders import MiniLMOptions, _minilm

    context = type("Here", (), {"device": "cpu"})()
    assert "+" in _minilm(MiniLMOptions(), context).digest
    assert "+" not in _minilm(MiniLMOptions(taught=False), context).digest


def test_the_starter_says_what_it_stands_on():
    config = json.loads((STARTER / "adapter_config.json").read_text("utf-8"))
    assert config["base_model_name_or_path"] == MINILM.hub
