"""Finds personal data by its form: patterns, checksums, and the words beside it. Names of persons are not looked for.

Where the form alone would find too much (a bare number, any date), a word that says what it is must stand near. In an
answer, the kinds of ``published`` may stand where a retrieved passage holds them word for word: the office's phone
number is what was asked for, a number that only the model knows is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from steep.kinds import Check
from steep.values import Finding
from steep_plugins.guardrails.checksums import dni, global_address, iban, luhn, nir
from steep_plugins.guardrails.rewriting import settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from steep.kinds import GuardRequest

__all__ = ["PersonalData"]

_BEFORE, _AFTER = 48, 14


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """``near`` is what must stand within a few words before the value, ``unless`` what must not stand right before."""

    kind: str
    pattern: re.Pattern[str]
    valid: Callable[[str], bool] = lambda value: True
    near: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    score: float = 1.0


def _compact(value: str) -> str:
    return re.sub(r"[ -]", "", value)


def _digits(value: str) -> str:
    return re.sub(r"\D", "", value)


def _near(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})(?:\b|(?<=#))", re.IGNORECASE)


# by first digit: Mastercard's newer range, Diners and Amex and JCB, Visa, Mastercard and Maestro, Discover and Maestro
_CARD_LENGTHS = {"2": (16,), "3": (14, 15, 16), "4": (13, 16, 19), "5": range(12, 20), "6": range(12, 20)}


def _is_card(value: str) -> bool:
    digits = _digits(value)
    return len(digits) in _CARD_LENGTHS.get(digits[0], ()) and len(set(digits)) > 1 and luhn(digits)


def _is_phone(value: str) -> bool:
    return 7 <= len(_digits(re.split(r"[xX]|ext", value)[0])) <= 15 and not _DATE.fullmatch(value.strip())


def _is_address(value: str) -> bool:
    groups = [each for each in value.split(":") if each]
    return ("." in value or (len(groups) >= 3 and any(each.isdigit() for each in value))) and global_address(value)


_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)

_FORMS = (
    _Form(
        kind="email",
        pattern=re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24}(?![\w@])"),
    ),
    _Form(
        kind="iban",
        pattern=re.compile(
            r"(?<!\w)[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?(?!\w)", re.ASCII
        ),
        valid=lambda value: iban(_compact(value)),
    ),
    _Form(kind="card", pattern=re.compile(r"(?<![\w.+-])\d(?:[ -]?\d){11,18}(?![\w-])", re.ASCII), valid=_is_card),
    _Form(
        kind="ip",
        pattern=re.compile(
            r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)|"
            r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{1,4}(?![\w:])",
            re.ASCII,
        ),
        valid=_is_address,
        unless=re.compile(r"\b(?:v|version|release|build)\W{0,3}$", re.IGNORECASE),
    ),
    _Form(
        kind="national-id",
        pattern=re.compile(r"(?<![\w-])(?!000|666|9)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\w-])", re.ASCII),
    ),
    _Form(
        kind="national-id",
        pattern=re.compile(r"(?<![\w-])(?!000|666|9)\d{9}(?![\w-])", re.ASCII),
        near=_near(r"ssn|social security"),
    ),
    _Form(
        kind="national-id",
        pattern=re.compile(r"(?<!\w)[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)", re.ASCII),
        near=_near(r"national insurance|nino|ni number"),
    ),
    _Form(
        kind="national-id",
        pattern=re.compile(r"(?<!\w)\d{8}[A-Za-z](?!\w)", re.ASCII),
        near=_near(r"dni|nif|documento"),
        valid=dni,
    ),
    _Form(
        kind="national-id",
        pattern=re.compile(r"(?<!\w)[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3} ?\d{2}(?!\w)", re.ASCII),
        valid=lambda value: nir(_compact(value)),
    ),
    _Form(
        kind="driver-license",
        pattern=re.compile(r"(?<!\w)[A-Za-z]{0,2}\d{5,14}[A-Za-z]?(?!\w)", re.ASCII),
        near=_near(r"driver'?s?'? licen[cs]e|driving licen[cs]e|licen[cs]e number|"
            r"führerschein(?:nummer)?|permis de conduire"),
        score=0.8,
    ),
    _Form(
        kind="passport",
        pattern=re.compile(r"(?<!\w)(?=[A-Za-z]{0,3}\d)[A-Za-z0-9]{6,9}(?!\w)", re.ASCII),
        near=_near(r"passport|reisepass(?:nummer)?|passeport|pasaporte|paspoort"),
        valid=lambda value: sum(each.isdigit() for each in value) >= 5,
        score=0.8,
    ),
    _Form(
        kind="birth-date",
        pattern=re.compile(
            rf"(?<![\w/.-])(?:{_DATE.pattern}|\d{{1,2}}(?:st|nd|rd|th)?\.? (?:of )?{_MONTH},? \d{{4}}|"
            rf"{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})(?![\w/])",
            re.IGNORECASE | re.ASCII,
        ),
        near=_near(r"born|birth|birthday|birthdate|dob|d\.o\.b|geboren|geburtsdatum|geb|"
            r"née?|naissance|nacid[oa]|nacimiento"),
        score=0.9,
    ),
    _Form(
        kind="phone",
        pattern=re.compile(r"(?<![\w.+/-])\+\d(?:[ ()./-]{0,2}\d){6,14}(?:\s?(?:x|ext\.?)\s?\d{1,6})?(?!\w)", re.ASCII),
        valid=_is_phone,
    ),
    _Form(
        kind="phone",
        pattern=re.compile(
            r"(?<![\w.+/-])(?:(?:\+|00|001[ .-])?1?[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?:\s?(?:x"
            r"|ext\.?)\s?\d{1,6})?(?![\w-])",
            re.ASCII,
        ),
        valid=_is_phone,
        score=0.8,
    ),
    _Form(
        kind="phone",
        pattern=re.compile(
            r"(?<![\w.+/-])[(+]?\d(?:[ ()./-]{0,2}\d){6,14}(?:\s?(?:x|ext\.?)\s?\d{1,6})?(?!\w|-\d)", re.ASCII
        ),
        near=_near(
            r"phone|telephone|tel|mobile|cell|call|calling|dial|fax|hotline|office|whatsapp|sms|text me|reach"
            r"|contact|answering|"
            r"ring|telefon|handy|téléphone|móvil|teléfono|phone number|my number|landline|extension"
        ),
        valid=_is_phone,
        score=0.7,
    ),
)  # fmt: skip


class PersonalData:
    """Passes a text without personal data of the given kinds, or any; ``rewritten`` has placeholders like [EMAIL]."""

    stages: tuple[str, ...] = ("input", "passages", "output")
    on_fail: Literal["allow", "rewrite", "refuse", "escalate"] = "rewrite"

    def __init__(self, *, kinds: Sequence[str] | None = None, published: Sequence[str] = ()) -> None:
        self._forms = tuple(form for form in _FORMS if kinds is None or form.kind in kinds)
        self._published = frozenset(published)

    def check(self, request: GuardRequest) -> Check:
        if request.stage == "passages":
            return _checked(
                [found for hit in request.hits for found in self._in(hit.passage.text, hit.passage.id)], None
            )
        allowed = [hit.passage.text for hit in request.hits] if request.stage == "output" else []

        def find(text: str) -> list[Finding]:
            return [
                each for each in self._in(text) if not self._is_published(text[each.start : each.end], each, allowed)
            ]

        findings = find(request.text)
        rewritten = settled(request.text, find, _placeholder) if findings else None
        return _checked(findings, rewritten)

    def _in(self, text: str, passage: str | None = None) -> list[Finding]:
        taken = bytearray(len(text))
        findings: list[Finding] = []
        for form in self._forms:
            for found in form.pattern.finditer(text):
                start, end = found.span()
                if any(taken[start:end]) or not form.valid(found[0]) or not _is_near(form, text, start, end):
                    continue
                taken[start:end] = b"\1" * (end - start)
                findings.append(Finding(rule=form.kind, start=start, end=end, score=form.score, passage=passage))
        return sorted(findings, key=lambda each: each.start)

    def _is_published(self, value: str, found: Finding, passages: Iterable[str]) -> bool:
        return found.rule in self._published and any(value in text for text in passages)


def _is_near(form: _Form, text: str, start: int, end: int) -> bool:
    if form.unless is not None and form.unless.search(text[max(0, start - 14) : start]):
        return False
    if form.near is None:
        return True
    around = text[max(0, start - _BEFORE) : start] + " " + (text[end : end + _AFTER] if form.kind == "phone" else "")
    return form.near.search(around) is not None


def _placeholder(found: Finding) -> str:
    return f"[{found.rule.upper()}]"


def _checked(findings: Sequence[Finding], rewritten: str | None) -> Check:
    if not findings:
        return Check(passed=True)
    kinds = ", ".join(sorted({found.rule for found in findings}))
    return Check(passed=False, reason=f"personal data: {kinds}", findings=tuple(findings), rewritten=rewritten)
