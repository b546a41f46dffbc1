"""The generator `chat` over a model that says what it is told to: what it asks, what it says, and when it abstains."""

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from steep.kinds import Abstain, AdapterRef, Said
from steep.prompts import ABSTENTION, markers
from steep.testing import GeneratorContract
from steep.testing.generator import questions_asked
from steep.testing.hands import PlainHand, draft_of
from steep.values import Message
from steep_plugins import intrinsics
from steep_plugins.generators.chat import Chat, chances_are
from steep_plugins.generators.writing import NOT_HELD
from steep_plugins.intrinsics import find, judging

from .conftest import Told


class TestChat(GeneratorContract):
    @pytest.fixture
    def generator(self):
        return Chat()

    @pytest.fixture
    def model(self):
        return Told()


ASKED = questions_asked()[0]
STARTER = AdapterRef(version="v", folder=Path("v"), job="answer")


def say(reply="Hall B costs 12 EUR a day. [1]", asked=ASKED, **model):
    told = Told(reply, **model)
    return draft_of(Chat(), asked, PlainHand(hits=asked.hits, answers_with=told)), told


def test_the_reply_is_said_as_the_model_writes_it_with_what_it_cost():
    draft, told = say()
    assert draft.text.strip() == told.reply
    assert (draft.prompt_tokens, draft.tokens, draft.model) == (20, 4, "told-1")
    assert draft.confidence == pytest.approx(0.9048, abs=1e-3)
    assert "12 EUR" in told.asks[0].messages[-1].content


def test_the_agreed_sentence_is_an_abstention_of_which_nothing_is_said():
    sayings = list(Chat().answer(ASKED, PlainHand(hits=ASKED.hits, answers_with=Told(ABSTENTION))))
    assert not any(isinstance(each, Said) for each in sayings)
    assert any(isinstance(each, Abstain) for each in sayings)


@pytest.mark.parametrize(
    ("reply", "reason"), [("[1]", "wrote no word"), ("[1][3] .", "wrote no word"), ("", "nothing")]
)
def test_a_reply_without_a_word_is_no_answer(reply, reason):
    draft, _ = say(reply)
    assert draft.abstained
    assert reason in draft.reason


def test_where_a_taught_model_doubts_that_the_passages_hold_the_answer_the_chance_is_said(monkeypatch):
    class Doubting(Told):
        def score(self, asks):
            return [-4.0 if each.reply == "Yes" else -0.1 for each in asks]

    def taught(name):
        known = {"told-1": STARTER} if name == "answerable" else {}
        return replace(find(name), adapters=known)

    monkeypatch.setattr(judging, "find", taught)
    draft = draft_of(Chat(), ASKED, PlainHand(hits=ASKED.hits, answers_with=Doubting()))
    assert draft.abstained
    assert draft.confidence == pytest.approx(0.0198, abs=1e-4)
    assert draft.reason == (
        "the passages found hold the answer with a chance of about 2%, and 40% is asked for "
        "(`answerable` of [generator])"
    )


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_chance_is_never_said_to_be_as_large_as_what_it_falls_short_of(one, other):
    sure, least = sorted((one, other))
    assume(least - sure > 1e-8)
    said = chances_are(sure, least=least, key="threshold")
    chance, asked_for = (float(figure) for figure in re.findall(r"([\d.]+)%", said))
    assert chance < asked_for or "less than" in said
    assert chance == pytest.approx(sure * 100, abs=0.51) or least - sure < 0.01 or "less than" in said


def test_a_no_before_the_agreed_sentence_is_no_answer():
    assert say(f"No, {ABSTENTION[0].lower()}{ABSTENTION[1:]}")[0].abstained
    assert say("No, the documents name no price. [1]")[0].text.strip() == "No, the documents name no price. [1]"


def test_a_reply_that_only_begins_like_the_agreed_sentence_is_said_whole():
    draft, _ = say("The documents do name a price: 12 EUR [1].")
    assert draft.text.strip() == "The documents do name a price: 12 EUR [1]."


def test_pieces_come_before_the_model_is_through_and_closing_ends_its_work():
    told = Told("one two three four five six")
    sayings = Chat().answer(ASKED, PlainHand(hits=ASKED.hits, answers_with=told))
    while not isinstance(next(sayings), Said):
        pass
    assert told.given == 1
    sayings.close()
    assert told.given == 1


