"""Where a person can be reached, as forms: e-mail, written out too, addresses of machines, of houses, days of birth.

E-mail addresses spelled in words, streets and dates of birth have no library that finds them in running text without a
model of names, so these are by hand: what they find is stated beside what they miss in the README.
"""

from __future__ import annotations

import ipaddress
import re
from functools import partial

from steep_plugins.guardrails.identifiers import Form, near

__all__ = ["CONTACTS"]

_EMAIL = r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24}(?![\w@])"
# "jo dot lind at example dot org", "jo (at) example [dot] org": the last part says that it is no sentence
_AT, _DOT = (
    r"(?: ?[(\[{<] ?(?:at|ät) ?[)\]}>] ?| (?:at|ät) )",
    r"(?: ?[(\[{<] ?(?:dot|punkt) ?[)\]}>] ?| (?:dot|punkt) )",
)
_NAME = r"[A-Za-z0-9_+-]{1,40}"
_ENDING = (
    r"(?:com|org|net|edu|gov|mil|int|info|biz|name|io|co|dev|app|ai|eu|uk|de|fr|es|nl|ch|se|dk|fi|pl|cz|pt|ie|au|ca|us|"
    r"nz|jp|cn|br|ru|kr|tr|example|test)"
)
_SPELLED = (
    rf"(?<![\w.@]){_NAME}(?:(?:{_DOT}|\.){_NAME}){{0,3}}{_AT}"
    rf"{_NAME}(?:(?:{_DOT}|\.){_NAME}){{0,2}}(?:{_DOT}){_ENDING}(?!\w)"
    rf"|(?<![\w.@]){_NAME}(?:\.{_NAME}){{0,3}} ?[(\[{{<] ?(?:at|ät) ?[)\]}}>] ?"
    rf"{_NAME}(?:\.{_NAME}){{0,2}}\.{_ENDING}(?!\w)"
)

_IP = (
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)|"
    r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{1,4}(?![\w:])"
)
# "5.1.1.2" is a chapter as often as it is an address
_SMALL = r"(?<![\w.])\d(?:\.\d){3}(?![\w.])"
_INNER = tuple(
    ipaddress.ip_network(each)
    for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7",
                 "fe80::/10")
)  # fmt: skip

# what a street is called, before its name (Romance, Slavic) or after it (Germanic)
_STREET_AFTER = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|boulevard|blvd|square|sq|terrace|parkway|pkwy|highway|"
    r"crescent|close|place|pl|way|row|quay|trail|circle|mews|grove|gardens|hill|walk|wharf)"
)
_STREET_BEFORE = (
    r"(?:rue|avenue|boulevard|place|allée|impasse|quai|chemin|via|viale|piazza|corso|vicolo|calle|avenida|plaza|paseo|"
    r"carrer|rua|travessa|praça|ulica|ul\.|ulitsa)"
)
_NAME_WORD = r"(?:[A-ZÀ-ÖØ-Þ][a-zß-ÿ'’.][\w'’.-]{0,24}|\d{1,3}(?:st|nd|rd|th))"
_HOUSE = r"\d{1,5}[A-Za-z]?(?:[-/]\d{1,4})?"
_UNIT = r"(?i:,? (?:apt|apartment|suite|unit|flat|room)\.? ?#?\w{1,6})?"
_TOWN = (
    r"(?:,?\s{1,2}[A-ZÀ-ÖØ-Þ][\w'’-]{2,24}(?: [A-ZÀ-ÖØ-Þ][\w'’-]{1,24}){0,2})?(?:,? [A-Z]{2})?"
    r"(?:,? \d{4,5}(?:-\d{4})?)?"
)
_STREETS = (
    # 12 Harbour Street, Apt. 3
    rf"(?<![\w.,:/-]){_HOUSE},? (?:[NSEW]\.? )?(?:{_NAME_WORD} ){{1,3}}(?i:{_STREET_AFTER})(?!\w)\.?{_UNIT}{_TOWN}",
    # 12 rue de la Paix; Via Roma 12
    rf"(?<![\w.,:/-]){_HOUSE},? (?i:{_STREET_BEFORE})(?: (?i:de|du|des|della|del|da|do|di|la|le|les|l['’]))"
    rf"{{0,2}} ?{_NAME_WORD}(?: {_NAME_WORD})?",
    rf"(?<!\w)(?i:{_STREET_BEFORE})(?: (?:de|du|della|del|da|do|di|la|le))"
    rf"{{0,2}} {_NAME_WORD}(?: {_NAME_WORD})?,? {_HOUSE}(?![\w.,]\d)",
    # Hafenstraße 12, Kerkstraat 4, Storgatan 7
    rf"(?<!\w)[A-ZÄÖÜÅÆØ][\w-]{{2,30}}(?:straße|strasse|str\.|weg|platz|gasse|allee|ufer|damm|straat|laan|gracht|plein|"
    rf"gatan|gata|gate|vägen|vej|vei|veien|gade|katu|tie|utca|tér) {_HOUSE}(?![\w.,]\d)",
    r"(?<!\w)[Pp]\.? ?[Oo]\.? ?[Bb]ox \d{1,6}(?!\w)",
    # 55 Školní 645, Suite 992, in whatever language
    rf"(?<![\w.,:/-]){_HOUSE},? (?:[^\W\d_][\w'’.-]{{0,24}} ){{1,5}}(?:\d{{1,4}} ?)?,?\s{{0,2}}"
    rf"(?i:apt|apartment|suite|flat)\.? ?\d{{1,5}}(?!\w){_TOWN}",
)
# a number and names after a word that says what they are
_SAID = rf"(?<![\w.,:/-]){_HOUSE},? {_NAME_WORD}(?: {_NAME_WORD}){{0,3}}(?: {_HOUSE})?{_UNIT}"

