"""What the recipes of the starters do alike: a run goes on where it was stopped, and an adapter is kept for PEFT."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

STARTERS = Path(__file__).parents[2] / "examples/starters"
STEPS = 6


@pytest.fixture
def keeping(monkeypatch):
    monkeypatch.syspath_prepend(str(STARTERS))
    return importlib.import_module("keeping")


def fresh():
    """Weights of an adapter and of a head."""
    dice = torch.Generator().manual_seed(3)
    names = ("q.lora_A.default.weight", "q.lora_B.default.weight", "head.weight")
    return {name: torch.nn.Parameter(torch.randn(4, 4, generator=dice)) for name in names}


def learned(keeping, folder, *, until=STEPS):
    """The weights after a run that goes on from what the folder holds."""
    folder.mkdir(exist_ok=True)
    run = keeping.Run(folder, fresh(), 0.1, 3.0)
    for step in range(run.done, until):
        loss = sum(((weight - step) ** 2).mean() for weight in run.weights.values())
        run.learn(loss, step, STEPS)
        run.keep(step + 1, 2.0 * (step + 1))
    return run.weights


def test_a_run_that_was_stopped_goes_on_to_the_same_weights(keeping, tmp_path):
    whole = learned(keeping, tmp_path / "whole")
    learned(keeping, tmp_path / "broken", until=2)
    begun = keeping.Run(tmp_path / "broken", fresh(), 0.1, 3.0)
    assert (begun.done, begun.spent) == (2, 4.0)
    again = learned(keeping, tmp_path / "broken")
    assert all(torch.equal(again[name], weight) for name, weight in whole.items())
    assert not torch.equal(whole["head.weight"], fresh()["head.weight"])


def test_a_run_is_kept_now_and_then_and_at_its_last_step(keeping, tmp_path):
    run = keeping.Run(tmp_path, fresh(), 0.1)
    assert run.is_due(1e9, last=True)
    assert run.is_due(-1.0, last=False)
    assert not run.is_due(1e9, last=False)


def test_recipes_take_the_same_options_for_the_same_things(monkeypatch):
    monkeypatch.syspath_prepend(str(STARTERS))
    command_line = importlib.import_module("command_line")
    learning = command_line.training("Learn.", threads=1).parse_args(["--rank", "4"])
    assert (learning.rank, learning.threads, learning.device, learning.seed, learning.tell) == (4, 1, "cpu", 7, 20)
    told = command_line.saving("Write.", ("minilm", "mpnet")).parse_args(["run", "folder"])
    assert (told.run, told.folder, told.encoder) == (Path("run"), Path("folder"), "minilm")
    assert "encoder" not in vars(command_line.saving("Write.").parse_args(["run", "folder"]))


def test_a_step_is_that_of_plain_adamw_at_a_rate_that_rises_and_falls(keeping, tmp_path):
    told = learned(keeping, tmp_path / "run", until=1)
    weights = fresh()
    adapter, head = list(weights.values())[:2], list(weights.values())[2:]
    plain = torch.optim.AdamW(
        [{"params": adapter, "lr": 0.1}, {"params": head, "lr": 0.3}], betas=(0.9, 0.98), weight_decay=0.0
    )
    sum((weight**2).mean() for weight in weights.values()).backward()
    torch.nn.utils.clip_grad_norm_(list(weights.values()), 1.0)
    plain.step()  # the first step of six is past the rise, at the top of the cosine
    for name, weight in weights.items():
        assert torch.allclose(told[name], weight, atol=1e-6)


def test_an_adapter_is_kept_as_peft_reads_it(keeping, tmp_path):
    from peft import LoraConfig

    weights = {name: weight.detach() for name, weight in fresh().items()}
    config = keeping.features("org/encoder", keeping.rank_of(weights), ("query", "key"))
    keeping.save_adapter(weights, {**config, "modules_to_save": {"b", "a"}}, tmp_path / "made")
    assert load_file(tmp_path / "made" / "adapter_model.safetensors").keys() == weights.keys()
    told = json.loads((tmp_path / "made" / "adapter_config.json").read_text("utf-8"))
    assert told["modules_to_save"] == ["a", "b"]
    read = LoraConfig.from_pretrained(str(tmp_path / "made"))
    assert (read.r, read.lora_alpha, read.target_modules) == (4, 4, {"query", "key"})
