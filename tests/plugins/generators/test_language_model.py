"""The generator `transformers`: requests of many threads, each with its own adapter, each prompt made to fit."""

import pytest

from steep import Context
from steep.errors import ModelError
from steep.kinds import AdapterRef, Tunable
from steep.prompts import ABSTENTION
from steep.testing.tiny_models import tiny_model
from steep.values import ChatRow, Message
from steep_plugins.models import TransformersOptions, build_transformers

from .conftest import Request, generate


def test_the_agreed_sentence_is_an_abstention(llama, facts, teach):
    messages = facts.closed[0].messages
    unanswerable = ChatRow(messages=(*messages[:-1], Message(role="assistant", content=ABSTENTION)))
    adapter, _ = teach(llama, [unanswerable])
    ref = AdapterRef(version="shy", folder=adapter)
    draft = generate(llama, Request(question=messages[-2].content, adapter=ref, max_tokens=32))
    assert draft.abstained
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
        return build_transformers(TransformersOptions(model=str(model)), Context(project=project))

    with pytest.raises(ModelError, match="is a path to no folder and no GGUF file"):
        build_in("./missing", tmp_path)
    with pytest.raises(ModelError, match=r"holds no config\.json"):
        build_in(tmp_path)
    (tmp_path / "config.json").write_text("{}", "utf-8")
    with pytest.raises(ModelError, match=r"holds no \*\.safetensors"):
        build_in(tmp_path)
    assert build_in(llama_folder.name, llama_folder.parent).digest


def test_a_model_that_is_nowhere_is_named(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match=r"nobody/nothing.*is neither a folder or GGUF file here nor"):
        build_transformers(TransformersOptions(model="nobody/nothing"), Context())


def test_a_hub_snapshot_is_named_by_its_blobs_without_reading_them(tmp_path):
    from steep_plugins.models.loading import sha256

    blob = tmp_path / "blobs" / ("ab" * 32)
    blob.parent.mkdir()
    blob.write_bytes(b"weights")
    link = tmp_path / "model.safetensors"
    link.symlink_to(blob)
    assert sha256(link) == "ab" * 32
    assert sha256(tmp_path / "blobs" / ".." / "model.safetensors") == "ab" * 32
