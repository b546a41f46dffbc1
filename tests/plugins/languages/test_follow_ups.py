import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep.answering import condense as condensing
from steep.kinds import RewriteRequest
from steep.language import language
from steep.testing import RewriterContract
from steep.testing.strategies import odd_texts
from steep.values import Message
from steep_plugins.languages.en.follow_ups import FollowUps, is_follow_up, may_lean
from steep_plugins.languages.en.phrases import noun_phrases, subject


class TestFollowUps(RewriterContract):
    @pytest.fixture
    def rewriter(self):
        return FollowUps()


def condense(question, history):
    return condensing.condense(question, history, (FollowUps(),))


def talk(*texts):
    return tuple(Message(role="assistant" if place % 2 else "user", content=text) for place, text in enumerate(texts))


@pytest.mark.parametrize(
    ("before", "answer", "question", "standalone"),
    [
        (
            "When does the ferry run on weekdays?",
            "Every hour.",
            "and on Sundays?",
            "When does the ferry run on Sundays?",
        ),
        ("Does the ferry run in winter?", "Yes.", "And in summer?", "Does the ferry run in summer?"),
        ("How fast is the Heron?", "12 knots.", "What about the Kestrel?", "How fast is the Kestrel?"),
        (
            "What are the opening hours of the office?",
            "9 to 5.",
            "and the workshop?",
            "What are the opening hours of the workshop?",
        ),
        ("How many vacation days do employees get?", "20.", "and interns?", "How many vacation days do interns get?"),
        (
            "How much is a berth for a small boat?",
            "90.",
            "And for a large one?",
            "How much is a berth for a large boat?",
        ),
        ("What is a day ticket?", "A ticket for a day.", "How much is it?", "How much is a day ticket?"),
        (
            "What is the price of a day ticket?",
            "12 euros.",
            "Until when is it valid?",
            "Until when is a day ticket valid?",
        ),
        ("Which boat is the fastest?", "The Kestrel.", "How much is it?", "How much is the Kestrel?"),
        ("Who is the harbour master?", "Anna Lind.", "What is her phone number?", "What is Anna Lind's phone number?"),
        ("Who is the harbour master?", "Anna Lind.", "Where can I meet her?", "Where can I meet Anna Lind?"),
        ("What is the Kestrel?", "A boat.", "Who built that boat?", "Who built the Kestrel?"),
        ("What is the Kestrel?", "A boat.", "What are its dimensions?", "What are the Kestrel's dimensions?"),
        ("Do you rent kayaks?", "Yes.", "Are they stable?", "Are kayaks stable?"),
        ("How do I configure Alertmanager?", "In a file.", "Can it send e-mail?", "Can Alertmanager send e-mail?"),
        ("Does the ferry run in winter?", "Yes.", "How often?", "How often does the ferry run in winter?"),
        ("When does the ferry leave the harbour?", "At 8.", "Why?", "Why does the ferry leave the harbour?"),
        ("Where can I park?", "At the north pier.", "What does it cost there?", "What does it cost at the north pier?"),
        (
            "How long does parental leave last?",
            "16 weeks.",
            "When must it be asked for?",
            "When must parental leave be asked for?",
        ),
        ("How long does parental leave last?", "16 weeks.", "And sick leave?", "How long does sick leave last?"),
        (
            "How long does parental leave last?",
            "16 weeks.",
            "And for how long?",
            "For how long does parental leave last?",
        ),
        ("Is parental leave paid?", "Yes.", "Who approves it?", "Who approves parental leave?"),
        (
            "Which boat is the fastest?",
            "The Kestrel.",
            "How many cars does she take?",
            "How many cars does the Kestrel take?",
        ),
        ("What is the Kestrel?", "A boat.", "How much fuel does it use?", "How much fuel does the Kestrel use?"),
        ("What is the limit for hotels?", "140.", "Who can raise it?", "Who can raise hotels?"),
    ],
)
def test_a_follow_up_is_made_to_stand_alone(before, answer, question, standalone):
    assert condense(question, talk(before, answer)) == standalone


def test_a_follow_up_of_a_follow_up_goes_back_to_the_subject():
    history = talk("When does the ferry run on weekdays?", "Hourly.", "and on Sundays?", "Every two hours.")
    assert condense("What about the night boat?", history) == "When does the night boat run on Sundays?"