_DATE = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|"
    r"juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|"
    r"octubre|noviembre|diciembre)"
)
_DAY = (
    rf"(?<![\w/.-])(?:{_DATE}|\d{{1,2}}(?:st|nd|rd|th)?\.? (?:of |de )?{_MONTH},?(?: de)? \d{{4}}|"
    rf"{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})(?![\w/])"
)


def _is_address(value: str, *, inner: bool) -> bool:
    """Whether a text is the address of a machine: of the public internet, or of a network behind a router.

    Loopback addresses, and those kept for examples, are nobody's.
    """
    if re.fullmatch(_SMALL, value) and len(set(value)) > 2:
        return False
    groups = [each for each in value.split(":") if each]
    if "." not in value and not (len(groups) >= 3 and any(each.isdigit() for each in value)):
        return False
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    return any(address in network for network in _INNER) if inner else address.is_global


def _form(kind: str, pattern: str, *, ascii_only: bool = True, **fields: object) -> Form:
    flags = re.ASCII if ascii_only else re.NOFLAG
    return Form(kind=kind, pattern=re.compile(pattern, flags), **fields)  # type: ignore[arg-type]


_VERSIONED = re.compile(r"\b(?:v|version|release|build)\W{0,3}$", re.IGNORECASE)

CONTACTS: tuple[Form, ...] = (
    _form("email", _EMAIL, ascii_only=False),
    _form("email", rf"(?i:{_SPELLED})", score=0.8),
    _form("ip", _IP, valid=partial(_is_address, inner=False), unless=_VERSIONED),
    _form("ip", _SMALL, near=near(r"ip|address(?:es)?|hosts?|dns|servers?|resolvers?|from|ping"), unless=_VERSIONED),
    _form("private-ip", _IP, valid=partial(_is_address, inner=True), unless=_VERSIONED),
    *(_form("address", each, ascii_only=False, score=0.8) for each in _STREETS),
    _form(
        "address",
        _SAID,
        ascii_only=False,
        near=near(r"address|lives? (?:at|in)|living (?:at|in)|home is|moved to|wohnt|wohnhaft|anschrift|adresse|"
                  r"dirección|indirizzo|endereço|adres"),
        score=0.6,
    ),
    _form(
        "address",
        r"(?<![\w-])(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)(?![\w-])",
        near=near(r"zip(?: ?code)?|postal code|post ?code|plz|postleitzahl|code postal|código postal"),
        score=0.8,
    ),
    _form(
        "birth-date",
        rf"(?i:{_DAY})",
        near=near(r"born|birth|birthday|birthdate|dob|d\.o\.b|geboren|geburtsdatum|geb|née?|naissance|nacid[oa]|"
                  r"nacimiento|nascita|nascimento|geboortedatum"),
        score=0.9,
    ),
)  # fmt: skip
