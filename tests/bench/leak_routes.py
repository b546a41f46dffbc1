"""Every route that the application has, and what it takes, as its own signatures say."""

from __future__ import annotations

import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from litestar.enums import RequestEncodingType
from pydantic import BaseModel, RootModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from litestar import Litestar

__all__ = ["Route", "models_of", "routes_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    method: str
    path: str
    parameters: tuple[str, ...] = ()
    body: Any = None
    as_form: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def routes_of(application: Litestar) -> list[Route]:
    """Every route, but for the OPTIONS that the framework answers itself."""
    found = []
    for route in application.routes:
        handlers = getattr(route, "route_handlers", None)
        if handlers is None:
            found.append(Route(method="*", path=route.path))
            continue
        for handler in handlers:
            taken = handler.parsed_fn_signature.parameters
            data = taken.get("data")
            names = tuple(name for name in taken if name not in ("request", "state", "data", "scope"))
            form = data is not None and data.kwarg_definition.media_type == RequestEncodingType.URL_ENCODED
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                body = data.annotation if data else None
                found.append(Route(method=method, path=route.path, parameters=names, body=body, as_form=form))
    return found


def models_of(body: Any) -> Sequence[type[BaseModel]]:
    """The models that a body may be of."""
    if body is None:
        return ()
    if issubclass(body, RootModel):
        return typing.get_args(body.model_fields["root"].annotation)
    return (body,)