@pytest.mark.parametrize("question", ["Hello!", "thanks a lot", "What can you do?", "Which documents do you have?"])
def test_what_asks_nothing_of_the_documents_is_answered_without_the_model(question):
    draft, told = say(asked=replace(ASKED, question=question))
    assert draft.aside
    assert told.asks == []


def test_the_documents_that_the_caller_may_see_are_listed():
    draft, _ = say(asked=replace(ASKED, question="List the documents."))
    assert "- Note 1 (note-1.md)" in draft.text
    assert draft.text.startswith("There are 3 documents:")


def test_a_summary_is_made_of_the_document_that_is_named_alone():
    draft, told = say("It tells of the warden. [1]", asked=replace(ASKED, question="Summarise note-2.md"))
    (number,) = draft.numbered
    assert number == ASKED.hits[1].passage.id
    asked = told.asks[0].messages[-1].content
    assert "night warden" in asked
    assert "Hall B" not in asked


@pytest.mark.parametrize(
    ("question", "above"),
    [
        ("Summarise the section about wardens in two sentences.", ("2. The warden",)),
        ("Give me a short summary of the chapter on opening hours", ("Halls", "Opening hours of Hall B")),
        ("Summarise the flags", ()),
    ],
)
def test_a_summary_is_made_of_the_section_that_says_what_it_is_to_be_of(question, above):
    """``above`` is where its passages stand; without such a section it is made of what was found."""
    places = (("Halls", "Opening hours of Hall B"), ("2. The warden",), ("3. Signals", "Colours of a pilot"))
    hits = tuple(
        replace(hit, passage=replace(hit.passage, path="all.md", heading=place))
        for hit, place in zip(ASKED.hits, places, strict=True)
    )
    draft, _ = say(asked=replace(ASKED, question=question, hits=hits))
    wanted = [hit.passage.id for hit in hits if not above or hit.passage.heading == above]
    assert list(draft.numbered) == wanted


def asked_in_a_form(monkeypatch, question, reply="Hall B costs 12 EUR a day. [1] Hall A costs nothing. [2]", **asked):
    job = replace(find("answer"), adapters={"told-1": STARTER}, quoting=frozenset())
    monkeypatch.setattr(intrinsics, "find", lambda name: job if name == "answer" else find(name))
    return say(reply, asked=replace(ASKED, question=question, **asked))


def test_a_model_that_was_taught_to_answer_is_asked_the_question_alone_and_its_reply_is_put_in_form(monkeypatch):
    draft, told = asked_in_a_form(monkeypatch, "What do the halls cost, as bullets?")
    assert draft.text == "- Hall B costs 12 EUR a day. [1]\n- Hall A costs nothing. [2]"
    assert "bullets" not in told.asks[0].messages[-1].content
    assert told.asks[0].adapter is not None


def test_all_steps_are_said_where_the_model_says_the_first_and_no_more_than_were_wanted(monkeypatch):
    steps = "To hire hall B:\n\n1. Ask the warden.\n2. Pay 12 EUR.\n3. Take the key."
    hit = replace(ASKED.hits[0], passage=replace(ASKED.hits[0].passage, text=steps, end=len(steps)))
    draft, _ = asked_in_a_form(monkeypatch, "List the steps to hire hall B.", "Ask the warden. [1]", hits=(hit,))
    assert draft.text == "1. Ask the warden. [1]\n2. Pay 12 EUR. [1]\n3. Take the key. [1]"
    question = "List the steps to hire hall B, in one sentence."
    draft, _ = asked_in_a_form(monkeypatch, question, "Ask the warden. [1]", hits=(hit,))
    assert draft.text == "Ask the warden. [1]"


@pytest.mark.parametrize("filling", [frozenset({"told-1"}), frozenset()])
def test_a_schema_is_filled_in_with_the_adapter_where_that_was_found_to_be_better(monkeypatch, filling):
    job = replace(find("answer"), adapters={"told-1": STARTER}, filling=filling)
    monkeypatch.setattr(intrinsics, "find", lambda name: job if name == "answer" else find(name))
    _, told = say('{"price": "12 EUR"}', asked=replace(ASKED, schema={"type": "object"}))
    assert (told.asks[0].adapter is not None) == bool(filling)
    assert told.asks[0].schema == {"type": "object"}


