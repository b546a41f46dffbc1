"""The laws of `index`: incremental equals from scratch, what is unchanged costs nothing, what fails is named."""

import os
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steep.errors import BadOptions, BrokenPlugin, Damaged, ModelError, NotIndexed, PluginNotFound, WorkspaceError
from steep.flows.index import index
from steep.kinds import RetrievalRequest
from steep.values import OPERATOR

QUESTIONS = ("When does the Heron leave?", "What does a day ticket cost?", "Where are skates?", "apple", "plum pear")


def indexed(project, **options):
    return index(project, progress=lambda step: None, **options)


def found(project, question, k=10):
    hits = project.retriever(project.library()).retrieve(RetrievalRequest(question=question, k=k, caller=OPERATOR))
    return [(hit.passage, round(hit.score, 6)) for hit in hits]


def state(project):
    """All that a user can see of an index."""
    library = project.library()
    return library.all_passages(), [found(project, question) for question in QUESTIONS]


def write(project, path, text):
    file = project.folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def test_documents_are_indexed_and_found(project):
    summary = indexed(project)
    assert (summary.generation, summary.documents, summary.added, summary.failed) == (1, 3, 3, {})
    assert found(project, "Where can skates be had?")[0][0].path == "winter/ice.txt"
    assert summary.passages == len(project.library().ids) == summary.embedded


def test_what_is_unchanged_is_neither_read_nor_embedded(project, done):
    indexed(project)
    assert done(project)["read"] == 3
    again = indexed(project)
    assert done(project) == {}
    assert (again.generation, again.unchanged, again.embedded, again.rebuilt) == (1, 3, 0, False)


def test_a_touched_file_with_the_same_bytes_is_not_read_again(project, done):
    indexed(project)
    done(project)
    os.utime(project.folder / "ferries.md", ns=(1, 1))
    assert indexed(project).unchanged == 3
    assert done(project) == {}


def test_only_the_changed_document_is_read_and_embedded(project, done):
    before = indexed(project)
    done(project)
    write(project, "tickets.md", "# Tickets\n\nA day ticket costs 14 euros now.\n")
    after = indexed(project)
    assert done(project) == {"read": 1, "embed": after.embedded}
    assert (after.changed, after.unchanged, after.added, after.removed) == (1, 2, 0, 0)
    assert after.generation == before.generation + 1
    texts = [passage.text for passage, _ in found(project, "What does a day ticket cost?")]
    assert any("14 euros" in text for text in texts)
    assert not any("12 euros" in text for text in texts)


def test_a_removed_document_is_found_no_more(project):
    indexed(project)
    (project.folder / "tickets.md").unlink()
    summary = indexed(project)
    assert (summary.removed, summary.documents) == (1, 2)
    assert all(passage.path != "tickets.md" for passage in project.library().all_passages())


def test_a_renamed_file_is_one_document_under_its_new_path(project):
    indexed(project)
    (project.folder / "tickets.md").rename(project.folder / "fares.md")
    summary = indexed(project)
    assert (summary.added, summary.removed, summary.documents) == (1, 1, 3)
    assert {passage.path for passage in project.library().all_passages()} == {
        "fares.md",
        "ferries.md",
        "winter/ice.txt",
    }


def test_the_same_text_in_two_files_is_two_documents(project):
    write(project, "copy.md", (project.folder / "tickets.md").read_text("utf-8"))
    assert indexed(project).documents == 4
    paths = [passage.path for passage, _ in found(project, "What does a day ticket cost?")]
    assert {"copy.md", "tickets.md"} <= set(paths)


def test_a_file_that_becomes_unreadable_is_named_and_keeps_its_old_version(project):
    indexed(project)
    write(project, "tickets.md", "this is unreadable")
    write(project, "new.md", "The new pier opens in May.")
    summary = indexed(project)
    assert list(summary.failed) == ["tickets.md"]
    assert "tickets.md could not be read" in summary.failed["tickets.md"]
    assert (summary.kept, summary.added, summary.unchanged) == (("tickets.md",), 1, 3)
    assert any("12 euros" in passage.text for passage, _ in found(project, "day ticket"))
    write(project, "tickets.md", "A ticket costs 15 euros.")
    mended = indexed(project)
    assert (mended.failed, mended.changed) == ({}, 1)


def test_a_failed_file_is_named_each_time_but_read_once(project, done):
    write(project, "bad.md", "this is unreadable")
    assert list(indexed(project).failed) == ["bad.md"]
    done(project)
    again = indexed(project)
    assert (list(again.failed), again.rebuilt) == (["bad.md"], False)
    assert done(project) == {}


