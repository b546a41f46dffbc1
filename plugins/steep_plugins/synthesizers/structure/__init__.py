"""Pairs from headings, lists, tables, definitions and plain sentences, by rules."""
