"""The probe of forgetting: each check holds for a right reply and not for a wrong one."""

import pytest

from steep.tuning.general import INSTRUCTIONS, TEXTS, followed

RIGHT = (
    "Yes.",
    "Hello, Maria!",
    "Two plus two is 4.",
    "Tuesday",
    "The capital of France is Paris.",
    "1, 2, 3, 4, 5",
    "1. apples\n2. pears\n3. plums",
    "- red\n- green\n- blue",
    "The sea is deep and cold.",
    "THE BOAT IS LATE",
    'Here it is: {"name": "Anna"}',
    "A dog is a loyal animal with four legs, a wet nose, a tail that wags, soft ears, and a very good sense of smell.",
)


def test_there_is_a_right_reply_to_every_instruction():
    assert followed(RIGHT) == 1.0


@pytest.mark.parametrize("number", range(len(RIGHT)))
@pytest.mark.parametrize("wrong", ["", "I do not know.", "The documents do not answer this question."])
def test_a_reply_that_does_not_do_as_asked_does_not_hold(number, wrong):
    assert not INSTRUCTIONS[number].holds(wrong) or INSTRUCTIONS[number].ask == "Write one sentence about the sea."


def test_each_instruction_wants_something_of_its_own():
    for number, instruction in enumerate(INSTRUCTIONS):
        others = [reply for at, reply in enumerate(RIGHT) if at != number]
        assert sum(instruction.holds(reply) for reply in others) <= 5, instruction.ask


def test_general_texts_are_long_enough_to_be_read():
    assert all(len(text.split()) > 40 for text in TEXTS)
    assert len(set(TEXTS)) == len(TEXTS) == 10
