"""Answers that flow: sentence by sentence, as the guardrails let them pass; and answers that are found again."""

import pytest

from steep.errors import ConfigError, PluginNotFound, WorkspaceError
from steep.flows.answer import Answerer, AnswerRequest, Delta, Finished
from steep.flows.feedback import judge
from steep.values import OPERATOR, Answered, Caller, FeedbackGiven, StageEnded

QUESTION = "How much is a day ticket?"
THREE = "A day ticket costs 12 euros [1]. Dogs travel free [1]. The last ferry leaves at 22:30 [2]."
OPEN = "[guardrails]\ninput = []\npassages = []\noutput = []\n"


def writer(reply, guardrails=OPEN):
    return f'[generator]\nuse = "writer"\nreply = """{reply}"""\n{guardrails}'


def blocking(word, on_fail="refuse"):
    return (
        "[guardrails]\ninput = []\npassages = []\n"
        f'[[guardrails.output]]\nuse = "block"\nword = "{word}"\non_fail = "{on_fail}"\n'
    )


def streamed(project, question=QUESTION, **options):
    steps = list(Answerer(project).stream(AnswerRequest(question=question, caller=OPERATOR, **options)))
    *deltas, last = steps
    assert all(isinstance(each, Delta) for each in deltas)
    assert isinstance(last, Finished)
    return [each.text for each in deltas], last


def asked(project, question=QUESTION, **options):
    return Answerer(project).answer(AnswerRequest(question=question, caller=OPERATOR, **options))


def test_the_pieces_of_a_stream_make_the_answer_that_is_given_whole(make_project):
    project = make_project(writer(THREE))
    pieces, last = streamed(project)
    assert len(pieces) > 1
    assert "".join(pieces) == last.sent == last.answer.text == asked(project).text
    assert last.answer.citations == asked(project).citations


def test_a_sentence_comes_before_the_generator_is_through(make_project):
    project = make_project(writer(THREE))
    steps = Answerer(project).stream(AnswerRequest(question=QUESTION, caller=OPERATOR))
    first = next(steps)
    assert first.text == "A day ticket costs 12 euros. [1]"
    assert len(project.generator().said) < len(THREE.split())
    so_far = len(project.generator().said)
    steps.close()
    assert len(project.generator().said) == so_far


def test_a_sentence_that_a_guardrail_stops_never_flows(make_project):
    pieces, last = streamed(make_project(writer(THREE, blocking("Dogs"))))
    assert "".join(pieces) == "A day ticket costs 12 euros. [1]"
    assert last.answer.abstained
    assert last.answer.text == ""
    assert "Dogs" not in "".join(pieces)


def test_a_sentence_that_is_rewritten_flows_as_it_was_rewritten(make_project):
    pieces, last = streamed(make_project(writer(THREE, blocking("Dogs", "rewrite"))))
    assert "".join(pieces) == last.answer.text
    assert "[-] travel free" in last.answer.text


def test_an_answer_that_no_passage_supports_does_not_begin_to_flow(make_project):
    pieces, last = streamed(make_project(writer("Bananas ripen in Peru [1]. They are sold in Lima [1].")))
    assert pieces == []
    assert "does not stand in the passages" in last.answer.refusal


def test_what_asks_nothing_of_the_documents_needs_no_citation(make_project):
    pieces, last = streamed(make_project('[generator]\nuse = "extract"\n'), "Which documents do you have?")
    assert "- Ferries (ferries.md)" in last.answer.text
    assert last.answer.citations == ()
    assert "".join(pieces) == last.answer.text


def test_ids_sort_by_time_and_come_from_the_given_randomness(make_project):
    project = make_project()
    answerer = Answerer(project, random=lambda count: bytes(count))
    request = AnswerRequest(question=QUESTION, caller=OPERATOR)
    project.clock = lambda: 1469918176.385
    first = answerer.answer(request).id
    project.clock = lambda: 1469918177.0
    assert first == "01ARYZ6S410000000000000000" < answerer.answer(request).id


class Seen:
    def __init__(self):
        self.events = []

    def saw(self, event):
        self.events.append(event)


