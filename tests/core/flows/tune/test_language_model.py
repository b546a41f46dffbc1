"""A language model is tuned by recipes of its own, and served with what it learned."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from steep.answering.speakers import speaker
from steep.errors import ConfigError
from steep.flows.index import index
from steep.flows.tune import TuneRequest, tune
from steep.kinds import AdapterRef, Asked, FormatRequest, LoraShape
from steep.measuring.lineup import lineup, perplexity
from steep.testing.hands import PlainHand, draft_of
from steep.tuning.recipes import start_of
from steep_plugins import intrinsics
from steep_plugins.intrinsics import find, judging

from .conftest import NAMED, QUICK, pairs_of, silent, with_dataset


def test_a_language_model_is_tuned_and_served_with_its_adapter(language_model):
    with language_model(f"[tune.default]\n{QUICK}") as tuned:
        summary = tune(tuned, progress=silent)
        assert summary.score_after > summary.score_before
        assert {"general_loss", "instructions_followed"} == set(summary.forgetting)
        version = tuned.adapters.resolve(summary.version)
        assert version.lineage["forgetting"]["general_loss"]["before"] > 0
        assert version.lineage["perplexity"]["before"] > 1
        assert version.lineage["perplexity"] == summary.perplexity
        assert perplexity(tuned, lineup(tuned, ["base", "both"], tuned.library().generation)) == {
            "base": summary.perplexity["before"],
            "both": summary.perplexity["after"],
        }
        assert tuned.adapters.damage(version.version) == ""
        adapter = AdapterRef(version=version.version, folder=Path(version.folder))
        asked = Asked(question="aaaaa 000", max_tokens=4, grounded=False)
        chat, model = tuned.generator(), tuned.model("small")
        plain = draft_of(chat, asked, PlainHand(answers_with=model)).text
        assert draft_of(chat, asked, PlainHand(answers_with=model, adapter=adapter)).text != plain


@pytest.fixture
def starter(language_model, tmp_path, monkeypatch):
    """A starter of the tiny model that was taught to answer, put beside those that come with steep."""
    with language_model(f"[tune.default]\n{QUICK}", "taught") as project:
        model = project.model("small")
        trainee = model.trainee(LoraShape(rank=2, alpha=4, dropout=0.0), 7)
        with torch.no_grad():
            for name, weight in trainee.model.named_parameters():
                if "lora_B" in name:
                    weight.normal_(std=0.1)
        trainee.save(tmp_path / "starter")
    found = AdapterRef(version="starter", folder=tmp_path / "starter", job="answer")
    jobs = {name: replace(find(name), adapters={model.digest: found}) for name in ("answer", "answerable")}
    for where in (intrinsics, judging):
        monkeypatch.setattr(where, "find", lambda name: jobs.get(name) or find(name))
    return found


def test_a_tuning_goes_on_from_what_the_model_was_taught_in_its_words(language_model, starter):
    recipes = f"[tune.default]\n{QUICK}[tune.afresh]\n{QUICK}begin = 'afresh'\n"
    with language_model(recipes) as tuned:
        went_on, afresh = (tune(tuned, progress=silent, request=TuneRequest(recipe=r)) for r in ("default", "afresh"))
        kept, other = (tuned.adapters.resolve(each.version) for each in (went_on, afresh))
        assert kept.lineage["start"] == {"job": "answer", "version": "starter"}
        assert other.lineage["start"] is None
        shapes = [json.loads((Path(each.folder) / "adapter_config.json").read_text())["r"] for each in (kept, other)]
        assert shapes == [2, 4]
        assert json.loads((Path(kept.folder) / "base.json").read_text())["job"] == "answer"
        assert went_on.score_before != afresh.score_before  # one is the starter's, one the bare model's
        asked = speaker(tuned).adapted(kept)
        assert asked.job == "answer"
        assert speaker(tuned).adapted(other).job == ""


def test_rows_hold_the_rules_that_the_model_was_taught_by(language_model, starter):
    with language_model(f"[tune.default]\n{QUICK}[tune.own]\n{QUICK}model = 'small'\n") as tuned:
        default, own = (start_of(tuned, tuned.config.recipe(each)) for each in ("default", "own"))
        assert own is None  # a model that is tuned by name may be asked by any generator
        pair, library = pairs_of(tuned)[0], tuned.library()
        formatter = tuned.build("formatter", tuned.config.formatter)
        request = FormatRequest(pair=pair, passages=library.passages(pair.passages), rules=default.rules)
        assert formatter.format(request).messages[0].content == find("answer").system


def test_pairs_without_an_answer_teach_nothing_where_that_is_judged_untuned(language_model, starter):
    with language_model(f"[tune.default]\n{QUICK}[tune.afresh]\n{QUICK}begin = 'afresh'\n") as tuned:
        pairs = pairs_of(tuned)
        made = with_dataset(tuned, (*pairs, replace(pairs[-1], answer="", spans=(), question="ddddd 099")))
        judged, all_of_them = (
            tune(tuned, progress=silent, request=TuneRequest(recipe=each, dataset=made.version))
            for each in ("default", "afresh")
        )
    assert judged.dropped == {"no answer, which is judged untuned": 1}
    assert judged.rows == all_of_them.rows - 1


def test_held_out_questions_are_answered_where_a_recipe_asks_for_it(language_model):
    quick = QUICK.replace("epochs = 4", "epochs = 1")
    with language_model(f"[tune.default]\n{quick}[tune.answers]\n{quick}answered = 2\n") as tuned:
        by_loss = tune(tuned, progress=silent)
        by_answers = tune(tuned, progress=silent, request=TuneRequest(recipe="answers"))
        assert by_loss.score_before < 0 <= by_answers.score_before <= by_answers.score_after <= 1
        history = by_answers.phases[0]["history"]
        assert all(0 <= each["score"] <= 1 for each in history)
        first, second = (tuned.adapters.resolve(each.version).lineage for each in (by_loss, by_answers))
        assert first["scored_on"] != second["scored_on"]


def test_one_that_no_longer_follows_instructions_is_not_put_in_production(language_model, monkeypatch):
    probed = iter([(True,) * 9 + (False,), (True,) * 2 + (False,) * 8])
    monkeypatch.setattr("steep.tuning.judging.followed", lambda replies: next(probed))
    with language_model(f"[tune.default]\n{QUICK}unlearning = 0.2\n") as tuned:
        summary = tune(tuned, progress=silent)
        assert not summary.promoted
        assert "of 10 general instructions 9 were followed before and 2 after" in summary.decision
        assert "`unlearning` in its recipe allows 20%" in summary.decision
        assert summary.forgetting["instructions_followed"]["lost"][0] > 0.2


def test_a_recipe_can_name_the_model_it_tunes(language_model):
    with language_model(f"{NAMED}{QUICK}model = 'small'\nphases = ['pretrain']\nmax_steps = 2\n") as tuned:
        summary = tune(tuned, progress=silent)
        assert tuned.adapters.resolve(summary.version).base == tuned.model("small").digest


def test_a_recipe_for_a_model_that_is_not_there_suggests_the_nearest(language_model):
    with (
        language_model(f"{NAMED}model = 'smal'\n") as tuned,
        pytest.raises(ConfigError, match=r"no \[model\.smal\]; did you mean `small`"),
    ):
        tune(tuned, progress=silent)


FAMILY = """
[[tune.default.phases]]
use = "pretrain"
held_out = 0.2
[[tune.default.phases]]
use = "raft"
[[tune.default.phases.mixture]]
use = "replay"
file = "chat.jsonl"
share = 0.2
[[tune.default.phases]]
use = "dpo"
file = "preferred.jsonl"
"""


def test_documents_first_then_pairs_among_distractors_then_preferences(language_model):
    with language_model(f"[tune.default]\n{QUICK}{FAMILY}") as tuned:
        chat = [{"instruction": f"Say {n}.", "output": f"{n}"} for n in range(4)]
        preferred = [{"prompt": f"Which mark has {n}?", "chosen": f"mark {n}", "rejected": "no"} for n in range(8)]
        for name, lines in (("chat", chat), ("preferred", preferred)):
            (tuned.folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
        summary = tune(tuned, progress=silent)
    assert [phase["objective"] for phase in summary.phases] == ["next-token", "reply", "preference"]
    assert summary.score_before == pytest.approx(-0.6931, abs=1e-3)  # a model prefers nothing to itself
    assert summary.score_after > summary.score_before


def test_a_project_of_one_paragraph_without_pairs_can_learn_its_document(language_model):
    with language_model(f"[tune.default]\n{QUICK}phases = ['pretrain']\n") as tuned:
        for file in sorted(tuned.folder.glob("note-*.md"))[1:]:
            file.unlink()
        index(tuned, progress=silent)
        summary = tune(tuned, progress=silent)
        assert (summary.rows, summary.dev_rows) == (1, 1)
        assert summary.perplexity is None  # nothing was held out
        assert summary.score_after > summary.score_before


def test_rows_that_somebody_has_are_learned_and_their_file_stands_in_the_lineage(language_model):
    quick = QUICK.replace("epochs = 4", "epochs = 1")
    phase = "[[tune.default.phases]]\nuse = 'rows'\nfile = 'chat.jsonl'\nheld_out = 0.25\n"
    with language_model(f"[tune.default]\n{quick}{phase}") as tuned:
        lines = [{"prompt": [{"role": "user", "content": f"{n}?"}], "completion": f"mark {n}"} for n in range(8)]
        file = tuned.folder / "chat.jsonl"
        file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
        summary = tune(tuned, progress=silent)
        assert (summary.rows, summary.dev_rows) == (6, 2)
        (learned,) = tuned.adapters.resolve(summary.version).lineage["phases"]
        assert learned["files"] == [{"name": "chat.jsonl", "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}]
