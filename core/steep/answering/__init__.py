"""What the answer flow is made of: profiles, policies, follow-up questions, citations.

``steep.flows.answer`` puts these in order; each can be read and tested alone.
"""
