"""Two callers who may see different documents, and every route of /api/v1: nothing of the other's comes out."""

import itertools
import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steep.flows.index import index
from steep.flows.jobs import Starter
from steep.values import SCOPES, Caller, Citation, Pair, Span, content_id
from steep.workspace.jobs import Job
from steep.workspace.reviews import Review

MINE, OTHER = "mine.md", "other.md"
WORD = "Quarzwolke"  # stands in nothing but what is the other's
DOCUMENTS = {
    MINE: "# Tickets\n\nA day ticket costs 12 euros. The ticket office opens at nine.\n",
    OTHER: f"# {WORD}\n\nThe ticket of the {WORD} costs 99 euros. Call the {WORD} office.\n",
}
UNKNOWN = "0" * 26
MINES = frozenset({content_id("document", MINE)})


def other(scope="admin"):
    return Caller(name=WORD.lower(), scope=scope, documents=None)


def me(scope):
    return Caller(name="me", scope=scope, documents=MINES)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Ids of all that there is of the other's, and the project; made once, since nobody may change any of it."""
    import shutil
    from pathlib import Path

    from steep.flows import conversations
    from steep.flows.answer import Answerer, AnswerRequest
    from steep.workspace.project import Project

    folder = tmp_path_factory.mktemp("leaks") / "project"
    folder.mkdir()
    shutil.copy(Path(__file__).parents[1] / "answering_parts.py", folder)
    tables = (
        '[project]\nname = "harbor"\n[plugins]\nfiles = ["answering_parts.py"]\n[index.lexical]\nuse = "bm25"\n'
        '[retriever]\nuse = "lexical"\n[generator]\nuse = "finder"\n[guardrails]\noutput = []\n'
    )
    (folder / "steep.toml").write_text(tables, "utf-8")
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, "utf-8")
    (folder / f"{WORD}.xyz").write_text("left out", "utf-8")
    project = Project.open(folder)
    index(project, progress=lambda step: None)
    answer = Answerer(project).answer(
        AnswerRequest(question=f"What does the ticket of the {WORD} cost?", caller=other())
    )
    assert WORD in answer.text
    talk = conversations.begin(project, other(), profile="rag", title=WORD)
    project.conversations.add(talk.id, answer.id, title=WORD, now=1.0)
    hit = answer.hits[0].passage
    cited = Citation(document=hit.document, version=hit.version, path=hit.path, start=0, end=9, text=WORD)
    project.reviews.add(Review(answer=answer.id, created=1.0, draft=WORD, citations=(cited,)))
    span = Span(document=hit.document, version=hit.version, start=2, end=12, text=WORD)
    pair = Pair(
        question=WORD, answer=WORD, passages=(hit.id,), spans=(span,), synthesizer="s", kind=WORD, rule="r", seed=0
    )
    version = project.datasets.save(pairs=[pair], dev=frozenset(), recipe={}, summary={}, now=1.0)
    job = Job(id="01JOB", kind="index", caller=WORD, created=1.0, state="done", message=WORD)
    project.jobs.add(job)
    (project.jobs.folder(job.id) / "log.txt").write_text(WORD, "utf-8")
    report = project.state / "reports" / "r1"
    report.mkdir(parents=True)
    (report / "report.json").write_text(json.dumps({"id": "r1", "project": WORD}), "utf-8")
    ids = [answer.id, talk.id, pair.id, version.version, job.id, "r1", hit.id, hit.document, hit.version, OTHER, WORD]
    yield project, ids
    project.close()


@pytest.fixture(scope="module")
def paths(made):
    """Every route of /api/v1, as OpenAPI tells them: (method, path, its query parameters)."""
    from steep.flows.answer import Answerer
    from steep.server.app import application_of

    schema = application_of(made[0], Answerer(made[0]), host="127.0.0.1").openapi_schema.to_schema()
    return [
        (method, path.removeprefix("/api/v1"), _queries(told))
        for path, each in schema["paths"].items()
        if path.startswith("/api/v1")
        for method, told in each.items()
    ]


