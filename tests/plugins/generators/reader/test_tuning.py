"""Tuning the reader: rows from pairs, an adapter on top of the starter, and answers per request."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import pytest

from steep.engine.course import mean
from steep.errors import AdapterError, DatasetError
from steep.kinds import AdapterRef, Asked, LoraShape
from steep.testing.hands import PlainHand, draft_of
from steep.values import ChatRow, Message, Span, SpanRow
from steep_plugins.generators.reader.confidence import Calibration
from steep_plugins.generators.reader.rows import collate, encode

from .conftest import TEXT, hits, passage


@dataclass(frozen=True, kw_only=True)
class Request(Asked):
    adapter: AdapterRef | None = None


def generate(generator, request):
    asked = Asked(**{field.name: getattr(request, field.name) for field in fields(Asked)})
    return draft_of(generator, asked, PlainHand(hits=asked.hits, adapter=request.adapter))


OTHER = "Ice is made in a house behind the market. The warden sells forty blocks a day in summer."


def asked(question, answer, *, others=(OTHER,), start=100, where=None):
    own = passage(start=start)
    at = start + TEXT.index(answer) if answer else 0
    spans = (Span(document="pier", version=where or "v1", start=at, end=at + len(answer), text=answer),)
    shown = (own, *(passage(text, document=f"other{number}") for number, text in enumerate(others)))
    return SpanRow(question=question, answer=answer, passages=shown, spans=spans if answer else ())


FACTS = [
    asked("When was the north pier built?", "1904"),
    asked("How many cranes does it carry?", "two cranes"),
    asked("Who is the mayor?", ""),
]


def test_a_row_points_at_the_answer_in_the_first_of_its_windows(encoder):
    (row,), dropped = encode([FACTS[0]], encoder)
    assert tuple(row["input_ids"][row["start"][0] : row["end"][0] + 1]) == encoder.pieces("1904").ids
    assert sum(row["windows"]) == len(row["input_ids"])
    assert len(row["windows"]) == len(row["body"]) == 2
    assert dropped.reasons == {}


def test_a_pair_without_an_answer_gives_no_row_and_is_not_dropped(encoder):
    rows, dropped = encode([FACTS[2], FACTS[0]], encoder)
    assert len(rows) == 1
    assert dropped.reasons == {}


def test_a_pair_whose_answer_stands_in_another_version_is_dropped_and_counted(encoder):
    rows, dropped = encode([asked("When?", "1904", where="v0"), FACTS[0]], encoder)
    assert len(rows) == 1
    assert dropped.reasons == {"no passage of the pair holds its answer": 1}


def test_an_answer_longer_than_a_window_is_dropped_and_counted(encoder):
    text = "word " * 500
    long = passage(text)
    span = Span(document="pier", version="v1", start=0, end=len(text) - 1, text=text[:-1])
    row = SpanRow(question="What?", answer=text[:-1], passages=(long,), spans=(span,))
    rows, dropped = encode([row], encoder)
    assert rows == []
    assert dropped.reasons == {"the answer is longer than a window": 1}


def test_no_window_that_cuts_the_answer_is_taught_as_silent(encoder):
    text = "word " * 290 + "seven grey gulls sat there. " + "word " * 100
    long = passage(text)
    at = text.index("seven")
    span = Span(document="pier", version="v1", start=at, end=at + 16, text="seven grey gulls")
    row = SpanRow(question="What sat there?", answer="seven grey gulls", passages=(long,), spans=(span,))
    (features,), _ = encode([row], encoder)
    assert len(features["windows"]) == 1


def test_of_the_passages_without_the_answer_one_competes(encoder):
    (row,), _ = encode([asked("When was the north pier built?", "1904", others=(OTHER,) * 5)], encoder)
    assert len(row["windows"]) == 2


def test_together_the_windows_of_a_question_lose_what_they_lose_read_one_by_one(tiny, encoder):
    """The loss against its definition: one softmax over every place's margin over its own window's "no answer"."""
    import torch

    rows, _ = encode(FACTS, encoder)
    network = tiny()
    batch = collate(rows, nothing=0)
    with torch.no_grad():
        together = float(network(**batch).loss)
        losses, begin = [], 0
        for row, start, end in zip(rows, batch["start_positions"], batch["end_positions"], strict=True):
            lines = slice(begin, begin := begin + len(row["windows"]))
            alone = [
                network(**{name: batch[name][[line]] for name in ("input_ids", "attention_mask", "passage_mask")})
                for line in range(lines.start, lines.stop)
            ]
            for name, place in (("start_logits", int(start)), ("end_logits", int(end))):
                margins = [getattr(each, name)[0] - getattr(each, name)[0, 0] for each in alone]
                scores = torch.cat([margin[1:] for margin in margins])
                losses.append(float(torch.logsumexp(scores, 0) - scores[place - 1]))
    assert together == pytest.approx(sum(losses) / len(losses), rel=1e-3)


def test_a_short_window_is_not_filled_up_to_a_long_one(tiny, encoder):
    """And what is read of each is what it has alone, in the order that they came in."""
    import torch

    texts = (" ".join([TEXT] * 4), TEXT, " ".join([TEXT] * 2))
    rows, _ = encode([asked("When was the north pier built?", "1904", others=[text]) for text in texts], encoder)
    network, batch, widths = tiny(), collate(rows, nothing=0), []
    network.base_model.register_forward_pre_hook(lambda _, given: widths.append(tuple(given[0].shape)))
    with torch.no_grad():
        together = network(**batch)
        lines = sum(count for count, _ in widths)
        assert len(widths) > 1
        assert lines == len(batch["input_ids"])
        assert sum(count * width for count, width in widths) < 0.8 * batch["input_ids"].numel()
        for line, length in enumerate(batch["attention_mask"].sum(1).tolist()):
            alone = network(**{name: each[[line], :length] for name, each in batch.items() if each.dim() == 2})
            assert torch.allclose(together.start_logits[line, :length], alone.start_logits[0], atol=0.05)


def test_tuning_does_not_teach_when_there_is_no_answer(tiny, encoder):
    """Whatever a window's "no answer" is worth, a question over one window loses the same."""
    import torch

    rows, _ = encode([asked("When was the north pier built?", "1904", others=())], encoder)
    network, batch = tiny(), collate(rows, nothing=0)
    places = network(**batch).start_logits
    with torch.no_grad():
        allowed = places[0, 1:][batch["passage_mask"][0, 1:] == 1]
        wanted = torch.logsumexp(allowed, 0) - places[0, batch["start_positions"][0]]
        ends = network(**batch).end_logits
        allowed = ends[0, 1:][batch["passage_mask"][0, 1:] == 1]
        wanted = wanted + torch.logsumexp(allowed, 0) - ends[0, batch["end_positions"][0]]
        assert float(network(**batch).loss) == pytest.approx(float(wanted) / 2, rel=1e-3)


