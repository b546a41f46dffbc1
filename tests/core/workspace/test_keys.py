import json

import pytest

from steep.errors import ConfigError, KeyRefused, WorkspaceError
from steep.records.database import Database
from steep.workspace.keys import Keys

DAY = 86_400.0


@pytest.fixture
def keys(tmp_path):
    records = Database(tmp_path)
    yield Keys(records)
    records.close()


def test_a_key_is_known_again_by_all_of_its_words(keys):
    key, words = keys.new("anna", now=1.0, scope="edit", groups=["hr"])
    found = keys.check(words, now=2.0)
    assert (found.name, found.scope, found.groups) == ("anna", "edit", {"hr"})
    assert words.startswith(f"steep_{key.id}_")
    for wrong in (words[:-1], words + "x", words.upper(), f"steep_{key.id}_", "steep", "", "steep__", "\udc80_é_x"):
        with pytest.raises(KeyRefused, match="not known here"):
            keys.check(wrong, now=2.0)


def test_the_records_hold_no_secret(keys):
    _, words = keys.new("anna", now=1.0)
    _, token = keys.sign_in(words, now=1.0, seconds=60)
    kept = json.dumps([keys._records.find("keys"), keys._records.find("sessions")])
    assert words not in kept
    assert words.split("_", 2)[2] not in kept
    assert token not in kept


def test_a_key_ends_when_it_expires_or_is_revoked(keys):
    _, words = keys.new("anna", now=0.0, days=1)
    assert keys.check(words, now=DAY - 1).name == "anna"
    with pytest.raises(KeyRefused, match="`anna` has expired"):
        keys.check(words, now=DAY)
    _, other = keys.new("ben", now=0.0)
    keys.revoke("ben", now=5.0)
    with pytest.raises(KeyRefused, match="`ben` has been revoked"):
        keys.check(other, now=6.0)


def test_revoking_the_last_key_does_not_open_the_server_and_forgetting_it_does(keys):
    assert not keys.any()
    keys.new("anna", now=0.0)
    with pytest.raises(WorkspaceError, match="no key matches `anna`"):
        keys.forget("anna", now=1.0)
    keys.revoke("anna", now=1.0)
    assert keys.any()
    keys.forget("anna", now=1.0)
    assert not keys.any()


def test_a_name_stands_for_one_good_key(keys):
    first, _ = keys.new("anna", now=0.0)
    with pytest.raises(ConfigError, match="there is a key named `anna`"):
        keys.new("anna", now=1.0)
    keys.revoke("anna", now=1.0)
    second, _ = keys.new("anna", now=2.0)
    assert keys.revoke("anna", now=3.0).id == second.id
    with pytest.raises(WorkspaceError, match=rf"several keys match `anna`; .*{first.id}"):
        keys.forget("anna", now=4.0)


@pytest.mark.parametrize(
    ("options", "told"),
    [({"scope": "opertae"}, "did you mean `operate`"), ({"days": 0}, "0 days"), ({"name": "a\nb"}, r"'a\\nb'")],
)
def test_what_cannot_be_a_key_is_said(keys, options, told):
    with pytest.raises(ConfigError, match=told):
        keys.new(**{"name": "anna", "now": 0.0, **options})


def test_the_last_use_is_noted_once_a_minute(keys):
    _, words = keys.new("anna", now=0.0)
    for now, noted in ((10.0, 10.0), (50.0, 10.0), (71.0, 71.0)):
        keys.check(words, now=now)
        assert keys.all()[0].used == noted


def test_a_session_ends_by_time_by_signing_out_and_with_its_key(keys):
    _, words = keys.new("anna", now=0.0)
    _, token = keys.sign_in(words, now=0.0, seconds=100)
    assert keys.session(token, now=99.0).name == "anna"
    with pytest.raises(KeyRefused, match="session has ended"):
        keys.session(token, now=100.0)
    _, second = keys.sign_in(words, now=0.0, seconds=100)
    keys.sign_out(second)
    _, third = keys.sign_in(words, now=0.0, seconds=100)
    keys.revoke("anna", now=1.0)
    for ended in (second, third, "", words):
        with pytest.raises(KeyRefused, match="session has ended"):
            keys.session(ended, now=2.0)


def test_sessions_that_have_ended_are_swept(keys):
    _, words = keys.new("anna", now=0.0)
    for number in range(5):
        keys.sign_in(words, now=100.0 * number, seconds=100)
    assert len(keys._records.find("sessions")) == 1


def test_a_renewed_key_is_the_same_caller_s_and_the_old_one_ends_by_itself(keys):
    old, words = keys.new("anna", now=0.0, scope="edit", groups=["hr"], days=10)
    _, token = keys.sign_in(words, now=0.0, seconds=100 * DAY)
    new, again = keys.renew("anna", now=5 * DAY, overlap=DAY)
    assert (new.name, new.scope, new.groups, new.expires) == ("anna", "edit", {"hr"}, 15 * DAY)
    assert {keys.check(each, now=6 * DAY - 1).id for each in (words, again)} == {old.id, new.id}
    for ended in (lambda: keys.check(words, now=6 * DAY), lambda: keys.session(token, now=6 * DAY)):
        with pytest.raises(KeyRefused, match="has expired"):
            ended()
    assert keys.check(again, now=15 * DAY - 1).id == new.id


def test_renewing_never_lengthens_the_old_key_and_needs_a_good_one(keys):
    old, words = keys.new("anna", now=0.0, days=1)
    new, _ = keys.renew(old.id, now=0.5 * DAY, days=30, overlap=7 * DAY)
    assert new.expires == 30.5 * DAY
    with pytest.raises(KeyRefused, match="has expired"):
        keys.check(words, now=DAY)
    with pytest.raises(WorkspaceError, match=rf"several keys match `anna`; .*{new.id}"):
        keys.renew("anna", now=0.6 * DAY)
    with pytest.raises(WorkspaceError, match="no key matches"):
        keys.renew(old.id, now=DAY)
    endless, _ = keys.new("ben", now=0.0)
    assert keys.renew("ben", now=1.0)[0].expires is None
    with pytest.raises(KeyRefused, match="has expired"):
        keys._good(keys._records.one("keys", id=endless.id), 1.0)
