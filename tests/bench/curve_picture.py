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

from steep.report.drawing import canvas, colour, standalone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

WIDE, HIGH = 270, 262
"""A panel in pixels."""
TICKS = (0, 100, 300, 1000, 3000)
LEAST = 30
"""Where 0 stands on the logarithmic axis."""


def main(arguments: Sequence[str]) -> int:
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    curves = {}
    for argument in arguments:
        name, _, file = argument.partition("=")
        curves[name] = json.loads(Path(file).read_text("utf-8"))
    print(picture(curves), end="")
    return 0


def picture(curves: dict[str, list[dict[str, Any]]]) -> str:
    """One SVG, the panels beside one another on the same vertical scale."""
    edges = [row.get(key, 0.0) or 0.0 for rows in curves.values() for row in rows for key in ("low", "high", "gain")]
    low, high = 5 * math.floor(min(edges) / 5), 5 * math.ceil(max(edges) / 5)
    with canvas(WIDE * len(curves), HIGH) as figure:
        panels = figure.subplots(1, len(curves), sharey=True, squeeze=False)[0]
        for axes, (name, rows) in zip(panels, curves.items(), strict=True):
            panel(axes, name, rows)
            axes.set_ylim(low, high)
        figure.tight_layout()
        return standalone(figure, title="Gain in token F1 against the number of pairs tuned on")


def panel(axes: Axes, name: str, rows: list[dict[str, Any]]) -> None:
    places = [max(LEAST, row["pairs"]) for row in rows]
    below, above = (
        [abs((row[key] if row.get(key) is not None else row["gain"]) - row["gain"]) for row in rows]
        for key in ("low", "high")
    )
    gains = [row["gain"] for row in rows]
    axes.errorbar(
        places, gains, (below, above), marker="o", markersize=7, linewidth=2, elinewidth=1, color=colour("rag")
    )
    axes.axhline(0, color=colour("ink"), linewidth=1)
    axes.set_title(name, loc="left", weight="bold")
    axes.set(xlabel="pairs tuned on", xscale="log", xlim=(LEAST * 0.8, TICKS[-1] * 1.2))
    axes.set_xticks([max(LEAST, each) for each in TICKS], [f"{each:,}" for each in TICKS])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:+.0f}" if value else "0")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelleft=True)
    axes.grid(axis="y")
    axes.set_axisbelow(True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
