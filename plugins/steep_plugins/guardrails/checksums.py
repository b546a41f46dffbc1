"""Checks whether digits are what they look like: the right form with a wrong checksum is some other number."""

from __future__ import annotations

import ipaddress

__all__ = ["dni", "global_address", "iban", "luhn", "nir"]

# ISO 13616 registry: how long an IBAN of a country is
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SD": 18,
    "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22,
    "VG": 24, "XK": 20,
}  # fmt: skip
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: payment cards."""
    doubled = [int(each) for each in reversed(digits)]
    return sum(sum(divmod(2 * each, 10)) if place % 2 else each for place, each in enumerate(doubled)) % 10 == 0


def iban(text: str) -> bool:
    """ISO 13616: the country's length, and 1 modulo 97 when letters count 10 to 35 and the first four go last."""
    plain = text.upper()
    if _IBAN_LENGTHS.get(plain[:2]) != len(plain):
        return False
    return int("".join(str(int(each, 36)) for each in plain[4:] + plain[:4])) % 97 == 1


def nir(digits: str) -> bool:
    """The French social security number: 13 digits and a key, 97 minus their remainder modulo 97."""
    return len(digits) == 15 and int(digits[13:]) == 97 - int(digits[:13]) % 97


def dni(text: str) -> bool:
    """The Spanish identity number: eight digits and the letter at their remainder modulo 23."""
    return text[:8].isdigit() and text[8:].upper() == _DNI_LETTERS[int(text[:8]) % 23]


def global_address(text: str) -> bool:
    """Whether a text is an IP address of the public internet: loopback, private and example addresses are nobody's."""
    try:
        return ipaddress.ip_address(text).is_global
    except ValueError:
        return False
