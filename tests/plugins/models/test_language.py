"""The model `transformers`: requests of many threads, each with its own adapter, each prompt made to fit."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import torch

from steep import Context
from steep.errors import AdapterError, MissingDependency, ModelError
from steep.kinds import AdapterRef, Ask, Scored, Together
from steep.testing.model import ModelContract, alone, replies, same
from steep.testing.tiny_models import CHATML, tiny_model
from steep.values import Message
from steep_plugins.models import TransformersOptions, build_transformers

TEXTS = ("The night warden keeps the keys of the ice house.",)


class TestTransformers(ModelContract):
    @pytest.fixture
    def model(self, llama):
        return llama


class TestThroughTransformersOwnLayers(ModelContract):
    @pytest.fixture
    def model(self, build, llama_folder, plain):
        return build(llama_folder)


class TestInEightBits(ModelContract):
    @pytest.fixture
    def model(self, llama_folder):
        options = TransformersOptions(model=str(llama_folder), device="cpu")
        return build_transformers(options, Context())


class TestEncoderDecoder(ModelContract):
    @pytest.fixture
    def model(self, t5):
        return t5


USER = (Message(role="user", content="Who keeps the keys?"),)
PLAIN = Ask(messages=USER, max_tokens=8)


@pytest.fixture
def plain(monkeypatch):
    """As if no model were of a build that is run without transformers' layers."""
    monkeypatch.setattr("steep_plugins.models.llama.runs", lambda config, device: False)


@pytest.fixture
def openvino(monkeypatch):
    """As if all models were to be run by OpenVINO."""
    pytest.importorskip("openvino", reason="pip install 'steep[openvino]'")
    monkeypatch.setattr("steep_plugins.models.language.takes", lambda *_, **__: True)


@pytest.fixture(params=["written out", "transformers", "openvino"])
def either(request):
    if request.param != "written out":
        request.getfixturevalue({"transformers": "plain"}.get(request.param, request.param))


def reads_of(model):
    """How many tokens each call of the model reads, from here on."""
    read, runner = [], model._loaded()
    name = next(each for each in ("call", "llama", "_decoder") if hasattr(runner, each))
    call = getattr(runner, name)

    class Counting:
        def __getattr__(self, name):
            return getattr(call, name)

        def __call__(self, ids, *args, **options):
            read.append(ids.numel() if name != "_decoder" else sum(len(each.tokens) for each in ids))
            return call(ids, *args, **options)

    setattr(runner, name, Counting())
    return read


@pytest.mark.usefixtures("either")
def test_rows_of_a_batch_have_their_own_adapters_and_leave_nothing_behind(build, llama_folder, adapter):
    model = build(llama_folder)
    refs = [None, adapter(model, 1), adapter(model, 2), None, adapter(model, 1)]
    batch = [replace(PLAIN, adapter=ref) for ref in refs]
    single = [replies(build(llama_folder).chat([ask]), 1)[0] for ask in batch]
    assert len({text for text, _ in single}) == 3
    expected = [(text, replace(end, ask=number)) for number, (text, end) in enumerate(single)]
    for _ in range(2):
        assert same(replies(model.chat(batch), len(batch)), expected)
    assert same(alone(model, batch), expected)


@pytest.mark.usefixtures("either")
def test_rows_that_end_early_leave_the_others_what_they_are(build, llama_folder, adapter):
    model = build(llama_folder)
    refs = [None, adapter(model, 1), adapter(model, 2)]
    asked = [Message(role="user", content=f"Who guards the quay{' at night' * number}?") for number in range(7)]
    batch = [
        replace(PLAIN, messages=(asked[number],), adapter=refs[number % 3], max_tokens=most)
        for number, most in enumerate((3, 20, 1, 9, 14, 20, 6))
    ]
    expected = alone(build(llama_folder), batch)
    assert len({end.tokens for _, end in expected}) > 4
    assert same(replies(model.chat(batch), len(batch)), expected)


@pytest.mark.usefixtures("either")
def test_the_last_row_of_a_batch_does_not_see_what_it_was_filled_up_with(build, llama_folder):
    long = Message(role="user", content="Who guards the quay at night? " * 12)
    batch = [replace(PLAIN, messages=(long,), max_tokens=2), replace(PLAIN, max_tokens=12)]
    model = build(llama_folder)
    assert same(replies(model.chat(batch), 2), alone(model, batch))


def test_an_encoder_decoder_mixes_adapters_too(build, t5_folder, adapter):
    model = build(t5_folder)
    batch = [replace(PLAIN, adapter=ref) for ref in (None, adapter(model, 1, scale=3.0), adapter(model, 2, scale=3.0))]
    assert len({text for text, _ in alone(model, batch)}) > 1
    assert same(replies(model.chat(batch), 3), alone(model, batch))


