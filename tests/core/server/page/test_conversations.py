import json
import re
import time

from steep.flows import conversations
from steep.flows.answer import Answerer
from steep.server.page.talking import talking
from steep.values import OPERATOR

QUESTION = "How much is a day ticket?"


def asked(browser, question, **form):
    return browser.post("/ask", data={"question": question, **form})


def test_a_conversation_is_kept_gone_on_with_and_forgotten(browser):
    first = asked(browser, QUESTION)
    path = first.url.path
    form = {"conversation": path.rpartition("/")[2]}
    second = asked(browser, "Who is the harbour master?", **form)
    assert second.url.path == path
    turns = re.findall(r'<h2 class="asked">.*?<bdi>(.*?)</bdi>', browser.get(path).text)
    assert turns == [QUESTION, "Who is the harbour master?"]
    assert f'href="{path}"' in browser.get("/").text, "it is among the conversations"
    assert "Forgotten" in browser.post(f"{path}/forget").text
    assert browser.get(path).status_code == 404
    assert asked(browser, QUESTION, **form).status_code == 404


def test_a_conversation_gets_another_name(browser):
    path = asked(browser, QUESTION).url.path
    named = browser.post(f"{path}/rename", data={"title": "  Prices <of> the ferry "})
    assert named.url.path == path
    assert named.text.count("Prices &lt;of&gt; the ferry") == 3, "as heading, in the list, and in the form"
    assert "Renamed." in named.text
    empty = browser.post(f"{path}/rename", data={"title": " "})
    assert (empty.status_code, "The title is empty" in empty.text) == (400, True)
    assert browser.post("/conversations/nobodys/rename", data={"title": "x"}).status_code == 404


def test_the_script_is_told_at_once_where_the_conversation_can_be_found_again(browser):
    told = browser.post("/ask", data={"question": QUESTION}, headers={"accept": "text/event-stream"}).text
    begun = json.loads(re.findall(r"^event: begun\ndata: (.*)$", told, re.M)[0])
    assert browser.get(begun["url"]).text.count('class="turn"') == 1
    assert begun["url"].endswith(begun["fields"]["conversation"])


def test_an_answer_in_a_conversation_is_whole_and_kept_though_nobody_listens_any_more(make_project):
    reply = "A day ticket costs 12 euros [1]. Dogs travel free [1]."
    project = make_project(f'[generator]\nuse = "writer"\nreply = "{reply}"\n')
    talk = talking(project, Answerer(project), OPERATOR, question=QUESTION, profile="rag", conversation="")
    steps = talk.stream()
    next(steps)
    steps.close()
    for _ in range(2000):  # the thread that answers is not this one
        turns = conversations.found(project, talk.conversation, OPERATOR).turns
        if turns:
            break
        time.sleep(0.005)
    assert "Dogs travel free" in turns[0].answer.text


def test_a_question_that_fails_leaves_no_empty_conversation_behind(browser):
    assert asked(browser, "").status_code == 400
    assert asked(browser, QUESTION, profile="nothing").status_code == 404
    assert asked(browser, QUESTION, profile="both").status_code == 404
    assert 'href="/conversations/' not in browser.get("/").text


def test_after_a_first_question_that_fails_the_next_one_begins_a_conversation(browser):
    """What the page is told to send next is not the conversation that went with the failure."""
    headers = {"accept": "text/event-stream"}
    told = browser.post("/ask", data={"question": QUESTION, "profile": "both"}, headers=headers).text
    *_, last = re.findall(r"^event: begun\ndata: (.*)$", told, re.M)
    assert "event: failed" in told
    assert json.loads(last) == {"url": "/", "fields": {"conversation": ""}}
    assert asked(browser, QUESTION, **json.loads(last)["fields"]).status_code == 200


def test_where_answers_are_not_kept_the_answer_is_shown_all_the_same(serve, visit):
    address, _ = serve('[generator]\nuse = "finder"\n[answer]\nkeep = false\n')
    page = asked(visit(address), QUESTION)
    assert page.url.path == "/ask"
    assert "costs 12 euros" in page.text
    assert "/feedback" not in page.text
