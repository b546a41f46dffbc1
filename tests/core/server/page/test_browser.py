"""The page in a browser: every view at two widths, light and dark, and what only the script does.

Set STEEP_SCREENSHOTS to a folder to keep a picture of every view.
"""

import os
import shutil
import threading
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from steep.flows.answer import Answerer, AnswerRequest
from steep.flows.index import index
from steep.server import server_of
from steep.values import OPERATOR, Pair, Span
from steep.workspace.project import Project

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser: pip install 'steep[dev]'")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install 'steep[dev]' brings axe-core")
CHROMIUM = os.environ.get("STEEP_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here: apt-get install chromium")

HOSTILE = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
DOCUMENTS = {
    "ferries.md": f"# Ferries\n\n{'The Heron runs on weekdays. ' * 60}\n\n## Tickets\n\n"
    f"A day ticket costs 12 euros and is valid until midnight. Dogs travel free.\n\n{'More of the Heron. ' * 200}\n",
    "berths.md": f"# Berths\n\n| Boat | Price |\n| --- | --- |\n| under 8 m | 90 euros |\n\n{HOSTILE}\n",
    "table.zzz": "no reader takes this",
}
CONFIG = """
[project]
name = "harbor"
documents = ["**/*.md", "*.zzz"]
[plugins]
files = ["./answering_parts.py"]
[index.lexical]
use = "bm25"
[retriever]
use = "lexical"
[generator]
use = "finder"
[profile.held.guardrails]
input = [{ use = "block", word = "Heron", on_fail = "escalate" }]
"""
QUESTION = "How much is a day ticket?"
WORDS = "A day ticket costs 12 euros and is valid until midnight."


def filled(folder):
    """A project with something to see in every view."""
    shutil.copy(Path(__file__).parents[2] / "answering_parts.py", folder)
    (folder / "steep.toml").write_text(CONFIG, "utf-8")
    for path, text in DOCUMENTS.items():
        (folder / path).write_text(text, "utf-8")
    project = Project.open(folder)
    index(project, progress=lambda step: None)
    answerer = Answerer(project)
    hit = answerer.answer(AnswerRequest(question=QUESTION, caller=OPERATOR)).hits[0].passage
    answerer.answer(AnswerRequest(question="When does the Heron run?", profile="held", caller=OPERATOR))
    span = Span(document=hit.document, version=hit.version, start=hit.start, end=hit.start + 20, text=hit.text[:20])
    pair = Pair(
        question=QUESTION, answer=hit.text[:20], passages=(hit.id,), spans=(span,), synthesizer="hand", kind="fact",
        rule="by hand", seed=0,
    )  # fmt: skip
    project.datasets.save(pairs=[pair], dev=frozenset(), recipe={}, summary={}, now=project.clock())
    made = folder / "made"
    made.mkdir()
    (made / "adapter_config.json").write_text("{}", "utf-8")
    lineage = {"recipe": "default", "score_before": 0.5, "score_after": 0.6, "interval": [0.01, 0.2]}
    version = project.adapters.add(
        name="harbor", source=made, base="finder-1", score=0.6, lineage=lineage, now=project.clock()
    )
    project.adapters.point("harbor", "production", version.version, reason="by hand", now=project.clock())
    return project, version.version, pair.id


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """An address, and the paths of all views."""
    project, adapter, pair = filled(tmp_path_factory.mktemp("harbor"))
    server = server_of(project, port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    waiting = project.reviews.of_state("waiting")[0].answer
    paths = [
        "/", "/compare", "/documents", "/documents/show?path=ferries.md&start=1700&end=1740", "/adapters",
        "/documents/show?path=berths.md&cuts=true", f"/adapters/{adapter}", "/review", f"/review/{waiting}",
        "/pairs", f"/pairs/{pair}", "/pairs/new",
        f"/answers/{waiting}", "/runs", "/keys", "/settings", "/status", "/sign-in", "/nothing-here",
    ]  # fmt: skip
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", paths
    server.should_exit = True
    thread.join(30)
    project.close()


@pytest.fixture(scope="module")
def chromium():
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def tab(chromium, served):
    """Open tabs; an error of a script, a dialog, or a request that leads elsewhere fails the test."""
    contexts, faults = [], []

    def watched(request):
        if not request.url.startswith((served[0], "data:")):
            faults.append(f"it asked {request.url}")

    def make(width=1280, scheme="light", script=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            java_script_enabled=script,
            reduced_motion="reduce",
            base_url=served[0],
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        opened = context.new_page()
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.on("request", watched)
        opened.on("console", lambda told: faults.append(told.text) if "Content Security" in told.text else None)
        return opened

    yield make
    for context in contexts:
        context.close()
    assert faults == []


def picture(tab, path, width, scheme):
    if folder := os.environ.get("STEEP_SCREENSHOTS"):
        name = path.partition("?")[0].strip("/").replace("/", "-")[:30] or "ask"
        tab.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True)


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_every_view_is_for_everybody_and_fits(served, tab, width, scheme):
    checker, page, found = axe.Axe(), tab(width, scheme), []
    for path in served[1]:
        page.goto(path)
        picture(page, path, width, scheme)
        for each in checker.run(page).response["violations"]:
            if each["impact"] in ("serious", "critical"):
                found.append(f"{path}: {each['id']}: {each['nodes'][0]['html'][:200]}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{path} is {wide} pixels wide")
    assert found == []


def ask(page, question=QUESTION):
    page.goto("/")
    page.fill("#question", question)
    page.press("#question", "Enter")


def test_an_answer_comes_without_a_new_page_and_its_citation_opens_the_document_at_the_words(tab):
    page = tab()
    ask(page)
    page.wait_for_selector(".feedback")
    assert "/conversations/" in page.url
    assert WORDS in page.inner_text(".answer")
    page.click("a.source >> nth=0")
    page.wait_for_selector("mark#words")
    assert page.inner_text("mark#words") == WORDS
    box, height = page.locator("mark#words").bounding_box(), page.viewport_size["height"]
    assert 0 <= box["y"] < height, "the words are in sight"


def test_a_conversation_goes_on_and_is_there_when_the_page_is_loaded_again(tab):
    page = tab()
    ask(page)
    page.wait_for_selector(".feedback")
    page.fill("#question", "What do dogs pay?")
    page.press("#question", "Enter")
    page.wait_for_selector(".turn:nth-of-type(2) .feedback")
    page.reload()
    assert page.locator(".turn").count() == 2
    assert page.locator(".earlier [aria-current]").inner_text() == QUESTION


def test_after_a_form_that_could_not_be_taken_the_page_begins_at_the_reason(tab):
    page = tab(360)
    page.goto("/pairs/new")
    for name, words in (("question", "Why?"), ("document", "ferries.md"), ("quote", "never said")):
        page.fill(f"[name={name}]", words)
    page.click("main form button")
    page.wait_for_selector(".notice.bad")
    assert "never said" in page.evaluate("document.activeElement.innerText")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "question"


def test_who_opens_the_field_for_a_better_answer_can_write_at_once(tab):
    page = tab()
    ask(page)
    page.wait_for_selector(".status:has-text('Answered')", state="attached")
    page.focus(".better summary")
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=better]:focus")
    page.keyboard.type("Twelve.")
    assert page.input_value("[name=better]") == "Twelve."


