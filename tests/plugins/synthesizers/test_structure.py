# ruff: noqa: E501 (a table of sentences reads best with a row a line)
"""The synthesizer `structure`: its laws, what each rule reads, and what it leaves alone."""

import re
from random import Random

import pytest

from steep.testing import SynthesizerContract
from steep_plugins.languages.en.clean import content_words
from steep_plugins.languages.en.everyday import everyday
from steep_plugins.synthesizers.structure.synthesizer import Structure


class TestStructure(SynthesizerContract):
    @pytest.fixture
    def synthesizer(self):
        return Structure(elsewhere=0.3)


def answers(ask, text, rule, *, seeds=1):
    """The (question, answer) pairs that a rule writes from a page."""
    written = []
    for seed in range(seeds):
        request = ask(f"# Harbor rules\n\n{text}\n", seed=seed)
        written += [
            (pair.question, pair.answer) for pair in Structure(rules=(rule,), unanswerable=0).synthesize(request)
        ]
    return written


READ = [
    ("A quay door may stand open for at most 3 minutes.", "quantities", "at most 3 minutes", r"how long"),
    ("You must report the sounding within two working days.", "quantities", "within two working days", r"how (soon|quickly)"),
    ("The harbor master inspects the crane every 6 months.", "quantities", "every 6 months", r"how often"),
    ("Submit the cargo list at least 24 hours before arrival.", "quantities", "at least 24 hours", r"how long before arrival"),
    ("Camper vans may carry two gas bottles.", "quantities", "two gas bottles", r"how many gas bottles"),
    ("The mooring fee is EUR 35.", "quantities", "EUR 35", r"what is .*mooring fee"),
    ("The company opened the inner basin in 1968.", "dates", "1968", r"when|which year"),
    ("Invoices are sent on Friday.", "dates", "on Friday", r"when"),
    ("The duty manager decides whether the quay is closed.", "people", "The duty manager", r"who decides"),
    ("Berth plans are approved by the pilot.", "people", "the pilot", r"who are|who"),
    ("For questions about shore power, contact the workshop.", "people", "the workshop", r"shore power"),
    ("If the alarm rings twice, close the gate.", "conditions", "close the gate", r"if the alarm rings twice"),
    ("You can book the crane only if the berth is free.", "conditions", "only if the berth is free", r"when|in which case"),
    ("The bridge is closed because the piles are cracked.", "causes", "because the piles are cracked", r"why"),
    ("To reserve a berth, fill in the blue form.", "procedures", "fill in the blue form", r"reserve a berth"),
    ("The keys are kept in the yellow locker.", "places", "in the yellow locker", r"where"),
    ("A linesman is a person ashore who takes mooring lines.", "definitions", "a person ashore who takes mooring lines", r"linesman"),
    ("Vessels report to Vessel Traffic Service (VTS).", "definitions", "Vessel Traffic Service", r"VTS"),
    ("Do not leave the trolley on the ramp.", "permissions", "Do not leave the trolley on the ramp", r"leave the trolley"),
    ("The default timeout is 30 seconds.", "defaults", "30 seconds", r"default timeout|timeout is used by default"),
    ("Use the side door instead of the ramp.", "facts", "the side door", r"ramp"),
    ("The gate log may be at most 40 pages long.", "limits", "at most 40 pages", r"how (many pages|long)"),
    ("The size of a note is limited to 5 MB.", "limits", "5 MB", r"limit"),
    ("There are three sheds for bait near the ramp.", "limits", "three", r"how many sheds are there for bait"),
    ("The --quiet option hides the progress of a transfer.", "options", "--quiet", r"which option hides"),
    ("To skip the tide check, use the --no-tide option.", "options", "--no-tide", r"skip the tide check"),
    ("You can ask the crane to stop early with the --halt option.", "options", "--halt", r"ask the crane to stop"),
    ("Ask the crane to stop early with -h or --halt:", "options", "-h or --halt", r"ask the crane to stop early\?"),
    ("The crane can be told to skip the tide check with --no-tide.", "options", "--no-tide", r"tell the crane to skip the"),
    ("With --watch-list, you can say exactly which berths to watch.", "options", "--watch-list", r"exactly which berths"),
    ("The size of the buffer is set with BUFFER_SIZE.", "options", "BUFFER_SIZE", r"to set the size of the buffer\?"),
    ("The --early option is the switch that enables loading at night.", "options", "--early", r"enables loading at night"),
    ("To keep logs small, crane offers the --rotate option.", "options", "--rotate", r"keep logs small"),
    ("QuayLine stores the booking data of all berths.", "subjects", "QuayLine", r"what (stores|keeps)"),
    ("A packet is a small wooden ferry for mail and passengers.", "naming", "A packet", r"(called|call|name for) .*ferry|ferry"),
    ("The person who takes mooring lines is called a linesman.", "naming", "a linesman", r"call"),
    ("The shed holds marine goods such as rope, salt and twine.", "instances", "rope, salt and twine", r"marine goods"),
    ("The packet is faster than the old ferry.", "comparisons", "The packet", r"which is faster"),
    ("Unlike the old ferry, the packet carries no cars.", "comparisons", "the packet carries no cars", r"different from the old ferry"),
    ("The difference between a packet and a ferry is the mail on board.", "comparisons", "the mail on board", r"differ"),
    ("You can find the tide tables in the Harbor Almanac.", "finding", "in the Harbor Almanac", r"where .*tide tables"),
    ("Questions about berths go to berths@harbor.test.", "finding", "berths@harbor.test", r"email|mail"),
    ("The night crane does not lift open crates.", "polar", "The night crane does not lift open crates.", r"does the night crane lift"),
    ("There is no night ferry on Sundays in winter.", "facts", "There is no night ferry on Sundays in winter", r"is there a night ferry"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "rule", "answer", "question"), READ)
