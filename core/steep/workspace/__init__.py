"""Where things are kept: steep.toml beside the documents, and .steep/ for what is made from them.

One SQLite manifest is the only truth; index files are derived, belong to one generation, and can be rebuilt.
"""
