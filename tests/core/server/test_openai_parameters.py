"""Each parameter of a chat completion is heeded, refused by its name, or named: with a small model that really runs."""

import json
import math
import threading
import time

import httpx
import openai
import pytest

from steep.testing.tiny_models import tiny_model

TEXTS = ("A day ticket costs 12 euros. The harbour master is Anna Lind.", "Who keeps the keys? The night warden.")
QUESTION = "How much is a day ticket?"
OPEN = "[guardrails]\ninput = []\npassages = []\noutput = []\n"


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("tiny"), TEXTS)


@pytest.fixture
def model_client(serve, tiny_folder):
    """A client of a project whose generator is `chat` on a tiny model of random weights, without guards."""
    tables = f'[generator]\nuse = "chat"\n[model.tiny]\nuse = "transformers"\nmodel = "{tiny_folder}"\n{OPEN}'
    address, _ = serve(tables)
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0, timeout=60) as opened:
        yield opened


def ask(client, text=QUESTION, model="base", **options):
    messages = [{"role": "user", "content": text}]
    return client.chat.completions.create(model=model, messages=messages, **options)


def said(reply, number=0):
    return reply.choices[number].message.content


def parts_of(stream):
    chunks = list(stream)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices), chunks


def refused(http, param, **body):
    reply = http.post("/v1/chat/completions", json={"model": "rag", "messages": [user()], **body})
    assert reply.status_code == 400, reply.text
    error = reply.json()["error"]
    assert error["type"] == "invalid_request_error"
    assert error["param"].partition(".")[0] == param
    return error


def anew(project):
    """The writer of a project, as if it had not been tried when the server began."""
    writer = project.generator()
    writer.said.clear()
    writer.closed.clear()
    return writer


def user(text=QUESTION):
    return {"role": "user", "content": text}


def test_an_answer_ends_after_as_many_tokens_as_are_wanted_and_says_so(model_client):
    for limit in ({"max_tokens": 3}, {"max_completion_tokens": 3}, {"max_tokens": 100, "max_completion_tokens": 3}):
        reply = ask(model_client, **limit)
        assert (reply.usage.completion_tokens, reply.choices[0].finish_reason) == (3, "length")
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + 3
    text, chunks = parts_of(ask(model_client, max_tokens=3, stream=True))
    assert (text, chunks[-1].choices[0].finish_reason) == (said(reply), "length")


