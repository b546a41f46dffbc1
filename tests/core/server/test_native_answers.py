"""Answers, conversations and reviews over /api/v1: kept for whoever asked, and for nobody else."""

import json
import threading

import pytest

from steep.values import Caller, content_id

QUESTION = "How much is a day ticket?"
ANNA, BEN = Caller(name="anna"), Caller(name="ben")
EDITOR, OPERATOR = Caller(name="edith", scope="edit"), Caller(name="otto", scope="operate")
NARROW = Caller(name="nina", scope="operate", documents=frozenset({content_id("document", "berths.md")}))
EVERYBODY = (ANNA, BEN, EDITOR, OPERATOR, NARROW)
DRAFT = "A day ticket costs 12 euros. [1] It is secret."
ESCALATING = """
[generator]
use = "writer"
reply = "A day ticket costs 12 euros [1]. It is secret."
[guardrails]
input = []
passages = []
output = [{ use = "block", word = "secret", on_fail = "escalate" }]
"""

BREAKING = """
[generator]
use = "writer"
breaks = true
reply = "A day ticket costs 12 euros [1]. Children under six travel free of charge. Dogs do too."
[guardrails]
input = []
passages = []
output = []
"""


@pytest.fixture
def ask(service, make_project):
    with service(make_project(), *EVERYBODY) as opened:
        yield opened


@pytest.fixture
def held(service, make_project):
    """A service that withholds what it writes, and the id of an answer of Anna's that waits."""
    with service(make_project(ESCALATING), *EVERYBODY) as opened:
        yield opened, opened(ANNA).post("/answer", {"question": QUESTION}).json()["id"]


def events(reply):
    lines = [block.splitlines() for block in reply.text.replace("\r\n", "\n").strip().split("\n\n")]
    told = [dict(line.partition(": ")[::2] for line in block) for block in lines]
    return [(each["event"], json.loads(each["data"])) for each in told]


def test_an_answer_is_looked_up_by_whoever_asked_and_whoever_operates(ask):
    given = ask(ANNA).post("/answer", {"question": QUESTION}).json()
    kept = ask(ANNA).get(f"/answers/{given['id']}").json()
    assert {name: kept[name] for name in given} == given
    assert (kept["review"], kept["feedback"]) == (None, [])
    assert ask(OPERATOR).get(f"/answers/{given['id']}").status_code == 200
    for other in (BEN, EDITOR, NARROW):
        reply = ask(other).get(f"/answers/{given['id']}")
        assert (reply.status_code, reply.json()["error"]["code"]) == (404, "not_found")


def test_the_beginning_of_an_id_is_no_id(ask):
    given = ask(ANNA).post("/answer", {"question": QUESTION}).json()["id"]
    assert ask(ANNA).get(f"/answers/{given[:-1]}").status_code == 404


def test_answers_are_listed_newest_first_a_page_at_a_time(ask):
    ids = [ask(ANNA).post("/answer", {"question": QUESTION}).json()["id"] for _ in range(5)]
    ask(BEN).post("/answer", {"question": QUESTION})
    first = ask(ANNA).get("/answers", params={"limit": 2}).json()
    rest = ask(ANNA).get("/answers", params={"limit": 9, "before": first["next"]}).json()
    assert sorted(each["id"] for each in first["answers"] + rest["answers"]) == sorted(ids)
    assert (len(first["answers"]), rest["next"]) == (2, None)
    assert len(ask(OPERATOR).get("/answers", params={"others": True}).json()["answers"]) == 6
    assert ask(OPERATOR).get("/answers").json()["answers"] == []
    assert len(ask(ANNA).get("/answers", params={"others": True}).json()["answers"]) == 5
    assert ask(NARROW).get("/answers", params={"others": True}).json()["answers"] == []


def test_feedback_is_kept_of_ones_own_answers_alone(ask):
    given = ask(ANNA).post("/answer", {"question": QUESTION}).json()["id"]
    said = ask(ANNA).post(f"/answers/{given}/feedback", {"right": True, "better": " Twelve. "})
    assert (said.status_code, said.json()["verdict"], said.json()["better"]) == (201, "wrong", "Twelve.")
    assert ask(BEN).post(f"/answers/{given}/feedback", {"right": False}).status_code == 404
    assert ask(ANNA).post(f"/answers/{given}/feedback", {}).status_code == 400
    assert [each["caller"] for each in ask(ANNA).get(f"/answers/{given}").json()["feedback"]] == ["anna"]


