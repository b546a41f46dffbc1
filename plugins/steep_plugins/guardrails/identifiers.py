"""Numbers that states, banks and issuers give, as a table: the form, the check, and the words beside it.

The checks are python-stdnum's: check digits, dates within, ranges never given out. Where a form and its check still fit
too many other numbers, a word that says what it is must stand near. By hand are only those for which there is no
published check (passports, driving licences, the British insurance number) and the lengths that card issuers use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["IDENTIFIERS", "Form", "near"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """``near`` is what must stand within a few words before the value, ``unless`` what must not stand right before."""

    kind: str
    pattern: re.Pattern[str]
    valid: Callable[[str], bool] = lambda value: True
    near: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    score: float = 1.0

    @property
    def identifies(self) -> bool:
        """Whether it is one of the numbers of this table, all of which have some digits."""
        return self.kind in _KINDS


def near(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})(?:\b|(?<=#))", re.IGNORECASE)


def _registered(module: str, form: str, words: str = "") -> Form:
    """A national id: python-stdnum's module, the form it is written in, and the words that must stand near, if any."""
    return Form(
        kind="national-id",
        pattern=re.compile(rf"(?<![\w-]){form}(?![\w-])", re.ASCII | re.IGNORECASE),
        valid=lambda value: _checked(module)(value),
        near=near(words) if words else None,
    )


@cache
def _checked(module: str) -> Callable[[str], bool]:
    """The check of a module of python-stdnum, which is imported when a number of its form is first seen."""
    found: Callable[[str], bool] = import_module(f"stdnum.{module}").is_valid
    return found


# by first digit: Mastercard's newer range, Diners and Amex and JCB, Visa, Mastercard and Maestro, Discover and Maestro
_CARD_LENGTHS = {"2": (16,), "3": (14, 15, 16), "4": (13, 16, 19), "5": range(12, 20), "6": range(12, 20)}


def _is_card(value: str) -> bool:
    digits = re.sub(r"\D", "", value)
    return len(digits) in _CARD_LENGTHS.get(digits[0], ()) and len(set(digits)) > 1 and _checked("luhn")(digits)


_CARD = r"(?<![\w.+-])(?:\d{12,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5})(?![\w-])"
_NATIONAL = (
    _registered("us.ssn", r"\d{3}([- ])\d{2}\1\d{4}"),
    _registered("us.ssn", r"\d{9}", r"ssn|social security"),
    _registered("us.itin", r"9\d{2}[- ]\d{2}[- ]\d{4}"),
    _registered("gb.nhs", r"\d{3}[ -]?\d{3}[ -]?\d{4}", r"nhs"),
    _registered("fr.nir", r"[12] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}"),
    _registered("es.dni", r"\d{8}-?[A-Z]", r"dni|nif|documento"),
    _registered("es.nie", r"[XYZ]-?\d{7}-?[A-Z]"),
    _registered("it.codicefiscale", r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]"),
    _registered("mx.curp", r"[A-Z]{4}\d{6}[HM][A-Z]{5}[0-9A-Z]\d"),
    _registered("ch.ssn", r"756\.\d{4}\.\d{4}\.\d{2}"),
    _registered("fi.hetu", r"\d{6}[-+A]\d{3}[0-9A-Z]"),
    _registered("kr.rrn", r"\d{6}-\d{7}"),
    _registered("br.cpf", r"\d{3}\.\d{3}\.\d{3}-\d{2}"),
    _registered("cn.ric", r"\d{17}[\dX]"),
    _registered("de.idnr", r"\d{2} ?\d{3} ?\d{3} ?\d{3}", r"steuer(?:liche)?[- ]?(?:id|identifikations\w{0,12})|idnr"),
    _registered("at.vnr", r"\d{4} ?\d{6}", r"sozialversicherungs\w{0,8}|svnr|sv-nummer"),
    _registered("nl.bsn", r"\d{9}", r"bsn|burgerservicenummer|sofinummer"),
    _registered(
        "be.nn", r"\d{2}\.?\d{2}\.?\d{2}-?\d{3}[-.]?\d{2}", r"rijksregister\w{0,8}|registre national|niss|insz"
    ),
    _registered("se.personnummer", r"(?:\d{2})?\d{6}[-+]?\d{4}", r"personnummer|personal (?:identity )?number"),
    _registered("no.fodselsnummer", r"\d{6} ?\d{5}", r"fødselsnummer|fodselsnummer|national identity number"),
    _registered("dk.cpr", r"\d{6}[- ]?\d{4}", r"cpr|personnummer"),
    _registered("pl.pesel", r"\d{11}", r"pesel"),
    _registered("cz.rc", r"\d{6}/?\d{3,4}", r"rodné číslo|rodne cislo"),
    _registered("ro.cnp", r"\d{13}", r"cnp|cod numeric personal"),
    _registered("ca.sin", r"\d{3}[- ]?\d{3}[- ]?\d{3}", r"sin|social insurance"),
    _registered("au.tfn", r"\d{3} ?\d{3} ?\d{2,3}", r"tfn|tax file number"),
    _registered("in_.aadhaar", r"\d{4} ?\d{4} ?\d{4}", r"aadhaar|aadhar|uidai"),
    _registered("in_.pan", r"[A-Z]{5}\d{4}[A-Z]", r"pan|permanent account number"),
    _registered("tr.tckimlik", r"\d{11}", r"kimlik|tckn|tc no"),
    _registered("za.idnr", r"\d{13}", r"id number|identity number|south african id"),
    _registered("br.cpf", r"\d{11}", r"cpf"),
    _registered("ie.pps", r"\d{7}[A-W][A-IW]?", r"pps|ppsn"),
    _registered("hr.oib", r"\d{11}", r"oib"),
    _registered("gr.amka", r"\d{11}", r"amka|αμκα"),
    _registered("lt.asmens", r"\d{11}", r"asmens kodas"),
    _registered("ee.ik", r"\d{11}", r"isikukood"),
    Form(
        kind="national-id",
        pattern=re.compile(r"(?<!\w)[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)", re.ASCII),
        near=near(r"national insurance|nino|ni number"),
    ),
)

_KINDS = frozenset(("iban", "card", "national-id", "driver-license", "passport"))

IDENTIFIERS: tuple[Form, ...] = (
    Form(
        kind="iban",
        pattern=re.compile(
            r"(?<!\w)[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?(?!\w)", re.ASCII
        ),
        valid=lambda value: _checked("iban")(value),
    ),
    Form(kind="card", pattern=re.compile(_CARD, re.ASCII), valid=_is_card),
    *_NATIONAL,
    Form(
        kind="driver-license",
        pattern=re.compile(r"(?<!\w)[A-Za-z]{0,2}\d{5,14}[A-Za-z]?(?!\w)", re.ASCII),
        near=near(
            r"driver'?s?'? licen[cs]e|driving licen[cs]e|licen[cs]e number|führerschein(?:nummer)?|permis de conduire|"
            r"patente di guida|carnet de conducir|rijbewijs"
        ),
        score=0.8,
    ),
    Form(
        kind="passport",
        pattern=re.compile(r"(?<!\w)(?=[A-Za-z]{0,3}\d)[A-Za-z0-9]{6,9}(?!\w)", re.ASCII),
        near=near(r"passport|reisepass(?:nummer)?|passeport|pasaporte|passaporto|paspoort|passaporte"),
        valid=lambda value: sum(each.isdigit() for each in value) >= 5,
        score=0.8,
    ),
)
