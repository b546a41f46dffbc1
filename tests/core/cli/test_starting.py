"""`steep init` and `steep config`: a project begins, and what is written wrongly is said at once."""

import re
import tomllib

import pytest


def test_init_takes_every_document_and_says_what_comes_next(steep, tmp_path):
    (tmp_path / "a.md").write_text("# A\n\nText.\n", "utf-8")
    ran = steep("init")
    assert ran.code == 0
    assert "It takes 1 document (1 .md)" in ran.out
    assert "steep run" in ran.out
    assert (tmp_path / "steep.toml").is_file()


def test_init_names_the_readers_that_files_wait_for_and_what_it_leaves_out(steep, tmp_path):
    (tmp_path / "prices.csv").write_text("boat,price\nHeron,40\n", "utf-8")
    (tmp_path / "crane.py").write_text("def lift(): ...\n", "utf-8")
    (tmp_path / "photo.heic").write_bytes(b"x")
    ran = steep("init")
    assert "It takes 2 documents (1 .csv, 1 .py)" in ran.out
    assert "Left out, since no reader takes them: 1 .heic" in ran.out
    config = (tmp_path / "steep.toml").read_text("utf-8")
    assert "[reader.csv]" in config
    assert "[reader.code]" in config
    assert "[reader.json]" not in config


@pytest.mark.parametrize(("more", "table"), [([], "generator"), (["--model", "smollm2"], "generator.extract")])
def test_init_lets_the_larger_reader_read_where_it_is_at_hand(steep, tmp_path, monkeypatch, more, table):
    monkeypatch.setattr("steep_plugins.encoders.present", lambda model: True)
    ran = steep("init", "--json", *more)
    assert ran.json["quoting"] == {"encoder": "mpnet"}
    written = tomllib.loads((tmp_path / "steep.toml").read_text("utf-8"))
    for name in table.split("."):
        written = written[name]
    assert (written["use"], written["encoder"]) == ("extract", "mpnet")


@pytest.mark.parametrize(("present", "doubt"), [(True, 0.4), (False, None)])
def test_init_lets_the_larger_reader_and_no_other_doubt_a_model(steep, tmp_path, monkeypatch, present, doubt):
    monkeypatch.setattr("steep_plugins.encoders.present", lambda model: present)
    steep("init", "--model", "smollm2")
    written = tomllib.loads((tmp_path / "steep.toml").read_text("utf-8"))["generator"]
    assert (written["use"], written.get("doubt")) == ("cascade", doubt)


def test_init_says_how_the_larger_reader_is_had_where_it_is_not_at_hand(steep, tmp_path, monkeypatch):
    monkeypatch.setattr("steep_plugins.encoders.present", lambda model: False)
    assert "all-mpnet-base-v2" in steep("init").out
    assert "encoder" not in tomllib.loads((tmp_path / "steep.toml").read_text("utf-8"))["generator"]


def test_init_does_not_replace_a_file_that_is_there(steep, tmp_path):
    (tmp_path / "steep.toml").write_text("# mine\n", "utf-8")
    ran = steep("init")
    assert ran.code == 2
    assert "--force" in ran.err
    assert (tmp_path / "steep.toml").read_text("utf-8") == "# mine\n"


def test_a_command_outside_a_project_says_to_run_init(steep):
    ran = steep("index", "--json")
    assert ran.code == 2
    assert "steep init" in ran.err
    assert ran.json["error"]["type"] == "ConfigError"


def test_config_is_shown_checked_and_described(steep, folder):
    assert steep("config", "show", "--json", into=folder).json["config"]["project"]["name"] == "harbor"
    assert "[project]" in steep("config", "show", into=folder).out
    with (folder / "steep.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[tracker]]\nuse = "drift"\nurl = "https://me:hush@chat.example/in/swordfish"\n')
    for more in ([], ["--json"]):
        shown = steep("config", "show", *more, into=folder).out
        assert "https://me:…@chat.example/…" in shown
        assert not re.search("hush|swordfish", shown)
    assert steep("config", "check", into=folder).code == 0
    assert steep("config", "schema").json["title"] == "Config"


def test_config_check_names_the_option_that_a_part_does_not_know(steep, folder):
    with (folder / "steep.toml").open("a") as file:
        file.write('[retriever]\nuse = "hybrid"\nweigths = {}\n')
    ran = steep("config", "check", into=folder)
    assert ran.code == 2
    assert "`weights`" in ran.err


@pytest.mark.parametrize(
    ("more", "code", "told"),
    [
        ('[generator]\nuse = "extrac"\n', 9, r"steep.toml, \[generator\].*`extract`"),
        ('[generator]\nuse = "chat"\nmodel = "loca"\n[model.local]\nuse = "smollm2"\n', 2, "no .model.loca.*`local`"),
        ('[measure]\nquestions = "gone.jsonl"\n', 8, "gone.jsonl cannot be read"),
        ('[answer]\nprompt = "gone.md"\n', 2, "gone.md cannot be read"),
        ('[guardrails]\ninput = ["citations"]\n', 2, "works at output; move it there"),
    ],
)
@pytest.mark.parametrize("command", [("config", "check"), ("run",)])
def test_what_steep_toml_names_wrongly_is_said_before_anything_takes_long(steep, tmp_path, command, more, code, told):
    (tmp_path / "a.md").write_text("# A\n\nText.\n", "utf-8")
    (tmp_path / "steep.toml").write_text(more, "utf-8")
    ran = steep(*command)
    assert ran.code == code, ran.err
    assert re.search(told, ran.err)
    assert not any((tmp_path / ".steep" / "generations").glob("*"))


def test_config_check_wants_the_plugin_files_that_steep_toml_names(steep, tmp_path):
    (tmp_path / "steep.toml").write_text('[plugins]\nfiles = ["./house.py"]\n', "utf-8")
    ran = steep("config", "check")
    assert (ran.code, "[plugins] files: `house`" in ran.err) == (9, True), ran.err
    (tmp_path / "house.py").write_text(
        "from steep import hookimpl\n@hookimpl\ndef steep_offers():\n    1 / 0\n", "utf-8"
    )
    assert "ZeroDivisionError" in steep("config", "check").err
    (tmp_path / "house.py").write_text(
        "from steep import hookimpl\n@hookimpl\ndef steep_offers():\n    return ()\n", "utf-8"
    )
    assert steep("config", "check").code == 0


def test_config_check_says_what_is_disabled_and_is_not_here(steep, tmp_path):
    (tmp_path / "steep.toml").write_text('[plugins]\ndisabled = ["reades", "trackers"]\nallow = []\n', "utf-8")
    ran = steep("config", "check", "--json")
    assert ran.json["notes"] == ["[plugins] disabled names `reades`, which is no plugin here; did you mean `readers`?"]