def _queries(told):
    return [each["name"] for each in told.get("parameters", []) if each["in"] == "query"]


BODIES = (
    {"question": "What does the ticket of the office cost?", "within": [OTHER]},
    {"question": "ticket office", "conversation": None},
    {"question": "ticket", "profiles": ["rag"]},
    {"right": True, "better": "x"},
    {"action": "approve"},
    {"action": "edit", "text": "x"},
    {"title": "x"},
    {"question": "q", "document": OTHER, "quote": "costs"},
    {"question": "q", "answer": "99 euros"},
    {"kind": "index"},
    {"kill": True},
    {"reason": "x"},
    {},
)


def state_of(project):
    """All that the other has, as far as somebody else could change it."""
    tables = ("answers", "feedback", "reviews", "conversations", "turns", "jobs", "edits", "aliases")
    own = {
        name: [row for row in project.records.find(name) if "me" not in (row.get("caller"), row.get("reviewer"))]
        for name in tables
    }
    mine = {row["id"] for row in project.records.find("conversations", caller="me")}
    own["turns"] = [row for row in own["turns"] if row["conversation"] not in mine]
    return own, project.datasets.versions(), (project.folder / OTHER).read_bytes()


def said_by_themselves(sent, text):
    """A reply repeats what was asked; that is no leak of what is kept."""
    for words in sorted(set(sent), key=len, reverse=True):
        text = text.replace(words, "")
    return text


def leaves(value):
    if isinstance(value, dict):
        return list(itertools.chain.from_iterable(leaves(each) for each in value.values()))
    if isinstance(value, list):
        return list(itertools.chain.from_iterable(leaves(each) for each in value))
    return [value] if isinstance(value, str) else []


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), scope=st.sampled_from(SCOPES))
def test_no_route_tells_or_changes_anything_of_the_others(service, made, paths, seed, scope):
    project, ids = made
    draw = random.Random(seed)
    before = state_of(project)
    with service(project, me(scope)) as ask:
        for method, path, names in draw.sample(paths, len(paths)):
            if path.startswith("/adapters") or path in ("/settings", "/models", "/status"):
                continue  # of the project as a whole: no document's words, no caller's names
            identity = draw.choice([*ids, UNKNOWN])
            where = path
            for part in ("identity", "answer", "version", "path"):
                where = where.replace(f"{{{part}}}", identity)
            query = {name: draw.choice([*ids, "true", "1"]) for name in names if draw.random() < 0.5}
            if path == "/documents" and method == "post":
                query |= {"name": OTHER, "replace": "true"}
            body = dict(draw.choice(BODIES))
            if "conversation" in body:
                body["conversation"] = draw.choice(ids)
            options = {} if method in ("get", "delete") else {"json": body}
            reply = ask(me(scope)).request(method.upper(), where, params=query, **options)
            assert reply.status_code < 500 or reply.status_code == 503, (method, where, reply.text)
            told = said_by_themselves([identity, *query.values(), *leaves(body)], reply.text)
            assert WORD.lower() not in told.lower(), (method, where, query, body, reply.text)
            assert "99 euros" not in told, (method, where, query, body, reply.text)
    assert state_of(project) == before
    assert Starter(project).found("01JOB").state == "done"


def test_the_test_would_see_a_leak(service, made, paths):
    """The same requests, made by the other, do bring out what is theirs."""
    project, ids = made
    anybody = other("admin")
    with service(project, anybody) as ask:
        found = set()
        for (method, path, _), identity in itertools.product(paths, ids):
            if method == "get" and "events" not in path:
                where = path.replace("{identity}", identity).replace("{answer}", identity).replace("{path}", identity)
                found |= {path} if WORD in ask(anybody).get(where).text else set()
    assert found >= {"/answers", "/answers/{identity}", "/conversations", "/conversations/{identity}"}
    assert found >= {"/reviews", "/reviews/{answer}", "/pairs", "/pairs/{identity}"}
    assert found >= {
        "/documents",
        "/documents/{path}",
        "/left-out",
        "/jobs",
        "/jobs/{identity}",
        "/jobs/{identity}/log",
    }
