"""`regulars signing-key`: a new key for a register, as when its computer was given away or its key may be known."""

from __future__ import annotations

from app.clock import Clock
from app.errors import NotFound
from app.journal.keys import StoredKeys, change_key
from app.journal.signing import in_groups
from app.keystore import place_of
from db.queries import journal as queries
from db.uow import Database


def change_from_command_line(
    database: Database, address: str, code: str, clock: Clock, *, use_keyring: bool = True
) -> str:
    """What was done, as a sentence. To be run on the register's own computer, where its key lies.

    Raises NotFound for a register that is not there, OSError where the key cannot be kept.
    """
    keys = StoredKeys(*place_of(database.file, address), use_keyring=use_keyring)
    with database.write() as uow:
        register_id = queries.register_called(uow.connection, code.strip().upper())
        if register_id is None:
            raise NotFound(f"There is no register {code.strip()[:20]} in this shop.")
        change = change_key(uow, keys, register_id, clock.now())
    how = "signed by the key before" if change.vouched else "not signed by the key before: it is not on this computer"
    if change.first:
        how = "its first"
    return f"{code.strip().upper()} signs with the key {in_groups(change.key.fingerprint)} from now on, {how}."
