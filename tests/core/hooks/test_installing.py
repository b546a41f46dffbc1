"""Installing a package changes nothing about what an existing steep.toml means; naming its part does."""

import pytest

from steep.errors import ConfigError
from steep.measuring.rows import build_metrics
from steep.workspace.config import Config
from steep.workspace.project import Project

HOUSE = """
from steep import hookimpl, offer
from steep.values import Score

class Politeness:
    higher_is_better = True

    def score(self, case):
        return Score(value=1.0)

@hookimpl
def steep_offers():
    for name in ("politeness", "token-f1"):
        yield offer(kind="metric", name=name, summary="Says please.", build=lambda options, context: Politeness())
"""


@pytest.fixture
def metrics(tmp_path):
    """The metrics of a project whose steep.toml is this."""
    folder = tmp_path / "project"
    folder.mkdir()

    def built(config):
        (folder / "steep.toml").write_text(config, "utf-8")
        with Project.open(folder) as project:
            return build_metrics(project)

    return built


def test_an_installed_metric_joins_a_report_only_where_it_is_named(metrics, install):
    before = metrics("")
    install("steep-house", entry_points={"house": "steep_house"}, modules={"steep_house": HOUSE})
    after = metrics("")
    assert list(after) == list(before)
    assert [type(each) for each in after.values()] == [type(each) for each in before.values()]
    named = metrics('[measure]\nmetrics = ["token-f1", "politeness", "house:token-f1"]\n')
    assert [type(each).__name__ for each in named.values()] == ["Likeness", "Politeness", "Politeness"]


def test_what_a_report_has_by_default_is_what_0_1_had():
    assert [each.use for each in Config().measure.metrics] == [
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
    ]


def test_a_metric_that_is_neither_gain_nor_loss_cannot_decide(metrics):
    assert list(metrics('[measure]\nmetrics = ["token-f1", "answer-words"]\n')) == ["token-f1", "answer-words"]
    with pytest.raises(ConfigError, match=r"begins with `answer-words`.*put another metric before it"):
        metrics('[measure]\nmetrics = ["answer-words", "token-f1"]\n')


def test_a_report_has_a_metric():
    with pytest.raises(ValueError, match="at least 1"):
        Config.model_validate({"measure": {"metrics": []}})
