"""What OpenVINO computes is what torch does: for prompts, steps, given replies, and every row's own adapter."""

from dataclasses import replace

import pytest
import torch

from steep import Context
from steep.kinds import Ask, Scored
from steep.testing.model import ModelContract, alone, replies, same
from steep.values import Message
from steep_plugins.models import TransformersOptions, build_transformers

pytest.importorskip("openvino", reason="pip install 'steep[openvino]'")

LONG = "The night warden keeps the keys of the ice house. " * 12
ASK = Ask(messages=(Message(role="user", content="Who keeps the keys?"),), max_tokens=8)


@pytest.fixture
def compiled(build):
    """A model that OpenVINO runs, in float32."""
    return lambda folder, **options: build(folder, runtime="openvino", **options)


@pytest.fixture(params=["llama", "qwen2"])
def folder(request):
    return request.getfixturevalue(f"{request.param}_folder")


@pytest.fixture
def both(build, compiled, folder):
    """The same weights in torch and in OpenVINO."""
    return build(folder), compiled(folder)


@pytest.fixture(scope="module")
def exact(build, llama_folder):
    return build(llama_folder, runtime="openvino")


@pytest.fixture(scope="module")
def narrow(llama_folder):
    options = TransformersOptions(model=str(llama_folder), device="cpu", runtime="openvino")
    return build_transformers(options, Context())


class TestCompiled(ModelContract):
    @pytest.fixture
    def model(self, exact):
        return exact


class TestCompiledInEightBits(ModelContract):
    @pytest.fixture
    def model(self, narrow):
        return narrow


def prompts_of(model, *texts):
    return [model.chat_layout.prompt((Message(role="user", content=text),)) for text in texts]


def near(one, other):
    return torch.allclose(one, other, atol=1e-4)


def test_logits_are_those_of_torch_for_prompts_and_steps(both):
    prompts, nobody = prompts_of(both[0], "Who?", LONG, "Which halls are there?"), [None] * 3
    torch_rows, rows = (each._loaded().open(prompts, nobody) for each in both)
    assert near(rows.logits, torch_rows.logits)
    live = [0, 1, 2]
    for number in range(70):  # beyond a block of key-values, and two
        if number in (20, 40):
            live = live[1:]
            chosen = list(range(1, len(live) + 1))
        else:
            chosen = list(range(len(live)))
        tokens = [(7 * number + row) % 200 + 4 for row in live]
        for each in (torch_rows, rows):
            each.step(tokens, chosen)
        assert near(rows.logits, torch_rows.logits)


def test_a_row_has_the_logits_of_its_own_adapter(both, adapter):
    refs = [
        None,
        adapter(both[0], 1, scale=1.0),
        adapter(both[0], 2, scale=1.0, rank=8, use_rslora=True),
        adapter(both[0], 3, scale=1.0, target_modules=["q_proj", "v_proj", "down_proj"]),
        adapter(both[0], 4, scale=1.0, target_modules=["o_proj", "up_proj"], layers_to_transform=[1]),
    ]
    prompts = prompts_of(both[0], *["Who keeps the keys?"] * len(refs))
    torch_rows, rows = (each._loaded().open(prompts, refs) for each in both)
    assert near(rows.logits, torch_rows.logits)
    assert len({float(each) for each in rows.logits[:, 5]}) == len(refs)
    for number, chosen in enumerate(([0, 1, 2, 3, 4], [0, 1, 3, 4], [3, 1], [0], [0])):
        for each in (torch_rows, rows):
            each.step([number + 9] * len(chosen), chosen)
        assert near(rows.logits, torch_rows.logits)


def test_who_has_no_adapter_is_what_they_were_before_there_were_any(compiled, llama_folder, adapter):
    model = compiled(llama_folder)
    ask = replace(ASK, messages=(Message(role="user", content=LONG),))
    before = alone(model, [ask, ASK])
    tuned = replies(model.chat([replace(ask, adapter=adapter(model, 1, scale=3.0))]), 1)
    assert same(alone(model, [ask, ASK]), before)
    assert not same(tuned, before[:1])


def test_a_long_prompt_is_read_part_by_part(compiled, llama_folder, monkeypatch):
    prompt = prompts_of(compiled(llama_folder), LONG)
    whole = compiled(llama_folder)._loaded().open(prompt, [None]).logits
    monkeypatch.setattr("steep_plugins.compiled.runner._READ", 7)
    assert near(compiled(llama_folder)._loaded().open(prompt, [None]).logits, whole)


def test_replies_are_weighed_as_torch_weighs_them(both, adapter):
    said = ("yes", "no", "The night warden.", "Both halls close at nine. " * 12, "")
    for ref in (None, adapter(both[0], 1, scale=1.0)):
        wanted = [Scored(messages=ASK.messages, reply=each, adapter=ref) for each in said]
        assert both[1].score(wanted) == pytest.approx(both[0].score(wanted), abs=1e-3)


def test_replies_that_are_weighed_leave_the_prompt_as_it_was(compiled, llama_folder):
    model = compiled(llama_folder)
    wanted = [Scored(messages=ASK.messages, reply=each) for each in ("yes", "no", "The night warden.")]
    first = model.score(wanted)
    assert model.score(wanted[::-1]) == pytest.approx(first[::-1], abs=1e-4)


def test_prompts_that_begin_alike_share_their_blocks_and_nobody_holds_one_for_ever(compiled, llama_folder):
    runner = compiled(llama_folder)._loaded()
    prompts = prompts_of(compiled(llama_folder), LONG + "Who?", LONG + "Where?")
    runner.open(prompts, [None, None])
    pool = runner._decoder._pool
    kept = pool.free
    rows = runner.open(prompts, [None, None])
    assert kept - pool.free <= 4, "only what differs has blocks of its own"
    rows.step([9], [1])
    del rows
    assert pool.free == kept


def test_key_values_outgrow_the_blocks_there_are_and_stay(compiled, llama_folder, monkeypatch):
    expected = alone(compiled(llama_folder), [replace(ASK, max_tokens=40)] * 3)
    monkeypatch.setattr("steep_plugins.compiled.decoder._FIRST", 1)
    model = compiled(llama_folder)
    assert same(replies(model.chat([replace(ASK, max_tokens=40)] * 3), 3), expected)


def test_a_gguf_file_is_run_as_its_weights_in_a_folder_are(compiled, tmp_path, monkeypatch):
    from steep.testing.tiny_models import tiny_gguf

    monkeypatch.setenv("STEEP_CACHE", str(tmp_path / "cache"))
    model = compiled(tiny_gguf(tmp_path / "tiny.gguf", [LONG]))
    assert same(alone(model, [ASK]), alone(compiled(model.files.folder), [ASK]))
