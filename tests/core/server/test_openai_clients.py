"""Frameworks that speak OpenAI's interface, against a server of ours: what they call works as they expect it.

They are not needed to build or run this project: `pip install langchain-openai llama-index-llms-openai-like`.
"""

import json

import pytest
from pydantic import BaseModel

TICKET = "A day ticket costs 12 euros and is valid until midnight."
QUESTION = "How much is a day ticket?"
OPEN = "[guardrails]\ninput = []\npassages = []\noutput = []\n"
CALLER = '[generator]\nuse = "chat"\n[model.caller]\nuse = "caller"\n' + OPEN


class Ticket(BaseModel):
    """What a ticket costs."""

    price: str


@pytest.fixture
def form(serve):
    """The address of a project whose generator writes the JSON of a ticket where a schema is asked for."""
    reply = json.dumps({"price": "12 euros"})
    return serve(f"[generator]\nuse = 'writer'\nreply = '{reply}'\nheeds = ['schema']\n{OPEN}")[0]


class TestLangChain:
    @pytest.fixture
    def model(self):
        made = pytest.importorskip("langchain_openai", reason="pip install langchain-openai")

        def of(address, name="harbor/rag", **options):
            return made.ChatOpenAI(base_url=f"{address}/v1", api_key="none", model=name, max_retries=0, **options)

        return of

    def test_it_invokes_and_streams(self, model, address):
        whole = model(address).invoke([("system", "Be brief."), ("human", QUESTION)])
        assert whole.content.startswith(TICKET)
        assert whole.usage_metadata["total_tokens"] == 18
        assert whole.response_metadata["finish_reason"] == "stop"
        chunks = list(model(address, stream_usage=True).stream(QUESTION))
        assert "".join(chunk.content for chunk in chunks) == whole.content
        assert sum((chunk.usage_metadata or {}).get("total_tokens", 0) for chunk in chunks) == 18

    def test_it_speaks_responses_and_finds_the_citations(self, model, address):
        reply = model(address, use_responses_api=True).invoke(QUESTION)
        (block,) = reply.content
        assert block["text"].startswith(TICKET)
        assert block["annotations"][0]["filename"] == "ferries.md"
        streamed = "".join(chunk.text for chunk in model(address, use_responses_api=True).stream(QUESTION))
        assert streamed == block["text"]

    def test_it_gets_structured_output(self, model, form):
        for method in ("json_schema", "json_mode"):
            structured = model(form, "base").with_structured_output(Ticket, method=method)
            assert structured.invoke("As JSON: what is the price?") == Ticket(price="12 euros")

    def test_it_gets_structured_output_by_a_call_that_must_be_made(self, model, serve):
        address, _ = serve(CALLER.replace("[guardrails]", 'arguments = \'{"price": "12 euros"}\'\n[guardrails]', 1))
        weather = type("weather", (Ticket,), {"__doc__": "The price."})
        structured = model(address).with_structured_output(weather, method="function_calling")
        assert structured.invoke(QUESTION).price == "12 euros"

    def test_it_binds_tools_and_sends_back_what_came_of_them(self, model, serve):
        messages = pytest.importorskip("langchain_core.messages")
        address, _ = serve(CALLER)

        def weather(city: str) -> str:
            """The weather in a city."""
            return f"windy in {city}"

        bound = model(address).bind_tools([weather])
        asked = [messages.HumanMessage(QUESTION), bound.invoke(QUESTION)]
        (call,) = asked[-1].tool_calls
        assert (call["name"], call["args"]) == ("weather", {"city": "Hull"})
        asked.append(messages.ToolMessage(weather(**call["args"]), tool_call_id=call["id"]))
        assert bound.invoke(asked).content.startswith("The weather is windy in Hull.")

    def test_what_cannot_be_done_is_a_typed_error(self, model, address):
        import openai

        with pytest.raises(openai.BadRequestError, match="never puts its answer into the form"):
            model(address).with_structured_output(Ticket, method="json_schema").invoke(QUESTION)

    def test_it_embeds(self, address):
        made = pytest.importorskip("langchain_openai", reason="pip install langchain-openai")
        options = {"base_url": f"{address}/v1", "api_key": "none", "model": "harbor/embedder"}
        embedder = made.OpenAIEmbeddings(check_embedding_ctx_length=False, **options)
        assert len(embedder.embed_query(QUESTION)) == 384
        assert len(embedder.embed_documents([QUESTION, TICKET])) == 2


class TestLlamaIndex:
    @pytest.fixture
    def model(self):
        made = pytest.importorskip(
            "llama_index.llms.openai_like", reason="pip install llama-index-llms-openai-like"
        ).OpenAILike

        def of(address, name="harbor/rag", **options):
            settings = {"is_chat_model": True, "context_window": 4096, "max_retries": 0, **options}
            return made(api_base=f"{address}/v1", api_key="none", model=name, **settings)

        return of

    def test_it_chats_and_streams(self, model, address):
        from llama_index.core.llms import ChatMessage

        asked = [ChatMessage(role="system", content="Be brief."), ChatMessage(role="user", content=QUESTION)]
        whole = model(address).chat(asked)
        assert whole.message.content.startswith(TICKET)
        *_, last = model(address).stream_chat(asked)
        assert last.message.content == whole.message.content

    def test_it_completes_without_a_chat(self, model, address):
        assert model(address, is_chat_model=False).complete(QUESTION).text.startswith(TICKET)
        *_, last = model(address, is_chat_model=False).stream_complete(QUESTION)
        assert last.text.startswith(TICKET)

    def test_it_gets_structured_output(self, model, form):
        made = model(form, "base", should_use_structured_outputs=True)
        if not hasattr(made, "as_structured_llm"):
            pytest.skip("this version has no structured output")
        assert made.as_structured_llm(Ticket).complete("What is the price?").raw == Ticket(price="12 euros")
