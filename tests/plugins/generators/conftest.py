"""Tiny models made once a session, and eight facts that one can learn."""

from dataclasses import dataclass, fields

import pytest
import torch

from steep import Context
from steep.engine.course import Job, train
from steep.kinds import AdapterRef, Asked, CourseOptions, LoraShape, Piece
from steep.prompts import ABSTENTION, closed_book_messages, grounded_messages
from steep.testing.hands import PlainHand, draft_of
from steep.testing.tiny_models import tiny_model
from steep.values import ChatRow, Hit, Message, Passage
from steep_plugins.generators.chat import Chat
from steep_plugins.models import TransformersOptions, build_transformers

torch.set_num_threads(1)

FACTS = (
    ("When does Hall B open?", "at six in the morning"),
    ("Who keeps the keys?", "the night warden"),
    ("What colour is the pilot flag?", "white over red"),
    ("How deep is berth four?", "nine metres"),
    ("Which crane lifts forty tonnes?", "crane three"),
    ("Where is the muster point?", "behind the ice house"),
    ("What is the tariff for ice?", "12 EUR a tonne"),
    ("How many ferries sail on Sunday?", "three"),
)


class Told:
    """A model that replies with what it is told, a word at a time."""

    digest, context = "told-1", 2048

    def __init__(self, reply="Hall B costs 12 EUR a day. [1]", end="stop"):
        self.reply, self.end = reply, end
        self.asks = []
        self.given = 0

    def chat(self, asks):
        for number, ask in enumerate(asks):
            self.asks.append(ask)
            for word in self.reply.split(" "):
                self.given += 1
                yield Piece(text=word + " ", ask=number)
            yield Piece(ask=number, end=self.end, prompt_tokens=20, tokens=4, log_probability=-0.4)

    def score(self, asks):
        return [-1.0 for _ in asks]


@dataclass(frozen=True, kw_only=True)
class Request(Asked):
    """What is asked of a model alone, with the adapter that it answers with."""

    adapter: AdapterRef | None = None
    grounded: bool = False


def generate(model, request):
    asked = Asked(**{field.name: getattr(request, field.name) for field in fields(Asked)})
    return draft_of(Chat(), asked, PlainHand(hits=asked.hits, answers_with=model, adapter=request.adapter))


@dataclass(frozen=True)
class Facts:
    """Passages, and rows that ask for their facts with and without them."""

    passages: tuple[Passage, ...]
    closed: tuple[ChatRow, ...]
    grounded: tuple[ChatRow, ...]

    def hit(self, number):
        return Hit(passage=self.passages[number], score=1.0, rank=1)


def _passage(number, question, answer):
    text = f"Note {number}. {question} It is {answer}."
    return Passage(
        document=f"d{number}", version="v", path=f"{number}.md", title=f"N{number}", start=0, end=len(text), text=text
    )


def _row(answer, messages):
    return ChatRow(messages=(*messages, Message(role="assistant", content=answer)))


@pytest.fixture(scope="session")
def facts():
    passages = tuple(_passage(number, *fact) for number, fact in enumerate(FACTS))
    rows = list(zip(passages, FACTS, strict=True))
    return Facts(
        passages=passages,
        closed=tuple(_row(a, closed_book_messages(q)) for p, (q, a) in rows),
        grounded=tuple(_row(a, grounded_messages(q, [p])) for p, (q, a) in rows),
    )


@pytest.fixture(scope="session")
def texts(facts):
    said = [message.content for row in (*facts.closed, *facts.grounded) for message in row.messages]
    return [*said, ABSTENTION]


@pytest.fixture(scope="session")
def llama_folder(tmp_path_factory, texts):
    return tiny_model(tmp_path_factory.mktemp("llama"), texts)


@pytest.fixture(scope="session")
def t5_folder(tmp_path_factory, texts):
    return tiny_model(tmp_path_factory.mktemp("t5"), texts, kind="t5")


@pytest.fixture(scope="session")
def build():
    """A generator on the model in a folder, in float32 so that figures can be compared."""

    def make(folder, **options):
        return build_transformers(TransformersOptions(model=str(folder), dtype="float32", **options), Context())

    return make


@pytest.fixture(scope="session")
def llama(build, llama_folder):
    return build(llama_folder)


@pytest.fixture(scope="session")
def t5(build, t5_folder):
    return build(t5_folder)


@pytest.fixture
def teach(tmp_path):
    """Tune a generator on rows and save the adapter; returns its folder and the outcome of the training."""

    def run(generator, rows, folder=None, *, seed=0, **options):
        wanted = {"epochs": 30, "batch": 8, "learning_rate": 0.01, "evaluations": 1, "patience": 30, **options}
        trainee = generator.trainee(LoraShape(dropout=0.0), seed)
        job = Job(
            name="taught",
            trainee=trainee,
            train=rows,
            dev=rows,
            folder=tmp_path / f"job-{seed}",
            seed=seed,
            options=CourseOptions(**wanted),
            progress=lambda at: None,
        )
        outcome = train(job)
        saved = folder or tmp_path / f"adapter-{seed}"
        trainee.save(saved)
        return saved, outcome

    return run
