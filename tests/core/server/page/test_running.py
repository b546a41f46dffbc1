"""The views for those who run the service: adapters, keys, settings, health."""

import json
import re
import time

import pytest
from litestar.testing import TestClient

from steep.flows.index import index
from steep.server import application
from steep.server.page.settings import without_secrets
from steep.workspace.project import Project


def adapter(project, weights, score):
    folder = project.folder / f"made-{weights}"
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps({"r": 8}), "utf-8")
    (folder / "adapter_model.bin").write_bytes(weights.encode())
    lineage = {
        "recipe": "default",
        "score_before": 0.5,
        "score_after": score,
        "interval": [0.01, 0.2],
        "forgetting": {
            "general_loss": {"before": 2.0, "after": 2.03125},
            "instructions_followed": {"before": 0.75, "after": 0.5},
        },
        "perplexity": {"before": 31.4, "after": 20.25},
        "phases": [{"use": "instruct<b>", "rows": 12, "steps": 3, "score_before": 0.5, "score_after": score}],
    }
    now = project.clock()
    return project.adapters.add(name="harbor", source=folder, base="finder-1", score=score, lineage=lineage, now=now)


def test_an_empty_view_says_what_to_do(browser):
    assert "steep tune" in browser.get("/adapters").text
    assert "There is no key yet" in browser.get("/keys").text


def test_every_view_of_a_project_in_which_nothing_is_indexed_says_what_to_do(serve, visit):
    address, project = serve(indexed=False)
    for file in project.folder.glob("*.md"):
        file.unlink()
    browser = visit(address)
    for path, line in (("/", "nothing to answer from"), ("/documents", "Add some below"), ("/status", "steep index")):
        page = browser.get(path)
        assert page.status_code == 200
        assert line in page.text
    for path in ("/compare", "/pairs", "/review", "/runs", "/adapters", "/keys", "/settings"):
        assert browser.get(path).status_code == 200
    assert browser.post("/ask", data={"question": "Who?"}).status_code == 503


def test_an_index_that_would_be_made_otherwise_now_answers_and_every_place_says_so(make_project, caplog):
    first = make_project()
    settings = first.folder / "steep.toml"
    settings.write_text(settings.read_text("utf-8") + '[splitter]\nuse = "sentences"\nwords = 40\n', "utf-8")
    line = "the index was made by another splitter than is used now, so its passages are cut otherwise"
    shown = line[0].upper() + line[1:] + ". Run <code>steep index</code>"
    with Project.open(first.folder) as project, TestClient(application(project), "http://127.0.0.1") as client:
        while client.get("/ready").status_code != 200:
            pass
        assert client.get("/health").json()["outdated"] == client.get("/ready").json()["outdated"] == line
        assert caplog.text.count(f"{line}. Run `steep index`.") == 1
        for path in ("/status", "/documents"):
            assert shown in client.get(path).text
        assert not client.post("/answer", json={"question": "What does a day ticket cost?"}).json()["abstained"]
        index(project, progress=lambda step: None)
        assert shown not in client.get("/status").text
        assert client.get("/health").json()["outdated"] == ""


def test_an_adapter_whose_lineage_says_little_is_shown(serve, visit):
    """One that an earlier version tuned, or another program made, has not all that is told of a new one."""
    address, project = serve()
    for number, lineage in enumerate(({}, {"score_before": 0.5, "score_after": 0.6}, {"perplexity": None})):
        source = project.folder / f"made{number}"
        source.mkdir()
        (source / "adapter_config.json").write_text(f'{{"number": {number}}}', "utf-8")
        made = project.adapters.add(name="old", source=source, base="b", score=None, lineage=lineage, now=float(number))
        page = visit(address).get(f"/adapters/{made.version}")
        assert page.status_code == 200, lineage
        assert "perplexity" not in page.text
    assert visit(address).get("/adapters").status_code == 200


def test_an_adapter_is_promoted_and_rolled_back_and_its_lineage_is_shown(serve, visit):
    address, project = serve()
    browser = visit(address)
    first, second = adapter(project, "one", 0.6), adapter(project, "two", 0.7)
    for version, standing in ((first.version, ""), (second.version, first.version)):
        moved = browser.post(f"/adapters/{version}/promote", data={"name": "harbor", "standing": standing})
        assert "Promoted" in moved.text
    shown = browser.get(f"/adapters/{second.version}").text
    assert "0.500 → 0.700" in shown
    assert "general loss 2.000 → 2.031, instructions followed 75% → 50%" in shown
    assert "31.4 → 20.2" in shown
    assert "instruct&lt;b&gt;" in shown
    assert "promoted on the page (operator)" in shown
    form = {"name": "harbor", "alias": "production", "standing": second.version}
    assert "Rolled back" in browser.post("/adapters/rollback", data=form).text
    assert project.adapters.aliases() == {"harbor@production": first.version}
    again = browser.post("/adapters/rollback", data=form)
    assert "was moved meanwhile" in again.text, "a second click does nothing"
    assert project.adapters.aliases() == {"harbor@production": first.version}
    assert browser.get("/adapters/nothing").status_code == 404