def test_a_rule_reads_its_sentence(ask, sentence, rule, answer, question):
    written = answers(ask, sentence, rule)
    assert written, "the rule wrote nothing"
    matching = [asked for asked, said in written if said == answer]
    assert matching, written
    assert re.search(question, " ".join(matching), re.IGNORECASE), matching


def test_a_cell_is_asked_for_by_row_and_column(ask):
    table = "| Berth | Length |\n| --- | --- |\n| M3 | 110 m |\n| M5 | 95 m |\n"
    written = dict(answers(ask, table, "tables:cell"))
    assert set(written.values()) == {"110 m", "95 m"}
    for question, answer in written.items():
        assert ("M3" if answer == "110 m" else "M5") in question
        assert re.search("length|how long", question.lower())


def test_a_row_is_asked_for_by_what_only_its_cell_says(ask):
    table = "| Berth | Length |\n| --- | --- |\n| M3 | 110 m |\n| M5 | 95 m |\n| M6 | 95 m |\n"
    written = answers(ask, table, "tables:row")
    assert {said for _, said in written} == {"M3"}
    assert all("110 m" in question for question, _ in written)


def test_a_heading_supplies_what_its_first_sentence_calls_it(ask):
    written = answers(ask, "## Night crane\n\nIt must be booked within 5 days.", "", seeds=3)
    assert any("crane" in question.lower() for question, _ in written)


def test_the_second_wording_of_a_fact_differs_in_more_than_its_order(ask):
    written = answers(ask, "\n\n".join(sentence for sentence, *_ in READ), "")
    by_answer = {}
    for question, said in written:
        words = content_words(question)
        for other in by_answer.setdefault(said, []):
            assert len(words & other) < 0.7 * len(words | other)
        by_answer[said].append(words)
        assert len(by_answer[said]) <= 3


def test_what_no_passage_says_of_a_defined_thing_is_asked_and_has_no_answer(ask):
    text = "QuayLine is a booking system for berths.\n\nTideBook is a booking system for cranes. TideBook costs EUR 5."
    asked = [pair for pair in Structure(unanswerable=1).synthesize(ask(f"# Tools\n\n{text}")) if not pair.answerable]
    attributes = [pair.question for pair in asked if pair.rule == "unanswerable:attribute"]
    assert any("QuayLine" in question for question in attributes)
    assert not [each for each in attributes if "TideBook" in each and re.search("cost|price|pay", each.lower())]


