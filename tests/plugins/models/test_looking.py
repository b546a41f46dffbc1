"""Attention in blocks gives what torch's own gives in fp32, for whole prompts and for the rest of one."""

import pytest
import torch

from steep_plugins.models import looking
from steep_plugins.models.looking import looked


def drawn(*shape, seed):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def right(queries, keys, values):
    """In fp32, every score written out."""
    heads = len(queries) // len(keys)
    scores = queries.float() @ keys.float().repeat_interleave(heads, 0).mT / queries.shape[-1] ** 0.5
    seen = torch.ones(scores.shape[1:], dtype=torch.bool).tril(keys.shape[1] - queries.shape[1])
    return scores.masked_fill(~seen, -torch.inf).softmax(-1) @ values.float().repeat_interleave(heads, 0)


@pytest.fixture(autouse=True)
def multiplied(monkeypatch):
    """As on a CPU that multiplies bf16, whatever this one does."""
    monkeypatch.setattr(looking, "in_hardware", lambda: True)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize(("tokens", "known"), [(1, 0), (64, 0), (150, 0), (1, 70), (100, 37), (128, 64)])
def test_a_query_sees_the_keys_up_to_its_own_and_no_other(dtype, tokens, known):
    queries = drawn(6, tokens, 16, seed=0).to(dtype)
    keys, values = drawn(2, known + tokens, 16, seed=1).to(dtype), drawn(2, known + tokens, 16, seed=2).to(dtype)

    found = looked(queries, keys, values)

    assert found.dtype == dtype
    assert torch.allclose(found.float(), right(queries, keys, values), atol=1e-5 if dtype == torch.float32 else 0.03)


def test_what_all_keys_have_in_common_costs_no_exactness():
    queries, values = drawn(6, 150, 16, seed=0).bfloat16(), drawn(2, 150, 16, seed=2).bfloat16()
    keys = (drawn(2, 150, 16, seed=1) + 60 * drawn(1, 1, 16, seed=3)).bfloat16()

    off = (looked(queries, keys, values).float() - right(queries, keys, values)).abs()

    assert off.max() < 0.05  # 0.2 where scores are rounded with it


def test_a_prompt_is_rounded_the_same_way_whatever_was_read_before_and_whatever_follows():
    queries = drawn(6, 600, 64, seed=0).bfloat16()
    keys, values = drawn(2, 600, 64, seed=1).bfloat16(), drawn(2, 600, 64, seed=2).bfloat16()
    whole = looked(queries, keys, values)

    assert torch.equal(looked(queries[:, 70:], keys, values), whole[:, 70:])
    assert torch.equal(looked(queries[:, :70], keys[:, :70], values[:, :70]), whole[:, :70])


def test_a_cpu_that_does_not_multiply_bf16_uses_torchs_own(monkeypatch):
    monkeypatch.setattr(looking, "in_hardware", lambda: False)
    monkeypatch.setattr(looking, "_in_blocks", None)
    queries = drawn(6, 100, 16, seed=0).bfloat16()
    keys, values = drawn(2, 137, 16, seed=1).bfloat16(), drawn(2, 137, 16, seed=2).bfloat16()

    found = looked(queries, keys, values)

    assert torch.allclose(found.float(), right(queries, keys, values), atol=0.03)
