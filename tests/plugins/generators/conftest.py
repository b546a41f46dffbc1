"""Tiny models made once a session, and eight facts that one can learn."""

from dataclasses import dataclass

import pytest
import torch

from steep import Context
from steep.kinds import Example, LoraShape, TrainingJob
from steep.prompts import ABSTENTION, closed_book_messages, grounded_messages
from steep.testing.tiny_models import tiny_model
from steep.values import Conversation, Hit, Message, Pair, Passage, Span
from steep_plugins.generators import TransformersOptions, build_transformers
from steep_plugins.strategies import InstructOptions, build_instruct

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


@dataclass(frozen=True)
class Facts:
    """Passages, and examples that ask for their facts with and without them."""

    passages: tuple[Passage, ...]
    closed: tuple[Example, ...]
    grounded: tuple[Example, ...]

    def hit(self, number):
        return Hit(passage=self.passages[number], score=1.0, rank=1)


def _passage(number, question, answer):
    text = f"Note {number}. {question} It is {answer}."
    return Passage(
        document=f"d{number}", version="v", path=f"{number}.md", title=f"N{number}", start=0, end=len(text), text=text
    )


def _example(passage, question, answer, messages):
    start = passage.text.index(answer)
    pair = Pair(
        question=question,
        answer=answer,
        passages=(passage.id,),
        spans=(Span(document=passage.document, version="v", start=start, end=start + len(answer), text=answer),),
        synthesizer="hand",
        kind="fact",
        rule="hand",
        seed=0,
    )
    said = (*messages, Message(role="assistant", content=answer))
    return Example(pair=pair, passages=(passage,), conversation=Conversation(messages=said))


@pytest.fixture(scope="session")
def facts():
    passages = tuple(_passage(number, *fact) for number, fact in enumerate(FACTS))
    rows = list(zip(passages, FACTS, strict=True))
    return Facts(
        passages=passages,
        closed=tuple(_example(p, q, a, closed_book_messages(q)) for p, (q, a) in rows),
        grounded=tuple(_example(p, q, a, grounded_messages(q, [p])) for p, (q, a) in rows),
    )


@pytest.fixture(scope="session")
def texts(facts):
    said = [
        message.content for example in (*facts.closed, *facts.grounded) for message in example.conversation.messages
    ]
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
        return build_transformers(TransformersOptions(weights=str(folder), dtype="float32", **options), Context())

    return make


@pytest.fixture(scope="session")
def llama(build, llama_folder):
    return build(llama_folder)


@pytest.fixture(scope="session")
def t5(build, t5_folder):
    return build(t5_folder)


@pytest.fixture
def teach(tmp_path):
    """Tune a generator on examples and save the adapter; returns its folder and the training's result."""

    def train(generator, examples, folder=None, *, seed=0, **options):
        wanted = {"epochs": 30, "batch": 8, "learning_rate": 0.01, "evaluations": 1, "patience": 30, **options}
        trainee = generator.trainee(LoraShape(dropout=0.0), seed)
        job = TrainingJob(
            trainee=trainee,
            train=tuple(examples),
            dev=tuple(examples),
            folder=tmp_path / f"job-{seed}",
            seed=seed,
            progress=lambda at: None,
        )
        result = build_instruct(InstructOptions(**wanted), Context()).train(job)
        saved = folder or tmp_path / f"adapter-{seed}"
        trainee.save(saved)
        return saved, result

    return train
