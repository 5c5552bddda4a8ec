"""A throw-away shop for one record: a SQLite file of its own, set up as a real one, gone afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from app.clock import FixedClock
from app.shop.model import SetUpShop, ShopDraft
from app.staff.model import Actor, with_all_rights
from db.uow import Database


@dataclass(frozen=True)
class Stage:
    database: Database
    clock: FixedClock
    made: SetUpShop
    actor: Actor


class _NoPins:
    """Nobody signs in here, so nothing is spent on hashing slowly."""

    def hash(self, pin: str) -> str:
        return f"none:{len(pin)}"

    def verify(self, _kept: str, _pin: str) -> bool:
        return False

    def outdated(self, _kept: str) -> bool:
        return False


@cache
def _template() -> tuple[Path, object]:
    """A file with the schema, made once per run: migrating takes longer than playing a record."""
    from db.schema import create_schema

    folder = tempfile.TemporaryDirectory(prefix="regulars-scenarios-")
    path = Path(folder.name) / "shop.db"
    create_schema(str(path)).close()
    return path, folder


@contextmanager
def stage(draft: ShopDraft, now: datetime) -> Iterator[Stage]:
    """The shop of `draft` at the moment `now`, with one till and somebody who may do everything."""
    from app.shop.setup import set_up

    template, _keep = _template()
    with tempfile.TemporaryDirectory(prefix="regulars-scenario-") as folder:
        path = Path(folder) / "shop.db"
        shutil.copyfile(template, path)
        database = Database.connect(str(path))
        try:
            clock = FixedClock(now)
            made = set_up(database, draft, clock, pins=_NoPins())
            place = {"register_id": made.register_id, "outlet_id": made.outlet_id}
            yield Stage(database, clock, made, with_all_rights(made.manager_id, "Scenario", **place))
        finally:
            database.close()
