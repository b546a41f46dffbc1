"""The laws of a synthesizer refuse one that does nothing."""

import pytest

from steep.testing import SynthesizerContract
from steep.values import Document


class Idle:
    def synthesize(self, request):
        return iter(())


def test_a_synthesizer_that_writes_nothing_is_refused():
    telling = Document(path="rules.md", title="Rules", text="A mooring line is a rope that holds a ship.")
    with pytest.raises(AssertionError, match="nothing was written of what the document tells"):
        SynthesizerContract().test_a_document_that_tells_something_gives_pairs_with_answers(Idle(), None, telling)
