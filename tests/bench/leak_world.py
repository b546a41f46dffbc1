"""A project full of secrets, and callers of whom each may see some: what there is, and who may see it.

Each secret is a word that stands nowhere else, so that whoever is shown it was shown that very thing. Who may see it is
said here from how the world was made, and not asked of steep.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from steep.values import Caller, content_id

if TYPE_CHECKING:
    import random

    from steep.workspace.project import Project

__all__ = ["SCOPES", "WORD", "Page", "Person", "Secret", "World"]

WORD = re.compile(r"zq[bdfgklmnprstv][aeiou](?:[bdfgklmnprstv][aeiou]){4}")
SCOPES = ("ask", "edit", "operate", "admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A document; ``hook`` is a word that callers know, by which it can be asked for."""

    path: str
    hook: str
    text: str
    needs: tuple[frozenset[str], ...]

    @property
    def id(self) -> str:
        return content_id("document", self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A caller as the world knows it: its name in steep's records, and what it shows with a request."""

    name: str
    scope: str
    groups: frozenset[str]
    headers: dict[str, str]

    @property
    def all(self) -> bool:
        return "*" in self.groups

    def may(self, scope: str) -> bool:
        return self.scope in SCOPES and SCOPES.index(self.scope) >= SCOPES.index(scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Who may see a word: whoever sees one of each of ``documents``, and is ``owner`` or has ``scope``.

    Without a scope nobody else may; ``whole`` asks for a caller who sees all documents, or is ``asker``.
    """

    word: str
    about: str
    documents: tuple[frozenset[str], ...] = ()
    owner: str = ""
    scope: str | None = "ask"
    whole: bool = False
    asker: str = ""


@dataclass(slots=True)
class World:
    project: Project
    random: random.Random
    pages: dict[str, Page] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    secrets: dict[str, Secret] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)
    holds: dict[str, list[str]] = field(default_factory=dict)
    doubtful: dict[str, bool] = field(default_factory=dict)  # by the id of a conversation

    def word(self) -> str:
        while True:
            made = "zq" + "".join(self.random.choice("bdfgklmnprstv") + self.random.choice("aeiou") for _ in range(5))
            if made not in self.secrets:
                return made

    def secret(self, about: str, **told: Any) -> str:
        word = self.word()
        self.secrets[word] = Secret(word=word, about=about, **told)
        return word

    def sees(self, person: Person, document: str) -> bool:
        """Whether a person may see a document, by how the world was made: one that is not indexed only who sees all."""
        if person.all:
            return True
        page = next((each for each in self.pages.values() if each.id == document), None)
        return page is not None and bool(person.scope) and all(person.groups & each for each in page.needs)

    def may_see(self, person: Person, secret: Secret) -> bool:
        if not all(any(self.sees(person, each) for each in some) for some in secret.documents):
            return False
        if secret.owner and person.name == secret.owner:
            return True
        return (
            secret.scope is not None
            and person.may(secret.scope)
            and (person.all or not secret.whole or person.name == secret.asker)
        )

    def may_look(self, person: Person, identity: str) -> bool:
        """Whether a person may look at what has this id, as its secrets say."""
        return any(self.may_see(person, self.secrets[word]) for word in self.holds.get(identity, ()))

    def caller(self, person: Person) -> Caller:
        """The person as steep's flows know it, who sees all: as if the documents had been closed since."""
        return Caller(name=person.name, scope=person.scope)  # type: ignore[arg-type]
