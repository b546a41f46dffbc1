"""All that stands below /v1."""

from __future__ import annotations

from typing import Any

from steep.server.openai import chat, embeddings, models, responses, text

__all__ = ["ROUTES"]

ROUTES: list[Any] = [*models.ROUTES, *chat.ROUTES, *text.ROUTES, *responses.ROUTES, *embeddings.ROUTES]
