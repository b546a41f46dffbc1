"""What people said of answers becomes pairs and preferences, with what contradicts, changed or is private left out."""

import json
from dataclasses import replace

import pytest

from steep.flows.answer import Answerer, AnswerRequest
from steep.flows.feedback import export, judge
from steep.flows.index import index
from steep.prompts import ABSTENTION
from steep.tuning.lessons import lessons
from steep.values import OPERATOR, Caller, Pair, Verdict
from steep.wire import from_json

FINDER = '[generator]\nuse = "finder"\n[guardrails]\ninput = []\npassages = []\noutput = ["personal-data"]\n'
WRITER = '[generator]\nuse = "writer"\nreply = "A day ticket is valid until midnight [1]."\n[guardrails]\noutput = []\n'
TICKET = "What does a day ticket cost?"


def asked(project, question=TICKET, **more):
    return Answerer(project).answer(AnswerRequest(question=question, caller=Caller(name="anna"), **more))


def told(project, answer, *, by="anna", **said):
    judge(project, answer.id, right=said.pop("right", False), caller=Caller(name=by), **said)


def learned(project):
    return lessons(project, project.library())


def reasons(project):
    return [each.reason for each in learned(project).left_out]


def test_an_answer_judged_right_is_a_pair_with_its_citations_as_spans(make_project):
    project = make_project(FINDER)
    answer = asked(project)
    told(project, answer, right=True)
    (pair,) = learned(project).pairs
    assert (pair.question, pair.answer, pair.rule) == (TICKET, answer.text, "judged right")
    text = project.library().document(pair.spans[0].document).text
    assert [text[each.start : each.end] for each in pair.spans] == [answer.text]
    (passage,) = project.library().passages(pair.passages)
    assert passage.start <= pair.spans[0].start < pair.spans[0].end <= passage.end
    assert learned(project).preferences == ()


def test_a_better_answer_is_preferred_and_a_pair_where_a_passage_supports_it(make_project):
    project = make_project(WRITER)
    answer = asked(project)
    told(project, answer, better="A day ticket costs 12 euros.")
    (said,) = learned(project).feedback
    golden = next(n for n, hit in enumerate(answer.hits, 1) if hit.passage.id in said.pair.passages)
    assert said.better == f"A day ticket costs 12 euros. [{golden}]"
    assert said.reply.startswith("A day ticket is valid until midnight. [")
    assert "12 euros" in said.pair.spans[0].text
    assert said.pair.rule == "better answer"
    assert said.messages[-1].content.endswith(f"Question: {TICKET}")
    assert all(hit.passage.text in said.messages[-1].content for hit in answer.hits)


def test_markers_count_passages_where_they_counted_citations_and_are_not_unlearned(make_project):
    project = make_project(WRITER)
    answer = asked(project)
    kept = replace(answer, text="Ten euros [1].", citations=answer.citations or _cited(answer))
    project.answers.add(kept, now=1.0)
    told(project, kept, better="A day ticket costs 12 euros.")
    (said,) = learned(project).feedback
    place = next(n for n, hit in enumerate(answer.hits, 1) if hit.passage.id == kept.citations[0].passage)
    assert said.reply == f"Ten euros [{place}]."
    told(project, kept, better="Nobody knows, and the office is silent.")
    (said,) = learned(project).feedback
    assert (said.better, said.reply, said.pair) == ("Nobody knows, and the office is silent.", "Ten euros.", None)


def _cited(answer):
    from steep.answering.citing import citation_of

    return (citation_of(answer.hits[-1].passage, 0, 5),)


def test_contradicting_feedback_is_named_and_left_out(make_project):
    project = make_project(FINDER)
    answer = asked(project)
    told(project, answer, right=True)
    told(project, answer, right=False, by="bo")
    assert learned(project).feedback == ()
    (left,) = learned(project).left_out
    assert left.answer == answer.id
    assert "others that it is wrong" in left.reason


def test_answers_to_the_same_question_may_contradict_each_other_too(make_project):
    project = make_project(FINDER)
    one, other = asked(project), asked(project)
    told(project, one, right=True)
    told(project, other, right=False)
    assert learned(project).feedback == ()
    assert all(one.id in each and other.id in each for each in reasons(project))
    told(project, other, right=True)
    assert len(learned(project).pairs) == 1


def test_a_wrong_answer_is_held_against_the_right_one_to_the_same_question(make_project):
    project = make_project(FINDER)
    right = asked(project)
    wrong = replace(right, id="wrong", text="Dogs travel free.", citations=())
    project.answers.add(wrong, now=1.0)
    told(project, right, right=True)
    told(project, wrong, right=False)
    found = learned(project)
    (said,) = found.preferences
    assert (said.answer, said.reply) == ("wrong", "Dogs travel free.")
    assert said.better.startswith(right.text)
    assert len(found.pairs) == 1


def test_a_wrong_answer_alone_teaches_nothing_and_says_so(make_project):
    project = make_project(FINDER)
    told(project, asked(project), right=False)
    assert reasons(project) == ["it was judged wrong, and nobody wrote what would have been right"]


