"""Backing a shop up while it sells."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from app.backup.archive import PIECE, ArchiveReader, ArchiveWriter
from app.backup.model import (
    SHOP_FILE,
    BackupDamaged,
    BackupMade,
    BackupNotWritten,
    Manifest,
    Progress,
    RegisterHead,
)
from app.clock import Clock
from app.errors import InvalidInput
from app.journal.keys import last_anchor
from app.permissions import Permission
from app.staff.model import Actor, require
from app.version import VERSION
from db.queries import backup as queries
from db.queries import doctor
from db.uow import Database


class BackupService:
    def __init__(self, database: Database, clock: Clock) -> None:
        """The backup of an encrypted file is encrypted under the same key; nothing of it is ever written in plain."""
        self._database = database
        self._clock = clock
        self._key = database.key

    def make(self, path: Path, *, by: Actor | None = None, progress: Progress = lambda *_: None) -> BackupMade:
        """The shop as of now in one file, verified by reading it back; tills go on selling.

        An exception from `progress` stops it; nothing is left then, and an older backup at `path` stays.
        Raises NotPermitted, InvalidInput (no such folder, or something there that is no backup), BackupNotWritten.
        """
        if by is not None:
            require(by, Permission.BACKUP_RUN)
        path = path.expanduser()
        if not path.parent.is_dir():
            raise InvalidInput(f"There is no folder {path.parent}.", field="path")
        if path.is_dir():
            raise InvalidInput(f"{path} is a folder. Give the backup a name in it.", field="path")
        _refuse_what_is_no_backup(path)
        try:
            with ArchiveWriter(path) as archive:
                if self._database.is_sqlite:
                    manifest = self._copy_file(archive, progress)
                else:
                    manifest = self._dump_tables(archive, progress)
                size = archive.finish(manifest)
        except OSError as error:
            raise BackupNotWritten(path, error) from error
        progress("Backed up", 1, 1)
        return BackupMade(path, manifest.taken_at, size, manifest.sales)

    def _copy_file(self, archive: ArchiveWriter, progress: Progress) -> Manifest:
        with tempfile.TemporaryDirectory(dir=archive.path.parent, prefix=".regulars-") as folder:
            copy = Path(folder) / SHOP_FILE
            now = self._clock.now()
            queries.copy_file(
                self._database, copy, key=self._key, tell=lambda done, total: progress("Copying", done, total)
            )
            queries.check_file(copy, key=self._key)
            taken = queries.open_any(str(copy), key=self._key)
            try:
                with taken.read() as uow:
                    manifest = self._manifest(uow.connection, "sqlite", now)
            finally:
                taken.close()
            archive.add(SHOP_FILE, _read(copy, progress))
        return _with_entries(manifest, archive)

    def _dump_tables(self, archive: ArchiveWriter, progress: Progress) -> Manifest:
        tables = queries.table_columns()
        with queries.snapshot(self._database) as uow:
            manifest = self._manifest(uow.connection, "postgresql", self._clock.now())
            for place, (table, columns) in enumerate(tables.items()):
                progress(f"Copying {table}", place, len(tables))
                archive.add(f"tables/{table}", queries.read_table(uow, table, columns), columns)
        return _with_entries(manifest, archive)

    def _manifest(self, connection: Any, kind: str, now: datetime) -> Manifest:
        name, epoch = queries.shop(connection)
        heads = tuple(
            RegisterHead(
                key, till.code, till.next_number, till.journal_sequence, till.journal_head,
                "" if (anchor := last_anchor(connection, key, till.code)) is None else anchor.text(),
            )
            for key, till in queries.tills(connection).items()
        )  # fmt: skip
        return Manifest(
            kind=kind,
            taken_at=now,
            shop="" if self._key is not None else name,  # the manifest can be read by everyone
            revision=doctor.revision(connection),
            epoch=epoch,
            app_version=VERSION,
            sales=queries.sale_count(connection),
            registers=heads,
            entries=(),
            encrypted=self._key is not None,
        )


def look_into(path: Path, *, whole: bool = True) -> Manifest:
    """What a backup says of itself; `whole` also reads every byte of it. Raises BackupDamaged."""
    with ArchiveReader(path) as archive:
        if whole:
            archive.verify()
        return archive.manifest


def _refuse_what_is_no_backup(path: Path) -> None:
    """An older backup makes room for the new one; a shop, or anybody's letter, does not."""
    if not path.exists():
        return
    try:
        look_into(path, whole=False)
    except BackupDamaged:
        raise InvalidInput(f"{path} is there already and is no backup. Choose another name.", field="path") from None


def _with_entries(manifest: Manifest, archive: ArchiveWriter) -> Manifest:
    from dataclasses import replace

    return replace(manifest, entries=tuple(archive.entries))


def _read(path: Path, progress: Progress) -> Iterator[bytes]:
    size, done = path.stat().st_size, 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            done += len(piece)
            progress("Packing", min(done, size - 1), size)
            yield piece