def test_a_version_is_tried_on_some_callers_seen_to_run_and_stopped(serve, visit):
    address, project = serve()
    browser = visit(address)
    first, second = adapter(project, "one", 0.6), adapter(project, "two", 0.7)
    browser.post(f"/adapters/{first.version}/promote", data={"name": "harbor", "standing": ""})
    assert "% of the callers first" in browser.get(f"/adapters/{second.version}").text
    begun = browser.post(f"/adapters/{second.version}/try", data={"percent": "20"})
    assert "Begun: some callers" in begun.text
    assert "for 20 % of the callers" in begun.text
    assert "No difference is shown yet." in begun.text
    assert "% of the callers first" not in browser.get(f"/adapters/{second.version}").text, "one at a time"
    (rollout,) = project.rollouts.newest()
    stopped = browser.post(f"/rollouts/{rollout.id}/stop")
    assert "Stopped: all callers" in stopped.text
    assert "stopped on the page" in stopped.text
    again = browser.post(f"/rollouts/{rollout.id}/stop")
    assert again.status_code == 409, "a second click changes nothing"
    assert browser.post("/rollouts/none/stop").status_code == 404
    assert browser.post(f"/adapters/{second.version}/try", data={"percent": "0"}).status_code == 400


def test_a_key_is_shown_once_and_lets_its_holder_in(serve, visit):
    address, project = serve()
    browser = visit(address)
    assert "must have the scope" in browser.post("/keys", data={"name": "ana", "scope": "ask"}).text
    made = browser.post("/keys", data={"name": "ana", "scope": "admin", "groups": "*", "days": "7"})
    (words,) = re.findall(r'<code id="secret">(steep_[^<]+)</code>', made.text)
    assert project.keys.check(words, now=project.clock()).name == "ana"
    listed = visit(address, words).get("/keys").text
    assert "ana" in listed
    assert words not in listed


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ({"name": "", "scope": "admin"}, "cannot be the name"),
        ({"name": "a", "scope": "king"}, "no scope"),
        ({"name": "a", "scope": "admin", "days": "soon"}, "good for"),
        ({"name": "a", "scope": "admin", "days": "0"}, "good for"),
    ],
)
def test_a_key_that_cannot_be_made_is_one_clear_line_and_the_form_stays(serve, visit, form, line):
    address, project = serve()
    project.keys.new("boss", now=project.clock(), scope="admin")
    _, words = project.keys.new("other", now=project.clock(), scope="admin")
    told = visit(address, words).post("/keys", data=form)
    assert told.status_code == 400
    assert line in told.text
    assert f'name="name" value="{form["name"]}"' in told.text


def test_a_revoked_key_can_be_forgotten(serve, visit):
    address, project = serve()
    _, words = project.keys.new("boss", now=project.clock(), scope="admin")
    key, _ = project.keys.new("bob", now=project.clock(), scope="ask")
    browser = visit(address, words)
    assert "Revoked" in browser.post(f"/keys/{key.id}/revoke").text
    assert "revoked" in browser.get("/keys").text
    assert "Forgotten" in browser.post(f"/keys/{key.id}/forget").text
    assert "bob" not in browser.get("/keys").text


def test_the_last_key_that_makes_others_is_not_revoked_on_the_page(serve, visit):
    address, project = serve()
    key, words = project.keys.new("ada", now=project.clock(), scope="admin")
    project.keys.new("otto", now=project.clock(), scope="operate")
    project.keys.new("old", now=project.clock() - 9 * 86_400, scope="admin", days=1)
    browser = visit(address, words)
    refused = browser.post(f"/keys/{key.id}/revoke")
    assert (refused.status_code, "the last good key" in refused.text) == (409, True)
    project.keys.new("eve", now=project.clock(), scope="admin")
    assert browser.post(f"/keys/{key.id}/revoke").url.path == "/sign-in", "it was its own"


def test_a_second_click_finds_the_key_revoked_or_gone(serve, visit):
    address, project = serve()
    now = project.clock()
    _, words = project.keys.new("ada", now=now, scope="admin")
    key, _ = project.keys.new("ben", now=now)
    ada = visit(address, words)
    for action in ("revoke", "forget"):
        assert ada.post(f"/keys/{key.id}/{action}").status_code == 200
        again = ada.post(f"/keys/{key.id}/{action}")
        assert again.status_code == 404
        assert "No key matches" in again.text


