"""Power loss, simulated: what a disk may hold when the current goes at any moment.

SQLite runs on a VFS that keeps the files in memory and writes down every write, truncation, deletion and sync.
For any point of that log the disk is rebuilt as it may be then: what was synced is there; of what was not, any
512-byte sector may be there or not, a file that was made may be missing and one that was deleted may be back.
Directories follow the next sync of any file, as journalling file systems write their metadata in order.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import apsw

SECTOR = 512
_DIRECTORY = ("create", "delete")


@dataclass(frozen=True, slots=True)
class Event:
    """kind: create, write, truncate, delete, sync, acknowledged. `data` of a truncation is its new size."""

    kind: str
    name: str
    offset: int = 0
    data: bytes = b""


@dataclass
class Disk:
    """What programs see, and the log of how it came about."""

    files: dict[str, bytearray] = field(default_factory=dict)
    log: list[Event] = field(default_factory=list)


class LoggedVFS(apsw.VFS):
    """Files in memory, every change logged. Not for shared memory: the journal runs in exclusive mode."""

    def __init__(self, name: str, disk: Disk) -> None:
        self.disk = disk
        super().__init__(name, "", iVersion=1)

    def xFullPathname(self, name: str) -> str:
        return name

    def xAccess(self, name: str, flags: int) -> bool:
        return name in self.disk.files

    def xDelete(self, name: str, syncdir: bool) -> None:
        if name not in self.disk.files:
            raise apsw.IOError
        del self.disk.files[name]
        self.disk.log.append(Event("delete", name))
        if syncdir:
            self.disk.log.append(Event("sync", name))

    def xOpen(self, name, flags: list[int]):  # type: ignore[no-untyped-def]
        text = name.filename() if isinstance(name, apsw.URIFilename) else name
        flags[1] = flags[0]
        return LoggedFile(self.disk, text or f"temp-{id(flags)}")


class LoggedFile:
    def __init__(self, disk: Disk, name: str) -> None:
        self.disk, self.name = disk, name
        if name not in disk.files:
            disk.files[name] = bytearray()
            disk.log.append(Event("create", name))

    @property
    def content(self) -> bytearray:
        return self.disk.files.setdefault(self.name, bytearray())

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self.content[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        _write(self.content, data, offset)
        self.disk.log.append(Event("write", self.name, offset, bytes(data)))

    def xTruncate(self, size: int) -> None:
        del self.content[size:]
        self.disk.log.append(Event("truncate", self.name, size))

    def xSync(self, flags: int) -> None:
        self.disk.log.append(Event("sync", self.name))

    def xFileSize(self) -> int:
        return len(self.content)

    def xClose(self) -> None:
        pass

    def xLock(self, level: int) -> None:
        pass

    def xUnlock(self, level: int) -> None:
        pass

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, op: int, pointer: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return SECTOR

    def xDeviceCharacteristics(self) -> int:
        return 0


def _write(content: bytearray, data: bytes, offset: int) -> None:
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


def record(journal_mode: str, synchronous: int, work: Callable[[apsw.Connection, Callable[[int], None]], None]) -> Disk:
    """Run `work` on a fresh database under these pragmas; it calls its second argument after each commit."""
    disk = Disk()
    vfs = LoggedVFS(f"power-{journal_mode}-{synchronous}", disk)
    connection = apsw.Connection(
        "shop.db", vfs=vfs.vfs_name if hasattr(vfs, "vfs_name") else f"power-{journal_mode}-{synchronous}"
    )
    for pragma in (
        "locking_mode = EXCLUSIVE", f"journal_mode = {journal_mode}", f"synchronous = {synchronous}",
        "wal_autocheckpoint = 0", "cache_size = 10", "foreign_keys = ON",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}").fetchall()
    found = connection.execute("PRAGMA journal_mode").fetchall()[0][0]
    assert found == journal_mode.lower(), found
    work(connection, lambda count: disk.log.append(Event("acknowledged", "", count)))
    connection.close(True)
    vfs.unregister()
    return disk


def after_power_loss(log: list[Event], upto: int, chance: random.Random) -> tuple[dict[str, bytes], int]:
    """(files as the disk may hold them after the first `upto` events, commits that were acknowledged by then)."""
    stable: dict[str, bytearray] = {}
    pending: dict[str, list[Event]] = {}
    acknowledged = 0
    for event in log[:upto]:
        if event.kind == "acknowledged":
            acknowledged = event.offset
        elif event.kind == "sync":
            for name, events in pending.items():
                for earlier in events:
                    if name == event.name or earlier.kind in _DIRECTORY:
                        _settle(stable, earlier)
                pending[name] = [] if name == event.name else [one for one in events if one.kind not in _DIRECTORY]
        else:
            pending.setdefault(event.name, []).append(event)
    for events in pending.values():
        for event in events:
            _perhaps(stable, event, chance)
    return {name: bytes(content) for name, content in stable.items()}, acknowledged


def _settle(files: dict[str, bytearray], event: Event) -> None:
    if event.kind == "create":
        files.setdefault(event.name, bytearray())
    elif event.kind == "delete":
        files.pop(event.name, None)
    elif event.kind == "truncate":
        del files.setdefault(event.name, bytearray())[event.offset :]
    else:
        _write(files.setdefault(event.name, bytearray()), event.data, event.offset)


def _perhaps(files: dict[str, bytearray], event: Event, chance: random.Random) -> None:
    """An unsynced change: made, not made, or a write of which any sectors are there."""
    if event.kind != "write":
        if chance.random() < 0.5:
            _settle(files, event)
        return
    if chance.random() < 0.2:
        return
    for start in range(0, len(event.data), SECTOR):
        if chance.random() < 0.6:
            part = event.data[start : start + SECTOR]
            _settle(files, Event("write", event.name, event.offset + start, part))


def put_down(files: dict[str, bytes], folder: Path) -> Path:
    """The files on a real disk, to be opened by the driver that ships."""
    for old in folder.glob("shop.db*"):
        old.unlink()
    for name, content in files.items():
        if name.startswith("shop.db"):
            (folder / name).write_bytes(content)
    return folder / "shop.db"
