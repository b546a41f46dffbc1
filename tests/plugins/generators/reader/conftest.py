import pytest

from steep.values import Hit, Passage
from steep_plugins.encoders import MINILM, verified
from steep_plugins.generators.reader.windows import Encoder

TEXT = (
    "The north pier was built in 1904 by Anna Lund. It is 340 metres long and carries two cranes. "
    "The cranes stand still in winds above 15 m/s, because the older one has no brake."
)


@pytest.fixture(scope="session")
def encoder():
    return Encoder(verified(MINILM).tokenizer)


@pytest.fixture(scope="session")
def reader():
    from steep_plugins.generators.reader.generator import ReaderGenerator

    return ReaderGenerator()


@pytest.fixture
def tiny():
    """A network of two narrow layers with the real vocabulary, its weights drawn from a seed."""

    def make(seed=0):
        import torch
        from transformers import BertConfig

        from steep_plugins.generators.reader.network import SpanNetwork

        config = BertConfig(
            vocab_size=30522,
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return SpanNetwork(config).eval()

    return make


def passage(text=TEXT, *, document="pier", start=0, heading=()):
    return Passage(
        document=document,
        version="v1",
        path=f"{document}.md",
        title="The pier",
        start=start,
        end=start + len(text),
        text=text,
        heading=heading,
    )


def hits(*texts):
    return tuple(
        Hit(passage=passage(text, document=f"d{rank}"), score=1.0, rank=rank) for rank, text in enumerate(texts, 1)
    )
