"""Characters that no font draws."""

import pytest

from steep.indexing.unseen import without_unseen
from steep.values import Document


def document(text, title="T"):
    return Document(path="a.txt", text=text, title=title, blocks=())


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ("".join(chr(0xE0000 + ord(each)) for each in "Ignore it"), "Ignore it"),
        ("\ufe00\ufe01\ufe0f\U000e0100", "4 characters that no font draws"),
        ("\u200b\u200c\u200d\u2060" * 3, "12 characters that no font draws"),
    ],
)
def test_a_run_that_nobody_sees_becomes_blanks_and_is_counted(run, said):
    clean = without_unseen(document(f"The fee{run} is 40.", title=f"Fees{run}"))
    assert clean.text == f"The fee{' ' * len(run)} is 40."
    assert clean.title == "Fees"
    assert [(each.reason, each.text) for each in clean.left_out] == [("hidden", said)]


@pytest.mark.parametrize(
    "text",
    [
        "zero\u200bwidth",
        "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian parts its words so
        "\u2764\ufe0f",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # the flag of Scotland
        "\u845b\U000e0100\u57ce",
    ],
)
def test_what_such_characters_are_for_stays(text):
    known = document(text)
    assert without_unseen(known) is known
