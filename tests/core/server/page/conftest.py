"""A browser without a script: it follows redirects, and says where its forms come from."""

import httpx
import pytest


@pytest.fixture
def visit():
    """Open browsers at addresses; a key makes their requests those of its holder."""
    opened = []

    def make(address, key=""):
        headers = {"accept": "text/html", "origin": address, **({"authorization": f"Bearer {key}"} if key else {})}
        opened.append(httpx.Client(base_url=address, timeout=60, headers=headers, follow_redirects=True))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def browser(address, visit):
    return visit(address)
