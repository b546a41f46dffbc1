"""Configuration errors in the words of the one who wrote it."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, Field, field_validator

from steep.errors import BadOptions, ConfigError
from steep.validation import nearest, validated


class Guard(BaseModel, extra="forbid"):
    use: str
    on_fail: str = "refuse"


class Profile(BaseModel, extra="forbid"):
    arm: str = "rag"
    guards: list[Guard] = []
    guard: Guard | None = None


class Config(BaseModel, extra="forbid"):
    name: str = "project"
    profile: dict[str, Profile] = {}
    either: Guard | int = 1
    shown: int = Field(1, alias="as-shown")
    even: int = 2

    @field_validator("even")
    @classmethod
    def _is_even(cls, value):
        if value % 2:
            raise ValueError("the number is odd")
        return value


def said(data, error=ConfigError):
    with pytest.raises(error, match=r"^steep\.toml: ") as caught:
        validated(Config, data, where="steep.toml", error=error)
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"nam": "x"}, "unknown key `nam`; did you mean `name`?"),
        ({"as-show": 1}, "unknown key `as-show`; did you mean `as-shown`?"),
        ({"profile": {"support": {"am": "both"}}}, "unknown key `profile.support.am`; did you mean `arm`?"),
        ({"profile": {"guards": {"am": "both"}}}, "unknown key `profile.guards.am`; did you mean `arm`?"),
        (
            {"profile": {"support": {"guards": [{"use": "a"}, {"use": "b", "onfail": "allow"}]}}},
            "unknown key `profile.support.guards.1.onfail`; did you mean `on_fail`?",
        ),
        (
            {"profile": {"support": {"guard": {"use": "b", "onfail": "allow"}}}},
            "unknown key `profile.support.guard.onfail`; did you mean `on_fail`?",
        ),
        ({"profile": {"support": {"guards": [{}]}}}, "the key `profile.support.guards.0.use` is missing."),
        ({"name": 3}, "`name` is 3: input should be a valid string."),
        (
            {"profile": {"support": {"guards": "a"}}},
            "`profile.support.guards` is 'a': it should be a list, in square brackets.",
        ),
        ({"profile": {"support": "both"}}, "`profile.support` is 'both': it should be a table of keys."),
        ({"profile": "both"}, "`profile` is 'both': it should be a table of keys."),
        ({"even": 3}, "`even` is 3: the number is odd."),
    ],
)
def test_a_wrong_key_is_named_with_its_place_and_the_nearest(data, expected):
    assert said(data) == f"steep.toml: {expected}"


def test_the_error_is_of_the_type_asked_for():
    assert said({"nam": "x"}, error=BadOptions)


def test_several_errors_are_several_lines():
    assert len(said({"nam": "x", "name": 3}).splitlines()) == 2


def test_right_data_becomes_the_model():
    assert validated(Config, {"name": "x", "as-shown": 2}, where="here", error=ConfigError).shown == 2


def test_nothing_near_lists_what_is_known():
    assert nearest("zzz", ["beta", "alpha"]) == "known are: `alpha`, `beta`"
    assert nearest("zzz", []) == "there are none here"


def test_of_very_many_known_words_a_few_are_listed_and_a_file_is_known_without_its_folder():
    paths = [f"some/very/long/folder/of/the/handbook/{number:03}.md" for number in range(300)]
    assert nearest("007.md", paths) == f"did you mean `{paths[7]}`?"
    listed = nearest("zzz", paths)
    assert listed.startswith(f"known are: `{paths[0]}`, `{paths[1]}`")
    assert listed.endswith(f"`{paths[29]}` and 270 more")
