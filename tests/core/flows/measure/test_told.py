"""How a report is told: its files, its page, its latency, and the table of the terminal."""

import json
import re
from dataclasses import replace

from steep.flows.measure import measure
from steep.measuring.report import PAGE, REPORT, ROWS, MeasureReport, load_report, stored_reports
from steep.report.table import terminal_table
from steep.workspace.project import Project

from .conftest import CONFIG, quiet, tuned


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