def test_a_stop_text_is_not_in_what_is_shown(model_client):
    whole = said(ask(model_client, max_tokens=24))
    stop = whole[len(whole) // 2 :][:3]
    for given in (stop, [stop], ["never said", stop]):
        reply = ask(model_client, max_tokens=24, stop=given)
        assert (said(reply), reply.choices[0].finish_reason) == (whole[: whole.index(stop)], "stop")
        assert parts_of(ask(model_client, max_tokens=24, stop=given, stream=True))[0] == said(reply)


@pytest.mark.parametrize("stop", ["\n", "[1]", " costs", "Sources:"])
def test_nor_is_it_in_what_is_added_to_an_answer(client, stop):
    reply = ask(client, model="rag", stop=stop)
    assert stop not in said(reply)
    assert parts_of(ask(client, model="rag", stop=stop, stream=True))[0] == said(reply)


def test_a_seed_decides_what_is_drawn_and_each_answer_of_several_has_its_own(model_client):
    drawn = {"temperature": 1.5, "max_tokens": 8}
    first = ask(model_client, seed=7, n=3, **drawn)
    assert [choice.index for choice in first.choices] == [0, 1, 2]
    texts = [said(first, number) for number in range(3)]
    assert len(set(texts)) > 1
    alone = [ask(model_client, seed=7 + number, **drawn) for number in range(3)]
    assert [said(each) for each in alone] == texts
    assert first.usage.completion_tokens == sum(each.usage.completion_tokens for each in alone)
    assert first.usage.prompt_tokens == alone[0].usage.prompt_tokens
    assert len({choice.steep["id"] for choice in first.choices}) == 3
    assert said(ask(model_client, seed=8, top_p=0.000001, **drawn)) == said(ask(model_client, max_tokens=8))


def test_a_stream_of_several_answers_names_the_one_that_each_chunk_belongs_to(model_client):
    options = {"temperature": 1.5, "max_tokens": 8, "seed": 7, "n": 2}
    whole = ask(model_client, **options)
    chunks = list(ask(model_client, stream=True, stream_options={"include_usage": True}, **options))
    *others, last = chunks
    for number in range(2):
        own = [chunk.choices[0] for chunk in others if chunk.choices[0].index == number]
        assert "".join(each.delta.content or "" for each in own) == said(whole, number)
        assert own[0].delta.role == "assistant"
        assert [each.finish_reason is None for each in own] == [True] * (len(own) - 1) + [False]
    assert (last.choices, last.usage) == ([], whole.usage)


def test_the_probabilities_are_those_of_the_tokens_of_the_text(model_client):
    reply = ask(model_client, max_tokens=6, logprobs=True, top_logprobs=2)
    tokens = reply.choices[0].logprobs.content
    assert "".join(each.token for each in tokens) == said(reply)
    for each in tokens:
        assert -math.inf < each.logprob <= 0
        assert len(each.top_logprobs) == 2
        assert bytes(each.bytes).decode("utf-8") == each.token
    _, chunks = parts_of(ask(model_client, max_tokens=6, logprobs=True, top_logprobs=2, stream=True))
    assert chunks[-1].choices[0].logprobs.content == tokens
    assert ask(model_client, max_tokens=6).choices[0].logprobs is None


def test_a_schema_is_fitted_and_nothing_is_added_to_it(model_client):
    pytest.importorskip("llguidance", reason="pip install 'steep[schema]'")
    schema = {
        "type": "object",
        "properties": {"kind": {"enum": ["day", "week"]}},
        "required": ["kind"],
        "additionalProperties": False,
    }
    form = {"type": "json_schema", "json_schema": {"name": "ticket", "schema": schema, "strict": True}}
    reply = ask(model_client, response_format=form)
    assert json.loads(said(reply))["kind"] in ("day", "week")
    assert parts_of(ask(model_client, response_format=form, stream=True))[0] == said(reply)
    free = said(ask(model_client, response_format={"type": "json_object"}, max_tokens=40))
    assert free.startswith("{")


def test_a_schema_that_cannot_be_followed_is_named(model_client):
    pytest.importorskip("llguidance", reason="pip install 'steep[schema]'")
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "nonsense"}}}
    for stream in (False, True):
        with pytest.raises(openai.BadRequestError, match="cannot be followed") as caught:
            ask(model_client, response_format=form, stream=stream)
        assert caught.value.param == "response_format"


@pytest.mark.parametrize("reply", ['{"price": "twelve"}', '{"price": "twelve. It costs 12 euros. It does."}'])
def test_a_reply_that_does_not_fit_its_schema_is_a_typed_error_also_in_a_stream(serve, reply):
    """The second is sent in parts: what is wrong with it is known when its status has long been told."""
    address, _ = serve(f'[generator]\nuse = "writer"\nheeds = ["schema"]\nreply = \'{reply}\'\n{OPEN}')
    schema = {"type": "object", "properties": {"price": {"type": "number"}}}
    form = {"type": "json_schema", "json_schema": {"name": "price", "schema": schema}}
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0, timeout=60) as client:
        with pytest.raises(openai.InternalServerError) as caught:
            ask(client, response_format=form)
        assert (caught.value.status_code, caught.value.code) == (502, "reply_misfit")
        with pytest.raises(openai.APIError, match=r"\$\.price is not as its `type` says") as caught:
            parts_of(ask(client, response_format=form, stream=True))
        assert caught.value.code == "reply_misfit"
        text = {"format": {"type": "json_schema", "name": "price", "schema": schema}}
        with pytest.raises(openai.APIError, match=r"\$\.price"):
            list(client.responses.create(model="base", input=QUESTION, text=text, stream=True))


def test_the_rules_of_a_client_reach_the_model(serve):
    address, project = serve('[generator]\nuse = "writer"\nheeds = ["prompt", "temperature"]\n' + OPEN)
    messages = [{"role": "developer", "content": "Be brief."}, {"role": "system", "content": "Be kind."}, user()]
    body = {"model": "rag", "messages": messages, "temperature": 1, "seed": 3}
    reply = httpx.post(f"{address}/v1/chat/completions", json=body, timeout=60)
    assert reply.headers["x-steep-ignored"] == "seed"
    (request,) = project.generator().requests[-1:]
    assert request.prompt == "Be brief.\n\nBe kind."
    assert request.temperature == 1


def test_what_a_quoting_generator_cannot_heed_is_named(client):
    raw = client.chat.completions.with_raw_response.create(
        model="rag", messages=[{"role": "system", "content": "Be brief."}, user()], max_tokens=5, top_p=0.3, seed=1
    )
    assert raw.headers["x-steep-ignored"] == "max_tokens, messages.system, seed, top_p"


