"""steep.toml: every key is explained and checked, and what is wrong is named with the nearest right word."""

import re

import pytest
import tomlkit

from steep.errors import ConfigError
from steep.workspace.config import Config, ProfileSpec, load_config
from steep.workspace.places import find_project
from steep.workspace.template import template


def written(folder, text):
    file = folder / "steep.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return file


def load(folder, text):
    return load_config(written(folder, text))


def test_an_empty_file_is_all_defaults(tmp_path):
    assert load(tmp_path, "") == Config()


def test_the_template_is_the_defaults_with_a_name(tmp_path):
    expected = Config.model_validate({"project": {"name": "harbor"}, "measure": {"questions": "q.jsonl"}})
    assert load(tmp_path, template(name="harbor", questions="q.jsonl")) == expected


def test_the_template_with_a_model_lets_it_answer_what_the_reader_does_not(tmp_path):
    expected = {
        "project": {"name": "harbor"},
        "model": {"qwen": {"use": "qwen"}},
        "generator": {"use": "cascade", "chat": {"use": "chat", "model": "qwen", "answerable": 0.6}},
        "tune": {"default": {"generator": "extract"}},
    }
    found = load(tmp_path, template(name="harbor", questions=None, model="qwen"))
    assert found == Config.model_validate(expected)


def test_the_template_with_a_model_has_what_is_set_beside_it(tmp_path):
    beside = {
        "model.small.use": "smollm2",
        "generator.chat.judge": "small",
        "retriever.use": "dense",
        "answer.passages": 3,
    }
    expected = {
        "project": {"name": "harbor"},
        "model": {"qwen": {"use": "qwen"}, "small": {"use": "smollm2"}},
        "generator": {"use": "cascade", "chat": {"use": "chat", "model": "qwen", "answerable": 0.6, "judge": "small"}},
        "tune": {"default": {"generator": "extract"}},
        "retriever": {"use": "dense"},
        "answer": {"passages": 3},
    }
    found = load(tmp_path, template(name="harbor", questions=None, model="qwen", beside=beside))
    assert found == Config.model_validate(expected)


def test_the_template_uncommented_is_still_the_defaults(tmp_path):
    text = re.sub(r"^# (?=\w+ = )", "", template(name="project", questions=None), flags=re.MULTILINE)
    profile = "# [profile.support]"
    assert load(tmp_path, text[: text.index(profile)]) == Config()
    with_profile = load(tmp_path, text.replace(profile, profile[2:]))
    assert with_profile.profile == {"support": ProfileSpec()}


