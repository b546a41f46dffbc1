"""The report's figures as SVG: drawn here, so that the page needs no library and prints as it is seen.

Every figure has a title and a description for those who do not see it, its values stand in it as text, and colours are
never the only difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from steep.measuring.markup import Markup, tag

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from steep.measuring.comparison import Comparison
    from steep.measuring.report import ArmSummary, Outcomes

_WIDTH = 720.0
_LEFT = 130.0
_RIGHT = 128.0
_ROW = 34.0

OUTCOMES = (("right", "right"), ("declined", "rightly declined"), ("abstained", "abstained"), ("wrong", "wrong"))


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def arm_bars(arms: Sequence[ArmSummary], metric: str) -> Markup:
    """A bar an arm with its 95% interval; an arm that was not measured has words instead of a bar."""
    summaries = [arm.metric(metric) for arm in arms]
    values = [value for each in summaries if each and each.mean is not None for value in (each.mean, each.low or 0.0)]
    scale = _Scale(min(0.0, *values, 0.0), 1.0, _LEFT, _WIDTH - _RIGHT)
    height = _ROW * len(arms) + 30
    parts: list[Markup] = [_axis(scale, height - 22, _ticks(scale.low, scale.high))]
    for row, (arm, summary) in enumerate(zip(arms, summaries, strict=True)):
        middle = _ROW * row + _ROW / 2 + 4
        parts.append(_label(arm.name, middle))
        if summary is None or summary.mean is None:
            parts.append(_text("not measured", _LEFT + 8, middle, "muted"))
            continue
        zero, end = scale(0.0), scale(summary.mean)
        parts.append(
            tag(
                "rect", x=min(zero, end), y=middle - 10, width=abs(end - zero), height=20, rx=2, class_=f"arm {arm.arm}"
            )
        )
        if summary.low is not None and summary.high is not None:
            parts.append(_whisker(scale(summary.low), scale(summary.high), middle))
        parts.append(_text(_interval(summary.mean, summary.low, summary.high), _WIDTH - _RIGHT + 10, middle, "value"))
    said = "; ".join(
        f"{arm.name} {each.mean:.3f}" if each and each.mean is not None else f"{arm.name} not measured"
        for arm, each in zip(arms, summaries, strict=True)
    )
    return _figure(f"Mean {metric} by arm, with 95% intervals", said, height, parts)


def forest(comparisons: Sequence[Comparison]) -> Markup:
    """The paired difference of each pair of arms, its interval, and in grey what could not have been seen."""
    drawn = [each for each in comparisons if each.difference is not None]
    reach = max([0.05, *(abs(value) for each in drawn for value in (each.low or 0.0, each.high or 0.0))]) * 1.1
    scale = _Scale(-reach, reach, _LEFT + 20, _WIDTH - _RIGHT)
    height = _ROW * len(drawn) + 30
    parts = [_axis(scale, height - 22, _ticks(-reach, reach), signed=True)]
    for row, each in enumerate(drawn):
        middle = _ROW * row + _ROW / 2 + 4
        if each.detectable is not None:
            left, right = scale(-each.detectable), scale(each.detectable)
            parts.append(tag("rect", x=left, y=middle - 11, width=right - left, height=22, class_="unseen"))
        parts.append(_label(f"{each.arm} − {each.over}", middle))
        if each.low is not None and each.high is not None:
            parts.append(_whisker(scale(each.low), scale(each.high), middle))
        shown = "dot sure" if each.significant else "dot"
        parts.append(tag("circle", cx=scale(each.difference or 0.0), cy=middle, r=5, class_=shown))
        parts.append(_text(f"{each.difference:+.3f}  {_p(each.p_adjusted)}", _WIDTH - _RIGHT + 10, middle, "value"))
    parts.append(tag("line", x1=scale(0), x2=scale(0), y1=0, y2=height - 22, class_="zero"))
    said = "; ".join(f"{each.arm} less {each.over} {each.difference:+.3f}, {_p(each.p_adjusted)}" for each in drawn)
    return _figure("Paired differences between arms, with 95% intervals", said, height, parts)


def outcome_bars(arms: Sequence[ArmSummary]) -> Markup:
    """Right, rightly declined, abstained and wrong answers of each arm, as shares of the questions."""
    drawn = [(arm, arm.outcomes) for arm in arms if arm.outcomes]
    height = _ROW * len(drawn) + 32
    scale = _Scale(0.0, 1.0, _LEFT, _WIDTH - 20)
    parts = [_pattern(), *_legend(height - 8)]
    for row, (arm, counts) in enumerate(drawn):
        middle = _ROW * row + _ROW / 2
        parts.append(_label(arm.name, middle))
        parts += _stack(counts, scale, middle)
    said = "; ".join(
        f"{arm.name}: " + ", ".join(f"{getattr(counts, key)} {word}" for key, word in OUTCOMES) for arm, counts in drawn
    )
    return _figure("How the answers fell", said, height, parts)


def risk_curve(arms: Sequence[ArmSummary]) -> Markup:
    """The share of wrong answers against the share of questions answered, as the cut-off on confidence moves."""
    drawn = [arm for arm in arms if arm.curve]
    height = 300.0
    across = _Scale(0.0, 1.0, 60, _WIDTH - 120)
    top = max([0.1, *(point.risk for arm in drawn for point in arm.curve)])
    down = _Scale(0.0, min(1.0, top * 1.1), height - 44, 12)
    parts = [_axis(across, height - 44, _ticks(0, 1), percent=True), *_levels(down, across)]
    parts.append(_text("share of questions answered", (across.start + across.end) / 2, height - 8, "muted middle"))
    lines = [_line(arm, across, down) for arm in drawn]
    ends = _spread([down(arm.curve[-1].risk) for arm in drawn], 16)
    labels = [
        _text(arm.name, across(arm.curve[-1].coverage) + 8, end, "value") for arm, end in zip(drawn, ends, strict=True)
    ]
    said = "; ".join(
        f"{arm.name}: {arm.curve[-1].risk:.0%} wrong when {arm.curve[-1].coverage:.0%} of the questions are answered"
        for arm in drawn
    )
    return _figure(
        "Share of answers that are wrong, by share of questions answered", said, height, [*parts, *lines, *labels]
    )


def _line(arm: ArmSummary, across: _Scale, down: _Scale) -> Markup:
    """The line through all cut-offs, and a mark where the arm answers all that it would."""
    points = " ".join(f"{across(point.coverage):.1f},{down(point.risk):.1f}" for point in arm.curve)
    end = arm.curve[-1]
    mark = tag("circle", cx=across(end.coverage), cy=down(end.risk), r=4, class_=f"arm {arm.arm}")
    return tag("g", tag("polyline", points=points, class_=f"curve {arm.arm}"), mark)


def _levels(down: _Scale, across: _Scale) -> list[Markup]:
    parts = []
    for tick in _ticks(0, down.high):
        y = down(tick)
        parts.append(tag("line", x1=across.start, x2=across.end, y1=y, y2=y, class_="grid"))
        parts.append(_text(f"{tick:.0%}", across.start - 8, y, "muted end"))
    return parts


def _stack(counts: Outcomes, scale: _Scale, middle: float) -> list[Markup]:
    total = counts.right + counts.declined + counts.abstained + counts.wrong
    parts: list[Markup] = []
    done = 0
    for key, word in OUTCOMES:
        count = getattr(counts, key)
        left, right = scale(done / total), scale((done + count) / total)
        done += count
        if not count:
            continue
        box = tag(
            "rect", tag("title", f"{count} {word}"), x=left, y=middle - 11, width=right - left, height=22, class_=key
        )
        parts.append(box)
        if right - left > 8 * len(str(count)) + 4:
            parts.append(_text(str(count), (left + right) / 2, middle, f"count {key}-text middle"))
    return parts


def _legend(y: float) -> list[Markup]:
    parts = []
    x = _LEFT
    for key, word in OUTCOMES:
        parts.append(tag("rect", x=x, y=y - 11, width=12, height=12, class_=key))
        parts.append(_text(word, x + 18, y - 4, "muted"))
        x += 46 + 7.0 * len(word)
    return parts


def _pattern() -> Markup:
    """Stripes for abstentions, so that they differ from errors without colour."""
    stripe = tag("path", d="M0 6 L6 0", class_="stripe")
    pattern = tag("pattern", stripe, id="stripes", width=6, height=6, patternUnits="userSpaceOnUse")
    return tag("defs", pattern)


def _axis(scale: _Scale, y: float, ticks: Sequence[float], *, signed: bool = False, percent: bool = False) -> Markup:
    write: Callable[[float], str] = (
        (lambda t: f"{t:.0%}") if percent else (lambda t: f"{t:+.2g}" if signed and t else f"{t:.2g}")
    )
    parts = []
    for tick in ticks:
        x = scale(tick)
        parts.append(tag("line", x1=x, x2=x, y1=4, y2=y, class_="grid"))
        parts.append(_text(write(tick), x, y + 12, "muted middle"))
    return tag("g", parts)


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers from low to high, about five of them."""
    span = high - low
    step = next(each for each in (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0) if span / each <= 6 or each == 1.0)
    first = -int(-low / step) if low < 0 else int(low / step + 0.999)
    return [round(step * number, 6) for number in range(first, int(high / step + 1e-9) + 1)]


