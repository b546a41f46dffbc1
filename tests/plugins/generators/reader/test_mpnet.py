"""A reader on MPNet: one adapter, two heads, and each window read once for both. On a small network made here."""

import importlib
import json
import random
import sys
from pathlib import Path

import pytest
import torch
from tests.plugins.generators.reader.conftest import TEXT, hits

from steep.errors import AdapterError, ModelError
from steep.kinds import LoraShape
from steep_plugins.encoders import MPNET, EncoderModel, Weights
from steep_plugins.encoders.bert import Bert
from steep_plugins.encoders.model import Found
from steep_plugins.generators.reader.confidence import Calibration
from steep_plugins.generators.reader.generator import ReaderGenerator
from steep_plugins.generators.reader.model import bare_reader, merged
from steep_plugins.generators.reader.network import fused
from steep_plugins.generators.reader.starter import HEAD, STARTERS, Starter
from steep_plugins.generators.reader.statement_network import Part, loaded_head, scored
from steep_plugins.generators.reader.trunk import Lined, readied
from steep_plugins.generators.reader.windows import Encoder, Marks, Window

MARKS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
SCRIPTS = Path(__file__).parents[4] / "examples/starters/joint"


def script(name):
    """A script of the recipe, which stands beside others of its name."""
    sys.path.insert(0, str(SCRIPTS))
    try:
        sys.modules.pop(name, None)
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(SCRIPTS))