@pytest.mark.parametrize(("job", "in_its_words"), [("answer", True), ("", False)])
def test_what_was_tuned_from_the_starter_is_asked_in_its_words_and_what_began_afresh_in_steeps(job, in_its_words):
    told, tuned = Told(), AdapterRef(version="tuned", folder=Path("tuned"), job=job)
    draft_of(Chat(), ASKED, PlainHand(hits=ASKED.hits, answers_with=told, adapter=tuned))
    (ask,) = told.asks
    assert ask.adapter == tuned
    texts = [hit.passage.indexed_text for hit in ASKED.hits]
    assert (ask.messages == find("answer").messages(texts, question=ASKED.question)) == in_its_words


class Tuned(Told):
    """Says something else by each adapter, and judges that an answer is there with a chance of ``held``."""

    def __init__(self, held, **replies):
        super().__init__()
        self.held, self.replies = held, replies

    def chat(self, asks):
        self.reply = self.replies[asks[0].adapter.version]
        return super().chat(asks)

    def score(self, asks):
        return [math.log(self.held if each.reply == "Yes" else 1 - self.held) for each in asks]


def said_by_tuned(monkeypatch, model, job="answer", judged=("answerable",)):
    taught = {name: {"told-1": STARTER} for name in (*judged, "answer")}
    for where in (intrinsics, judging):
        monkeypatch.setattr(where, "find", lambda name: replace(find(name), adapters=taught.get(name, {})))
    tuned = AdapterRef(version="tuned", folder=Path("tuned"), job=job)
    return draft_of(Chat(), ASKED, PlainHand(hits=ASKED.hits, answers_with=model, adapter=tuned))


def test_what_the_tuned_adapter_declines_though_it_was_judged_to_be_answered_its_beginning_is_asked(monkeypatch):
    model = Tuned(0.9, tuned=ABSTENTION, v="Hall B costs 12 EUR a day. [1]")
    draft = said_by_tuned(monkeypatch, model)
    assert draft.text.strip() == "Hall B costs 12 EUR a day. [1]"
    assert [ask.adapter.version for ask in model.asks] == ["tuned", "v"]
    assert (draft.prompt_tokens, draft.tokens) == (40, 8)
    assert draft.confidence == pytest.approx(0.9)


def test_where_both_decline_there_is_no_answer_and_where_the_tuned_one_answers_it_is_asked_alone(monkeypatch):
    assert said_by_tuned(monkeypatch, Tuned(0.9, tuned=ABSTENTION, v=ABSTENTION)).reason == NOT_HELD
    model = Tuned(0.9, tuned="Hall B is dear. [1]", v="Hall B costs 12 EUR a day. [1]")
    assert said_by_tuned(monkeypatch, model).text.strip() == "Hall B is dear. [1]"
    assert len(model.asks) == 1


@pytest.mark.parametrize(("job", "judged"), [("", ("answerable",)), ("answer", ())])
def test_one_that_began_afresh_or_was_not_judged_before_keeps_its_abstention(monkeypatch, job, judged):
    model = Tuned(0.9, tuned=ABSTENTION, v="Hall B costs 12 EUR a day. [1]")
    assert said_by_tuned(monkeypatch, model, job, judged).abstained
    assert len(model.asks) == 1


@pytest.mark.parametrize(("quoting", "known"), [((), True), (("told-1",), False)])
def test_a_tuning_goes_on_from_a_starter_that_replies_as_the_rows_do(monkeypatch, quoting, known):
    job = replace(find("answer"), adapters={"told-1": STARTER}, quoting=frozenset(quoting))
    for where in (intrinsics, judging):
        monkeypatch.setattr(where, "find", lambda name: job)
    found = Chat().start(Told())
    assert (found is not None) == known
    assert found is None or (found.adapter, found.rules) == (STARTER, job.system)
    assert found is None or found.judged
    assert not known or not Chat(answerable=0.0).start(Told()).judged


def test_json_that_is_asked_for_in_words_is_held_to_a_schema(monkeypatch):
    _, told = asked_in_a_form(monkeypatch, "What does hall B cost, as JSON?", '{"answer": "12 EUR"}')
    assert told.asks[0].schema["required"] == ["answer"]


