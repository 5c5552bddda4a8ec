"""Backup, restore and the doctor, as the Database page asks for them. Each runs off the GUI thread."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.codekeys import hand_on
from app.permissions import Permission
from app.shop.filekey import FileKey, KeyStore, read_key
from app.staff.model import require
from db.errors import KeyNeeded, WrongKey
from ui.shared.jobs import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.clock import Clock
    from app.staff.model import Actor
    from db.uow import Database


class Stopped(Exception):
    """The person stopped it; nothing half made is left."""


@dataclass(frozen=True, slots=True)
class Findings:
    clean: bool
    text: str


class Keeper:
    def __init__(self, database: Database, clock: Clock, actor: Actor) -> None:
        self._database, self._clock, self._actor = database, clock, actor

    @property
    def on_server(self) -> bool:
        return not self._database.is_sqlite

    def back_up(self, path: Path, progress: Progress) -> str:
        """The sentence that says what was made."""
        from app.backup.service import BackupService

        made = BackupService(self._database, self._clock).make(path, by=self._actor, progress=_telling(progress))
        return f"{made.path.name}: {_size(made.size_bytes)}"

    def restore(self, backup: Path, target: str, progress: Progress, typed_key: str = "") -> tuple[str, ...]:
        """Into a new file or an empty database, checked there; the shop that is open is never touched.

        A file beside this shop gets its key too, so that codes of gift cards can still be printed again.

        An encrypted backup needs its key: this shop's, one this computer knows, or `typed_key`, remembered then.

        Raises NotPermitted, BackupDamaged, RestoreRefused, KeyNeeded, WrongKey.
        """
        from app.backup.restore import restore

        require(self._actor, Permission.BACKUP_RUN)
        key = self._key_of(backup, typed_key)
        database_key = None if key is None else key.for_database()
        done = restore(backup, target, self._clock, progress=_telling(progress), key=database_key)
        if key is not None:
            KeyStore().remember(key)
        if self._database.file is not None and "://" not in target:
            hand_on(self._database.file, Path(target))
        said = list(done.sentences())
        if key is None and self._database.key is not None:
            said.append("This backup was made before the shop was encrypted: the restored file is not.")
        return tuple(said)

    def _key_of(self, backup: Path, typed: str) -> FileKey | None:
        from app.backup.archive import ArchiveReader

        with ArchiveReader(backup) as archive:
            head = archive.key_head()
        if head is None:
            return None
        key = KeyStore().recall(head) or (read_key(typed) if typed else None)
        if key is None:
            raise KeyNeeded(backup.name)
        if key.head != head:
            raise WrongKey(backup.name)
        return key

    def examine(self) -> Findings:
        from app.doctor.service import examine
        from app.doctor.words import print_findings

        report = examine(self._database)
        out = io.StringIO()
        print_findings(report, out, as_json=False)
        return Findings(bool(report.clean), out.getvalue().strip())


def _size(count: int) -> str:
    return f"{count / 1_000_000:,.1f} MB" if count >= 1_000_000 else f"{max(1, count // 1000)} kB"


def _telling(progress: Progress) -> Callable[[str, int, int], None]:
    def tell(_what: str, done: int, total: int) -> None:
        if progress.cancelled:
            raise Stopped
        progress.report(done, total)

    return tell
