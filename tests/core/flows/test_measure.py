"""The measure flow on small real parts: real documents, index, retriever and answerer; a ten-line generator."""

import itertools
import json
import re
from dataclasses import dataclass, field, replace

import pytest

from steep import Plugins, hookimpl, offer
from steep.errors import ConfigError, NotIndexed, PluginNotFound, QuestionError, WorkspaceError
from steep.flows.index import index
from steep.flows.measure import measure
from steep.hooks import Selection
from steep.hooks.manager import Origin
from steep.kinds import Abstain, Quote, Said, Weighed
from steep.measuring.report import PAGE, REPORT, ROWS, MeasureReport, load_report, stored_reports
from steep.report.table import terminal_table
from steep.workspace.project import Project

CONFIG = """
[project]
name = "quay"
documents = ["docs/*.md"]
[index.lexical]
use = "bm25"
[retriever]
use = "lexical"
[generator]
use = "lookup"
[guardrails]
input = []
passages = []
output = []
[measure]
questions = "questions.jsonl"
resamples = 200
"""
GOODS = ["salt", "coal", "timber", "grain", "wool", "slate", "herring", "cider"]


@dataclass
class Lookup:
    """Answers with the number of the passage's first sentence that names the question's last word; abstains else.

    With an adapter it knows that of two sentences the later one holds.
    """

    closed_book: bool = False
    asked: list[str] = field(default_factory=list)
    loaded: list[int] = field(default_factory=list)
    stop_after: int | None = None
    fails_on: str = ""
    digest = "lookup"
    others = ()

    def answer(self, request, at_hand):
        if request.question.startswith("Which day does"):  # none of ours: the parts are being loaded
            self.loaded.append(len(self.asked))
            yield Abstain(reason="")
            return
        if self.stop_after is not None and len(self.asked) >= self.stop_after:
            raise KeyboardInterrupt
        self.asked.append(request.question)
        if self.fails_on and self.fails_on in request.question:
            raise RuntimeError("the model ran out of breath")
        if not request.hits:
            yield Weighed(confidence=0.1)
            yield Said(text="100 EUR")
            return
        wanted = re.findall(r"\w+", request.question)[-1].lower()
        for hit in request.hits:
            found = list(re.finditer(rf"{wanted} costs (\d+ EUR)", hit.passage.text))
            if found:
                place = found[-1 if at_hand.adapter else 0]
                start, end = place.span(1)
                yield Weighed(confidence=0.5 + len(wanted) / 20)
                yield Quote(passage=hit.passage.id, start=start, end=end)
                yield Said(text=place.group(1))
                return
        yield Abstain(reason="no passage names it")


