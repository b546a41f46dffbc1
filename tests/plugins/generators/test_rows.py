"""Loss falls on the reply alone, and the batch that drops columns computes the same loss as the one that does not."""

import pytest
import torch
from transformers import AutoModelForCausalLM

from steep.errors import DatasetError
from steep.kinds import LoraShape
from steep_plugins.generators.causal.rows import IGNORED, encode, left_padded


@pytest.fixture(scope="module")
def trainee(llama):
    return llama.trainee(LoraShape(rank=4, alpha=8, dropout=0.0), 0)


def test_labels_cover_exactly_the_answer_and_the_stop_token(llama, trainee, facts):
    tokenizer = llama._tokenizer
    for row, example in zip(trainee.encode(facts.grounded)[0], facts.grounded, strict=True):
        learned = [label for label in row["labels"] if label != IGNORED]
        assert tokenizer.decode(learned) == f"{example.pair.answer}<|im_end|>"
        assert row["labels"][: row["asked"][0]] == [IGNORED] * row["asked"][0]
        assert row["input_ids"][row["asked"][0] :] == learned
        assert row["supervised"] == [len(learned)]


def test_a_row_longer_than_the_context_is_counted_not_cut(build, llama_folder, facts):
    short = build(llama_folder, max_context=100)
    rows, dropped = short.trainee(LoraShape(rank=2), 0).encode((*facts.closed, *facts.grounded))
    assert len(rows) == len(facts.closed)
    assert dropped.reasons == {"longer than the 100 tokens of the model's context": len(facts.grounded)}


def test_a_row_with_nothing_to_learn_is_refused(facts):
    class Wordless:
        stops = (1,)

        def reply(self, messages):
            return [5, 6], [1]

    with pytest.raises(DatasetError, match="nothing to learn"):
        encode(facts.closed, Wordless(), context=100, separate=False)


def test_dropping_columns_before_the_output_layer_changes_no_loss(llama_folder, trainee, facts):
    model = AutoModelForCausalLM.from_pretrained(str(llama_folder))
    rows = trainee.encode((*facts.closed[:2], facts.grounded[3], facts.grounded[5]))[0]
    with torch.no_grad():
        short = model(**left_padded(rows, 0, keep=True))
        full = model(**left_padded(rows, 0, keep=False))
    assert short.logits.shape[1] == max(row["supervised"][0] for row in rows) + 1
    torch.testing.assert_close(short.loss, full.loss)


def test_padding_changes_no_loss(llama_folder, trainee, facts):
    model = AutoModelForCausalLM.from_pretrained(str(llama_folder))
    rows = trainee.encode((facts.closed[0], facts.grounded[1]))[0]
    with torch.no_grad():
        together = model(**left_padded(rows, 0, keep=True)).loss
        alone = [model(**left_padded([row], 0, keep=False)) for row in rows]
    counts = torch.tensor([float(row["supervised"][0]) for row in rows])
    expected = (torch.stack([each.loss for each in alone]) * counts).sum() / counts.sum()
    torch.testing.assert_close(together, expected)


def test_an_encoder_decoder_learns_its_reply_alone(t5, facts):
    trainee = t5.trainee(LoraShape(rank=2), 0)
    rows = trainee.encode(facts.closed)[0]
    batch = trainee.collate(rows)
    learned = [[label for label in row if label != IGNORED] for row in batch["labels"].tolist()]
    assert [t5._tokenizer.decode(each) for each in learned] == [f"{each.pair.answer}</s>" for each in facts.closed]
