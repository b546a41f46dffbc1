"""Pairs over /api/v1: looked through, corrected, dropped and written, with who and when; versions never change."""

import pytest

from steep.flows.index import index
from steep.values import Caller, Pair, Span, content_id

EDITOR = Caller(name="edith", scope="edit")
ANNA = Caller(name="anna")
NARROW = Caller(name="nora", scope="edit", documents=frozenset({content_id("document", "tickets.md")}))


def silent(step):
    pass


def quoted(project, path, quote, question, kind="fact"):
    generation = project.generations.current().number
    version = project.generations.paths(generation)[path]
    document = project.documents.load(version)
    start = document.text.index(quote)
    span = Span(document=document.id, version=version, start=start, end=start + len(quote), text=quote)
    passages = project.documents.passages_of(project.generations.splitter(generation), version)
    holding = tuple(each.id for each in passages if each.start <= start < each.end)
    return Pair(
        question=question, answer=quote, passages=holding, spans=(span,), synthesizer="s", kind=kind, rule="r", seed=0
    )


@pytest.fixture
def project(project_folder, open_project):
    project = open_project(project_folder())
    index(project, progress=silent)
    pairs = [
        quoted(project, "tickets.md", "12 euros", "What does a day ticket cost?"),
        quoted(project, "ferries.md", "at nine", "When does the Heron leave?", kind="time"),
    ]
    project.datasets.save(pairs=pairs, dev=frozenset({pairs[0].id}), recipe={}, summary={}, now=1.0)
    return project


@pytest.fixture
def ask(service, project):
    with service(project, EDITOR, ANNA, NARROW) as opened:
        yield opened


def pairs_of(ask, who=EDITOR, **params):
    return ask(who).get("/pairs", params=params).json()


def test_pairs_are_looked_through_by_words_kind_and_document(ask):
    told = pairs_of(ask)
    assert (told["total"], told["kinds"]) == (2, {"fact": 1, "time": 1})
    assert [(each["split"], each["documents"]) for each in told["pairs"]] == [
        ("dev", ["tickets.md"]),
        ("train", ["ferries.md"]),
    ]
    assert [each["answer"] for each in pairs_of(ask, q="HERON")["pairs"]] == ["at nine"]
    assert [each["answer"] for each in pairs_of(ask, kind="fact")["pairs"]] == ["12 euros"]
    assert [each["answer"] for each in pairs_of(ask, document="ferries.md")["pairs"]] == ["at nine"]
    assert [each["answer"] for each in pairs_of(ask, offset=1, limit=1)["pairs"]] == ["at nine"]
    assert ask(EDITOR).get("/pairs", params={"dataset": "nothing"}).status_code == 404


def test_a_correction_makes_a_new_version_and_keeps_who_and_why(ask, project):
    before = pairs_of(ask)
    old = before["pairs"][0]["id"]
    told = ask(EDITOR).request(
        "PATCH", f"/pairs/{old}", json={"question": "How much is a day ticket?", "reason": "clearer"}
    )
    assert (told.status_code, told.json()["dataset"] != before["dataset"]) == (200, True)
    new = told.json()["pair"]["id"]
    shown = ask(EDITOR).get(f"/pairs/{new}").json()
    assert (shown["question"], shown["answer"], shown["split"]) == ("How much is a day ticket?", "12 euros", "dev")
    (edit,) = shown["history"]
    assert (edit["action"], edit["caller"], edit["reason"], edit["before"]) == ("corrected", "edith", "clearer", old)
    gone = ask(EDITOR).get(f"/pairs/{old}")
    assert (gone.status_code, "corrected by edith" in gone.json()["error"]["message"]) == (404, True)
    assert [each["id"] for each in pairs_of(ask, dataset=before["dataset"])["pairs"]] == [
        e["id"] for e in before["pairs"]
    ]
    assert project.datasets.load(before["dataset"])[1][0].question == "What does a day ticket cost?"


def test_a_quoted_answer_is_looked_for_anew_when_it_is_corrected(ask):
    old = pairs_of(ask, kind="time")["pairs"][0]["id"]
    new = ask(EDITOR).request("PATCH", f"/pairs/{old}", json={"answer": "at noon"}).json()["pair"]
    assert [span["text"] for span in new["spans"]] == ["at noon"]
    wrong = ask(EDITOR).request("PATCH", f"/pairs/{new['id']}", json={"answer": "at midnight"})
    assert (wrong.status_code, "do not stand in ferries.md" in wrong.json()["error"]["message"]) == (400, True)
    other = {"answer": "at midnight", "quote": "returns at four"}
    assert (
        ask(EDITOR).request("PATCH", f"/pairs/{new['id']}", json=other).json()["pair"]["spans"][0]["text"]
        == "returns at four"
    )


