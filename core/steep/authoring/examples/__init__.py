"""An example of every kind: a plugin module and its tests, of which the guide and `steep plugins new` are made."""