@pytest.fixture(scope="module")
def adapter(reader, tmp_path_factory):
    """An adapter tuned for a few steps to give another answer to one question."""
    import torch

    torch.set_num_threads(1)
    trainee = reader.trainee(LoraShape(rank=4, alpha=8, dropout=0.0), seed=0)
    wrong = [asked("When was the north pier built?", "340 metres")]
    rows, _ = trainee.encode(wrong)
    before = mean(trainee.scores(wrong))
    weights = [weight for weight in trainee.model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=5e-3)
    trainee.model.train()
    for _ in range(20):
        trainee.loss(trainee.collate(rows)).backward()
        optimizer.step()
        optimizer.zero_grad()
    trainee.model.eval()
    after = mean(trainee.scores(wrong))
    folder = tmp_path_factory.mktemp("adapter")
    trainee.settle(wrong, wrong)
    trainee.save(folder)
    return AdapterRef(version="tuned", folder=folder), before, after


def test_tuning_changes_the_answer_of_the_requests_that_ask_for_it(reader, adapter):
    ref, before, after = adapter
    assert before < 0.5 < after  # of one answer, given
    plain = Request(question="When was the north pier built?", hits=hits(TEXT), insist=True)
    tuned = Request(question=plain.question, hits=plain.hits, insist=True, adapter=ref)
    assert "340" in generate(reader, tuned).text
    assert generate(reader, plain).text == "1904"


def test_threads_with_different_adapters_do_not_disturb_each_other(reader, adapter):
    requests = [
        Request(question="When was the north pier built?", hits=hits(TEXT), insist=True, adapter=ref)
        for ref in (None, adapter[0]) * 6
    ]
    with ThreadPoolExecutor(max_workers=4) as pool:
        texts = [draft.text for draft in pool.map(lambda each: generate(reader, each), requests)]
    assert set(texts[::2]) == {"1904"}
    assert all("340" in text for text in texts[1::2])


def test_the_same_seed_saves_the_same_bytes(reader, tmp_path):
    for name in ("one", "two"):
        reader.trainee(LoraShape(rank=2, alpha=4), seed=7).save(tmp_path / name)
    for file in ("adapter_model.safetensors", "adapter_config.json", "base.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_tuning_goes_on_from_an_adapter(reader, adapter):
    ref, _, after = adapter
    trainee = reader.trainee(LoraShape(), seed=0, start=ref)
    assert mean(trainee.scores([asked("When was the north pier built?", "340 metres")])) == pytest.approx(after)
    assert any(weight.requires_grad for weight in trainee.model.parameters())


def test_an_adapter_of_another_base_is_refused(reader, adapter, tmp_path):
    for path in adapter[0].folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "base.json").write_text(json.dumps({"digest": "of another starter", "model": "reader"}))
    ref = AdapterRef(version="foreign", folder=tmp_path)
    with pytest.raises(AdapterError, match=r"foreign was made for the base of another starter .*steep tune"):
        generate(reader, Request(question="When?", hits=hits(TEXT), adapter=ref))


