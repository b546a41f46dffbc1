"""What people said of answers reaches the next adapter, where a strategy asks for it."""

import pytest

from steep.errors import DatasetError
from steep.flows.tune import tune

from .conftest import QUICK, silent, with_dataset

JUDGED = """
[[tune.default.phases]]
use = "instruct"
[[tune.default.phases.mixture]]
use = "feedback"
share = 0.25
[[tune.default.phases]]
use = "dpo"
beta = 0.5
held_out = 0.3
"""


def judged(project, *, right, better):
    """Answers of which people said that they are right, or what would have been better."""
    from steep.flows.feedback import judge
    from steep.values import OPERATOR, Answer, Citation, Hit

    for number, passage in enumerate(project.library().all_passages()[: right + better]):
        start = passage.text.index("The berth")
        citation = Citation(
            document=passage.document,
            version=passage.version,
            path=passage.path,
            start=passage.start + start,
            end=passage.end,
            text=passage.text[start:],
            passage=passage.id,
        )
        answer = Answer(
            id=f"a{number}",
            question=f"Which mark has the berth {passage.path[5:8]}?",
            text=passage.text[start:] if number < right else "No mark at all [1].",
            citations=(citation,),
            confidence=None,
            abstained=False,
            hits=(Hit(passage=passage, score=1.0, rank=1),),
        )
        project.answers.add(answer, now=1.0)
        said = "" if number < right else passage.text[start:]
        judge(project, answer.id, right=not said, better=said, caller=OPERATOR)


def test_what_people_said_of_answers_reaches_the_next_adapter_and_its_lineage(language_model):
    with language_model(f"[tune.default]\n{QUICK}{JUDGED}") as tuned:
        judged(tuned, right=2, better=5)
        summary = tune(tuned, progress=silent)
        lineage = tuned.adapters.resolve(summary.version).lineage
    assert lineage["feedback"] == {"said": 7, "pairs": 7, "preferences": 5, "left_out": 0} == summary.feedback
    assert [part["use"] for part in lineage["phases"][0]["mixture"]] == ["instruct", "feedback"]
    assert lineage["phases"][0]["rows"] == 6 + 2
    assert (lineage["phases"][1]["rows"], lineage["phases"][1]["dev_rows"]) == (3, 2)
    assert lineage["phases"][1]["mixture"][0]["options"] == {"beta": 0.5, "held_out": 0.3}
    assert summary.score_before == pytest.approx(-0.6931, abs=1e-3)
    assert summary.score_after > summary.score_before


def test_feedback_that_no_strategy_asks_for_changes_nothing(open_project):
    one, other = open_project("one"), open_project("other")
    for project in (one, other):
        with_dataset(project)
    judged(other, right=3, better=0)
    first, second = (tune(project, progress=silent) for project in (one, other))
    assert first.version == second.version
    assert second.feedback is None


def test_preferences_without_any_feedback_are_asked_for_by_name(language_model):
    with (
        language_model(f"[tune.default]\n{QUICK}phases = ['dpo']\n") as tuned,
        pytest.raises(DatasetError, match=r"`dpo` found no preference: .*steep feedback ID --better"),
    ):
        tune(tuned, progress=silent)
