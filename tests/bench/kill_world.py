"""The project that kills.py and flips.py try: some forty small documents, and all that it shows of itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steep.access import Access
from steep.flows.documents import listed, shown
from steep.flows.index import index
from steep.kinds import IndexQuery, RetrievalRequest
from steep.measuring.report import stored_reports
from steep.values import OPERATOR
from steep.wire import to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from steep.kinds import Retriever
    from steep.workspace.library import Library
    from steep.workspace.project import Project

    Section = Mapping[str, Any]

TINY_PARTS = Path(__file__).parents[1] / "tiny_parts.py"
CONFIG = """
[project]
name = "harbor"
[plugins]
files = ["tiny_parts.py"]
[reader."tiny-parts:plain"]
[embedder]
use = "tiny-parts:hashed"
[generator]
use = "tiny-parts:quoter"
[[synthesizer]]
use = "tiny-parts:asker"
[guardrails]
input = []
passages = []
output = ["citations"]
[[tune.default.phases]]
use = "instruct"
epochs = 2
batch = 8
evaluations = 1
[measure]
questions = "questions.jsonl"
resamples = 100
arms = ["rag", "both"]
"""
NOUNS = ("berth", "crane", "ferry", "buoy", "pilot", "cargo", "lantern", "tide")
PLACES = ("north quay", "south pier", "dry dock", "fish market", "lock house")
FOLDERS = ("", "crew/", "guests/")
QUESTIONS = ("What does the berth cost?", "Who keeps the crane at the north quay?", "ferry", "the tide of the dry dock")
ACCESS = ".steep-access"


def text_of(drawn: Random, code: str) -> str:
    """A document of three sentences; ``code`` is a word that stands in no other."""
    noun, place = drawn.choice(NOUNS), drawn.choice(PLACES)
    return (
        f"# The {noun} {code}\n\nThe {noun} {code} at the {place} costs {drawn.randrange(10, 900)} euros a day. "
        f"Its keeper is number {drawn.randrange(1, 99)} of the {drawn.choice(PLACES)}.\n\n"
        f"## Hours\n\nThe {place} opens at {drawn.randrange(5, 12)} and closes when the {drawn.choice(NOUNS)} leaves.\n"
    )


def code_of(drawn: Random) -> str:
    return f"zq{drawn.getrandbits(40):010x}"


def begin(folder: Path, drawn: Random, documents: int = 40) -> None:
    """The documents and steep.toml; nothing is indexed yet."""
    folder.mkdir(parents=True)
    shutil.copy(TINY_PARTS, folder)
    (folder / "steep.toml").write_text(CONFIG, "utf-8")
    for number in range(documents):
        file = folder / f"{FOLDERS[number % len(FOLDERS)]}paper{number}.md"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text_of(drawn, code_of(drawn)), "utf-8")
    (folder / "crew" / ACCESS).write_text("crew\n", "utf-8")
    asked = [
        {"question": "What does the berth cost?", "answer": "euros a day", "document": "paper0.md"},
        {"question": "When does the north quay open?", "answer": "at nine", "document": "paper3.md"},
    ]
    (folder / "questions.jsonl").write_text("".join(json.dumps(each) + "\n" for each in asked), "utf-8")


def silent(step: object) -> None:
    pass


def indexed(project: Project) -> None:
    index(project, progress=silent)


def state(project: Project, *, datasets: int = 1_000_000) -> dict[str, Section]:
    """All that is kept beside the documents, by what it is and by its id; of so many datasets the pairs too."""
    records = project.records
    return {
        "answers": {each.answer.id: to_json(each) for each in project.answers.page(limit=1_000_000)},
        "feedback": {str(number): to_json(each) for number, each in enumerate(project.answers.feedback())},
        "talks": {
            row["id"]: [row, list(project.conversations.answers(row["id"]))] for row in records.find("conversations")
        },
        "datasets": {
            version: _pairs(project, version) if number < datasets else True
            for number, version in enumerate(project.datasets.versions())
        },
        "latest": {"dataset": next(iter(project.datasets.versions()), "")},
        "edits": {str(number): to_json(each) for number, each in enumerate(project.edits.of())},
        "adapters": {
            each.version: [to_json(each), project.adapters.damage(each.version)] for each in project.adapters.versions()
        },
        "aliases": project.adapters.aliases(),
        "moves": {
            f"{alias} {number}": to_json(move)
            for alias in project.adapters.aliases()
            for number, move in enumerate(project.adapters.history(*alias.split("@")))
        },
        "keys": {key.id: {**to_json(key), "groups": sorted(key.groups)} for key in project.keys.all()},
    }


def _pairs(project: Project, version: str) -> Any:
    found, pairs = project.datasets.load(version)
    return [to_json(found.recipe), to_json(found.summary), sorted(found.dev), [to_json(pair) for pair in pairs]]


def found(project: Project, library: Library | None = None) -> dict[str, Any]:
    """What every retriever finds, and what the index is made of."""
    library = library or project.library()
    codes = [passage.text.split()[3] for passage in library.all_passages() if passage.text.startswith("# The")]
    questions = [*QUESTIONS, *codes[:3]]
    hits: dict[str, Any] = {}
    for name in library.names:
        for question in questions:
            ranked = library.search(name, IndexQuery(text=question, k=10, vector=library.embed(question)))
            hits[f"{name}: {question}"] = [list(ranked.ids), [round(score, 6) for score in ranked.scores]]
    retriever = project.retriever(library)
    for question in questions:
        request = RetrievalRequest(question=question, k=10, caller=OPERATOR)
        hits[question] = [[hit.passage.id, round(hit.score, 6)] for hit in retriever.retrieve(request)]
    return {
        "index": library.generation.fingerprint,
        "passages": [to_json(passage) for passage in library.all_passages()],
        "hits": hits,
    }


def finding(library: Library, retriever: Retriever, word: str) -> list[str]:
    """Which retrievers find a passage that holds the word."""
    query = IndexQuery(text=word, k=10, vector=library.embed(word))
    ids = {name: library.search(name, query).ids for name in library.names}
    ids["the retriever"] = tuple(
        hit.passage.id for hit in retriever.retrieve(RetrievalRequest(question=word, k=10, caller=OPERATOR))
    )
    return [name for name, some in ids.items() if any(word in passage.text for passage in library.passages(some))]


def documents(project: Project) -> dict[str, Any]:
    """What `steep documents` shows."""
    rows = listed(project, OPERATOR).documents
    return {row.path: [to_json(row), to_json(shown(project, row.path, OPERATOR))] for row in rows}


def seen_by(project: Project, group: str) -> list[str] | None:
    """The ids of the documents that a group sees."""
    seen = Access(project).documents(frozenset({group}))
    return None if seen is None else sorted(seen)


def everything(project: Project) -> dict[str, Callable[[], Any]]:
    """All that a project shows, each to be asked for by itself: one may be damaged, and the others not."""
    return {
        "found": lambda: found(project),
        "documents": lambda: documents(project),
        "state": lambda: state(project),
        "crew": lambda: seen_by(project, "crew"),
        "runs": lambda: [[row, project.records.find("steps", run=row["id"])] for row in project.records.find("runs")],
        "reports": lambda: [report.to_json() for report in stored_reports(project.state / "reports")],
    }
