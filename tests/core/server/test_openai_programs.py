"""Requests as programs send them that people chat with: the bodies are those of the programs, as they were recorded.

The programs themselves are not needed; the README of `steep.server.openai` says which were tried, and with what.
"""

import json

import pytest

QUESTION = "How much is a day ticket?"
TICKET = "A day ticket costs 12 euros and is valid until midnight."
SAID = {"role": "user", "content": QUESTION}

# Open WebUI sends functions of its own with each question, and says nothing of whether one is to be called
WEBUI_TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_current_timestamp",
            "description": "Get the current Unix timestamp in seconds.",
            "parameters": {"properties": {}, "type": "object"},
        },
    },
    {
        "type": "function",
        "function": {
            "name": "ask_user",
            "description": "Ask the user clarifying questions before continuing.",
            "parameters": {
                "properties": {
                    "questions": {"items": {"additionalProperties": True, "type": "object"}, "type": "array"},
                    "allow_other": {"default": True, "type": "boolean"},
                },
                "required": ["questions"],
                "type": "object",
            },
        },
    },
]
WEBUI_TITLE = (
    "### Task:\nGenerate a concise title summarizing the chat history.\n### Output:\n"
    'JSON format: { "title": "your concise title here" }\n### Chat History:\n'
    f"<chat_history>\nUSER: {QUESTION}\nASSISTANT: \n</chat_history>"
)
# the AI SDK for JavaScript and TypeScript
AI_SDK_TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "weather",
        "parameters": {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}
# `llm`
LLM_TOOL = {
    "type": "function",
    "function": {
        "name": "llm_time",
        "description": "Returns the current time, as local time and UTC",
        "parameters": {"properties": {}, "type": "object"},
    },
}
ASKED = {
    "Open WebUI": {"stream": True, "messages": [SAID], "tools": WEBUI_TOOLS},
    "llm": {"stream": True, "messages": [SAID], "stream_options": {"include_usage": True}, "tools": [LLM_TOOL]},
    "AI SDK": {"messages": [SAID], "tools": [AI_SDK_TOOL], "tool_choice": "auto"},
    "openai for JavaScript": {"messages": [SAID], "tools": [LLM_TOOL], "tool_choice": "auto", "stream": False},
}


def text_of(reply):
    """What a program shows of a reply, streamed or whole."""
    if not reply.headers["content-type"].startswith("text/event-stream"):
        return reply.json()["choices"][0]["message"]["content"]
    lines = [line.removeprefix("data: ") for line in reply.text.splitlines() if line.startswith("data: {")]
    choices = [choice for line in lines for choice in json.loads(line)["choices"]]
    return "".join(choice["delta"].get("content") or "" for choice in choices)


@pytest.mark.parametrize("program", ASKED)
def test_a_question_with_the_functions_of_a_program_is_answered(http, program):
    reply = http.post("/v1/chat/completions", json={"model": "harbor/rag", **ASKED[program]})
    assert reply.status_code == 200
    assert text_of(reply).startswith(TICKET)
    assert reply.headers["x-steep-ignored"] == "tools"


def test_the_title_that_open_webui_asks_for_is_answered_in_words(http):
    body = {
        "model": "harbor/rag",
        "messages": [{"role": "user", "content": WEBUI_TITLE}],
        "stream": False,
        "max_tokens": 1000,
    }
    reply = http.post("/v1/chat/completions", json=body)
    assert (reply.status_code, reply.headers["x-steep-ignored"]) == (200, "max_tokens")
    assert reply.json()["choices"][0]["message"]["content"]


def test_a_conversation_that_open_webui_goes_on_with_is_answered(http):
    first = http.post("/v1/chat/completions", json={"model": "harbor/rag", **ASKED["Open WebUI"]})
    turns = [
        SAID,
        {"role": "assistant", "content": text_of(first)},
        {"role": "user", "content": "And how long is it valid?"},
    ]
    body = {"stream": True, "model": "harbor/rag", "messages": turns, "tools": WEBUI_TOOLS}
    assert http.post("/v1/chat/completions", json=body).status_code == 200
