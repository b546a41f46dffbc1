"""A comparison of two arms as 120 questions about 40 documents might give it."""

from steep.measuring.comparison import Comparison


def comparison(arm, over, difference, *, metric="token-f1", p=0.001, detectable=0.04):
    return Comparison(
        metric=metric,
        arm=arm,
        over=over,
        questions=120,
        clusters=40,
        unit="document",
        difference=difference,
        low=difference - 0.03,
        high=difference + 0.03,
        p=p,
        p_adjusted=p,
        detectable=detectable,
    )
