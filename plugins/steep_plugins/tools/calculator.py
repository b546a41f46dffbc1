"""The tool `calculator`: exact decimal arithmetic of an expression, which is parsed and never run as code."""

from __future__ import annotations

import ast
import operator
from decimal import Context, Decimal, DecimalException, localcontext
from typing import TYPE_CHECKING

from pydantic import Field

from steep.errors import ToolError
from steep.kinds import ToolResult
from steep_plugins.tools.arguments import Arguments

if TYPE_CHECKING:
    from collections.abc import Callable

    from steep.kinds import ToolRequest

_DIGITS = 34
_POWER = 1000
_TWO: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: lambda a, b: (a / b).to_integral_value("ROUND_FLOOR"),
    ast.Mod: lambda a, b: a - b * (a / b).to_integral_value("ROUND_FLOOR"),
}
_FUNCTIONS: dict[str, Callable[..., Decimal]] = {
    "abs": abs,
    "min": min,
    "max": max,
    "sqrt": lambda a: a.sqrt(),
    "round": lambda a, places=Decimal(0): a.quantize(Decimal(1).scaleb(-int(places)), "ROUND_HALF_UP"),
    "floor": lambda a: a.to_integral_value("ROUND_FLOOR"),
    "ceil": lambda a: a.to_integral_value("ROUND_CEILING"),
    "sum": lambda *parts: sum(parts, Decimal(0)),
}


class Sum(Arguments):
    expression: str = Field(
        min_length=1,
        max_length=500,
        description="such as 3 * (12.50 + 4) / 2; knows + - * / // % ** abs min max sum sqrt round floor ceil",
    )


class Calculator:
    description = "Calculates an expression of numbers, exactly."
    changes = False
    parameters = Sum.parameters()

    def call(self, request: ToolRequest) -> ToolResult:
        written = Sum.of(request).expression
        try:
            tree = ast.parse(written.strip().translate({0xD7: "*", 0xF7: "/", 0x2212: "-", 0x5E: "**"}), mode="eval")
            with localcontext(Context(prec=_DIGITS, Emax=9999, Emin=-9999)):
                found = _value(tree.body)
        except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
            raise ToolError(f"{written!r} is no expression of numbers ({error}); leave out units and words.") from None
        except DecimalException as error:
            raise ToolError(f"{written!r} has no value ({type(error).__name__}).") from None
        return ToolResult(text=_shown(found), trusted=True)


def _value(node: ast.AST) -> Decimal:
    """The value of a node, where it is one of the few that are known; raises ValueError for any other."""
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return _finite(Decimal(str(number)))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner)
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _value(inner)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_value(left), _value(right))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _TWO:
            return _TWO[type(op)](_value(left), _value(right))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*(_value(each) for each in arguments))
    raise ValueError(f"{ast.unparse(node)[:40]!r} is not known")


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise ValueError(f"{number} is no number to calculate with")
    return number


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if abs(exponent) > _POWER:
        raise ValueError(f"the exponent {exponent} is beyond {_POWER}")
    return base**exponent


def _shown(value: Decimal) -> str:
    """Without noughts at the end, and without an exponent where it can be read without one."""
    plain = value.normalize(Context(prec=_DIGITS))
    return f"{plain:f}" if abs(plain.adjusted()) < _DIGITS else str(plain)
