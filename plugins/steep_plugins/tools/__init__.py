"""The tools that come with steep. Importing this loads nothing heavy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field, model_validator

from steep import Context, NoOptions, Offer, hookimpl, offer
from steep.errors import ConfigError, MissingDependency

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from steep.kinds import Tool

_ENV = "headers, each with the environment variable that holds its value"


class SearchOptions(BaseModel, extra="forbid", frozen=True):
    passages: int | None = Field(None, ge=1, le=50, description="how many it finds; None: the profile's number")


class ReadOptions(BaseModel, extra="forbid", frozen=True):
    characters: int = Field(6000, ge=200, description="how much of a document it shows at a time")


class SqlOptions(BaseModel, extra="forbid", frozen=True):
    file: str = Field(min_length=1, description="the SQLite file, beside steep.toml")
    about: str = Field("", pattern=r"^[^\n]*$", description="what the data are, for the model to choose by")
    rows: int = Field(50, ge=1, le=1000, description="rows of a result that are shown")
    seconds: float = Field(5.0, gt=0, description="a query is stopped after so many")


class HttpOptions(BaseModel, extra="forbid", frozen=True):
    hosts: list[str] = Field(
        min_length=1, description='the only hosts: "api.example.org", "*.example.org", "host:8080"'
    )
    private: list[str] = Field([], description="those of them that may be on this machine or network")
    methods: list[Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]] = Field(
        ["GET"], min_length=1, description="any but GET and HEAD changes something, and must be confirmed"
    )
    about: str = Field("", pattern=r"^[^\n]*$", description="what is there, for the model to choose by")
    headers_env: dict[str, str] = Field({}, description=_ENV)
    seconds: float = Field(10.0, gt=0, description="how long a request may take")
    kilobytes: int = Field(256, ge=1, description="how much of a reply is read")


class McpOptions(BaseModel, extra="forbid", frozen=True):
    tool: str = Field(min_length=1, description="the server's name of the tool")
    url: str = Field("", pattern=r"^(https?://.*)?$", description="the server's address, or …")
    command: list[str] = Field([], description="… the command that starts it, which speaks on stdin and stdout")
    env: list[str] = Field([], description="environment variables that the command is given")
    headers_env: dict[str, str] = Field({}, description=_ENV)
    changes: bool = Field(True, description="whether it changes something; false only where you know that it does not")
    seconds: float = Field(30.0, gt=0, description="how long a call may take, the start of the server with it")

    @model_validator(mode="after")
    def _one_place(self) -> McpOptions:
        if bool(self.url) == bool(self.command):
            raise ValueError("name either the `url` of the server or the `command` that starts it")
        return self


def build_search(options: SearchOptions, context: Context) -> Tool:
    from steep_plugins.tools.documents import Search

    return Search(passages=options.passages)


def build_read(options: ReadOptions, context: Context) -> Tool:
    from steep_plugins.tools.documents import ReadDocument

    return ReadDocument(characters=options.characters)


def build_calculator(options: NoOptions, context: Context) -> Tool:
    from steep_plugins.tools.calculator import Calculator

    return Calculator()


def build_sql(options: SqlOptions, context: Context) -> Tool:
    from steep_plugins.tools.sql import Sql

    file = (context.project or Path()) / options.file
    if not file.is_file():
        raise ConfigError(f"the tool `sql` reads {file}, which is not there; mend `file` in its [tool.NAME].")
    return Sql(file, about=options.about, rows=options.rows, seconds=options.seconds)


def build_http(options: HttpOptions, context: Context) -> Tool:
    from steep_plugins.tools.http import Http, Limits

    limits = Limits(
        hosts=tuple(options.hosts),
        private=tuple(options.private),
        methods=tuple(options.methods),
        seconds=options.seconds,
        kilobytes=options.kilobytes,
    )
    return Http(limits, about=options.about, headers=_from_environment(options.headers_env))


def build_mcp(options: McpOptions, context: Context) -> Tool:
    import importlib.util

    from steep_plugins.tools.remote import Place, RemoteTool

    if importlib.util.find_spec("mcp") is None:
        raise MissingDependency(library="mcp", wanted_by="the tool `mcp`", extra="mcp")
    place = Place(
        url=options.url,
        command=tuple(options.command),
        env=_from_environment({name: name for name in options.env}),
        headers=_from_environment(options.headers_env),
        folder=context.project,
    )
    return RemoteTool(place, options.tool, changes=options.changes, seconds=options.seconds)


def _from_environment(names: Mapping[str, str]) -> dict[str, str]:
    """Values of the environment under other names; raises ConfigError for one that is not set."""
    missing = sorted(variable for variable in names.values() if not os.environ.get(variable))
    if missing:
        raise ConfigError(f"the environment variable {missing[0]}, which a [tool.NAME] names, is not set.")
    return {name: os.environ[variable] for name, variable in names.items()}


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="tool",
        name="search",
        summary="Finds more passages in the documents",
        config=SearchOptions,
        build=build_search,
    )
    yield offer(
        kind="tool",
        name="read-document",
        summary="Reads a document, passage after passage",
        config=ReadOptions,
        build=build_read,
    )
    yield offer(kind="tool", name="calculator", summary="Calculates an expression, exactly", build=build_calculator)
    yield offer(kind="tool", name="sql", summary="Asks a SQLite file, reading only", config=SqlOptions, build=build_sql)
    yield offer(kind="tool", name="http", summary="Fetches from hosts on a list", config=HttpOptions, build=build_http)
    yield offer(
        kind="tool",
        name="mcp",
        summary="A tool of a server that speaks the Model Context Protocol",
        config=McpOptions,
        build=build_mcp,
    )
