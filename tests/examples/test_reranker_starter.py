"""The recipe of the reranker: what it shows in a step, what it learns from, and that saving changes nothing."""

from __future__ import annotations

import argparse
import importlib
import json
import random
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "examples/starters/reranker"


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    for name in ("train", "save"):  # other starters have scripts of these names
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield lambda name: importlib.import_module(name)
    for name in ("train", "save"):
        sys.modules.pop(name, None)


def asked(**given):
    settings = {"encoder": "minilm", "device": "cpu", "seed": 1, "dropout": 0.0, "rank": 2, "tokens": 64, "wrong": 2}
    settings |= {"strangers": 1, "together": 400, "epochs": 2, "batch": 2, "others": 0.5, "judged": 9}
    return argparse.Namespace(**(settings | given))


def written(folder):
    rows = []
    for at, (source, answered) in enumerate((("manual", True), ("own", False), ("nq", True), ("manual", True))):
        texts = [f"Rule {at}: doors {n} close at {n} o'clock." for n in range(4)]
        answers = [[[0, 4]] if answered and n == 0 else [] for n in range(4)]
        windows = [{"lead": "Rules", "text": text, "answers": each} for text, each in zip(texts, answers, strict=True)]
        row = {"source": source, "held_out": at == 3, "question": f"When do doors close in rule {at}?"}
        rows.append(json.dumps(row | {"windows": windows}))
    (folder / "rows.jsonl").write_text("\n".join(rows))
    return folder / "rows.jsonl"


@pytest.fixture
def rows(script, tmp_path):
    train = script("train")
    model, pairs = train.network(asked())
    return train, model, pairs, train.read([written(tmp_path)], pairs)


def test_a_step_shows_what_answers_what_sounds_alike_and_a_stranger(rows):
    train, _, _, read = rows
    shown = train.drawn(read, asked(), random.Random(3))
    for at, row in enumerate(read):
        own = [(window, right) for n, window, right in shown if n == at]
        assert [right for _, right in own].count(True) == len(row.right)
        assert sum(window in row.wrong for window, _ in own) == 2
        assert len(own) == len(row.right) + 3


def test_every_epoch_shows_all_that_is_near_and_a_share_of_the_rest(rows):
    train, _, _, read = rows
    taught = [row for row in read if not row.held_out]
    steps = list(train.steps(taught, asked(batch=1, others=0.0)))
    assert [[row.source for row in step] for step in steps].count(["manual"]) == 2
    assert {row.source for step in steps for row in step} == {"manual", "own"}
    assert len(list(train.steps(taught, asked(batch=1, others=1.0)))) == 6


def test_scores_do_not_depend_on_what_is_read_together(rows):
    import torch

    train, model, pairs, read = rows
    made = [pairs.pair(row.question, window) for row in read for window in (*row.right, *row.wrong)]
    apart = torch.cat([train.scored(model.eval(), [each], asked()) for each in made])
    assert torch.allclose(train.scored(model, made, asked()), apart, atol=0.02)


def test_the_loss_of_choice_is_of_rows_that_have_an_answer_and_falls_as_it_is_scored_higher(rows, monkeypatch):
    import torch

    train, model, pairs, read = rows
    right = {tuple(pairs.pair(row.question, each).ids) for row in read for each in row.right}

    def losses(sure):
        scores = lambda _, pairs, __: torch.tensor([sure if tuple(p.ids) in right else 0.0 for p in pairs])  # noqa: E731
        monkeypatch.setattr(train, "scored", scores)
        choice, told = train.losses(model, pairs, read, asked(), random.Random(3))
        return choice.item(), told.item()

    assert losses(0.0)[0] == pytest.approx(torch.tensor(4.0).log().item())  # one of four, whatever row has none
    assert losses(9.0)[0] < 0.01
    assert losses(9.0)[1] < losses(0.0)[1]


def test_what_was_saved_scores_as_what_was_taught(rows, script, tmp_path):
    import torch

    from steep.testing.reranker import hits_of
    from steep_plugins.rerankers.minilm import MiniLMReranker

    train, model, pairs, read = rows
    torch.manual_seed(2)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=0.05)
    taught = {name: weight.detach() for name, weight in model.named_parameters() if weight.requires_grad}
    script("save").save(taught, "minilm", tmp_path / "starter")
    saved = MiniLMReranker(hits=9, tokens=64, weight=1.0, folder=tmp_path / "starter", precision=torch.float32)
    texts = ["Doors close at ten.", "The crane lifts forty tons.", "Nobody swims here. " * 30]
    told = train.scored(model.eval(), [pairs.pair(read[0].question, each) for each in pairs.pieces(texts)], asked())
    found = saved.read("When do doors close in rule 0?", hits_of(*texts))
    assert found == pytest.approx(told.tolist(), abs=0.03)
    assert max(found) - min(found) > 0.1
