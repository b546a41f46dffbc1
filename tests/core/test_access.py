"""Who may see which documents: by globs, by files beside them, and never more than that."""

import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steep.access import FILE, Access
from steep.flows.answer import Answerer, AnswerRequest, SearchRequest
from steep.flows.index import index
from steep.values import Caller, content_id

FINDER = '[generator]\nuse = "finder"\n'
FOLDERS = ("", "hr/", "hr/board/", "yard/")
NAMES = [f"{folder}{name}.md" for folder in FOLDERS for name in ("pay", "cranes")]
TEXT = "# {path}\n\nThe crane of {path} lifts 12 tons. A day ticket for {path} costs 9 euros.\n"
GROUPS = ("staff", "board", "boats")


def document(path):
    return content_id("document", path)


def paths(access, *groups):
    seen = access.documents(frozenset(groups))
    return None if seen is None else {path for path in NAMES if document(path) in seen}


@pytest.fixture
def make(make_project):
    def made(tables=""):
        project = make_project(FINDER + tables, documents={"pay.md": TEXT.format(path="pay.md")}, indexed=False)
        for path in NAMES:
            (project.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (project.folder / path).write_text(TEXT.format(path=path), "utf-8")
        index(project, progress=lambda step: None)
        return project

    return made


def ticking():
    """A clock that is seconds further each time, so that every look is a new one."""
    return iter(range(0, 10**6, 2)).__next__


def access_of(project):
    return Access(project, clock=ticking())


def test_where_nothing_is_in_a_group_everything_is_for_all(make):
    assert paths(access_of(make())) is None


def test_a_document_to_come_is_for_whoever_would_see_it_there(make):
    project = make('[access.groups]\nstaff = ["hr/**"]\n')
    (project.folder / "yard" / FILE).write_text("boats\n", "utf-8")
    access, nobody, boats = access_of(project), frozenset(), frozenset({"boats"})
    assert [access.takes(path, nobody) for path in ("new.md", "new/deep/er.md", "hr/new.md", "yard/new.md")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert access.takes("hr/new.md", frozenset({"staff"}))
    assert access.takes("yard/sub/new.md", boats)
    assert not access.takes("hr/new.md", boats)
    assert access.takes("hr/new.md", frozenset({"*"}))
    shutil.rmtree(project.folder / "yard")  # with the file that closed it, while its documents are indexed
    assert not access.takes("yard/new.md", nobody)
    assert not access.takes("yard/new.md", boats)


def test_documents_in_a_group_are_seen_by_the_group_and_the_others_by_all(make):
    access = access_of(make('[access.groups]\nstaff = ["hr/**"]\nboard = ["hr/board/**"]\n'))
    open_to_all = {path for path in NAMES if not path.startswith("hr/")}
    assert paths(access) == open_to_all
    assert paths(access, "boats") == open_to_all
    assert paths(access, "staff") == set(NAMES)
    assert paths(access, "board") == open_to_all | {path for path in NAMES if path.startswith("hr/board/")}
    assert paths(access, "*") is None


def test_a_file_closes_its_folder_and_a_deeper_one_counts_in_its_place(make):
    project = make()
    (project.folder / "hr" / FILE).write_text("# who works here\nstaff\n\n", "utf-8")
    (project.folder / "hr/board" / FILE).write_text("board\n", "utf-8")
    access = access_of(project)
    open_to_all = {path for path in NAMES if not path.startswith("hr/")}
    assert paths(access) == open_to_all
    assert paths(access, "staff") == open_to_all | {"hr/pay.md", "hr/cranes.md"}
    assert paths(access, "staff", "board") == set(NAMES)


def test_a_file_narrows_what_steep_toml_allows_and_cannot_widen_it(make):
    project = make('[access.groups]\nstaff = ["hr/**"]\n')
    (project.folder / "hr/board" / FILE).write_text("board\n", "utf-8")
    access = access_of(project)
    assert not any(path.startswith("hr/") for path in paths(access, "board"))
    assert "hr/board/pay.md" not in paths(access, "staff")
    assert "hr/board/pay.md" in paths(access, "staff", "board")


def test_files_are_heeded_as_soon_as_they_are_there_and_only_where_steep_toml_wants_it(make):
    project = make()
    access = access_of(project)
    assert paths(access) is None
    (project.folder / "yard" / FILE).write_text("boats", "utf-8")
    assert "yard/pay.md" not in paths(access)
    (project.folder / "yard" / FILE).unlink()
    assert paths(access) is None


def test_where_it_cannot_be_told_nothing_is_shown(make):
    project = make()
    (project.folder / "yard" / FILE).write_bytes(b"boats\xff")
    access = access_of(project)
    assert not any(path.startswith("yard/") for path in paths(access, *GROUPS))
    (project.folder / "hr").rename(project.folder / "moved")
    assert paths(access, *GROUPS) == {"pay.md", "cranes.md"}


def test_a_project_without_an_index_shows_nothing(make_project):
    assert access_of(make_project(indexed=False)).documents(frozenset()) == frozenset()


rules = st.dictionaries(st.sampled_from(FOLDERS), st.sets(st.sampled_from(GROUPS)), max_size=3)
groups = st.sets(st.sampled_from(GROUPS))


@pytest.fixture
def asked(make):
    project = make('[access.groups]\nstaff = ["hr/**"]\nboats = ["**/cranes.md"]\n')
    return project, Answerer(project)


def allowed(path, files, mine):
    """The rules again, as one would say them: the globs that name a path, and the nearest file above it."""
    globs = {name for name, hit in (("staff", path.startswith("hr/")), ("boats", path.endswith("cranes.md"))) if hit}
    above = [folder for folder in sorted(FOLDERS, key=len, reverse=True) if path.startswith(folder) and folder in files]
    return (not globs or bool(globs & mine)) and (not above or bool(files[above[0]] & mine))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    files=rules,
    mine=groups,
    within=st.none() | st.sets(st.sampled_from(NAMES)),
    question=st.sampled_from(
        ["crane tons", "How much is a day ticket?", "hr/board/pay.md", "What does the crane lift?"]
    ),
)
def test_nobody_is_shown_what_is_not_for_them_on_any_path(asked, files, mine, within, question):
    project, answerer = asked
    for folder in FOLDERS:
        file = project.folder / folder / FILE
        file.unlink(missing_ok=True)
        if folder in files:
            file.write_text("\n".join(sorted(files[folder])), "utf-8")
    caller = Caller(name="anna", documents=access_of(project).documents(frozenset(mine)))
    right = {path for path in NAMES if allowed(path, files, mine)}
    assert {path for path in NAMES if caller.allows(document(path))} == right
    narrowed = None if within is None else frozenset(map(document, within))
    shown = right if within is None else right & within
    found = answerer.search(SearchRequest(question=question, caller=caller, k=50, within=narrowed))
    assert {place.path for hit in found.hits for place in hit.places} <= shown
    answer = answerer.answer(AnswerRequest(question=question, caller=caller, within=narrowed))
    assert {each.path for each in answer.citations} | {p.path for hit in answer.hits for p in hit.places} <= shown