TRAIN, SAVE, LINES = script("train"), script("save"), script("lines")
sys.modules.pop("train")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model in MPNet's layout, its weights drawn by chance, and its tokenizer."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import MPNetConfig, MPNetModel

    made = tmp_path_factory.mktemp("mpnet")
    spaced = TEXT.lower().replace(".", " . ").replace(",", " , ")
    words = sorted({*spaced.split(), "who", "when", "?"})
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate([*MARKS, *words])}, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(made / "tokenizer.json"))
    config = MPNetConfig(
        vocab_size=len(MARKS) + len(words),
        hidden_size=32,
        num_hidden_layers=6,
        num_attention_heads=2,
        intermediate_size=64,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        MPNetModel(config).save_pretrained(made)
    return made


@pytest.fixture(scope="module")
def starter(folder, tmp_path_factory):
    """A starter as ``save.py`` writes it, its adapter drawn by chance."""
    import hashlib

    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    encoder = EncoderModel(
        name="mpnet",
        title="a small MPNet",
        hub=MPNET.hub,
        sha256=digest,
        licence="none",
        install="pip install nothing",
        tokens=64,
        located=lambda: Found(where="a test", weights=lambda: Weights(folder=folder)),
    )
    out = tmp_path_factory.mktemp("starter")
    trained(encoder, out)
    Calibration(weights=(0.0, 0.0, 0.0), bias=-5.0, threshold=0.0).save(out)
    scaling = {"weights": [1, 0, 0, 0, 0, 0], "bias": 9.0, "meaning": 0.0, "order": 0.0, "threshold": 0.0}
    scaling |= {"firm": 1.0, "agreed": 1.0}
    (out / "scaling.json").write_text(json.dumps(scaling))
    return Starter(encoder=encoder, folder=out, statements=out)


def trained(encoder, out):
    """The network of the recipe, its adapter and heads drawn by chance; saved as the recipe saves it."""
    model, _ = TRAIN.network("mpnet", 4, base=encoder)
    weights = TRAIN.trainable(model)
    with torch.no_grad():
        for weight in weights.values():
            torch.nn.init.normal_(weight, std=0.2)
    SAVE.save({name: each.detach() for name, each in weights.items()}, "mpnet", out)
    return model


@pytest.fixture
def reader(starter):
    return ReaderGenerator(starter=starter)


def test_the_marks_are_those_of_the_tokenizer(folder, encoder):
    assert Encoder(folder / "tokenizer.json").marks == Marks(first=0, between=2, nothing=1, hidden=4)
    assert encoder.marks == Marks(first=101, between=102, nothing=0, hidden=103)


def test_windows_end_to_end_and_on_lines_have_the_same_states(folder, monkeypatch):
    monkeypatch.setattr("steep_plugins.generators.reader.trunk.compute_dtype", lambda device: torch.float32)
    network = bare_reader(Weights(folder=folder)).base_model
    on_lines, end_to_end = Lined(network, nothing=1), readied(network, nothing=1)
    assert isinstance(end_to_end, Bert)
    rows = [
        window.ids for part in (TEXT, TEXT * 4) for window in Encoder(folder / "tokenizer.json").windows("Who?", part)
    ]
    assert len({len(row) for row in rows}) > 1
    for ours, theirs in zip(end_to_end.states(rows), on_lines.states(rows), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-4)


def test_a_tokenizer_without_marks_is_refused(tmp_path):
    from tokenizers import Tokenizer, models

    Tokenizer(models.WordLevel({"word": 0}, unk_token="word")).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(ModelError, match="marks of no encoder"):
        Encoder(tmp_path / "tokenizer.json")


def test_what_was_trained_is_what_reads(starter, folder, tmp_path):
    """The logits of the training network are those of the starter that was saved of it."""
    model = trained(starter.encoder, tmp_path).eval()
    ours = merged(bare_reader(Weights(folder=folder)), tmp_path, name="starter")
    encoder = Encoder(folder / "tokenizer.json")
    window = next(iter(encoder.windows("Who built the pier?", TEXT)))
    ids = torch.tensor([window.ids])
    part = Part(window.body, window.body + 3)
    line = LINES.Line(window=window, parts=[part], right=[True], span=(window.body, window.body))
    batch = LINES.batched([[line]], encoder.marks.nothing)
    with torch.inference_mode():
        logits, scores = model(batch)
        read = ours(input_ids=ids, attention_mask=torch.ones_like(ids))
        states = ours.base_model(ids, attention_mask=torch.ones_like(ids)).last_hidden_state
    body = slice(window.body, window.body + window.count)
    torch.testing.assert_close(read.start_logits[:, body], logits[:, body, 0], atol=0.05, rtol=0.05)
    torch.testing.assert_close(read.end_logits[:, body], logits[:, body, 1], atol=0.05, rtol=0.05)
    head = loaded_head(tmp_path / HEAD, states.shape[-1])
    torch.testing.assert_close(scored(head, states[0].float(), [part]), scores, atol=0.05, rtol=0.05)


def test_sentences_of_a_row_share_one_softmax_with_no_answer():
    """Against the sums written out, for a row that is answered twice and one that is not."""
    window = Window(ids=(0, 7, 2, 8, 9, 10, 2), body=3, first=0, count=3)
    parts = [Part(3, 3), Part(4, 5)]
    told = LINES.Line(window=window, parts=parts, right=[True, False], span=None)
    none = LINES.Line(window=window, parts=parts, right=[False, False], span=(0, 0))
    batch = LINES.batched([[told, told], [none]], nothing=1)
    scores = torch.tensor([1.0, -2.0, 0.5, 3.0, -1.0, 2.0])
    got = TRAIN.said_losses(scores, batch)
    every = torch.logsumexp(torch.cat((scores[:4], torch.zeros(1))), 0)
    expected = every - torch.logsumexp(scores[[0, 2]], 0), torch.logsumexp(torch.tensor([-1.0, 2.0, 0.0]), 0)
    torch.testing.assert_close(got, torch.stack(expected))


def test_an_epoch_shows_the_window_that_was_asked_about_and_others_of_its_own():
    window = Window(ids=(0, 7, 2, 8, 9, 10, 2), body=3, first=0, count=3)
    trap = LINES.Line(window=window, parts=[Part(3, 5)], right=[False], span=(0, 0), own=True)
    others = [LINES.Line(window=window, parts=[Part(3, 5)], right=[False], span=(0, 0)) for _ in range(6)]
    drawn = [LINES.drawn([trap, *others], random.Random(seed)) for seed in range(60)]
    assert sum(any(line.own for line in lines) for lines in drawn) > 40
    assert all(0 < len(lines) <= LINES.MOST + 1 for lines in drawn)
    assert len({len(lines) for lines in drawn}) > 2


def test_both_heads_look_at_one_reading(reader, monkeypatch):
    trunk = reader.tuned(None).spans.trunk
    read = []
    own = trunk.encoder.states
    monkeypatch.setattr(trunk.encoder, "states", lambda rows: read.extend(rows) or own(rows))
    from tests.plugins.generators.reader.test_generator import ask

    assert ask(reader, "When was the north pier built?", TEXT).text
    count = len(hits(TEXT))
    assert len(read) == count
    assert reader._statements._networks()[0] is trunk


@pytest.mark.parametrize("padding", [0, 5])
def test_the_fused_kernel_gives_what_plain_attention_gives(folder, padding):
    plain, quick = bare_reader(Weights(folder=folder)), fused(bare_reader(Weights(folder=folder)))
    ids = torch.tensor([[0, 7, 8, 2, 9, 10, 11, 12, 13, 2], [0, 9, 8, 2, 14, 15, *[1] * 4]])[:, : 10 if padding else 6]
    mask = (ids != 1).long()
    with torch.inference_mode():
        expected = plain.base_model(ids, attention_mask=mask).last_hidden_state
        got = quick.base_model(ids, attention_mask=mask).last_hidden_state
    torch.testing.assert_close(got[mask == 1], expected[mask == 1], atol=1e-5, rtol=1e-4)


def test_an_adapter_teaches_the_upper_blocks_and_the_head(reader):
    trainee = reader.trainee(LoraShape(rank=2, alpha=4), seed=0)
    taught = {name for name, each in trainee.model.named_parameters() if each.requires_grad}
    assert {name.split("layer.")[1].split(".")[0] for name in taught if "layer." in name} == {"4", "5"}
    assert any("qa_outputs" in name for name in taught)


def test_a_head_that_cannot_be_read_is_named(starter, tmp_path):
    for name in ("adapter_config.json", "adapter_model.safetensors", "calibration.json", "scaling.json"):
        (tmp_path / name).write_bytes((starter.folder / name).read_bytes())
    (tmp_path / HEAD).write_bytes(b"no tensors")
    broken = ReaderGenerator(starter=Starter(encoder=starter.encoder, folder=tmp_path, statements=tmp_path))
    from tests.plugins.generators.reader.test_generator import ask

    with pytest.raises(AdapterError, match=r"statements\.safetensors does not hold a head"):
        ask(broken, "When was the north pier built?", TEXT)


def test_only_starters_trained_together_share_a_reading():
    assert STARTERS["mpnet"].together
    assert not STARTERS["minilm"].together
