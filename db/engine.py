"""Engines: how a SQLite file and a PostgreSQL server are opened so that both keep what they acknowledged.

SQLite: WAL with synchronous=FULL, foreign keys on, writers take the lock as they begin, no automatic
checkpoint (its slow tail falls into a sale otherwise; Database.rest does it when the till is idle).
PostgreSQL: READ COMMITTED and guarded single statements, with time limits so that no till waits for ever.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from db.cipher import unlock
from db.errors import DatabaseReadOnly, DatabaseUnavailable, NotAShop

# The WAL-reset fault of SQLite 3.7.0 to 3.51.2 can lose a commit: WAL is only used from here on.
SAFE_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_MS = 5_000
CACHE_KIB = 64 * 1024  # of pages, per connection
# Past this the writer folds what it can after its commit, even when the till is never idle.
WAL_LIMIT_BYTES = 32 * 1024 * 1024
_NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "fuse.sshfs", "fuse.davfs"}


def parse_url(text: str) -> URL:
    """A URL from the command line or settings; a bare path means a SQLite file.

    Raises NotAShop for a kind of database that is neither SQLite nor PostgreSQL.
    """
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser()) if text else None)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise NotAShop("This is not a database address. Example: postgresql://user@host/shop") from error
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite":
        return url.set(drivername="sqlite")
    raise NotAShop("Regulars keeps a shop in a SQLite file or on a PostgreSQL server.")


def file_of(url: URL) -> Path | None:
    """The SQLite file behind `url`; None for a server or memory."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    name = str(url.database)
    return Path(unquote(urlsplit(name).path)) if name.startswith("file:") else Path(name)


def make_engine(url: URL, *, key: str | None = None, read_only: bool = False) -> Engine:
    """An engine for one shop. `key` (see db.cipher) opens an encrypted file. Nothing is connected yet."""
    if url.get_backend_name() == "postgresql":
        return _postgresql(url, read_only=read_only)
    return _sqlite(url, key=key, read_only=read_only)


def _sqlite(url: URL, *, key: str | None, read_only: bool) -> Engine:
    if sqlite.sqlite_version_info < SAFE_SQLITE:
        raise NotAShop(f"This SQLite ({sqlite.sqlite_version}) can lose a sale and is not used for writing.")
    path = file_of(url)
    if path is not None:
        refuse_network_share(path)
    if read_only and path is not None and _lies_still(path):
        url = url.set(database=f"{path.absolute().as_uri()}?immutable=1", query={"uri": "true"})
    engine = create_engine(
        url,
        module=sqlite,
        hide_parameters=True,  # errors end in logs, and values name people
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=12,
        connect_args={
            "check_same_thread": False,
            "timeout": BUSY_TIMEOUT_MS / 1000,
            "cached_statements": 512,
        },
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # SQLAlchemy's begin event below says when a transaction starts
        cursor = connection.cursor()
        unlock(cursor, key)
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA trusted_schema = OFF")  # a restored file's views and triggers are a stranger's
        if read_only:
            cursor.execute("PRAGMA query_only = ON")
        else:
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = FULL")
            cursor.execute("PRAGMA wal_autocheckpoint = 0")
            cursor.execute(f"PRAGMA journal_size_limit = {WAL_LIMIT_BYTES // 4}")
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _lies_still(path: Path) -> bool:
    """A file on a medium that cannot be written, and that nobody has open: SQLite reads it only when told that it
    will not change, for it cannot make its index of the WAL there."""
    wal = path.with_name(path.name + "-wal")
    return path.is_file() and not os.access(path.parent, os.W_OK) and not wal.exists()


def _postgresql(url: URL, *, read_only: bool) -> Engine:
    settings = "-c timezone=UTC -c lock_timeout=4000 -c idle_in_transaction_session_timeout=60000"
    if read_only:
        settings += " -c default_transaction_read_only=on"
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=4,
        max_overflow=12,
        pool_pre_ping=False,  # a dead connection is met by one retry with the same request id, not by a round trip
        pool_recycle=1800,
        connect_args={
            "connect_timeout": 4,
            "keepalives": 1,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 2,
            "tcp_user_timeout": 5000,
            "options": settings,
            "prepare_threshold": 2,
        },
    )

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, words: Any, named: dict[str, Any]) -> Any:
        from db.line import WatchedConnection

        return WatchedConnection.connect(*words, **named)

    @event.listens_for(engine, "checkout")
    def look_first(connection: Any, _record: Any, _proxy: Any) -> None:
        """After a restart of the server everything in the pool is dead; who reads next takes a new connection."""
        if connection.is_hung_up:
            raise DisconnectionError("the server has closed this connection")

    return engine


def refuse_network_share(path: Path) -> None:
    """Locks on a network share do not hold; raise NotAShop rather than lose sales there."""
    if file_system_of(path) in _NETWORK_FILE_SYSTEMS:
        raise NotAShop(
            "The shop's file lies on a network share, where two tills can damage it. "
            "Use a local disk, or PostgreSQL for several tills."
        )


def file_system_of(path: Path, mount_table: Path = Path("/proc/mounts")) -> str:
    """The file system type holding `path`, "" where this system does not tell."""
    try:
        lines = mount_table.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    target = str(path.absolute())
    best, kind = "", ""
    for line in lines:
        fields = line.split()
        if len(fields) < 3:
            continue
        mount = fields[1].replace("\\040", " ")
        inside = target == mount or target.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best):
            best, kind = mount, fields[2]
    return kind


def check_writable(path: Path) -> None:
    """Raise DatabaseReadOnly or DatabaseUnavailable when a SQLite file cannot be written where it lies."""
    folder = path.parent
    if not folder.is_dir():
        raise DatabaseUnavailable(f"The folder {folder} does not exist.")
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise DatabaseReadOnly


def sync_folder(folder: Path) -> None:
    """Make a rename outlive a power cut, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
