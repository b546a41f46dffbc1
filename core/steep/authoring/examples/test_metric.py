"""steep's laws for a metric, and what this one does beyond them."""

from __future__ import annotations

import pytest

from steep import Context
from steep.authoring.examples.metric import Options, build
from steep.kinds import Case
from steep.testing import MetricContract
from steep.values import Answer, Question


class TestMyMetric(MetricContract):
    @pytest.fixture
    def metric(self):
        return build(Options(), Context())


def test_a_number_that_no_gold_answer_has_costs_its_share():
    question = Question(id="q", question="What does hall B cost?", answers=("12.50 EUR a day",))
    answer = Answer(question="", text="12.50 EUR, from 9 on", citations=(), confidence=None, abstained=False)
    assert build(Options(), Context()).score(Case(question=question, answer=answer)).value == 0.5
    assert build(Options(digits=2), Context()).score(Case(question=question, answer=answer)).value == 1.0
