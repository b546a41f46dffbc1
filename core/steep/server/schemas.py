"""Bodies of requests as OpenAPI shows them: by the names that are sent, with what is refused and every bound."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, OpenAPIType, Operation, Reference, Schema
from litestar.plugins.pydantic import PydanticSchemaPlugin
from litestar.typing import FieldDefinition
from pydantic import BeforeValidator, RootModel, WithJsonSchema
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from litestar._openapi.schema_generation import SchemaCreator

__all__ = ["FILLED", "WORDS", "Schemas", "Streaming", "Truth", "exclusive"]

# something that is no space: also of those that a regex of JavaScript's knows none of, and Python strips
FILLED: dict[str, Any] = {"minLength": 1, "pattern": r"[^\s\x1c-\x1f\x85]"}
# text with something in it; what is empty is refused in the words of whoever needs it
WORDS = WithJsonSchema({"type": "string", **FILLED})

# what JSON Schema calls a bound, and what the framework does
_BOUNDS = {
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "exclusive_minimum",
    "exclusiveMaximum": "exclusive_maximum",
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
    "minItems": "min_items",
    "maxItems": "max_items",
}


def _truth(value: Any) -> Any:
    """What is neither true nor false is refused here: the framework asks for leniency, whatever a field says."""
    if not isinstance(value, bool | None):
        raise PydanticCustomError("truth", "send true or false")
    return value


Truth = Annotated[bool, BeforeValidator(_truth)]


@dataclass
class Streaming(Operation):
    """Says in OpenAPI that what comes back may be server-sent events, where the request asks for that."""

    def __post_init__(self) -> None:
        told = (self.responses or {}).get("200")
        if isinstance(told, OpenAPIResponse):
            streamed = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING))
            told.content = {**(told.content or {}), "text/event-stream": streamed}


class Schemas(PydanticSchemaPlugin):
    """As the framework describes a pydantic model, but for what that leaves out.

    That is forbidden keys, keys that exclude each other (`exclusive`), root models, and the bounds of values that may
    be null or are one of several kinds.
    """

    def __init__(self) -> None:
        super().__init__(prefer_alias=True)

    @classmethod
    def for_pydantic_model(cls, field_definition: FieldDefinition, schema_creator: SchemaCreator) -> Schema:
        model = field_definition.annotation
        if issubclass(model, RootModel):
            root = FieldDefinition.from_annotation(model.model_fields["root"].annotation)
            described = schema_creator.for_field_definition(root)
            return described if isinstance(described, Schema) else Schema(all_of=[described])
        schema = super().for_pydantic_model(field_definition, schema_creator)
        if model.model_config.get("extra") == "forbid":
            schema.additional_properties = False
        whole = model.model_json_schema(by_alias=True)
        if "not" in whole:
            schema.schema_not = _plain(whole["not"])
        told = whole.get("properties", {})
        schema.properties = {
            name: _bounded(known, told.get(name, {})) if isinstance(known, Schema) else known
            for name, known in (schema.properties or {}).items()
        }
        return schema


def exclusive(one: str, other: str) -> dict[str, Any]:
    """Says of a body in OpenAPI that a list with something in it and a text exclude each other."""
    values = {one: {"minItems": 1}, other: {"type": "string"}}
    return {"not": {"required": [one, other], "properties": values}}


def _plain(told: Mapping[str, Any]) -> Schema:
    """A schema of `exclusive` as the framework writes it."""
    described: dict[str, Schema | Reference] = {
        name: Schema(min_items=value.get("minItems"), type=OpenAPIType(value["type"]) if "type" in value else None)
        for name, value in told["properties"].items()
    }
    return Schema(required=told["required"], properties=described)


def _bounded(schema: Schema, told: Mapping[str, Any]) -> Schema:
    """A schema with the bounds that pydantic tells of the same value; ``schema`` itself may be others' too."""
    if schema.one_of:
        kinds = {each.get("type"): each for each in told.get("anyOf", ())}
        parts = [
            _bounded(each, kinds.get(getattr(each.type, "value", None), {})) if isinstance(each, Schema) else each
            for each in schema.one_of
        ]
        return replace(schema, one_of=parts)
    bounds = {ours: told[theirs] for theirs, ours in _BOUNDS.items() if theirs in told}
    if isinstance(schema.items, Schema) and "items" in told:
        bounds["items"] = _bounded(schema.items, told["items"])
    return replace(schema, **bounds) if bounds else schema
