"""Documents in other languages than English: asked for what needs no language, and the summary says so."""

from dataclasses import replace

import pytest

from steep.kinds import Source
from steep_plugins.readers.markdown import MarkdownReader
from steep_plugins.synthesizers.structure.outline import outline
from steep_plugins.synthesizers.structure.synthesizer import Structure

GERMAN = """# Der Hafen

Die Anmeldung ist im Büro möglich. Hunde müssen im Hafen immer an der Leine geführt werden.

## Preise

| Boot | Preis je Nacht | Länge |
| --- | --- | --- |
| Klein | 12 Euro | 6 m |
| Groß | 75 Euro | — |

## Büro

Hafenmeister: Ottoline Fry

Öffnungszeiten: 8:00 bis 16:00

## Anmeldung

Bringen Sie bitte Folgendes mit:

- den Ausweis
- die Papiere des Bootes

## Wann fährt die Fähre?

Sie fährt jeden Tag um neun Uhr.
"""
ENGLISH = "# Gates\n\nA quay door may stand open for at most 3 minutes. Invoices are sent on Friday.\n"


def written(ask, *texts, **options):
    notes = []
    request = replace(ask(*texts), note=notes.append)
    return [(pair.question, pair.answer) for pair in Structure(**options).synthesize(request)], notes


def test_a_page_in_german_is_asked_for_its_cells_keys_lists_and_asking_headings_in_its_own_words(ask):
    pairs, _ = written(ask, GERMAN)
    assert pairs == [
        ("Klein: Preis je Nacht?", "12 Euro"),
        ("Klein: Länge?", "6 m"),
        ("Groß: Preis je Nacht?", "75 Euro"),
        ("Büro: Hafenmeister?", "Ottoline Fry"),
        ("Büro: Öffnungszeiten?", "8:00 bis 16:00"),
        ("Anmeldung: Bringen Sie bitte Folgendes mit?", "den Ausweis\ndie Papiere des Bootes"),
        ("Wann fährt die Fähre?", "Sie fährt jeden Tag um neun Uhr."),
    ]


def test_the_summary_says_which_documents_had_no_sentence_rules(ask):
    french = "# Le port\n\nLe bureau du port ouvre à huit heures du matin, et les bateaux paient à la semaine.\n"
    pairs, notes = written(ask, GERMAN, ENGLISH, GERMAN.replace("Fry", "Roe"), french)
    assert [note.split(":")[0] for note in notes] == ["1 document is in French", "2 documents are in German"]
    assert "no sentence rules" in notes[0]
    assert any("quay door" in question for question, _ in pairs)


def test_where_all_is_english_nothing_is_noted(ask):
    assert written(ask, ENGLISH)[1] == []


def test_a_page_too_short_to_tell_its_language_is_asked_in_english(ask):
    pairs, notes = written(ask, "# Berths\n\n| Berth | Length |\n| --- | --- |\n| M3 | 12 m |\n", unanswerable=0)
    assert notes == []
    assert any(question.lower().startswith(("how", "what", "berth")) for question, _ in pairs)


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("# A\n\n## B\n\n### C\n\n## D\n\n# E\n", [("A",), ("A", "B"), ("A", "B", "C"), ("A", "D"), ("E",)]),
        ("# A\n\n### C\n\n## B\n\n### D\n", [("A",), ("A", "C"), ("A", "B"), ("A", "B", "D")]),
        ("## B\n\n# A\n", [("B",), ("A",)]),
    ],
)
def test_a_heading_stands_below_those_of_lower_level_alone(text, paths):
    document = MarkdownReader().read(Source(path="page.md", data=text.encode()))
    assert [section.heading for section in outline(document).sections if section.heading] == paths


def test_what_cannot_be_is_no_limit(ask):
    assert written(ask, "# Logs\n\nThe gate log cannot be 40 pages long.\n", rules=("limits",))[0] == []
    assert written(ask, "# Logs\n\nThe gate log can be 40 pages long.\n", rules=("limits",))[0] != []
