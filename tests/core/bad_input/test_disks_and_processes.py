"""Many files, two processes at once and a full disk: nothing is lost."""

import multiprocessing
import shutil
import subprocess
import sys

import pytest

from steep.errors import WorkspaceError
from steep.workspace.project import Project

from .conftest import finds, indexed


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


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_limit_on_the_size_of_files_is_named_with_what_raises_it(tmp_path):
    (tmp_path / "hall.md").write_text("Hall B opens at six.", "utf-8")
    code = (
        "import resource, sys\nfrom steep.cli import main\nresource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
        "sys.argv = ['steep', 'init']\nmain()"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 3
    assert "File too large" in ran.stderr
    assert "raise the limit on the size of files (`ulimit -f`)" in ran.stderr
