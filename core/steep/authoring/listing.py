"""What is offered here, by whom and with which options, as plain data for tables and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python

from steep.errors import AmbiguousName, PluginNotFound
from steep.kinds import KINDS
from steep.validation import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.hooks import Offer, Offered, Origin, Plugins


def listed(plugins: Plugins, kind: str | None = None) -> dict[str, Any]:
    """Every offer, or those of one kind; beside them the plugins that broke and those that were not admitted."""
    if kind is not None and kind not in KINDS:
        raise PluginNotFound(f"there is no kind of part named {kind!r}; {nearest(kind, KINDS)}")
    offers = [each for name in KINDS if kind in (None, name) for each in plugins.offers(name)]
    return {
        "offers": [_offer(plugins, each) for each in offers],
        "broken": [{**_origin(each.origin), "error": each.said} for each in plugins.broken],
        "skipped": [_origin(each) for each in plugins.skipped],
    }


def shown(plugins: Plugins, name: str, kind: str | None = None) -> list[dict[str, Any]]:
    """The offers that a name means: a part's, qualified or not, of any kind or of one, or all of a plugin's."""
    offers = listed(plugins, kind)["offers"]
    named = [each for each in offers if name in (each["name"], each["qualified"])]
    found = named or [each for each in offers if name in (each["plugin"], each["distribution"])]
    if not found:
        known = {each[key] for each in offers for key in ("name", "plugin")}
        raise PluginNotFound(f"no part and no plugin here is named {name!r}; {nearest(name, known)}")
    return found


def options_of(offer: Offer[Any]) -> list[dict[str, Any]]:
    """An offer's options: key, JSON type, default (absent where the key is required) and description."""
    described: list[dict[str, Any]] = []
    properties = offer.config.model_json_schema().get("properties", {})
    for name, field in offer.config.model_fields.items():
        key = field.alias or name
        option: dict[str, Any] = {"key": key, "type": _type(properties.get(key, {})), "required": field.is_required()}
        if not field.is_required():
            option["default"] = to_jsonable_python(field.get_default(call_default_factory=True), fallback=repr)
        option["description"] = field.description or ""
        described.append(option)
    return described


def _offer(plugins: Plugins, offered: Offered) -> dict[str, Any]:
    use = offered.offer.name if _means(plugins, offered) else offered.qualified
    return {
        "kind": offered.kind,
        "name": offered.offer.name,
        "qualified": offered.qualified,
        "use": use,
        "summary": offered.offer.summary,
        **_origin(offered.origin),
        "handles": list(offered.offer.handles),
        "table": _table(offered.kind, use),
        "options": _options_or_fault(offered.offer),
    }


def _table(kind: str, use: str) -> str:
    """How steep.toml names it. A reader is named by a key, which is quoted where it is no plain word."""
    table = KINDS[kind].table
    return table.replace("NAME", f'"{use}"' if ":" in use and ".NAME]" in table and "use" not in table else use)


def _means(plugins: Plugins, offered: Offered) -> bool:
    """Whether the short name is enough."""
    try:
        return plugins.find(offered.kind, offered.offer.name) is offered
    except AmbiguousName:
        return False


def _options_or_fault(offer: Offer[Any]) -> list[dict[str, Any]]:
    try:
        return options_of(offer)
    except Exception as error:  # a stranger's config; `steep plugins check` explains
        return [{"key": "?", "type": "?", "required": False, "description": f"not readable: {error}"}]


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "plugin": origin.plugin,
        "distribution": origin.distribution,
        "version": origin.version,
        "builtin": origin.builtin,
    }


def _type(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(each) for each in schema["anyOf"]))
    if schema.get("type") == "array":
        return f"array of {_type(schema.get('items', {}))}"
    if "$ref" in schema:
        return "table"
    return str(schema.get("const", schema.get("type", "any")))
