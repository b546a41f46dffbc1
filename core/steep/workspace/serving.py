"""[access], [serve] and [limits]: who may see what, where the server listens, and how much one caller may ask."""

from __future__ import annotations

import ipaddress
import re

from pydantic import Field, field_validator, model_validator

from steep.values import Scope  # noqa: TC001  # pydantic reads it
from steep.workspace.sections import Name, Section


class AccessSection(Section):
    groups: dict[Name, list[str]] = Field(
        default={}, description="globs by group: only callers of the group see these documents; others are for all"
    )
    files: bool = Field(
        True, description="heed files named .steep-access: a group a line, for the folder that such a file is in"
    )


class ServeSection(Section):
    host: str = Field("127.0.0.1", description="the address to listen on; 0.0.0.0 is reached from other machines")
    port: int = Field(8000, ge=0, le=65535, description="0 takes a free one")
    hosts: list[str] = Field(
        default=[], description="names to answer to, beside localhost; none: all, where others reach it"
    )
    cors: list[str] = Field(default=[], description="other sites whose pages may call: https://intranet.example")
    session_hours: float = Field(12, gt=0, description="who signs in on the page stays signed in for so long")
    trusted_header: str = Field(
        "", pattern=r"^[A-Za-z0-9-]*$", description="who asks, as a proxy that signs people in says: X-Remote-User"
    )
    trusted_groups: str = Field(
        "", pattern=r"^[A-Za-z0-9-]*$", description="the header with their groups, separated by commas"
    )
    trusted_scope: Scope = Field("ask", description="what they may do: ask, edit, operate or admin")
    trusted_scopes: dict[str, Scope] = Field(
        default={}, description='what those of a group may do beyond that: { stewards = "edit", it = "operate" }'
    )
    trusted_proxies: list[str] = Field(
        default=["127.0.0.1", "::1"],
        description="addresses or networks that these headers are taken from",
    )

    metrics: bool = Field(False, description="show /metrics to Prometheus, with a key that may operate")

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, value: list[str]) -> list[str]:
        for each in value:
            ipaddress.ip_network(each, strict=False)
        return value

    @model_validator(mode="after")
    def _groups_come_from_somewhere(self) -> ServeSection:
        if self.trusted_scopes and not (self.trusted_header and self.trusted_groups):
            raise ValueError(
                "`trusted_scopes` is about groups: name the headers too, trusted_header and trusted_groups"
            )
        return self

    @field_validator("cors")
    @classmethod
    def _origins(cls, value: list[str]) -> list[str]:
        for each in value:
            if not re.fullmatch(r"https?://[^/\s*]+", each):
                raise ValueError(f"`{each}` is no origin; write it as https://intranet.example, without a path")
        return [each.lower() for each in value]


class LimitsSection(Section):
    requests: int = Field(0, ge=0, description="questions and searches a minute of one caller; 0: as many as they like")
    concurrent: int = Field(32, ge=0, description="requests of one caller that are under way at once; 0: any number")
    tokens: int = Field(0, ge=0, description="tokens read and written a day for one caller; 0: any number")
    at_once: int = Field(4, ge=1, description="requests that are worked on at once; the others wait, in turn by caller")
    waiting: int = Field(64, ge=0, description="requests that may wait; more are told to come again")
    seconds: float = Field(300, gt=0, description="a request that takes longer is given up")
    leave_seconds: int = Field(10, ge=1, description="what is under way has so long to end when the server ends")
    megabytes: float = Field(4, gt=0, description="a larger request is refused, but for uploads")