@dataclass
class LookupPlugin:
    generator: Lookup

    @hookimpl
    def steep_offers(self):
        yield offer(
            kind="generator", name="lookup", summary="Looks a price up.", build=lambda options, context: self.generator
        )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "steep.toml").write_text(CONFIG)
    (tmp_path / "docs").mkdir()
    rows = [{"id": "none", "question": "What is the price of amber?", "unanswerable": True, "split": "test"}]
    for number, goods in enumerate(GOODS):
        old, new = f"{number + 10} EUR", f"{number + 20} EUR"
        text = (
            f"# {goods.title()}\n\nIn the old list {goods} costs {old} a ton.\n\nSince May {goods} costs {new} a ton.\n"
        )
        (tmp_path / "docs" / f"{goods}.md").write_text(text)
        evidence = [{"document": f"{goods}.md", "quote": f"{goods} costs {new}"}]
        row = {"question": f"What is the price of {goods}?", "answers": [new], "evidence": evidence, "kind": "price"}
        rows.append({**row, "id": f"new-{goods}", "split": "dev" if number < 3 else "test"})
        old_row = {"question": f"What was once the price of {goods}?", "answers": [old], "document": f"{goods}.md"}
        rows.append({**old_row, "id": f"old-{goods}", "split": "test", "kind": "history"})
    (tmp_path / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


@pytest.fixture
def generator():
    return Lookup()


@pytest.fixture
def project(folder, generator):
    plugins = Plugins.discover(Selection(allow=frozenset()))
    plugins.adopt(LookupPlugin(generator), Origin(plugin="lookup", distribution="test", version="0"))
    clock = itertools.count(1_750_000_000).__next__
    with Project.open(folder, plugins=plugins, clock=lambda: float(clock())) as opened:
        index(opened, progress=quiet)
        yield opened


def quiet(step):
    pass


def tuned(project, tmp_path):
    source = tmp_path / "adapter"
    source.mkdir()
    (source / "adapter_config.json").write_text("{}")
    version = project.adapters.add(name="quay", source=source, base="lookup", score=None, lineage={}, now=0.0)
    project.adapters.point("quay", "production", version.version, reason="test", now=0.0)
    return version


def arm(report, name):
    return next(each for each in report.arms if each.name == name)


def without_time(report):
    return {key: value for key, value in report.to_json().items() if key not in ("created", "latency")}


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
    only_new = measure(project, progress=quiet, questions=_only(project, "new-"))
    assert only_new.verdict.arm == "both"
    assert only_new.verdict.ground == "better"
    assert only_new.verdict.difference == pytest.approx(0.5)
    assert only_new.verdict.sentence.startswith("Use both: it beats rag (token-f1 +0.500")


def _only(project, beginning):
    lines = (project.folder / "questions.jsonl").read_text().splitlines()
    file = project.folder / f"{beginning}questions.jsonl"
    file.write_text("\n".join(line for line in lines if json.loads(line)["id"].startswith(beginning)))
    return file


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


def test_a_question_that_fails_is_counted_and_the_rest_goes_on(project, generator):
    generator.fails_on = "timber"
    report = measure(project, progress=quiet)
    rag = arm(report, "rag")
    assert rag.failed == 2
    reason = "the question failed: the model ran out of breath"
    assert rag.metric("token-f1").not_measured == {reason: 2}
    generator.fails_on = ""
    assert arm(measure(project, progress=quiet), "rag").failed == 0


def test_an_arm_that_only_fails_was_not_measured(project, generator):
    generator.fails_on = "price"
    report = measure(project, progress=quiet, questions=_only(project, "new-"))
    assert arm(report, "rag").reason == "every question failed: the model ran out of breath"
    assert report.verdict.ground == "nothing-measured"


def test_a_wrong_configuration_is_an_error_and_not_a_failed_question(project):
    (project.folder / "steep.toml").write_text(CONFIG.replace("output = []", 'output = ["no-such-guardrail"]'))
    with (
        Project.open(project.folder, plugins=project.plugins) as again,
        pytest.raises(PluginNotFound, match="no-such-guardrail"),
    ):
        measure(again, progress=quiet)


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


def test_the_first_question_does_not_pay_for_loading_the_parts(project, generator):
    measure(project, progress=quiet)
    loaded = list(generator.loaded)
    assert set(loaded) == {0}
    measure(project, progress=quiet)
    assert generator.loaded == loaded, "nothing is asked, so nothing is loaded"


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


def test_an_index_that_changes_meanwhile_stops_the_measurement(project, generator):
    def change(step):
        if (step.stage, step.done) == ("rag", 3):
            (project.folder / "docs" / "salt.md").write_text("# Salt\n\nsalt costs 1 EUR.\n")
            index(project, progress=quiet)

    with pytest.raises(WorkspaceError, match="indexed anew while measuring"):
        measure(project, progress=change)


def test_the_report_its_page_and_its_rows_are_written(project, tmp_path):
    tuned(project, tmp_path)
    report = measure(project, progress=quiet)
    folder = project.folder / report.folder
    assert MeasureReport.from_json(json.loads((folder / REPORT).read_text())).to_json() == report.to_json()
    assert load_report(folder).id == report.id
    assert [each.id for each in stored_reports(project.state / "reports")] == [report.id]
    rows = [json.loads(line) for line in (folder / ROWS).read_text().splitlines()]
    assert len(rows) == 2 * 17
    assert rows[1]["gold"][0]["text"] == "salt costs 20 EUR"
    assert "10 EUR" in rows[1]["answer"]["answer"]
    assert rows[1]["scores"]["exact-match"] == 0
    assert rows[0]["reasons"]["recall"].startswith("the question cannot be answered")
    assert report.verdict.sentence.split(":")[0] in (folder / PAGE).read_text()


def test_latency_is_in_a_field_of_its_own(project):
    (latency,) = measure(project, progress=quiet).latency
    assert (latency.name, latency.answers) == ("rag", 17)
    assert 0 < latency.p50 <= latency.p95


def test_the_terminal_table_has_a_row_an_arm(project, capsys):
    from rich.console import Console

    report = measure(project, progress=quiet)
    console = Console(width=200)
    console.print(terminal_table(report))
    printed = capsys.readouterr().out
    assert re.search(r"rag .* 76\.5 ±\d+\.\d", printed)
    assert re.search(r"both +–", printed)
    assert "both: there is no adapter" in report.verdict.sentence


def test_the_terminal_table_shows_counts_as_they_are(project, capsys):
    from rich.console import Console

    (project.folder / "steep.toml").write_text(CONFIG + 'metrics = ["token-f1", "answer-words"]\n')
    with Project.open(project.folder, plugins=project.plugins) as again:
        Console(width=200).print(terminal_table(measure(again, progress=quiet, arms=["rag"])))
    assert re.search(r"rag .* 76\.5 ±\d+\.\d +\d\.\d ±", capsys.readouterr().out)


def test_the_terminal_table_fits_80_columns_and_says_the_median_whole(project, capsys):
    from rich.console import Console

    report = measure(project, progress=quiet, arms=["rag"])
    slow = replace(report, latency=tuple(replace(each, p50=31_234.4) for each in report.latency))
    Console(width=80).print(terminal_table(slow))
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 80
    assert " 31234" in printed
    assert "…" not in printed


def test_progress_counts_every_question_of_every_arm(project, tmp_path):
    tuned(project, tmp_path)
    steps = []
    measure(project, progress=steps.append)
    ends = [(step.stage, step.done, step.total) for step in steps if step.done == step.total]
    assert ends == [("locate", 17, 17), ("rag", 17, 17), ("both", 17, 17)]
