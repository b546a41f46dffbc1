"""The strategies that come with steep: each is one short file that keeps the laws of its kind."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from steep.errors import DatasetError
from steep.prompts import ABSTENTION
from steep.testing.sources import tune_source
from steep.testing.strategy import StrategyContract
from steep.values import Document, SpanRow
from steep_plugins import strategies
from steep_plugins.strategies.dpo import Preferences
from steep_plugins.strategies.feedback import Judged
from steep_plugins.strategies.instruct import Instruct
from steep_plugins.strategies.pretrain import Pretrain, stretches
from steep_plugins.strategies.raft import Raft
from steep_plugins.strategies.replay import Replay

FOLDER = Path(strategies.__file__).parent
READING = [
    {"question": "Which quay is the longest?", "context": "The north quay is 410 metres long, the longest of all.",
     "answers": ["The north quay"], "title": "Quays", "id": "unknown column"},
    {"question": "How deep is the basin?", "context": "The basin was dredged to 14 metres.", "answers": ["14 metres"],
     "title": "Quays"},
    {"question": "Who rings the bell?", "context": "The night watch rings the bell at fog.",
     "answers": ["The night watch"], "title": "Quays"},
    {"question": "Where is tar kept?", "context": "Tar is kept in the stone shed.", "answers": ["in the stone shed"],
     "title": "Stores"},
]  # fmt: skip


def written(path, lines):
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return path


def said(row):
    return row.messages[-1].content


@pytest.mark.parametrize("name", ["instruct", "pretrain", "dpo", "raft", "feedback"])
def test_a_strategy_is_one_short_file_without_a_loop_or_a_model(name):
    text = (FOLDER / f"{name}.py").read_text("utf-8")
    assert len(text.splitlines()) <= 100
    assert "torch" not in text
    assert "Trainee" not in text


class TestInstruct(StrategyContract):
    @pytest.fixture
    def strategy(self):
        return Instruct()


class TestRaft(StrategyContract):
    @pytest.fixture
    def strategy(self):
        return Raft(golden=0.5)


class TestPretrain(StrategyContract):
    @pytest.fixture
    def strategy(self):
        return Pretrain(characters=3000, held_out=0.2)


class TestPreferences(StrategyContract):
    @pytest.fixture
    def strategy(self):
        return Preferences(file=None, held_out=0.3, beta=0.1)


class TestJudged(StrategyContract):
    @pytest.fixture
    def strategy(self):
        return Judged(held_out=0.3)


class TestReplay(StrategyContract):
    @pytest.fixture
    def strategy(self, tmp_path):
        return Replay(written(tmp_path / "rows.jsonl", READING))


def test_pairs_become_conversations_for_what_writes_and_spans_for_what_quotes():
    chats, spans = (list(Instruct().rows(tune_source(objective))) for objective in ("reply", "span"))
    pairs = tune_source("reply").pairs
    assert [said(row) for row in chats] == [pair.answer or ABSTENTION for pair in pairs]
    assert [(row.answer, row.spans) for row in spans] == [(pair.answer, pair.spans) for pair in pairs]
    assert all(row.passages[0].id == pair.passages[0] for row, pair in zip(spans, pairs, strict=True))


def test_distractors_are_near_and_do_not_hold_the_answer():
    source = tune_source("span", distractors=3)
    for row, pair in zip(Instruct().rows(source), source.pairs, strict=True):
        golden, *others = row.passages
        assert golden.id == pair.passages[0]
        assert len(others) == (3 if pair.answerable else 0)
        assert all(pair.answer.casefold() not in other.text.casefold() for other in others)


def test_the_right_passage_stands_anywhere_and_the_seed_decides_where():
    def places(seed):
        source = tune_source("reply", seed=seed)
        texts = [source.passages(pair.passages)[0].text for pair in source.pairs]
        shown = [row.messages[-2].content for row in Instruct().rows(source)]
        return [text.index(own) for text, own in zip(shown, texts, strict=True)]

    assert places(0) == places(0)
    assert len({tuple(places(seed)) for seed in range(5)}) > 1


def test_where_the_golden_passage_is_left_out_there_is_no_answer():
    source = tune_source("reply")
    answerable = [pair for pair in source.pairs if pair.answerable]
    always, never = (list(Raft(golden=share).rows(replace(source, pairs=tuple(answerable)))) for share in (1, 0))
    assert [said(row) for row in always] == [pair.answer for pair in answerable]
    assert {said(row) for row in never} == {ABSTENTION}
    for row, pair in zip(never, answerable, strict=True):
        assert source.passages(pair.passages)[0].text not in row.messages[-2].content
        assert "<passage 1>" in row.messages[-2].content


def test_a_pair_without_distractors_keeps_its_passage():
    source = tune_source("reply", distractors=0)
    assert next(said(row) for row in Raft(golden=0).rows(source)) == source.pairs[0].answer


def test_documents_are_learned_whole_but_for_what_is_held_out():
    source = tune_source("next-token")
    learned, held_out = (
        [row.text for row in Pretrain(characters=3000, held_out=0.2).rows(replace(source, part=part))]
        for part in ("train", "dev")
    )
    assert sorted(learned + held_out) == sorted(document.text for document in source.documents())
    assert len(held_out) == 1


def test_a_single_stretch_is_learned_and_held_out():
    source = tune_source("next-token", documents=lambda: [Document(path="a.md", text="One paragraph.", title="A")])
    for part in ("train", "dev"):
        (row,) = Pretrain(characters=3000, held_out=0.2).rows(replace(source, part=part))
        assert (row.text, row.source) == ("One paragraph.", "a.md")


def test_stretches_end_between_paragraphs_and_hold_everything():
    text = "\n\n".join(f"Paragraph {n} " + "of words " * n for n in range(20))
    cut = list(stretches(text, 200))
    assert "\n\n".join(cut) == text
    assert all(len(each) <= 200 or "\n\n" not in each for each in cut)
    assert list(stretches("\n\n \n", 200)) == []


def test_what_a_person_wrote_is_preferred_to_what_was_answered():
    source = tune_source("preference")
    strategy = Preferences(file=None, held_out=0.3, beta=0.25)
    rows = [row for part in ("train", "dev") for row in strategy.rows(replace(source, part=part))]
    assert {(row.chosen, row.rejected) for row in rows} == {(each.better, each.reply) for each in source.feedback()}
    assert {row.beta for row in rows} == {0.25}
    one, other = source.feedback()[:2]
    unsaid = replace(source, feedback=lambda: (replace(one, right=True), replace(other, better="")))
    with pytest.raises(DatasetError, match="found no preference"):
        list(strategy.rows(unsaid))
    assert list(strategy.rows(replace(unsaid, count=5))) == []


def test_what_is_said_of_one_question_is_held_out_together():
    source = tune_source("preference")
    said = tuple(replace(each, better=f"{each.better} {n}") for each in source.feedback() for n in range(5))
    source = replace(source, feedback=lambda: said)
    strategy = Preferences(file=None, held_out=0.3, beta=0.1)
    train, dev = (
        [row.messages[-1].content for row in strategy.rows(replace(source, part=part))] for part in ("train", "dev")
    )
    assert len(dev) == 10
    assert not set(train) & set(dev)


def test_what_people_taught_is_laid_out_as_other_pairs_are():
    source = tune_source("span")
    taught = tuple(each.pair for each in source.feedback())
    laid_out = list(Instruct().rows(replace(source, pairs=taught)))
    rows = [row for part in ("train", "dev") for row in Judged(held_out=0.3).rows(replace(source, part=part))]
    assert sorted(row.id for row in rows) == sorted(row.id for row in laid_out)
    mixed = list(Judged(held_out=0.3).rows(replace(source, count=3)))
    assert mixed == laid_out


def test_a_mixture_waits_for_the_first_pair_and_a_phase_says_that_there_is_none():
    source = replace(tune_source("reply"), feedback=lambda: ())
    assert list(Judged(held_out=0.3).rows(replace(source, count=4))) == []
    with pytest.raises(DatasetError, match="no answer was judged right"):
        list(Judged(held_out=0.3).rows(source))


def test_preferences_come_from_a_file_too(tmp_path):
    lines = [
        {"prompt": "Which?", "chosen": "This.", "rejected": "That."},
        {"messages": [{"role": "user", "content": "Who?"}], "chosen": "Me.", "rejected": "You."},
        {
            "prompt": [{"role": "user", "content": "How?"}],
            "chosen": [{"role": "assistant", "content": "So."}],
            "rejected": [{"role": "assistant", "content": "No."}],
        },
    ]
    source = tune_source("preference", feedback=lambda: ())
    strategy = Preferences(file=written(tmp_path / "p.jsonl", lines), held_out=0.5, beta=0.1)
    rows = [row for part in ("train", "dev") for row in strategy.rows(replace(source, part=part))]
    assert {(row.messages[-1].content, row.chosen, row.rejected) for row in rows} == {
        ("Which?", "This.", "That."),
        ("Who?", "Me.", "You."),
        ("How?", "So.", "No."),
    }


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ({"chosen": "a", "rejected": "b"}, "give a `prompt`"),
        ({"prompt": "x", "chosen": "a", "rejected": "a"}, "are the same"),
        ({"prompt": "x", "chosen": "a"}, "rejected"),
        ("[1]", "expected an object"),
    ],
)
def test_a_wrong_preference_is_named_with_its_line(tmp_path, line, complaint):
    file = written(tmp_path / "p.jsonl", [{"prompt": "x", "chosen": "a", "rejected": "b"}, line])
    with pytest.raises(DatasetError, match=rf"line 2: .*{complaint}"):
        list(Preferences(file=file, held_out=0.1, beta=0.1).rows(tune_source("preference")))


def replayed(file, objective="span", *, count=100, **changes):
    return list(Replay(file).rows(tune_source(objective, count=count, **changes)))


def test_a_reading_row_becomes_a_span_where_its_answer_stands(tmp_path):
    rows = replayed(written(tmp_path / "rows.jsonl", READING))
    assert {row.question for row in rows} == {line["question"] for line in READING}
    for row in rows:
        span = row.spans[0]
        assert row.passages[0].text[span.start : span.end] == row.answer


def test_other_contexts_stand_beside_it_that_lack_the_answer(tmp_path):
    for row in replayed(written(tmp_path / "rows.jsonl", READING)):
        assert len(row.passages) == 3
        assert all(row.answer.lower() not in other.text.lower() for other in row.passages[1:])
        if row.question == READING[0]["question"]:
            assert {other.title for other in row.passages[1:]} == {"Quays"}


def test_the_same_seed_draws_the_same_rows_and_another_seed_others(tmp_path):
    lines = [{**line, "question": f"{n} {line['question']}"} for line in READING for n in range(9)]
    file = written(tmp_path / "rows.jsonl", lines)
    assert replayed(file, count=5) == replayed(file, count=5)
    assert len(replayed(file, count=5)) == 5
    assert replayed(file, count=5) != replayed(file, count=5, seed=1)


def test_where_the_answer_begins_is_taken_from_the_row(tmp_path):
    line = {"question": "When?", "context": "At two, and again at two.", "answers": ["two"], "answer_starts": [21]}
    assert replayed(written(tmp_path / "rows.jsonl", [line]))[0].spans[0].start == 21


def test_a_row_without_an_answer_says_so_and_has_no_other_contexts(tmp_path):
    line = {"question": "Why?", "context": "It is.", "is_impossible": True}
    row = next(each for each in replayed(written(tmp_path / "rows.jsonl", [*READING, line])) if each.question == "Why?")
    assert not row.answerable
    assert len(row.passages) == 1


def test_a_gzipped_file_is_read_as_well(tmp_path):
    file = tmp_path / "rows.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, READING)).encode()))
    assert len(replayed(file)) == 4


CHAT = [
    {"messages": [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Hello."}]},
    {"instruction": "Add.", "input": "1 and 1", "output": "2"},
    {"prompt": "Who?", "completion": "Me."},
    {"text": "Running text."},
]


def test_what_writes_is_shown_chat_text_and_reading_rows_alike(tmp_path):
    rows = replayed(written(tmp_path / "rows.jsonl", [*CHAT, READING[0]]), "reply")
    replies = {said(row) for row in rows if hasattr(row, "messages")}
    assert replies == {"Hello.", "2", "Me.", "The north quay"}
    assert {row.text for row in rows if not hasattr(row, "messages")} == {"Running text."}
    assert any(row.messages[-2].content == "Add.\n\n1 and 1" for row in rows if hasattr(row, "messages"))


def test_a_prompt_that_is_messages_is_replayed_as_they_stand(tmp_path):
    talk = CHAT[0]["messages"]
    rows = [{"prompt": talk[:1], "completion": talk[1:]}, CHAT[0]]
    one, other = replayed(written(tmp_path / "rows.jsonl", rows), "reply")
    assert one == other


def test_a_strategy_that_reads_a_file_names_it(tmp_path):
    file = tmp_path / "rows.jsonl"
    assert Replay(file).files == (file,)
    assert Preferences(file=file, held_out=0.3, beta=0.1).files == (file,)
    assert Preferences(file=None, held_out=0.3, beta=0.1).files == ()


def test_what_learns_running_text_is_shown_the_text_of_any_row(tmp_path):
    rows = replayed(written(tmp_path / "rows.jsonl", [*CHAT[1:], READING[0]]), "next-token")
    assert {row.text for row in rows} == {"Add.\n\n1 and 1\n\n2", "Who?\n\nMe.", "Running text.", READING[0]["context"]}


def test_a_file_that_is_a_phase_of_its_own_is_divided_and_one_in_a_mixture_is_not(tmp_path):
    file = written(tmp_path / "rows.jsonl", [{"text": f"Text {n}."} for n in range(20)])
    train, dev = (
        {row.text for row in replayed(file, "next-token", count=None, part=part)} for part in ("train", "dev")
    )
    assert (len(train), len(dev)) == (18, 2)
    assert not train & dev
    assert len(replayed(file, "next-token", count=20)) == 20


def test_what_quotes_is_not_shown_chat(tmp_path):
    with pytest.raises(DatasetError, match="takes rows with `question` and `context` alone"):
        replayed(written(tmp_path / "rows.jsonl", CHAT[:1]))


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ([], "holds no rows"),
        (["{"], "line 1"),
        ([{"context": "x", "answers": ["x"]}], "question"),
        ([{"question": "q", "context": "x"}], "no `answers`"),
        ([{"question": "q", "context": "x", "answers": ["y"]}], "does not stand in its context"),
        ([{"question": "q", "context": "xy", "answers": ["y"], "answer_starts": [0]}], "does not stand"),
        ([{"messages": [{"role": "user", "content": "Hello?"}]}], "messages"),
        ([{"prompt": "Who?", "completion": ""}], "content"),
        ([{"unknown": 1}], "messages"),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path, lines, complaint):
    file = written(tmp_path / "rows.jsonl", lines)
    with pytest.raises(DatasetError, match=complaint) as raised:
        replayed(file)
    assert str(file) in str(raised.value)


def test_a_missing_file_is_named_with_its_strategy(tmp_path):
    with pytest.raises(DatasetError, match="`file` of the strategy `replay` names"):
        replayed(tmp_path / "none.jsonl")


def test_rows_of_the_reader_keep_their_passages_golden_first():
    rows = list(Instruct().rows(tune_source("span")))
    assert all(isinstance(row, SpanRow) for row in rows)
