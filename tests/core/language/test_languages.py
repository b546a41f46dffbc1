"""Which languages are known, and which one a text is in."""

import pytest

from steep.language import language, language_of, usual

TEXTS = {
    "en": "The harbour office opens at eight in the morning. Boats longer than twelve metres pay the higher fee.",
    "de": "Das Hafenbüro öffnet um acht Uhr morgens. Boote von mehr als zwölf Metern zahlen die höhere Gebühr.",
    "fr": "Le bureau du port ouvre à huit heures du matin. Les bateaux de plus de douze mètres paient davantage.",
    "es": "La oficina del puerto abre a las ocho de la mañana. Los barcos de más de doce metros pagan más.",
    "it": "L'ufficio del porto apre alle otto del mattino. Le barche oltre i dodici metri pagano di più.",
    "pl": "Biuro portu otwiera się o ósmej rano. Łodzie dłuższe niż dwanaście metrów płacą więcej.",
    "ja": "港の事務所は朝八時に開きます。十二メートルを超える船は高い料金を払います。",
}


@pytest.mark.parametrize("code", TEXTS)
def test_a_text_tells_its_language(code):
    assert language_of(TEXTS[code]).code == code


@pytest.mark.parametrize("text", ["", "12 EUR", "M3", "https://example.org/der/die/das", "`ls -la`", "\x00\ud800"])
def test_too_few_words_tell_none(text):
    assert language_of(text) == language("")


def test_code_and_addresses_tell_nothing():
    assert language_of(f"{TEXTS['de']} `the quick brown fox is here` https://example.org/the-office").code == "de"


def test_a_language_is_found_by_code_or_name():
    assert language("de") == language("German") == language("german")
    assert language("nb").name == "Norwegian"
    assert (language("pl").name, language("pl").stemmer) == ("Polish", "")
    assert language("").name == "no known language"


def test_every_language_with_stems_has_stop_words_or_says_so():
    without = {code for code in ("da", "de", "en", "es", "fr", "it", "nl", "no", "pt", "ru", "sv", "tr")
               if not language(code).stop_words}  # fmt: skip
    assert without == set()


def test_the_usual_one_is_english_and_shortens_nothing_that_english_writes_out():
    assert usual() == language("en")
    assert usual().stop_words == language("en").stop_words
    assert not usual().leading & {"m", "me", "art", "s", "min", "max"}