def test_a_dropped_pair_is_gone_from_the_latest_version_alone(ask):
    before = pairs_of(ask)
    old = before["pairs"][1]["id"]
    assert ask(EDITOR).delete(f"/pairs/{old}", params={"reason": "wrong"}).json()["pair"] is None
    assert [each["id"] for each in pairs_of(ask)["pairs"]] == [before["pairs"][0]["id"]]
    again = ask(EDITOR).delete(f"/pairs/{old}")
    assert (again.status_code, "dropped by edith" in again.json()["error"]["message"]) == (404, True)
    assert pairs_of(ask, dataset=before["dataset"])["total"] == 2


def test_a_pair_is_written_where_its_words_stand_and_a_second_time_nothing_changes(ask, project):
    body = {"question": "Who travels free?", "document": "tickets.md", "quote": "Dogs travel free"}
    first, second = (ask(EDITOR).post("/pairs", body) for _ in range(2))
    assert (first.status_code, first.json()) == (201, second.json())
    shown = ask(EDITOR).get(f"/pairs/{first.json()['pair']['id']}").json()
    assert (shown["answer"], shown["synthesizer"], shown["split"]) == ("Dogs travel free", "person", "dev")
    assert (shown["history"][0]["action"], len(project.edits.of())) == ("written", 1)
    text = project.documents.load(shown["spans"][0]["version"]).text
    assert text[shown["spans"][0]["start"] : shown["spans"][0]["end"]] == "Dogs travel free"


def test_the_first_pair_of_a_project_can_be_written_by_hand(service, project_folder, open_project):
    project = open_project(project_folder(name="empty"))
    index(project, progress=silent)
    with service(project, EDITOR) as ask:
        assert (pairs_of(ask)["total"], ask(EDITOR).get("/pairs/x").status_code) == (0, 404)
        body = {"question": "Who travels free?", "document": "tickets.md", "quote": "Dogs"}
        assert ask(EDITOR).post("/pairs", body).status_code == 201
        assert pairs_of(ask)["total"] == 1


@pytest.mark.parametrize(
    ("change", "status", "why"),
    [
        ({"quote": "Cats travel free"}, 400, "do not stand in tickets.md"),
        ({"document": "nothing.md"}, 404, "not in the index"),
        ({"document": "../steep.toml"}, 404, "not in the index"),
        ({"quote": "e"}, 400, "times in tickets.md"),
        ({"quote": "Dogs", "start": 3}, 400, "do not stand at 3"),
        ({"question": "  "}, 400, "question is empty"),
        ({"question": "x" * 10_001}, 400, "question"),
        ({"surprise": 1}, 400, "surprise"),
    ],
)
def test_words_that_do_not_stand_there_make_no_pair(ask, change, status, why):
    body = {"question": "Who travels free?", "document": "tickets.md", "quote": "Dogs travel free", **change}
    reply = ask(EDITOR).post("/pairs", body)
    assert (reply.status_code, why in reply.json()["error"]["message"]) == (status, True)
    assert pairs_of(ask)["total"] == 2


def test_a_question_that_is_measured_with_becomes_no_pair(service, project):
    (project.folder / "asked.jsonl").write_text('{"question": "Who travels  FREE?", "answers": ["Dogs"]}\n', "utf-8")
    measure = project.config.measure.model_copy(update={"questions": "asked.jsonl"})
    project.config = project.config.model_copy(update={"measure": measure})
    with service(project, EDITOR) as ask:
        reply = ask(EDITOR).post("/pairs", {"question": "who travels free?", "document": "tickets.md", "quote": "Dogs"})
        assert (reply.status_code, "asked.jsonl" in reply.json()["error"]["message"]) == (400, True)


def test_a_pair_is_for_who_may_see_its_documents(ask):
    hidden = pairs_of(ask, kind="time")["pairs"][0]["id"]
    assert [each["documents"] for each in pairs_of(ask, NARROW)["pairs"]] == [["tickets.md"]]
    missing = "0" * 24
    replies = [
        [
            ask(NARROW).get(f"/pairs/{identity}"),
            ask(NARROW).request("PATCH", f"/pairs/{identity}", json={"question": "?"}),
            ask(NARROW).delete(f"/pairs/{identity}"),
        ]
        for identity in (hidden, missing)
    ]
    for there, absent in zip(*replies, strict=True):
        assert there.status_code == absent.status_code == 404
        assert there.json()["error"]["message"].replace(hidden, missing) == absent.json()["error"]["message"]
    body = {"question": "When?", "document": "ferries.md", "quote": "at nine"}
    assert ask(NARROW).post("/pairs", body).status_code == 404
    assert ask(ANNA).get("/pairs").status_code == 403
    assert ask(NARROW).get("/datasets").status_code == 403
    assert pairs_of(ask)["total"] == 2


def test_dataset_versions_are_listed_with_the_edit_that_made_them(ask):
    old = pairs_of(ask)
    ask(EDITOR).delete(f"/pairs/{old['pairs'][0]['id']}")
    newest, first = ask(EDITOR).get("/datasets").json()["datasets"]
    assert (newest["edit"]["action"], first) == ("dropped", {"version": old["dataset"], "edit": None})
