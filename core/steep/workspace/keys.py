"""Keys, by which a server knows its callers, and the sessions of those who signed in with one.

A key is ``steep_ID_SECRET``. The id finds it; of the whole only the hash is kept, so that the records give no key away.
It is a plain SHA-256: slow hashes are there to make guessing dear, and nobody guesses 256 random bits.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from steep.errors import ConfigError, KeyRefused, NotThere
from steep.validation import nearest
from steep.values import SCOPES, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from steep.records.database import Database
    from steep.records.rows import Row

_SHAPE = re.compile(r"steep_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
ALL_GROUPS = "*"
_NOTED_EVERY = 60.0  # seconds between two notes of a key's last use: a write for each request would be dear
_DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key without its secret; times are seconds since the epoch. The group ``*`` stands for all groups."""

    id: str
    name: str
    scope: Scope
    groups: frozenset[str]
    created: float
    expires: float | None = None
    used: float | None = None
    revoked: float | None = None

    def refusal(self, now: float) -> str:
        """Why it is good for nothing; "" while it is good."""
        if self.revoked is not None:
            return f"the key `{self.name}` has been revoked; ask for another one (`steep keys new`)."
        if self.expires is not None and now >= self.expires:
            return f"the key `{self.name}` has expired; ask for another one (`steep keys new`)."
        return ""


class Keys:
    """The keys of a project. ``random`` gives the random bytes of keys and sessions."""

    def __init__(self, records: Database, *, random: Callable[[int], bytes] = os.urandom) -> None:
        self._records = records
        self._random = random

    def any(self) -> bool:
        """Whether there is one, be it good or not: who revokes the last key does not open the server to everybody."""
        return bool(self._records.find("keys", limit=1))

    def all(self) -> tuple[Key, ...]:
        return tuple(_key(row) for row in self._records.find("keys", order=["created", "id"]))

    def new(
        self, name: str, *, now: float, scope: str = "ask", groups: Iterable[str] = (), days: float | None = None
    ) -> tuple[Key, str]:
        """A new key, and the words that its holder sends; they are not to be had again. Raises ConfigError."""
        if scope not in SCOPES:
            raise ConfigError(f"there is no scope `{scope}`; {nearest(scope, SCOPES)}")
        if not name.strip() or not name.isprintable():
            raise ConfigError(f"{name!r} cannot be the name of a key; use letters, digits and punctuation.")
        key = Key(
            id=self._random(6).hex(),
            name=name,
            scope=scope,
            groups=frozenset(groups),
            created=now,
            expires=None if days is None else now + _seconds(days),
        )
        words = f"steep_{key.id}_{_secret(self._random)}"
        with self._records.transaction() as write:
            if any(row["revoked"] is None for row in write.find("keys", name=name)):
                raise ConfigError(f"there is a key named `{name}`; revoke it first, or choose another name.")
            write.put("keys", [_row(key, words)])
        return key, words

    def renew(self, reference: str, *, now: float, days: float | None = None, overlap: float = 0) -> tuple[Key, str]:
        """Another key for the same caller, as long-lived as the one by this id or name, which ends after ``overlap``.

        Its caller stays who it was: what it asked, and its conversations, stay its own.
        """
        old = self._named(reference, [each for each in self.all() if not each.refusal(now)])
        lasts = None if old.expires is None else old.expires - old.created
        if days is not None:
            lasts = _seconds(days)
        key = replace(
            old, id=self._random(6).hex(), created=now, expires=None if lasts is None else now + lasts, used=None
        )
        words = f"steep_{key.id}_{_secret(self._random)}"
        ends = now + overlap if old.expires is None else min(old.expires, now + overlap)
        with self._records.transaction() as write:
            write.change("keys", {"expires": ends}, id=old.id)
            write.put("keys", [_row(key, words)])
        return key, words

    def check(self, words: str, *, now: float) -> Key:
        """The key that these words are, noted as used; raises KeyRefused."""
        shaped = _SHAPE.fullmatch(words)
        row = self._records.one("keys", id=shaped[1]) if shaped else None
        if row is None or not hmac.compare_digest(str(row["hash"]), _hash(words)):
            raise KeyRefused("this key is not known here; `steep keys new` makes one.")
        return self._good(row, now)

    def revoke(self, reference: str, *, now: float) -> Key:
        """Make a key, by its id or its name, good for nothing; raises NotThere where there is none to revoke."""
        key = self._named(reference, [each for each in self.all() if each.revoked is None])
        with self._records.transaction() as write:
            write.change("keys", {"revoked": now}, id=key.id)
            write.delete("sessions", key=key.id)
        return next(each for each in self.all() if each.id == key.id)

    def forget(self, reference: str, *, now: float) -> Key:
        """Delete a key that is good for nothing any more; with no key at all, this machine needs none again."""
        key = self._named(reference, [each for each in self.all() if each.refusal(now)])
        with self._records.transaction() as write:
            write.delete("sessions", key=key.id)
            write.delete("keys", id=key.id)
        return key

    def sign_in(self, words: str, *, now: float, seconds: float) -> tuple[Key, str]:
        """A session for the holder of a key: what a browser is given to hold. It ends with the key at the latest."""
        key = self.check(words, now=now)
        token = _secret(self._random)
        with self._records.transaction() as write:
            write.put("sessions", [{"hash": _hash(token), "key": key.id, "expires": now + seconds}])
            for row in write.find("sessions"):
                if row["expires"] <= now:
                    write.delete("sessions", hash=row["hash"])
        return key, token

    def session(self, token: str, *, now: float) -> Key:
        """The key of whoever holds this session; raises KeyRefused where it has ended."""
        session = self._records.one("sessions", hash=_hash(token))
        row = self._records.one("keys", id=session["key"]) if session and now < session["expires"] else None
        if row is None:
            raise KeyRefused("this session has ended; sign in again.")
        return self._good(row, now)

    def sign_out(self, token: str) -> None:
        with self._records.transaction() as write:
            write.delete("sessions", hash=_hash(token))

    def _good(self, row: Row, now: float) -> Key:
        key = _key(row)
        if refusal := key.refusal(now):
            raise KeyRefused(refusal)
        if not self._records.read_only and (key.used is None or now - key.used >= _NOTED_EVERY):
            with self._records.transaction() as write:
                write.change("keys", {"used": now}, id=key.id)
        return key

    def _named(self, reference: str, keys: list[Key]) -> Key:
        found = [each for each in keys if reference in (each.id, each.name)]
        if len(found) != 1:
            how = "several keys match" if found else "no key matches"
            listed = ", ".join(f"{each.name} ({each.id})" for each in found or keys) or "none"
            raise NotThere(f"{how} `{reference}`; give the id of one of: {listed}.")
        return found[0]


def _seconds(days: float) -> float:
    if days <= 0:
        raise ConfigError(f"a key cannot be good for {days:g} days; give a number above 0, or none for ever.")
    return days * _DAY


def _secret(random: Callable[[int], bytes]) -> str:
    return urlsafe_b64encode(random(32)).decode("ascii").rstrip("=")


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def _row(key: Key, words: str) -> Row:
    times = {name: getattr(key, name) for name in ("created", "expires", "used", "revoked")}
    told = {"id": key.id, "hash": _hash(words), "name": key.name, "scope": key.scope, **times}
    return {**told, "groups": json.dumps(sorted(key.groups))}


def _key(row: Row) -> Key:
    told = {name: row[name] for name in Key.__slots__ if name != "groups"}
    return Key(**told, groups=frozenset(json.loads(row["groups"])))