def test_settings_are_shown_as_written_and_with_every_default_but_without_secrets(serve, visit):
    address, _ = serve()
    page = visit(address).get("/settings").text
    assert "use = &#34;finder&#34;" in page
    assert "max_question" in page


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('api_key = "sk-123"', 'api_key = "…"'),
        ("  token = 'abc' # mine", "  token = '…' # mine"),
        ('records = "postgresql+psycopg://me:hush@host/db"', 'records = "postgresql+psycopg://me:…@host/db"'),
        ('api_key_env = "OPENAI_API_KEY"', 'api_key_env = "…"'),
        ("max_tokens = 256", "max_tokens = 256"),
        ('m = { use = "far", api_key = "sk-123", n = 1 }', 'm = { use = "far", api_key = "…", n = 1 }'),
        ('headers = { Authorization = "Bearer a\\"b" }', 'headers = { Authorization = "…" }'),
        ('password = """one\ntwo"""\nrest = 1', 'password = "…"\nrest = 1'),
        ('url = "https://h/hook?room=1&token=abc"', 'url = "https://h/hook?room=1&token=…"'),
        ('[[tracker]]\nurl = "https://h/a/b"\n# https://h/a/b', '[[tracker]]\nurl = "https://h/…"\n# https://h/…'),
        ('[[tracker]]\nurl = "http://h:4318/v1/traces"', '[[tracker]]\nurl = "http://h:4318/v1/traces"'),
        ('url = "https://hooks.h/services/T0/B0/xyz"', 'url = "https://hooks.h/services/…"'),
        ('url = "https://h/bot123:AAE_abcdefghijklmnopq/send"', 'url = "https://h/…/send"'),
        (
            'url = "https://h/models/Qwen2.5-Coder-0.5B-Instruct"',
            'url = "https://h/models/Qwen2.5-Coder-0.5B-Instruct"',
        ),
        ('api_key = "$KEY"', 'api_key = "$KEY"'),
        ('about = "the key = here"', 'about = "the key = here"'),
    ],
)
def test_no_secret_of_steep_toml_is_shown(written, shown):
    assert without_secrets(written) == shown


def test_health_says_which_profiles_can_answer_and_what_the_others_lack(browser):
    page = browser.get("/status").text
    assert "2 documents" in page
    assert re.search(r'rag</span> <span class="tag done">ready', page)
    assert re.search(r'both</span> <span class="tag ">not ready', page)


def test_an_arm_that_the_generator_cannot_have_is_not_shown_as_if_it_were_still_to_come(browser):
    page = browser.get("/status").text
    rows = re.findall(r'<span class="named">(\w+)</span> <span class="tag', page)
    assert rows == ["rag", "both"]
    for arm in ("base", "tuned"):
        said = rf"The arm <code>{arm}</code> does not exist with the generator .* answers only from passages"
        assert re.search(said, page)
    assert re.findall(r'<option value="(\w+)"', browser.get("/").text) == ["rag", "both"]


def test_every_fault_is_a_page_for_browsers_and_json_for_programs(browser):
    page = browser.get("/nothing-here")
    assert page.status_code == 404
    assert "<h1>Not found</h1>" in page.text
    assert "There is no page at /nothing-here." in page.text
    assert "The address of this page cannot be read: offset:" in browser.get("/pairs?offset=abc").text
    assert browser.get("/nothing-here", headers={"accept": "*/*"}).json()["error"]["code"] == "not_found"
    assert browser.get("/documents/show?path=ferries.md&start=abc").status_code == 400
    assert browser.get("/ask").status_code == 405


def finished(browser, path):
    """The page of a job once it is at work no more."""
    for _ in range(600):
        page = browser.get(path)
        if "data-watch" not in page.text:
            return page
        time.sleep(0.1)
    raise AssertionError("the job did not end")


@pytest.mark.slow
def test_a_run_is_started_watched_to_its_end_and_its_log_is_there(serve, visit):
    address, project = serve()
    browser = visit(address)
    assert "Nothing was started here yet" in browser.get("/runs").text
    (project.folder / "new.md").write_text("# New\n\nThe new pier opens in May.\n", "utf-8")
    started = browser.post("/runs", data={"kind": "index"})
    assert started.url.path.startswith("/runs/")
    assert "Log" in started.text
    done = finished(browser, started.url.path)
    assert 'class="tag done"' in done.text
    assert "index: " in done.text
    assert "new.md" in browser.get("/documents").text, "the index was swapped while the server ran"
    assert started.url.path in browser.get("/runs").text
    stopped = browser.post(f"{started.url.path}/stop")
    assert 'class="tag done"' in stopped.text, "what has ended stays as it is"


def test_one_run_at_a_time_and_what_is_not_there_is_one_line(serve, visit):
    address, project = serve()
    browser = visit(address)
    with project.writing():
        busy = browser.post("/runs", data={"kind": "index"})
    assert len(re.findall('role="alert"', busy.text)) == 1
    assert busy.status_code == 409
    assert browser.post("/runs", data={"kind": "dance"}).status_code == 400
    assert browser.get("/runs/nothing").status_code == 404
    assert browser.post("/runs/nothing/stop").status_code == 404
    assert browser.get("/reports/..%2F..%2Fsteep.toml").status_code == 404
