"""Whether the shop's file is encrypted, its recovery sheet once more, and encrypting a plain one.

What a new shop needs is in app.shop.setup; keys are in app.shop.filekey.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.clock import Clock
from app.errors import NotFound
from app.journal import service as journal
from app.paper.formats import Formats
from app.paper.recovery import page_size, recovery_sheet
from app.permissions import Permission
from app.shop.filekey import FileKey, KeyStore, new_key
from app.staff.model import Actor, require
from db.cipher import head_in
from db.engine import check_writable, sync_folder
from db.queries import shop as shop_queries
from db.queries.sealing import seal
from db.uow import Database

if TYPE_CHECKING:
    from hardware.protocols import Document

SEALING = ".encrypting"
# Where a file that is open cannot be replaced, the plain one is let go of just before.
_OPEN_FILES_STAY = os.name == "nt"


@dataclass(frozen=True, slots=True)
class SheetOnPaper:
    """`page`: a name in app.paper.pdf.SHEETS."""

    document: Document
    page: str


def make_sheet(
    shop: str, key: FileKey, at: datetime, *, locale: str, zone: str, country: str, file: str
) -> SheetOnPaper:
    """A recovery sheet as that country prints."""
    return SheetOnPaper(recovery_sheet(shop, key, at, Formats(locale, zone), file=file), page_size(country))


class EncryptionService:
    def __init__(self, database: Database, clock: Clock, store: KeyStore | None = None) -> None:
        self._database = database
        self._clock = clock
        self._store = store or KeyStore()

    @property
    def encrypted(self) -> bool:
        return self._database.key is not None

    @property
    def possible(self) -> bool:
        """Only a file is encrypted here; a server's disks are its owner's to encrypt."""
        return self._database.file is not None

    def sheet(self, by: Actor) -> tuple[FileKey, SheetOnPaper]:
        """The key and its recovery sheet again; the journal says who asked.

        Raises NotPermitted, and NotFound where this computer does not keep the key.
        """
        require(by, Permission.SETTINGS_EDIT)
        file = self._database.file
        head = None if file is None else head_in(file)
        key = None if head is None else self._store.recall(head)
        if key is None:
            raise NotFound("The key of the shop's file is not kept on this computer, so it cannot be printed here.")
        now = self._clock.now()
        made = self._sheet(key, now)
        _note(self._database, "recovery_sheet", by, now)
        return key, made

    def draft(self, by: Actor) -> tuple[FileKey, SheetOnPaper]:
        """A new key for this plain shop and its sheet; nothing is changed. Raises NotPermitted."""
        require(by, Permission.SETTINGS_EDIT)
        key = new_key()
        return key, self._sheet(key, self._clock.now())

    def _sheet(self, key: FileKey, at: datetime) -> SheetOnPaper:
        with self._database.read() as uow:
            shop = shop_queries.shop(uow.session)
            if shop is None:
                raise NotFound("There is no shop in this file.")
            return make_sheet(
                shop.name, key, at, locale=shop.locale, zone=shop.time_zone, country=shop.country,
                file=str(self._database.file or ""),
            )  # fmt: skip


def encrypt_shop(
    file: Path,
    key: FileKey,
    by: Actor,
    clock: Clock,
    *,
    store: KeyStore | None = None,
    keep_plain_as: Path | None = None,
) -> None:
    """`encrypt_file` for a person who may, with an entry in the journal. Raises NotPermitted besides."""
    require(by, Permission.SETTINGS_EDIT)
    encrypt_file(file, key, store=store, keep_plain_as=keep_plain_as)
    database = Database.connect(str(file), key=key.for_database())
    try:
        _note(database, "file_encrypted", by, clock.now())
    finally:
        database.close()


def _note(database: Database, kind: str, by: Actor, at: datetime) -> None:
    with database.write() as uow:
        place = by.register_id or shop_queries.first_register_id(uow.session)
        if place is not None:
            journal.append(uow, place, kind, at, by.staff_id)
        uow.commit()


def encrypt_file(file: Path, key: FileKey, *, store: KeyStore | None = None, keep_plain_as: Path | None = None) -> None:
    """A closed plain shop, encrypted under `key`, which somebody has on paper by now.

    All of it is copied into an encrypted file beside it, checked there row count by row count and page by page, and
    that file takes the shop's name in one step: stopped before it the plain shop stands, after it the encrypted one,
    and this computer has had the key all along. Nothing plain is left but what `keep_plain_as` names; what the disk
    itself keeps of an overwritten name, and older backups, are beyond this.
    Raises DatabaseBusy where any program has the shop open, DatabaseDamaged where the copy differs, OSError.
    """
    if head_in(file) is not None:
        return  # done already
    check_writable(file)
    (store or KeyStore()).remember(key)
    place = file.with_name(file.name + SEALING)
    _remove(place)
    try:
        os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with seal(file, place, key.for_database()):
            if not _OPEN_FILES_STAY:
                _swap(place, file, keep_plain_as)
        if _OPEN_FILES_STAY:
            _swap(place, file, keep_plain_as)
    finally:
        _remove(place)
    for ending in ("-wal", "-shm", "-journal"):  # of the plain file: nothing of it may be played into this one
        file.with_name(file.name + ending).unlink(missing_ok=True)


def _swap(place: Path, file: Path, keep_plain_as: Path | None) -> None:
    if keep_plain_as is not None:
        os.link(file, keep_plain_as)
    place.replace(file)
    sync_folder(file.parent)


def _remove(place: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        place.with_name(place.name + ending).unlink(missing_ok=True)