def test_what_is_saved_lies_halfway_between_the_weights_before_and_after(reader, tmp_path):
    import torch
    from safetensors.torch import load_file

    trainee = reader.trainee(LoraShape(rank=2, alpha=4), seed=3)
    before = {name: each.detach().clone() for name, each in trainee.model.named_parameters() if each.requires_grad}
    with torch.no_grad():
        for name in before:
            trainee.model.get_parameter(name).add_(1.0)
    trainee.save(tmp_path)
    saved = load_file(tmp_path / "adapter_model.safetensors")
    assert len(saved) == len(before)
    plain = {name.replace(".default", "").replace("modules_to_save.", ""): each for name, each in before.items()}
    for name, tensor in saved.items():
        torch.testing.assert_close(tensor, plain[name] + 0.5)
    for name, each in before.items():
        torch.testing.assert_close(trainee.model.get_parameter(name).detach(), each + 1.0)


def test_training_hides_words_of_questions_and_of_nothing_else(reader):
    import torch

    trainee = reader.trainee(LoraShape(rank=2, alpha=4), seed=0)
    rows, _ = trainee.encode(FACTS * 8)
    trainee.model.eval()
    shown = trainee.collate(rows)["input_ids"]
    trainee.model.train()
    torch.manual_seed(0)
    hidden = trainee.collate(rows)["input_ids"]
    trainee.model.eval()
    marks = reader.encoder.marks
    assert marks.hidden not in shown
    changed = shown != hidden
    assert (hidden[changed] == marks.hidden).all()
    question = (shown == marks.between).int().argmax(dim=1)
    place = torch.arange(shown.shape[1])
    question_at = (place > 0) & (place < question[:, None])
    assert not changed[~question_at].any()
    assert 0.2 < float(changed[question_at].float().mean()) < 0.4


def test_what_was_settled_stands_beside_the_adapter_and_the_generator_goes_by_it(reader, adapter):
    ref, _, _ = adapter
    settled = Calibration.load(ref.folder)
    assert settled.rows == 2
    assert reader.tuned(ref).calibration == settled
    assert reader.tuned(ref).spans.preference == settled.preference
    assert reader.tuned(None).calibration != settled


def test_what_is_settled_depends_on_the_examples_alone(reader, tmp_path):
    """So a training that was killed and resumed ends as one that was not."""
    trainee = reader.trainee(LoraShape(rank=2, alpha=4), seed=0)
    for name, before in (("once", ()), ("again", (FACTS[1:], FACTS[:1]))):
        for examples in before:
            trainee.settle(examples, examples)
        trainee.settle(FACTS, FACTS[:2])
        trainee.save(tmp_path / name)
    assert Calibration.load(tmp_path / "once") == Calibration.load(tmp_path / "again")


def test_where_there_is_nothing_to_settle_by_all_stays_as_it_was(reader, tmp_path):
    trainee = reader.trainee(LoraShape(rank=2, alpha=4), seed=0)
    assert trainee.settle((), FACTS[:1]) == trainee.scores(FACTS[:1])
    trainee.save(tmp_path)
    assert Calibration.load(tmp_path) == reader.tuned(None).calibration


def test_rows_that_were_scored_with_the_weights_that_are_saved_are_not_read_again_to_settle(reader, monkeypatch):
    import torch

    trainee = reader.trainee(LoraShape(rank=2, alpha=4), seed=0)
    read = []
    choices = trainee._choices
    monkeypatch.setattr(trainee, "_choices", lambda tasks: read.append(len(tasks)) or choices(tasks))
    trainee.scores(FACTS)
    trainee.settle(FACTS[:1], FACTS)
    assert read == [3, 1]
    with torch.no_grad():
        next(each for each in trainee.model.parameters() if each.requires_grad).add_(1.0)
    trainee.settle(FACTS[:1], FACTS)
    assert read == [3, 1, 3, 1]


def test_scores_are_of_the_answerable_rows_in_their_order(reader):
    trainee = reader.trainee(LoraShape(rank=2, alpha=4), seed=0)
    told = trainee.scores([FACTS[2], FACTS[0], FACTS[1]])
    assert told == [*trainee.scores([FACTS[0]]), *trainee.scores([FACTS[1]])]
    assert len(trainee.settle(FACTS, [FACTS[2], FACTS[0], FACTS[1]])) == 2


def test_the_reader_refuses_to_learn_from_conversations(reader):
    trainee = reader.trainee(LoraShape(rank=2, alpha=4), seed=0)
    with pytest.raises(DatasetError, match="cannot learn from a ChatRow"):
        trainee.encode([ChatRow(messages=(Message(role="user", content="?"), Message(role="assistant", content="!")))])