@pytest.mark.parametrize(
    "question",
    [
        "How do I apply for a berth?",
        "What is Alertmanager?",
        "When is the boat full when it rains?",
        "Is there a lifeguard on the north beach in August?",
        "What does the manual say about the crane that lifts boats?",
        "Who decides whether a passenger may keep their dog?",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question):
    assert not is_follow_up(question)
    assert condense(question, talk("How much is a day ticket?", "12 euros.")) == question


def test_what_points_outside_itself_may_lean_although_it_names_something():
    question = "What did the harbour of Ely name after him in 1960?"
    assert not is_follow_up(question)
    assert may_lean(question)
    assert not may_lean("Who is the harbour master of Ely?")


@pytest.mark.parametrize("said", ["thanks", "Thank you very much!", "OK, great.", "yes please"])
def test_a_courtesy_is_not_made_a_question(said):
    assert condense(said, talk("How long does parental leave last?", "16 weeks.")) == said


@pytest.mark.parametrize("question", ["Are you sure?", "Who approves more?"])
def test_what_asks_something_of_its_own_is_not_taken_for_a_bare_question_word(question):
    before = "How long does parental leave last?"
    assert condense(question, talk(before, "16 weeks.")) == f"{question[:-1]}: {before[0].lower()}{before[1:]}"


@pytest.mark.parametrize(
    ("request_", "meant"),
    [
        ("Make it shorter.", "When does the ferry run, in one sentence?"),
        ("Could you put that into a bulleted list, please?", "When does the ferry run, as a bulleted list?"),
        ("as a numbered list", "When does the ferry run, as a numbered list?"),
        ("OK, now as JSON", "When does the ferry run, as JSON?"),
        ("In at most ten words", "When does the ferry run, in at most ten words?"),
        ("I don't understand", "When does the ferry run, in simple words?"),
        ("tell me more", "When does the ferry run, in more detail?"),
        ("Translate it into German", "When does the ferry run, in German?"),
        ("Sorry, can you say that again?", "When does the ferry run?"),
        ("What did you just say?", "When does the ferry run?"),
    ],
)
def test_who_asks_for_the_answer_in_another_form_means_the_question_before(request_, meant):
    assert (
        condense(request_, talk("When does the ferry run?", "Every hour. [1]", "Thanks!", "You are welcome.")) == meant
    )


def test_the_last_form_that_is_asked_for_counts():
    history = talk("When does the ferry run?", "Every hour.", "Make it shorter.", "Hourly.")
    assert condense("as bullets, please", history) == "When does the ferry run, as a bulleted list?"


@pytest.mark.parametrize(
    "question",
    [
        "Tell me more about the crane",
        "Which of the boats is shorter?",
        "List the boats.",
        "Summarise note-2.md",
        "Compare A and B",
    ],
)
def test_a_form_with_a_subject_of_its_own_is_a_question_of_its_own(question):
    assert condense(question, talk("When does the ferry run?", "Every hour.")) == question


@pytest.mark.parametrize(
    "said", ["How are you?", "What did I ask you first?", "List my questions.", "Bye", "Are you a bot?"]
)
def test_what_says_nothing_of_the_documents_is_left_as_it_is(said):
    assert condense(said, talk("How long does parental leave last?", "16 weeks.")) == said


def test_without_turns_before_nothing_is_filled_in():
    assert condense("How much is it?", ()) == "How much is it?"
    assert condense("How much is it?", (Message(role="system", content="The Kestrel"),)) == "How much is it?"


def test_markers_and_sources_of_an_answer_are_not_taken_for_its_words():
    history = talk("Which boat is the fastest?", "The Kestrel. [1]\n\nSources:\n[1] boats.md (Boats)")
    assert condense("How much is it?", history) == "How much is the Kestrel?"


@settings(deadline=None, max_examples=40)
@given(question=odd_texts(), turns=st.lists(odd_texts(), max_size=4))
def test_any_conversation_gives_some_question(question, turns):
    condensed = condense(question, talk(*turns))
    assert isinstance(condensed, str)
    assert condensed or not question


@settings(deadline=None, max_examples=40)
@given(odd_texts())
def test_phrases_stand_where_they_say(text):
    for phrase in noun_phrases(text):
        assert text[phrase.start : phrase.end] == phrase.text


def test_the_subject_is_a_name_before_a_noun_and_a_noun_before_an_attribute():
    assert subject("How much does the ticket for the Heron cost").text == "the Heron"
    assert subject("What is the price of a day ticket").text == "a day ticket"
    assert subject("What is the price").text == "the price"
    assert subject("why") is None


def test_questions_in_other_languages_are_left_alone():
    history = talk("Was kostet eine Nacht im Hafen für kleine Boote?", "12 Euro.")
    assert condense("Und im Winter?", history) == "Und im Winter?"
    request = RewriteRequest(question="And in winter?", history=history, language=language("de"))
    assert FollowUps().rewrite(request) is None


def test_without_a_rewriter_a_question_stays_as_it_is():
    history = talk("How much is a day ticket?", "12 euros.")
    assert condensing.condense("And in winter?", history, ()) == "And in winter?"


def test_the_first_rewriter_that_knows_the_language_is_taken():
    class Says:
        def __init__(self, said):
            self.said = said

        def rewrite(self, request):
            return self.said

    history = talk("How much is a day ticket?", "12 euros.")
    rewriters = (Says(None), Says("first"), Says("second"))
    assert condensing.condense("And in winter?", history, rewriters) == "first"


def test_rewriters_see_turns_without_markers_and_sources():
    seen = []

    class Notes:
        def rewrite(self, request):
            seen.append(request)
            return

    condensing.condense("And then?", talk("Who?", "Anna Lund [1].\n\nSources:\n[1] page.md"), (Notes(),))
    assert [turn.content for turn in seen[0].history] == ["Who?", "Anna Lund ."]