def test_a_file_that_could_not_be_opened_is_tried_again_though_it_looks_the_same(project, monkeypatch):
    from pathlib import Path

    real = Path.read_bytes

    def refuse(self):
        if self.name == "tickets.md":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert "Permission denied" in indexed(project).failed["tickets.md"]
    monkeypatch.setattr(Path, "read_bytes", real)
    summary = indexed(project)
    assert (summary.failed, summary.documents) == ({}, 3)


def test_an_emptied_folder_does_not_empty_the_index(project, done):
    indexed(project)
    aside = project.folder.with_name("aside")
    shutil.copytree(project.folder, aside)
    for path in ("ferries.md", "tickets.md", "winter/ice.txt"):
        (project.folder / path).unlink()
    with pytest.raises(WorkspaceError, match=r"no document in .* matches"):
        indexed(project)
    assert len(project.library().all_passages()) > 0
    for path in ("ferries.md", "tickets.md", "winter/ice.txt"):
        shutil.copy2(aside / path, project.folder / path)
    done(project)
    assert indexed(project).unchanged == 3
    assert done(project) == {}, "the disk was only away for a while"


def test_nothing_can_be_searched_before_something_is_indexed(project):
    with pytest.raises(NotIndexed, match="run `steep index` first"):
        project.library()


def test_readers_keep_the_generation_they_hold_while_two_more_are_committed(project):
    indexed(project)
    held = project.library()
    retriever = project.retriever(held)
    before = [passage.text for passage in held.all_passages()]
    for price in (20, 30):
        write(project, "tickets.md", f"A day ticket costs {price} euros.")
        indexed(project)
    assert [passage.text for passage in held.all_passages()] == before
    hits = retriever.retrieve(RetrievalRequest(question="day ticket euros", k=3, caller=OPERATOR))
    assert any("12 euros" in hit.passage.text for hit in hits)
    assert project.library().generation.number == held.generation.number + 2


def test_generations_nobody_may_hold_are_swept_with_their_documents(project):
    for price in range(6):
        write(project, "tickets.md", f"A day ticket costs {price} euros.")
        indexed(project)
    folders = sorted(each.name for each in (project.state / "generations").iterdir())
    assert folders == ["4", "5", "6"]
    assert len(project.documents.versions()) == 2 + 3


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(file.read_bytes()[:-7]),
        lambda file: file.write_bytes(bytes([file.read_bytes()[0] ^ 255]) + file.read_bytes()[1:]),
    ],
    ids=["missing", "short", "a flipped byte"],
)
def test_damaged_index_files_are_built_again_without_reading_or_embedding(project, done, harm):
    indexed(project)
    before = state(project)
    folder = project.state / "generations" / "1"
    for name in [file.relative_to(folder) for file in sorted(folder.rglob("*")) if file.is_file()]:
        harm(project.generations.folder(project.generations.current().number) / name)
        done(project)
        assert indexed(project).rebuilt, name
        assert done(project) == {}, name
        assert state(project) == before


def test_a_missing_index_file_is_said_when_the_index_is_opened(project):
    indexed(project)
    shutil.rmtree(project.state / "generations" / "1" / "dense")
    with pytest.raises(Damaged, match=r"is missing. Run `steep index`: it rebuilds it"):
        project.library()


def test_a_damaged_text_in_the_records_is_noticed_and_mended_by_a_rebuild(project):
    indexed(project)
    before = state(project)
    with project.records.transaction() as write:
        write.change("documents", {"text": "A day ticket costs 13 euros."}, path="tickets.md")
    new = project.folder / "new.md"
    new.write_text("The new pier opens in May.", "utf-8")
    with pytest.raises(Damaged, match=r"the text of tickets\.md .* `steep index --rebuild`"):
        indexed(project)
    new.unlink()
    assert indexed(project, rebuild=True).rebuilt
    assert state(project) == before


def test_lost_document_rows_are_read_again(project):
    indexed(project)
    before = state(project)
    with project.records.transaction() as write:
        write.delete("documents", path="tickets.md")
        write.delete("splits")
        write.delete("passages")
    indexed(project, rebuild=False)
    assert project.library().all_passages() == before[0]


def test_another_splitter_setting_cuts_again_without_reading_again(project_folder, open_project, done):
    folder = project_folder()
    first = open_project(folder)
    indexed(first)
    done(first)
    config = (folder / "steep.toml").read_text("utf-8")
    (folder / "steep.toml").write_text(config + '[splitter]\nuse = "sentences"\nwords = 20\noverlap = 0\n', "utf-8")
    second = open_project(folder)
    summary = indexed(second)
    assert "read" not in done(second)
    assert (summary.generation, summary.unchanged) == (2, 3)


