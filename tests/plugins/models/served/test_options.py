"""How the model `openai` is set: the names of adapters, its address, and what is refused."""

from pathlib import Path

import pytest

from steep.errors import AdapterError, BadOptions, ModelError
from steep.hooks import Context, Origin, Plugins, Selection
from steep.kinds import AdapterRef, Ask, Scored
from steep_plugins import models
from steep_plugins.models.served import Served

from .conftest import ASK, answering, asked, asking, serving


@pytest.mark.parametrize(
    ("served", "sent"),
    [
        (Served(model="base", adapter_field="model"), {"model": "abc123"}),
        (
            Served(model="base", adapter_field="adapter_id", adapter_name="team/harbor-{version}"),
            {"model": "base", "adapter_id": "team/harbor-abc123"},
        ),
    ],
)
def test_an_adapter_is_named_as_the_server_spells_it(served, sent):
    ask = Ask(messages=ASK.messages, adapter=AdapterRef(version="abc123", folder=Path("x")))
    with serving(answering) as server, asking(server, served=served) as model:
        asked(model, ask)
    body = server.asked[0][1]
    assert {name: body[name] for name in sent} == sent


def test_a_server_not_known_to_serve_adapters_is_not_asked_for_one():
    ask = Ask(messages=ASK.messages, adapter=AdapterRef(version="abc123", folder=Path("x")))
    with serving(answering) as server, asking(server) as model:
        with pytest.raises(AdapterError, match=r"abc123.*adapter_field"):
            model.chat([ask])
        assert server.asked == []


def test_it_weighs_no_replies_and_says_so():
    with serving(answering) as server, asking(server) as model, pytest.raises(ModelError, match="cannot weigh"):
        model.score([Scored(messages=ASK.messages, reply="yes")])


def offered():
    plugins = Plugins(selection=Selection(), strict=True)
    plugins.adopt(models, Origin(plugin="models", distribution="steep", version="0"))
    return plugins


def test_it_is_built_from_its_options():
    options = {"url": "http://127.0.0.1:9/v1/chat/completions", "model": "m"}
    built = offered().build("model", "openai", options, Context(), where="[model.far]")
    same = offered().build("model", "openai", {**options, "url": "http://127.0.0.1:9/v1/"}, Context(), where="x")
    assert built.digest == same.digest
    assert built.context == 8192
    built.close()
    same.close()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "ftp://x", "model": "m"}, "url"),
        ({"url": "http://x"}, "model"),
        ({"url": "http://x", "model": "m", "adapter_name": "x"}, "adapter_name"),
    ],
)
def test_wrong_options_are_refused(wrong, said):
    with pytest.raises(BadOptions, match=said):
        offered().build("model", "openai", wrong, Context(), where="[model.far]")
