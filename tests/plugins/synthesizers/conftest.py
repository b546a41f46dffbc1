"""Documents and requests as the index makes them."""

import pytest

from steep.kinds import Source, SynthesisRequest
from steep_plugins.readers.markdown import MarkdownReader
from steep_plugins.splitters import steep_offers


def request_of(*texts, seed=0, count=100, model=None):
    reader = MarkdownReader()
    documents = tuple(
        reader.read(Source(path=f"page-{number}.md", data=text.encode())) for number, text in enumerate(texts)
    )
    offered = next(iter(steep_offers()))
    splitter = offered.build(offered.config(), None)
    passages = tuple(passage for document in documents for passage in splitter.split(document))
    return SynthesisRequest(documents=documents, passages=passages, count=count, seed=seed, model=model)


@pytest.fixture
def ask():
    return request_of
