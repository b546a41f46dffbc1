"""steep's laws for a rewriter, and what this one does beyond them."""

import pytest

from steep import Context
from steep.authoring.examples.rewriter import Options, build
from steep.kinds import RewriteRequest
from steep.language import language
from steep.testing import RewriterContract
from steep.values import Message

HISTORY = (Message(role="user", content="Was kostet ein Boot?"), Message(role="assistant", content="12 Euro."))


class TestMyRewriter(RewriterContract):
    @pytest.fixture
    def rewriter(self):
        return build(Options(), Context())


def test_a_question_that_leans_names_the_one_before():
    request = RewriteRequest(question="Und im Winter?", history=HISTORY, language=language("de"))
    assert build(Options(), Context()).rewrite(request) == "Was kostet ein Boot: Und im Winter?"


def test_other_languages_are_left_to_other_rewriters():
    request = RewriteRequest(question="Und im Winter?", history=HISTORY, language=language("en"))
    assert build(Options(), Context()).rewrite(request) is None
