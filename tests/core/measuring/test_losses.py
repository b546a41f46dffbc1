"""A verdict says what the arm it names loses elsewhere, where that is shown, and names the same arm all the same."""

import pytest

from steep.measuring.losses import with_losses
from steep.measuring.verdict import Standing, decide

from .conftest import comparison

BETTER = {"token-f1": True, "points": True, "seconds": False, "length": None}


def compared(metric, difference, *, p=0.001, arm="both", over="rag"):
    return comparison(arm, over, difference, metric=metric, p=p)


def verdict_of(*comparisons, gain=0.1, p=0.001):
    deciding = compared("token-f1", gain, p=p)
    standings = [Standing(arm="rag", mean=0.5), Standing(arm="both", mean=0.5 + gain)]
    return with_losses(decide("token-f1", standings, [deciding]), [deciding, *comparisons], BETTER)


def test_a_loss_of_points_is_said_with_its_figures():
    verdict = verdict_of(compared("points", -0.2))
    assert verdict.arm == "both"
    assert verdict.losses == ("points",)
    assert verdict.sentence.startswith("Use both: it beats rag (token-f1 +0.100")
    assert verdict.sentence.endswith(". But look: rag beats it in points (-0.200, 95% interval -0.230 to -0.170).")


def test_a_comparison_the_other_way_round_tells_the_same():
    assert (
        verdict_of(compared("points", 0.2, arm="rag", over="both")).sentence
        == verdict_of(compared("points", -0.2)).sentence
    )


def test_of_a_metric_that_should_be_low_more_is_a_loss():
    assert verdict_of(compared("seconds", 0.2)).losses == ("seconds",)
    assert verdict_of(compared("seconds", -0.2)).losses == ()


@pytest.mark.parametrize(
    "others",
    [
        (compared("points", 0.2),),
        (compared("points", -0.2, p=0.2),),
        (compared("points", -0.2, p=0.03), compared("seconds", 0.0, p=1.0)),  # 0.03 is not below 0.05 / 2
        (compared("points", -0.2, arm="tuned"),),
        (compared("length", -20.0),),  # neither gain nor loss
        (),
    ],
)
def test_what_is_no_loss_or_not_shown_leaves_the_verdict_as_it_was(others):
    verdict = verdict_of(*others)
    assert verdict.losses == ()
    assert "But" not in verdict.sentence


def test_where_no_arm_is_preferred_nothing_is_added():
    assert verdict_of(compared("points", -0.2), gain=0.01, p=0.4).losses == ()
