"""Where no name or number is asked for, the sentences that answer are given, and never what may not be quoted."""

import math

import pytest
import torch

from steep.errors import AdapterError
from steep_plugins.generators.reader.composing import Composed
from steep_plugins.generators.reader.generator import ReaderGenerator
from steep_plugins.generators.reader.reading import Task, Text
from steep_plugins.generators.reader.statement_network import Part, StatementNetwork, parts_of
from steep_plugins.generators.reader.statements import Scaling, Sentence, Stated, quotable, stated
from steep_plugins.generators.reader.windows import Candidate

from .test_generator import ask

RULES = (
    "# Reviews\n\n"
    "Read every line of the change that you were asked to review. Generated files may be scanned.\n\n"
    "Never answer in anger. If a comment annoys you, step away from the keyboard for a while.\n\n"
    "A change is an emergency if it:\n\n"
    "- mends a bug that hurts people now\n"
    "- closes a hole in security\n\n"
    "Where do the rules come from?\n"
)


@pytest.fixture(scope="module")
def statements(reader):
    return reader._statements


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What should I do if a comment annoys me?", "step away from the keyboard"),
        ("Do I have to read every line that I review?", "Read every line"),
        ("What counts as an emergency?", "closes a hole in security"),
    ],
)
def test_a_question_that_asks_for_no_name_is_answered_with_sentences(reader, question, words):
    draft = ask(reader, question, RULES)
    assert words in draft.text
    assert draft.quotes
    assert 0 < draft.confidence < 1


def test_where_no_statement_is_sure_enough_the_nearest_are_pointed_at():
    unsure = ReaderGenerator(threshold=0.999)
    draft = ask(unsure, "Do I have to read every line that I review?", RULES)
    assert (draft.abstained, draft.text) == (True, "")
    assert "99.9% is asked for" in draft.reason
    assert RULES[draft.quotes[0].start : draft.quotes[0].end].startswith("Read every line")
    assert len(draft.quotes) <= 4
    assert not ask(unsure, "Which language do the people of Peru speak?", "Nobody knows of it here.").quotes


def test_who_asks_for_the_steps_is_stated_all_of_them(statements):
    steps = "1. Moor the boat.\n2. Switch off the engine.\n3. Report to the harbour office."
    text = Text(text=steps, lead="Mooring a yacht > Steps")
    found = statements.best(Task(question="What are the steps?", texts=(text,)))
    assert found.composed.text == steps
    assert len(found.composed.spans) == 3
    one = statements.best(Task(question="Whom do I report to?", texts=(text,)))
    assert one.composed.text == "Report to the harbour office."


def test_a_list_comes_with_the_words_that_lead_into_it(statements):
    text = Text(text=RULES)
    start = RULES.index("A change is")
    composed = stated(text, Sentence(0, start, RULES.index(":\n") + 1), [])
    assert composed.text.splitlines() == [
        "A change is an emergency if it:",
        "- mends a bug that hurts people now",
        "- closes a hole in security",
    ]
    (span,) = composed.spans
    assert RULES[slice(*span)].endswith("closes a hole in security")


def test_an_item_comes_with_the_words_that_lead_into_its_list():
    start = RULES.index("closes a hole")
    composed = stated(Text(text=RULES), Sentence(0, start, start + len("closes a hole in security")), [])
    assert composed.text == "A change is an emergency if it:\n- closes a hole in security"


def test_a_span_stands_for_a_statement_where_it_is_a_small_part_of_it():
    found = Stated(passage=0, composed=Composed("…", ((0, 20), (40, 60))), probability=0.5, features=())
    assert found.shortened(45, 50)
    assert not found.shortened(41, 59)  # an item without the words that lead into its list
    assert not found.shortened(15, 25)
    listed = Stated(passage=0, composed=Composed("It is one if:\n- it burns", ((0, 60),)), probability=0.5, features=())
    assert not listed.shortened(0, 5)
    assert listed.shortened(15, 30)


def test_what_speaks_for_a_statement_is_weighed_by_the_scaling(statements):
    texts = tuple(Text(text="The pier was built in 1904 by Anna Lund.", rank=rank) for rank in (0, 3))
    task = Task(question="Who built the pier?", texts=texts)
    span = Candidate(passage=0, start=30, end=39, margin=6.0, share=-1.0)
    with_span, alone = statements.best(task, [span]), statements.best(task)
    assert with_span.passage == 0
    assert with_span.features[3] == pytest.approx(1.5)
    assert alone.features[3] == pytest.approx(-3.0)
    assert (with_span.features[4], with_span.features[5]) == (0.0, 1.0)
    assert with_span.probability > alone.probability
    later = statements.best(Task(question="Who built the pier?", texts=texts[1:]))
    assert later.features[4] == pytest.approx(math.log(4))


