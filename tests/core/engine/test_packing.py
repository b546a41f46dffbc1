"""Packed rows: trees of shared beginnings side by side give the losses and gradients of the rows one by one."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import LlamaConfig, LlamaForCausalLM

from steep.engine.objectives import by_row, can_pack, preference_losses, token_losses
from steep.engine.packing import IGNORED, bundles, micro_batches, packed

torch.set_num_threads(1)
VOCABULARY = 50


def model(attention="sdpa", seed=0):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        config = LlamaConfig(
            vocab_size=VOCABULARY,
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            initializer_range=0.3,
            attn_implementation=attention,
        )
        return LlamaForCausalLM(config)


LLAMA = model().eval()


def row(prompt, reply):
    return {
        "input_ids": [*prompt, *reply],
        "labels": [IGNORED] * len(prompt) + [*reply],
        "shared": [len(prompt) - 1],
        "supervised": [len(reply)],
    }


def text(ids):
    return {"input_ids": [*ids], "labels": [*ids], "supervised": [len(ids) - 1]}


def apart(each, network):
    """The summed loss of one row by transformers' own labels."""
    ids, labels = torch.tensor([each["input_ids"]]), torch.tensor([each["labels"]])
    return network(input_ids=ids, labels=labels).loss * each["supervised"][0]


tokens = st.integers(0, VOCABULARY - 1)


@st.composite
def families(draw):
    """Rows of which some begin alike, at several depths, some are equal, and some share nothing."""
    begun = draw(st.lists(st.lists(tokens, min_size=1, max_size=6), min_size=1, max_size=4))
    rows = []
    for _ in range(draw(st.integers(1, 7))):
        prompt = [*draw(st.sampled_from(begun)), *draw(st.sampled_from(begun)), *draw(st.lists(tokens, max_size=3))]
        rows.append(row(prompt, draw(st.lists(tokens, min_size=1, max_size=4))))
    if draw(st.booleans()):
        rows.append(text(draw(st.lists(tokens, min_size=2, max_size=8))))
    return rows


@settings(deadline=None, max_examples=60)
@given(families())
def test_each_row_loses_in_a_pack_what_it_loses_alone(rows):
    pack = packed(rows)
    with torch.no_grad():
        together = by_row(token_losses(LLAMA, pack), pack, len(rows))
        alone = torch.stack([apart(each, LLAMA) for each in rows])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-4)


@settings(deadline=None, max_examples=60)
@given(families())
def test_every_row_can_be_walked_from_its_root_and_no_token_is_there_twice(rows):
    pack = packed(rows)
    assert len(pack.ids) <= sum(len(each["input_ids"]) for each in rows)
    assert sorted(pack.rows) == sorted(number for number, each in enumerate(rows) for _ in range(each["supervised"][0]))
    seen = pack.mask(torch.float32, "cpu")[0, 0] == 0
    for place, target, number in zip(pack.places, pack.targets, pack.rows, strict=True):
        path = [pack.ids[at] for at in range(len(pack.ids)) if seen[place, at]]
        ids = rows[number]["input_ids"]
        assert path == ids[: len(path)]
        assert ids[len(path)] == target
        assert pack.positions[place] == len(path) - 1


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_gradients_are_those_of_the_rows_one_by_one(attention):
    passage = list(range(1, 30))
    rows = [row([*passage, 40 + n, 45], [n, n + 1, 2]) for n in range(5)] + [row([7, 8, 9], [1, 2]), text([3, 1, 4, 1])]
    one, other = model(attention), model(attention)
    pack = packed(rows)
    token_losses(one, pack).sum().backward()
    sum(apart(each, other) for each in rows).backward()
    assert len(pack.ids) < 29 + 5 * 5 + 5 + 4 + 1
    for (name, packed_one), plain in zip(one.named_parameters(), other.parameters(), strict=True):
        difference = (packed_one.grad - plain.grad).norm() / plain.grad.norm()
        assert difference < 1e-4, name


