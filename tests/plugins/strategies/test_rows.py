"""The strategy `rows`: what somebody has already, in the columns that trainers know."""

from __future__ import annotations

import json

import pytest

from steep.errors import DatasetError
from steep.testing.sources import tune_source
from steep.testing.strategy import StrategyContract
from steep.values import ChatRow, TextRow
from steep_plugins.strategies.rows import Rows

USER, REPLY = {"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Me."}
RULES = {"role": "system", "content": "Be short."}


def written(path, lines):
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    return path


def rows(file, *, dev=None, held_out=0.2, **changes):
    return list(Rows(file, dev=dev, held_out=held_out).rows(tune_source("reply", **changes)))


def turns(row):
    return [(turn.role, turn.content) for turn in row.messages]


class TestRows(StrategyContract):
    @pytest.fixture
    def strategy(self, tmp_path):
        lines = [{"prompt": f"What is {n}?", "completion": f"It is {n}."} for n in range(9)]
        return Rows(written(tmp_path / "rows.jsonl", [*lines, {"text": "Running."}]), dev=None, held_out=0.3)


@pytest.mark.parametrize(
    "line",
    [
        {"messages": [RULES, USER, REPLY], "id": "an unknown column"},
        {"prompt": [RULES, USER], "completion": [REPLY]},
        {"prompt": [RULES, USER], "completion": "Me."},
    ],
)
def test_a_conversation_is_the_same_in_every_form_that_trainers_load(tmp_path, line):
    (row,) = rows(written(tmp_path / "rows.jsonl", [line]))
    assert turns(row) == [("system", "Be short."), ("user", "Who?"), ("assistant", "Me.")]


def test_a_prompt_of_plain_words_is_the_users_and_running_text_stays_running_text(tmp_path):
    lines = [{"prompt": "Who?", "completion": "Me."}, {"text": "Running."}]
    found = rows(written(tmp_path / "rows.jsonl", lines), count=2)
    assert {type(row) for row in found} == {ChatRow, TextRow}
    assert [turns(row) for row in found if isinstance(row, ChatRow)] == [[("user", "Who?"), ("assistant", "Me.")]]


def test_rows_of_a_group_are_held_out_together(tmp_path):
    lines = [{"prompt": f"{n}?", "completion": f"{n}.", "group": f"g{n // 5}"} for n in range(50)]
    file = written(tmp_path / "rows.jsonl", lines)
    learned, apart = (
        {int(row.messages[-1].content[:-1]) // 5 for row in rows(file, part=part)} for part in ("train", "dev")
    )
    assert (len(learned), len(apart)) == (8, 2)
    assert not learned & apart


def test_rows_that_ask_the_same_are_held_out_together_without_a_group(tmp_path):
    lines = [{"prompt": f"{n % 10}?", "completion": f"Reply {n}."} for n in range(40)]
    file = written(tmp_path / "rows.jsonl", lines)
    learned, apart = ({row.messages[0].content for row in rows(file, part=part)} for part in ("train", "dev"))
    assert (len(learned), len(apart)) == (8, 2)


def test_a_file_of_held_out_rows_leaves_all_others_to_be_learned(tmp_path):
    file = written(tmp_path / "rows.jsonl", [{"prompt": f"{n}?", "completion": "Yes."} for n in range(10)])
    dev = written(tmp_path / "dev.jsonl", [{"prompt": "And now?", "completion": "Yes."}])
    assert len(rows(file, dev=dev)) == 10
    assert [row.messages[0].content for row in rows(file, dev=dev, part="dev")] == ["And now?"]


def test_what_is_learned_may_not_be_held_out_as_well(tmp_path):
    one, two, three = ({"prompt": f"{name}?", "completion": "Yes."} for name in "ABC")
    file, dev = written(tmp_path / "rows.jsonl", [one, two]), written(tmp_path / "dev.jsonl", [three, two])
    with pytest.raises(DatasetError, match=r"holds 1 rows that .*rows\.jsonl has as well, the first of them its row 2"):
        rows(file, dev=dev)


def test_a_share_of_a_mixture_is_drawn_from_all_rows_by_the_seed(tmp_path):
    file = written(tmp_path / "rows.jsonl", [{"prompt": f"{n}?", "completion": "Yes."} for n in range(10)])
    one, other = (rows(file, count=4, seed=seed) for seed in (1, 2))
    assert len(one) == len(other) == 4
    assert one == rows(file, count=4, seed=1)
    assert one != other
    assert len(rows(file, count=20)) == 10


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ({"prompt": "Who?"}, r"line 2: messages.1.content: .* at least 1 character"),
        ({"messages": [USER]}, "line 2: messages: .* at least 2 items"),
        ({"messages": [REPLY, USER]}, "line 2: .*the last message must be the assistant's"),
        ({"messages": [RULES, REPLY]}, "line 2: .*no message is the user's"),
        ({"messages": [{"role": "tool", "content": "3"}, REPLY]}, r"line 2: messages.0.role"),
        ({"prompt": [USER], "completion": [USER]}, "the last message must be the assistant's"),
        ({"question": "Who?", "answer": "Me."}, "line 2: found `question`, `answer`; a row has `messages`"),
        ({"text": ""}, "line 2: text"),
        (["a list"], "line 2: expected an object, found list"),
    ],
)
def test_a_wrong_line_is_named_with_its_number(tmp_path, line, complaint):
    file = written(tmp_path / "rows.jsonl", [{"prompt": "Who?", "completion": "Me."}, line])
    with pytest.raises(DatasetError, match=complaint) as raised:
        rows(file)
    assert str(file) in str(raised.value)


def test_both_files_are_named(tmp_path):
    file, dev = tmp_path / "rows.jsonl", tmp_path / "dev.jsonl"
    assert Rows(file, dev=dev, held_out=0.1).files == (file, dev)
    assert Rows(file, dev=None, held_out=0.1).files == (file,)


def test_the_option_whose_file_is_missing_is_named(tmp_path):
    file = written(tmp_path / "rows.jsonl", [{"prompt": "Who?", "completion": "Me."}])
    with pytest.raises(DatasetError, match=r"`dev` of the strategy `rows` names .*none\.jsonl"):
        rows(file, dev=tmp_path / "none.jsonl")
