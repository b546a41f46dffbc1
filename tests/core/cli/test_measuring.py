"""`steep run` and `steep measure`, and the main job step by step: questions, arms, verdict and report."""

import re

from steep.workspace.project import Project


def test_the_main_job_step_by_step(steep, folder):
    steep("index", into=folder)
    pairs = steep("synthesize", "--json", "-n", "8", into=folder).json
    assert 0 < pairs["kept"] <= pairs["asked"] == 8
    tuned = steep("tune", "--json", into=folder).json
    assert tuned["version"]
    report = steep("measure", "--json", into=folder).json
    assert {arm["name"] for arm in report["arms"]} == {"base", "rag", "tuned", "both"}
    assert report["verdict"]["sentence"]
    assert "Report:" in steep("measure", into=folder).out


def test_run_ends_with_the_table_the_verdict_the_report_and_answers(steep, folder):
    ran = steep("run", into=folder)
    assert ran.code == 0
    for expected in ("index", "synthesize", "tune", "rag", "both", "Report:", "Q: ", "A: "):
        assert expected in ran.out


def test_run_shows_the_surest_answers_first_and_abstentions_last(steep, folder):
    answers = steep("run", "--json", into=folder).json["answers"]
    assert 1 <= len(answers) <= 3
    assert [each["abstained"] for each in answers] == sorted(each["abstained"] for each in answers)
    sure = [each["confidence"] for each in answers if not each["abstained"]]
    assert sure == sorted(sure, reverse=True)


def test_run_without_a_question_file_measures_held_out_pairs_and_says_so(steep, project_folder):
    folder = project_folder(tables="[measure]\nresamples = 100\n", name="plain")
    ran = steep("run", into=folder)
    assert ran.code == 0
    assert "written by the synthesizer" in ran.err


def test_measure_without_a_question_file_takes_held_out_pairs_and_says_so(steep, project_folder):
    folder = project_folder(tables="[measure]\nresamples = 100\n", name="plain")
    steep("index", into=folder)
    before = steep("measure", into=folder)
    assert before.code == 8
    assert re.search(r'\{"question": .* or run `steep synthesize`, whose held-out pairs', before.err)
    steep("synthesize", into=folder)
    ran = steep("measure", "--json", into=folder)
    assert ran.code == 0
    assert ran.json["questions"]["asked"] > 0
    assert "written by the synthesizer" in ran.err


def test_lines_of_the_question_file_that_cannot_be_asked_are_named(steep, folder):
    file = folder / "questions.jsonl"
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([*lines, *['{"question": "How deep is it?", "answer_s": ["4 m"]}'] * 5]) + "\n", "utf-8")
    steep("index", into=folder)
    ran = steep("measure", "--arm", "rag", into=folder)
    assert ran.code == 0
    assert f"line {len(lines) + 1}: it has no `answers`" in ran.err
    assert ran.err.count("not asked:") == 3
    assert "2 more lines could not be asked" in ran.err


def test_run_as_json_is_one_object(steep, folder):
    summary = steep("run", "--json", into=folder).json
    assert {"run", "steps", "report", "answers", "page"} <= summary.keys()


def test_an_adapter_that_is_not_in_production_is_measured_all_the_same(steep, folder):
    steep("index", into=folder)
    steep("synthesize", "-n", "8", into=folder)
    version = steep("tune", "--json", into=folder).json["version"]
    with Project.open(folder) as project, project.records.transaction() as write:
        write.delete("aliases")
    arms = {arm["name"]: arm for arm in steep("measure", "--json", into=folder).json["arms"]}
    assert arms["both"]["adapter"] == version
    assert arms["both"]["reason"] == ""
    assert arms["rag"]["adapter"] is None


def test_what_works_from_an_outdated_index_says_so_once_on_stderr_and_in_json(steep, folder):
    steep("index", into=folder)
    parts = folder / "tiny_parts.py"
    parts.write_text(parts.read_text("utf-8").replace('"hashed-64"', '"hashed-64-newer"'), "utf-8")
    said = steep("ask", "When does the Heron leave?", into=folder).err
    (line,) = (each for each in said.splitlines() if "the index was made by another embedder" in each)
    line = line.removeprefix("steep: ")
    for words in (("synthesize", "-n", "8"), ("tune",), ("measure",)):
        in_json = steep(*words, "--json", into=folder)
        assert (in_json.code, in_json.err.count(line)) == (0, 1), words
        assert line in (*in_json.json.get("notes", ()), *in_json.json.get("warnings", ()), in_json.json.get("outdated"))
        assert steep(*words, into=folder).err.count(line) == 1, words
    page = next((folder / ".steep" / "reports").glob("*/report.html")).read_text("utf-8")
    assert f"When this was measured, {line}" in page
    steep("index", into=folder)
    for words in (("synthesize", "-n", "8"), ("tune",), ("measure",)):
        ran = steep(*words, "--json", into=folder)
        assert "another embedder" not in f"{ran.err} {ran.out}", words
