"""Pairs that the project's generator writes, one passage a prompt."""
