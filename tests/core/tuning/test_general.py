"""The probe of forgetting: each check holds for a right reply and not for a wrong one."""

import pytest

from steep.tuning.following import INSTRUCTIONS, Instruction, followed
from steep.tuning.general import TEXTS

ASKS = [each.ask for each in INSTRUCTIONS]


def test_there_are_enough_instructions_to_tell_a_loss_from_chance():
    assert 40 <= len(set(ASKS)) == len(ASKS) <= 60
    assert followed([each.right for each in INSTRUCTIONS]) == (True,) * len(ASKS)


@pytest.mark.parametrize("asked", INSTRUCTIONS, ids=ASKS)
def test_a_reply_that_does_not_do_as_asked_does_not_hold(asked):
    assert asked.holds(asked.right)
    assert not asked.holds(asked.wrong)
    for never in ("", " \n", "I do not know.", "The documents do not answer this question.", "[1] [2]"):
        assert not asked.holds(never), never


def test_each_instruction_wants_something_of_its_own():
    for asked in INSTRUCTIONS:
        others = [each.right for each in INSTRUCTIONS if each is not asked]
        assert sum(map(asked.holds, others)) <= len(others) // 5, asked.ask


CHECKS = [
    ({"is": ["yes"]}, "Yes!", "Yes, sir."),
    ({"has": ["a", "b c"]}, "a: b, c", "a c b"),
    ({"any": ["four", "4"]}, "It is 4.", "It is 14."),
    ({"avoids": ["cold"]}, "The coldest day.", "It is COLD."),
    ({"order": ["3", "2", "1"]}, "3, then 2, then 1", "1, 2, 3, 2, 1"),
    ({"begins": ["perhaps"]}, '"Perhaps it rains."', "It rains perhaps."),
    ({"ends": "?"}, '"Who?"', "Who? I."),
    ({"ends": "goodbye"}, "So **goodbye!**", "Goodbye, all."),
    ({"words": [2, 3]}, "two words", "there are four words"),
    ({"sentences": [2, 2]}, "One is here. Two is there.", "One is here, two is there."),
    ({"lines": [2, 2]}, "a\n\nb", "a b"),
    ({"numbered": [2, 2]}, "1. a\n2) b", "1. a 2. b"),
    ({"dashes": [2, 2]}, "Two:\n- a\n* b", "a - b - c"),
    ({"keys": ["a"]}, 'So: {"a": 1, "b": 2}', '{"a": 1'),
    ({"case": "upper"}, "ALL 3 OF IT", "ALL of it"),
    ({"case": "lower"}, "all of it", "All of it"),
    ({"matches": "1.*2"}, "1, 2", "2, 1"),
]


@pytest.mark.parametrize(("check", "right", "wrong"), CHECKS)
def test_every_check_can_hold_and_fail(check, right, wrong):
    asked = Instruction.model_validate({"ask": "", "right": right, "wrong": wrong, **check})
    assert (asked.holds(right), asked.holds(wrong)) == (True, False)


def test_every_check_is_tried():
    kinds = {"is" if name == "is_" else name for name in Instruction.model_fields} - {"ask", "right", "wrong"}
    assert {name for check, _, _ in CHECKS for name in check} == kinds


def test_general_texts_are_long_enough_to_be_read():
    assert all(len(text.split()) > 40 for text in TEXTS)
    assert len(set(TEXTS)) == len(TEXTS) == 10
