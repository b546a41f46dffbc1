"""What those with the scope `edit` do on the page: upload, delete, pairs."""

import html
import re
import socket
import time

import pytest

from steep.values import Pair, Span, content_id

QUESTION = "How much is a day ticket?"
QUOTE = "A day ticket costs 12 euros"


def finished(project):
    for _ in range(600):
        if project.jobs.active() is None:
            return
        time.sleep(0.1)
    raise AssertionError("the job did not end")


def sent(browser, name, content=b"# A note\n\nThe crane is blue.\n", **fields):
    return browser.post("/documents", files={"file": (name, content)}, data=fields)


@pytest.mark.slow
def test_a_file_is_uploaded_indexed_and_deleted(serve, visit):
    address, project = serve()
    browser = visit(address)
    page = sent(browser, "note.md", folder="notes")
    assert page.status_code == 200
    assert "note.md</bdi>: It lies at <code>notes/note.md</code> now." in page.text
    assert "being brought up to date" in page.text
    again = sent(browser, "note.md", folder="notes")
    assert again.status_code == 400
    assert "</bdi>: notes/note.md is there already" in again.text, "a name stays as it is written"
    finished(project)
    assert "The crane is blue." in browser.get("/documents/show?path=notes/note.md").text
    gone = browser.post("/documents/delete", data={"path": "notes/note.md"})
    assert "Deleted" in gone.text
    assert browser.post("/documents/delete", data={"path": "notes/note.md"}).status_code == 404, "a second click"
    finished(project)


@pytest.mark.slow
def test_where_something_else_is_at_work_the_index_follows_and_the_page_says_so(serve, visit):
    address, project = serve()
    browser = visit(address)
    with project.writing():
        page = sent(browser, "note.md")
        assert (page.status_code, 'role="alert"' in page.text) == (200, False)
        assert "as soon as what is at work now has ended" in page.text
        assert str(project.folder) not in page.text
        gone = browser.post("/documents/delete", data={"path": "ferries.md"})
        assert "as soon as what is at work now has ended" in gone.text
    for _ in range(600):
        if project.generations.current().number == 2:
            break
        time.sleep(0.1)
    finished(project)
    assert browser.get("/documents/show?path=note.md").status_code == 200
    assert browser.get("/documents/show?path=ferries.md").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("empty.md", b"", "is empty"),
        ("../../etc/passwd.md", b"x", "name with a path"),
        ("run.exe", b"MZ\x90", "no reader takes"),
        ("tool.md", b"\x7fELF\x02", "is a program"),
        (".hidden.md", b"x", "begins with a dot"),
        ("a" * 250 + ".md", b"x", "more than 200 bytes"),
        ("<img src=x onerror=1>.md", b"x", "not every system takes"),
    ],
)
def test_a_file_that_cannot_be_taken_is_one_clear_line_and_nothing_is_kept(browser, name, content, line):
    page = sent(browser, name, content)
    assert page.status_code == 400
    assert len(re.findall('role="alert"', page.text)) == 1
    assert line in page.text.lower()
    assert "<img" not in page.text
    assert "being brought up to date" not in page.text


def test_no_file_and_too_much_are_one_clear_line(browser):
    nothing = browser.post("/documents", files={"other": ("", b"")})
    assert "No file was chosen" in nothing.text
    with socket.create_connection((browser.base_url.host, browser.base_url.port)) as connection:
        head = f"POST /documents HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {2 * 1024**3}\r\naccept: text/html\r\n"
        connection.sendall(f"{head}content-type: multipart/form-data; boundary=x\r\n\r\n".encode())
        connection.settimeout(20)
        refused = ""
        while "</html>" not in refused and (more := connection.recv(65_536)):
            refused += more.decode()
    assert refused.startswith("HTTP/1.1 413"), "2 GB are refused before they are sent"
    assert "Nothing was uploaded" in refused


def test_a_page_of_pairs_past_the_last_one_is_the_last_one(serve, visit):
    address, project = serve()
    span = Span(document=content_id("document", "ferries.md"), version="v", start=0, end=1, text="x")
    pairs = [
        Pair(
            question=f"Which is {n}?",
            answer="x",
            passages=(),
            spans=(span,),
            synthesizer="s",
            kind="k",
            rule="r",
            seed=n,
        )
        for n in range(53)
    ]
    project.datasets.save(pairs=pairs, dev=frozenset(), recipe={}, summary={}, now=1.0)
    browser = visit(address)
    for offset in (53, 99, 10**18, 50):
        page = browser.get(f"/pairs?offset={offset}")
        assert page.text.count("Which is") == 3
        assert "51 to 53 of 53" in page.text
        assert 'href="/pairs?offset=0&' in page.text.replace("&amp;", "&")
        assert ">Next<" not in page.text
    assert "1 to 50 of 53" in browser.get("/pairs").text
    beyond = browser.get("/api/v1/pairs?offset=99", headers={"accept": "application/json"}).json()
    assert (beyond["total"], beyond["pairs"]) == (53, [])
    assert "No pair matches" in browser.get("/pairs?offset=99&find=zebra").text


def test_a_pair_is_written_corrected_found_and_dropped(serve, visit):
    address, project = serve()
    browser = visit(address)
    assert "No pair was written yet" in browser.get("/pairs").text
    form = {"question": QUESTION, "document": "ferries.md", "quote": QUOTE, "reason": "it was missing"}
    wrong = browser.post("/pairs/new", data={**form, "quote": "A day ticket costs 99 euros"})
    assert wrong.status_code == 400
    assert "A day ticket costs 99 euros" in wrong.text, "what was typed stays"
    written = browser.post("/pairs/new", data=form)
    assert "Kept" in written.text
    assert "written by operator" in re.sub(r"</?bdi>", "", written.text)
    path = written.url.path
    corrected = browser.post(
        path,
        data={"question": "What is a day ticket <b>?", "answer": QUOTE, "reason": "plainer", "document": "ferries.md"},
    )
    assert "What is a day ticket &lt;b&gt;?" in corrected.text
    assert "corrected by operator: plainer" in re.sub(r"</?bdi>", "", corrected.text)
    assert browser.post(path, data=form).status_code == 404, "the pair before is gone"
    assert "What is a day ticket" in browser.get("/pairs?find=ticket&document=ferries.md").text
    assert "No pair matches" in browser.get("/pairs?find=zebra").text
    same = browser.post(corrected.url.path, data={"question": "What is a day ticket <b>?", "answer": QUOTE})
    assert "nothing would change" in same.text.lower()
    source = html.unescape(re.findall(r'<a class="source" href="([^"]+)"', corrected.text)[0])
    assert QUOTE in re.findall(r'<mark id="words" tabindex="-1">([^<]*)</mark>', browser.get(source).text)
    dropped = browser.post(f"{corrected.url.path}/drop", data={"reason": "wrong"})
    assert "Dropped" in dropped.text
    assert browser.post(f"{corrected.url.path}/drop").status_code == 404, "a second click"
    assert [each.action for each in project.edits.of()] == ["written", "corrected", "dropped"]
