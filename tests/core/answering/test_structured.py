"""JSON that was asked for: whether it fits its schema, and which of its values are of the documents."""

import pytest

from steep.answering.structured import Form, listed, values
from steep.errors import Misfit, Unable

PRICE = {"type": "object", "properties": {"price": {"type": "number"}}, "required": ["price"]}


def test_what_fits_its_schema_passes():
    Form(PRICE).check('{"price": 12.5, "unit": "EUR"}')


@pytest.mark.parametrize(
    "text", ['{"price": "twelve"}', '{"cost": 12}', "[12]", "It costs 12.", '{"price": NaN}', '{"price": 12', ""]
)
def test_what_does_not_fit_is_a_misfit_that_tells_nothing_of_its_words(text):
    with pytest.raises(Misfit, match="JSON schema was asked for") as caught:
        Form(PRICE).check(text)
    assert "twelve" not in str(caught.value)


def test_a_misfit_says_where_it_does_not_fit():
    with pytest.raises(Misfit, match=r"\$\.price is not as its `type` says"):
        Form(PRICE).check('{"price": "twelve"}')


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nonsense"},
        {"properties": 3},
        {"$ref": "https://127.0.0.1:9/never-fetched.json"},
        {"$ref": "#/nowhere"},
        {"$ref": "#"},
    ],
)
def test_a_schema_that_is_none_is_refused_and_none_is_fetched(schema):
    with pytest.raises(Unable) as caught:
        Form(schema).check("{}")
    assert caught.value.setting == "schema"


def test_a_pattern_without_end_is_given_up():
    hard = {"type": "string", "pattern": "^(a|aa)+$"}
    with pytest.raises(Unable, match="in the time there is"):
        Form(hard).check('"' + 60 * "a" + '!"')
    Form(hard).check('"aaa"')
    with pytest.raises(Misfit, match="schema"):
        Form(hard).check('"b"')


def test_names_of_fields_by_pattern_are_left_to_the_model():
    Form({"patternProperties": {"^(a|aa)+$": {}}, "additionalProperties": False}).check('{"' + 60 * "a" + '!": 1}')


def test_what_a_schema_lists_is_known_wherever_it_stands():
    schema = {"$defs": {"x": {"enum": ["low", 3]}}, "anyOf": [{"items": {"const": "far"}}, {"enum": "no list"}]}
    assert listed(schema) >= {"low", "3", "far"}
    assert "n" not in listed(schema)
    assert listed(None) == frozenset()


def told(text, *chosen):
    return [(each.field, each.words, text[each.start : each.end]) for each in values(text, frozenset(chosen))]


def test_values_are_told_with_their_fields_and_where_they_stand():
    text = '{"dayTicket": {"the_price": 12.5}, "open": ["Mon: 9", "low"], "dogs": true, "note": null, "e": 3e2}'
    assert told(text, "low") == [
        ("the price", ("12.5", "12.50"), "12.5"),
        ("open", ("Mon: 9",), '"Mon: 9"'),
        ("open", (), '"low"'),
        ("dogs", (), "true"),
        ("note", (), "null"),
        ("e", ("3e2", "300", "300.0", "300.00"), "3e2"),
    ]


def test_an_escaped_mark_ends_no_value():
    assert told(r'{"a": "say \"no\": 5", "b": -1}') == [
        ("a", ('say "no": 5',), r'"say \"no\": 5"'),
        ("b", ("-1", "-1.0", "-1.00"), "-1"),
    ]


@pytest.mark.parametrize("text", ["It costs 12.", '{"price": 12', "12", '"twelve"'])
def test_what_is_no_object_and_no_list_is_not_json(text):
    assert values(text) is None