def test_a_long_question_leaves_room_for_its_answer_and_can_be_read_by_keyboard(tab):
    page = tab()
    ask(page, f"{'How long is a text that somebody pasted here? ' * 60} {QUESTION}")
    page.wait_for_selector(".status:has-text('Answered')", state="attached")  # from then on nothing moves the focus
    asked = page.locator("h2.asked")
    assert asked.bounding_box()["height"] < 300
    asked.focus()
    page.keyboard.press("End")
    for _ in range(200):
        if asked.evaluate("each => each.scrollTop"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("the rest of the question cannot be reached")


def test_feedback_is_one_click(tab):
    page = tab()
    ask(page)
    page.click("button[value=right]")
    page.wait_for_selector("button[value=right][aria-pressed=true]")
    page.click("summary:has-text('A better answer')")
    page.fill(".better textarea", "Ask at the kiosk.")
    page.click(".better button")
    page.wait_for_selector(".said:has-text('with a better answer')")
    assert page.locator("button[value=wrong][aria-pressed=true]").count() == 1


def test_a_second_click_asks_nothing_twice(tab):
    page = tab()
    page.goto("/")
    page.fill("#question", QUESTION)
    page.evaluate("() => { const form = document.getElementById('ask'); form.requestSubmit(); form.requestSubmit(); }")
    page.wait_for_selector(".feedback")
    assert page.locator(".turn").count() == 1


BROKEN_OFF = (
    'event: begun\ndata: {"url": "/conversations/x", "fields": {"conversation": "x"}}\n\n'
    'event: delta\ndata: {"text": "A day"}\n\n'
)


@pytest.mark.parametrize(
    ("happens", "line"),
    [
        (lambda route: route.fulfill(content_type="text/event-stream", body=BROKEN_OFF), "finished and kept"),
        (lambda route: route.abort(), "cannot be reached"),
        (lambda route: route.fulfill(status=500, body="oh"), "answered with an error (500)"),
        (
            lambda route: route.fulfill(
                content_type="text/event-stream",
                body='event: failed\ndata: {"message": "The <b>model</b> is gone: run `steep <i>`."}\n\n',
            ),
            "The <b>model</b> is gone: run steep <i>.",
        ),
    ],
    ids=["lost", "unreachable", "failing", "told"],
)
def test_what_goes_wrong_is_one_clear_line_and_the_question_stays(tab, happens, line):
    page = tab()
    page.route("**/ask", happens)
    ask(page)
    page.wait_for_selector(".notice.bad")
    assert page.locator(".notice.bad").count() == 1
    assert line in page.inner_text(".notice.bad")
    assert page.input_value("#question") == QUESTION
    page.unroute("**/ask")


def test_a_session_that_ended_leads_to_the_door(tab):
    page = tab()
    page.route("**/ask", lambda route: route.fulfill(status=401, json={"error": {"message": "it has ended"}}))
    ask(page)
    page.wait_for_url("**/sign-in?next=%2F")


def test_what_was_typed_is_there_again_after_signing_in_anew(chromium, serve):
    address, project = serve()
    _, words = project.keys.new("ada", now=project.clock(), scope="admin")
    context = chromium.new_context(base_url=address)
    page = context.new_page()

    def sign_in():
        page.fill("#key", words)
        page.click("main button")

    def session_ends():
        [cookie] = context.cookies()
        httpx.post(f"{address}/sign-out", cookies={cookie["name"]: cookie["value"]})

    try:
        page.goto("/")
        sign_in()
        page.wait_for_selector("#question")
        session_ends()
        page.fill("#question", QUESTION)
        page.keyboard.press("Enter")
        page.wait_for_selector("#key")
        sign_in()
        page.wait_for_selector("#question")
        assert page.input_value("#question") == QUESTION
        page.goto("/pairs/new?document=ferries.md")
        page.fill("[name=question]", "What is a ticket?")
        page.fill("[name=quote]", "A day ticket")
        session_ends()
        page.click("main button")
        page.wait_for_selector("#key")
        sign_in()
        page.wait_for_url("**/pairs/new?document=ferries.md")
        assert page.input_value("[name=question]") == "What is a ticket?"
        page.goto("/")
        assert page.input_value("#question") == "", "once is enough"
    finally:
        context.close()


def test_the_arms_answer_side_by_side(tab):
    page = tab()
    page.goto("/compare")
    page.fill("#question", QUESTION)
    page.press("#question", "Enter")
    page.wait_for_selector("#arm-rag .answer")
    page.wait_for_selector(".status:has-text('4 of 4')")
    assert page.locator(".column.waiting").count() == 0


def test_everything_is_reached_by_keyboard(tab):
    page = tab()
    ask(page)
    page.wait_for_selector(".feedback")
    reached = set()
    page.evaluate("document.activeElement.blur()")
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("(document.activeElement.className || document.activeElement.tagName) + ''"))
    assert {"skip", "brand", "source", "chip", "button send"} <= reached


