"""`steep index`, `documents`, `search` and `doctor`: what was read and cut, left out, and is kept."""

import re
import sys

from steep.cli.output import Lines
from steep.cli.printing import say_wrapped
from steep.cli.search import excerpt
from steep.kinds import Progress
from steep.values import Passage


def test_index_prints_counts_and_then_that_nothing_changed(steep, folder):
    assert "3 documents" in steep("index", into=folder).out
    assert "Nothing had changed." in steep("index", into=folder).out


def test_long_work_without_a_terminal_says_a_line_every_ten_seconds(capsys):
    now = iter((0.0, 4.0, 11.0, 15.0, 22.5))
    lines = Lines(clock=lambda: next(now))
    for done in (1, 2, 3, 4):
        lines.show(Progress(stage="embed", done=done, total=9, note="a.md" if done == 2 else ""))
    assert capsys.readouterr().err == "steep: embed: 2 of 9, a.md\nsteep: embed: 4 of 9\n"


def test_documents_are_shown_as_they_were_read_and_cut(steep, folder):
    steep("index", into=folder)
    shown = steep("documents", "show", "ferries.md", "--json", into=folder).json
    text = shown["text"]
    assert shown["title"] == "ferries.md"
    assert text.startswith("# Ferries")
    for passage in shown["passages"]:
        assert text[passage["start"] : passage["end"]] in passage["indexed_text"]
    listed = steep("documents", "list", "--json", into=folder).json
    assert [row["path"] for row in listed["documents"]] == ["ferries.md", "tickets.md", "winter/ice.txt"]
    assert "ferries.md" in steep("documents", "show", "ferries.md", into=folder).out


def test_what_is_left_out_of_a_page_is_said_with_its_words(steep, folder):
    page = '<nav><a href="/">Home</a> <a href="/prices">Prices</a></nav><main><p>The Heron leaves at nine.</p></main>'
    (folder / "page.html").write_text(page, "utf-8")
    assert "Not taken for text in what was read: 2 words (menu or frame of a page)" in steep("index", into=folder).out
    said = steep("documents", "show", "page.html", into=folder).out
    assert "left out     2 words (menu or frame of a page): Home Prices\n" in said


def test_a_document_that_is_not_in_the_index_suggests_the_nearest(steep, folder):
    (folder / "broken.txt").write_text("unreadable", "utf-8")
    assert "run `steep index` first" in steep("documents", "list", into=folder).err
    steep("index", into=folder)
    assert "did you mean `ferries.md`?" in steep("documents", "show", "feries.md", into=folder).err
    assert "the file says so itself" in steep("documents", "show", "broken.txt", into=folder).err
    assert "broken.txt" in steep("documents", "list", into=folder).out


def test_index_names_what_it_cannot_read_and_ends_well(steep, folder):
    (folder / "broken.txt").write_text("unreadable", "utf-8")
    ran = steep("index", "--json", into=folder)
    assert ran.code == 0
    assert "broken.txt" in ran.err
    assert list(ran.json["failed"]) == ["broken.txt"]


def test_search_prints_hits_with_where_they_stand(steep, folder):
    steep("index", into=folder)
    hits = steep("search", "--json", "When does the Heron leave?", into=folder).json["hits"]
    text = (folder / hits[0]["path"]).read_text("utf-8")
    assert text[hits[0]["start"] : hits[0]["end"]] == hits[0]["text"]
    assert "ferries.md" in steep("search", "Heron", into=folder).out


def test_search_shows_a_table_row_by_row():
    text = "All prices\nare in euros.\n\n| Bike | Price |\n| --- | --- |\n| City | 14 |\n| Cargo | 39 |\n"
    passage = Passage(document="d", version="v", path="a.md", title="A", start=0, end=len(text), text=text)
    assert excerpt(passage) == ["All prices are in euros.", "| Bike | Price |", "| City | 14 |", "| Cargo | 39 |"]
    assert excerpt(passage, 60) == ["All prices are in euros.", "| Bike | Price |", "| City | 14 | …"]
    assert excerpt(passage, 23) == ["All prices are in euro…"]


def test_search_shows_of_a_long_passage_its_beginning(steep, folder):
    (folder / "long.md").write_text("# Long\n\n" + "The zebra crosses slowly. " * 40, "utf-8")
    steep("index", into=folder)
    lines = steep("search", "zebra", "-k", "1", into=folder).out.splitlines()
    assert lines[1].startswith("    The zebra crosses")
    assert lines[1].endswith("…")
    assert len(lines[1]) <= 4 + 300


def test_in_a_terminal_lines_are_wrapped_between_words_and_in_a_pipe_they_stay_whole(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "30")
    line = "  [1] documents/a-very-long-name-of-a-file.md · Berths › Visitors"
    say_wrapped(line, indent=4)
    assert capsys.readouterr().out == f"{line}\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    say_wrapped(line, "short", indent=4)
    assert capsys.readouterr().out == (
        "  [1]\n      documents/a-very-long-name-of-a-file.md\n      · Berths › Visitors\nshort\n"
    )


def test_doctor_says_what_the_machine_and_the_project_hold(steep, folder):
    steep("index", into=folder)
    found = {check["name"]: check for check in steep("doctor", "--json", into=folder).json["checks"]}
    assert found["records"]["state"] == "ok"
    assert "3 documents" in found["index"]["found"]
    assert steep("doctor", into=folder).out.endswith("Nothing is broken.\n")


def test_doctor_ends_with_3_where_something_is_broken(steep, folder):
    steep("index", into=folder)
    next((folder / ".steep" / "generations").rglob("*.faiss")).unlink()
    ran = steep("doctor", into=folder)
    assert ran.code == 3
    assert re.search(r"\n1 of \d+ checks broken\.$", ran.out.strip())
    assert "steep index" in ran.out


def test_doctor_prunes_what_earlier_generations_left(steep, folder):
    steep("index", into=folder)
    (folder / "tickets.md").write_text("# Tickets\n\nA week ticket costs 55 euros.\n", "utf-8")
    steep("index", into=folder)
    told = steep("doctor", "--prune", "--json", into=folder).json
    assert told["ok"]
    assert told["pruned"]["vectors"] > 0
    assert "Dropped 0 vectors" in steep("doctor", "--prune", into=folder).out
