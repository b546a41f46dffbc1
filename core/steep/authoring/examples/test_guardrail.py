"""steep's laws for a guardrail, and what this one does beyond them."""

from __future__ import annotations

import pytest

from steep import Context
from steep.authoring.examples.guardrail import Options, build
from steep.kinds import GuardRequest
from steep.testing import GuardrailContract


class TestMyGuardrail(GuardrailContract):
    flagged = (("input", "May we pay whilst it rains?"), ("output", "We pay HEREWITH."))

    @pytest.fixture
    def guardrail(self):
        return build(Options(words=("whilst", "herewith")), Context())


def test_a_listed_word_is_found_whatever_its_case_but_not_inside_another():
    guardrail = build(Options(words=("art",)), Context())
    check = guardrail.check(GuardRequest(stage="output", text="Art, not a part", question=""))
    assert not check.passed
    assert [(each.start, each.end) for each in check.findings] == [(0, 3)]
    assert check.rewritten == "…, not a part"