def test_json_has_the_keys_that_the_question_names(monkeypatch):
    question = "What does hall B cost? Answer as JSON with the keys hall and `price`."
    _, told = asked_in_a_form(monkeypatch, question, '{"hall": "B", "price": "12 EUR"}')
    assert told.asks[0].schema["required"] == ["hall", "price"]
    assert "JSON" not in told.asks[0].messages[-1].content


def test_a_model_that_was_not_taught_is_told_the_form():
    draft, told = say(asked=replace(ASKED, question="What do the halls cost, as bullets?"))
    assert "as bullets" in told.asks[0].messages[-1].content
    assert draft.text.strip() == told.reply


def test_what_was_asked_before_is_told_without_the_model():
    history = (Message(role="user", content="Is there a Hall B?"), Message(role="assistant", content="Yes. [1]"))
    draft, told = say(asked=replace(ASKED, question="What did I ask first?", history=history))
    assert draft.text == "Your first question was: Is there a Hall B?"
    assert draft.aside
    assert told.asks == []


def roles(messages):
    return [each.role for each in messages]


def with_room(context=8192, examples=6, **asked):
    told = Told("{}") if "schema" in asked else Told()
    told.context = context
    request = replace(ASKED, **asked)
    adapter = STARTER if asked.get("prompt") == "tuned" else None
    draft_of(Chat(examples=examples), request, PlainHand(hits=request.hits, answers_with=told, adapter=adapter))
    return told.asks[0].messages


def test_a_model_that_was_not_taught_is_shown_worked_examples_before_the_conversation():
    history = (Message(role="user", content="Is there a Hall B?"), Message(role="assistant", content="Yes. [1]"))
    messages = with_room(history=history)
    assert roles(messages) == ["system", *["user", "assistant"] * 7, "user"]
    assert messages[-3:-1] == history
    shown = messages[1:-3]
    assert sum(each.content == ABSTENTION for each in shown) == 2
    for asked, reply in zip(shown[::2], shown[1::2], strict=True):
        assert all(f"<passage {number}>" in asked.content for number in markers(reply.content))
    assert roles(with_room(examples=1)) == ["system", "user", "assistant", "user"]


def test_the_examples_say_nothing_of_the_documents_and_are_the_same_for_every_question():
    one, other = with_room(), with_room(question="Who keeps the keys?")
    assert one[:-1] == other[:-1]
    assert "12 EUR" not in "".join(each.content for each in one[:-1])


def test_where_a_schema_is_asked_for_a_greeting_is_answered_in_its_form():
    draft, told = say('{"reply": "Hello"}', asked=replace(ASKED, question="Hello!", schema={"type": "object"}))
    assert (draft.text.strip(), len(told.asks)) == ('{"reply": "Hello"}', 1)
    assert say(asked=replace(ASKED, question="Hello!"))[0].aside


@pytest.mark.parametrize(
    "asked",
    [
        {"context": 1024},
        {"examples": 0},
        {"schema": {"type": "object"}},
        {"question": "Summarise note-2.md"},
        {"prompt": "tuned"},
    ],
    ids=["little room", "none wanted", "a schema", "a summary", "tuned on the documents"],
)
def test_no_examples_are_shown(asked):
    assert roles(with_room(**asked)) == ["system", "user"]


def test_where_nothing_was_found_no_model_makes_something_up():
    draft, told = say(asked=replace(ASKED, hits=()))
    assert draft.abstained
    assert told.asks == []
    assert not say(asked=replace(ASKED, hits=(), grounded=False))[0].abstained


def test_a_schema_reaches_the_model_and_a_cut_reply_says_so():
    draft, told = say('{"price": 12}', asked=replace(ASKED, schema={"type": "object"}), end="length")
    assert told.asks[0].schema == {"type": "object"}
    assert "cut after 4 tokens" in draft.note
    assert draft.cut


def test_what_is_asked_of_the_choice_of_words_reaches_the_model():
    settings = {"temperature": 0.5, "top_p": 0.9, "seed": 3, "stop": ("#",), "chances": 2, "max_tokens": 7}
    draft, told = say(asked=replace(ASKED, **settings))
    assert {name: getattr(told.asks[0], name) for name in settings} == settings
    assert not draft.cut
