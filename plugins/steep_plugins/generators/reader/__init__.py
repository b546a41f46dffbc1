"""The embedded extractive reader: MiniLM with a starter adapter that finds answers in passages.

Importing this package imports neither torch nor transformers; its modules do.
"""
