"""How files become documents: finding them, choosing their reader, reading only what changed."""
