"""Attention in training, in blocks, gives what torch's own gives, and its gradients."""

import copy

import pytest
import torch
from torch.nn import functional

from steep.engine.objectives import token_losses
from steep.engine.packing import packed
from steep.testing.tiny_models import tiny_model
from steep_plugins.models import attending
from steep_plugins.models.loading import find_model, load_model


def a_tree(tokens):
    """A mask of one beginning with branches that see it and not each other."""
    rows = [
        {"input_ids": [*range(tokens // 2), 500 + each, *range(tokens // 6)], "shared": [tokens // 2]}
        for each in range(3)
    ]
    made = packed([{**row, "labels": row["input_ids"]} for row in rows])
    assert not made.alone
    return made.mask(torch.float32, "cpu")


@pytest.mark.parametrize("tokens", [7, 128, 300])
@pytest.mark.parametrize("sort", ["causal", "tree"])
def test_what_is_taken_and_its_gradients_are_those_of_torch(tokens, sort):
    mask = a_tree(tokens) if sort == "tree" else None
    count = mask.shape[-1] if mask is not None else tokens
    drawn = torch.Generator().manual_seed(4)
    parts = [torch.randn(heads, count, 16, generator=drawn).requires_grad_() for heads in (6, 2, 2)]
    back = torch.randn(6, count, 16, generator=drawn)
    q, k, v = parts
    some, others = (each.repeat_interleave(3, dim=0)[None] for each in (k, v))
    known = functional.scaled_dot_product_attention(
        q[None], some, others, attn_mask=mask, is_causal=mask is None, scale=0.3
    )[0]
    expected = torch.autograd.grad(known, parts, back)
    found = attending._Attend.apply(q, k, v, 0.3, attending._Masks().seen(mask, count))
    torch.testing.assert_close(found, known, atol=1e-5, rtol=1e-5)
    for ours, theirs in zip(torch.autograd.grad(found, parts, back), expected, strict=True):
        assert (ours - theirs).norm() <= 1e-5 * theirs.norm()


@pytest.mark.parametrize("kind", ["llama", "qwen2"])
def test_a_model_in_bf16_learns_from_a_tree_as_it_did(tmp_path, kind, monkeypatch):
    monkeypatch.setattr(attending, "in_hardware", lambda: True)
    folder = tiny_model(tmp_path, ["Who keeps the keys of berth four?"], kind=kind)
    plain = load_model(find_model(str(folder)), dtype="bfloat16", device="cpu").train()
    looked, went = [], attending._Attend.forward
    monkeypatch.setattr(attending._Attend, "forward", lambda *given: looked.append(given) or went(*given))
    rows = [{"input_ids": [1, 4, 2, 5, 3, last, 6], "shared": [5]} for last in (2, 4)]
    row = packed([{**each, "labels": each["input_ids"]} for each in rows])
    ours = attending.attending(copy.deepcopy(plain))
    losses = [token_losses(model, row).sum() for model in (plain, ours)]
    assert len(looked) == plain.config.num_hidden_layers
    assert float(losses[1].detach()) == pytest.approx(float(losses[0].detach()), rel=0.02)
    for loss in losses:
        loss.backward()
    for name, weight in plain.named_parameters():
        theirs, mine = weight.grad, ours.get_parameter(name).grad
        if theirs is not None and theirs.norm() > 1e-3:
            assert (theirs - mine).float().norm() <= 0.1 * theirs.float().norm(), name


def test_rows_that_are_no_rows_of_training_are_left_to_torch(tmp_path, monkeypatch):
    monkeypatch.setattr(attending, "in_hardware", lambda: True)
    monkeypatch.setattr(attending._Attend, "forward", lambda *given: pytest.fail("it was to be left"))
    folder = tiny_model(tmp_path, ["Who keeps the keys of berth four?"])
    for dtype, ids in (("float32", [[1, 4, 2]]), ("bfloat16", [[1, 4, 2], [1, 2, 4]])):
        model = attending.attending(load_model(find_model(str(folder)), dtype=dtype, device="cpu"))
        model(input_ids=torch.tensor(ids), use_cache=False)
        model.generate(input_ids=torch.tensor(ids), max_new_tokens=2)
    monkeypatch.setattr(attending, "in_hardware", lambda: False)
    model(input_ids=torch.tensor([[1, 4, 2]]), use_cache=False)
