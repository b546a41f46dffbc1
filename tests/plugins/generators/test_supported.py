"""Sentences that the passages do not support are taken out, or the answer is withheld; a taught model judges them."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep import Context
from steep.errors import ConfigError, ModelError
from steep.kinds import AdapterRef, Calibration, Piece, Said
from steep.testing.generator import questions_asked
from steep.testing.hands import PlainHand, draft_of
from steep_plugins.generators import ChatOptions, build_chat
from steep_plugins.generators.chat import Chat
from steep_plugins.generators.supported import claims, statement
from steep_plugins.intrinsics import find, judging

ASKED = questions_asked()[0]


class Judge:
    """Writes what it is told, and finds Yes likely wherever the statement does not hold ``wrong``."""

    digest, context = "judge-1", 2048

    def __init__(self, reply, wrong="Kestrel"):
        self.reply, self.wrong, self.scored = reply, wrong, []

    def chat(self, asks):
        for number, _ in enumerate(asks):
            for word in self.reply.split(" "):
                yield Piece(text=word + " ", ask=number)
            yield Piece(ask=number, end="stop", prompt_tokens=20, tokens=4)

    def score(self, asks):
        self.scored += asks
        if self.wrong is None:
            raise ModelError("it is too long")
        lies = [self.wrong in each.messages[-1].content.rpartition("Statement:")[2] for each in asks]
        return [-0.1 if (each.reply == "No") == lie else -4.0 for each, lie in zip(asks, lies, strict=True)]


@pytest.fixture(autouse=True)
def taught(monkeypatch):
    """As if the adapters of ``support`` knew the model."""

    def known(name):
        adapter = AdapterRef(version="v", folder=Path("v"))
        return replace(find(name), adapters={"judge-1": adapter} if name == "support" else {})

    monkeypatch.setattr(judging, "find", known)


def said(reply, wrong="Kestrel", asked=ASKED, **options):
    judge = Judge(reply, wrong)
    chat = Chat(support=0.5, **options)
    return draft_of(chat, asked, PlainHand(hits=asked.hits, answers_with=judge)), judge


GOOD, BAD = "Hall B costs 12 EUR a day. [1]", "The Kestrel is cheap. [2]"


def test_a_sentence_without_support_is_taken_out_and_the_others_stay():
    draft, judge = said(f"{GOOD} {BAD} It opens at noon. [1]")
    assert draft.text.split() == f"{GOOD} It opens at noon. [1]".split()
    assert not draft.abstained
    judged = [each.messages[-1].content for each in judge.scored]
    assert any(ASKED.hits[1].passage.text in content and "Kestrel" in content for content in judged)
    assert not any(
        ASKED.hits[1].passage.text in content for content in judged if "12 EUR" in content.split("Statement:")[1]
    )


class Reading(Judge):
    """Finds Yes likely wherever the passages hold the one that supports it."""

    def __init__(self, reply, *, by, doubt=0.1):
        super().__init__(reply)
        self.by, self.doubt = by, doubt

    def score(self, asks):
        self.scored += asks
        told = [self.by in each.messages[-1].content for each in asks]
        return [-self.doubt if (each.reply == "Yes") == held else -4.0 for each, held in zip(asks, told, strict=True)]


def reread(reply, **options):
    judge = Reading(reply, **options)
    chat = Chat(support=0.5)
    return draft_of(chat, ASKED, PlainHand(hits=ASKED.hits, answers_with=judge)), judge


def test_a_sentence_that_cites_the_passage_beside_cites_the_one_that_supports_it():
    draft, _ = reread("Hall B costs 12 EUR a day. [2]", by=ASKED.hits[0].passage.text)
    assert draft.text.strip() == GOOD


def test_another_passage_is_looked_for_only_where_all_together_leave_hardly_a_doubt():
    draft, judge = reread("Hall B costs 12 EUR a day. [2]", by=ASKED.hits[0].passage.text, doubt=3.0)  # Yes: 0.73
    assert draft.abstained
    assert len(judge.scored) == 4, "the cited one, and all of them"


def test_a_sentence_that_no_passage_supports_alone_is_taken_out():
    both = "\n".join(hit.passage.text for hit in ASKED.hits)
    assert reread("Hall B costs 12 EUR a day. [2]", by=both)[0].abstained


def test_an_answer_of_which_nothing_is_left_is_none():
    draft, _ = said(BAD)
    assert draft.abstained
    assert "not supported" in draft.reason


def test_the_whole_answer_is_withheld_where_that_is_the_policy():
    assert said(f"{GOOD} {BAD}", unsupported="withhold")[0].abstained
    assert not said(GOOD, unsupported="withhold")[0].abstained


@pytest.mark.parametrize("wrong", [None, "no such word"])
def test_what_cannot_be_judged_or_is_supported_is_said_to_the_letter(wrong):
    reply = f"- {GOOD}\n\n- {BAD}\n"
    assert said(reply, wrong)[0].text.strip() == reply.strip()


def test_nothing_is_judged_that_must_fit_a_schema():
    draft, judge = said('{"boat": "Kestrel"}', asked=replace(ASKED, schema={"type": "object"}))
    assert not draft.abstained
    assert judge.scored == []


def test_a_sentence_is_said_before_the_next_one_is_whole():
    judge = Judge(f"{GOOD} It opens at noon every day of the year. [1]")
    sayings = Chat(support=0.5).answer(ASKED, PlainHand(hits=ASKED.hits, answers_with=judge))
    first = next(each for each in sayings if isinstance(each, Said))
    assert first.text.strip() == GOOD
    sayings.close()


@pytest.mark.parametrize(
    ("claim", "judged"),
    [
        ("The pier is long. [1]", "The pier is long."),
        ("- 40 m [1]", "How long is it? 40 m."),
        ("Is it long? [1, 2]", "Is it long?"),
    ],
)
def test_a_few_words_are_judged_behind_their_question(claim, judged):
    assert statement(claim, "How long is it?") == judged


@given(st.lists(st.sampled_from(["It is so. [1]", "[2]", "Why? [1][3]", "\n", "- one", "  ", "x [4]."]), max_size=8))
def test_sentences_stand_in_order_and_none_is_lost(parts):
    text = " ".join(parts)
    found = claims(text)
    assert all(start < end for start, end in found)
    assert [start for start, _ in found] == sorted(start for start, _ in found)
    covered = set().union(*(range(start, end) for start, end in found), set())
    assert all(text[at].isspace() for at in range(len(text)) if at not in covered)


def test_a_calibration_makes_the_probability():
    judge = Judge("x")
    job = replace(find("support"), calibrations={"judge-1": Calibration(scale=0.5, shift=0.0)})
    assert job.probability("judge-1", 2.0) == pytest.approx(0.7311, abs=1e-4)
    assert job.probability("other", 2.0) == pytest.approx(0.8808, abs=1e-4)
    (known,) = judging.chances("support", judge, ["The pier."], [{"statement": "It is so."}])
    assert known == pytest.approx(0.9802, abs=1e-4)
    assert judging.chances("answerable", judge, ["The pier."], [{"question": "So?"}]) is None


def test_what_one_model_writes_another_that_was_taught_may_judge():
    class Writer(Judge):
        digest = "writer-1"

        def score(self, asks):
            raise AssertionError("it was not taught to judge")

    writer, judge = Writer(f"{GOOD} {BAD}"), Judge("never asked to write")
    draft = draft_of(Chat(judge=judge), ASKED, PlainHand(hits=ASKED.hits, answers_with=writer))
    assert draft.text.strip() == GOOD
    assert judge.scored


def test_a_judge_that_was_not_taught_is_refused_in_words():
    context = Context(model=lambda name: Judge("never asked"))
    with pytest.raises(ConfigError, match=r"\[model.other\], which was not taught to judge"):
        build_chat(ChatOptions(judge="other"), context)
    with pytest.raises(ConfigError, match="needs a project"):
        build_chat(ChatOptions(judge="other"), Context())
