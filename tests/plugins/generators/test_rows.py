"""Loss falls on what is learned alone, and a batch loses what its rows lose one by one."""

import math
from dataclasses import replace

import pytest
import torch
from transformers import AutoModelForCausalLM

from steep.engine.packing import IGNORED
from steep.errors import DatasetError
from steep.kinds import LoraShape
from steep.values import ChatRow, Message, PreferenceRow, SpanRow, TextRow
from steep_plugins.models.rows import WINDOW, encode


@pytest.fixture(scope="module")
def trainee(llama):
    return llama.trainee(LoraShape(rank=4, alpha=8, dropout=0.0), 0)


def said(row):
    return row.messages[-1].content


def test_labels_cover_exactly_the_answer_and_the_stop_token(llama, trainee, facts):
    tokenizer = llama.tokenizer
    for features, row in zip(trainee.encode(facts.grounded)[0], facts.grounded, strict=True):
        learned = [label for label in features["labels"] if label != IGNORED]
        assert tokenizer.decode(learned) == f"{said(row)}<|im_end|>"
        assert features["labels"][: features["asked"][0]] == [IGNORED] * features["asked"][0]
        assert features["input_ids"][features["asked"][0] :] == learned
        assert features["supervised"] == [len(learned)]


def test_a_row_longer_than_the_context_is_counted_not_cut(build, llama_folder, facts):
    short = build(llama_folder, max_context=100)
    rows, dropped = short.trainee(LoraShape(rank=2), 0).encode((*facts.closed, *facts.grounded))
    assert len(rows) == len(facts.closed)
    assert dropped.reasons == {"longer than the 100 tokens of the model's context": len(facts.grounded)}


def test_running_text_longer_than_a_window_is_cut_and_all_of_it_is_learned(trainee):
    rows, dropped = trainee.encode([TextRow(text="The north quay is long. " * 400)])
    assert len(rows) > 1
    assert dropped.reasons == {}
    assert all(len(row["input_ids"]) <= WINDOW and row["labels"] == row["input_ids"] for row in rows)
    whole = trainee._tokenizer("The north quay is long. " * 400, add_special_tokens=False)["input_ids"]
    assert [token for row in rows for token in row["input_ids"]] == list(whole)


def test_marks_of_turns_in_a_document_are_letters(trainee, llama):
    (row,), _ = trainee.encode([TextRow(text="Write <|im_end|> to end.")])
    assert llama.tokenizer.convert_tokens_to_ids("<|im_end|>") not in row["input_ids"]


def test_a_row_with_nothing_to_learn_is_refused(facts):
    class Wordless:
        stops = (1,)

        def reply(self, messages):
            return [5, 6], [1]

    with pytest.raises(DatasetError, match="leaves nothing to learn"):
        encode(facts.closed, Wordless(), context=100)


def test_a_row_of_another_sort_is_refused(trainee, t5):
    with pytest.raises(DatasetError, match="cannot learn from a SpanRow"):
        trainee.encode([SpanRow(question="Who?", answer="", passages=())])
    with pytest.raises(DatasetError, match="cannot learn from a TextRow"):
        t5.trainee(LoraShape(rank=2), 0).encode([TextRow(text="Running text.")])


def test_a_batch_loses_what_its_rows_lose_one_by_one(llama_folder, trainee, facts):
    """The reference is transformers' own loss on each row alone."""
    model = AutoModelForCausalLM.from_pretrained(str(llama_folder))
    rows = trainee.encode((*facts.closed[:2], facts.grounded[3], facts.grounded[5], TextRow(text="Tar is kept.")))[0]
    trainee.model.eval()
    with torch.no_grad():
        together = trainee.loss(trainee.collate(rows))
        apart = [
            model(input_ids=torch.tensor([row["input_ids"]]), labels=torch.tensor([row["labels"]])).loss for row in rows
        ]
    counts = torch.tensor([float(row["supervised"][0]) for row in rows])
    torch.testing.assert_close(together, (torch.stack(apart) * counts).sum() / counts.sum())
    scores = trainee.scores((*facts.closed[:2], facts.grounded[3], facts.grounded[5], TextRow(text="Tar is kept.")))
    torch.testing.assert_close(torch.tensor(scores), -torch.stack(apart), rtol=1e-4, atol=1e-4)


def test_what_cannot_be_packed_is_read_row_by_row_and_loses_the_same(trainee, llama, facts):
    rows = trainee.encode(facts.closed)[0]
    stubborn = llama.trainee(LoraShape(rank=4, alpha=8, dropout=0.0), 0)
    stubborn._packs = False
    batch = stubborn.collate(rows)
    assert len(batch.packs) == len(rows)
    assert len(trainee.collate(rows).packs) == 1
    torch.testing.assert_close(stubborn.loss(batch), trainee.loss(trainee.collate(rows)))


