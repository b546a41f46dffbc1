import pytest
import torch

from steep_plugins.models.narrowing import Eight, Four, narrowed


def gridded(outputs: int, inputs: int, *, most: int = 15, seed: int = 0) -> torch.Tensor:
    """Weights as a GGUF file of 4 bits has them, in bf16: ``most`` steps of a width and a start for each 32 of them."""
    chance = torch.Generator().manual_seed(seed)
    steps = torch.randint(0, most + 1, (outputs, inputs // 32, 32), generator=chance).float()
    steps[..., 0], steps[..., 1] = 0, most
    width = torch.rand(outputs, inputs // 32, 1, generator=chance) * 0.02 + 0.005
    start = -width * (7.5 + torch.rand(outputs, inputs // 32, 1, generator=chance))
    return (steps * width + start).view(outputs, inputs).bfloat16()


def lost(weight: torch.Tensor, product: Four | Eight) -> float:
    x = torch.randn(3, weight.shape[1], generator=torch.Generator().manual_seed(1)).bfloat16()
    right = x.float() @ weight.float().T
    return float((product(x).float() - right).norm() / right.norm())


@pytest.mark.parametrize("most", [15, 13, 9], ids=["whole grid", "two steps unused", "most unused"])
def test_weights_of_4_bits_stay_4_bits_and_lose_nothing(most):
    weight = gridded(64, 128, most=most)
    product = narrowed(weight)
    assert isinstance(product, Four)
    assert lost(weight, product) < 0.005


def test_weights_on_no_grid_get_8_bits():
    weight = torch.randn(64, 128, generator=torch.Generator().manual_seed(0)).bfloat16()
    product = narrowed(weight)
    assert isinstance(product, Eight)
    assert lost(weight, product) < 0.02


def test_a_grid_that_ends_half_way_is_none():
    """The first outputs lie on a grid, and one much later does not."""
    weight = gridded(64, 128)
    weight[48:] = torch.randn(16, 128, generator=torch.Generator().manual_seed(0)).bfloat16() * 0.1
    assert isinstance(narrowed(weight), Eight)


@pytest.mark.parametrize("shape", [(63, 128), (64, 120)], ids=["outputs", "inputs"])
def test_shapes_that_torch_cannot_pack_get_8_bits(shape):
    assert isinstance(narrowed(gridded(64, 128)[: shape[0], : shape[1]]), Eight)


def test_a_weight_without_any_width_is_kept():
    weight = torch.full((16, 64), 0.25, dtype=torch.bfloat16)
    assert lost(weight, narrowed(weight)) < 0.005
