"""Bad input: one clear sentence that names the file and the way out, the rest goes on, and nothing is lost."""

import io
import json
import multiprocessing
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from steep.cli.commands import app
from steep.errors import AdapterError, QuestionError, WorkspaceError
from steep.flows.answer import Answerer, AnswerRequest, SearchRequest
from steep.flows.index import index
from steep.values import OPERATOR
from steep.workspace.project import Project

# the readers that come with steep, and small parts for the rest
BUILT_IN_READERS = """
[plugins]
files = ["tiny_parts.py"]
[reader.text]
[reader.markdown]
[embedder]
use = "tiny-parts:hashed"
[generator]
use = "tiny-parts:quoter"
[guardrails]
input = []
passages = []
output = []
"""
GOOD = {"good.md": "# Ferries\n\nThe Heron leaves at nine.\n"}


def indexed(project, **options):
    return index(project, progress=lambda step: None, **options)


def finds(project, question="When does the Heron leave?"):
    found = Answerer(project).search(SearchRequest(question=question, caller=OPERATOR))
    return [hit.passage.path for hit in found.hits]


@pytest.fixture
def make(project_folder, open_project):
    def run(documents, *, tables=""):
        return open_project(project_folder(documents, config=BUILT_IN_READERS, tables=tables, more=GOOD))

    return run


def pdf(*, encrypt=None, scanned=False):
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    kwargs = {}
    if encrypt:
        kwargs["encrypt"] = encrypt
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, invariant=1, **kwargs)
    if scanned:
        page.rect(100, 100, 200, 200, fill=1)
    else:
        page.drawString(100, 700, "The Heron leaves at nine.")
    page.showPage()
    page.save()
    return buffer.getvalue()


