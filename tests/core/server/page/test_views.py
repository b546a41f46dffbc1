import html
import re
from html.parser import HTMLParser

import httpx
import pytest

from steep.flows.index import index

QUESTION = "How much is a day ticket?"
ANSWER = "A day ticket costs 12 euros and is valid until midnight."
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


class Links(HTMLParser):
    """Every address that a page leads to or loads, and every attribute that runs something."""

    def __init__(self):
        super().__init__()
        self.addresses, self.running = [], []

    def handle_starttag(self, tag, attrs):
        self.addresses += [value for name, value in attrs if name in ("href", "src", "action")]
        self.running += [name for name, _ in attrs if name.startswith("on") or name == "style"]


def links(text):
    found = Links()
    found.feed(text)
    return found


def test_the_first_page_asks_for_a_question(browser):
    page = browser.get("/")
    assert page.status_code == 200
    assert "2 documents" in page.text
    assert '<textarea id="question" name="question"' in page.text


def test_the_door_says_that_no_key_is_needed_while_there_is_none(browser):
    assert "No key is needed" in browser.get("/sign-in").text


@pytest.mark.parametrize("path", ["/", "/compare", "/documents", "/documents/show?path=ferries.md"])
def test_every_view_loads_from_this_server_alone_and_runs_nothing_of_its_own(browser, path):
    page = browser.get(path)
    assert page.headers["content-security-policy"].startswith("default-src 'self';")
    found = links(page.text)
    assert [each for each in found.addresses if not each.startswith(("/", "#"))] == []
    assert found.running == []
    for address in {each for each in found.addresses if each.startswith("/static/")}:
        assert browser.get(address.partition("#")[0]).status_code == 200


def test_a_form_alone_gives_an_answer_whose_citation_opens_the_document_at_the_words(browser):
    page = browser.post("/ask", data={"question": QUESTION})
    assert page.url.path.startswith("/conversations/")
    assert ANSWER in page.text
    (source,) = re.findall(r'<a class="source" href="([^"]+)">\s*<span class="number"', page.text)
    document = browser.get(html.unescape(source))
    marked = re.findall(r'<mark id="words" tabindex="-1">([^<]*)</mark>', document.text)
    assert marked == [ANSWER]


def test_the_script_is_told_the_answer_as_it_is_written_and_at_last_as_it_is_shown(browser):
    events = browser.post("/ask", data={"question": QUESTION}, headers={"accept": "text/event-stream"})
    assert events.headers["content-type"].startswith("text/event-stream")
    names = re.findall(r"^event: (\w+)$", events.text, re.M)
    assert names[:2] == ["begun", "delta"]
    assert names[-1] == "answer"
    assert 'class=\\"source\\"' in events.text


def test_after_a_refusal_the_nearest_passages_are_open(browser):
    page = browser.post("/ask", data={"question": "Who is the master of ferries in Rome and Paris and where?"})
    assert "No sentence answers the question" in page.text
    assert re.search(r'<details class="more" open>\s*<summary>The nearest passages', page.text)


@pytest.mark.parametrize(
    ("question", "line"),
    [("", "The question is empty"), (" \n", "The question is empty"), ("a" * 10_001, "the limit is")],
)
def test_a_question_that_cannot_be_asked_is_one_clear_line_and_what_was_typed_stays(browser, question, line):
    page = browser.post("/ask", data={"question": question})
    assert page.status_code == 400
    assert len(re.findall('role="alert"', page.text)) == 1
    assert line.lower() in page.text.lower()
    assert question.strip()[:50] in page.text
    told = browser.post("/ask", data={"question": question}, headers={"accept": "text/event-stream"})
    assert told.status_code == 400
    assert line.lower() in told.json()["error"]["message"].lower()


def test_feedback_is_one_click_and_a_better_answer_says_that_it_was_wrong(serve):
    address, project = serve()
    with httpx.Client(base_url=address, timeout=60, follow_redirects=True, headers={"accept": "text/html"}) as browser:
        answered = re.findall(r'href="(/answers/[^"]+)"', browser.post("/ask", data={"question": QUESTION}).text)[0]
        assert 'value="right" aria-pressed="false"' in browser.get(answered).text
        assert (
            'value="right" aria-pressed="true"' in browser.post(f"{answered}/feedback", data={"verdict": "right"}).text
        )
        told = browser.post(f"{answered}/feedback", data={"better": "Ask the office."})
        assert "noted as wrong, with a better answer" in told.text
        assert browser.post(f"{answered}/feedback", data={}).status_code == 400
    assert [(each.verdict, each.better) for each in project.answers.feedback()] == [
        ("right", None),
        ("wrong", "Ask the office."),
    ]


def test_an_answer_that_is_not_kept_or_not_ones_own_is_not_found(serve):
    with httpx.Client(base_url=serve()[0], headers={"accept": "text/html"}, timeout=60) as browser:
        assert browser.get("/answers/nothing").status_code == 404
        page = browser.post("/ask", data={"question": QUESTION}, follow_redirects=True)
        (path,) = re.findall(r'href="(/answers/[^"]+)"', page.text)
        assert browser.get(path).status_code == 200
        assert browser.get(path[:-3]).status_code == 404, "the beginning of an id is not an id"


