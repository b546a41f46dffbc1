"""Which stretches of the documents no training saw."""

from dataclasses import dataclass, field

from steep.tuning.apart import stretches_apart
from steep.tuning.rows import PhaseRows
from steep.values import ChatRow, Message, TextRow


@dataclass
class Shown:
    document: str
    text: str
    path: str


@dataclass
class Held:
    passages: tuple[str, ...]
    spans: tuple = field(default=())


KNOWN = {str(at): Shown(f"d{at % 3}", f"Text {at}.", f"d{at % 3}.md") for at in range(4)}


class Shelf:
    """A library of four passages of three documents."""

    def passages(self, ids):
        return tuple(KNOWN[each] for each in ids)

    def all_passages(self):
        return tuple(KNOWN.values())


CHAT = ChatRow(messages=(Message(role="user", content="Who?"), Message(role="assistant", content="Anna.")))


def test_what_no_pair_was_taken_from_is_apart():
    rows = [PhaseRows(train=(CHAT,), dev=(CHAT,))]
    assert {row.text for row in stretches_apart(Shelf(), rows, [Held(("0",))])} == {"Text 1.", "Text 2."}


def test_where_running_text_is_learned_its_own_held_out_stretches_are():
    one, other = TextRow(text="learned"), TextRow(text="held out")
    rows = [PhaseRows(train=(one,), dev=(other,)), PhaseRows(train=(CHAT,), dev=(CHAT,))]
    assert [row.text for row in stretches_apart(Shelf(), rows, [])] == ["held out"]


def test_a_single_stretch_that_is_learned_and_held_out_is_not_apart():
    one = TextRow(text="the only one")
    assert stretches_apart(Shelf(), [PhaseRows(train=(one,), dev=(one,))], []) == ()