@pytest.mark.usefixtures("either")
def test_more_adapters_than_stay_loaded_are_written_in_turn(build, llama_folder, adapter):
    model = build(llama_folder, adapters=1)
    batch = [replace(PLAIN, adapter=adapter(model, seed)) for seed in (1, 2, 1)]
    assert same(replies(model.chat(batch), 3), alone(model, batch))


@pytest.mark.usefixtures("either")
def test_threads_get_the_replies_of_their_own_adapters(build, llama_folder, adapter):
    model = build(llama_folder, adapters=2)
    batch = [replace(PLAIN, adapter=ref) for ref in (None, adapter(model, 1), adapter(model, 2), adapter(model, 3))]
    expected = [replies(model.chat([ask]), 1) for ask in batch]
    with ThreadPoolExecutor(max_workers=4) as pool:
        found = list(pool.map(lambda ask: replies(model.chat([ask]), 1), batch * 3))
    assert all(same(one, two) for one, two in zip(found, expected * 3, strict=True))


@pytest.fixture(params=["llama", "qwen2"])
def decoder_folder(request):
    return request.getfixturevalue(f"{request.param}_folder")


@pytest.mark.usefixtures("either")
def test_greedy_is_what_plain_generate_says(build, decoder_folder):
    from transformers import AutoModelForCausalLM

    llama = build(decoder_folder)
    ids = torch.tensor([llama.chat_layout.prompt(USER)])
    plain = AutoModelForCausalLM.from_pretrained(str(decoder_folder))
    written = plain.generate(
        ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=24, pad_token_id=0, eos_token_id=3
    )
    expected = llama.tokenizer.decode(written[0, ids.shape[1] :], skip_special_tokens=True)
    ((text, end),) = replies(llama.chat([replace(PLAIN, max_tokens=24)]), 1)
    assert text == expected
    assert end.prompt_tokens == ids.shape[1]


@pytest.mark.usefixtures("either")
def test_the_sum_of_log_probabilities_is_that_of_the_model(build, decoder_folder):
    from transformers import AutoModelForCausalLM

    llama = build(decoder_folder)
    prompt, reply = llama.chat_layout.said(USER, "The night warden.")
    plain = AutoModelForCausalLM.from_pretrained(str(decoder_folder))
    with torch.no_grad():
        known = torch.log_softmax(plain(torch.tensor([prompt + reply])).logits[0, len(prompt) - 1 : -1], dim=-1)
    expected = float(known.gather(-1, torch.tensor(reply)[:, None]).sum())
    assert llama.score([Scored(messages=USER, reply="The night warden.")]) == pytest.approx([expected], abs=1e-3)


@pytest.mark.usefixtures("either")
def test_a_prompt_read_before_is_not_read_again_and_changes_no_reply(build, llama_folder):
    model = build(llama_folder)
    long = "The night warden keeps the keys of the ice house. " * 12
    batch = [Ask(messages=(Message(role="user", content=long + each),), max_tokens=8) for each in ("Who?", "Where?")]
    fresh = [replies(build(llama_folder).chat([ask]), 1) for ask in batch]
    read = reads_of(model)
    first, second = ([replies(model.chat([ask]), 1) for ask in batch] for _ in range(2))
    assert all(same(one, two) for one, two in zip(first + second, fresh * 2, strict=True))
    assert read[0] > 100
    assert sum(size for size in read[1:] if size > 1) < 60, "only what differs is read"


@pytest.mark.usefixtures("either")
def test_replies_to_one_prompt_are_weighed_with_one_reading_of_it(build, llama_folder):
    model = build(llama_folder)
    long = (Message(role="user", content="The night warden keeps the keys. " * 12),)
    read = reads_of(model)
    model.score([Scored(messages=long, reply=reply) for reply in ("yes", "no", "Both halls.")])
    assert len(read) == 2
    assert read[1] < 60


@pytest.mark.usefixtures("either")
def test_a_seed_decides_what_is_drawn_whatever_else_is_in_the_batch(build, llama_folder):
    llama = build(llama_folder)
    state = torch.get_rng_state()
    ask = replace(PLAIN, temperature=1.0, seed=1)
    batch = [ask, replace(ask, seed=2), ask]
    drawn = [text for text, _ in replies(llama.chat(batch), 3)]
    assert drawn[0] == drawn[2] != drawn[1]
    assert torch.equal(state, torch.get_rng_state())


@pytest.mark.usefixtures("either")
def test_of_the_likeliest_tokens_alone_the_likeliest_is_drawn(build, llama_folder):
    llama = build(llama_folder)
    ((greedy, _),) = replies(llama.chat([PLAIN]), 1)
    narrow = [replace(PLAIN, temperature=1.5, top_p=0.0001, seed=seed) for seed in range(3)]
    assert [text for text, _ in replies(llama.chat(narrow), 3)] == [greedy] * 3