def test_a_stream_ends_with_the_whole_answer(ask):
    told = events(ask(ANNA).post("/answer/stream", {"question": QUESTION}))
    assert [name for name, _ in told] == ["delta"] * (len(told) - 1) + ["answer"]
    assert "".join(each["text"] for name, each in told if name == "delta") == told[-1][1]["answer"] != ""
    assert ask(ANNA).get(f"/answers/{told[-1][1]['id']}").status_code == 200
    assert ask(ANNA).post("/answer/stream", {"question": " "}).status_code == 400


def test_what_fails_in_the_middle_of_a_stream_ends_it_with_an_error_that_tells_nothing_of_the_inside(
    service, make_project
):
    with service(make_project(BREAKING), ANNA) as ask:
        ask(ANNA).post("/answer", {"question": QUESTION})
        told = events(ask(ANNA).post("/answer/stream", {"question": QUESTION}))
        assert [name for name, _ in told] == ["delta", "error"]
        assert told[-1][1]["error"]["type"] == "server_error"
        assert "its log has what happened as error" in told[-1][1]["error"]["message"]


def test_a_model_elsewhere_that_does_not_answer_is_told_as_such_and_not_where_it_is(service, make_project):
    away = 'use = "openai"\nurl = "http://127.0.0.1:1/v1"\nmodel = "m"\nretries = 0\n'
    with service(make_project(f'[model.far]\n{away}[generator]\nuse = "chat"\nmodel = "far"\n'), ANNA) as ask:
        for path in ("/answer", "/answer/stream"):
            reply = ask(ANNA).post(path, {"question": QUESTION})
            told = reply.json()["error"]
            assert (reply.status_code, told["code"], told["type"]) == (503, "model_unavailable", "server_error")
            assert "try again later, or choose another profile" in told["message"]
            assert "127.0.0.1" not in told["message"]


def test_a_conversation_is_gone_on_with_and_read_as_history(service, make_project):
    project = make_project()
    with service(project, ANNA, BEN) as ask:
        begun = ask(ANNA).post("/conversations", {"profile": "rag"}).json()
        ask(ANNA).post("/answer", {"question": QUESTION, "conversation": begun["id"]})
        ask(ANNA).post("/answer/stream", {"question": "When does the last ferry leave?", "conversation": begun["id"]})
        told = ask(ANNA).get(f"/conversations/{begun['id']}").json()
        assert [turn["question"] for turn in told["turns"]] == [QUESTION, "When does the last ferry leave?"]
        assert told["title"] == QUESTION
        history = project.generator().requests[-1].history
        assert [turn.content for turn in history] == [QUESTION, told["turns"][0]["answer"]]
        assert [each["id"] for each in ask(ANNA).get("/conversations").json()["conversations"]] == [begun["id"]]


def test_somebody_elses_conversation_is_not_there(ask):
    mine = ask(ANNA).post("/conversations", {}).json()["id"]
    asked = {"question": QUESTION, "conversation": mine}
    for other in (BEN, OPERATOR):
        assert ask(other).get("/conversations").json()["conversations"] == []
        assert ask(other).get(f"/conversations/{mine}").status_code == 404
        assert ask(other).request("PATCH", f"/conversations/{mine}", json={"title": "x"}).status_code == 404
        assert ask(other).delete(f"/conversations/{mine}").status_code == 404
        assert ask(other).post("/answer", asked).status_code == 404
        assert ask(other).post("/answer/stream", asked).status_code == 404
    assert ask(ANNA).get(f"/conversations/{mine}").json()["turns"] == []


def test_a_conversation_is_renamed_and_forgotten_and_its_answers_stay(ask):
    mine = ask(ANNA).post("/conversations", {"title": "Prices"}).json()["id"]
    answer = ask(ANNA).post("/answer", {"question": QUESTION, "conversation": mine}).json()["id"]
    assert ask(ANNA).get(f"/conversations/{mine}").json()["title"] == "Prices"
    renamed = ask(ANNA).request("PATCH", f"/conversations/{mine}", json={"title": "Tickets"})
    assert renamed.json()["title"] == "Tickets"
    assert ask(ANNA).delete(f"/conversations/{mine}").status_code == 204
    assert ask(ANNA).get(f"/conversations/{mine}").status_code == 404
    assert ask(ANNA).get(f"/answers/{answer}").status_code == 200


