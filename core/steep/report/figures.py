"""The report's figures: each has a title and a description, and tells its values as text and never by colour alone."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from steep.report.drawing import canvas, colour, inline
from steep.report.strangers import cut, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from steep.measuring.comparison import Comparison
    from steep.measuring.report import ArmSummary

__all__ = ["Drawn", "arm_bars", "forest", "outcome_bars", "probability", "risk_curve"]

OUTCOMES = (("right", "right"), ("declined", "rightly declined"), ("abstained", "abstained"), ("wrong", "wrong"))
_WIDTH, _LEFT, _RIGHT, _ROW = 720.0, 130.0, 132.0, 34.0
_DASHES = {"base": (0, (2, 3)), "rag": "-", "tuned": (0, (7, 3)), "both": (0, (10, 3, 2, 3))}
_ON_COLOUR = {"right": "#ffffff", "wrong": "#ffffff"}


class Drawn(NamedTuple):
    """An SVG element and the caption below it."""

    svg: Markup
    caption: str


def arm_bars(arms: Sequence[ArmSummary], metric: str) -> Drawn:
    """A bar an arm with its 95% interval; an arm that was not measured has words instead of a bar."""
    summaries = [arm.metric(metric) for arm in arms]
    with canvas(_WIDTH, _ROW * len(arms) + 30) as figure:
        axes = _rows(figure, [arm.name for arm in arms])
        lows = [value for each in summaries if each and each.mean is not None for value in (each.mean, each.low or 0.0)]
        highs = [each.high or each.mean for each in summaries if each and each.mean is not None]
        axes.set_xlim(min([0.0, *lows]), max([1.0, *highs]))  # a share fills its width; a count has no such end
        for row, (arm, summary) in enumerate(zip(arms, summaries, strict=True)):
            if summary is None or summary.mean is None:
                axes.text(0.01, row, "not measured", va="center", color=colour("muted"))
                continue
            axes.barh(row, summary.mean, height=0.6, color=colour(arm.arm))
            _whisker(axes, row, summary.low, summary.high)
            _value(axes, row, _interval(summary.mean, summary.low, summary.high))
        title = f"Mean {metric} by arm, with 95% intervals"
        said = "; ".join(
            f"{arm.name} {each.mean:.3f}" if each and each.mean is not None else f"{arm.name} not measured"
            for arm, each in zip(arms, summaries, strict=True)
        )
        return Drawn(inline(figure, "arms", title=title, said=said), title)


def forest(comparisons: Sequence[Comparison]) -> Drawn:
    """The paired difference of each pair of arms, its interval, and in grey what could not have been seen."""
    drawn = [each for each in comparisons if each.difference is not None]
    reach = max([0.05, *(abs(value) for each in drawn for value in (each.low or 0.0, each.high or 0.0))]) * 1.1
    with canvas(_WIDTH, _ROW * len(drawn) + 30) as figure:
        axes = _rows(figure, [f"{each.arm} − {each.over}" for each in drawn])
        axes.set_xlim(-reach, reach)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:+.2g}" if abs(value) > 1e-9 else "0")
        axes.axvline(0, color=colour("muted"), linewidth=1)
        for row, each in enumerate(drawn):
            if each.detectable is not None:
                axes.barh(
                    row, 2 * each.detectable, left=-each.detectable, height=0.65, color=colour("unseen"), zorder=1
                )
            _whisker(axes, row, each.low, each.high)
            face = colour("ink" if each.significant else "paper")
            axes.plot([each.difference or 0.0], [row], "o", markersize=10, color=colour("ink"), markerfacecolor=face)
            _value(axes, row, f"{each.difference:+.3f}  {_p(each.p_adjusted)}")
        title = "Paired differences between arms, with 95% intervals"
        said = "; ".join(f"{each.arm} less {each.over} {each.difference:+.3f}, {_p(each.p_adjusted)}" for each in drawn)
        return Drawn(inline(figure, "differences", title=title, said=said), title)


def outcome_bars(arms: Sequence[ArmSummary]) -> Drawn:
    """Right, rightly declined, abstained and wrong answers of each arm, as shares of the questions."""
    drawn = [(arm.name, [getattr(arm.outcomes, key) for key, _ in OUTCOMES]) for arm in arms if arm.outcomes]
    with canvas(_WIDTH, _ROW * len(drawn) + 34) as figure:
        axes = _rows(figure, [name for name, _ in drawn], right=20, below=32)
        axes.set_xlim(0, 1)
        axes.set_xticks([])
        for at, (key, word) in enumerate(OUTCOMES):
            shares = [counts[at] / (sum(counts) or 1) for _, counts in drawn]
            before = [sum(counts[:at]) / (sum(counts) or 1) for _, counts in drawn]
            hatched = key == "abstained"  # told from errors without colour
            bars = axes.barh(
                range(len(drawn)), shares, left=before, height=0.65, label=word,
                facecolor="none" if hatched else colour(key), edgecolor=colour(key), hatch="//" if hatched else "",
                linewidth=0,
            )  # fmt: skip
            texts = [
                str(counts[at]) if share * (_WIDTH - _LEFT) > 8 * len(str(counts[at])) + 4 else ""
                for share, (_, counts) in zip(shares, drawn, strict=True)
            ]
            axes.bar_label(bars, texts, label_type="center", color=_ON_COLOUR.get(key, colour("ink")), weight="bold")
        figure.legend(
            loc="lower left", bbox_to_anchor=(_LEFT / _WIDTH, 0), ncols=4, frameon=False, borderpad=0, handlelength=1,
            borderaxespad=0.2,
        )  # fmt: skip
        title = "How the answers fell"
        told = (
            f"{name}: " + ", ".join(f"{count} {word}" for count, (_, word) in zip(counts, OUTCOMES, strict=True))
            for name, counts in drawn
        )
        return Drawn(inline(figure, "outcomes", title=title, said="; ".join(told)), title)


def risk_curve(arms: Sequence[ArmSummary]) -> Drawn:
    """The share of wrong answers against the share of questions answered, as the cut-off on confidence moves."""
    drawn = [arm for arm in arms if arm.curve]
    height = 300.0
    with canvas(_WIDTH, height) as figure:
        axes = figure.add_axes((60 / _WIDTH, 44 / height, (_WIDTH - 180) / _WIDTH, (height - 56) / height))
        top = min(1.0, 1.1 * max([0.1, *(point.risk for arm in drawn for point in arm.curve)]))
        axes.tick_params("x", pad=6)
        axes.set(xlim=(0, 1), ylim=(0, top), xlabel="share of questions answered")
        _quiet(axes)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.tick_params("y", labelcolor=colour("muted"), pad=8)
        ends = _spread([arm.curve[-1].risk for arm in drawn], 16 / (height - 56) * top)
        for arm, end in zip(drawn, ends, strict=True):
            last = arm.curve[-1]
            across, down = [point.coverage for point in arm.curve], [point.risk for point in arm.curve]
            look = {"color": colour(arm.arm), "linestyle": _DASHES.get(arm.arm, "-")}
            axes.plot(across, down, linewidth=2.2, clip_on=False, **look)  # type: ignore[arg-type]
            axes.plot([last.coverage], [last.risk], "o", markersize=8, color=colour(arm.arm), clip_on=False)
            axes.text(last.coverage + 0.015, end, shown(cut(arm.name, 16)), va="center")
        title = "Share of answers that are wrong, by share of questions answered"
        lasts = [(arm.name, arm.curve[-1]) for arm in drawn]
        told = (f"{name}: {last.risk:.0%} wrong when {last.coverage:.0%} are answered" for name, last in lasts)
        return Drawn(inline(figure, "risk", title=title, said="; ".join(told)), title)


def probability(value: float | None) -> str:
    if value is None:
        return "not measured"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _rows(figure: Figure, names: Sequence[str], *, right: float = _RIGHT, below: float = 22) -> Axes:
    """Axes with a row a name, the first one on top, and room for values at the right."""
    height = figure.get_figheight() * figure.dpi
    axes = figure.add_axes(
        (_LEFT / _WIDTH, below / height, (_WIDTH - _LEFT - right) / _WIDTH, 1 - (below + 4) / height)
    )
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)), [shown(cut(name, 17)) for name in names])
    _quiet(axes)
    axes.grid(visible=False, axis="y")
    return axes


def _quiet(axes: Axes) -> None:
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
    axes.grid(linewidth=1)


def _whisker(axes: Axes, row: float, low: float | None, high: float | None) -> None:
    if low is not None and high is not None:
        middle, half = (low + high) / 2, (high - low) / 2
        axes.errorbar(middle, row, xerr=half, fmt="none", ecolor=colour("ink"), elinewidth=1.6, capsize=5, capthick=1.6)


def _value(axes: Axes, row: float, text: str) -> None:
    axes.annotate(text, (1, row), (10, 0), xycoords=("axes fraction", "data"), textcoords="offset points", va="center")


def _spread(places: Sequence[float], gap: float) -> list[float]:
    """The same places, moved apart where labels would cover one another."""
    moved = list(places)
    order = sorted(range(len(moved)), key=lambda each: moved[each])
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + gap)
    return moved


def _interval(mean: float, low: float | None, high: float | None) -> str:
    return f"{mean:.3f}" if low is None or high is None else f"{mean:.3f} ± {(high - low) / 2:.3f}"


def _p(value: float | None) -> str:
    told = probability(value)
    return f"p {told}"