def test_a_nucleus_holds_the_share_that_is_asked_for_and_no_token_more():
    from steep_plugins.models.choosing import Choice

    known = torch.log(torch.tensor([0.5, 0.2, 0.05, 0.25]))
    for share, drawn in ((0.5, {0}), (0.6, {0, 3}), (0.8, {0, 1, 3}), (1.0, {0, 1, 2, 3})):
        choice = Choice(temperature=1.0, seed=7, top_p=share)
        assert {choice.pick(known) for _ in range(400)} == drawn


@pytest.mark.usefixtures("either")
def test_the_chances_of_a_reply_are_of_the_tokens_of_its_text(build, llama_folder):
    llama = build(llama_folder)
    ask = replace(PLAIN, max_tokens=24, chances=3)
    ((text, end),) = replies(llama.chat([ask]), 1)
    assert "".join(each.token for each in end.chances) == text
    assert sum(each.log_probability for each in end.chances) == pytest.approx(end.log_probability, abs=1e-3)
    for each in end.chances:
        (likeliest, value), *_ = each.others
        assert len(each.others) == 3
        assert value == each.log_probability, "the likeliest token is taken"
        assert likeliest == each.token or not each.token or "\ufffd" in likeliest + each.token
    ((_, unasked),) = replies(llama.chat([replace(ask, chances=None)]), 1)
    assert unasked.chances == ()