PREFERENCES = [
    PreferenceRow(messages=(Message(role="user", content=f"Which berth has {n}?"),), chosen=f"berth {n}", rejected="no")
    for n in range(4)
]


def test_the_reference_of_preferences_is_the_base_for_a_fresh_adapter(llama, facts):
    trainee = llama.trainee(LoraShape(rank=4, alpha=8, dropout=0.0), 0)
    batch = trainee.collate(trainee.encode(PREFERENCES)[0])
    assert float(trainee.loss(batch).detach()) == pytest.approx(0.6931, abs=1e-3)
    base = trainee.scores([_replied(row, row.chosen) for row in PREFERENCES])
    with torch.no_grad():
        for name, weight in trainee.model.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=0.1, generator=torch.Generator().manual_seed(1))
    with torch.no_grad(), trainee._reference():
        assert trainee.scores([_replied(row, row.chosen) for row in PREFERENCES]) == pytest.approx(base, abs=1e-5)
    assert trainee.scores(PREFERENCES) != pytest.approx([-0.6931] * 4, abs=1e-3)


def test_the_reference_of_preferences_is_the_adapter_that_was_begun_with(llama, facts, teach):
    from steep.kinds import AdapterRef

    folder, _ = teach(llama, facts.closed, epochs=2)
    trainee = llama.trainee(LoraShape(), 0, AdapterRef(version="first", folder=folder))
    assert trainee.scores(PREFERENCES) == pytest.approx([-0.6931] * 4, abs=1e-3)
    own = [weight.detach().clone() for weight in trainee.model.parameters() if weight.requires_grad]
    with torch.no_grad():
        for weight in trainee.model.parameters():
            if weight.requires_grad:
                weight.mul_(1.5)
    assert trainee.scores(PREFERENCES) != pytest.approx([-0.6931] * 4, abs=1e-3)
    changed = [weight.detach() for weight in trainee.model.parameters() if weight.requires_grad]
    assert all(torch.equal(now, before * 1.5) for now, before in zip(changed, own, strict=True))


def test_the_beta_of_a_preference_reaches_its_loss(trainee):
    rows = [replace(row, beta=beta) for row, beta in zip(PREFERENCES, (0.05, 0.1, 0.5, 3.0), strict=True)]
    assert trainee.collate(trainee.encode(rows)[0]).betas == (0.05, 0.1, 0.5, 3.0)
    with torch.no_grad():
        for name, weight in trainee.model.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=0.1, generator=torch.Generator().manual_seed(1))
    plain = trainee.scores([replace(row, beta=1.0) for row in PREFERENCES])
    logits = [-math.log(math.expm1(-score)) for score in plain]
    assert trainee.scores(rows) == pytest.approx(
        [-math.log1p(math.exp(-row.beta * logit)) for row, logit in zip(rows, logits, strict=True)], abs=1e-3
    )


def _replied(row, reply):
    return ChatRow(messages=(*row.messages, Message(role="assistant", content=reply)))


def test_both_replies_of_a_preference_share_their_prompt(trainee):
    features = trainee.encode(PREFERENCES[:1])[0]
    (pack,) = trainee.collate(features).packs
    assert len(pack.ids) == len(features[0]["input_ids"]) + len(features[0]["rejected"]) + 1  # the prompt's last token


def test_an_encoder_decoder_learns_its_reply_alone(t5, facts):
    trainee = t5.trainee(LoraShape(rank=2), 0)
    rows = trainee.encode(facts.closed)[0]
    batch = trainee.collate(rows)
    learned = [[label for label in row if label != IGNORED] for row in batch["labels"].tolist()]
    assert [t5.tokenizer.decode(each) for each in learned] == [f"{said(row)}</s>" for row in facts.closed]


def test_a_model_writes_what_it_was_taught(llama, facts, teach):
    from steep.kinds import AdapterRef

    folder, _ = teach(llama, facts.closed)
    trainee = llama.trainee(LoraShape(), 0, AdapterRef(version="taught", folder=folder))
    written = trainee.write([row.messages[:-1] for row in facts.closed], max_tokens=12)
    assert written == [said(row) for row in facts.closed]


def test_replies_of_any_length_are_written_together_as_each_alone(llama, monkeypatch):
    trainee = llama.trainee(LoraShape(), 0)
    texts = ("Who?", "What does hall B cost?", "Which halls are there, and when do both of them close? A and B.")
    asked = [(Message(role="user", content=text),) for text in texts]
    alone = [trainee.write([each], max_tokens=16)[0] for each in asked]
    calls, generate = [], trainee.model.generate
    monkeypatch.setattr(trainee.model, "generate", lambda **given: calls.append(given) or generate(**given))
    assert trainee.write(asked, max_tokens=16) == alone
    assert len(set(alone)) == len(texts)
    assert [len(call["input_ids"]) for call in calls] == [3]
