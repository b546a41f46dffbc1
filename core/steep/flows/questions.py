"""Question files: JSON Lines, one question a line, read tolerantly and complained about exactly.

    {"question": "…", "answers": ["…"], "document": "pilotage.md", "span": [120, 141]}
    {"question": "…", "answer": "…", "evidence": [{"document": "storm-plan.md", "quote": "…"}], "split": "dev"}
    {"question": "…", "unanswerable": true}

``is_impossible`` stands for ``unanswerable``, and SQuAD's ``{"text": […]}`` for a list of answers; columns that are
not known are ignored. A row without ``id`` gets one from its content. An empty list of answers means that the question
cannot be answered; no answers at all, without a word about it, is a mistake.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.errors import QuestionError
from steep.measuring.evidence import Locator
from steep.values import Evidence, Question, content_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from steep.measuring.evidence import Shelf

__all__ = ["QuestionFile", "load_questions", "locator_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFile:
    """The questions that can be used, in order, and an error for each line that cannot."""

    questions: tuple[Question, ...]
    errors: tuple[QuestionError, ...] = ()


def load_questions(file: Path) -> QuestionFile:
    """Read a question file; raises QuestionError where there is none, or not one line of it can be used."""
    questions: dict[str, Question] = {}
    lines: dict[str, int] = {}
    errors: list[QuestionError] = []
    for number, line in _lines(file):
        try:
            question = _question(_row(line))
            if question.id in questions:
                raise ValueError(f"the id {question.id!r} is taken by line {lines[question.id]}; give each its own")
        except ValueError as problem:
            errors.append(QuestionError(f"{file}, line {number}: {problem}."))
        else:
            questions[question.id] = question
            lines[question.id] = number
    if not questions:
        raise errors[0] if errors else QuestionError(f"{file} holds no questions; write one JSON object a line.")
    return QuestionFile(questions=tuple(questions.values()), errors=tuple(errors))


def locator_in(folder: Path, shelf: Shelf) -> Locator:
    """Finds evidence in documents whose files are below a folder."""
    return Locator(shelf, lambda path: _raw(folder / path))


def _raw(file: Path) -> str | None:
    """The file's own text, for spans that were counted in it; None for formats that are not text."""
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, numbered from 1; a line feed alone ends one, as JSON may hold other breaks."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise QuestionError(f"the question file {file} cannot be read: {error.strerror}.") from None
    data = data.removeprefix(b"\xef\xbb\xbf")
    return ((number, line) for number, line in enumerate(data.split(b"\n"), start=1) if line.strip())


def _row(line: bytes) -> Mapping[str, Any]:
    try:
        row = json.loads(line.decode("utf-8"))
        json.dumps(row, ensure_ascii=False).encode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text; save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON ({error.msg} at column {error.colno}); write one object a line") from None
    except UnicodeEncodeError:
        raise ValueError(
            "it holds half of a surrogate pair, such as \\ud83d alone; write the character itself"
        ) from None
    except RecursionError:
        raise ValueError("it is nested too deeply to be a question") from None
    if not isinstance(row, dict):
        raise ValueError(f'a question is an object such as {{"question": …}}, not {type(row).__name__}')
    return row


def _question(row: Mapping[str, Any]) -> Question:
    text = _text(row, "question")
    if not text:
        raise ValueError("the key `question` is missing or empty")
    answers = _answers(row)
    evidence = _evidence(row)
    identity = row.get("id")
    if isinstance(identity, bool) or not isinstance(identity, str | int | None):
        raise ValueError(f"`id` must be a string or a whole number, not {identity!r}")
    given = str(identity).strip() if identity is not None else ""
    named = (f"{each.document} {each.start} {each.end} {each.quote}" for each in evidence)
    return Question(
        id=given or content_id("question", text, *answers, *named)[:12],
        question=text,
        answers=answers,
        evidence=evidence,
        split=_text(row, "split"),
        kind=_text(row, "kind"),
    )


def _answers(row: Mapping[str, Any]) -> tuple[str, ...]:
    given = row["answers"] if row.get("answers") is not None else row.get("answer")
    if isinstance(given, dict):
        given = given.get("text")
    listed = [given] if isinstance(given, str | int | float) else given
    if not isinstance(listed, list | None):
        raise ValueError(f"`answers` must be a list of strings, not {given!r}")
    answers = tuple(dict.fromkeys(_answer(item) for item in listed or []))
    impossible = _flag(row, "unanswerable") or _flag(row, "is_impossible")
    if impossible and answers:
        raise ValueError("it is marked unanswerable, and has answers; take one of them away")
    if listed is None and not impossible:
        raise ValueError('it has no `answers`; give some, or mark it with "unanswerable": true')
    return answers


def _answer(item: Any) -> str:
    text = item.get("text") if isinstance(item, dict) else item
    if isinstance(text, int | float) and not isinstance(text, bool):
        text = str(text)
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f'an answer must be text, not {text!r}; an unanswerable question has "unanswerable": true')
    return text.strip()


def _evidence(row: Mapping[str, Any]) -> tuple[Evidence, ...]:
    listed = row.get("evidence")
    if listed is None:
        return (_piece(row),) if _text(row, "document") else ()
    items = [listed] if isinstance(listed, dict) else listed
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError("`evidence` must be a list of objects with `document` and `quote` or `span`")
    home = _text(row, "document")
    return tuple(_piece({"document": home, **item}) for item in items)


def _piece(item: Mapping[str, Any]) -> Evidence:
    document, quote, span = _text(item, "document"), _text(item, "quote"), item.get("span")
    if not document:
        raise ValueError("a piece of evidence names no `document`")
    start, end = _offsets(span) if span is not None else (None, None)
    return Evidence(document=document, start=start, end=end, quote=quote or None)


def _offsets(span: Any) -> tuple[int, int]:
    numbers = span if isinstance(span, list) else []
    whole = [number for number in numbers if isinstance(number, int) and not isinstance(number, bool)]
    if len(numbers) != 2 or len(whole) != 2 or not 0 <= whole[0] < whole[1]:
        raise ValueError(f"`span` must be [start, end] in characters with 0 <= start < end, not {span!r}")
    return whole[0], whole[1]


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"`{key}` must be text, not {value!r}")
    return value.strip()


def _flag(row: Mapping[str, Any], key: str) -> bool:
    value = row.get(key)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise ValueError(f"`{key}` must be true or false, not {value!r}")
