"""Rows made by rule: answers stand where they are said to, and unanswerable ones have none."""

import gzip
import json

import pytest

from reader_starter.cloze import cloze_examples
from reader_starter.manuals import FILES, from_manuals
from reader_starter.negatives import unanswerable
from reader_starter.plan import Phase, batches, features, one
from reader_starter.sources import ReadingExample, prose, rows
from steep.errors import DatasetError
from steep.language import content_stems, sentence_around, sentence_spans

PARAGRAPHS = (
    "The north pier was built in 1904 by Anna Lund, who had drawn harbours for the Baltic Company since 1889. "
    "It is 340 metres long and carries two cranes. Dr. Holm repaired the older crane in May 1911 after a storm.",
    "Ships that carry timber berth at the south quay, where the water is 9 metres deep. Anna Lund refused to widen it. "
    "The Baltic Company paid for the dredging of the basin in 1921 and again in 1935.",
    "Ice is made in a house behind the market. The warden sells 40 blocks a day in summer and none in winter. "
    "A block costs 3 crowns and lasts about two days in straw.",
)
TEXTS = {"harbour": PARAGRAPHS}
ASKED = [
    ReadingExample(question="Who built the north pier?", context=PARAGRAPHS[0], span=(37, 46), group="harbour"),
    ReadingExample(question="How deep is the water?", context=PARAGRAPHS[1], span=(68, 81), group="harbour"),
    ReadingExample(question="What does a block cost?", context=PARAGRAPHS[2], span=(119, 127), group="harbour"),
]


def test_a_made_question_asks_for_words_that_stand_in_its_text():
    made = list(cloze_examples(TEXTS, per_text=40, seed=3))
    assert len(made) > 60
    assert {example.source for example in made} >= {"cloze", "cloze-unanswerable"}
    for example in made:
        assert len(content_stems(example.question)) >= 3
        if example.span is not None:
            start, end = example.span
            assert example.context[start:end].strip() == example.context[start:end] != ""


def test_made_questions_are_the_same_for_the_same_seed_and_others_for_another():
    first, second = (list(cloze_examples(TEXTS, per_text=5, seed=1)) for _ in range(2))
    assert first == second
    assert first != list(cloze_examples(TEXTS, per_text=5, seed=2))


def test_an_unanswerable_question_comes_with_a_paragraph_without_its_answer():
    made = unanswerable(ASKED, share_hard=1.0, seed=0)
    assert len(made) == len(ASKED)
    for example, source in zip(made, ASKED, strict=True):
        assert example.span is None
        assert example.question == source.question
        assert example.context != source.context
        assert source.context[slice(*source.span)].lower() not in example.context.lower()


def test_a_lonely_paragraph_gives_no_unanswerable_question():
    assert unanswerable(ASKED[:1], share_hard=1.0, seed=0) == []


def test_every_row_is_in_one_batch_a_pass(encoder):
    examples = list(cloze_examples(TEXTS, per_text=11, seed=0))
    phases = [Phase(name="read", examples=examples, passes=3, length=64, masking=0.0)]
    planned = batches(phases, encoder, size=4, seed=0)
    seen = [row for batch in planned for row in batch.rows]
    assert sorted(seen) == sorted([*range(len(examples))] * 3)
    assert planned == batches(phases, encoder, size=4, seed=0)


@pytest.mark.parametrize("length", [24, 40, 200])
def test_a_window_in_training_holds_the_whole_answer(encoder, length):
    import random

    example = ASKED[1]
    wanted = encoder.pieces(example.context[slice(*example.span)]).ids
    for seed in range(20):
        row = one(example, encoder, random.Random(seed), length=length, masking=0.0)
        assert len(row["input_ids"]) <= length
        assert row["input_ids"][-1] == encoder.marks.between
        assert tuple(row["input_ids"][row["start"][0] : row["end"][0] + 1]) == wanted


def test_masking_hides_words_of_the_question_only(encoder):
    import random

    row = one(ASKED[0], encoder, random.Random(0), length=200, masking=1.0)
    asked = len(encoder.pieces(ASKED[0].question).ids)
    assert row["input_ids"][1 : 1 + asked] == [encoder.marks.hidden] * asked
    assert encoder.marks.hidden not in row["input_ids"][1 + asked :]


def test_a_batch_is_cut_the_same_whatever_was_cut_before(encoder):
    phase = Phase(name="read", examples=ASKED, passes=2, length=24, masking=0.3)
    planned = batches([phase], encoder, size=3, seed=0)
    last = list(features(planned[-1], encoder))
    list(features(planned[0], encoder))
    assert list(features(planned[-1], encoder)) == last


def test_the_passage_that_does_not_answer_stands_beside_the_one_that_does(encoder):
    rivals = [ReadingExample(question=ASKED[0].question, context=PARAGRAPHS[2], span=None), *[None] * (len(ASKED) - 1)]
    phase = Phase(name="side by side", examples=ASKED, rivals=rivals, passes=1, length=64, masking=0.0)
    made = [row for batch in batches([phase], encoder, size=2, seed=0) for row in features(batch, encoder)]
    (both,) = (row for row in made if len(row["windows"]) == 2)
    assert sum(both["windows"]) == len(both["input_ids"])
    assert both["start"][0] > 0
    assert both["start"][1] == both["end"][1] == 0
    assert all(len(row["start"]) == len(row["windows"]) for row in made)


def test_questions_from_manuals_stand_with_the_passage_that_answers_them(tmp_path):
    guide = "# Slipway\n\nA cradle is a frame that carries a boat on rails.\n\nThe winch lifts at most 12 tonnes.\n"
    for _, file in FILES:
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"id": "slipway", "text": guide}).encode() + b"\n"
        path.write_bytes(gzip.compress(line) if file.endswith(".gz") else line)
    made = from_manuals(tmp_path, seed=0)
    assert {each.group for each in made} == {name for name, _ in FILES}
    assert "a frame that carries a boat on rails" in {each.context[slice(*each.span)] for each in made}


def test_sentences_end_at_full_stops_but_not_at_titles():
    spans = sentence_spans(PARAGRAPHS[0])
    assert [PARAGRAPHS[0][a:b].split()[0] for a, b in spans] == ["The", "It", "Dr."]
    start = PARAGRAPHS[0].index("two cranes")
    assert sentence_around(PARAGRAPHS[0], start, start + 3) == spans[1]


def test_prose_leaves_markup_out():
    plain = "A line of plain words that says something about piers. " * 8
    assert prose(f"# Title\n\n{plain}\n\n```\n{plain}```\n\n| a | b |{plain}") == [plain.strip()]


def test_a_line_that_is_not_json_is_named(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": 1}\nnonsense\n')
    with pytest.raises(DatasetError, match=r"rows\.jsonl, line 2"):
        list(rows(path))
    with pytest.raises(DatasetError, match="--data"):
        list(rows(tmp_path / "absent.jsonl"))
