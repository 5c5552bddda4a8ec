"""What a backup says of itself, and how a restore went."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from app.errors import DomainError

FORMAT = 1
MANIFEST = "manifest.json"
SHOP_FILE = "shop.db"
UNFINISHED = ".part"

Progress = Callable[[str, int, int], None]


class BackupDamaged(DomainError):
    """The file is no backup, was cut short, or holds other bytes than were written."""

    code = "backup.damaged"

    def __init__(self, why: str) -> None:
        super().__init__(f"This backup cannot be used: {why}. Take another one; nothing was changed.")


class BackupNotWritten(DomainError):
    """The disk, or the right to write there, is missing. Nothing is left of the attempt."""

    code = "backup.notwritten"

    def __init__(self, path: Path, error: OSError) -> None:
        why = error.strerror or "the disk refused"
        super().__init__(f"The backup could not be written to {path}: {why}. Choose another place; the shop goes on.")


class RestoreRefused(DomainError):
    code = "backup.refused"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file inside the backup."""

    name: str
    sha256: str
    size_bytes: int
    columns: tuple[str, ...] = ()  # of a table's rows


@dataclass(frozen=True, slots=True)
class RegisterHead:
    """Where a register stood: also an anchor outside the shop for its journal (V24).

    `anchor`: the text on its last Z report, "" where it signed none yet (see app.journal.signing).
    """

    register_id: int
    code: str
    next_number: int
    journal_sequence: int
    journal_head: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    kind: str  # sqlite or postgresql
    taken_at: datetime
    shop: str
    revision: str
    epoch: int
    app_version: str
    sales: int
    registers: tuple[RegisterHead, ...]
    entries: tuple[Entry, ...]
    encrypted: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "kind": self.kind,
            "taken_at": self.taken_at.isoformat(),
            "shop": self.shop,
            "revision": self.revision,
            "epoch": self.epoch,
            "app_version": self.app_version,
            "sales": self.sales,
            "encrypted": self.encrypted,
            "registers": [
                {
                    "id": one.register_id,
                    "code": one.code,
                    "next_number": one.next_number,
                    "journal_sequence": one.journal_sequence,
                    "journal_head": one.journal_head,
                    "anchor": one.anchor,
                }
                for one in self.registers
            ],
            "entries": [
                {"name": one.name, "sha256": one.sha256, "bytes": one.size_bytes, "columns": list(one.columns)}
                for one in self.entries
            ],
        }

    @classmethod
    def from_json(cls, data: Any) -> Manifest:
        """Raises BackupDamaged for anything that `to_json` did not write."""
        try:
            if data["format"] != FORMAT:
                raise BackupDamaged("it was made by a newer version of Regulars")
            return cls(
                kind=str(data["kind"]),
                taken_at=datetime.fromisoformat(data["taken_at"]),
                shop=str(data["shop"]),
                revision=str(data["revision"]),
                epoch=int(data["epoch"]),
                app_version=str(data["app_version"]),
                sales=int(data["sales"]),
                registers=tuple(
                    RegisterHead(
                        int(one["id"]), str(one["code"]), int(one["next_number"]), int(one["journal_sequence"]),
                        str(one["journal_head"]), str(one.get("anchor", "")),
                    )
                    for one in data["registers"]
                ),
                entries=tuple(
                    Entry(str(one["name"]), str(one["sha256"]), int(one["bytes"]), tuple(map(str, one["columns"])))
                    for one in data["entries"]
                ),
                encrypted=bool(data.get("encrypted", False)),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError) as error:
            raise BackupDamaged("what it says of itself cannot be read") from error


@dataclass(frozen=True, slots=True)
class BackupMade:
    path: Path
    taken_at: datetime
    size_bytes: int
    sales: int


@dataclass(frozen=True, slots=True)
class SpentSince:
    """A card that held less when the old shop was left than it holds in the restored one."""

    shown: str
    restored_minor: int
    left_minor: int


@dataclass(frozen=True, slots=True)
class Restored:
    """`kept`: where the shop that was there before went. `spent`: cards to look at (F18).

    `signed`: the last closing that each register signed, "R1 Z 12".
    """

    url: str
    taken_at: datetime
    epoch: int
    sales: int
    sales_lost: int = 0
    kept: str = ""
    spent: tuple[SpentSince, ...] = field(default=())
    signed: tuple[str, ...] = field(default=())

    def sentences(self) -> Iterator[str]:
        yield f"The shop stands as of {self.taken_at:%Y-%m-%d %H:%M:%S} UTC, with {self.sales:,} sales, all checked."
        yield f"Receipts are now numbered in series {self.epoch}, so none is given out twice."
        if self.signed:
            yield f"Its journals are signed up to {', '.join(self.signed)}; compare that with the last Z reports."
        if self.kept:
            yield f"The shop that was there is kept as {self.kept}."
        if self.sales_lost:
            yield f"{self.sales_lost:,} sales booked since the backup are only in that copy."
        if self.spent:
            cards = ", ".join(one.shown for one in self.spent[:10])
            yield f"{len(self.spent)} cards were spent from since: {cards}. They hold more now than their owners left."
