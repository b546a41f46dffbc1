"""Calibrating a starter."""

from reader_starter.calibrate import calibrate
from reader_starter.sources import ReadingExample
from steep_plugins.generators.reader.clues import CLUES
from steep_plugins.generators.reader.meaning import SentenceMeaning
from steep_plugins.generators.reader.reading import SpanReader


def test_calibration_is_the_same_for_the_same_rows(tiny, encoder):
    texts = {
        group: [f"The {name} of {group} has {count} carts and was built in 19{count}." for name, count in things]
        for group, things in {
            "Riga": [("pier", 11), ("quay", 12), ("gate", 13)],
            "Oslo": [("dock", 21), ("yard", 22), ("lamp", 23)],
        }.items()
    }
    examples = [
        ReadingExample(
            question=f"How many carts has the {text.split()[1]}?",
            context=text,
            span=(text.index("has ") + 4, text.index("has ") + 6),
            group=group,
        )
        for group, paragraphs in texts.items()
        for text in paragraphs
    ]
    reader = SpanReader.of(tiny(), encoder, SentenceMeaning())
    paragraphs = [text for group in texts.values() for text in group]
    first = calibrate(reader, examples, paragraphs)
    assert first == calibrate(reader, examples, paragraphs)
    assert len(examples) < first.rows <= 2 * len(examples)
    assert len(first.preference) == len(CLUES)
    assert 0 <= first.error <= 1