def test_a_conversation_has_its_own_history(ask):
    mine = ask(ANNA).post("/conversations", {}).json()["id"]
    both = {"question": "x", "conversation": mine, "history": [{"role": "user", "content": "y"}]}
    assert ask(ANNA).post("/answer", both).json()["error"]["param"] == "history"


def test_no_conversation_is_begun_where_answers_are_not_kept(service, make_project):
    with service(make_project('[generator]\nuse = "finder"\n[answer]\nkeep = false\n'), ANNA) as ask:
        reply = ask(ANNA).post("/conversations", {})
        assert (reply.status_code, "`keep` under [answer]" in reply.json()["error"]["message"]) == (400, True)


def test_what_a_conversation_asks_is_answered_to_its_end_though_nobody_listens():
    from steep.server.native.apart import apart

    ended = threading.Event()

    def steps():
        yield 1
        yield 2
        ended.set()

    listener = apart(steps())
    assert next(listener) == 1
    listener.close()
    assert ended.wait(30)


def test_what_fails_apart_is_raised_where_it_is_heard():
    from steep.server.native.apart import apart

    with pytest.raises(ZeroDivisionError):
        list(apart(1 / each for each in (1, 0)))


def test_a_withheld_answer_waits_with_its_draft_and_the_asker_sees_only_that_it_does(held):
    ask, identity = held
    (waiting,) = ask(EDITOR).get("/reviews").json()["reviews"]
    assert waiting["review"]["draft"] == DRAFT
    assert [each["path"] for each in waiting["review"]["citations"]] == ["ferries.md"]
    assert (waiting["answer"]["question"], waiting["answer"]["verdicts"][-1]["action"]) == (QUESTION, "escalate")
    mine = ask(ANNA).get(f"/answers/{identity}")
    assert mine.json()["review"]["state"] == "waiting"
    assert "secret" not in json.dumps({**mine.json(), "verdicts": [], "refusal": ""})


def test_an_approved_draft_is_what_the_asker_gets(held):
    ask, identity = held
    assert ask(EDITOR).post(f"/reviews/{identity}", {"action": "approve"}).json()["review"]["state"] == "approved"
    mine = ask(ANNA).get(f"/answers/{identity}").json()
    assert (mine["answer"], mine["abstained"]) == (DRAFT, False)
    assert [each["path"] for each in mine["citations"]] == ["ferries.md"]
    assert "edith" not in json.dumps(mine)


def test_an_edited_draft_becomes_feedback_with_the_draft_that_was_judged(service, make_project):
    project = make_project(ESCALATING)
    with service(project, ANNA, EDITOR) as ask:
        identity = ask(ANNA).post("/answer", {"question": QUESTION}).json()["id"]
        ask(EDITOR).post(f"/reviews/{identity}", {"action": "edit", "text": "12 euros."})
        assert ask(ANNA).get(f"/answers/{identity}").json()["answer"] == "12 euros."
        (said,) = project.answers.feedback(identity)
        assert (said.source, said.verdict, said.better, said.caller) == ("review", "wrong", "12 euros.", "edith")
        assert said.draft == DRAFT


def test_a_rejected_draft_stays_away_and_the_reason_is_told(held):
    ask, identity = held
    ask(EDITOR).post(f"/reviews/{identity}", {"action": "reject", "reason": "It is out of date."})
    mine = ask(ANNA).get(f"/answers/{identity}").json()
    assert (mine["answer"], mine["abstained"]) == ("", True)
    assert mine["refusal"].endswith("it is not given: It is out of date.")


def test_a_review_is_decided_once(held):
    ask, identity = held
    assert ask(EDITOR).post(f"/reviews/{identity}", {"action": "approve"}).status_code == 200
    again = ask(OPERATOR).post(f"/reviews/{identity}", {"action": "reject"})
    assert (again.status_code, "approved by edith" in again.json()["error"]["message"]) == (409, True)
    assert ask(EDITOR).get("/reviews").json()["reviews"] == []
    assert len(ask(EDITOR).get("/reviews", params={"review": "approved"}).json()["reviews"]) == 1


