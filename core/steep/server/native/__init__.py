"""The native surface: what the page and programs of one's own call."""
