"""What a measurement is asked for: splits, limits, arms, profiles and metrics, and what of that is refused."""

import pytest

from steep import Plugins
from steep.errors import ConfigError, NotIndexed, PluginNotFound, QuestionError
from steep.flows.measure import measure
from steep.hooks import Selection
from steep.workspace.project import Project

from .conftest import CONFIG, quiet


def test_a_wrong_configuration_is_an_error_and_not_a_failed_question(project):
    (project.folder / "steep.toml").write_text(CONFIG.replace("output = []", 'output = ["no-such-guardrail"]'))
    with (
        Project.open(project.folder, plugins=project.plugins) as again,
        pytest.raises(PluginNotFound, match="no-such-guardrail"),
    ):
        measure(again, progress=quiet)


def test_splits_limits_and_arms_narrow_what_is_asked(project):
    assert measure(project, progress=quiet, split="dev").questions["asked"] == 3
    limited = measure(project, progress=quiet, limit=5)
    assert limited.questions["asked"] == 5
    assert limited.id == measure(project, progress=quiet, limit=5).id
    assert [each.name for each in measure(project, progress=quiet, arms=["both", "rag"]).arms] == ["rag", "both"]


def test_what_cannot_be_measured_with_is_said(project):
    with pytest.raises(QuestionError, match="no question is of the split 'train'; the file's splits are: dev, test"):
        measure(project, progress=quiet, split="train")
    with pytest.raises(QuestionError, match="the limit is 0"):
        measure(project, progress=quiet, limit=0)
    with pytest.raises(QuestionError, match=r"absent\.jsonl cannot be read"):
        measure(project, progress=quiet, questions=project.folder / "absent.jsonl")
    with pytest.raises(ConfigError, match="there is no profile named 'rug'"):
        measure(project, progress=quiet, arms=["rug"])


@pytest.mark.parametrize(
    ("left_out", "error", "complaint"),
    [
        ("", NotIndexed, "run `steep index` first"),
        ('questions = "questions.jsonl"', QuestionError, "there are no questions to measure with"),
    ],
)
def test_a_project_without_index_or_questions_says_what_to_do(folder, left_out, error, complaint):
    (folder / "steep.toml").write_text(CONFIG.replace(left_out, "") if left_out else CONFIG)
    plugins = Plugins.discover(Selection(allow=frozenset()))
    with Project.open(folder, plugins=plugins) as project, pytest.raises(error, match=complaint):
        measure(project, progress=quiet)


def test_bad_lines_are_named_in_the_report(project):
    with (project.folder / "questions.jsonl").open("a") as file:
        file.write("{torn\n")
    (line,) = measure(project, progress=quiet).skipped
    assert "questions.jsonl, line 18: it is not JSON" in line


def test_a_profile_is_measured_beside_the_arms(project):
    (project.folder / "steep.toml").write_text(CONFIG + "[profile.narrow]\npassages = 1\n")
    with Project.open(project.folder, plugins=project.plugins) as again:
        report = measure(again, progress=quiet, arms=["rag", "narrow"])
    assert [(each.name, each.arm) for each in report.arms] == [("rag", "rag"), ("narrow", "rag")]
    assert report.comparisons[0].arm == "narrow"


def test_two_metrics_of_one_name_are_told_apart_and_the_first_decides(project):
    metrics = '[[measure.metrics]]\nuse = "points"\nright = 0.4\n[[measure.metrics]]\nuse = "points"\n'
    (project.folder / "steep.toml").write_text(CONFIG + metrics)
    with Project.open(project.folder, plugins=project.plugins) as again:
        report = measure(again, progress=quiet)
    assert report.metrics == ("points(right=0.4)", "points()")
    assert report.verdict.metric == "points(right=0.4)"