def test_a_comparison_shows_every_arm_and_says_why_one_cannot_answer(browser):
    page = browser.post("/compare", data={"question": QUESTION})
    columns = re.findall(r'<section class="column" id="arm-(\w+)".*?</section>', page.text, re.S)
    assert columns == ["base", "rag", "tuned", "both"]
    assert ANSWER in page.text
    assert "answers only from passages" in page.text
    events = browser.post("/compare", data={"question": QUESTION}, headers={"accept": "text/event-stream"})
    assert len(re.findall("^event: arm$", events.text, re.M)) == 4


def test_documents_are_listed_and_found_by_path_or_title(browser):
    assert "berths.md" in browser.get("/documents").text
    narrowed = browser.get("/documents", params={"find": "FERR"}).text
    assert "ferries.md" in narrowed
    assert "berths.md" not in narrowed
    assert "No document has that" in browser.get("/documents", params={"find": "zebra"}).text


def test_a_document_that_was_indexed_anew_is_shown_as_it_was_cited(serve):
    address, project = serve()
    with httpx.Client(base_url=address, timeout=60, follow_redirects=True, headers={"accept": "text/html"}) as browser:
        page = browser.post("/ask", data={"question": QUESTION}).text
        source = html.unescape(re.findall(r'<a class="source" href="([^"]+)">', page)[0])
        (project.folder / "ferries.md").write_text("# Ferries\n\nA day ticket costs 15 euros now.\n", "utf-8")
        index(project, progress=lambda step: None)
        swapped = browser.get(source)
        assert swapped.status_code == 200
        assert "indexed anew since" in swapped.text or "as it is now" in swapped.text
        (project.folder / "ferries.md").unlink()
        index(project, progress=lambda step: None)
        gone = browser.get(source)
        assert gone.status_code == 404 or "no longer in the index" in gone.text


@pytest.mark.parametrize(
    "query", ["path=nothing.md", "path=../steep.toml", "path=", "path=ferries.md&version=abc&start=-4&end=99999999"]
)
def test_a_document_that_is_not_there_is_one_line(browser, query):
    page = browser.get(f"/documents/show?{query}")
    assert page.status_code in (200, 404)
    assert len(re.findall('role="(?:alert|status)"', page.text)) == 1


def test_what_strangers_wrote_stays_text(serve):
    document = f"# Notes {HOSTILE}\n\n{HOSTILE} A day ticket costs 12 euros. [a](javascript:alert(3))\n"
    address, _ = serve(documents={"a&b.md": document, "berths.md": "# Berths\n\nA berth costs 90 euros.\n"})
    with httpx.Client(base_url=address, timeout=60, follow_redirects=True, headers={"accept": "text/html"}) as browser:
        pages = [
            browser.post("/ask", data={"question": f"{HOSTILE} day ticket"}).text,
            browser.get("/documents").text,
            browser.get("/documents", params={"find": HOSTILE}).text,
            browser.get("/documents/show", params={"path": "a&b.md", "start": 0, "end": 60}).text,
            browser.get("/documents/show", params={"path": HOSTILE}).text,
            browser.post("/compare", data={"question": f"{HOSTILE} day ticket"}).text,
        ]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img" not in page
        found = links(page)
        assert found.running == []
        assert [each for each in found.addresses if "javascript" in each.lower()] == []


def test_a_form_from_the_page_of_another_site_does_nothing(address):
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
        told = httpx.post(f"{address}/ask", data={"question": QUESTION}, headers={"accept": "text/html", **headers})
        assert told.status_code == 403
        assert "another site" in told.text


def test_static_files_are_those_and_no_others(browser):
    kept = browser.get("/static/page.js")
    assert "immutable" in kept.headers["cache-control"]
    assert kept.headers["content-type"] == "text/javascript; charset=utf-8"
    for name in ("nothing.js", "..%2Froutes.py", "%2e%2e%2fframe.py"):
        assert browser.get(f"/static/{name}").status_code == 404


AGENT = """
[generator]
use = "agent"
model = "clerk"
[model.clerk]
use = "caller"
arguments = '{"expression": "7 * 6"}'
[tool.weather]
use = "calculator"
[profile.clerk]
tools = ["weather"]
"""


def test_what_an_agent_did_for_an_answer_is_shown(serve, visit):
    address, _ = serve(AGENT)
    page = visit(address).post("/ask", data={"question": QUESTION, "profile": "clerk"})
    assert page.status_code == 200
    assert "What it did for it" in page.text
    assert "<code>weather</code>" in page.text
    shown = html.unescape(page.text)
    assert '{"expression": "7 * 6"}' in shown
    assert re.search(r'<pre [^>]*class="said">.*42', shown)
