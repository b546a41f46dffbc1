"""What the tune flow is made of: examples from pairs, phases that survive a kill.

``steep.flows.tune`` puts these in order; each can be read and tested alone.
"""
