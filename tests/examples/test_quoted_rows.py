"""Rows that teach a larger model to quote the sentence that decides before it answers, and the adapter they make."""

import json
import random
import sys

import pytest

NONE = "The documents do not answer this question."


def branches(row):
    return {each["question"]: each["reply"] for each in row["branches"] if each["job"] == "answer"}


def test_an_answer_is_told_behind_the_sentence_that_holds_it(script):
    row = {
        "source": "squad",
        "passages": ["Pier\nThe pier is short. It was built in 1902 by Ann Vale.", "Mole\nThe mole is of stone."],
        "branches": [
            {"question": "When was it built?", "reply": "1902 [1]"},
            {"question": "What is the mole of?", "reply": "stone [2]"},
            {"question": "Who paid?", "reply": NONE},
            {"question": "What is nowhere?", "reply": "iron [2]"},
        ],
    }
    assert branches(script("rows.quoted").quoted(row)) == {
        "When was it built?": "[1] It was built in 1902 by Ann Vale.\n1902",
        "What is the mole of?": "[2] The mole is of stone.\nstone",
        "Who paid?": NONE,
    }


def test_rows_of_which_nothing_is_left_to_answer_or_that_are_long_are_left_out(script):
    quoted = script("rows.quoted").quoted
    judged = {"job": "answerable", "passages": ["The pier is short."], "branches": [{"question": "?", "reply": "Yes"}]}
    assert quoted(judged) is None
    long = {"passages": ["The pier is short. " * 300], "branches": [{"question": "Who?", "reply": NONE}]}
    assert quoted(long) is None


def manual(question, reply, text, spans, short=""):
    return {
        "source": "own",
        "held_out": False,
        "set": "own",
        "passage": "a",
        "question": question,
        "reply": reply,
        "short": short,
        "windows": [
            {"lead": "Leave", "text": text, "answers": spans, "own": True},
            {"lead": "Pay", "text": "Wages are paid on the 25th.", "answers": [], "own": False},
        ],
    }


def test_a_manuals_question_is_answered_behind_the_stretches_that_were_marked(script, tmp_path):
    text = "Leave is 27 days.\nIt is asked for in writing. The clerk signs."
    ends = text.index("The clerk")
    rows = [
        manual("How many days?", "27 days a year.", text, [[0, 17], [ends, len(text)]]),
        manual("Can I sell it?", "", text, []),
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    quoted = script("rows.quoted")
    found = {}
    for seed in range(12):
        for row in quoted.some(file, random.Random(seed)):
            number = next(at for at, shown in enumerate(row["passages"], 1) if "27 days" in shown)
            found |= branches(row)
            assert (
                branches(row)["How many days?"] == f"[{number}] Leave is 27 days. ... The clerk signs.\n27 days a year."
            )
    assert found["Can I sell it?"] == NONE


def test_of_stretches_too_long_to_quote_the_one_with_the_short_answer_is_taken(script, tmp_path):
    text = "Leave is 27 days. " + "It is asked for in writing. " * 12
    file = tmp_path / "rows.jsonl"
    row = manual("How many days?", "27 days a year.", text, [[18, len(text)], [0, 17]], short="27 days")
    file.write_text(json.dumps(row) + "\n", "utf-8")
    (made,) = script("rows.quoted").some(file, random.Random(1))
    assert branches(made)["How many days?"].partition("] ")[2] == "Leave is 27 days.\n27 days a year."


def test_what_it_quotes_first_is_not_counted_as_its_answer(script):
    replied = script("evaluate").Replied(text="[2] It was built in 1902.\n1902", abstains=0.0)
    assert (replied.said, replied.cited, replied.abstained) == ("1902", 2, False)


def test_layers_that_were_taught_nothing_are_left_out_of_a_packed_adapter_and_peft_reads_the_rest(script, tmp_path):
    import torch
    from safetensors.torch import load_file, save_file

    dice, wide = torch.Generator().manual_seed(2), {}
    for layer in range(3):
        name = f"base_model.model.model.layers.{layer}.self_attn.q_proj.lora_{{}}.weight"
        wide[name.format("A")] = torch.randn(4, 12, generator=dice)
        wide[name.format("B")] = torch.randn(10, 4, generator=dice) * (layer > 0)
    (tmp_path / "wide").mkdir()
    save_file(wide, tmp_path / "wide" / "adapter_model.safetensors")
    (tmp_path / "wide" / "adapter_config.json").write_text(json.dumps({"r": 4, "lora_alpha": 8.0}))
    pack = script("pack")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "argv", ["pack.py", str(tmp_path / "wide"), str(tmp_path / "thin"), "--rank", "4"])
        pack.main()
    kept = load_file(tmp_path / "thin" / "adapter_model.safetensors")
    assert {name.split(".")[4] for name in kept} == {"1", "2"}
    told = json.loads((tmp_path / "thin" / "adapter_config.json").read_text())
    assert told == {"r": 4, "lora_alpha": 8.0, "layers_to_transform": [1, 2], "layers_pattern": "layers"}
