"""Where things are kept: steep.toml beside the documents, and .steep/ for what is made from them.

The records are the only truth, and steep.records keeps them; index files are derived, belong to one generation, and can
be rebuilt.
"""
