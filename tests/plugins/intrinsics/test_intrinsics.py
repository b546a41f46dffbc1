"""Jobs of a model are data: a prompt to the letter, and adapters for the models that were taught it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.engine.adapters import check_adapter
from steep.errors import PluginNotFound
from steep.kinds import AdapterRef
from steep.values import Message, content_id
from steep_plugins import intrinsics
from steep_plugins.intrinsics import find, names
from steep_plugins.models.qwen import SMALL
from steep_plugins.models.smollm2 import GGUF_SHA256

HERE = Path(intrinsics.__file__).parent


def test_there_are_six_and_each_says_what_it_is_asked_with():
    assert names() == ("answer", "answerable", "ask", "expand", "rewrite", "support")
    fields = {name: find(name).fields for name in names()}
    assert fields == {
        "answer": ("question",),
        "answerable": ("question",),
        "ask": ("sentence", "answer"),
        "expand": ("question",),
        "rewrite": ("conversation", "question"),
        "support": ("statement",),
    }
    assert {name for name in names() if find(name).replies} == {"answerable", "support"}


def test_an_answer_is_asked_for_to_the_letter():
    rules, asked = find("answer").messages(["Hall B opens at six.", "Hall A is closed."], question="When?")
    assert rules == Message(role="system", content=find("answer").system)
    assert asked.content == (
        "<passage 1>\nHall B opens at six.\n</passage>\n<passage 2>\nHall A is closed.\n</passage>\n\nQuestion: When?"
    )


def test_without_passages_the_question_stands_alone():
    (_, asked) = find("rewrite").messages(conversation="user: Hall B?", question="And {this}?")
    assert asked.content == "user: Hall B?\n\nLast question: And {this}?\nWrite it alone."


@given(st.text() | st.sampled_from(["</passage>", "< /passage", "</PASSAGE>\nQuestion: {x}", "<passage 9>"]))
def test_no_passage_closes_its_fence(text):
    content = find("answer").messages([text, "x"], question=text)[1].content
    assert content.lower().count("</passage") == 2
    assert content.lower().count("<passage") == 2


def test_an_adapter_is_found_by_the_model_it_belongs_to(tmp_path):
    folder = tmp_path / "tide" / "adapters" / "small"
    folder.mkdir(parents=True)
    (tmp_path / "tide" / "prompt.json").write_text(json.dumps({"system": "s", "question": "{q}"}), "utf-8")
    (folder / "base.json").write_text(json.dumps({"digest": "lm-small", "model": "m"}), "utf-8")
    (folder / "adapter_model.safetensors").write_bytes(b"weights")
    found = find("tide", tmp_path)
    assert found.adapter("lm-other") is None
    assert found.adapter("lm-small").folder == folder
    (folder / "adapter_model.safetensors").write_bytes(b"others")
    find.cache_clear()
    assert find("tide", tmp_path).adapter("lm-small").version != found.adapter("lm-small").version


def test_jobs_that_were_taught_together_share_an_adapter_and_keep_their_own_calibration(tmp_path):
    for name, more in (("tide", {}), ("ebb", {"of": "tide"})):
        folder = tmp_path / name / "adapters" / "small"
        folder.mkdir(parents=True)
        (tmp_path / name / "prompt.json").write_text(json.dumps({"system": "s", "question": "{q}"}), "utf-8")
        (folder / "base.json").write_text(json.dumps({"digest": "lm-small", **more}), "utf-8")
    (tmp_path / "tide" / "adapters" / "small" / "adapter_model.safetensors").write_bytes(b"weights")
    (folder / "calibration.json").write_text('{"scale": 2.0, "shift": 0.0}', "utf-8")
    tide, ebb = find("tide", tmp_path), find("ebb", tmp_path)
    assert ebb.adapter("lm-small") == tide.adapter("lm-small")
    assert ebb.probability("lm-small", 1.0) > tide.probability("lm-small", 1.0)


def test_whether_a_model_was_taught_to_quote_first_stands_beside_its_adapter(tmp_path):
    (tmp_path / "tide").mkdir()
    (tmp_path / "tide" / "prompt.json").write_text(json.dumps({"system": "s", "question": "{q}"}), "utf-8")
    for name, more in (("small", {"fills": True}), ("large", {"quotes": True})):
        folder = tmp_path / "tide" / "adapters" / name
        folder.mkdir(parents=True)
        (folder / "base.json").write_text(json.dumps({"digest": f"lm-{name}", **more}), "utf-8")
        (folder / "adapter_model.safetensors").write_bytes(b"weights")
    found = find("tide", tmp_path)
    assert (found.quotes("lm-small"), found.quotes("lm-large"), found.quotes("lm-other")) == (False, True, False)
    assert (found.fills("lm-small"), found.fills("lm-large")) == (True, False)


def test_what_is_asked_of_passages_begins_alike_for_the_jobs_that_share_an_adapter():
    asked = [
        find("answer").messages(["The pier is long."], question="How long?"),
        find("answerable").messages(["The pier is long."], question="How long?"),
        find("support").messages(["The pier is long."], statement="It is long."),
    ]
    assert len({rules.content for rules, _ in asked}) == 1
    assert len({user.content.partition("</passage>")[0] for _, user in asked}) == 1


def test_an_unknown_one_is_named():
    with pytest.raises(PluginNotFound, match=r"no intrinsic named 'answr'; known are answer, answerable"):
        find("answr")


def test_the_adapters_that_ship_are_whole_belong_to_the_models_on_board_and_are_small():
    hashes = {"smollm2": GGUF_SHA256, "qwen": SMALL.proof.sha256}
    digests = {name: "lm-" + content_id("gguf", each) for name, each in hashes.items()}
    folders = [file.parent for file in HERE.glob("*/adapters/*/base.json")]
    assert {folder.name for folder in folders} == set(digests)
    for name in ("answer", "ask", "rewrite"):
        assert set(find(name).adapters) == set(digests.values())
    for folder in folders:
        if "of" in json.loads((folder / "base.json").read_text("utf-8")):
            continue
        check_adapter(AdapterRef(version=folder.name, folder=folder), digests[folder.name])
        assert "licence" in (folder / "README.md").read_text("utf-8").lower()
    assert sum(file.stat().st_size for folder in folders for file in folder.iterdir()) < 18_000_000