def test_who_may_not_edit_or_see_the_documents_reviews_nothing(held):
    ask, identity = held
    assert ask(ANNA).get("/reviews").status_code == 403
    assert ask(ANNA).post(f"/reviews/{identity}", {"action": "approve"}).status_code == 403
    assert ask(NARROW).get("/reviews").json()["reviews"] == []
    assert ask(NARROW).get(f"/reviews/{identity}").status_code == 404
    assert ask(NARROW).post(f"/reviews/{identity}", {"action": "approve"}).status_code == 404


def test_what_turns_before_rest_on_is_part_of_what_a_reviewer_must_see(service, make_project):
    """An answer may repeat what an earlier turn said, of documents that were not found for it."""
    with service(make_project(ESCALATING), ANNA, NARROW, EDITOR) as ask:

        def asked(profile="base", **more):
            return ask(ANNA).post("/answer", {"question": QUESTION, "profile": profile, **more}).json()["id"]

        def seen_by(who):
            return {each["answer"]["id"] for each in ask(who).get("/reviews").json()["reviews"]}

        mixed, plain = (ask(ANNA).post("/conversations", {}).json()["id"] for _ in range(2))
        asked("rag", conversation=mixed)
        turns = [{"role": "user", "content": "Hello."}]
        hidden = [asked(conversation=mixed) for _ in range(2)]
        hidden.append(asked(history=[*turns, {"role": "assistant", "content": "12 euros."}]))
        shown = [asked(conversation=plain) for _ in range(2)] + [asked(history=turns)]
        assert seen_by(NARROW) == {*shown}
        assert seen_by(EDITOR) >= {*shown, *hidden}
        assert [ask(NARROW).get(f"/answers/{each}").status_code for each in hidden] == [404] * 3
        assert [ask(ANNA).get(f"/answers/{each}").status_code for each in hidden] == [200] * 3


@pytest.mark.parametrize(
    "decision",
    [{"action": "edit"}, {"action": "approve", "text": "x"}, {"action": "shred"}, {}, {"action": "edit", "text": "  "}],
)
def test_a_decision_that_says_nothing_is_refused(held, decision):
    ask, identity = held
    assert ask(EDITOR).post(f"/reviews/{identity}", decision).status_code == 400
    assert len(ask(EDITOR).get("/reviews").json()["reviews"]) == 1


def test_what_a_guardrail_refuses_waits_for_nobody(service, make_project):
    refusing = ESCALATING.replace('"escalate"', '"refuse"')
    with service(make_project(refusing), ANNA, EDITOR) as ask:
        ask(ANNA).post("/answer", {"question": QUESTION})
        assert ask(EDITOR).get("/reviews").json()["reviews"] == []


def test_a_question_that_was_stopped_has_no_draft_to_approve(service, make_project):
    stopping = ESCALATING.replace("input = []", 'input = [{ use = "block", word = "secret", on_fail = "escalate" }]')
    with service(make_project(stopping), ANNA, EDITOR) as ask:
        identity = ask(ANNA).post("/answer", {"question": "What is secret?"}).json()["id"]
        assert ask(EDITOR).post(f"/reviews/{identity}", {"action": "approve"}).status_code == 400
        assert ask(EDITOR).post(f"/reviews/{identity}", {"action": "edit", "text": "Nothing."}).status_code == 200
        assert ask(ANNA).get(f"/answers/{identity}").json()["answer"] == "Nothing."


def test_profiles_are_compared_side_by_side_and_one_that_cannot_says_why(ask):
    told = ask(ANNA).post("/compare", {"question": QUESTION}).json()["answers"]
    assert [each["profile"] for each in told] == ["base", "rag", "tuned", "both"]
    rag, both = told[1], told[3]
    assert rag["answer"]["citations"][0]["path"] == "ferries.md"
    assert rag["milliseconds"] > 0
    assert (both["answer"], "steep tune" in both["error"]) == (None, True)
    assert ask(ANNA).post("/compare", {"question": QUESTION, "profiles": ["nobody"]}).status_code == 404
    assert ask(ANNA).post("/compare", {"question": QUESTION, "profiles": []}).status_code == 400


def test_a_page_of_another_site_sends_nothing(ask):
    headers = {"origin": "https://evil.example.org"}
    assert ask(ANNA).post("/conversations", {}, headers=headers).status_code == 403
    assert ask(ANNA).post("/conversations", {}, headers={"origin": "http://127.0.0.1"}).status_code == 201
