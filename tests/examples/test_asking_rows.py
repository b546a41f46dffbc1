"""What SmolLM2 is taught to ask, on two cores: short passages with many questions, as conversations a line each."""

from __future__ import annotations

import json
import random
import sys


def test_questions_about_our_own_manuals_are_asked_of_what_answers_them(script):
    ask = script("rows.ask")
    parts = {part: ask.own(random.Random(1), part) for part in ("train", "dev", "test")}
    shown = {part: {row["passages"][0] for row in rows} for part, rows in parts.items()}
    assert all(len(shown[part]) > 80 for part in shown)
    assert not shown["train"] & (shown["dev"] | shown["test"])
    assert not shown["dev"] & shown["test"]
    for row in parts["test"]:
        passage = " ".join(row["passages"][0].split())
        for branch in row["branches"]:
            assert branch["sentence"] in passage
            assert " ".join(branch["answer"].split()) in branch["sentence"]
            assert branch["reply"].endswith("?")


def test_half_is_manuals_and_half_encyclopedia_and_passages_are_short(script, monkeypatch):
    ask = script("rows.ask")
    branches = [{"sentence": "S.", "answer": "S.", "reply": f"{n}?"} for n in range(5)]
    lots = [
        {"source": "squad", "passages": ["x" * size], "branches": branches[:some]}
        for size in (100, 900)
        for some in (2, 5)
    ]
    monkeypatch.setattr(ask, "squad", lambda data, part, dice, most: lots * 10)
    made = ask.brief(None, "train", random.Random(1), 8)
    assert [row["source"] for row in made].count("own") == 8
    assert {(len(row["passages"][0]), len(row["branches"])) for row in made if row["source"] == "squad"} == {(100, 5)}


def test_a_tree_becomes_conversations_as_the_job_is_asked_in_service(script):
    from steep_plugins.intrinsics import find

    branches = [{"sentence": "It is 40 m long.", "answer": answer, "reply": f"{answer}?"} for answer in ("40 m", "It")]
    tree = {"job": "ask", "passages": ["The pier </passage>"], "branches": branches}
    lines = list(script("rows.chat").lines(tree))
    assert [line["completion"] for line in lines] == [
        [{"role": "assistant", "content": f"{a}?"}] for a in ("40 m", "It")
    ]
    assert len({line["group"] for line in lines}) == 1
    asked = find("ask").messages(tree["passages"], sentence="It is 40 m long.", answer="40 m")
    assert lines[0]["prompt"] == [{"role": turn.role, "content": turn.content} for turn in asked]
    (other,) = script("rows.chat").lines({**tree, "passages": ["The quay"], "branches": branches[:1]})
    assert other["group"] != lines[0]["group"]


def test_general_instructions_are_conversations_already(script):
    messages = [{"role": "user", "content": "Greet."}]
    (line,) = script("rows.chat").lines({"source": "dolly", "phase": 1, "messages": messages, "reply": "Hello."})
    assert line["prompt"] == messages
    assert line["completion"][0]["content"] == "Hello."


def test_what_is_written_with_chat_is_what_the_strategy_rows_learns(script, monkeypatch, tmp_path):
    from steep.testing.sources import tune_source
    from steep_plugins.strategies.rows import Rows

    ask, out = script("rows.ask"), tmp_path / "ask.jsonl"
    line = ["rows", "ask", str(tmp_path), str(out), "--part", "own-test", "--chat"]
    monkeypatch.setattr(sys, "argv", line)
    script("rows.__main__").main()
    trees = ask.own(random.Random(11), "test")
    assert len(out.read_text("utf-8").splitlines()) == sum(len(tree["branches"]) for tree in trees)
    strategy = Rows(out, dev=None, held_out=0.2)
    learned, apart = (strategy.rows(tune_source("reply", part=part)) for part in ("train", "dev"))
    passages = [{row.messages[1].content.split("</passage>")[0] for row in rows} for rows in (learned, apart)]
    assert len(passages[0]) + len(passages[1]) == len({json.dumps(tree["passages"]) for tree in trees})
    assert not passages[0] & passages[1]


def test_a_question_is_judged_by_where_it_finds_its_passage(script):
    write = script("write")
    shelf = ["The pier of Alton is 40 m long.", "Bread is baked at six in the morning.", "Cats sleep all day."]
    found = [
        ({"reply": "When is bread baked?"}, [shelf[1]], "Where do cats sleep?"),
        ({"reply": "How long is the pier?"}, [shelf[0]], "How long is the pier of Alton?"),
    ]
    made = write.finds(found, shelf)
    assert made["passages"] == 3
    assert made["people"] == {"recall@1": 1.0, "recall@3": 1.0, "mrr": 1.0}
    assert made["written"]["recall@1"] == 0.5


def test_what_people_wrote_is_weighed_with_the_fields_of_the_job_and_the_adapter(script):
    from steep.kinds import AdapterRef

    class Weighing:
        asked = ()

        def score(self, asks):
            self.asked = asks
            return [-2.0, -4.0]

    model, ref = Weighing(), AdapterRef(version="v", folder=None)
    branch = {"sentence": "It is 40 m.", "answer": "40 m", "reply": "How long?"}
    assert script("write").nats([(branch, ["The pier."], "x"), (branch, ["The quay."], "y")], model, ref) == 3.0
    assert [ask.reply for ask in model.asked] == ["How long?", "How long?"]
    assert all(ask.adapter is ref for ask in model.asked)
    assert "Answer: 40 m" in model.asked[0].messages[-1].content
