"""The adapters of the starters of SmolLM2: cut to a rank, rounded, and packed, they stay the nearest."""

from __future__ import annotations

import sys

import pytest

from .conftest import base_of


def test_a_higher_rank_is_cut_to_what_is_nearest(script, model, tmp_path, monkeypatch):
    import copy

    import torch

    from steep.engine.adapters import check_adapter
    from steep.kinds import AdapterRef

    lora, known = script("lora"), base_of(script, monkeypatch, tmp_path)
    wide = lora.steep(copy.deepcopy(model), 4, 8.0, 1)
    with torch.no_grad():
        for name, weight in wide.items():
            weight.normal_(0, 0.05, generator=torch.Generator().manual_seed(len(name)))
            weight[2:] *= 0.0 if "lora_A" in name else 1.0  # two directions are all there is to it
    lora.save(tmp_path / "wide", {name: weight.detach() for name, weight in wide.items()}, 4, 8.0, known)
    check_adapter(AdapterRef(version="w", folder=tmp_path / "wide"), known.find().digest)
    thin = lora.steep(copy.deepcopy(model), 2, 4.0, 1)
    lora.begin(thin, tmp_path / "wide", 2, 4.0)
    for name in [name for name in thin if "lora_A" in name]:
        other = name.replace("lora_A", "lora_B")
        assert torch.allclose(thin[other] @ thin[name], wide[other] @ wide[name], atol=1e-3)


def test_an_adapter_leaves_the_bias_of_its_layer_and_adds_what_was_learned(script):
    import torch

    lora = script("lora")
    layer = torch.nn.Linear(6, 4)
    steeped = lora.Steeped(layer, 2, 4.0, torch.Generator().manual_seed(0))
    x = torch.randn(3, 6)
    assert torch.allclose(steeped(x), layer(x))
    torch.nn.init.ones_(steeped.lora_B)
    assert torch.allclose(steeped(x), layer(x) + 2 * (x @ steeped.lora_A.T).sum(-1, keepdim=True), atol=1e-5)


@pytest.mark.parametrize("bits", [3, 4, 6])
def test_rounded_numbers_have_so_many_digits_and_err_by_half_of_the_last(script, bits):
    import torch

    weight = torch.randn(4000, generator=torch.Generator().manual_seed(1)).half()
    weight = weight[weight.abs() > 2.0**-13]  # smaller numbers of 16 bits have fewer digits
    made = script("pack").rounded(weight, bits)
    assert not (made.view(torch.int16) & ((1 << (10 - bits)) - 1)).any()
    assert ((made.float() - weight.float()).abs() <= weight.float().abs() * 2.0 ** -(bits + 1) * 1.001).all()


def test_a_packed_adapter_is_the_nearest_of_its_rank_and_says_so(script, tmp_path):
    import json

    import torch
    from safetensors.torch import load_file, save_file

    dice = torch.Generator().manual_seed(2)
    down, up = torch.randn(4, 12, generator=dice), torch.randn(10, 4, generator=dice)
    name = "base_model.model.q_proj.lora_{}.weight"
    (tmp_path / "wide").mkdir()
    save_file({name.format("A"): down, name.format("B"): up}, tmp_path / "wide" / "adapter_model.safetensors")
    (tmp_path / "wide" / "adapter_config.json").write_text(json.dumps({"r": 4, "lora_alpha": 8.0}))
    line = ["pack.py", str(tmp_path / "wide"), str(tmp_path / "thin"), "--rank", "2", "--bits", "10"]
    pack = script("pack")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "argv", line)
        pack.main()
    kept = load_file(tmp_path / "thin" / "adapter_model.safetensors")
    product = kept[name.format("B")].float() @ kept[name.format("A")].float()
    u, sizes, v = torch.linalg.svd(up @ down)
    assert torch.allclose(product, u[:, :2] * sizes[:2] @ v[:2], atol=2e-2)
    assert json.loads((tmp_path / "thin" / "adapter_config.json").read_text()) == {"r": 2, "lora_alpha": 4.0}


def test_only_the_layers_above_are_learned(script, model):
    import torch

    train, lora = script("train"), script("lora")
    named = lora.steep(model, 2, 4.0, 1)
    weights = train.learned(named, 1)
    assert 0 < len(weights) < len(named)
    assert all(weight.requires_grad == (".layers.1." in name) for name, weight in named.items())
    loss = model(input_ids=torch.arange(9)[None], labels=torch.arange(9)[None]).loss
    assert len(torch.autograd.grad(loss, weights)) == len(weights)
