"""Every built-in metric keeps the laws of a metric."""

import pytest

from steep import Context, Plugins
from steep.hooks import Selection
from steep.testing.metric import MetricContract

NAMES = (
    "token-f1",
    "points",
    "abstention",
    "recall",
    "citation-precision",
    "citation-recall",
    "mrr",
    "ndcg",
    "exact-match",
    "rouge-l",
    "faithfulness",
    "form",
    "answer-words",
    "words-per-second",
    "answer-tokens",
    "tokens-per-second",
)


@pytest.fixture(scope="module")
def plugins():
    return Plugins.discover(Selection(allow=frozenset()))


def test_the_built_in_metrics_are_these(plugins):
    assert tuple(offered.offer.name for offered in plugins.offers("metric")) == NAMES


class TestBuiltInMetrics(MetricContract):
    @pytest.fixture(params=NAMES)
    def metric(self, request, plugins):
        return plugins.build("metric", request.param, {}, Context(), where="test")