def test_everyday_words_replace_formal_ones_and_no_row_undoes_another():
    said = {everyday("how do I obtain additional employees", Random(seed), 1.0) for seed in range(8)}
    assert all("obtain" not in each and "additional" not in each for each in said)
    assert not [each for each in said if "\x00" in each]


def test_a_glossary_needs_several_lines_to_be_believed(ask):
    three = "Linesman: a person ashore who takes lines.\n\nPacket: the name of the ferry among older people.\n\nWatch: the control room at Marrowick."
    assert len({said for _, said in answers(ask, three, "definitions:glossary")}) == 3
    assert answers(ask, three.partition("\n\n")[0], "definitions:glossary") == []


def test_a_question_in_a_heading_is_answered_by_what_follows(ask):
    text = "## Where do I get a badge?\n\nThe front desk hands out badges before noon."
    written = answers(ask, text, "asked")
    assert [said for _, said in written] == ["The front desk hands out badges before noon."]
    assert written[0][0].lower().rstrip("?").endswith("where do i get a badge")


def test_a_list_answers_its_lead_in(ask):
    text = "The kit includes:\n\n- a torch\n- two flares\n- a whistle\n"
    assert {said for _, said in answers(ask, text, "lists")} == {"a torch\ntwo flares\na whistle"}


def test_it_is_given_its_subject_by_the_sentence_before(ask):
    text = "The emergency generator feeds one compressor. It lasts for 30 hours."
    written = answers(ask, text, "quantities")
    assert any("emergency generator" in question.lower() for question, _ in written)


@pytest.mark.parametrize(
    "text",
    [
        "It must be renewed within 5 days.",
        "This is kept in the yellow locker.",
        "They may stand open for at most 3 minutes.",
        "```\nThe default timeout is 30 seconds.\n```",
        "[Home](/) [Berths](/berths) [Contact](/contact)",
        "![The default timeout is 30 seconds.](chart.png)",
    ],
)
def test_nothing_is_asked_of_dangling_words_code_or_navigation(ask, text):
    assert answers(ask, text, "", seeds=3) == []


def test_neither_questions_nor_answers_carry_markup(ask):
    text = "The **mooring fee** is `EUR 35`.\n\nSee [the tariff](tariff.md) for *fees* of visitors.\n\nA _quay door_ may stand open for **at most 3 minutes**."
    written = answers(ask, text, "", seeds=4)
    assert written
    for question, answer in written:
        assert not re.search(r"[*_`\[\]]|\]\(", question + answer)


def test_the_asker_speaks_of_himself(ask):
    written = answers(ask, "You must renew your badge within 10 days.", "quantities", seeds=6)
    assert written
    assert all(re.search(r"\b(?:I|my)\b", question) and "you" not in question.lower() for question, _ in written)


def test_another_seed_asks_in_other_words(ask):
    text = "\n\n".join(sentence for sentence, *_ in READ)
    first = {question for question, _ in answers(ask, text, "")}
    request = ask(f"# Harbor rules\n\n{text}\n", seed=5)
    other = {pair.question for pair in Structure(unanswerable=0).synthesize(request)}
    assert first != other


def test_a_document_keeps_its_pairs_when_others_come(ask):
    text = "\n\n".join(sentence for sentence, *_ in READ)
    alone = list(Structure(unanswerable=0).synthesize(ask(text)))
    among = list(Structure(unanswerable=0).synthesize(ask(text, "# Other\n\nThe gate is kept in the shed.")))
    assert [pair.question for pair in alone] == [pair.question for pair in among[: len(alone)]]


