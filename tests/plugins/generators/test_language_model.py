"""The generator `transformers`: requests of many threads, each with its own adapter, each prompt made to fit."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace

import pytest
import torch

from steep import Context
from steep.errors import ModelError
from steep.kinds import AdapterRef, Asked, LoraShape, Tunable
from steep.prompts import ABSTENTION
from steep.testing.generator import GeneratorContract
from steep.testing.hands import PlainHand, draft_of
from steep.testing.tiny_models import tiny_model
from steep.values import ChatRow, Hit, Message
from steep_plugins.generators import TransformersOptions, build_transformers


@dataclass(frozen=True, kw_only=True)
class Request(Asked):
    adapter: AdapterRef | None = None


def generate(generator, request):
    asked = Asked(**{field.name: getattr(request, field.name) for field in fields(Asked)})
    return draft_of(generator, asked, PlainHand(hits=asked.hits, adapter=request.adapter))


class TestTransformers(GeneratorContract):
    @pytest.fixture
    def generator(self, llama):
        return llama


class TestEncoderDecoder(GeneratorContract):
    @pytest.fixture
    def generator(self, t5):
        return t5


@pytest.fixture
def shifted(tmp_path):
    """Write an adapter of random weights, drawn from a seed, that changes what a generator says."""

    def write(generator, seed):
        trainee = generator.trainee(LoraShape(rank=4, alpha=8, dropout=0.0), seed)
        noise = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for name, weight in trainee.model.named_parameters():
                if "lora_B" in name:
                    weight.normal_(std=0.3, generator=noise)
        trainee.save(tmp_path / f"adapter-{seed}")
        return AdapterRef(version=f"v{seed}", folder=tmp_path / f"adapter-{seed}")

    return write


def test_threads_get_the_answer_of_their_own_adapter(build, llama_folder, shifted):
    generator = build(llama_folder)
    adapters = [None, shifted(generator, 1), shifted(generator, 2)]
    requests = [Request(question="Who keeps the keys?", adapter=each, max_tokens=8) for each in adapters]
    alone = [generate(build(llama_folder), each) for each in requests]
    assert len({draft.text for draft in alone}) == 3
    with ThreadPoolExecutor(max_workers=3) as pool:
        assert list(pool.map(lambda each: generate(generator, each), requests * 5)) == alone * 5


def test_adapters_beyond_the_capacity_are_loaded_again(build, llama_folder, shifted):
    generator = build(llama_folder, adapters=1)
    requests = [Request(question="?", adapter=shifted(generator, seed), max_tokens=6) for seed in (1, 2, 3)]
    first = [generate(generator, each) for each in requests]
    assert [generate(generator, each) for each in requests] == first
    model, chosen = generator._adapters.select([requests[-1].adapter])
    assert list(model.peft_config) == chosen["adapter_names"]


def test_a_seed_decides_what_is_drawn_and_zero_temperature_draws_nothing(llama):
    request = Request(question="Who keeps the keys?", max_tokens=8)
    state = torch.get_rng_state()
    drawn = [generate(llama, replace(request, temperature=1.0, seed=seed)).text for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert generate(llama, request) == generate(llama, replace(request, seed=5))
    assert torch.equal(state, torch.get_rng_state())


def test_greedy_is_what_plain_generate_says(llama, llama_folder):
    from transformers import AutoModelForCausalLM

    request = Request(question="Who keeps the keys?", messages=(Message(role="user", content="Keys?"),))
    ids = torch.tensor([llama._chat.prompt(request.messages)])
    plain = AutoModelForCausalLM.from_pretrained(str(llama_folder))
    written = generate(
        plain,
        ids,
        attention_mask=torch.ones_like(ids),
        do_sample=False,
        max_new_tokens=10,
        pad_token_id=0,
        eos_token_id=3,
    )
    text = llama._tokenizer.decode(written[0, ids.shape[1] :], skip_special_tokens=True).strip()
    assert generate(llama, replace(request, max_tokens=10)).text == text


def test_passages_are_left_out_to_fit_and_the_question_never(build, llama_folder, facts):
    small = build(llama_folder, max_context=220)
    hits = tuple(Hit(passage=passage, score=1.0, rank=rank) for rank, passage in enumerate(facts.passages, 1))
    turns = (Message(role="user", content="Hello"), Message(role="assistant", content="Yes?"))
    request = Request(question="How deep is berth four?", hits=hits, history=turns, max_tokens=8)
    draft = generate(small, request)
    assert "to fit 212 tokens: 2 earlier turns left out, " in draft.reason
    assert " of 8 passages left out" in draft.reason
    assert draft.prompt_tokens <= 212
    roomy = generate(build(llama_folder), request)
    assert "to fit" not in roomy.reason
    assert roomy.prompt_tokens > 212


def test_a_passage_too_long_alone_is_cut(build, llama_folder, facts):
    small = build(llama_folder, max_context=220)
    long = replace(facts.passages[0], text="the night warden " * 300)
    draft = generate(small, Request(question="Who?", hits=(Hit(passage=long, score=1, rank=1),), max_tokens=8))
    assert "passage 1 cut short" in draft.reason
    assert 200 < draft.prompt_tokens <= 212


def test_a_question_too_long_for_the_model_is_an_error(build, llama_folder, facts):
    small = build(llama_folder, max_context=220)
    with pytest.raises(ModelError, match=r"and 212 fit this model.*max_context"):
        generate(small, Request(question="why " * 300, hits=(facts.hit(0),), max_tokens=8))


def test_the_agreed_sentence_is_an_abstention(llama, facts, teach):
    messages = facts.closed[0].messages
    unanswerable = ChatRow(messages=(*messages[:-1], Message(role="assistant", content=ABSTENTION)))
    adapter, _ = teach(llama, [unanswerable])
    ref = AdapterRef(version="shy", folder=adapter)
    draft = generate(llama, Request(question=messages[-2].content, adapter=ref, max_tokens=32))
    assert draft.abstained
    assert draft.text == ABSTENTION
    assert draft.reason == "the passages do not hold the answer"
    assert 0.1 < draft.confidence < 1


def test_it_can_be_tuned_and_its_digest_names_the_weights(llama, build, llama_folder, texts, tmp_path):
    assert isinstance(llama, Tunable)
    assert build(llama_folder).digest == llama.digest
    assert build(tiny_model(tmp_path / "same", texts)).digest == llama.digest
    assert build(tiny_model(tmp_path / "other", texts, seed=1)).digest != llama.digest


def test_a_template_is_not_needed(build, texts, tmp_path):
    bare = build(tiny_model(tmp_path / "bare", texts, template=None))
    assert generate(bare, Request(question="Who?", max_tokens=4)).prompt_tokens > 4


def test_what_is_no_model_is_named(tmp_path, llama_folder):
    def build_in(model, project=None):
        return build_transformers(TransformersOptions(weights=str(model)), Context(project=project))

    with pytest.raises(ModelError, match="is a path, and there is no such folder"):
        build_in("./missing", tmp_path)
    with pytest.raises(ModelError, match=r"holds no config\.json"):
        build_in(tmp_path)
    (tmp_path / "config.json").write_text("{}", "utf-8")
    with pytest.raises(ModelError, match=r"holds no \*\.safetensors"):
        build_in(tmp_path)
    assert build_in(llama_folder.name, llama_folder.parent).digest


def test_a_model_that_is_nowhere_is_named(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match=r"nobody/nothing.*neither a folder here nor to be had from the hub"):
        build_transformers(TransformersOptions(weights="nobody/nothing"), Context())


def test_a_hub_snapshot_is_named_by_its_blobs_without_reading_them(tmp_path):
    from steep_plugins.models.loading import sha256

    blob = tmp_path / "blobs" / ("ab" * 32)
    blob.parent.mkdir()
    blob.write_bytes(b"weights")
    link = tmp_path / "model.safetensors"
    link.symlink_to(blob)
    assert sha256(link) == "ab" * 32
    assert sha256(tmp_path / "blobs" / ".." / "model.safetensors") == "ab" * 32
