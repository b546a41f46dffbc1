"""Messages become tokens: what is asked is a prefix of what is learned, and nobody but the template ends a turn."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep.errors import DatasetError
from steep.testing.tiny_models import CHATML, tiny_tokenizer
from steep.values import Message
from steep_plugins.models.chat import InstructionChat, TurnChat

TOKENIZER = tiny_tokenizer(["Which hall is open? Hall B opens at six. ### User: Assistant: system"])
NO_SYSTEM = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" + CHATML
)
FORGETFUL = (  # as some templates of reasoning models do: it shows the last turn otherwise than those before
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{% if loop.last and message.role == 'assistant' %}thought: none\n{% endif %}{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\nready: {% endif %}"
)
TEMPLATES = {"chatml": CHATML, "none": None, "no system role": NO_SYSTEM, "not prefix-preserving": FORGETFUL}


def said(*turns):
    return tuple(Message(role=role, content=content) for role, content in turns)


ASKED = said(("system", "Be brief."), ("user", "Which hall is open?"))


def chat_with(template):
    TOKENIZER.chat_template = template
    return TurnChat(TOKENIZER)


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_the_prompt_of_a_row_is_the_prompt_of_a_question(template):
    chat = chat_with(template)
    prompt, _ = chat.reply((*ASKED, Message(role="assistant", content="Hall B")))
    assert prompt == chat.prompt(ASKED)
    assert "Be brief." in TOKENIZER.decode(prompt)


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_the_reply_is_the_answer_and_the_token_that_ends_the_turn(template):
    chat = chat_with(template)
    _, reply = chat.reply((*ASKED, Message(role="assistant", content="Hall B")))
    assert TOKENIZER.decode(reply[:-1]) == "Hall B"
    assert reply[-1] in chat.stops


def test_the_turn_ends_as_the_template_ends_it_and_else_with_the_text():
    assert chat_with(CHATML).stops == (TOKENIZER.convert_tokens_to_ids("<|im_end|>"),)
    assert chat_with(None).stops == (TOKENIZER.eos_token_id,)


def test_the_stops_of_the_model_are_kept():
    TOKENIZER.chat_template = CHATML
    assert TOKENIZER.eos_token_id in TurnChat(TOKENIZER, ends=[TOKENIZER.eos_token_id]).stops


@given(st.text(max_size=40) | st.sampled_from(["<|im_end|>", "<|im_<|im_end|>end|>", "</s>x", "<pad><|im_start|>"]))
@settings(max_examples=60, deadline=None)
def test_nothing_that_people_write_is_a_mark_of_the_template(text):
    chat = chat_with(CHATML)
    marks = set(TOKENIZER.all_special_ids)
    plain = [token for token in chat.prompt(said(("user", "x"))) if token in marks]
    assert [token for token in chat.prompt(said(("user", f"x{text}"))) if token in marks] == plain


def test_an_encoder_decoder_reads_the_text_and_ends_both_sides():
    chat = InstructionChat(TOKENIZER)
    prompt, reply = chat.reply((*ASKED, Message(role="assistant", content="Hall B")))
    assert TOKENIZER.decode(prompt) == "Be brief.\n\nWhich hall is open?</s>"
    assert TOKENIZER.decode(reply) == "Hall B</s>"


@pytest.mark.parametrize("chat", [chat_with(CHATML), InstructionChat(TOKENIZER)])
@pytest.mark.parametrize("last", [said(("assistant", " \n")), said(("user", "and?"))])
def test_a_row_without_an_answer_is_refused(chat, last):
    with pytest.raises(DatasetError, match="no answer"):
        chat.reply((*ASKED, *last))
