import pytest


@pytest.fixture
def folder(make_project):
    project = make_project(indexed=False)
    return project.folder


def test_a_key_is_printed_once_and_listed_without_its_secret(steep, folder):
    made = steep("keys", "new", "anna", "--scope", "operate", "--group", "hr", "--days", "7", into=folder)
    words = made.out.strip()
    assert (made.code, words.startswith("steep_")) == (0, True)
    assert "shown this once" in made.err
    listed = steep("keys", "list", "--json", into=folder)
    (key,) = listed.json["keys"]
    assert (key["name"], key["scope"], key["groups"]) == ("anna", "operate", ["hr"])
    assert key["expires"] - key["created"] == 7 * 86_400
    assert words.rpartition("_")[2] not in listed.out
    assert "anna" in steep("keys", "list", into=folder).out


def test_a_key_is_revoked_and_then_forgotten_by_its_name(steep, folder):
    assert "There is no key" in steep("keys", "list", into=folder).out
    steep("keys", "new", "anna", into=folder)
    assert steep("keys", "forget", "anna", into=folder).code == 3
    assert "is revoked" in steep("keys", "revoke", "anna", into=folder).out
    assert steep("keys", "revoke", "anna", into=folder).code == 3
    assert "the last one" in steep("keys", "forget", "anna", "-C", str(folder)).out
    assert steep("keys", "list", "--json", into=folder).json == {"keys": []}


def test_a_scope_that_is_none_is_said_with_the_nearest(steep, folder):
    ran = steep("keys", "new", "anna", "--scope", "asks", into=folder)
    assert (ran.code, "did you mean `ask`" in ran.err) == (2, True)


def test_a_key_is_renewed_for_the_same_name_and_printed_once(steep, folder):
    old = steep("keys", "new", "anna", "--days", "7", into=folder).out.strip()
    ran = steep("keys", "renew", "anna", "--hours", "2", into=folder)
    new = ran.out.strip()
    assert (ran.code, new.startswith("steep_"), new != old, "2 hours more" in ran.err) == (0, True, True, True)
    first, second = steep("keys", "list", "--json", into=folder).json["keys"]
    assert (first["name"], second["name"]) == ("anna", "anna")
    assert round(first["expires"] - second["created"]) == 2 * 3600
    assert round(second["expires"] - second["created"]) == 7 * 86_400
