"""The generator `transformers`: a language model of Hugging Face's layout that answers, and can be tuned.

Importing this package imports neither torch nor transformers; its modules do.
"""
