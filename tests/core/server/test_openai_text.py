"""/v1/completions: questions without a conversation, one or several, whole and streamed."""

import json

QUESTION = "How much is a day ticket?"
TICKET = "A day ticket costs 12 euros and is valid until midnight."
OPEN = "[guardrails]\ninput = []\npassages = []\noutput = []\n"


def test_a_prompt_is_answered_as_a_question(client):
    reply = client.completions.create(model="harbor/rag", prompt=QUESTION)
    (choice,) = reply.choices
    assert reply.object == "text_completion"
    assert choice.text == f"{TICKET} [1]\n\nSources:\n[1] ferries.md · Ferries › Tickets"
    assert choice.finish_reason == "stop"
    assert (reply.usage.prompt_tokens, reply.usage.total_tokens) == (11, 18)
    assert reply.citations[0]["text"] == TICKET


def test_each_prompt_gets_as_many_answers_as_are_wanted(client):
    prompts = [QUESTION, "Who is the harbour master?"]
    reply = client.completions.create(model="rag", prompt=prompts, n=2, best_of=2, stop="\n")
    assert [choice.index for choice in reply.choices] == [0, 1, 2, 3]
    assert [choice.text for choice in reply.choices] == [f"{TICKET} [1]"] * 2 + [
        "The harbour master is Anna Lind. [1]"
    ] * 2


def test_a_stream_carries_the_same_text(client):
    whole = client.completions.create(model="rag", prompt=QUESTION).choices[0].text
    chunks = list(
        client.completions.create(model="rag", prompt=QUESTION, stream=True, stream_options={"include_usage": True})
    )
    *others, last = chunks
    assert "".join(chunk.choices[0].text for chunk in others) == whole
    assert [chunk.choices[0].finish_reason for chunk in others] == [None] * (len(others) - 1) + ["stop"]
    assert (last.choices, last.usage.total_tokens) == ([], 18)
    assert {chunk.object for chunk in chunks} == {"text_completion"}


def test_the_bytes_of_a_stream_end_as_they_should(http):
    reply = http.post("/v1/completions", json={"model": "rag", "prompt": QUESTION, "stream": True})
    *events, last = [line for line in reply.text.split("\n\n") if line]
    assert last == "data: [DONE]"
    assert all("finish_reason" in json.loads(each.removeprefix("data: "))["choices"][0] for each in events)


def test_probabilities_come_in_lists(serve):
    from openai import OpenAI

    address, _ = serve(f'[generator]\nuse = "writer"\nreply = "Twelve euros."\nheeds = ["chances"]\n{OPEN}')
    with OpenAI(base_url=f"{address}/v1", api_key="none") as client:
        known = client.completions.create(model="base", prompt=QUESTION, logprobs=0).choices[0].logprobs
    assert (known.tokens, known.token_logprobs, known.text_offset) == (["Twelve ", "euros."], [-0.5, -0.5], [0, 7])


REFUSED = (
    ({"prompt": [1, 2]}, "prompt"),
    ({"prompt": [[1, 2]]}, "prompt"),
    ({"prompt": []}, "prompt"),
    ({"prompt": ["a?"] * 33}, "prompt"),
    ({"prompt": " "}, None),
    ({"echo": True}, "echo"),
    ({"suffix": "."}, "suffix"),
    ({"best_of": 3}, "best_of"),
    ({"logprobs": 1}, "logprobs"),
    ({"logprobs": 6}, "logprobs"),
    ({"n": 99}, "n"),
)


def test_what_is_not_supported_is_refused_by_its_name(http):
    for body, param in REFUSED:
        reply = http.post("/v1/completions", json={"model": "rag", "prompt": QUESTION, **body})
        assert reply.status_code == 400, body
        assert param is None or reply.json()["error"]["param"].partition(".")[0] == param
