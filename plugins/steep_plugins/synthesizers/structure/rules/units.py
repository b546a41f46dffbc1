"""How quantities are written: numbers in digits or words, with what limits them and their units."""

from __future__ import annotations

import re

_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty|thirty|forty|forty-five|"
    "fifty|sixty|ninety|a hundred"
)
NUMBER = rf"(?:\+|-|−)?(?:\d[\d,]*(?:\.\d+)?|(?:{_WORDS})\b)"
LIMIT = (
    r"(?:(?:at most|at least|up to|no more than|no less than|not more than|no fewer than|more than|less"
    r" than|fewer than|"
    r"about|around|approximately|roughly|a minimum of|a maximum of|a total of|over|under|only|exactly|nearly|almost|"
    r"as much as|as many as|no later than|no longer than|longer than)\s+)"
)
_RANGE = rf"{NUMBER}(?:\s?(?:-|–|to|or)\s?{NUMBER})?"
_TIME_UNIT = (
    r"(?:milliseconds?|seconds?|minutes?|hours?|(?:business|working|calendar|consecutive|week)[ -]?days?|days?|"
    r"pay periods?|weeks?|months?|quarters?|years?|ms|sprints?)"
)
_OTHER_UNIT = (
    r"(?:°\s?[CF]|(?:k|M|G|T)i?B(?:it)?s?\b|(?:kilo|mega|giga|tera)bytes?|bytes?|bits?|characters?|pixels?|px|km|cm|mm|"
    r"m\b|meters?|metres?|miles?|feet|inches|kg|tonnes?|tons?|pounds?|lbs?|liters?|litres?|kW|watts?|volts?|A\b|V\b|"
    r"decibels?|knots?|cubic meters?|mph|words?|pages?)"
)

TIME = re.compile(rf"\b{LIMIT}?(?:(?:a|an|half an?) |{_RANGE}[ -]?)(?P<unit>{_TIME_UNIT})\b(?!-)", re.IGNORECASE)
MONEY = re.compile(
    rf"{LIMIT}?(?:[$€£]\s?\d[\d,]*(?:\.\d+)?(?:\s?(?:million|billion|thousand|[KMB]\b))?|(?:EUR|USD|GBP|CHF)\s\d[\d,.]*\d|"
    rf"\b{NUMBER}\s(?:dollars|euros|pounds|cents)\b)(?: (?:per|a|an) (?:\w+))?",
    re.IGNORECASE,
)
PERCENT = re.compile(rf"{LIMIT}?\b\d[\d.]*\s?(?:%|percent\b|per cent\b)", re.IGNORECASE)
COUNTED = re.compile(
    rf"\b{LIMIT}?(?<![\d$€£.])(?P<number>\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty)\s"
    r"(?P<noun>(?:(?!of\b|and\b|or\b|the\b|to\b|in\b|is\b|are\b)[a-z][a-z-]+\s){0,2}?(?:people|staff|[a-z]{2,}[a-rt-z]s))\b",
)
MEASURE = re.compile(rf"{LIMIT}?{_RANGE}\s?{_OTHER_UNIT}", re.IGNORECASE)
