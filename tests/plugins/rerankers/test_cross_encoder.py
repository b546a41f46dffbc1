"""The reranker `cross-encoder`, with a small model of random weights that is made here."""

from dataclasses import replace

import pytest
import torch

from steep.errors import ModelError
from steep.hooks import Context
from steep.kinds import RerankRequest
from steep.testing import RerankerContract
from steep.testing.reranker import hits_of
from steep_plugins.rerankers import CrossEncoderOptions, build_cross_encoder

sentence_transformers = pytest.importorskip("sentence_transformers")

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "crane", "lifts", "forty", "tons", "hall", "is", "cold"]


def made(folder, labels=1):
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    (folder / "vocab.txt").write_text("\n".join(WORDS))
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        initializer_range=0.5,
        num_labels=labels,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def built(folder, model, **options):
    return build_cross_encoder(CrossEncoderOptions(model=model, **options), Context(project=folder, device="cpu"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    project = tmp_path_factory.mktemp("project")
    (project / "scorer").mkdir()
    made(project / "scorer")
    return project


@pytest.fixture(scope="module")
def scorer(folder):
    return built(folder, "scorer")


class TestCrossEncoder(RerankerContract):
    @pytest.fixture
    def reranker(self, scorer):
        return scorer


TEXTS = ("The hall is cold.", "The crane lifts forty tons.", "The crane is cold.")


def test_its_scores_are_the_models_own(folder):
    hits = hits_of(*TEXTS)
    found = built(folder, "scorer").rerank(RerankRequest(question="the crane", hits=hits, k=3))
    reference = sentence_transformers.CrossEncoder(str(folder / "scorer"), device="cpu")
    expected = reference.predict([("the crane", text) for text in TEXTS], activation_fn=torch.nn.Sigmoid())
    assert {hit.passage.text: hit.score for hit in found} == pytest.approx(
        dict(zip(TEXTS, expected.tolist(), strict=True))
    )
    assert [hit.score for hit in found] == sorted(expected.tolist(), reverse=True)


def test_a_passage_is_read_with_its_headings_and_keeps_its_copies(folder):
    (hit,) = hits_of("the crane")
    under = replace(hit, passage=replace(hit.passage, heading=("cold hall",)), also=(hit.passage,))
    reranker = built(folder, "scorer")
    (plain,), (below,) = (reranker.rerank(RerankRequest(question="the", hits=(each,), k=1)) for each in (hit, under))
    assert plain.score != below.score
    assert below.also == (hit.passage,)


def test_a_model_that_is_not_there_or_does_not_rank_is_named(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)  # nobody waits for a hub here
    with pytest.raises(ModelError, match="'nowhere/at-all' could not be loaded"):
        built(folder, "nowhere/at-all")
    with pytest.raises(ModelError, match="tells 3 classes"):
        built(tmp_path, str(made(tmp_path, labels=3)))