def test_the_chances_end_where_a_stop_text_cut_the_reply(llama):
    ask = replace(PLAIN, max_tokens=24, chances=0)
    ((whole, _),) = replies(llama.chat([ask]), 1)
    stop = whole[len(whole) // 2 :][:3]
    ((text, end),) = replies(llama.chat([replace(ask, stop=(stop,))]), 1)
    assert "".join(each.token for each in end.chances) == text == whole[: whole.index(stop)]
    assert all(each.others == () for each in end.chances)


def test_what_is_left_out_to_fit_is_said_and_the_question_stays(build, llama_folder):
    small = build(llama_folder, max_context=100)
    rules = Message(role="system", content="Be brief.")
    turns = (Message(role="user", content="Hello"), Message(role="assistant", content="Yes? " * 20))
    ((_, end),) = replies(small.chat([Ask(messages=(rules, *turns, *USER), max_tokens=8)]), 1)
    assert end.note == "to fit 92 tokens: 2 earlier turns left out"
    long = Message(role="user", content="The night warden. " * 60 + "Who keeps the keys?")
    ((_, end),) = replies(small.chat([Ask(messages=(rules, *turns, long), max_tokens=8)]), 1)
    assert "2 earlier turns left out" in end.note
    assert "characters cut out of the middle of the last message" in end.note
    assert end.prompt_tokens <= 92
    assert "Who keeps the keys?" in small.tokenizer.decode(_laid_out(small, rules, long))
    with pytest.raises(ModelError, match="without the last message, and 92 fit"):
        small.chat([Ask(messages=(replace(rules, content="why " * 300), *USER), max_tokens=8)])


def _laid_out(model, *messages):
    return model._begun(0, Ask(messages=messages, max_tokens=8)).prompt


def test_prompt_and_reply_never_exceed_the_context(build, llama_folder):
    small = build(llama_folder, max_context=48)
    ((_, end),) = replies(small.chat([replace(PLAIN, max_tokens=500)]), 1)
    assert end.prompt_tokens + end.tokens <= 48


def test_a_reply_too_long_to_weigh_is_an_error(build, llama_folder):
    with pytest.raises(ModelError, match=r"and 100 fit this model"):
        build(llama_folder, max_context=100).score([Scored(messages=USER, reply="no " * 300)])


def test_an_adapter_of_another_base_is_refused(llama, adapter):
    ref = adapter(llama, 5, digest="lm-other")
    with pytest.raises(AdapterError, match=rf"lm-other.*{llama.digest}"):
        list(llama.chat([replace(PLAIN, adapter=ref)]))
    assert replies(llama.chat([PLAIN]), 1)


def test_an_adapter_of_other_shapes_is_refused_even_without_a_digest(llama, build, tmp_path, adapter):
    wide = adapter(build(tiny_model(tmp_path / "wide", TEXTS, width=128)), 1)
    before = replies(llama.chat([PLAIN]), 1)
    with pytest.raises(AdapterError, match="does not fit this base"):
        list(llama.chat([replace(PLAIN, adapter=wide)]))
    assert same(replies(llama.chat([PLAIN]), 1), before)


SCHEMA = {
    "type": "object",
    "properties": {"keeper": {"type": "string", "maxLength": 8}, "sure": {"type": "boolean"}},
    "required": ["keeper", "sure"],
    "additionalProperties": False,
}


def test_a_reply_fits_its_schema_and_others_in_the_batch_are_free(llama):
    pytest.importorskip("llguidance", reason="pip install 'steep[schema]'")
    batch = [replace(PLAIN, schema=SCHEMA, max_tokens=60, temperature=each, seed=4) for each in (0.0, 1.0)]
    found = replies(llama.chat([*batch, PLAIN]), 3)
    for text, end in found[:2]:
        assert end.end == "stop"
        read = json.loads(text)
        assert set(read) == {"keeper", "sure"}
        assert isinstance(read["sure"], bool)
    assert found[2][0] == replies(llama.chat([PLAIN]), 1)[0][0]


def test_a_schema_that_cannot_be_followed_is_an_error(llama):
    pytest.importorskip("llguidance", reason="pip install 'steep[schema]'")
    with pytest.raises(ModelError, match="cannot be followed"):
        llama.chat([replace(PLAIN, schema={"type": "nonsense"})])


def test_without_the_library_a_schema_names_what_to_install(llama, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "llguidance", None)
    with pytest.raises(MissingDependency, match=r"pip install 'steep\[schema\]'"):
        llama.chat([replace(PLAIN, schema=SCHEMA)])


TOOL = {"type": "function", "function": {"name": "tide", "description": "The tide.", "parameters": {"type": "object"}}}


def test_tools_need_a_template_that_has_a_place_for_them(llama, t5, build, tmp_path):
    for model in (llama, t5):
        with pytest.raises(ModelError, match="tools were asked for"):
            model.chat([replace(PLAIN, tools=(TOOL,))])
    template = "{% for tool in tools or [] %}{{ tool | tojson }}\n{% endfor %}" + CHATML
    able = build(tiny_model(tmp_path / "able", TEXTS, template=template))
    ((_, with_tools),) = replies(able.chat([replace(PLAIN, tools=(TOOL,))]), 1)
    ((_, without),) = replies(able.chat([PLAIN]), 1)
    assert with_tools.prompt_tokens > without.prompt_tokens


def test_a_template_is_not_needed(build, tmp_path):
    bare = build(tiny_model(tmp_path / "bare", TEXTS, template=None))
    assert replies(bare.chat([PLAIN]), 1)


def test_nothing_is_loaded_before_it_is_needed(build, tmp_path):
    model = build(tiny_model(tmp_path / "lazy", TEXTS))
    assert model.digest.startswith("lm-")
    assert model._desk is None
    assert model.context == 1024
    assert model._runner is None


def test_an_adapter_without_files_is_named(llama, tmp_path):
    with pytest.raises(AdapterError, match=r"lacks the file adapter_config\.json"):
        list(llama.chat([replace(PLAIN, adapter=AdapterRef(version="x", folder=tmp_path))]))


def test_it_is_run_without_transformers_layers_where_it_can_be(llama, build, llama_folder, plain):
    from steep_plugins.models.llama import LlamaRunner

    assert isinstance(llama._loaded(), LlamaRunner)
    assert not isinstance(build(llama_folder)._loaded(), LlamaRunner)


@pytest.mark.usefixtures("either")
def test_an_adapter_that_is_more_than_thin_products_is_refused(build, llama_folder, adapter):
    model = build(llama_folder)
    with pytest.raises(AdapterError, match="v7 is more than LoRA on linear layers"):
        list(model.chat([replace(PLAIN, adapter=adapter(model, 7, use_dora=True))]))
    assert replies(model.chat([PLAIN]), 1)


def test_thin_products_are_what_peft_computes(build, llama_folder, adapter, monkeypatch):
    model = build(llama_folder)
    refs = [
        adapter(model, 1, use_rslora=True),
        adapter(model, 2, rank=8),
        adapter(model, 3, target_modules=["q_proj", "v_proj", "down_proj"]),
    ]
    wanted = [Scored(messages=USER, reply="The night warden.", adapter=ref) for ref in refs]
    fast = model.score(wanted)
    monkeypatch.setattr("steep_plugins.models.llama.runs", lambda config, device: False)
    assert fast == pytest.approx(build(llama_folder).score(wanted), abs=2e-3)
    assert len({round(each, 3) for each in fast}) == 3


def test_a_reply_longer_than_a_step_of_the_key_values_goes_on(build, llama_folder, monkeypatch):
    ask = replace(PLAIN, max_tokens=40)
    expected = replies(build(llama_folder).chat([ask, replace(ask, seed=1, temperature=0.7)]), 2)
    monkeypatch.setattr("steep_plugins.models.llama._GROWTH", 3)
    assert same(replies(build(llama_folder).chat([ask, replace(ask, seed=1, temperature=0.7)]), 2), expected)


def test_a_model_says_how_many_callers_it_writes_for_together(llama):
    assert isinstance(llama, Together)
    assert llama.at_once == 8


def test_one_whose_callers_take_turns_says_one(build, llama_folder, plain):
    assert build(llama_folder).at_once == 1