def test_without_a_script_the_forms_do_the_same(tab):
    page = tab(script=False)
    page.goto("/")
    page.fill("#question", QUESTION)
    page.click(".send")
    assert WORDS in page.inner_text(".answer")
    page.click("button[value=right]")
    assert "Thank you" in page.inner_text(".notice.good")


def test_what_a_document_holds_never_runs(tab):
    page = tab()
    page.goto("/documents/show?path=berths.md")
    assert "onerror" in page.inner_text(".sheet")
    ask(page, f"under 8 m {HOSTILE}")
    page.wait_for_selector(".feedback")
    assert page.title() != "taken"
    assert page.locator("main img, main script").count() == 0


def test_a_page_is_there_at_once(served):
    """Nothing that a view shows waits for a model."""
    import httpx

    with closing(httpx.Client(base_url=served[0], timeout=60)) as client:
        for path in served[1]:
            assert client.get(path).status_code in (200, 404)


IN_SIGHT = """() => {
    const [asked, answer, composer] = [".asked", ".answer", ".composer"].map(
        (name) => [...document.querySelectorAll(name)].pop().getBoundingClientRect());
    return asked.top >= 0 && answer.bottom <= composer.top;
}"""


def test_on_a_phone_the_newest_answer_is_in_sight_and_conversations_are_one_line_until_they_are_wanted(tab):
    page = tab(width=360)
    ask(page)
    for number in (2, 3):
        page.wait_for_selector(f".turn:nth-of-type({number - 1}) .feedback")
        page.fill("#question", QUESTION)
        page.press("#question", "Enter")
    page.wait_for_selector(".turn:nth-of-type(3) .feedback")
    page.wait_for_function(IN_SIGHT)
    page.goto("/")
    assert page.locator(".earlier a").first.is_hidden()
    page.click(".earlier summary")
    assert page.locator(".earlier a").first.is_visible()
