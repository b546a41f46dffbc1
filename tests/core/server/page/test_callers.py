"""What one caller may see and do on the page, and what another may not."""

import html
import re

import pytest

from steep.server.page.frame import VIEWS

ESCALATING = """
[generator]
use = "writer"
reply = "The secret day ticket costs 12 euros [1]."
[guardrails]
input = []
passages = []
output = [{ use = "block", word = "secret", on_fail = "escalate" }]
"""
QUESTION = "How much is a day ticket?"


@pytest.fixture
def people(serve, visit):
    """Browsers of Anna and Bob (ask), Edith (edit) and Olga (operate), and the project."""

    def make(tables='[generator]\nuse = "finder"\n'):
        address, project = serve(tables)
        now = project.clock()
        scopes = {"anna": "ask", "bob": "ask", "edith": "edit", "olga": "operate", "ada": "admin"}
        made = {name: project.keys.new(name, now=now, scope=scope)[1] for name, scope in scopes.items()}
        return {"nobody": visit(address), **{name: visit(address, key) for name, key in made.items()}}, project

    return make


def test_whoever_is_not_known_is_asked_for_a_key_and_comes_back(people):
    browsers, project = people()
    nobody = browsers["nobody"]
    door = nobody.get("/documents?find=a")
    assert door.url.path == "/sign-in"
    assert 'name="next" value="/documents?find=a"' in door.text
    assert 'aria-label="Views"' in door.text
    assert "No key is needed" not in door.text
    assert "/documents" not in re.findall(r'href="([^"]+)"', door.text)
    wrong = nobody.post("/sign-in", data={"key": "steep_wrong", "next": "/compare"})
    assert wrong.status_code == 401
    assert len(re.findall('role="alert"', wrong.text)) == 1
    _, key = project.keys.new("carl", now=project.clock())
    inside = nobody.post("/sign-in", data={"key": key, "next": "/documents?find=a"})
    assert inside.url.path == "/documents"
    assert "Sign out" in inside.text
    nobody.post("/sign-out")
    assert nobody.get("/").url.path == "/sign-in"


@pytest.mark.parametrize(
    ("referer", "onward"),
    [
        ("{}/pairs/new?document=ferries.md", "/pairs/new?document=ferries.md"),
        ("{}/ask", "/"),
        ("https://evil.example/pairs/new", "/"),
        ("", "/"),
    ],
)
def test_a_form_that_came_after_the_session_had_ended_leads_back_to_the_page_it_stood_on(people, referer, onward):
    browsers, _ = people()
    nobody = browsers["nobody"]
    door = nobody.post("/pairs/new", data={}, headers={"referer": referer.format(str(nobody.base_url).rstrip("/"))})
    assert door.url.path == "/sign-in"
    assert f'name="next" value="{onward}"' in door.text


def test_an_expired_session_is_one_clear_line_for_the_script(people):
    browsers, _ = people()
    told = browsers["nobody"].post("/ask", data={"question": QUESTION}, headers={"accept": "text/event-stream"})
    assert told.status_code == 401
    assert told.json()["error"]["message"]


def test_the_navigation_shows_what_one_may_do_and_the_rest_is_refused(people):
    browsers, _ = people()
    for name, browser in browsers.items():
        if name == "nobody":
            continue
        shown = set(re.findall(r'<li><a href="([^"]+)"', browser.get("/").text)) & {each.path for each in VIEWS}
        for each in VIEWS:
            page = browser.get(each.path)
            assert page.status_code == (200 if each.path in shown else 403), (name, each.path)
    assert "/keys" not in browsers["olga"].get("/").text


def test_runs_are_not_offered_to_whoever_sees_a_part_of_the_documents(serve, visit):
    address, project = serve('[generator]\nuse = "finder"\n[access.groups]\nhr = ["berths.md"]\n')
    for name, groups, offered in (("part", (), False), ("all", ("*",), True)):
        _, words = project.keys.new(name, now=project.clock(), scope="operate", groups=groups)
        browser = visit(address, words)
        assert ('href="/runs"' in browser.get("/status").text) is offered
        assert (browser.get("/runs").status_code == 200) is offered


def test_another_callers_conversations_and_answers_are_not_there(people):
    browsers, _ = people()
    anna, bob = browsers["anna"], browsers["bob"]
    page = anna.post("/ask", data={"question": QUESTION})
    (answer,) = re.findall(r'href="(/answers/[^"]+)"', page.text)
    for path in (page.url.path, answer):
        assert anna.get(path).status_code == 200
        assert bob.get(path).status_code == 404
    assert bob.post(f"{answer}/feedback", data={"verdict": "right"}).status_code == 404
    assert bob.post(f"{page.url.path}/forget").status_code == 404
    form = {"question": QUESTION, "conversation": page.url.path.rpartition("/")[2]}
    assert bob.post("/ask", data=form).status_code == 404
    assert page.url.path not in bob.get("/").text


def held(people):
    browsers, _ = people(ESCALATING)
    page = browsers["anna"].post("/ask", data={"question": QUESTION})
    (answer,) = re.findall(r'href="(/answers/[^"]+)"', page.text)
    return browsers, answer, answer.rpartition("/")[2]


def test_a_withheld_answer_waits_and_its_asker_gets_what_was_decided(people):
    browsers, answer, identity = held(people)
    assert "waits for a person" in browsers["anna"].get(answer).text
    assert browsers["anna"].get("/review").status_code == 403
    edith = browsers["edith"]
    assert QUESTION in edith.get("/review").text
    one = edith.get(f"/review/{identity}").text
    assert "The secret day ticket costs 12 euros" in html.unescape(one)
    empty = edith.post(f"/review/{identity}", data={"action": "edit", "text": " ", "reason": "why <b>"})
    assert empty.status_code == 400
    assert 'value="why &lt;b&gt;"' in empty.text, "what was written stays"
    decided = edith.post(f"/review/{identity}", data={"action": "edit", "text": "It costs 12 euros."})
    assert "Decided" in decided.text
    mine = browsers["anna"].get(answer).text
    assert "It costs 12 euros." in mine
    assert "A person has checked this answer" in mine
    assert "edith" not in mine
    late = edith.post(f"/review/{identity}", data={"action": "reject"})
    assert late.status_code == 409
    assert "edited by" in late.text
    assert QUESTION in edith.get("/review?show=edited").text


def test_a_rejected_answer_says_why(people):
    browsers, answer, identity = held(people)
    browsers["edith"].post(f"/review/{identity}", data={"action": "reject", "reason": "Ask the office."})
    assert "Ask the office." in browsers["anna"].get(answer).text


def test_words_that_guardrails_take_out_are_in_no_document_that_is_shown(serve, visit):
    address, _ = serve()
    page = visit(address).get("/documents/show?path=ferries.md").text
    assert "Dogs travel free" in page
    assert "1234567" not in page
