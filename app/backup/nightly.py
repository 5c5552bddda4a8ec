"""`regulars nightly`: what is done once a day. Each job stands alone; one that fails does not stop the rest."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from app.backup.model import UNFINISHED
from app.backup.service import BackupService
from app.clock import Clock
from app.errors import DomainError
from app.staff.model import Actor, with_all_rights
from db.errors import DatabaseProblem
from db.queries import staff as staff_queries
from db.schema import open_shop
from db.uow import Database

log = logging.getLogger(__name__)
SUFFIX = ".regulars"


def run_nightly(url: str, clock: Clock, out: TextIO, *, backup_to: Path | None = None, key: str | None = None) -> int:
    """Expire points and cards, free holds, back up and thin out old backups; 1 when a job failed."""
    database = open_shop(url, key=key)
    failed = 0
    try:
        for name, job in _jobs(database, clock, backup_to):
            try:
                print(f"{name}: {job()}", file=out)
            except (DomainError, DatabaseProblem) as error:
                failed += 1
                print(f"{name}: {error}", file=out)
            except OSError as error:
                failed += 1
                print(f"{name}: {error.strerror or 'the disk refused'}: {error.filename or ''}", file=out)
            except Exception:  # a defect in one job must not cost the shop its backup
                failed += 1
                log.exception("the nightly job %s", name)
                print(f"{name}: something went wrong inside Regulars; the log tells what", file=out)
    finally:
        database.close()
    return 1 if failed else 0


def _jobs(database: Database, clock: Clock, backup_to: Path | None) -> list[tuple[str, Callable[[], str]]]:
    return [
        ("Points", lambda: _points(database, clock)),
        ("Cards", lambda: _cards(database, clock)),
        ("Backup", lambda: _backup(database, clock, backup_to)),
    ]


def _points(database: Database, clock: Clock) -> str:
    from app.loyalty.service import LoyaltyService

    return f"{LoyaltyService(database, clock).expire_due():,} expired"


def _cards(database: Database, clock: Clock) -> str:
    from app.giftcards.service import GiftCardService

    holds, cards = GiftCardService(database, clock).expire_due(_somebody(database))
    return f"{holds:,} holds ran out, {cards:,} cards written off"


def _somebody(database: Database) -> Actor:
    """Nobody stands behind a job; its ledger rows name the first manager."""
    with database.read() as uow:
        staff = [person.id for person, role in staff_queries.active(uow.session) if role.code == "manager"]
    if not staff:
        raise DomainError("No manager is left in this shop, so nobody can answer for the nightly run.")
    return with_all_rights(min(staff), "nightly run")


def _backup(database: Database, clock: Clock, folder: Path | None) -> str:
    from app.shop.settings import BackupSettings, load

    with database.read() as uow:
        settings = load(uow, BackupSettings)
    if not settings.nightly and folder is None:
        return "switched off in Settings"
    place = folder or (Path(settings.folder) if settings.folder else _beside(database))
    place.mkdir(parents=True, exist_ok=True)
    now = clock.now()
    made = BackupService(database, clock).make(place / f"shop-{now:%Y%m%d-%H%M%S}{SUFFIX}")
    gone = thin_out(place, settings.keep)
    return f"{made.path.name}, {made.size_bytes:,} bytes, {gone} old removed"


def _beside(database: Database) -> Path:
    from app.places import default_folder

    return (database.file.parent if database.file is not None else default_folder()) / "backups"


def thin_out(folder: Path, keep: int) -> int:
    """Remove all but the newest `keep` nightly backups, and what a killed one left; how many of the former."""
    for part in folder.glob(f"shop-*{SUFFIX}{UNFINISHED}"):
        part.unlink(missing_ok=True)
    old = sorted(folder.glob(f"shop-*{SUFFIX}"))[:-keep]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