def test_a_neighbour_that_is_nearly_as_good_is_given_with_it_and_another_is_not():
    text = Text(text="Stop the crane. Tell the master. The crane is yellow.")
    first, second, third = Sentence(0, 0, 15, 4.0), Sentence(0, 16, 32, 3.0), Sentence(0, 33, 53, 0.2)
    assert stated(text, first, [first, second, third]).text == "Stop the crane. Tell the master."
    assert stated(text, second, [first, second, third]).text == "Stop the crane. Tell the master."


def test_headings_questions_and_what_is_barred_are_no_statements():
    start = RULES.index("Never answer")
    text = Text(text=RULES, barred=((start, start + 5),))
    said = [RULES[slice(*span)] for span in quotable(text)]
    assert "Read every line of the change that you were asked to review." in said
    assert not any("# Reviews" in each or "Where do" in each or "Never" in each for each in said)


def test_a_table_states_its_rows_and_neither_its_header_nor_its_rule():
    text = Text(text="Open:\n\n| Day | Hours |\n| --- | --- |\n| Monday | closed |\n| Tuesday | 10 to 20 |\n")
    said = [text.text[start:end] for start, end in quotable(text)]
    assert said == ["| Monday | closed |", "| Tuesday | 10 to 20 |"]


def test_a_row_is_stated_with_the_headings_of_its_cells():
    text = Text(text="| Plan | Price | Help |\n| --- | --- | --- |\n| Team | 49 |  |\n| Firm | 890 | phone |\n")
    rows = [Sentence(0, *place) for place in quotable(text)]
    assert [stated(text, row, rows).text for row in rows] == ["Team (Price: 49)", "Firm (Price: 890; Help: phone)"]
    loose = Text(text="| Firm | 890 | phone |\n")
    [row] = [Sentence(0, *place) for place in quotable(loose)]
    assert stated(loose, row, [row]).text == "| Firm | 890 | phone |"


def test_a_line_of_links_is_no_statement_and_a_sentence_with_one_is():
    links = "Next: [Small changes](small.md)\n\n* [Rate limits](rates.md)\n\nRead [every line](lines.md) of a change.\n"
    assert [links[slice(*span)] for span in quotable(Text(text=links))] == ["Read [every line](lines.md) of a change."]


def test_a_barred_item_is_left_out_of_its_list():
    start = RULES.index("closes a hole")
    text = Text(text=RULES, barred=((start, start + 3),))
    begin = RULES.index("A change is")
    composed = stated(text, Sentence(0, begin, RULES.index(":\n") + 1), [])
    assert "hole" not in composed.text
    assert not any("hole" in RULES[slice(*span)] for span in composed.spans)


def test_sentences_are_found_in_the_windows_that_hold_their_pieces(encoder):
    text = "One two three. Four five six."
    (window,) = encoder.windows("What?", text)
    spans = encoder.pieces(text).spans
    found = parts_of(window, spans, [(0, 14), (15, 29)])
    first, second = found[0], found[1]
    assert first.first == window.body
    assert second.last == window.body + window.count - 1
    assert second.first == first.last + 1


def test_a_score_rests_on_its_own_pieces_alone(tiny):
    network = StatementNetwork(tiny().bert).eval()
    torch.nn.init.normal_(network.statement.weight)
    ids = torch.tensor([[101, 2000, 102, 2001, 2002, 2003, 2004, 102]])
    together = network(ids, torch.ones_like(ids), [[Part(3, 4), Part(5, 6)]])[0]
    alone = network(ids, torch.ones_like(ids), [[Part(5, 6)]])[0]
    assert torch.allclose(together[1:], alone, atol=1e-5)
    assert not torch.allclose(together[:1], alone, atol=1e-5)


def test_passages_without_a_sentence_state_nothing(statements):
    assert statements.best(Task(question="What?", texts=(Text(text="# Only a heading"),))) is None


def test_a_scaling_that_cannot_be_read_is_named(reader, tmp_path):
    (tmp_path / "scaling.json").write_text('{"weights": [1]}')
    with pytest.raises(AdapterError, match="scaling of statements"):
        Scaling.load(tmp_path)
    with pytest.raises(AdapterError, match=r"scaling\.json"):
        Scaling.load(tmp_path / "nowhere")


def test_what_a_passage_is_asked_to_prove_is_answered_by_spans_alone(reader):
    draft = ask(reader, "What should I do if a comment annoys me?", RULES, insist=True)
    assert len(draft.text) < 90
