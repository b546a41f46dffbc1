"""What the tune flow is made of: recipes become phases, phases rows, rows an adapter, and the adapter is judged.

``steep.flows.tune`` puts these in order; each can be read and tested alone.
"""
