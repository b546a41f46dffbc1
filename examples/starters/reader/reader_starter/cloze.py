"""Questions made by rule from plain text: a span is taken out of a sentence and the rest becomes a noisy question.

After "Unsupervised Question Answering by Cloze Translation" (arXiv 1906.04980) and the recurring spans of "Few-Shot
Question Answering by Pretraining Span Selection" (arXiv 2101.00438): where the span stands in the text a second time,
the sentence that gave the question is left out, so that matching words is not enough.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from reader_starter.sources import ReadingExample
from steep.language import content_stems, sentence_around, sentence_spans, usual

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_KINDS: tuple[tuple[str, re.Pattern[str], int], ...] = (
    ("when", re.compile(rf"\b(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}})?(?:,? \d{{4}})?\b|\b(?:1[0-9]|20)\d\ds?\b"), 3),
    ("number", re.compile(r"[$£€]?\b\d[\d,.]*\d\b%?(?: (?:million|billion|percent|per cent))?|\b\d\b%?"), 3),
    ("name", re.compile(r"\b[A-Z][\w'’-]*(?:(?: (?:of|the|de|van|and))? [A-Z][\w'’-]*)*"), 3),
    ("quote", re.compile(r"(?<=[\"“])[^\"”“]{4,60}(?=[\"”])"), 1),
    (
        "phrase",
        re.compile(
            r"(?<=\b(?:the|and|for|its|his|her|any) )[a-z][\w-]+(?: [a-z][\w-]+){0,3}\b"
            r"|(?<=\b(?:of|in|by|as|an|on|or|to) )[a-z][\w-]+(?: [a-z][\w-]+){0,3}\b"
            r"|(?<=\b(?:with|from|into|that|were|such) )[a-z][\w-]+(?: [a-z][\w-]+){1,3}\b"
            r"|(?<=\ba )[a-z][\w-]+(?: [a-z][\w-]+){0,3}\b"
        ),
        4,
    ),
)
_PLACE = re.compile(r"\b(?:in|at|near|from|to|across)$")
_PERSON = re.compile(r"^(?:was|is|were|had|has|said|wrote|became|won|died|believed|argued)\b")


def cloze_examples(texts: Mapping[str, Sequence[str]], *, per_text: float, seed: int) -> Iterator[ReadingExample]:
    """About ``per_text`` questions a paragraph; a sixth of them over a neighbour that does not answer."""
    for group, paragraphs in texts.items():
        for number, paragraph in enumerate(paragraphs):
            draw = random.Random(f"{seed}/{group}/{number}")
            others = [text for text in paragraphs if text is not paragraph]
            count = int(per_text) + (draw.random() < per_text % 1)
            for _ in range(count):
                example = _cloze(paragraph, others, group, draw)
                if example is not None:
                    yield example


def _cloze(paragraph: str, others: list[str], group: str, draw: random.Random) -> ReadingExample | None:
    spans = [span for span in sentence_spans(paragraph) if 40 <= span[1] - span[0] <= 400]
    if len(spans) < 2:
        return None
    left, right = draw.choice(spans)
    sentence = paragraph[left:right]
    chosen = _choose(sentence, draw)
    if chosen is None:
        return None
    kind, start, end = chosen
    question = _question(sentence, kind, start, end, draw)
    if question is None:
        return None
    answer = sentence[start:end]
    # A word recurs by chance, a name or a figure because the text speaks of the same thing again.
    elsewhere = (
        None
        if kind == "phrase" and " " not in answer
        else _recurring(paragraph, left, right, answer, content_stems(question) - content_stems(answer), others, draw)
    )
    if elsewhere is not None:
        context, at = elsewhere
        return ReadingExample(question=question, context=context, span=(at, at + len(answer)), source="cloze-recurring")
    if others and draw.random() < 0.18:
        context = draw.choice(others)
        if answer.lower() not in context.lower():
            return ReadingExample(question=question, context=context, span=None, source="cloze-unanswerable")
    return ReadingExample(
        question=question, context=paragraph, span=(left + start, left + end), group=group, source="cloze"
    )


def _choose(sentence: str, draw: random.Random) -> tuple[str, int, int] | None:
    found: list[tuple[str, int, int]] = []
    weights: list[float] = []
    for kind, pattern, weight in _KINDS:
        matches = [match for match in pattern.finditer(sentence) if _fits(kind, match)]
        for match in matches:
            start, end = _trimmed(kind, match)
            if end - start >= 2 or kind == "number":
                found.append((kind, start, end))
                weights.append(weight / len(matches))
    return draw.choices(found, weights)[0] if found else None


def _fits(kind: str, match: re.Match[str]) -> bool:
    if kind == "name":
        first = match.group().split()[0].lower()
        return not (match.start() == 0 and (" " not in match.group() or first in usual().stop_words))
    return True


def _trimmed(kind: str, match: re.Match[str]) -> tuple[int, int]:
    """A phrase without the stop words at its ends, as far as the first one inside."""
    start, end = match.span()
    if kind != "phrase":
        return start, end
    kept: list[tuple[int, int]] = []
    for word in re.finditer(r"\S+", match.group()):
        if word.group() in usual().stop_words:
            if kept:
                break
            continue
        kept.append((start + word.start(), start + word.end()))
    return (kept[0][0], kept[-1][1]) if kept else (start, start)


def _question(sentence: str, kind: str, start: int, end: int, draw: random.Random) -> str | None:
    left, right = sentence[:start], sentence[end:]
    asked = _asked(kind, left.rstrip(), right.lstrip(), draw)
    # Most questions ask about one clause: cut at the nearest comma, semicolon or bracket on either side.
    if draw.random() < 0.7:
        left = re.split(r"[,;:()—]", left)[-1] if len(left) > 20 else left
        right = re.split(r"[,;:()—]", right)[0] if len(right) > 20 else right
    if len(left.split()) + len(right.split()) < 4:
        left, right = sentence[:start], sentence[end:]
    keep = draw.choice((0.95, 0.9, 0.8))
    before, after = _noisy(left, keep, draw)[-14:], _noisy(right, keep, draw)[:14]
    if len(content_stems(" ".join([*before, *after]))) < 3:
        return None
    if kind == "phrase" and asked == "what" and before and before[-1] in {"the", "a", "an"}:
        before = before[:-1]
    shape = draw.random()
    if shape < 0.45:
        ordered = [asked, *after, *before]
    elif shape < 0.75:
        ordered = [asked, *before, *after]
    else:
        ordered = [*before, asked, *after]
    text = " ".join(ordered).strip(" .")
    return text[:1].upper() + text[1:] + ("?" if draw.random() < 0.9 else "")


def _asked(kind: str, left: str, right: str, draw: random.Random) -> str:
    if kind == "when":
        return draw.choice(("when", "when", "what year", "in what year", "what date"))
    if kind == "number":
        return draw.choice(("how many", "how many", "how much", "what number of"))
    if kind == "name":
        if _PLACE.search(left):
            return draw.choice(("where", "where", "what place", "which", "what"))
        if _PERSON.search(right):
            return draw.choice(("who", "who", "which", "what"))
        return draw.choice(("who", "what", "which", "what"))
    return draw.choice(("what", "what", "what", "which", "how", "what kind of", "what type of"))


def _noisy(text: str, keep: float, draw: random.Random) -> list[str]:
    tokens = [word.strip('"“”()[],;:') for word in text.split()]
    kept = [word for word in tokens if word and draw.random() < keep]
    for index in range(len(kept) - 1):
        if draw.random() < 0.06:
            kept[index], kept[index + 1] = kept[index + 1], kept[index]
    return kept


def _recurring(
    paragraph: str, left: int, right: int, answer: str, asked: frozenset[str], others: list[str], draw: random.Random
) -> tuple[str, int] | None:
    """A text without the sentence asked about, in which the answer stands once near words of the question."""
    if len(answer) < 3 or draw.random() < 0.5:
        return None
    pattern = re.compile(rf"(?<!\w){re.escape(answer)}(?!\w)")
    rest = (paragraph[:left].rstrip() + " " + paragraph[right:].lstrip()).strip()
    for context in (rest, *draw.sample(others, min(6, len(others)))):
        matches = list(pattern.finditer(context))
        near = sentence_around(context, *matches[0].span()) if len(matches) == 1 else (0, 0)
        if len(context) >= 150 and asked & content_stems(context[slice(*near)]):
            return context, matches[0].start()
    return None
