"""Bodies of requests as OpenAPI shows them: by the names that are sent, and without keys that are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litestar.openapi.spec import Schema
from litestar.plugins.pydantic import PydanticSchemaPlugin
from litestar.typing import FieldDefinition
from pydantic import RootModel

if TYPE_CHECKING:
    from litestar._openapi.schema_generation import SchemaCreator

__all__ = ["Schemas"]


class Schemas(PydanticSchemaPlugin):
    """As the framework describes a pydantic model, but for what that leaves out: forbidden keys, and root models."""

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
        return schema
