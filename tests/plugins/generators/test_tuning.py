"""A language model learns what it is taught, its base stays as it was, and PEFT alone reads what was saved."""

import hashlib
import json

import pytest
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

from steep.engine.course import Job, mean, train
from steep.errors import AdapterError
from steep.kinds import AdapterRef, CourseOptions, LoraShape
from steep.testing.tiny_models import tiny_model
from steep.testing.trainees import Killed, killing_at
from steep_plugins.models.quiet import quiet

from .conftest import Request, generate


def files_of(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_it_memorises_eight_facts_and_then_says_them(llama, llama_folder, facts, teach):
    before = files_of(llama_folder)
    adapter, result = teach(llama, facts.closed)
    ref = AdapterRef(version="facts", folder=adapter)
    for row in facts.closed:
        question, answer = row.messages[-2].content, row.messages[-1].content
        assert generate(llama, Request(question=question, adapter=ref, max_tokens=16)).text == answer
        assert generate(llama, Request(question=question, max_tokens=16)).text != answer
    assert mean(result.after) > -0.5 > mean(result.before)
    assert files_of(llama_folder) == before


def test_an_encoder_decoder_learns(t5, facts, teach):
    _, result = teach(t5, facts.closed, epochs=10, learning_rate=0.03)
    assert mean(result.after) > mean(result.before) + 1


def test_the_same_seed_writes_the_same_bytes(llama, facts, teach, tmp_path):
    one, _ = teach(llama, facts.closed, tmp_path / "one", epochs=1)
    (tmp_path / "job-0" / "checkpoint.pt").unlink()
    other, _ = teach(llama, facts.closed, tmp_path / "other", epochs=1)
    third, _ = teach(llama, facts.closed, tmp_path / "third", epochs=1, seed=1)
    assert files_of(one) == files_of(other)
    assert files_of(one)["adapter_model.safetensors"] != files_of(third)["adapter_model.safetensors"]
    assert set(files_of(one)) == {"adapter_config.json", "adapter_model.safetensors", "base.json"}


def test_peft_alone_loads_the_adapter_and_computes_the_same(llama, llama_folder, facts, tmp_path):
    trainee = llama.trainee(LoraShape(rank=4, alpha=8, dropout=0.0), 0)
    with torch.no_grad():
        for name, weight in trainee.model.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=0.1, generator=torch.Generator().manual_seed(1))
    trainee.save(tmp_path / "adapter")
    with quiet():
        bare = AutoModelForCausalLM.from_pretrained(str(llama_folder))
        plain = PeftModel.from_pretrained(bare, str(tmp_path / "adapter"))
        base = AutoModelForCausalLM.from_pretrained(str(llama_folder))
    ids = torch.tensor([trainee.encode(facts.closed)[0][0]["input_ids"]])
    trainee.model.eval()
    with torch.no_grad():
        torch.testing.assert_close(plain(input_ids=ids).logits, trainee.model(input_ids=ids).logits)
        assert (plain(input_ids=ids).logits - base(input_ids=ids).logits).abs().max() > 0.01
    config = json.loads((tmp_path / "adapter" / "adapter_config.json").read_text("utf-8"))
    assert config["target_modules"] == sorted(config["target_modules"])
    assert not config["modules_to_save"]


def test_training_goes_on_from_an_adapter(llama, facts, teach):
    adapter, result = teach(llama, facts.closed, epochs=1)
    trainee = llama.trainee(LoraShape(), 1, AdapterRef(version="first", folder=adapter))
    assert mean(trainee.scores(facts.closed)) == pytest.approx(mean(result.after), abs=1e-5)
    assert any(weight.requires_grad for weight in trainee.model.parameters())


def test_an_adapter_of_another_base_is_refused(llama, build, texts, facts, teach, tmp_path):
    other = build(tiny_model(tmp_path / "other", texts, seed=1))
    adapter, _ = teach(other, facts.closed, epochs=1)
    ref = AdapterRef(version="theirs", folder=adapter)
    with pytest.raises(AdapterError, match=f"{other.digest}.*{llama.digest}"):
        generate(llama, Request(question="?", adapter=ref))
    with pytest.raises(AdapterError, match="made for the base"):
        llama.trainee(LoraShape(), 0, ref)


def test_an_adapter_of_other_shapes_is_refused_even_without_a_digest(llama, build, texts, facts, teach, tmp_path):
    wider = build(tiny_model(tmp_path / "wider", texts, width=128))
    adapter, _ = teach(wider, facts.closed, epochs=1)
    (adapter / "base.json").unlink()
    with pytest.raises(AdapterError, match="does not fit this base"):
        generate(llama, Request(question="?", adapter=AdapterRef(version="wide", folder=adapter)))
    assert generate(llama, Request(question="?", max_tokens=4)).text


def test_a_broken_training_ends_with_the_bytes_of_an_unbroken_one(llama, facts, tmp_path):
    """The loop's own tests prove it with kill -9; here it is shown for LoRA with dropout, and rows packed as trees."""

    def run(job, progress):
        trainee = llama.trainee(LoraShape(rank=4, dropout=0.1), 0)
        train(
            Job(
                name="broken",
                trainee=trainee,
                train=facts.closed,
                dev=facts.closed,
                folder=job,
                seed=0,
                options=CourseOptions(epochs=3, batch=2, learning_rate=0.01, evaluations=2),
                progress=progress,
            )
        )
        trainee.save(job / "adapter")
        return files_of(job / "adapter")

    unbroken = run(tmp_path / "unbroken", lambda at: None)
    with pytest.raises(Killed):
        run(tmp_path / "broken", killing_at(7))
    assert (tmp_path / "broken" / "checkpoint.pt").is_file()
    assert run(tmp_path / "broken", lambda at: None) == unbroken


def test_one_step_lowers_the_loss_of_its_rows(llama, facts):
    trainee = llama.trainee(LoraShape(dropout=0.0), 0)
    batch = trainee.collate(trainee.encode(facts.closed)[0])
    weights = [weight for weight in trainee.model.parameters() if weight.requires_grad]
    loss = trainee.loss(batch)
    loss.backward()
    torch.optim.AdamW(weights, lr=1e-3).step()
    assert trainee.loss(batch) < loss
