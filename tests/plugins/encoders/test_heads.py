"""A head is read from its own file, and one of another shape, or none, is named with what to do."""

import pytest
import torch
from safetensors.torch import save_file

from steep.errors import AdapterError
from steep_plugins.encoders.networks import read_head


@pytest.fixture
def head():
    return torch.nn.Linear(4, 1)


def test_a_head_gets_the_weights_of_its_file(head, tmp_path):
    other = torch.nn.Linear(4, 1)
    save_file(other.state_dict(), tmp_path / "head.safetensors")
    read_head(head, tmp_path / "head.safetensors", of="the reranker")
    assert torch.equal(head.weight, other.weight)


@pytest.mark.parametrize("width", [None, 5], ids=["no file", "another shape"])
def test_what_is_no_head_is_named_with_what_to_do(head, tmp_path, width):
    file = tmp_path / "head.safetensors"
    if width:
        save_file(torch.nn.Linear(width, 1).state_dict(), file)
    with pytest.raises(AdapterError, match=r"head\.safetensors is not the head of the reranker .*; reinstall steep"):
        read_head(head, file, of="the reranker")
