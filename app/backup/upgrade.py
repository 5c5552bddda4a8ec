"""`regulars migrate`: the schema brought to this version, with a copy of the shop as it was (F19)."""

from __future__ import annotations

from pathlib import Path

from app.backup.service import BackupService
from app.clock import Clock, SystemClock
from db.queries import backup as queries
from db.schema import known_revisions, look_for_shop, upgrade
from db.uow import Database


def upgrade_with_copy(url: str, clock: Clock | None = None, *, key: str | None = None) -> str:
    """What was done, as a sentence. `key` opens an encrypted file; its copy is encrypted too.

    Old schema or new one, never between: the upgrade is one transaction.

    A file is backed up beside itself first; a server's upgrade can be taken back until it commits.
    Raises NotAShop, KeyNeeded, NewerSchema, DatabaseDamaged, DatabaseUnavailable.
    """
    clock = clock or SystemClock()
    found, newest = look_for_shop(url, key=key), known_revisions()[-1]
    if found == newest:
        return "The shop's data is of this version already."
    database = queries.open_any(url, key=key)
    try:
        copy = _copy(database, clock, found)
        upgrade(database)
    finally:
        database.close()
    return f"The shop's data was brought from version {found} to {newest}.{copy}"


def _copy(database: Database, clock: Clock, found: str) -> str:
    if database.file is None:
        return ""
    place: Path = database.file.with_name(f"{database.file.stem}.before-upgrade-{found}.regulars")
    BackupService(database, clock).make(place)
    return f" A copy of it as it was is {place.name}."