def _spread(places: Sequence[float], gap: float) -> list[float]:
    """The same places, moved apart where labels would cover one another."""
    moved = list(places)
    order = sorted(range(len(moved)), key=lambda each: moved[each])
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + gap)
    return moved


def _whisker(low: float, high: float, middle: float) -> Markup:
    path = f"M{low:.1f} {middle - 5:.1f}v10M{low:.1f} {middle:.1f}H{high:.1f}M{high:.1f} {middle - 5:.1f}v10"
    return tag("path", d=path, class_="whisker")


def _label(words: str, middle: float) -> Markup:
    short = words if len(words) <= 17 else f"{words[:16]}…"
    return tag("text", tag("title", words), short, x=_LEFT - 10, y=middle, class_="label end")


def _text(words: str, x: float, y: float, look: str) -> Markup:
    return tag("text", words, x=x, y=y, class_=look)


def _interval(mean: float, low: float | None, high: float | None) -> str:
    return f"{mean:.3f}" if low is None or high is None else f"{mean:.3f} ± {(high - low) / 2:.3f}"


def _p(value: float | None) -> str:
    if value is None:
        return "p not measured"
    return "p < 0.001" if value < 0.001 else f"p {value:.3f}"


def _figure(title: str, said: str, height: float, parts: Sequence[Markup]) -> Markup:
    drawing = tag(
        "svg",
        tag("title", title),
        tag("desc", said),
        parts,
        viewBox=f"0 0 {_WIDTH:.0f} {height:.0f}",
        role="img",
        aria_label=f"{title}: {said}",
    )
    return tag("figure", drawing, tag("figcaption", title))
