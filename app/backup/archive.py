"""The file a backup is: a zip of the shop's data and a manifest with their hashes, complete or not there."""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

from app.backup.model import MANIFEST, SHOP_FILE, UNFINISHED, BackupDamaged, Entry, Manifest
from db.cipher import HEAD_BYTES, marked
from db.engine import sync_folder

PIECE = 1 << 20
_MOST_MANIFEST = 1 << 20
# How a zip with wrong bytes shows. RuntimeError: a header that asks for a password or another compression.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, KeyError, ValueError,
)  # fmt: skip


class ArchiveWriter:
    """`with ArchiveWriter(path) as archive: … archive.finish(manifest)`. Only `finish` gives the file its name.

    A program killed in between leaves a file that ends in ".part", which no restore takes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = path.with_name(path.name + UNFINISHED)
        self._done = False
        self.entries: list[Entry] = []

    def __enter__(self) -> ArchiveWriter:
        self._part.unlink(missing_ok=True)
        handle = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "wb")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        return self

    def add(self, name: str, pieces: Iterable[bytes], columns: Iterable[str] = ()) -> None:
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as entry:
            for piece in pieces:
                entry.write(piece)
                digest.update(piece)
                size += len(piece)
        self.entries.append(Entry(name, digest.hexdigest(), size, tuple(columns)))

    def finish(self, manifest: Manifest) -> int:
        """Write the manifest, sync, take the final name; the file's size in bytes."""
        self._zip.writestr(MANIFEST, json.dumps(manifest.to_json(), ensure_ascii=False, indent=1))
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        with ArchiveReader(
            self._part, unfinished=True
        ) as written:  # read back from the disk before it counts as a backup
            written.verify()
        self._part.replace(self.path)
        sync_folder(self.path.parent)
        self._done = True
        return self.path.stat().st_size

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._done:
            self._zip.fp = None  # it would write its directory to the closed file when it is collected
            self._file.close()
            self._part.unlink(missing_ok=True)


class ArchiveReader:
    """A finished backup. Raises BackupDamaged for anything else; `unfinished` is for the writer's own look."""

    def __init__(self, path: Path, *, unfinished: bool = False) -> None:
        self.path = path
        self._unfinished = unfinished

    def __enter__(self) -> ArchiveReader:
        if self.path.name.endswith(UNFINISHED) and not self._unfinished:
            raise BackupDamaged("the program was stopped while it was made")
        try:
            self._zip = zipfile.ZipFile(self.path)
        except FileNotFoundError:
            raise BackupDamaged(f"there is no file {self.path.name}") from None
        except (PermissionError, IsADirectoryError) as error:
            raise BackupDamaged(f"{self.path.name} cannot be read ({error.strerror})") from None
        except _DAMAGE as error:
            raise BackupDamaged("it is no backup of Regulars, or was cut short") from error
        try:
            self.manifest = self._read_manifest()
        except BaseException:
            self._zip.close()
            raise
        return self

    def _read_manifest(self) -> Manifest:
        try:
            if self._zip.getinfo(MANIFEST).file_size > _MOST_MANIFEST:
                raise BackupDamaged("what it says of itself cannot be read")
            return Manifest.from_json(json.loads(self._zip.read(MANIFEST)))
        except _DAMAGE as error:
            raise BackupDamaged("it is no backup of Regulars, or was cut short") from error

    def key_head(self) -> bytes | None:
        """The head of the shop's file in it where that is encrypted (see db.cipher): it says under which key."""
        try:
            with self._zip.open(SHOP_FILE) as file:
                return marked(file.read(HEAD_BYTES))
        except KeyError:
            return None  # a server's
        except _DAMAGE as error:
            raise BackupDamaged(f"its part {SHOP_FILE} is damaged") from error

    def verify(self) -> None:
        """Every byte is what was written."""
        for entry in self.manifest.entries:
            for _ in self.pieces(entry):
                pass

    def pieces(self, entry: Entry) -> Iterator[bytes]:
        """An entry's bytes; BackupDamaged at the end when they are not what was written."""
        digest, size = hashlib.sha256(), 0
        try:
            with self._zip.open(entry.name) as file:
                while piece := file.read(PIECE):
                    size += len(piece)
                    if size > entry.size_bytes:
                        break
                    digest.update(piece)
                    yield piece
        except _DAMAGE as error:
            raise BackupDamaged(f"its part {entry.name} is damaged") from error
        if size != entry.size_bytes or digest.hexdigest() != entry.sha256:
            raise BackupDamaged(f"its part {entry.name} is damaged")

    def __exit__(self, *_: object) -> None:
        self._zip.close()
