"""`steep tune` and `steep adapters`: versions are made, listed, promoted, tried on a share and taken back."""

import re

from steep.workspace.project import Project


def test_a_version_is_tried_on_a_share_of_the_callers_watched_and_taken_back(steep, folder):
    with Project.open(folder) as project:
        versions = []
        for text in ("stable", "candidate"):
            (folder / text).mkdir()
            (folder / text / "adapter_model.safetensors").write_text(text, "utf-8")
            added = project.adapters.add(
                name="harbor", source=folder / text, base="quoter-1", score=None, lineage={}, now=1.0
            )
            versions.append(added.version)
        project.adapters.point("harbor", "production", versions[0], reason="first", now=1.0)
    assert "No rollout was begun yet" in steep("adapters", "status", into=folder).out
    begun = steep("adapters", "canary", versions[1][:8], "--share", "0.2", "--guard", "wrong", into=folder)
    assert f"answers 20.0% of its callers with {versions[1]}" in begun.out
    assert "it ends by itself by wrong" in begun.out
    (found,) = steep("adapters", "status", "--json", into=folder).json["rollouts"]
    assert (found["state"], found["candidate"], found["guards"]) == ("running", versions[1], ["wrong"])
    assert found["versions"]["candidate"]["answers"] == 0
    assert found["right"]["outcome"] == "not shown"
    shown = steep("adapters", "status", into=folder).out
    assert "no difference is shown yet (candidate less stable: -1.000 to +1.000" in shown
    assert "already" in steep("adapters", "canary", versions[1], into=folder).err
    assert "answers all its callers" in steep("adapters", "rollback", into=folder).out
    (found,) = steep("adapters", "status", "--json", into=folder).json["rollouts"]
    assert (found["state"], found["reason"]) == ("rolled back", "by hand")
    history = steep("adapters", "history", into=folder).out
    assert "rollout:" in history
    assert steep("adapters", "canary", versions[1], "--share", "1.5", into=folder).code == 2


def test_adapters_are_listed_shown_promoted_and_rolled_back(steep, folder):
    steep("index", into=folder)
    steep("synthesize", "-n", "8", into=folder)
    version = steep("tune", "--json", into=folder).json["version"]
    listed = steep("adapters", "list", "--json", into=folder).json["adapters"]
    assert [each["version"] for each in listed] == [version]
    assert steep("adapters", "--json", into=folder).json["adapters"] == listed
    assert "after the command" in steep("adapters", "--json", "list", into=folder).err
    assert steep("adapters", "show", version[:6], "--json", into=folder).json["lineage"]
    shown = steep("adapters", "show", version[:6], into=folder).out
    assert re.search(r"^  dataset +[0-9a-f]{24}$", shown, re.MULTILINE)
    assert not re.search(r"[{}\[\]]|history", shown)
    moved = steep("adapters", "promote", version, "--alias", "canary", "--json", into=folder).json
    assert moved["version"] == version
    back = steep("adapters", "rollback", "--alias", "canary", into=folder)
    assert back.code == 6
    assert "no earlier version" in back.err
    moves = steep("adapters", "history", "--alias", "canary", "--json", into=folder).json["moves"]
    assert [move["version"] for move in moves] == [version]


def test_the_history_of_an_alias_that_never_moved_is_said_in_words(steep, folder):
    assert "harbor@production was never moved" in steep("adapters", "history", into=folder).out
    assert steep("adapters", "history", "--json", into=folder).json["moves"] == []


def test_tune_says_in_words_what_was_decided_and_what_was_left_out(steep, folder):
    steep("index", into=folder)
    steep("synthesize", "-n", "8", into=folder)
    (folder / "ferries.md").write_text("# Ferries\n\nOther words altogether.\n", "utf-8")
    steep("index", into=folder)
    planned = steep("tune", "--dry-run", into=folder)
    assert planned.code == 0, planned.err
    assert re.search(r"instruct: \d+ rows, \d+ held out, \d+ steps, [\d,]+ tokens: about \d+ s\n", planned.out)
    assert "Nothing was trained." in planned.out
    assert steep("tune", "--dry-run", "--json", into=folder).json["phases"][0]["steps"] > 0
    assert steep("adapters", "list", "--json", into=folder).json["adapters"] == []
    ran = steep("tune", into=folder)
    assert ran.code == 0, ran.err
    assert re.search(r"of training ahead \(\d+ steps\)", ran.err)
    assert re.search(r"It took \d+ steps in \d+ s \(\d+ s were said before the first step", ran.out)
    version = steep("adapters", "list", "--json", into=folder).json["adapters"][0]["version"]
    assert f"Adapter {version}: harbor@production" in ran.out
    assert "Held-out score" in ran.out
    assert "Not trained on: " in ran.out
    assert "another generation of the index" in ran.err


def test_a_tuning_that_is_not_promoted_says_why_and_how_to_use_it_all_the_same():
    from steep.cli.tune import told

    summary = {
        "name": "harbor",
        "alias": "production",
        "version": "abc",
        "promoted": False,
        "decision": "no gain on the dev pairs: 0.5000 before, 0.4000 after",
        "score_before": 0.5,
        "score_after": 0.4,
        "rows": 7,
        "dropped": {"without a supervised token": 2},
        "feedback": {"said": 0, "pairs": 0, "preferences": 0, "left_out": 0},
    }
    first, scores, dropped = told(summary)
    assert (
        first
        == "Adapter abc: harbor@production was left as it is: no gain on the dev pairs: 0.5000 before, 0.4000 after."
    )
    assert "7 rows" in scores
    assert dropped == "Not trained on: 2 without a supervised token."
