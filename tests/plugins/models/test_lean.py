"""Layers that keep less for the way back give the gradients of those that they stand for."""

import copy
import math

import pytest
import torch
from torch.autograd.graph import saved_tensors_hooks

from steep.kinds import LoraShape
from steep.testing.tiny_models import tiny_model
from steep_plugins.models.lean import _Lora, leaned
from steep_plugins.models.loading import find_model, load_model
from steep_plugins.models.quiet import quiet


def with_adapter(model, *, rank=4, dropout=0.0, dora=False):
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(
        task_type="CAUSAL_LM", r=rank, lora_alpha=8, lora_dropout=dropout, target_modules="all-linear", use_dora=dora
    )
    with quiet():
        made = get_peft_model(copy.deepcopy(model), config)
    drawn = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for name, weight in made.named_parameters():
            if "lora_" in name:
                weight.normal_(std=0.2, generator=drawn)
    return made.train()


@pytest.fixture(scope="module", params=["llama", "qwen2"])
def bare(request, tmp_path_factory):
    folder = tiny_model(tmp_path_factory.mktemp("lean"), ["Who keeps the keys of berth four?"], kind=request.param)
    model = load_model(find_model(str(folder)), dtype="float32", device="cpu")
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "norm" in name:
                weight.uniform_(0.5, 1.5, generator=torch.Generator().manual_seed(5))
    return model


IDS = torch.tensor([[1, 4, 2, 5, 3, 6, 2, 4]])


def gradients(model):
    loss = model(input_ids=IDS, labels=IDS).loss
    loss.backward()
    return float(loss.detach()), {
        name: weight.grad for name, weight in model.named_parameters() if weight.requires_grad
    }


def test_loss_and_gradients_are_those_of_the_layers_as_they_were(bare):
    loss, known = gradients(with_adapter(bare))
    lean_loss, found = gradients(leaned(with_adapter(bare)))
    assert lean_loss == pytest.approx(loss, rel=1e-6)
    assert set(found) == set(known)
    for name, grad in known.items():
        assert (found[name] - grad).norm() <= 1e-5 * grad.norm()


def test_in_mixed_precision_gradients_stay_close_and_frozen_weights_are_cast_once(bare):
    _, known = gradients(with_adapter(bare))
    lean = leaned(with_adapter(bare))
    frozen = [layer.forward.args[2] for layer in lean.modules() if hasattr(layer, "lora_A")]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        lean(input_ids=IDS)
        cast = [each._cast[0] for each in frozen]
        loss = lean(input_ids=IDS, labels=IDS).loss
    loss.backward()
    assert {each.dtype for each in cast} == {torch.bfloat16}
    assert all(each._cast[0] is before for each, before in zip(frozen, cast, strict=True))
    found = {name: weight.grad for name, weight in lean.named_parameters() if weight.requires_grad}
    assert all((found[name] - grad).norm() <= 0.1 * grad.norm() for name, grad in known.items())


def test_every_projection_norm_and_gate_is_replaced_and_keeps_less(bare):
    plain, lean = with_adapter(bare, dropout=0.05), leaned(with_adapter(bare, dropout=0.05))
    replaced = [type(each).__name__ for each in lean.modules() if "forward" in vars(each)]
    layers = bare.config.num_hidden_layers
    assert replaced.count("Linear") == 7 * layers
    assert sum(name.endswith("Norm") for name in replaced) == 2 * layers + 1
    assert sum(name.endswith("MLP") for name in replaced) == layers
    assert kept_by(lean) < 0.6 * kept_by(plain)


def kept_by(model):
    """The bytes that are kept for the way back, weights and what is kept twice counted once."""
    weights = {each.untyped_storage().data_ptr() for each in model.parameters()}
    kept = {}

    def count(tensor):
        at = tensor.untyped_storage().data_ptr()
        if at not in weights:
            kept[at] = tensor.untyped_storage().nbytes()
        return tensor

    with saved_tensors_hooks(count, lambda tensor: tensor):
        model(input_ids=IDS.repeat(1, 8), labels=IDS.repeat(1, 8))
    return sum(kept.values())


def test_a_share_close_to_all_still_leaves_something(bare):
    loss, found = gradients(leaned(with_adapter(bare, dropout=0.999)))
    assert math.isfinite(loss)
    assert all(bool(grad.isfinite().all()) for grad in found.values())


def test_an_adapter_that_is_switched_off_adds_nothing(bare):
    lean = leaned(with_adapter(bare)).eval()
    with torch.no_grad(), lean.disable_adapter():
        assert torch.allclose(lean(input_ids=IDS).logits, bare(input_ids=IDS).logits, atol=1e-5)
    with torch.no_grad():
        assert not torch.allclose(lean(input_ids=IDS).logits, bare(input_ids=IDS).logits, atol=1e-2)


def test_an_adapter_of_another_sort_stays_as_it_is(bare):
    lean = leaned(with_adapter(bare, dora=True))
    assert not any("forward" in vars(each) for each in lean.modules() if type(each).__name__ == "Linear")


def test_dropout_leaves_out_its_share_and_the_way_back_leaves_out_the_same():
    a, b = torch.ones(1, 64, requires_grad=True), torch.ones(1, 1, requires_grad=True)
    x = torch.ones(1000, 64, requires_grad=True)
    y = _Lora.apply(torch.zeros(1000, 1), x, a, b, 1.0, 64, 11)
    assert float(y.detach().mean()) == pytest.approx(
        64, rel=0.02
    )  # a quarter is left out, and the rest counts for more
    y.sum().backward()
    assert x.grad.unique().tolist() == pytest.approx([0, 4 / 3])
    assert torch.allclose(x.grad.sum(1, keepdim=True), y, rtol=1e-4)
    assert torch.allclose(a.grad, x.grad.sum(0, keepdim=True), rtol=1e-4)
    again = _Lora.apply(torch.zeros(1000, 1), x, a, b, 1.0, 64, 11)
    other = _Lora.apply(torch.zeros(1000, 1), x, a, b, 1.0, 64, 12)
    assert torch.equal(y, again)
    assert not torch.equal(y, other)


def test_a_tuning_trains_lean_layers(llama):
    trainee = llama.trainee(LoraShape(rank=4), 0)
    assert any("forward" in vars(each) for each in trainee.model.modules())