def test_a_question_about_a_berth_that_does_not_exist_has_no_answer(ask):
    rows = "".join(f"| M{number} | {number * 10} m |\n" for number in range(1, 9))
    request = ask(f"# Berths\n\n| Berth | Length |\n| --- | --- |\n{rows}")
    unanswerable = [pair for pair in Structure(unanswerable=1).synthesize(request) if not pair.answerable]
    assert unanswerable
    for pair in unanswerable:
        asked = re.search(r"M\d+", pair.question)
        assert pair.kind == "unanswerable"
        assert asked is None or int(asked.group()[1:]) > 8
        assert (pair.answer, pair.spans) == ("", ())


def test_a_question_answered_elsewhere_brings_passages_of_other_documents(ask):
    request = ask(
        "# Ferries\n\nThe ferry horn is tested every 6 months.",
        "# Cranes\n\nThe crane horn is loud and the ferry is not.",
    )
    pairs = list(Structure(unanswerable=0, elsewhere=1).synthesize(request))
    by_id = {passage.id: passage for passage in request.passages}
    elsewhere = [pair for pair in pairs if pair.kind == "elsewhere"]
    assert elsewhere
    for pair in elsewhere:
        assert all("6 months" not in by_id[each].text for each in pair.passages)


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("The Schema defines ropes.", "facts"),
        ("If you want to paint the hull, the shed is a good place.", "conditions"),
        ("You can ask the pilot if the berth is free.", "conditions"),
        ("A guest may bring one bag, two crates or three boxes aboard.", "permissions"),
        ("The QuayLine service supports berth booking and crane booking.", "polar"),
        ("A coordinator will check the cargo papers of the vessel.", "people"),
        ("You can remove the old mooring rope from the yellow shed.", "objects"),
        ("Common costs include gym fees (up to 5 EUR), rope and paint.", "facts"),
    ],
)
def test_what_is_vague_or_only_half_of_the_answer_is_left_out(ask, sentence, rule):
    assert answers(ask, sentence, rule, seeds=3) == []


def test_a_second_statement_is_cut_from_an_answer(ask):
    text = "If the alarm rings twice, close the gate of the basin, and you will see the lamp go out."
    assert {said for _, said in answers(ask, text, "conditions")} == {"close the gate of the basin"}
    text = "A slack berth is a berth without a vessel, and the harbor master is told of it."
    assert {said for _, said in answers(ask, text, "definitions")} == {"a berth without a vessel"}


def test_a_heading_with_several_instructions_is_no_single_step(ask):
    one, two = "Fill in the blue berth form.", "Bring the berth form to the harbor office."
    assert answers(ask, f"## Reserving a berth\n\n{one}", "procedures:heading")
    assert answers(ask, f"## Reserving a berth\n\n{one} {two}", "procedures:heading") == []


def test_a_defined_word_may_be_asked_for_in_short(ask):
    questions = [asked for asked, _ in answers(ask, "A packet is a small wooden ferry.", "definitions", seeds=30)]
    assert any(asked.lower().startswith("what's") for asked in questions)


def test_an_abbreviation_that_nothing_writes_out_is_asked_and_has_no_answer(ask):
    used = "The crew calls the VTS before noon, and the pilot reads the AIS.\n\nA door may stand open for at most 3 minutes."
    request = ask(f"# Calls\n\n{used}", "# Names\n\nVessels report to the Vessel Traffic Service.")
    asked = [pair for pair in Structure(unanswerable=9).synthesize(request) if "abbreviation" in pair.rule]
    assert [re.findall("[A-Z]{3}", pair.question) for pair in asked] == [["AIS"]]
    assert all(pair.passages and not pair.answerable for pair in asked)


@pytest.mark.parametrize("told", ["The AIS (a beacon) is on.", "AIS: a beacon.", "An Automatic Identification System."])
def test_an_abbreviation_that_is_told_somewhere_is_not_asked_for(ask, told):
    request = ask(
        "# Calls\n\nThe pilot reads the AIS. A door may stand open for at most 3 minutes.", f"# Names\n\n{told}"
    )
    assert not [pair for pair in Structure(unanswerable=9).synthesize(request) if "AIS" in pair.question]