def test_a_row_alone_needs_no_mask():
    assert packed([row([1, 2, 3], [4])]).alone
    assert not packed([row([1, 2, 3], [4]), row([1, 2, 5], [4])]).alone


def test_the_token_that_predicts_the_first_label_is_never_shared():
    pack = packed([row([1, 2, 3], [4]), row([1, 2, 3], [4])])
    assert pack.ids == [1, 2, 3, 4, 3, 4]
    assert (pack.targets, pack.rows) == ([4, 4], [0, 1])


def test_rows_with_a_beginning_in_common_are_a_bundle_and_others_are_not():
    rows = [row([1] * 9 + [n], [3]) for n in range(3)] + [row([2] * 9 + [n], [3]) for n in range(2)] + [text([1] * 10)]
    assert sorted(map(sorted, bundles(rows))) == [[0, 1, 2], [3, 4], [5]]
    assert bundles([text([1, 2])] * 3) == [[0], [1], [2]]


def test_what_is_shared_counts_once_against_the_tokens_in_memory():
    rows = [row([1] * 50 + [n], [3]) for n in range(4)] + [row([2] * 50, [3])]
    assert sorted(map(sorted, micro_batches(rows, tokens=60))) == [[0, 1, 2, 3], [4]]
    assert len(micro_batches(rows, tokens=30)) == 5
    assert micro_batches([text([1] * 40)] * 5, tokens=80) == [[0, 1], [2, 3], [4]]


def test_rows_that_share_little_lie_in_smaller_parts_than_those_that_share_much():
    apart = [row([n + 1] * 299, [3]) for n in range(4)]
    assert micro_batches(apart, tokens=1280) == [[0], [1], [2], [3]]
    assert micro_batches([row([n + 1] * 199, [3]) for n in range(4)], tokens=1280) == [[0, 1], [2, 3]]
    rules = [row([9] * 20 + [n + 1] * 279, [3]) for n in range(4)]  # the rules alone are alike
    assert max(map(len, micro_batches(rules, tokens=1280))) == 1
    passage = [row([9] * 280 + [n + 1] * 19, [3]) for n in range(20)]
    assert micro_batches(passage, tokens=1280) == [list(range(20))]
    assert micro_batches(apart, tokens=4096) == [[0, 1, 2], [3]]  # where more fits, more are held side by side
    assert micro_batches([text([n] * 300) for n in range(4)], tokens=1280) == [[0, 1, 2, 3]]  # nobody packs these


def test_a_model_is_tried_before_its_rows_are_packed():
    class Deaf(LlamaForCausalLM):
        """Goes by a mask of its own, as models do that know no masks of this form."""

        def forward(self, attention_mask=None, position_ids=None, **given):
            return super().forward(attention_mask=None, position_ids=None, **given)

    assert can_pack(LLAMA, [1, 2, 3], [4, 5, 6])
    deaf = Deaf(LLAMA.config)
    deaf.load_state_dict(LLAMA.state_dict())
    assert not can_pack(deaf, [1, 2, 3], [4, 5, 6])


def test_a_preference_loses_by_how_much_more_the_chosen_reply_gained():
    reference, now = torch.tensor([5.0, 5.0, 3.0, 4.0]), torch.tensor([4.0, 5.0, 3.0, 4.0])
    gained = preference_losses(now, reference, (0.1, 0.1))
    torch.testing.assert_close(gained, -torch.nn.functional.logsigmoid(torch.tensor([0.1, 0.0])))


def test_a_beta_says_how_strongly_each_preference_counts():
    reference, now = torch.tensor([5.0, 5.0, 5.0, 5.0]), torch.tensor([4.0, 5.0, 4.0, 5.0])
    gained = preference_losses(now, reference, (0.1, 2.0))
    torch.testing.assert_close(gained, -torch.nn.functional.logsigmoid(torch.tensor([0.1, 2.0])))
