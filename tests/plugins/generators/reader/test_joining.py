"""A list that the edge of a passage cuts is given whole, or with a sign that it goes on."""

from dataclasses import replace

import pytest

from steep.kinds import Asked
from steep.testing.hands import PlainHand, draft_of
from steep.values import Document, Hit
from steep_plugins.generators.reader.composing import MORE
from steep_plugins.generators.reader.joining import joined, whole_answer
from steep_plugins.generators.reader.reading import Text
from steep_plugins.generators.reader.windows import Candidate
from steep_plugins.readers.markdown_blocks import markdown_blocks
from steep_plugins.splitters.sentences import SentenceSplitter

NAMES = ("rope", "lamp", "boat hook", "whistle", "red flag", "bucket", "spare oar", "first aid box")
LIST = "# Rules\n\n## Things on board\n\nEvery boat must have these things on board:\n\n" + "".join(
    f"- a {name} that the warden of the north pier has checked within the last twelve months\n" for name in NAMES
)
STEPS = "# Crane\n\n## How to start the crane\n\n" + "".join(
    f"{number}. Turn switch {number} of the left board and wait until the green lamp above it is lit.\n"
    for number in range(1, 9)
)
ROOMS = "# Store\n\n| Room | Set point |\n| --- | --- |\n" + "".join(f"| Hall {n} | -{n} C |\n" for n in "BCDEFGHIJKLM")
QUESTION = "Which things must every boat have on board?"


def split(text, words=45):
    document = Document(path="a.md", text=text, title="Harbor", blocks=markdown_blocks(text))
    return SentenceSplitter(words=words, overlap=1).split(document)


def hits(passages):
    return tuple(Hit(passage=each, score=1.0, rank=rank) for rank, each in enumerate(passages, 1))


def answer(question, passages, number, part, *, barred=(), read=None):
    """The answer where one passage was found, and ``read`` brings the others."""
    one = passages[number]
    start = one.text.index(part)
    best = Candidate(passage=0, start=start, end=start + len(part), margin=1.0, share=-1.0)
    brought = hits(passages) if read is None else read
    return whole_answer(question, [one], [Text.of(one, barred=barred)], [best], lambda path: brought)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_cut_list_is_joined_from_the_passages_that_hold_it(number):
    passages = split(LIST)
    part = next(name for name in NAMES if name in passages[number].text)
    composed, quotes = answer(QUESTION, passages, number, part)
    assert [line[4:].split(" that ")[0] for line in composed.text.splitlines()] == list(NAMES)
    assert not composed.cut
    texts = {passage.id: passage.text for passage in passages}
    assert {quote.passage for quote in quotes} == set(texts)
    assert all(texts[quote.passage][quote.start : quote.end].startswith("a ") for quote in quotes)


def test_steps_two_to_four_are_not_given_without_the_first():
    passages = split(STEPS)
    composed, _ = answer("How do I start the crane?", passages, 1, "wait until the green lamp")
    assert [line.partition(".")[0] for line in composed.text.splitlines()] == list("12345678")


def test_a_column_is_given_from_all_passages_of_its_table():
    passages = split(ROOMS, words=20)
    composed, _ = answer("Which rooms does the store have?", passages, 1, passages[1].text[2:8])
    assert composed.text == "; ".join(f"Hall {letter}" for letter in "BCDEFGHIJKLM")


def test_a_list_whose_rest_is_not_at_hand_says_that_it_goes_on():
    passages = split(LIST)
    first, _ = answer(QUESTION, passages, 0, "rope", read=())
    later, _ = answer(QUESTION, passages, 1, next(n for n in NAMES if n in passages[1].text), read=())
    last, _ = answer(QUESTION, passages, -1, "first aid box", read=())
    assert (first.text.splitlines()[0] != MORE, first.text.splitlines()[-1]) == (True, MORE)
    assert (later.text.splitlines()[0], later.text.splitlines()[-1]) == (MORE, MORE)
    assert (last.text.splitlines()[0], last.text.splitlines()[-1] != MORE) == (MORE, True)
    assert first.cut
    assert later.cut
    assert last.cut
    rooms = split(ROOMS, words=20)
    column, _ = answer("Which rooms does the store have?", rooms, 0, "Hall B", read=())
    assert column.text.endswith(f"; {MORE}")


def test_what_is_barred_in_a_neighbour_is_not_given():
    passages = split(LIST)
    after = passages[1]
    name = next(name for name in NAMES if name in after.text)
    blanked = replace(after, text=after.text.replace("that the warden", " " * len("that the warden"), 1))
    composed, _ = answer(QUESTION, passages, 0, "rope", read=hits([passages[0], blanked, *passages[2:]]))
    assert name not in composed.text
    assert len(composed.text.splitlines()) == len(NAMES) - 1


def test_the_joined_text_is_the_documents():
    passages = split(LIST)
    whole = joined(passages[1], Text.of(passages[1]), passages)
    begin = passages[0].start
    assert whole.text.text == LIST[begin : begin + len(whole.text.text)]
    assert not whole.text.resumes
    assert not whole.text.continues
    assert joined(passages[1], Text.of(passages[1]), [passages[1]]) is None


def test_the_reader_reads_the_rest_of_a_list_and_says_so_where_it_cannot(reader):
    passages = split(LIST)
    asked = Asked(question=QUESTION, hits=hits(passages[:1]), insist=True)
    assert draft_of(reader, asked, PlainHand(hits=hits(passages))).text.count("\n") == len(NAMES) - 1
    alone = draft_of(reader, asked)
    assert alone.text.endswith(MORE)
    assert "goes on" in alone.note
