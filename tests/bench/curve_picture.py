"""Draws what `curve.py --json` printed: the gain from tuning against the number of pairs, a panel a domain.

    python tests/bench/curve_picture.py NAME=CURVE.json [NAME=CURVE.json ...] > curve.svg

The number of pairs is on a logarithmic axis, 0 at its left end; bars are 95 % intervals of the gain in token F1.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steep.measuring.markup import Markup, joined, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDE, HIGH, LEFT, TOP = 230, 190, 40, 28
"""A panel's plot in pixels, and the room left of and above it."""
TICKS = (0, 100, 300, 1000, 3000)
INK, GREY, BLUE = "#222", "#bbb", "#1f5fa8"


def main(arguments: Sequence[str]) -> int:
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    curves = {}
    for argument in arguments:
        name, _, file = argument.partition("=")
        curves[name] = json.loads(Path(file).read_text("utf-8"))
    print(picture(curves))
    return 0


def picture(curves: dict[str, list[dict[str, Any]]]) -> Markup:
    """One SVG, the panels beside one another on the same vertical scale."""
    edges = [row.get(key, 0.0) or 0.0 for rows in curves.values() for row in rows for key in ("low", "high", "gain")]
    low, high = 5 * math.floor(min(edges) / 5), 5 * math.ceil(max(edges) / 5)
    panels = [
        tag("g", panel(name, rows, low, high), transform=f"translate({number * (WIDE + LEFT)} 0)")
        for number, (name, rows) in enumerate(curves.items())
    ]
    width, height = len(curves) * (WIDE + LEFT) + 10, TOP + HIGH + 44
    return tag(
        "svg",
        tag("title", "Gain in token F1 against the number of pairs tuned on"),
        tag("rect", width=width, height=height, fill="#fff"),
        *panels,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        font_family="sans-serif",
        font_size=11,
    )


def panel(name: str, rows: list[dict[str, Any]], low: float, high: float) -> Markup:
    def down(value: float) -> float:
        return round(TOP + HIGH * (high - value) / (high - low), 1)

    points = [(across(row["pairs"]), down(row["gain"])) for row in rows]
    whiskers = [
        tag("line", x1=x, x2=x, y1=down(row["low"]), y2=down(row["high"]), stroke=BLUE)
        for (x, _), row in zip(points, rows, strict=True)
        if row.get("low") is not None
    ]
    return joined(
        tag("text", name, x=LEFT, y=16, fill=INK, font_weight="bold"),
        *(_level(value, down(value)) for value in range(int(low), int(high) + 1, 5)),
        *(_tick(pairs) for pairs in TICKS),
        tag("text", "pairs tuned on", x=LEFT + WIDE / 2, y=TOP + HIGH + 32, fill=INK, text_anchor="middle"),
        tag("polyline", points=" ".join(f"{x},{y}" for x, y in points), fill="none", stroke=BLUE, stroke_width=2),
        *whiskers,
        *(tag("circle", cx=x, cy=y, r=3.5, fill=BLUE) for x, y in points),
    )


def across(pairs: int) -> float:
    """From 30 pairs on by their logarithm; 0 stands where 30 would."""
    place = math.log(max(30, pairs) / 30) / math.log(TICKS[-1] / 30)
    return round(LEFT + (WIDE - 20) * place, 1)


def _level(value: int, y: float) -> Markup:
    return joined(
        tag("line", x1=LEFT, x2=LEFT + WIDE - 10, y1=y, y2=y, stroke=GREY if value else INK),
        tag("text", f"{value:+d}" if value else "0", x=LEFT - 6, y=y + 4, fill=INK, text_anchor="end"),
    )


def _tick(pairs: int) -> Markup:
    x = across(pairs)
    return tag("text", f"{pairs:,}", x=x, y=TOP + HIGH + 16, fill=INK, text_anchor="middle")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