def test_what_would_change_the_reply_is_refused_with_what_can(http):
    for param, body in (
        ("response_format", {"response_format": {"type": "json_object"}}),
        ("logprobs", {"logprobs": True}),
    ):
        for stream in (False, True):
            error = refused(http, param, stream=stream, **body)
            assert "generator `finder`, which never" in error["message"]
            assert error["code"] == "unsupported_parameter"


REFUSED = (
    ("functions", {"functions": [{"name": "f"}]}),
    ("audio", {"audio": {"voice": "alloy", "format": "wav"}}),
    ("modalities", {"modalities": ["text", "audio"]}),
    ("web_search_options", {"web_search_options": {"search_context_size": "low"}}),
    ("n", {"n": 9}),
    ("n", {"n": 10**30}),
    ("temperature", {"temperature": 3}),
    ("top_p", {"top_p": -0.1}),
    ("top_logprobs", {"logprobs": True, "top_logprobs": 21}),
    ("top_logprobs", {"top_logprobs": 2}),
    ("seed", {"seed": 2**64}),
    ("response_format", {"response_format": {"type": "json_schema"}}),
)


def test_what_is_not_supported_is_refused_by_its_name(http):
    for param, body in REFUSED:
        refused(http, param, **body)


NEEDLESS = (
    {"stream": None, "stop": None, "n": None, "seed": None, "temperature": None, "response_format": None},
    {"tools": [], "functions": None, "frequency_penalty": 0, "logit_bias": {}, "store": False, "user": ""},
    {"response_format": {"type": "text"}, "logprobs": False, "stop": [], "modalities": ["text"]},
)


def test_what_says_what_is_so_anyway_is_taken(http):
    for body in NEEDLESS:
        reply = http.post("/v1/chat/completions", json={"model": "rag", "messages": [user()], **body})
        assert reply.status_code == 200, reply.text
        assert "x-steep-ignored" not in reply.headers


def test_the_names_of_what_is_ignored_cannot_write_headers(http):
    body = {"model": "rag", "messages": [user()], "a\r\nset-cookie: x=1": 1, "größe": 1, "long" * 99: 1}
    reply = http.post("/v1/chat/completions", json=body)
    assert reply.status_code == 200
    assert "set-cookie" not in reply.headers
    assert reply.headers["x-steep-ignored"].startswith("a??set-cookie:?x=1, gr??e, longlong"[:10])


def test_a_connection_that_is_lost_ends_the_work(serve):
    reply = "A day ticket costs 12 euros [1]. " * 20
    address, project = serve(f'[generator]\nuse = "writer"\npause = 0.01\nreply = """{reply}"""\n{OPEN}')
    body = {"model": "rag", "messages": [user()], "stream": True}
    writer = anew(project)
    with httpx.stream("POST", f"{address}/v1/chat/completions", json=body, timeout=60) as stream:
        for line in stream.iter_lines():
            if '"content": "A day' in line:
                break
    assert writer.closed.wait(20), "the generator's work ends"
    assert len(writer.said) < len(reply.split())


def test_other_requests_are_answered_while_one_waits(serve):
    address, project = serve(f'[generator]\nuse = "writer"\npause = 0.02\nreply = "{"word " * 60}"\n{OPEN}')
    body = {"model": "base", "messages": [user()]}
    writer = anew(project)
    waiting = threading.Thread(target=httpx.post, args=[f"{address}/v1/chat/completions"], kwargs={"json": body})
    waiting.start()
    while not writer.said:
        time.sleep(0.01)
    assert httpx.get(f"{address}/v1/models", timeout=60).status_code == 200
    assert len(writer.said) < 60
    waiting.join(30)


def test_what_fails_in_the_middle_of_a_stream_ends_it_with_an_error(serve):
    reply = "A day ticket costs 12 euros. Dogs travel free. The last ferry leaves at 22:30."
    address, _ = serve(f'[generator]\nuse = "writer"\nbreaks = true\nreply = "{reply}"\n{OPEN}')
    body = {"model": "base", "messages": [user()], "input": QUESTION, "stream": True}
    for path in ("chat/completions", "responses"):
        lines = httpx.post(f"{address}/v1/{path}", json=body, timeout=60).text.strip().split("\n\n")
        assert len(lines) > 2
        assert "the server failed; its log has what happened as error " in lines[-1]
        assert "ZeroDivisionError" not in lines[-1]
    client = openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0)
    with client, pytest.raises(openai.APIError, match="the server failed"):
        list(ask(client, stream=True))
