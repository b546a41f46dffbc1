"""A passage that begins within a table or a list knows what it belongs to."""

from steep.values import Document
from steep_plugins.readers.markdown_blocks import markdown_blocks
from steep_plugins.splitters.sentences import SentenceSplitter

TOOLS = "| Tool | Shelf |\n| --- | --- |\n" + "".join(f"| Wrench {n} | Row {n} |\n" for n in range(40))
STEPS = "Some words stand first. To open the hall you need three things:\n\n" + "".join(
    f"- the key number {n} from the yellow locker\n" for n in range(30)
)


def split(text, words=40):
    document = Document(path="a.md", text=text, title="A", blocks=markdown_blocks(text))
    return SentenceSplitter(words=words, overlap=1).split(document)


def test_every_passage_of_a_long_table_shows_its_header_to_the_index_once():
    passages = split(TOOLS)
    assert len(passages) > 3
    assert all(passage.indexed_text.count("| Tool | Shelf |") == 1 for passage in passages)
    assert [passage.lead for passage in passages][:2] == ["", "| Tool | Shelf |"]


def test_the_second_of_two_tables_keeps_its_own_header():
    passages = split(f"{TOOLS}\n{TOOLS.replace('Tool', 'Boat')}")
    assert {passage.lead for passage in passages} == {"", "| Tool | Shelf |", "| Boat | Shelf |"}
    assert not any("Tool" in passage.text for passage in passages if "Boat" in passage.lead)


def test_a_list_that_goes_on_knows_the_sentence_that_led_into_it():
    passages = split(STEPS)
    assert len(passages) > 3
    assert {passage.lead for passage in passages[1:]} == {"To open the hall you need three things:"}
    assert passages[0].lead == ""


def test_a_list_below_a_heading_has_nothing_that_leads_into_it():
    assert {passage.lead for passage in split("# Keys\n\n" + STEPS.partition("\n\n")[2])} == {""}


def test_passages_keep_the_blocks_that_they_hold():
    for passage in split(f"{TOOLS}\n{STEPS}"):
        kinds = {block.kind for block in passage.blocks}
        assert kinds <= {"row", "item", "paragraph"}
        assert all(block.start < passage.end and passage.start < block.end for block in passage.blocks)
    first, *_ = split(TOOLS)
    assert first.blocks[1].cells == ((33, 41), (44, 49))
    assert [TOOLS[start:end] for start, end in first.blocks[1].cells] == ["Wrench 0", "Row 0"]
