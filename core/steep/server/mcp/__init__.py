"""The Model Context Protocol: the documents for assistants of others, over HTTP and over stdio.

``surface`` says what is offered, and knows of no transport; ``mounted`` and ``stdio`` carry it.
"""