def test_the_template_lists_and_explains_every_key():
    lines = template(name="project", questions=None).splitlines()
    for key, field in Config.model_fields.items():
        default = field.get_default(call_default_factory=True)
        for name, inner in getattr(type(default), "model_fields", {}).items():
            if name == "use":
                continue
            assert inner.description, f"{key}.{name} has no description"
            shown = [line for line in lines if re.match(rf"(# )?{name}( =|: not set)", line)]
            assert any(inner.description in line or name == "name" for line in shown), f"{key}.{name}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[projet]\n", "unknown key `projet`; did you mean `project`?"),
        ('[project]\nnmae = "x"\n', "unknown key `project.nmae`; did you mean `name`?"),
        ("[tune.default]\nrnak = 3\n", "unknown key `tune.default.rnak`; did you mean `rank`?"),
        ("[profile.support]\nadaptor = 'x'\n", "unknown key `profile.support.adaptor`; did you mean `adapter`?"),
        ("[profile.support.guardrails]\ninputs = []\n", "did you mean `input`?"),
        ("[plugins]\nzzz = 1\n", "known are: `allow`, `disabled`, `files`"),
    ],
)
def test_an_unknown_key_names_the_nearest_at_every_level(tmp_path, text, message):
    with pytest.raises(ConfigError, match=re.escape(message)) as caught:
        load(tmp_path, text)
    assert str(tmp_path / "steep.toml") in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[project]\ndocuments = '**/*'\n",
            r"`project.documents` is '\*\*/\*': it should be a list, in square brackets\.",
        ),
        ("[project]\ndocuments = ['../other']\n", "leads out of this folder; link the other folder into it"),
        ("[project]\ndocuments = ['/etc/**']\n", "leads out of this folder"),
        ("[project]\nname = 'my project'\n", "`project.name` is 'my project'"),
        ("[project]\nmax_megabytes = inf\n", "`project.max_megabytes` is inf"),
        ("[index]\n", "`index` is {}"),
        ("[index.'../up']\nuse = 'faiss'\n", "index"),
        ("[embedder]\nmodel = 'x'\n", "the key `embedder.use` is missing"),
        ("[reader.html]\nuse = 'x'\n", r"\[reader.html\] takes options only"),
        ("[profile.both]\n", "the profile `both` always exists as an arm"),
        ("[serve]\nport = 99999\n", "`serve.port` is 99999"),
        ("[guardrails]\noutput = [{use = 'x', on_fail = 'explode'}]\n", "on_fail"),
        ("[[tune.default.phases]]\nuse = 3\n", "`tune.default.phases.0.use` is 3"),
        ("[tune]\nrank = 3\n", r"write \[tune.default\] for \[tune\].*found: `rank`"),
        ("[[tune.phase]]\nuse = 'instruct'\n", r"\[\[tune.default.phases\]\] for \[\[tune.phase\]\].*`phase`"),
        ("[tune]\nreplay = 'old'\n", r'\[\[tune.default.phases.mixture\]\] below a phase, with `use = "replay"`'),
        ("[tune.a]\nphases = []\n", "`tune.a.phases` is"),
        (
            "[[tune.a.phases]]\nuse = 'instruct'\nmixture = [{use = 'replay', share = 0.6}, "
            "{use = 'raft', share = 0.4}]",
            "mixture of `instruct` leave nothing for its own rows",
        ),
        ("[project]\ndevice = 'gpu'\n", "`project.device` is 'gpu'"),
    ],
)
def test_a_wrong_value_is_named_with_what_stands_there(tmp_path, text, message):
    with pytest.raises(ConfigError, match=message):
        load(tmp_path, text)


def test_all_wrong_keys_are_named_at_once(tmp_path):
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, "[tune.default]\nrnak = 3\nalhpa = 4\n[serve]\nport = -1\n")
    assert len(str(caught.value).splitlines()) == 3


def test_a_byte_order_mark_and_windows_line_ends_are_no_harm(tmp_path):
    assert load(tmp_path, b'\xef\xbb\xbf[project]\r\nname = "x"\r\n').project.name == "x"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[project]\nname = 'caf\xe9'\n", r"steep.toml is not UTF-8 \(byte 21\); save it as UTF-8"),
        (b"[project\n", "steep.toml is not valid TOML: .*line 1"),
        (b"\x00\x00", "is not valid TOML"),
        (b"a = " + b"[" * 100_000, "is not valid TOML"),
    ],
)
def test_what_is_not_toml_is_said(tmp_path, content, message):
    with pytest.raises(ConfigError, match=message):
        load(tmp_path, content)


def test_a_missing_file_and_a_folder_in_its_place_are_said(tmp_path):
    with pytest.raises(ConfigError, match=r"there is no steep.toml in .*; run `steep init` there first"):
        load_config(tmp_path / "steep.toml")
    (tmp_path / "steep.toml").mkdir()
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_config(tmp_path / "steep.toml")


def test_the_project_is_looked_for_upwards(tmp_path):
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    written(tmp_path, "")
    (tmp_path / "a" / "steep.toml").mkdir()
    assert find_project(deep) == tmp_path


def test_options_of_parts_are_kept_as_written_and_bare_names_stand_for_tables(tmp_path):
    config = load(tmp_path, "[index.x]\nuse = 'faiss'\nprobes = 3\n[guardrails]\ninput = ['a', {use = 'b', k = 1}]\n")
    assert config.index["x"].options == {"probes": 3}
    assert [(spec.use, spec.on_fail, spec.options) for spec in config.guardrails.input] == [
        ("a", None, {}),
        ("b", None, {"k": 1}),
    ]


def test_what_config_show_writes_is_read_back_as_the_same(tmp_path):
    from steep.wire import without_none

    shown = tomlkit.dumps(without_none(Config().model_dump(mode="json")))
    assert load(tmp_path, shown) == Config()
