"""What a request may set of its answer, a schema and the chances of its tokens: given, or refused with a reason."""

import pytest

from steep.errors import Misfit, Unable
from steep.flows.answer import Answerer, AnswerRequest
from steep.values import OPERATOR

TICKET = "A day ticket costs 12 euros and is valid until midnight."
OPEN = "[guardrails]\ninput = []\npassages = []\noutput = []\n"
BOTH = '[guardrails]\ninput = []\npassages = []\noutput = ["citations", "grounded"]\n'
HOW = {
    "type": "object",
    "properties": {
        "dayTicket": {"type": ["number", "null"]},
        "sold": {"type": ["boolean", "null"]},
        "sort": {"enum": ["cheap", "dear"]},
        "days": {"type": "array"},
    },
}


def ask(project, **options):
    return Answerer(project).answer(AnswerRequest(question="How much is a day ticket?", caller=OPERATOR, **options))


@pytest.mark.parametrize(("setting", "value"), [("schema", {"type": "object"}), ("chances", 0)])
def test_what_a_generator_cannot_do_is_refused_with_the_profiles_that_can(make_project, setting, value):
    tables = (
        '[generator]\nuse = "finder"\n[generator.written]\nuse = "writer"\nheeds = ["schema", "chances"]\n'
        """reply = '{"day ticket": 12}'\n"""
        '[profile.essay]\narm = "rag"\ngenerator = "written"\n' + OPEN
    )
    project = make_project(tables)
    with pytest.raises(Unable, match=r"generator `finder`, which never .*; profiles that can: `essay`") as caught:
        ask(project, **{setting: value})
    assert caught.value.setting == setting
    assert ask(project, profile="essay", **{setting: value}).text
    assert Answerer(project).heeds("essay") == {"schema", "chances"}
    assert Answerer(project).heeds("rag") == frozenset()


def in_json(make_project, reply, guards=OPEN):
    tables = f'[generator]\nuse = "writer"\nheeds = ["schema"]\nreply = \'{reply}\'\n{guards}'
    return make_project(tables)


@pytest.mark.parametrize("guards", [OPEN, BOTH])
@pytest.mark.parametrize(
    ("reply", "cites"),
    [
        ('{"dayTicket": 12}', True),
        ('{"dayTicket": 12.0, "sort": "dear"}', True),
        ('{"sold": true}', True),
        ('{"sort": "cheap"}', True),
        ('{"dayTicket": null}', False),
        ("{}", False),
    ],
)
def test_json_is_given_whatever_its_values_are_and_cites_what_they_rest_on(make_project, reply, cites, guards):
    answer = ask(in_json(make_project, reply, guards), schema=HOW)
    assert (answer.text, answer.refusal) == (reply, "")
    assert [each.text for each in answer.citations] == [TICKET] * cites


@pytest.mark.parametrize("reply", ['{"dayTicket": 77}', '{"dayTicket": 77, "sold": null}', '{"days": ["Sunday"]}'])
def test_json_with_words_and_numbers_of_no_passage_is_not_given(make_project, reply):
    answer = ask(in_json(make_project, reply), schema=HOW)
    assert (answer.text, answer.refusal) == (
        "",
        "What was written does not stand in the passages that were found, so it is not given.",
    )


def test_a_list_of_numbers_is_no_marker(make_project):
    answer = ask(in_json(make_project, '{"days": [12]}', BOTH), schema=HOW)
    assert answer.text == '{"days": [12]}'


@pytest.mark.parametrize("reply", ['{"sold": 12}', "A day ticket costs 12 euros. [1]"])
def test_a_reply_that_does_not_fit_its_schema_is_an_error_whoever_wrote_it(make_project, reply):
    project = in_json(make_project, reply)
    with pytest.raises(Misfit, match="schema"):
        ask(project, schema=HOW)
    assert ask(project, schema=HOW, stop=("@",)).text  # it may be cut


def test_where_no_profile_can_it_says_so(make_project):
    with pytest.raises(Unable, match="no profile here has one that does"):
        ask(make_project(), schema={"type": "object"})


@pytest.mark.parametrize(("word", "left"), [("never said", 7), ("euros", 0)])
def test_the_tokens_of_an_answer_leave_only_where_it_left_as_it_was_written(make_project, word, left):
    tables = (
        '[generator]\nuse = "writer"\nheeds = ["chances"]\n[guardrails]\ninput = []\npassages = []\n'
        f'[[guardrails.output]]\nuse = "block"\nword = "{word}"\non_fail = "rewrite"\n'
    )
    asked = AnswerRequest(question="How much is a day ticket?", caller=OPERATOR, chances=0)
    finished = Answerer(make_project(tables)).finished(asked)
    assert finished.answer.text.startswith("A day ticket costs 12")
    assert len(finished.chances) == left
