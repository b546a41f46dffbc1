"""A comparison, by program: what the documents say of each of two things, under its name.

Small models, and a reader that quotes, find what one thing is and seldom how two differ; most documents do not say so
in a sentence either. Where one does, it is asked as any other question.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from steep.kinds import Abstain, Numbered, Quote, Said, Weighed, drafted
from steep.language import content_stems, language_of, sentence_spans
from steep.prompts import MARKER
from steep_plugins.languages import manners

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Sequence

    from steep.kinds import Asked, AtHand, Draft, Saying
    from steep.language import Language
    from steep.values import Hit
    from steep_plugins.languages.en.comparisons import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What was said of a side, and the passages that its markers count."""

    name: str
    sayings: Sequence[Saying]
    draft: Draft
    counted: tuple[str, ...]
    hits: Sequence[Hit]


def compared(
    asked: Asked, at_hand: AtHand, answer: Callable[[Asked, AtHand], Iterator[Saying]]
) -> Iterator[Saying] | None:
    """What ``answer`` says of each of the two things that are compared; None for another question.

    It abstains where nothing is said of one of them.
    """
    language = language_of(asked.question)
    known = manners(language)
    plain = asked.grounded and asked.schema is None and asked.chances is None and not (asked.functions or asked.since)
    sides = known.compared(known.unformed(asked.question)) if known is not None and plain else None
    if known is None or sides is None or _told_together(asked, sides, known.contrasts, language):
        return None
    return _both(asked, at_hand, sides, answer)


def _both(
    asked: Asked, at_hand: AtHand, sides: Sequence[Side], answer: Callable[[Asked, AtHand], Iterator[Saying]]
) -> Iterator[Saying]:
    told: list[_Told] = []
    for side in sides:
        for question in side.questions:
            one = replace(asked, question=question, hits=at_hand.find(question), history=())
            sayings = list(answer(one, at_hand))
            yield from (replace(each, confidence=None) for each in sayings if isinstance(each, Weighed))
            draft = drafted(sayings)
            if not _silent(draft):
                break
        counted = draft.numbered or tuple(hit.passage.id for hit in one.hits)
        told.append(_Told(name=side.name, sayings=sayings, draft=draft, counted=counted, hits=one.hits))
    yield Weighed(confidence=min(each.draft.confidence or 0.0 for each in told))
    silent = [each.name for each in told if _silent(each.draft)]
    if not silent and _same(told) and not _names(told[0].draft.text, sides, language_of(asked.question)):
        silent = [told[1].name]  # what is said tells of one of them, and of which is not known
    if silent:
        yield from (each for each in chain(*(one.sayings for one in told)) if isinstance(each, Quote))
        yield Abstain(reason=f"no passage was found that says for sure what `{silent[0]}` is, to compare it")
        return
    yield Numbered(passages=tuple(chain(*(each.counted for each in told))))
    yield from _put(told)


def _silent(draft: Draft) -> bool:
    return draft.abstained or not draft.text.strip()


def _same(told: Sequence[_Told]) -> bool:
    return told[0].draft.text.strip() == told[1].draft.text.strip()


def _names(text: str, sides: Sequence[Side], language: Language) -> bool:
    """Whether a text names both things."""
    held = content_stems(text, language)
    names = [content_stems(side.name, language) for side in sides]
    return all(name and name <= held for name in names)


def _put(told: Sequence[_Told]) -> Iterator[Said]:
    """A line for each side, or what was said of both, once; what was quoted is marked, so that each line is cited."""
    before, texts = 0, list[str]()
    for each in told:
        text = _counted_on(each.draft.text.strip(), before)
        if not MARKER.search(text):
            text = _marked(text, each, before)
        texts.append(text)
        before += len(each.counted)
    if _same(told):
        yield Said(text=texts[0])
        return
    for number, (each, text) in enumerate(zip(told, texts, strict=True)):
        put = text if "\n" not in text else "\n" + "\n".join(f"  {line}" for line in text.splitlines())
        yield Said(text=f"{chr(10) if number else ''}- {each.name}:{'' if put is not text else ' '}{put}")


def _marked(text: str, told: _Told, before: int) -> str:
    """With a marker behind each sentence: of the quoted passage that holds it, else of the first that is quoted."""
    cited = dict.fromkeys(quote.passage for quote in told.draft.quotes if quote.passage in told.counted)
    texts = {hit.passage.id: " ".join(hit.passage.text.split()) for hit in told.hits if hit.passage.id in cited}
    marked, last = "", 0
    for _, end in sentence_spans(text) if cited else ():
        said = " ".join(text[last:end].split())
        passage = next((each for each in cited if said in texts.get(each, "")), next(iter(cited)))
        marked += f"{text[last:end]} [{before + told.counted.index(passage) + 1}]"
        last = end
    return marked + text[last:]


def _counted_on(text: str, before: int) -> str:
    def moved(marker: re.Match[str]) -> str:
        return f"[{', '.join(str(int(number) + before) for number in marker[1].split(','))}]"

    return MARKER.sub(moved, text)


def _told_together(asked: Asked, sides: Sequence[Side], contrasts: Callable[[str], bool], language: Language) -> bool:
    """Whether a sentence of what was found names both things and sets one against the other."""
    texts = [hit.passage.text for hit in asked.hits]
    sentences = (text[start:end] for text in texts for start, end in sentence_spans(text))
    return any(contrasts(sentence) and _names(sentence, sides, language) for sentence in sentences)
