"""Sixteen values, in each place where a text leaves, under each policy: none reaches a client that should not."""

import json

import pytest

from steep.answering.leaving import answer_leaves, hits_leave
from steep.answering.policy import Guard
from steep.values import Answer, Called, Citation, Hit, Passage
from steep.wire import answer_json, search_json
from steep_plugins.guardrails.personal_data import PersonalData
from steep_plugins.guardrails.secrets import Secrets

VALUES = {
    "email": "anna.lind@harbor.example.org",
    "email in words": "anna dot lind at harbor dot org",
    "phone": "+49 30 1234567",
    "grouped phone": "(612) 555-0147",
    "card": "4111 1111 1111 1111",
    "iban": "DE89 3704 0044 0532 0130 00",
    "public ip": "81.2.69.142",
    "private ip": "192.168.7.20",
    "social security": "308-63-0237",
    "passport": "passport C01X00T47",
    "driving licence": "driver's license A56319335",
    "birth date": "born on 23 March 1940",
    "street": "12 Harbour Street",
    "token": "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "cloud key": "AKIA" + "Q7RZ2LWX9VTB4NCY",
    "password": "password: t!deTab7e#Spring",
}
# the words that say what it is may stay
BARE = {
    "passport": "C01X00T47",
    "driving licence": "A56319335",
    "birth date": "23 March 1940",
    "password": "t!deTab7e#Spring",
}
PLACES = ("answer", "citation", "heading", "path", "hit", "call", "route")
POLICIES = ("allow", "rewrite", "refuse", "escalate")


def guards(on_fail):
    parts = {"personal-data": PersonalData(published=()), "secrets": Secrets()}
    return tuple(Guard(name=name, part=part, on_fail=on_fail) for name, part in parts.items())


def answer(place, value):
    """An answer that holds a value in one place: in its own text, or in what is shown beside it."""
    texts = dict.fromkeys(PLACES, "The office is open.") | {
        "path": "office.md",
        place: f"The note says {value}, as ever.",
    }
    passage = Passage(
        document="d",
        version="v",
        path=texts["path"],
        title="Office",
        start=0,
        end=len(texts["hit"]),
        text=texts["hit"],
        heading=(texts["heading"],),
    )
    cited = Citation(
        document="d", version="v", path=texts["path"], start=0, end=9, text=texts["citation"], heading=passage.heading
    )
    return Answer(
        question="Where is the office?",
        text=texts["answer"],
        citations=(cited,),
        confidence=0.9,
        abstained=False,
        hits=(Hit(passage=passage, score=1.0, rank=1),),
        calls=(Called(name="sql", arguments='{"q": "office"}', result=texts["call"]),),
        route=texts["route"],
    )


@pytest.mark.parametrize("on_fail", POLICIES)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", VALUES)
def test_no_value_reaches_a_client_that_should_not(name, place, on_fail):
    held = answer(place, VALUES[name])
    left = answer_leaves(held, guards(on_fail))
    sent = json.dumps(answer_json(left), ensure_ascii=False)
    found = json.dumps(search_json("", hits_leave(held.hits, guards(on_fail), ""), 1), ensure_ascii=False)
    value = BARE.get(name, VALUES[name])
    if on_fail == "allow":
        assert value in sent
        assert left.verdicts
    else:
        assert value not in sent + found + repr(left)
        assert left.abstained == (on_fail != "rewrite" and place not in ("hit", "call", "route"))


@pytest.mark.parametrize(("shown", "name"), [("49 30 1234567", "phone"), ("ghp_a1B2c3D4e5F6", "token")])
def test_a_value_cut_short_does_not_pass_either(shown, name):
    held = answer("hit", VALUES[name])
    cut = Answer(**{field: getattr(held, field) for field in held.__slots__} | {"text": f"It is {shown}."})
    assert shown not in repr(answer_leaves(cut, guards("rewrite")))
    assert answer_leaves(cut, guards("refuse")).abstained