BAD_FILES = {
    "empty.md": (b"", "is empty"),
    "blank.txt": (b" \n\t\n", "is empty"),
    "program.txt": (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20, "is a program, not text"),
    "binary.txt": (bytes((i * 7919) % 256 for i in range(5000)), "is binary, not text"),
    "archive.txt": (b"PK\x03\x04" + bytes(100), "ZIP archive"),
    "nuls.txt": (bytes(5000), "binary, not text"),
    "broken.pdf": (b"%PDF-1.7\nthis is all there is", "is not a PDF that can be read"),
    "short.pdf": (b"", "is empty"),
    "broken.docx": (b"PK\x03\x04 no archive", "broken.docx"),
    "not.docx": (b"plain words", "not.docx"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_not_what_it_says_is_named_and_the_rest_is_indexed(make, name):
    content, message = BAD_FILES[name]
    project = make({name: content})
    summary = indexed(project)
    assert list(summary.failed) == [name]
    assert name in summary.failed[name]
    assert message in summary.failed[name]
    assert summary.documents == 1
    assert finds(project) == ["good.md"]


def test_encrypted_scanned_and_cut_off_pdf_files_are_told_apart(make):
    whole = pdf()
    project = make(
        {
            "whole.pdf": whole,
            "secret.pdf": pdf(encrypt="password"),
            "scan.pdf": pdf(scanned=True),
            "cut.pdf": whole[: len(whole) // 3],
        }
    )
    failed = indexed(project).failed
    assert set(failed) == {"secret.pdf", "scan.pdf", "cut.pdf"}
    assert "is encrypted; remove its password" in failed["secret.pdf"]
    assert "run OCR over it" in failed["scan.pdf"]
    assert "whole.pdf" in finds(project)


def test_texts_in_older_encodings_and_other_directions_are_read(make):
    hebrew = "\u05d4\u05de\u05e2\u05d1\u05d5\u05e8\u05ea \u05d9\u05d5\u05e6\u05d0\u05ea \u05d1\u05ea\u05e9\u05e2."
    project = make(
        {
            "latin.txt": "Die Fähre fährt über den Fluß. Für Kinder ist sie gratis.\n".encode("cp1252"),
            "wide.txt": "The Gull leaves at noon and returns at four.\n".encode("utf-16"),
            "hebrew.txt": hebrew.encode(),
            "mark.md": b"\xef\xbb\xbf# Tickets\r\n\r\nA day ticket costs 12 euros.\r\n",
            "nul.txt": b"The pier is long.\x00 It is old. " + b"Its planks are of oak and larch. " * 20,
        }
    )
    summary = indexed(project)
    assert summary.failed == {}
    texts = {passage.path: passage.text for passage in project.library().all_passages()}
    assert "Fähre" in texts["latin.txt"]
    assert "Gull" in texts["wide.txt"]
    assert hebrew in texts["hebrew.txt"]
    assert "\x00" not in texts["nul.txt"]
    assert finds(project, "מעבורת יוצאת")[0] == "hebrew.txt"


def test_a_file_of_200_megabytes_is_named_without_being_read(make):
    project = make({})
    with (project.folder / "huge.txt").open("wb") as file:
        file.truncate(200_000_000)
    summary = indexed(project)
    assert "huge.txt has 200 MB, more than max_megabytes = 64" in summary.failed["huge.txt"]
    assert summary.documents == 1


def test_a_raised_limit_takes_the_file_that_was_too_large(make, open_project):
    project = make({"long.md": "The pier is long. " * 200}, tables="[project]\nmax_megabytes = 0.001\n")
    assert "long.md" in indexed(project).failed
    text = (project.folder / "steep.toml").read_text("utf-8").replace("0.001", "1")
    (project.folder / "steep.toml").write_text(text, "utf-8")
    assert indexed(open_project(project.folder)).failed == {}


@pytest.mark.skipif(os.name == "nt", reason="no pipes there")
def test_a_pipe_never_hangs_the_index(make):
    project = make({})
    os.mkfifo(project.folder / "pipe.txt")
    (project.folder / "folder.txt").mkdir()
    (project.folder / "self.md").symlink_to(project.folder / "self.md")
    summary = indexed(project)
    assert set(summary.failed) == {"pipe.txt", "self.md"}
    assert summary.documents == 1


def test_an_empty_folder_says_what_it_looked_for(project_folder, open_project):
    project = open_project(project_folder({}, config=BUILT_IN_READERS))
    with pytest.raises(WorkspaceError, match=r"no document in .* matches \*\*/\*.* Put documents there"):
        indexed(project)


def test_only_bad_files_say_why_each_of_them_is_bad(project_folder, open_project):
    project = open_project(project_folder({"a.txt": b"", "b.pdf": b"%PDF-"}, config=BUILT_IN_READERS))
    with pytest.raises(WorkspaceError, match=r"could be read:\n  a\.txt is empty.*\n  b\.pdf is not a PDF"):
        indexed(project)


def test_two_thousand_small_files_are_indexed_in_few_transactions(make, monkeypatch):
    project = make(
        {f"n{number % 40}/f{number}.txt": f"Boat {number} lies at pier {number % 7}." for number in range(2000)}
    )
    transactions = []
    real = type(project.records).transaction

    def counted(self):
        transactions.append(1)
        return real(self)

    monkeypatch.setattr(type(project.records), "transaction", counted)
    assert indexed(project).documents == 2001
    assert len(transactions) < 2 * 2001 / 32 + 10, "a flush a document would take minutes on a slow disk"
    begun = len(transactions)
    assert indexed(project).unchanged == 2001
    assert len(transactions) - begun < 6


def _index_in_process(folder, results):
    try:
        with Project.open(folder) as project:
            indexed(project)
        results.put("done")
    except WorkspaceError as error:
        results.put(str(error))


def test_two_processes_that_index_at_once_do_not_harm_each_other(project):
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    workers = [context.Process(target=_index_in_process, args=(project.folder, results)) for _ in range(2)]
    for worker in workers:
        worker.start()
    said = sorted(results.get(timeout=120) for _ in workers)
    for worker in workers:
        worker.join()
    assert "done" in said
    assert all(each == "done" or "another steep process is writing" in each for each in said)
    assert project.records.check() == "ok"
    assert indexed(project).unchanged == 3


@pytest.fixture
def small_disk(tmp_path):
    """A file system of two megabytes, where this user may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_said_and_after_freeing_some_everything_is_there(small_disk, project_folder):
    folder = shutil.copytree(project_folder(), small_disk / "project")
    with Project.open(folder) as project:
        indexed(project)
        before = finds(project)
        (folder / "new.md").write_text("# Pier\n\n" + "The new pier opens in May. " * 1000, "utf-8")
        filler = small_disk / "filler"
        for left in (300_000, 150_000, 100_000, 60_000, 30_000, 0):
            free = shutil.disk_usage(small_disk).free
            with filler.open("ab") as file:
                file.write(bytes(max(0, free - left)))
            try:
                indexed(project)
            except WorkspaceError as error:
                assert "free some space" in str(error)  # noqa: PT017
            else:
                (folder / "new.md").write_text(f"# Pier\n\n{left} " + "The pier opens in June. " * 1000, "utf-8")
        with pytest.raises(WorkspaceError, match="free some space and run the command again"):
            indexed(project)
        assert finds(project)[0] == before[0]
        assert project.records.check() == "ok"
        filler.unlink()
        assert indexed(project).documents == 4
        assert "new.md" in finds(project, "When does the pier open?")


@pytest.mark.parametrize("error", [RuntimeError("write failed: No space left on device"), OSError(28, "No space left")])
def test_an_index_that_runs_out_of_space_leaves_the_old_generation(project, monkeypatch, error):
    indexed(project)
    (project.folder / "new.md").write_text("The new pier opens in May.", "utf-8")

    def build(self, request):
        (request.folder / "half").write_bytes(b"half")
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(type(project.index("dense")), "build", build)
        with pytest.raises(WorkspaceError, match="is full: free some space and run the command again"):
            indexed(project)
    assert project.library().generation.number == 1
    assert indexed(project).generation == 2
    assert not (project.state / "generations" / "building").exists()


def test_a_question_of_100_000_characters_is_refused_with_the_limit(project):
    indexed(project)
    with pytest.raises(QuestionError, match="100,000 characters; the limit is 10,000"):
        Answerer(project).answer(AnswerRequest(question="x" * 100_000, caller=OPERATOR))


# ---- on the command line


@pytest.fixture
def steep(monkeypatch):
    """Run a command; returns its exit code, stdout and stderr."""

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["steep", *map(str, arguments)])
        result = CliRunner().invoke(app, [str(each) for each in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.stderr
        return result.exit_code, result.stdout, result.stderr

    return run


def test_files_that_cannot_be_read_leave_the_exit_code_0_and_are_named_twice(steep, make):
    project = make({"empty.md": b"", "bad.pdf": b"%PDF-"})
    code, out, err = steep("index", "-C", project.folder, "--json")
    assert code == 0
    assert set(json.loads(out)["failed"]) == {"empty.md", "bad.pdf"}
    assert [line.split()[1] for line in err.splitlines()] == ["bad.pdf", "empty.md"]
    code, out, err = steep("index", "-C", project.folder)
    assert code == 0
    assert "2 files could not be read (named above)" in out


def damaged(folder):
    (folder / ".steep" / "records.sqlite").write_bytes(b"x" * 5000)


@pytest.mark.parametrize(
    ("harm", "command", "code", "kind", "message"),
    [
        (lambda folder: (folder / "steep.toml").unlink(), ["index"], 2, "ConfigError", "run `steep init`"),
        (lambda folder: (folder / "steep.toml").write_text("[projet]"), ["index"], 2, "ConfigError", "`project`?"),
        (lambda folder: (folder / "good.md").unlink(), ["index"], 3, "WorkspaceError", "no document in"),
        (damaged, ["index"], 3, "Damaged", "steep doctor --rebuild"),
        (lambda folder: None, ["search", "x"], 3, "NotIndexed", "run `steep index` first"),
        (lambda folder: None, ["ask", "x" * 20_000], 8, "QuestionError", "the limit is 10,000"),
        (lambda folder: None, ["ask", "x", "-p", "rga"], 2, "ConfigError", "rag"),
        (lambda folder: None, ["adapters", "show", "x"], 6, "UnknownAdapter", "run `steep tune` first"),
        (lambda folder: None, ["adapters", "rollback"], 6, "AdapterConflict", "no earlier version"),
    ],
)
def test_each_error_has_its_exit_code_one_sentence_and_one_json_object(steep, make, harm, command, code, kind, message):
    project = make({})
    project.close()
    harm(project.folder)
    exit_code, out, err = steep(*command, "-C", project.folder, "--json")
    assert exit_code == code
    error = json.loads(out)["error"]
    assert (error["type"], error["exit_code"]) == (kind, code)
    assert message in error["message"]
    assert err == f"steep: {error['message']}\n"
    assert steep(*command, "-C", project.folder)[:2] == (code, "")


def test_a_defect_is_one_sentence_too_and_says_how_to_see_more(steep, make, monkeypatch):
    project = make({})
    monkeypatch.setattr("steep.flows.index.index", lambda *arguments, **options: {}["missing"])
    code, out, err = steep("index", "-C", project.folder, "--json")
    assert code == 1
    assert json.loads(out)["error"]["type"] == "KeyError"
    assert "STEEP_DEBUG=1" in err


def test_init_writes_only_what_can_be_read_again(steep, tmp_path):
    folder = tmp_path / "déjà vu"
    folder.mkdir()
    (folder / "a.md").write_text("The Heron leaves at nine.", "utf-8")
    assert steep("init", folder, "--name", "no spaces, please")[0] == 2
    assert not (folder / "steep.toml").exists()
    code, out, _ = steep("init", folder, "--json")
    assert (code, json.loads(out)["documents"], json.loads(out)["name"]) == (0, 1, "d-j-vu")
    assert steep("init", folder)[0] == 2
    assert steep("init", folder, "--force")[0] == 0
    assert steep("init", tmp_path / "nowhere")[0] == 2


def test_doctor_rebuild_begins_new_records_from_what_is_kept(steep, project):
    import pathlib

    indexed(project)
    source = project.state / "work" / "adapter"
    source.mkdir(parents=True)
    (source / "adapter_config.json").write_text('{"target_modules": ["b", "a"]}', "utf-8")
    saved = project.datasets.save(pairs=(), dev=frozenset(), recipe={}, summary={}, now=1.0)
    adapter = project.adapters.add(name="harbor", source=source, base="b", score=None, lineage={}, now=1.0)
    project.adapters.point("harbor", "production", adapter.version, reason="by hand", now=1.0)
    before = finds(project)
    project.close()
    file = project.state / "records.sqlite"
    whole = file.read_bytes()
    (project.state / "datasets" / "half.building").mkdir()

    for harm in (b"", whole[:2000] + b"\xaa" * 3000 + whole[5000:], None):
        file.write_bytes(harm) if harm is not None else file.unlink()
        pathlib.Path(f"{file}-wal").write_bytes(b"garbage" * 1000)
        code, out, _ = steep("doctor", "--rebuild", "-C", project.folder, "--json")
        assert "Registered again: 1 dataset, 1 adapter" in json.loads(out)["rebuilt"]
        code, out, _ = steep("index", "-C", project.folder, "--json")
        assert (code, json.loads(out)["documents"], json.loads(out)["embedded"]) == (0, 3, 0)
        with Project.open(project.folder) as again:
            assert finds(again) == before
            assert again.datasets.load()[0].version == saved.version
            assert again.adapters.versions() == (adapter,)
    code, out, _ = steep("doctor", "--rebuild", "-C", project.folder, "--json")
    assert "is whole; nothing was rebuilt" in json.loads(out)["rebuilt"]


def test_an_adapter_of_another_base_is_refused_before_anything_is_generated(project):
    indexed(project)
    source = project.state / "work" / "adapter"
    source.mkdir(parents=True)
    (source / "adapter_model.safetensors").write_bytes(b"w")
    adapter = project.adapters.add(name="harbor", source=source, base="another", score=None, lineage={}, now=1.0)
    project.adapters.point("harbor", "production", adapter.version, reason="by hand", now=1.0)
    with pytest.raises(AdapterError, match=r"was tuned on another, but .* is quoter-1 now; run `steep tune` again"):
        Answerer(project).answer(AnswerRequest(question="When does it leave?", caller=OPERATOR, profile="both"))


def test_a_damaged_adapter_is_refused_and_the_arms_without_one_go_on(project):
    indexed(project)
    source = project.state / "work" / "adapter"
    source.mkdir(parents=True)
    (source / "adapter_model.safetensors").write_bytes(b"weights")
    base = project.generator().digest
    adapter = project.adapters.add(name="harbor", source=source, base=base, score=None, lineage={}, now=1.0)
    project.adapters.point("harbor", "production", adapter.version, reason="by hand", now=1.0)
    (Path(adapter.folder) / "adapter_model.safetensors").write_bytes(b"wei")
    request = AnswerRequest(question="When does it leave?", caller=OPERATOR, profile="both")
    answerer = Answerer(project)
    with pytest.raises(AdapterError, match=r"is damaged: .* are not those that were saved\. Restore .* `steep tune`"):
        answerer.answer(request)
    assert answerer.answer(replace(request, profile="rag")).arm == "rag"
