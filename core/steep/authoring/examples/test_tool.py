"""steep's laws for a tool, and what this one does beyond them."""

import pytest

from steep import Context, NoOptions
from steep.authoring.examples.tool import build
from steep.kinds import ToolRequest
from steep.testing import ToolContract
from steep.values import OPERATOR


class TestMyTool(ToolContract):
    arguments = ({"start": "2026-01-31", "end": "2026-03-01"},)

    @pytest.fixture
    def tool(self):
        return build(NoOptions(), Context())


def test_the_days_of_a_leap_year_are_counted():
    request = ToolRequest(arguments={"start": "2028-02-28", "end": "2028-03-01"}, caller=OPERATOR)
    assert build(NoOptions(), Context()).call(request).text == "2 days"
