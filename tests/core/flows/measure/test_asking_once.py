"""A stopped, torn or repeated measurement asks nothing twice, and anew where something changed."""

import pytest

from steep.errors import WorkspaceError
from steep.flows.index import index
from steep.flows.measure import measure
from steep.measuring.report import stored_reports

from .conftest import quiet, tuned, without_time


def test_the_same_inputs_and_seed_give_the_same_report_but_for_time(project, tmp_path):
    tuned(project, tmp_path)
    first = measure(project, progress=quiet)
    again = measure(project, progress=quiet, fresh=True)
    assert without_time(first) == without_time(again)
    assert first.created != again.created


def test_a_stopped_measurement_asks_nothing_twice(project, generator):
    generator.stop_after = 7
    with pytest.raises(KeyboardInterrupt):
        measure(project, progress=quiet)
    assert stored_reports(project.state / "reports") == ()
    generator.stop_after = None
    report = measure(project, progress=quiet)
    assert len(generator.asked) == len(set(generator.asked)) == 17
    measure(project, progress=quiet, split="dev")
    assert len(generator.asked) == 17
    assert without_time(report) == without_time(measure(project, progress=quiet, fresh=True))
    assert len(generator.asked) == 34


def test_a_journal_torn_by_a_kill_loses_one_answer(project, generator):
    report = measure(project, progress=quiet)
    (journal,) = (project.state / "reports" / "answers").glob("*.jsonl")
    journal.write_bytes(journal.read_bytes()[:-40])
    generator.asked.clear()
    assert without_time(measure(project, progress=quiet)) == without_time(report)
    assert len(generator.asked) == 1
    generator.asked.clear()
    measure(project, progress=quiet)
    assert generator.asked == []


def test_answers_are_asked_again_when_the_documents_changed(project, generator):
    measure(project, progress=quiet)
    (project.folder / "docs" / "salt.md").write_text("# Salt\n\nNow salt costs 99 EUR a ton.\n")
    index(project, progress=quiet)
    report = measure(project, progress=quiet)
    assert len(generator.asked) == 34
    assert "new-salt" in report.unlocated


def test_the_first_question_does_not_pay_for_loading_the_parts(project, generator):
    measure(project, progress=quiet)
    loaded = list(generator.loaded)
    assert set(loaded) == {0}
    measure(project, progress=quiet)
    assert generator.loaded == loaded, "nothing is asked, so nothing is loaded"


def test_an_index_that_changes_meanwhile_stops_the_measurement(project, generator):
    def change(step):
        if (step.stage, step.done) == ("rag", 3):
            (project.folder / "docs" / "salt.md").write_text("# Salt\n\nsalt costs 1 EUR.\n")
            index(project, progress=quiet)

    with pytest.raises(WorkspaceError, match="indexed anew while measuring"):
        measure(project, progress=change)


def test_progress_counts_every_question_of_every_arm(project, tmp_path):
    tuned(project, tmp_path)
    steps = []
    measure(project, progress=steps.append)
    ends = [(step.stage, step.done, step.total) for step in steps if step.done == step.total]
    assert ends == [("locate", 17, 17), ("rag", 17, 17), ("both", 17, 17)]