def test_a_project_without_vectors_embeds_nothing(project_folder, open_project, done):
    config = (
        '[plugins]\nfiles = ["tiny_parts.py"]\n[reader."tiny-parts:plain"]\n[embedder]\nuse = "tiny-parts:hashed"\n'
        '[index.words]\nuse = "bm25"\n[retriever]\nuse = "lexical"\n'
    )
    project = open_project(project_folder(config=config))
    assert indexed(project).embedded == 0
    assert "embed" not in done(project)


def test_documents_without_a_passage_make_an_empty_index_not_an_error(project_folder, open_project):
    project = open_project(project_folder({"empty.md": "\n\n  \n", "other.md": "   "}))
    summary = indexed(project)
    assert summary.passages == 0
    assert found(project, "anything") == []


class Splits:
    """Cuts nothing that mentions a cat."""

    fingerprint = "no cats"

    def __init__(self, inner):
        self._inner = inner

    def split(self, document):
        if "cat" in document.text:
            raise RecursionError("too many cats")
        return self._inner.split(document)


def test_a_document_that_cannot_be_split_is_named_and_the_rest_goes_on(project, monkeypatch):
    inner = project.build("splitter", project.config.splitter)
    real = project.build
    monkeypatch.setattr(
        project, "build", lambda kind, spec, **more: Splits(inner) if kind == "splitter" else real(kind, spec, **more)
    )
    indexed(project)
    write(project, "tickets.md", "The cat travels free.")
    summary = indexed(project)
    assert "tickets.md could not be split" in summary.failed["tickets.md"]
    assert (summary.kept, summary.documents) == (("tickets.md",), 3)


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda texts: [[float("nan")] * 64] * len(texts), ModelError, "not finite"),
        (lambda texts: [[1.0] * 64], ModelError, r"shape \(1, 64\) for"),
        (lambda texts: 1 / 0, BrokenPlugin, "the embedder `tiny-parts:hashed` failed: it raised ZeroDivisionError"),
    ],
    ids=["nan", "too few", "raises"],
)
def test_an_unsound_embedder_is_an_error_that_names_it_and_harms_nothing(project, monkeypatch, wrong, error, message):
    indexed(project)
    before = state(project)
    write(project, "new.md", "The new pier opens in May. It is long.")
    embedder = project.embedder()
    real = embedder.embed
    monkeypatch.setattr(
        type(embedder),
        "embed",
        lambda self, request: wrong(request.texts) if request.role == "passage" else real(request),
    )
    write(project, "another.md", "Another pier opens in June.")
    with pytest.raises(error, match=message):
        indexed(project)
    assert state(project)[0] == before[0]


@pytest.mark.parametrize(
    ("tables", "error", "message"),
    [
        ('[retriever]\nuse = "hybird"\n', PluginNotFound, r"\[retriever\]: .*'hybird'; did you mean `hybrid`"),
        (
            '[[tune.default.phases]]\nuse = "instrcut"\n',
            PluginNotFound,
            r"\[tune.default.phases\]: .*did you mean `instruct`",
        ),
        ('[measure]\nmetrics = [{ use = "recal" }]\n', PluginNotFound, r"\[measure.metrics\]: .*'recal'"),
        ('[formatter]\nuse = "grounded"\nshot = 1\n', BadOptions, r"\[formatter\] .*unknown key `shot`"),
    ],
)
def test_what_steep_toml_names_wrongly_for_later_steps_is_said_before_anything_is_read(
    project_folder, open_project, done, tables, error, message
):
    wrong = open_project(project_folder(tables=tables))
    with pytest.raises(error, match=message):
        indexed(wrong)
    assert done(wrong) == {}


NAMES = st.sampled_from(["a.md", "b.txt", "sub/c.md", "sub/d.md"])
TEXTS = st.lists(
    st.sampled_from(["The apple is red.", "A plum is blue.", "Pears are green.", "unreadable", "# Fruit\n\n"]),
    min_size=1,
    max_size=4,
).map(" ".join)
CHANGES = st.lists(st.tuples(NAMES, st.none() | TEXTS), min_size=1, max_size=5)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(CHANGES, min_size=1, max_size=3))
def test_incremental_equals_from_scratch(tmp_path_factory, open_project, project_folder, changes):
    """For readable texts: what fails keeps its old version, which an index from scratch cannot know."""
    name = tmp_path_factory.mktemp("law").name
    project = open_project(project_folder({"stays.md": "The apple stays."}, name=f"{name}-step"))
    texts = {"stays.md": "The apple stays."}
    indexed(project)
    for batch in changes:
        for path, text in batch:
            if text is None:
                (project.folder / path).unlink(missing_ok=True)
                texts.pop(path, None)
            elif "unreadable" not in text:
                write(project, path, text)
                texts[path] = text
        indexed(project)
    fresh = open_project(project_folder(texts, name=f"{name}-fresh"))
    indexed(fresh)
    assert state(project) == state(fresh)
    assert project.generations.current().fingerprint == fresh.generations.current().fingerprint