def test_only_what_still_stands_is_learned_and_moved_words_are_found_again(make_project):
    project = make_project(FINDER)
    told(project, asked(project), right=True)
    file = project.folder / "ferries.md"
    text = file.read_text("utf-8")
    file.write_text(text.replace("## Tickets", "## Tickets\n\nSold on board."), "utf-8")
    index(project, progress=lambda step: None)
    first = learned(project)
    assert first.feedback == () or first.pairs[0].spans[0].version in {
        each.version for each in project.library().documents()
    }
    file.write_text(text.replace("12 euros", "14 euros"), "utf-8")
    index(project, progress=lambda step: None)
    assert learned(project).feedback == ()
    assert reasons(project) == ["what it rests on no longer stands in the documents; index and ask again"]


@pytest.mark.parametrize(
    "said",
    [
        {"better": "Call Anna at +49 170 7654321, it costs 12 euros."},
        {"better": "12 euros", "draft": "Write to anna.lind@example.org."},
    ],
)
def test_what_a_guardrail_takes_out_stays_out(make_project, said):
    project = make_project(FINDER)
    answer = replace(asked(project), text="")
    project.answers.add(answer, now=1.0)
    told(project, answer, **said)
    assert learned(project).feedback == ()
    assert reasons(project) == ["the guardrail `personal-data` would take something out of it"]
    assert "7654321" not in repr(learned(project))


def test_a_question_that_holds_personal_data_is_not_learned(make_project):
    project = make_project(FINDER)
    told(project, asked(project, "My number is +49 170 7654321: what does a day ticket cost?"), right=True)
    assert "personal-data" in reasons(project)[0]


def test_an_abstention_that_was_right_is_a_pair_without_an_answer(make_project):
    project = make_project(FINDER)
    answer = asked(project, "Which Spanish painter decorated the whole ferry ceiling?")
    assert answer.abstained
    told(project, answer, right=True)
    (pair,) = learned(project).pairs
    assert (pair.answer, pair.spans, pair.kind) == ("", (), "unanswerable")
    assert set(pair.passages) == {hit.passage.id for hit in answer.hits}


def test_a_better_answer_is_preferred_to_an_abstention_but_not_to_a_refusal(make_project):
    project = make_project(FINDER)
    answer = asked(project, "Fee for one whole day aboard, please?")
    abstained = replace(answer, text="", citations=(), abstained=True)
    project.answers.add(abstained, now=1.0)
    told(project, abstained, better="A day ticket costs 12 euros.")
    (said,) = learned(project).preferences
    assert said.reply == ABSTENTION
    refused = Verdict(guardrail="g", stage="output", action="refuse", reason="no")
    project.answers.add(replace(abstained, verdicts=(refused,)), now=1.0)
    assert learned(project).preferences == ()
    assert len(learned(project).pairs) == 1


def test_a_reviewers_edit_is_preferred_to_the_draft_that_was_never_sent(make_project):
    project = make_project(WRITER)
    verdict = Verdict(guardrail="g", stage="output", action="escalate", reason="no")
    answer = replace(asked(project), text="", citations=(), abstained=True, verdicts=(verdict,))
    project.answers.add(answer, now=1.0)
    told(project, answer, right=True, by="bo")
    told(project, answer, better="A day ticket costs 12 euros.", source="review", draft="Nine euros.", by="cy")
    (said,) = learned(project).preferences
    assert said.reply.startswith("Nine euros")
    assert said.pair.rule == "reviewed"


def test_a_draft_that_a_reviewer_approved_is_a_pair_with_the_words_that_support_it(make_project):
    project = make_project(WRITER)
    verdict = Verdict(guardrail="g", stage="output", action="escalate", reason="no")
    answer = replace(asked(project), text="", citations=(), abstained=True, verdicts=(verdict,))
    project.answers.add(answer, now=1.0)
    told(project, answer, right=True, source="review", draft="A day ticket costs 12 euros.", by="cy")
    (pair,) = learned(project).pairs
    assert (pair.answer, pair.rule) == ("A day ticket costs 12 euros.", "reviewed")
    assert "A day ticket costs 12 euros" in pair.spans[0].text


def test_a_follow_up_is_learned_as_the_question_that_stands_alone(make_project):
    from steep.values import Message

    project = make_project(FINDER)
    history = (Message(role="user", content="When does the Heron run?"), Message(role="assistant", content="Hourly."))
    answer = asked(project, "And on Sundays?", history=history)
    assert answer.standalone
    assert asked(project).standalone == ""
    told(project, answer, right=True)
    assert [each.question for each in learned(project).pairs] == [answer.standalone]


def test_an_export_is_read_back_as_it_was_and_names_nobody(make_project):
    project = make_project(WRITER)
    one, other = asked(project), asked(project, "Do dogs travel free?")
    told(project, one, better="A day ticket costs 12 euros.", by="somebody-in-particular")
    told(project, other, right=False)
    found = export(project, project.folder / "out")
    assert (found.said, found.pairs, found.preferences, len(found.left_out)) == (2, 1, 1, 1)
    (row,) = map(json.loads, found.pairs_file.read_text("utf-8").splitlines())
    assert from_json(Pair, row) == learned(project).pairs[0]
    assert row["judged"] == one.id
    (row,) = map(json.loads, found.preferences_file.read_text("utf-8").splitlines())
    assert [each["role"] for each in row["prompt"]] == ["system", "user"]
    assert [each["role"] for each in (*row["chosen"], *row["rejected"])] == ["assistant", "assistant"]
    assert all(set(each) == {"role", "content"} for name in ("prompt", "chosen", "rejected") for each in row[name])
    written = found.pairs_file.read_text("utf-8") + found.preferences_file.read_text("utf-8")
    assert "somebody-in-particular" not in written
    assert OPERATOR.name not in written
