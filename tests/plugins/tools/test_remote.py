"""A tool of a server that speaks the Model Context Protocol."""

import sys

import pytest

pytest.importorskip("mcp", reason="the extra `mcp` is not installed: pip install 'steep[mcp]'")

from steep import Context
from steep.errors import MissingDependency, ToolError
from steep.kinds import ToolRequest
from steep.testing.tool import ToolContract
from steep.values import OPERATOR
from steep_plugins.tools import McpOptions, build_mcp

SERVER = """
import os, time
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

server = MCPServer("tides", log_level="ERROR")

@server.tool()
def tide(place: str, days: int = 1) -> str:
    '''Says when the tide turns.'''
    if place == "nowhere":
        raise ToolError("there is no tide there")
    if place == "slow":
        time.sleep(60)
    return f"At {place} the tide turns at noon, {days} days, {os.environ.get('TIDE_KEY', 'no key')}."

server.run("stdio")
"""


@pytest.fixture
def options(tmp_path):
    file = tmp_path / "server.py"
    file.write_text(SERVER, "utf-8")
    return {"command": [sys.executable, str(file)], "tool": "tide"}


@pytest.fixture
def built(options, tmp_path):
    return lambda **more: build_mcp(McpOptions(**{**options, **more}), Context(project=tmp_path))


def asked(tool, **arguments):
    return tool.call(ToolRequest(arguments=arguments, caller=OPERATOR)).text


class TestRemoteTool(ToolContract):
    arguments = ({"place": "Venn"},)

    @pytest.fixture
    def tool(self, built):
        return built()


def test_it_says_of_itself_what_the_server_says_and_counts_as_changing(built):
    tool = built()
    assert tool.description == "Says when the tide turns."
    assert tool.parameters["required"] == ["place"]
    assert tool.changes
    assert not built(changes=False).changes


def test_it_is_called_with_the_environment_that_it_was_given(built, monkeypatch):
    assert asked(built(), place="Venn", days=3) == "At Venn the tide turns at noon, 3 days, no key."
    monkeypatch.setenv("TIDE_KEY", "k-1")
    assert asked(built(env=["TIDE_KEY"]), place="Venn").endswith("k-1.")


@pytest.mark.parametrize(
    ("more", "arguments", "said"),
    [
        ({}, {"place": "nowhere"}, "there is no tide there"),
        ({}, {}, "place"),
        ({"seconds": 3}, {"place": "slow"}, "did not answer within 3 s"),
        ({"command": [sys.executable, "-c", "raise SystemExit(1)"]}, {"place": "Venn"}, "cannot be asked"),
        ({"command": ["no-such-command-here"]}, {"place": "Venn"}, "cannot be asked"),
        ({"command": [], "url": "http://127.0.0.1:9/mcp"}, {"place": "Venn"}, "cannot be asked"),
    ],
)
def test_what_goes_wrong_is_said(built, more, arguments, said):
    with pytest.raises(ToolError, match=said):
        asked(built(**more), **arguments)


def test_a_tool_that_the_server_does_not_have_names_the_nearest(built):
    with pytest.raises(ToolError, match="did you mean `tide`"):
        _ = built(tool="tides").description


def test_an_address_or_a_command_and_not_both(options):
    for wrong in ({"url": "http://127.0.0.1/mcp"}, {"command": []}):
        with pytest.raises(ValueError, match="either the `url`"):
            McpOptions(**{**options, **wrong})


def test_without_the_library_the_extra_is_named(built, monkeypatch):
    monkeypatch.setitem(sys.modules, "mcp", None)
    with pytest.raises(MissingDependency, match=r"steep\[mcp\]"):
        built()
