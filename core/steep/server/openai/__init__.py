"""OpenAI's surface, under /v1: the profiles as models."""
