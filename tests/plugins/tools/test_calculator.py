"""Exact sums of what a model writes, and nothing else."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.errors import ToolError
from steep.kinds import ToolRequest
from steep.testing.tool import ToolContract
from steep.values import OPERATOR
from steep_plugins.tools.calculator import Calculator


def value(expression):
    return Calculator().call(ToolRequest(arguments={"expression": expression}, caller=OPERATOR)).text


class TestCalculator(ToolContract):
    arguments = ({"expression": "3 * (12.50 + 4)"},)

    @pytest.fixture
    def tool(self):
        return Calculator()


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0.1 + 0.2", "0.3"),
        ("7 * 12", "84"),
        ("1000 * 1000", "1000000"),
        ("-7 // 2", "-4"),
        ("-7 % 3", "2"),
        ("2 ^ 10", "1024"),
        ("3 × 4 ÷ 2 − 1", "5"),
        ("sqrt(2) ** 2 > 1 or 1", None),
        ("round(2.345, 2)", "2.35"),
        ("max(1, 2.5, 2)", "2.5"),
        ("sum(1, 2, 3) / 4", "1.5"),
        ("ceil(1.2) + floor(1.8)", "3"),
        ("2 ** 0.5", "1.414213562373095048801688724209698"),
    ],
)
def test_expressions_have_their_value(expression, expected):
    if expected is None:
        with pytest.raises(ToolError, match=r"(is no expression of numbers|has no value)"):
            value(expression)
    else:
        assert value(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').system('true')",
        "().__class__",
        "open('x')",
        "[1 for _ in range(10)]",
        "9 ** 9 ** 9",
        "10 ** 100000",
        "1 / 0",
        "1e999",
        "12 euros",
        "True + 1",
        "sqrt(-1)",
        "round(1, 999999999)",
        "max()",
        "((" * 200,
        "lambda: 1",
    ],
)
def test_what_is_no_sum_is_refused_in_words(expression):
    with pytest.raises(ToolError, match=r"(is no expression of numbers|has no value)"):
        value(expression)


@given(
    st.recursive(
        st.integers(0, 999).map(str),
        lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda each: f"({' '.join(each)})"),
        max_leaves=6,
    )
)
def test_whole_numbers_are_as_python_has_them(expression):
    exact = eval(expression)  # digits and signs that this test wrote itself
    assert Fraction(value(expression)) == exact
