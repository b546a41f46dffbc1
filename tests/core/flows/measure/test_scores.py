"""What is measured: the scores of the answers in each arm, and what could not be measured and why."""

import pytest

from steep.flows.measure import measure

from .conftest import arm, only, quiet, tuned


def test_an_extractive_generator_without_an_adapter_is_measured_in_one_arm_and_the_others_say_why(project):
    report = measure(project, progress=quiet)
    assert "answers only from passages" in arm(report, "base").reason
    assert "answers only from passages" in arm(report, "tuned").reason
    assert "nothing was tuned yet" in arm(report, "both").reason
    assert all(not arm(report, name).metrics for name in ("base", "tuned", "both"))
    assert arm(report, "rag").measured
    assert (report.verdict.ground, report.verdict.arm) == ("only-arm", "rag")
    assert report.verdict.sentence.startswith("Only rag was measured (token-f1 ")


def test_scores_are_those_of_the_answers(project):
    report = measure(project, progress=quiet)
    rag = arm(report, "rag")
    # the old price is quoted for all 16 answerable questions: 8 right, and 8 wrong that still share "EUR"
    assert rag.metric("exact-match").mean == pytest.approx(9 / 17)
    assert rag.metric("token-f1").mean == pytest.approx((8 + 8 * 0.5 + 1) / 17)
    assert rag.metric("recall").mean == 1
    assert rag.metric("recall").not_measured == {"the question cannot be answered, so there is nothing to find": 1}
    assert rag.metric("citation-recall").measured == 16
    assert rag.metric("abstention").mean == 1
    assert (rag.outcomes.right + rag.outcomes.wrong, rag.outcomes.declined, rag.outcomes.abstained) == (16, 1, 0)
    assert [kind.kind for kind in rag.kinds] == ["history", "price", "unanswerable"]
    assert report.questions == {"asked": 17, "answerable": 16, "unanswerable": 1, "with_evidence": 16, "documents": 8}


def test_an_adapter_brings_the_second_arm_and_a_comparison_with_a_verdict(project, tmp_path):
    version = tuned(project, tmp_path)
    report = measure(project, progress=quiet)
    assert arm(report, "both").adapter == version.version
    compared = next(each for each in report.comparisons if each.metric == "token-f1")
    assert (compared.arm, compared.over, compared.questions, compared.clusters) == ("both", "rag", 17, 9)
    assert compared.difference == pytest.approx(0)
    assert (report.verdict.ground, report.verdict.arm) == ("no-difference", "rag")
    only_new = measure(project, progress=quiet, questions=only(project, "new-"))
    assert only_new.verdict.arm == "both"
    assert only_new.verdict.ground == "better"
    assert only_new.verdict.difference == pytest.approx(0.5)
    assert only_new.verdict.sentence.startswith("Use both: it beats rag (token-f1 +0.500")


def test_a_question_that_fails_is_counted_and_the_rest_goes_on(project, generator):
    generator.fails_on = "timber"
    report = measure(project, progress=quiet)
    rag = arm(report, "rag")
    assert rag.failed == 2
    ((reason, count),) = rag.metric("token-f1").not_measured.items()
    assert count == 2
    assert reason.startswith(
        "the question failed: the generator `lookup:lookup` failed: it raised RuntimeError('the model"
    )
    generator.fails_on = ""
    assert arm(measure(project, progress=quiet), "rag").failed == 0


def test_an_arm_that_only_fails_was_not_measured(project, generator):
    generator.fails_on = "price"
    report = measure(project, progress=quiet, questions=only(project, "new-"))
    assert arm(report, "rag").reason.startswith(
        "every question failed: the generator `lookup:lookup` failed: it raised"
    )
    assert report.verdict.ground == "nothing-measured"


def test_a_closed_book_arm_is_measured_but_not_for_retrieval(project, generator):
    generator.closed_book = True
    report = measure(project, progress=quiet)
    base = arm(report, "base")
    assert base.measured
    assert base.metric("recall").mean is None
    assert base.metric("recall").not_measured["the arm base answers without retrieving"] == 17
    recall = next(each for each in report.comparisons if each.metric == "recall")
    assert recall.difference is None
    assert "0 questions were scored in both arms" in recall.reason
    assert (report.verdict.arm, report.verdict.ground) == ("rag", "better")
