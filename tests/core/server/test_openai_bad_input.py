"""Whatever is sent to OpenAI's routes, what comes back is an answer or an error in OpenAI's shape; never a 500."""

import json

PATHS = ("/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/embeddings")
DEEP = b"[" * 100_000
BODIES = (
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"{not json",
    b"\xff\xfe{}",
    b'{"model": "rag", "messages": "\xe9"}',
    b'{"model": NaN}',
    DEEP,
    b'{"model": "rag", "messages": ' + DEEP + b"]" * 100_000 + b"}",
    b'{"model": "rag", "input": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}",
)
VALUES = (
    None,
    0,
    -1,
    1.5,
    10**400,
    "",
    "\ud800",
    "x" * 300,
    True,
    [],
    {},
    [None],
    [[]],
    [{}],
    {"type": "text"},
    [1, "a"],
)
KEYS = (
    "model",
    "messages",
    "prompt",
    "input",
    "stream",
    "stream_options",
    "n",
    "stop",
    "max_tokens",
    "max_output_tokens",
    "temperature",
    "top_p",
    "seed",
    "logprobs",
    "top_logprobs",
    "response_format",
    "text",
    "tools",
    "tool_choice",
    "instructions",
    "include",
    "metadata",
    "dimensions",
    "encoding_format",
    "odd \ud800\r\n key",
)


def fits(reply, sent):
    assert reply.status_code in (200, 400, 404, 413, 422), (reply.status_code, sent)
    if reply.status_code != 200:
        error = reply.json()["error"]
        assert set(error) == {"message", "type", "param", "code"}, sent
        assert error["message"]
        assert len(error["message"]) < 4000, sent


def test_a_body_that_is_no_request_is_a_400(http):
    for path in PATHS:
        for body in BODIES:
            reply = http.post(path, content=body, headers={"content-type": "application/json"})
            assert reply.status_code in (400, 404, 413), (path, body[:40], reply.text[:200])
            fits(reply, (path, body[:40]))


def test_a_value_of_any_kind_at_any_key_is_answered_or_refused(http):
    for path in PATHS:
        whole = {
            "model": "embedder" if "embed" in path else "rag",
            "messages": [{"role": "user", "content": "How much is a day ticket?"}],
            "prompt": "How much is a day ticket?",
            "input": "How much is a day ticket?",
        }
        for key in KEYS:
            for value in VALUES:
                body = json.dumps({**whole, key: value})
                fits(http.post(path, content=body, headers={"content-type": "application/json"}), (path, key, value))


def test_a_message_of_any_kind_is_answered_or_refused(http):
    turns = [
        {"role": "user"},
        {"role": "user", "content": []},
        {"role": "user", "content": [{"type": "text"}]},
        {"role": "user", "content": [{"type": ["text"], "text": 1}]},
        {"role": "tool", "content": "x"},
        {"role": "assistant", "tool_calls": [{}]},
        {"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": {}}}]},
        {"role": "nobody", "content": "x"},
        {"content": "x"},
        {"role": "user", "content": "\ud800"},
        {"role": "system", "content": "\ud800 be brief"},
    ]
    for turn in turns:
        for messages in ([turn], [turn, {"role": "user", "content": "How much is a day ticket?"}]):
            body = json.dumps({"model": "rag", "messages": messages, "input": messages})
            for path in ("/v1/chat/completions", "/v1/responses"):
                fits(http.post(path, content=body, headers={"content-type": "application/json"}), (path, messages))
