import pytest

from steep_plugins.languages.en.forms import asked_form, unformed
from steep_plugins.languages.en.manners import courtesy

ASKED = ["When does the ferry run?", "Make it shorter."]


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("Hello there!", "Hello."),
        ("Hi, how are you today?", "Thank you, all is well"),
        ("okay, thanks", "You are welcome."),
        ("Bye for now!", "Goodbye."),
        ("Great, that helps.", "Good."),
        ("Are you a real person?", "I am a program"),
        ("Hello, who am I talking to?", "I am a program"),
        ("Thanks for your help, bye", "You are welcome."),
        ("Hi! Who are you?", "I answer questions from documents"),
        ("Good morning, can you help me, please?", "I answer questions from documents"),
        ("I have a question.", "I answer questions from documents"),
        ("What kind of questions can I ask?", "I answer questions from documents"),
        ("Hey, how many documents do you have?", "There are no documents"),
        ("Please give me an overview of the documents", "There are no documents"),
    ],
)
def test_small_talk_is_answered_in_kind(said, begins):
    assert courtesy(said, dict).startswith(begins)


@pytest.mark.parametrize(
    "question",
    [
        "How are you paid?",
        "Who made the crane?",
        "Is the hall good?",
        "Good hotels?",
        "I have a question about berths.",
        "Can you help me to book a berth?",
        "Thanks for your help desk's number.",
        "How many documents must a skipper show?",
        "What kind of questions can be asked at the exam?",
        "Hello Kitty: who sells it?",
        "no",
    ],
)
def test_a_question_that_sounds_like_it_is_a_question(question):
    assert courtesy(question, dict, ASKED) is None


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What did I ask you first?", "Your first question was: When does the ferry run?"),
        ("What was my last question?", "Your last question was: Make it shorter."),
        ("What is the second thing I asked?", "Your second question was: Make it shorter."),
        ("What have I asked so far?", "You asked:\n- When does the ferry run?\n- Make it shorter."),
    ],
)
def test_what_was_asked_before_is_known(question, told):
    assert courtesy(question, dict, ASKED) == told


def test_before_the_first_question_there_is_none():
    assert courtesy("What did I ask you?", dict) == "You have not asked anything before this."
    assert courtesy("What was the second question?", dict, ASKED[:1]) == "You have asked one question only."


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("What are the rules, as bullets?", "What are the rules?"),
        ("In one sentence, what is the hall?", "What is the hall?"),
        ("What are the rules? As a numbered list, please.", "What are the rules?"),
        ("Who may enter, in at most ten words?", "Who may enter?"),
        ("Give me a list of the rules", "Give me a list of the rules"),
        ("How many words are in one sentence?", "How many words are in one sentence?"),
        ("What is on the list?", "What is on the list?"),
        ("as a list", "as a list"),
        ("What does it cost? Answer as JSON with the keys hall and price.", "What does it cost?"),
        ("Who leads it, as JSON {name, since}?", "Who leads it?"),
        ("Is the file in JSON with the keys sorted?", "Is the file in JSON with the keys sorted?"),
    ],
)
def test_a_question_is_parted_from_the_form_it_asks_for(question, plain):
    assert unformed(question) == plain


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ("What does it cost? Answer as JSON with the keys hall and `price`.", ("hall", "price")),
        ("What does it cost, as a JSON object with fields amount, unit, and per?", ("amount", "unit", "per")),
        ('Return JSON {"name", "phone"} for the warden.', ("name", "phone")),
        ("Who is the warden, as JSON with the key name?", ("name",)),
        ("Is the file in JSON with the keys sorted?", ()),
        ("Who keeps the keys, as JSON?", ()),
    ],
)
def test_json_is_asked_for_with_the_keys_that_are_named(question, keys):
    assert asked_form(question).keys == keys
