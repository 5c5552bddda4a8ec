"""Putting a backup in place: read, checked by the doctor in a place of its own, and only then given the shop's name.

A restored shop begins a new epoch: its receipts get a new series (R1 becomes R1E2), so that a number printed
after the backup was taken is never drawn again; the journal of every register says what happened (F18).
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from app.backup.archive import ArchiveReader
from app.backup.model import (
    SHOP_FILE,
    BackupDamaged,
    Manifest,
    Progress,
    Restored,
    RestoreRefused,
    SpentSince,
)
from app.clock import Clock
from app.doctor.model import Finding
from app.doctor.service import ask_all
from app.journal import service as journal
from app.journal.keys import last_anchor
from db.cipher import head_in, head_of
from db.engine import check_writable, sync_folder
from db.errors import DatabaseBusy, KeyNeeded, WrongKey
from db.queries import backup as queries
from db.queries import doctor
from db.schema import known_revisions, upgrade_within
from db.uow import Database, UnitOfWork

log = logging.getLogger(__name__)
RESTORING = ".restoring"
_SERIES = re.compile(r"E[0-9]+$")
_LONGEST_CODE = 12


def restore(
    backup: Path, url: str, clock: Clock, *, replace: bool = False, progress: Progress = lambda *_: None,
    key: str | None = None, key_there: str | None = None,
) -> Restored:  # fmt: skip
    """The shop in `backup` at `url`: a new file, an empty database, or with `replace` where a shop is now.

    The shop that is there stays as it is until the restored one was checked, and is kept beside it then. An encrypted
    backup needs its `key` and stays encrypted; `key_there` opens the shop that is replaced, `key` is tried on it too.
    Raises BackupDamaged, RestoreRefused, KeyNeeded, WrongKey, and what the database says.
    """
    with ArchiveReader(backup.expanduser()) as archive:
        manifest = archive.manifest
        if manifest.revision not in known_revisions():
            raise RestoreRefused("This backup was made by a newer version of Regulars. Update this computer first.")
        key = _fitting(archive.key_head(), backup.name, key)
        target = queries.open_any(url)
        kind = "sqlite" if target.is_sqlite else "postgresql"
        file = target.file
        if kind != manifest.kind:
            target.engine.dispose()
            raise RestoreRefused(
                f"This backup was taken from a {_WORDS[manifest.kind]} and goes back into one, not into a "
                f"{_WORDS[kind]}."
            )
        if file is not None:
            target.engine.dispose()
            try:
                there = _fitting_there(file, key, key_there)
                return _restore_file(
                    archive, file, url, clock, replace=replace, progress=progress, key=key, key_there=there
                )
            except OSError as error:
                why = error.strerror or "the disk refused"
                raise RestoreRefused(f"Nothing could be restored to {file}: {why}. Nothing was changed.") from error
        try:
            return _restore_server(archive, target, url, clock, replace=replace, progress=progress)
        finally:
            target.engine.dispose()


def _fitting(head: bytes | None, name: str, key: str | None) -> str | None:
    """The key of a file that begins so; None for a plain one, whatever is known."""
    if head is None:
        return None
    if key is None:
        raise KeyNeeded(name)
    if head_of(key) != head:
        raise WrongKey(name)
    return key


def _fitting_there(file: Path, *keys: str | None) -> str | None:
    """The one of these keys that opens the shop which is replaced. Raises KeyNeeded: without it nobody could tell
    whether another program has that shop open, and what is spent there would not be told."""
    head = head_in(file)
    return _fitting(head, file.name, next((key for key in keys if key is not None and head_of(key) == head), None))


_WORDS = {"sqlite": "SQLite file", "postgresql": "PostgreSQL server"}


# --- A file -------------------------------------------------------------------------------------------------------


def _restore_file(
    archive: ArchiveReader, file: Path, url: str, clock: Clock, *, replace: bool, progress: Progress,
    key: str | None, key_there: str | None,
) -> Restored:  # fmt: skip
    there = file.exists() and file.stat().st_size > 0
    if there and not replace:
        raise RestoreRefused(f"There is a shop at {file} already. Restore beside it, or say that it may be replaced.")
    if not file.parent.is_dir():
        raise RestoreRefused(f"There is no folder {file.parent}.")
    check_writable(file)
    if there:
        _alone(file, key_there)
    place = file.with_name(file.name + RESTORING)
    _remove(place)
    try:
        _unpack(archive, place, progress)
        old = _state_of(str(file), key_there) if there else None
        queries.check_file(place, key=key)
        database = queries.open_any(str(place), key=key)
        try:
            made = _check_and_begin(database, archive.manifest, old, clock, url, progress)
        finally:
            database.close()
        queries.take_alone(place, key=key)
        kept = swap(place, file, clock.now()) if there else _settle(place, file)
    finally:
        _remove(place)
    return _with(made, kept=kept)


def _alone(file: Path, key: str | None) -> None:
    try:
        queries.take_alone(file, key=key)
    except DatabaseBusy as error:
        raise RestoreRefused("The shop is open in another program. Close Regulars there first.") from error


def _unpack(archive: ArchiveReader, place: Path, progress: Progress) -> None:
    entry = next((one for one in archive.manifest.entries if one.name == SHOP_FILE), None)
    if entry is None:
        raise BackupDamaged("the shop's data is not in it")
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    done = 0
    with os.fdopen(handle, "wb") as file:
        for piece in archive.pieces(entry):
            file.write(piece)
            done += len(piece)
            progress("Unpacking", done, entry.size_bytes)
        file.flush()
        os.fsync(file.fileno())


def _settle(place: Path, file: Path) -> str:
    place.replace(file)
    sync_folder(file.parent)
    return ""


def swap(place: Path, file: Path, now: datetime) -> str:
    """Give the restored file the shop's name; the old one keeps its bytes under a name of its own.

    Its WAL goes with it: it is folded in by now, but for a damaged shop, and there it may be what can be saved.
    """
    kept = file.with_name(f"{file.stem}.before-{now:%Y%m%d-%H%M%S}{file.suffix}")
    wal, kept_wal = (path.with_name(path.name + "-wal") for path in (file, kept))
    linked = _linked(file, kept)
    if not linked:
        file.replace(kept)
    if wal.exists():
        wal.replace(kept_wal)
    file.with_name(file.name + "-shm").unlink(missing_ok=True)
    try:
        place.replace(file)
    except OSError:
        if kept_wal.exists():
            kept_wal.replace(wal)
        kept.unlink() if linked else kept.replace(file)
        raise
    sync_folder(file.parent)
    return kept.name


def _linked(file: Path, kept: Path) -> bool:
    """Two names for a moment, so that there is a shop under its name at every moment; not every disk can."""
    try:
        os.link(file, kept)
    except OSError:
        return False
    return True


def _remove(place: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        place.with_name(place.name + ending).unlink(missing_ok=True)


# --- A server -----------------------------------------------------------------------------------------------------


def _restore_server(
    archive: ArchiveReader, target: Database, url: str, clock: Clock, *, replace: bool, progress: Progress
) -> Restored:
    """All in one transaction: tills see the old shop until the restored one was checked."""
    if archive.manifest.revision != known_revisions()[-1]:
        raise RestoreRefused("This backup is from an older version. Restore it there first, then upgrade that shop.")
    with target.write() as uow:
        connection = uow.connection
        there = not queries.is_empty(connection)
        if there and not replace:
            raise RestoreRefused("There is something in this database. Restore into an empty one, or replace it.")
        old, kept = None, ""
        if there:
            old = _state(uow)
            for name in queries.old_sets(connection):
                queries.drop_set(connection, name)
            kept = f"before_restore_{clock.now():%Y%m%d_%H%M%S}"
            queries.set_aside(connection, kept)
        queries.fresh_schema(connection)
        _load(archive, uow, progress)
        queries.set_sequences(connection)
        made = _begin(uow, archive.manifest, old, clock, url, progress)
        uow.commit()
    return _with(made, kept=f"schema {kept}" if kept else "")


def _load(archive: ArchiveReader, uow: UnitOfWork, progress: Progress) -> None:
    entries = {entry.name.removeprefix("tables/"): entry for entry in archive.manifest.entries}
    tables = queries.table_columns()
    if set(entries) != set(tables):
        raise BackupDamaged("some tables are not in it")
    for place, table in enumerate(tables):
        progress(f"Loading {table}", place, len(tables))
        queries.write_table(uow, table, list(entries[table].columns), archive.pieces(entries[table]))


# --- Both ---------------------------------------------------------------------------------------------------------


class _Old:
    """What has to be known of the shop that is being replaced."""

    def __init__(self, epoch: int, sales: int, balances: dict[str, tuple[str, int]]) -> None:
        self.epoch = epoch
        self.sales = sales
        self.balances = balances


def _state(uow: UnitOfWork) -> _Old:
    return _Old(queries.shop(uow.connection)[1], queries.sale_count(uow.connection), queries.balances(uow.connection))


def _state_of(url: str, key: str | None) -> _Old | None:
    """None where the old shop cannot be read: often the very reason for a restore."""
    database = queries.open_any(url, key=key)
    try:
        with database.read() as uow:
            return _state(uow)
    except queries.UNREADABLE:
        log.warning("the shop that is replaced cannot be read", exc_info=True)
        return None
    finally:
        database.engine.dispose()


def _check_and_begin(
    database: Database, manifest: Manifest, old: _Old | None, clock: Clock, url: str, progress: Progress
) -> Restored:
    with database.write() as uow:
        if doctor.revision(uow.connection) != manifest.revision:
            raise BackupDamaged("its data is not what its manifest says")
        upgrade_within(uow.connection)
        made = _begin(uow, manifest, old, clock, url, progress)
        uow.commit()
    return made


def _begin(
    uow: UnitOfWork, manifest: Manifest, old: _Old | None, clock: Clock, url: str, progress: Progress
) -> Restored:
    """Check everything, then begin the new epoch."""
    connection = uow.connection
    _check_heads(connection, manifest)
    signed = _check_anchors(connection, manifest)
    findings = ask_all(connection, progress=progress, skip_pages=True)
    _refuse_broken(findings)
    epoch = max(manifest.epoch, old.epoch if old else 0) + 1
    tills = queries.tills(connection)
    codes = {key: series_code(till.code, epoch) for key, till in tills.items()}
    queries.begin_epoch(connection, epoch, codes)
    now = clock.now()
    for key, till in tills.items():
        body = {
            "epoch": epoch, "taken_at": manifest.taken_at.isoformat(), "series": codes[key],
            "before": till.code, "next_number": till.next_number,
        }  # fmt: skip
        journal.append(uow, key, "restored", now, None, body=body)
    sales = queries.sale_count(connection)
    return Restored(
        url=url,
        taken_at=manifest.taken_at,
        epoch=epoch,
        sales=sales,
        sales_lost=max(0, old.sales - sales) if old else 0,
        spent=tuple(_spent(queries.balances(connection), old.balances)) if old else (),
        signed=signed,
    )


def _check_heads(connection: Any, manifest: Manifest) -> None:
    """The journal ends where the manifest says: a backup changed afterwards does not pass (V24)."""
    found = queries.tills(connection)
    said = {one.register_id: (one.journal_sequence, one.journal_head) for one in manifest.registers}
    if {key: (till.journal_sequence, till.journal_head) for key, till in found.items()} != said:
        raise BackupDamaged("the journals in it do not end where it says")


def _check_anchors(connection: Any, manifest: Manifest) -> tuple[str, ...]:
    """The last signed closings are those the manifest holds; what each is called. The doctor checks who signed them.

    Backups from before closings were signed hold none.
    """
    signed = []
    for one in manifest.registers:
        anchor = last_anchor(connection, one.register_id, one.code)
        if one.anchor and (anchor is None or anchor.text() != one.anchor):
            raise BackupDamaged(f"the journal of {one.code} was not signed as it says")
        if anchor is not None:
            signed.append(f"{one.code} Z {anchor.number}")
    return tuple(signed)


def _refuse_broken(findings: Iterable[Finding]) -> None:
    broken = [finding for finding in findings if finding.broken]
    if broken:
        raise BackupDamaged(f"the doctor found {broken[0].says} ({broken[0].rule}, {broken[0].count} rows)")


def series_code(code: str, epoch: int) -> str:
    """R1 in epoch 2 is R1E2, and R1E3 in epoch 3."""
    ending = f"E{epoch}"
    return _SERIES.sub("", code)[: _LONGEST_CODE - len(ending)] + ending


def _spent(restored: dict[str, tuple[str, int]], old: dict[str, tuple[str, int]]) -> Iterable[SpentSince]:
    for code_hash, (last_four, balance) in restored.items():
        left = old.get(code_hash)
        if left is not None and left[1] < balance:
            yield SpentSince(f"•••• {last_four}", balance, left[1])


def _with(made: Restored, *, kept: str) -> Restored:
    from dataclasses import replace

    return replace(made, kept=kept)