def test_trackers_are_told_of_the_answer_that_left_and_its_stages_carry_its_id(make_project):
    project = make_project()
    seen = Seen()
    project.follow(seen)
    answer = asked(project)
    (told,) = [each for each in seen.events if isinstance(each, Answered)]
    assert (told.answer, told.caller) == (answer, OPERATOR)
    stages = [each for each in seen.events if isinstance(each, StageEnded) and each.flow == "answer"]
    assert {each.answer for each in stages} == {answer.id}
    versions = answer.versions
    assert (versions.generation, versions.model, versions.adapter) == (1, "finder-1", None)
    assert versions.guardrails


def test_answers_are_kept_as_they_left_and_judged(make_project):
    project = make_project(writer(THREE, blocking("Dogs", "rewrite")))
    seen = Seen()
    project.follow(seen)
    answer = Answerer(project).answer(AnswerRequest(question=QUESTION, caller=Caller(name="anna")))
    kept = project.answers.find(answer.id[:12]).answer
    assert kept == answer
    assert "Dogs" not in repr(kept.text)
    said = judge(project, answer.id, right=True, caller=OPERATOR, better="Twelve euros.")
    assert (said.verdict, said.better) == ("wrong", "Twelve euros.")
    assert project.answers.feedback(answer.id) == (said,)
    assert any(isinstance(each, FeedbackGiven) for each in seen.events)
    with pytest.raises(WorkspaceError, match="no answer is kept"):
        judge(project, "nothing", right=True, caller=OPERATOR)


def test_nothing_is_kept_where_steep_toml_says_so(make_project):
    project = make_project('[generator]\nuse = "finder"\n[answer]\nkeep = false\n')
    asked(project)
    assert project.answers.newest() == ()


SEVERAL = """
[generator]
use = "finder"
[generator.terse]
use = "writer"
reply = "A day ticket costs 12 euros [1]."
[profile.terse]
generator = "terse"
[router]
use = "rules"
rules = [{ words = ["price", "how much"], profile = "terse" }]
"""


def test_a_profile_names_its_generator_and_a_router_its_profile(make_project):
    project = make_project(SEVERAL + OPEN)
    assert asked(project, profile="terse").text == "A day ticket costs 12 euros. [1]"
    routed = asked(project, profile="auto")
    assert (routed.profile, routed.text) == ("terse", "A day ticket costs 12 euros. [1]")
    assert asked(project, "Who is the harbour master?", profile="auto").profile == "rag"
    assert "auto" in Answerer(project).profiles


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ('[profile.x]\ngenerator = "nobody"\n', r"\[profile.x\].*no \[generator.nobody\]"),
        ('[profile.x]\nmodel = "nobody"\n', r"\[profile.x\].*no \[model.nobody\]"),
        ('[profile.x]\ntools = ["nobody"]\n', r"\[profile.x\].*no \[tool.nobody\]"),
        ('[profile.x]\narm = "ragg"\n', "did you mean `rag`"),
        ('[router]\nuse = "rules"\notherwise = "nobody"\n', "no profile named 'nobody'"),
    ],
)
def test_a_name_that_is_not_there_is_an_error_that_says_where_and_what_to_do(make_project, tables, message):
    with pytest.raises(ConfigError, match=message):
        asked(make_project('[generator]\nuse = "finder"\n' + tables), profile="auto" if "router" in tables else "x")


def test_a_generator_that_writes_with_a_model_says_that_none_is_named(make_project):
    with pytest.raises(ConfigError, match=r"`chat` answers with a language model, and none is configured"):
        asked(make_project('[generator]\nuse = "chat"\n'))


@pytest.mark.parametrize(("old", "new"), [("reader", 'use = "extract"'), ("openai", r"\[model.main\]")])
def test_a_generator_of_an_earlier_version_says_how_to_mend_steep_toml(make_project, old, new):
    with pytest.raises(PluginNotFound, match=new):
        make_project(f'[generator]\nuse = "{old}"\n')


def test_generators_that_let_each_other_answer_are_refused(make_project):
    tables = '[generator]\nuse = "cascade"\nquick = "other"\n[generator.other]\nuse = "cascade"\nquick = "cascade"\n'
    with pytest.raises(ConfigError, match="break the circle"):
        asked(make_project(tables))


def test_a_stop_text_ends_the_answer_and_the_generator_s_work(make_project):
    project = make_project(writer(THREE))
    pieces, last = streamed(project, stop=("The last",))
    assert "".join(pieces) == last.answer.text
    assert last.answer.text.endswith("Dogs travel free. [2]") or last.answer.text.endswith("Dogs travel free. [1]")
    assert len(project.generator().said) < len(THREE.split())
