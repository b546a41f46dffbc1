import pytest

from steep.kinds import Said, Weighed, drafted
from steep_plugins.generators.shaping import shaped
from steep_plugins.languages.en.forms import asked_form

REPLY = "Hall B costs 12 EUR a day. [1] Hall A is free on Mondays. [2] Keys hang at the gate."


def put(question, reply=REPLY, size=7):
    pieces = [Said(text=reply[at : at + size]) for at in range(0, len(reply), size)]
    return drafted(shaped(iter([*pieces, Weighed(confidence=0.5)]), asked_form(question)))


@pytest.mark.parametrize("size", [1, 7, 200])
def test_sentences_become_the_items_of_a_list_with_their_citations(size):
    assert put("What of the halls, as bullets?", size=size).text == (
        "- Hall B costs 12 EUR a day. [1]\n- Hall A is free on Mondays. [2]\n- Keys hang at the gate."
    )
    assert put("as a numbered list", size=size).text.splitlines()[1] == "2. Hall A is free on Mondays. [2]"


def test_no_more_is_said_than_was_wanted():
    draft = put("What of the halls, in one sentence?")
    assert draft.text == "Hall B costs 12 EUR a day. [1]"
    assert draft.note == "2 more sentences left out, since so few were asked for"
    assert draft.confidence == 0.5
    assert put("in two bullet points").text.count("\n") == 1


def test_without_a_form_nothing_is_lost_and_what_else_is_said_stays():
    draft = put("What of the halls?")
    assert draft.text == REPLY
    assert draft.confidence == 0.5
