"""Where a register's signing key comes from, and the rows that a closing adds to sign its journal.

No trouble with a key ever stops a closing: one that is lost is replaced, and the change is a row of the journal.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from app.journal import service as journal
from app.journal.chain import Entry
from app.journal.signing import (
    KEY_KIND,
    SIGNATURE_KIND,
    Anchor,
    SigningKey,
    anchor_from,
    key_body,
    key_named_in,
    signature_body,
)
from app.keystore import KEY_BYTES, kept_key, replace_key
from db.queries import journal as queries
from db.uow import UnitOfWork

log = logging.getLogger(__name__)


class SigningKeys(Protocol):
    def of(self, register_id: int) -> SigningKey:
        """The register's key on this computer, made on first use. Never fails, and may take a moment: a keyring
        asks other programs, so it is asked before a transaction begins."""


class PassingKeys:
    """Keys that live as long as the program: where nothing can be kept, a closing is signed all the same."""

    def __init__(self) -> None:
        self._keys: dict[int, SigningKey] = {}

    def of(self, register_id: int) -> SigningKey:
        if register_id not in self._keys:
            self._keys[register_id] = SigningKey(secrets.token_bytes(KEY_BYTES))
        return self._keys[register_id]


class StoredKeys:
    """Keys in the keyring or the data folder (app.keystore), one for each register of the shop called `shop_name`."""

    def __init__(self, folder: Path, shop_name: str, *, use_keyring: bool = True) -> None:
        self._folder, self._shop_name, self._use_keyring = folder, shop_name, use_keyring
        self._passing = PassingKeys()

    def of(self, register_id: int) -> SigningKey:
        try:
            return SigningKey(kept_key(self._folder, self._name(register_id), use_keyring=self._use_keyring))
        except Exception:  # keyrings fail in ways of their own, and a closing must not wait for any of them
            log.warning(
                "the signing key of register %d cannot be kept; a passing one signs", register_id, exc_info=True
            )
            return self._passing.of(register_id)

    def keep(self, register_id: int, seed: bytes) -> None:
        """From now on this is the register's key. Raises OSError."""
        replace_key(self._folder, self._name(register_id), seed, use_keyring=self._use_keyring)

    def _name(self, register_id: int) -> str:
        return f"signing-{self._shop_name}-{register_id}"


def name_key(
    uow: UnitOfWork, register_id: int, key: SigningKey, at: datetime, staff_id: int | None,
    before: SigningKey | None = None,
) -> bool:  # fmt: skip
    """Tell the journal which key signs from here on, unless it knows: its first, or another one than so far.

    `before` signs the change where it is the key that the journal named last; whether it was is the answer.
    """
    newest = queries.newest_of(uow.connection, register_id, (KEY_KIND, SIGNATURE_KIND))
    previous = "" if newest is None else key_named_in(*newest)
    if previous == key.fingerprint:
        return False
    vouching = before if before is not None and before.fingerprint == previous else None
    body = key_body(register_id, key, previous, vouching)
    journal.append(uow, register_id, KEY_KIND, at, staff_id, body=body)
    return vouching is not None


def sign_closing(uow: UnitOfWork, key: SigningKey, closing: Entry, number: int) -> None:
    """The row that follows a closing. `number`: of its Z report."""
    body = signature_body(closing.register_id, key, closing.sequence, closing.hash, number)
    journal.follow(uow, closing, SIGNATURE_KIND, body)


def last_anchor(connection: Any, register_id: int, code: str) -> Anchor | None:
    """The register's newest signed closing; None where it signed none yet."""
    newest = queries.newest_of(connection, register_id, (SIGNATURE_KIND,))
    return None if newest is None else anchor_from(code, register_id, newest[1])


@dataclass(frozen=True, slots=True)
class KeyChange:
    """`first`: there was none before; `vouched`: the one before lies on this computer and signed the change."""

    key: SigningKey
    first: bool
    vouched: bool


def change_key(uow: UnitOfWork, keys: StoredKeys, register_id: int, at: datetime) -> KeyChange:
    """Give the register a new key, signed by the one before where that is at hand. Commits.

    A program killed between keeping it and the commit costs that signature only: the next closing names the new key.
    Raises OSError where the key cannot be kept.
    """
    queries.lock_head(uow.connection, register_id)
    first = queries.newest_of(uow.connection, register_id, (KEY_KIND,)) is None
    before, seed = keys.of(register_id), secrets.token_bytes(KEY_BYTES)
    key = SigningKey(seed)
    vouched = name_key(uow, register_id, key, at, None, before)
    keys.keep(register_id, seed)
    uow.commit()
    return KeyChange(key, first, vouched)
