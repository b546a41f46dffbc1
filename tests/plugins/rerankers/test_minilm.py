"""The reranker `minilm`: what it reads, what it makes of the search's order, and what its starter knows."""

import json
import math
import shutil
import threading
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from steep.errors import AdapterError
from steep.hooks import Context
from steep.kinds import RerankRequest
from steep.testing import RerankerContract
from steep.testing.reranker import hits_of
from steep_plugins.encoders import MINILM, find
from steep_plugins.rerankers import MiniLMOptions, build_minilm
from steep_plugins.rerankers.minilm import STARTER, MiniLMReranker, mixed
from steep_plugins.rerankers.reading import HEAD, Batch, Pairs

ASKED = (
    ("How long does a password have to be?", "Memorized secrets SHALL be at least 8 characters in length."),
    ("Can I get my money back?", "Reimbursement is granted within 30 days of purchase against the receipt."),
    ("My worker keeps dying, how do I stop that?", "The timeout setting ends processes silent for 30 seconds."),
    ("Do I need to tell anyone when I'm ill?", "Incapacity is reported to the shift lead before the shift begins."),
    ("who lets me in at the weekend", "Outside office hours the duty porter opens the side gate."),
    ("How do I make it log less?", "Set --loglevel to WARNING so that only warnings and errors are written."),
)
PASSAGES = tuple(passage for _, passage in ASKED)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A starter of rank 1 with random weights, on every linear layer of the first block."""
    from transformers import BertConfig

    torch.manual_seed(5)
    config = BertConfig.from_pretrained(find(MINILM).config)
    width, inner = config.hidden_size, config.intermediate_size
    sizes = {f"attention.self.{name}": (width, width) for name in ("query", "key", "value")}
    sizes |= {"attention.output.dense": (width, width), "intermediate.dense": (inner, width)}
    weights = {}
    for name, (out, into) in (sizes | {"output.dense": (width, inner)}).items():
        at = f"base_model.model.encoder.layer.0.{name}"
        weights |= {f"{at}.lora_A.weight": torch.randn(1, into) / 8, f"{at}.lora_B.weight": torch.randn(out, 1) / 8}
    made = tmp_path_factory.mktemp("starter")
    save_file(weights, made / "adapter_model.safetensors", metadata={"format": "pt"})
    save_file({"weight": torch.randn(1, 2 * width), "bias": torch.zeros(1)}, made / HEAD)
    settings = {"peft_type": "LORA", "r": 1, "lora_alpha": 1, "base_model_name_or_path": MINILM.hub}
    settings |= {"target_modules": ["query", "key", "value", "dense"], "layers_to_transform": [0]}
    (made / "adapter_config.json").write_text(json.dumps(settings))
    return made


def made(folder, *, hits=20, tokens=384, weight=0.5):
    return MiniLMReranker(hits=hits, tokens=tokens, weight=weight, folder=folder, precision=torch.float32)


@pytest.fixture(scope="module")
def scorer(folder):
    return made(folder)


class TestMiniLM(RerankerContract):
    @pytest.fixture
    def reranker(self, scorer):
        return scorer


def ranked(reranker, texts, question="What about the crane?", k=20):
    return reranker.rerank(RerankRequest(question=question, hits=hits_of(*texts), k=k))


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_it_says_what_peft_and_bert_say_of_question_and_passage_as_one(folder, scorer):
    from peft import PeftModel
    from tokenizers import Tokenizer
    from transformers import BertModel

    files = find(MINILM)
    reference = PeftModel.from_pretrained(BertModel.from_pretrained(files.folder, add_pooling_layer=False), folder)
    tokenizer, head = Tokenizer.from_file(str(files.tokenizer)), load_file(folder / HEAD)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    for question, _ in ASKED[:2]:
        for passage, found in zip(PASSAGES, scorer.read(question, hits_of(*PASSAGES)), strict=True):
            read = tokenizer.encode(question, passage)
            segments = torch.tensor([read.type_ids])
            with torch.inference_mode():
                ids = torch.tensor([read.ids])
                states = reference.eval()(input_ids=ids, token_type_ids=segments).last_hidden_state[0]
            told = torch.cat((states[0], states[segments[0] == 1].mean(0)))
            assert found == pytest.approx(float(head["weight"][0] @ told + head["bias"][0]), abs=1e-3)


@pytest.fixture(scope="module")
def pairs():
    return Pairs(find(MINILM).tokenizer, tokens=40)


@given(st.lists(st.integers(1000, 2000), max_size=60), st.lists(st.integers(1000, 2000), max_size=60))
def test_a_pair_keeps_its_marks_and_the_beginning_of_both_however_long_they_are(pairs, question, passage):
    pair = pairs.pair(question, passage)
    assert len(pair.ids) <= 40
    asked, read = pair.ids[: pair.body], pair.ids[pair.body :]
    assert (asked[0], asked[-1], read[-1]) == (101, 102, 102)
    assert asked[1:-1] == question[: len(asked) - 2]
    assert read[:-1] == passage[: len(read) - 1]
    if len(question) + len(passage) <= 37 and len(question) <= 17:
        assert len(pair.ids) == len(question) + len(passage) + 3


def test_padding_belongs_to_no_segment_and_is_not_looked_at(pairs):
    batch = Batch.of([pairs.pair([5], [6, 7]), pairs.pair([5, 5], [6] * 20)], nothing=0)
    assert batch.ids.shape == batch.mask.shape == (2, 32)
    assert batch.mask.sum(1).tolist() == [6, 25]
    assert batch.segments[0].tolist() == [0, 0, 0, 1, 1, 1, *[0] * 26]


def test_its_weight_says_how_much_the_order_of_the_search_counts(folder):
    question = "What about the crane?"
    found = {weight: ranked(made(folder, weight=weight), PASSAGES, question) for weight in (0.0, 0.5, 1.0)}
    assert [hit.passage.text for hit in found[0.0]] == list(PASSAGES)
    assert (found[0.0][0].score, found[0.0][-1].score) == (1.0, 0.0)
    told = {weight: {hit.passage.text: hit.score for hit in hits} for weight, hits in found.items()}
    odds = dict(zip(PASSAGES, made(folder).read(question, hits_of(*PASSAGES)), strict=True))
    own = {text: 1 / (1 + math.exp(-each)) for text, each in odds.items()}
    assert told[1.0] == pytest.approx(own, abs=1e-4)
    assert told[0.5] == pytest.approx({text: (own[text] + told[0.0][text]) / 2 for text in PASSAGES}, abs=1e-4)
    assert [hit.passage.text for hit in found[1.0]] != list(PASSAGES)


def test_where_nothing_seems_to_answer_the_order_of_the_search_stays():
    found = [0.9, 0.7, 0.3]
    unlikely, sure = mixed([-9.0, -5.0, -4.0], found, 0.7), mixed([-9.0, 3.0, -4.0], found, 0.7)
    assert unlikely == sorted(unlikely, reverse=True)
    assert max(sure) == sure[1]


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("The crane lifts forty tons.", True),
        ("  The crane lifts forty tons. ", True),
        ("The crane is stuck. What now?", False),
        ("What now? It is stuck.", False),
        ("crane stuck", False),
    ],
)
def test_a_statement_asks_nothing_and_leaves_the_order_of_the_search(folder, asked, kept):
    found = ranked(made(folder, weight=1.0), PASSAGES, asked)
    assert ([hit.passage.text for hit in found] == list(PASSAGES)) is kept
    assert [hit.rank for hit in found] == [1, 2, 3, 4, 5, 6]
    assert all(0 <= hit.score <= 1 for hit in found)


def test_what_it_does_not_read_stays_behind_what_it_read(folder):
    whole = ranked(made(folder, hits=3, weight=1.0), PASSAGES)
    assert {hit.passage.text for hit in whole[:3]} == set(PASSAGES[:3])
    assert [hit.passage.text for hit in whole[3:]] == list(PASSAGES[3:])
    assert [hit.score for hit in whole] == sorted((hit.score for hit in whole), reverse=True)
    assert [hit.rank for hit in whole] == [1, 2, 3, 4, 5, 6]


def test_scores_of_a_search_may_be_of_any_size(scorer):
    hits = hits_of(*PASSAGES)
    larger = tuple(replace(hit, score=100 * hit.score - 7) for hit in hits)
    found = [scorer.rerank(RerankRequest(question="the crane", hits=each, k=6)) for each in (hits, larger)]
    assert [hit.passage for hit in found[0]] == [hit.passage for hit in found[1]]
    assert [hit.score for hit in found[0]] == pytest.approx([hit.score for hit in found[1]])
    level = tuple(replace(hit, score=0.3) for hit in hits)
    assert all(0 <= hit.score <= 1 for hit in scorer.rerank(RerankRequest(question="", hits=level, k=6)))


def test_a_passage_is_read_with_its_headings_and_keeps_its_copies(scorer):
    (hit,) = hits_of("It lifts forty tons.")
    under = replace(hit, passage=replace(hit.passage, heading=("The crane",)), also=(hit.passage,))
    plain, below = (scorer.read("What does the crane lift?", (each,))[0] for each in (hit, under))
    assert plain != below
    assert scorer.rerank(RerankRequest(question="crane", hits=(under,), k=1))[0].also == (hit.passage,)


def test_threads_do_not_disturb_each_other(scorer):
    expected = [ranked(scorer, PASSAGES, question) for question, _ in ASKED]
    found = [None] * len(ASKED)

    def ask(at):
        found[at] = ranked(scorer, PASSAGES, ASKED[at][0])

    threads = [threading.Thread(target=ask, args=(at,)) for at in range(len(ASKED))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected


@pytest.mark.parametrize("lacking", ["adapter_model.safetensors", "adapter_config.json", HEAD])
def test_a_starter_that_is_not_whole_is_refused_with_its_folder(folder, tmp_path, lacking):
    shutil.copytree(folder, tmp_path / "cut")
    (tmp_path / "cut" / lacking).unlink()
    with pytest.raises(AdapterError, match=r"cut.* the reranker `minilm` .*; reinstall steep"):
        made(tmp_path / "cut")


def test_a_head_of_another_width_is_refused(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "odd")
    save_file({"weight": torch.zeros(1, 10), "bias": torch.zeros(1)}, tmp_path / "odd" / HEAD)
    with pytest.raises(AdapterError, match=r"odd/head\.safetensors is not the head"):
        made(tmp_path / "odd")


@pytest.fixture(scope="module")
def shipped():
    return build_minilm(MiniLMOptions(weight=1.0), Context(device="cpu"))


def test_the_starter_puts_what_answers_in_other_words_first(shipped):
    first = [ranked(shipped, PASSAGES, question, k=1)[0].passage.text for question, _ in ASKED]
    assert sum(found == passage for found, (_, passage) in zip(first, ASKED, strict=True)) >= 4  # one by chance


def test_the_starter_says_what_it_stands_on_and_is_small():
    config = json.loads((STARTER / "adapter_config.json").read_text("utf-8"))
    assert config["base_model_name_or_path"] == MINILM.hub
    assert sum(file.stat().st_size for file in STARTER.iterdir()) < 1.5e6
