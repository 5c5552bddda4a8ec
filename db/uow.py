"""The unit of work: one service call, one transaction.

    with database.write() as uow:
        ...
        uow.commit()

Leaving the block without commit() rolls back. A writing unit takes SQLite's write lock as it starts.
Driver errors leave as db.errors with a sentence; anything else is a defect and passes unchanged.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from db.engine import BUSY_TIMEOUT_MS, WAL_LIMIT_BYTES, file_of, make_engine, parse_url
from db.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseFull,
    DatabaseProblem,
    DatabaseReadOnly,
    DatabaseUnavailable,
    DiskTrouble,
    OutcomeUnknown,
    ServerCrowded,
    ServerReadOnly,
    ServerRefuses,
)  # fmt: skip

log = logging.getLogger(__name__)
PATIENCE_S = 6.0
AWAY_PATIENCE_S = 2.0  # where nobody answers: each attempt may take some seconds itself to find that out
IDLE_S = 20.0
CHECKPOINT_WAIT_MS = 100
Answer = TypeVar("Answer")
# Over once anything can be read again; a full disk is not.
_PASSING = (DatabaseUnavailable, DiskTrouble, OutcomeUnknown)


class UnitOfWork:
    """One transaction on one connection; stays on the thread that opened it."""

    def __init__(self, connection: Connection, *, in_doubt: bool = False) -> None:
        """`in_doubt`: the last unit could not write, so it matters whether this one did; looking costs a round trip."""
        self.connection = connection
        self._session: Session | None = None
        self.committed = False
        self.committing = False
        self.wrote = False  # committed something, not only what it had read
        self._in_doubt = in_doubt
        self._changes = self._written() if in_doubt else None

    @property
    def session(self) -> Session:
        """The ORM's session on this transaction, made when first asked for: a sale never needs one."""
        if self._session is None:
            self._session = Session(bind=self.connection, autoflush=True, expire_on_commit=False)
        return self._session

    @property
    def is_sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"

    def flush(self) -> None:
        if self._session is not None:
            self._session.flush()

    def commit(self) -> None:
        self.flush()
        wrote = not self._in_doubt or self._written() != self._changes
        self.committing = True
        self.connection.commit()
        self.committing = False
        self.committed, self.wrote = True, wrote

    def _written(self) -> object:
        """Differs from before once this transaction has written anything."""
        if self.is_sqlite:
            return self.connection.exec_driver_sql("SELECT total_changes()").scalar()
        return self.connection.exec_driver_sql("SELECT pg_current_xact_id_if_assigned()::text").scalar()

    def close(self) -> None:
        if self._session is not None:
            self._session.close()


class Database:
    """A shop's database. Thread-safe; each unit of work takes a connection of its own from the pool."""

    def __init__(self, engine: Engine, key: str | None = None) -> None:
        self.engine = engine
        self.key = key  # of an encrypted file (db.cipher): its copies are encrypted under the same
        self._writers = engine.execution_options(writes=True)
        # A reading unit ends with COMMIT on a server (see read), so the server itself must refuse a write in one.
        self._readers = (
            engine if engine.dialect.name == "sqlite" else engine.execution_options(postgresql_readonly=True)
        )
        self.file = file_of(engine.url)
        # SQLite lets one process writer in at a time; queueing our own threads here is fairer than its busy wait.
        self._turn = threading.Lock() if self.is_sqlite else None
        self._last_write = time.monotonic()
        # What keeps the shop from being read or written just now; whoever shows it looks, from any thread.
        self.trouble: DatabaseProblem | None = None

    @classmethod
    def connect(cls, url: str, *, key: str | None = None, read_only: bool = False) -> Database:
        """Open by URL or file path; nothing is checked (see db.opening for that). Raises NotAShop."""
        return cls(make_engine(parse_url(url), key=key, read_only=read_only), key)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A snapshot to read from; never writes."""
        with self._unit(self._readers) as uow:
            yield uow
            if not uow.is_sqlite:
                # A ROLLBACK makes psycopg forget every statement it prepared: the next sale would be planned anew.
                uow.connection.commit()

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """A transaction that may write. Raises DatabaseBusy when the lock cannot be had in time."""
        if self._turn is None:
            with self._unit(self._writers) as uow:
                yield uow
            return
        if not self._turn.acquire(timeout=10):
            raise DatabaseBusy
        try:
            with self._unit(self._writers) as uow:
                yield uow
        finally:
            self._turn.release()
        self._keep_wal_bounded()

    @contextmanager
    def _unit(self, engine: Engine) -> Iterator[UnitOfWork]:
        uow: UnitOfWork | None = None
        try:
            with engine.connect() as connection:
                connection.begin()
                uow = UnitOfWork(connection, in_doubt=not isinstance(self.trouble, (*_PASSING, type(None))))
                try:
                    yield uow
                finally:
                    uow.close()
            if isinstance(self.trouble, _PASSING) or uow.wrote:
                self.trouble = None
        except PoolTimeout as error:
            raise DatabaseBusy from error
        except DBAPIError as error:
            problem = translate(error, committing=uow is not None and uow.committing)
            if isinstance(problem, _PASSING):
                self.engine.dispose()  # what waits in the pool died with it: a retry takes a new connection
            if isinstance(problem, DatabaseProblem) and not isinstance(problem, DatabaseBusy):
                self.trouble = problem
            raise problem from error

    def retrying(self, work: Callable[[UnitOfWork], Answer], *, attempts: int = 4) -> Answer:
        """Run `work` in a writing unit, again with jitter when the database was busy, away or broke a deadlock.

        `work` commits itself and must be idempotent by request id: after an unknown outcome it runs again. No attempt
        begins after PATIENCE_S, nor after AWAY_PATIENCE_S where nobody answers (F24: five seconds in all), for each may
        itself wait some seconds and a cashier stands there. When one outcome was unknown and no later attempt could
        find it out, OutcomeUnknown is what is raised.
        """
        begun = time.monotonic()
        unknown: OutcomeUnknown | None = None
        for attempt in range(attempts):
            try:
                with self.write() as uow:
                    return work(uow)
            except (DatabaseBusy, OutcomeUnknown, DatabaseUnavailable, DiskTrouble) as problem:
                unknown = problem if isinstance(problem, OutcomeUnknown) else unknown
                patience = PATIENCE_S if isinstance(problem, DatabaseBusy) else AWAY_PATIENCE_S
                if attempt == attempts - 1 or time.monotonic() - begun > patience:
                    if unknown is None or unknown is problem:
                        raise
                    raise unknown from problem
                time.sleep(random.uniform(0.02, 0.08) * 2**attempt)  # noqa: S311 - jitter, not a secret
        raise AssertionError("unreachable")

    def ask(self) -> None:
        """Read one value, to find out whether the shop is there again. Raises DatabaseProblem."""
        self.scalar("SELECT 1")

    def checkpoint(self) -> None:
        """Fold the WAL into the file and empty it. Does nothing on a server, and gives up where somebody reads."""
        self._fold("TRUNCATE")

    def rest(self) -> None:
        """To be called every so often from the writing thread: folds the WAL once nobody has written for a while."""
        if time.monotonic() - self._last_write > IDLE_S and self._wal_size() > 0:
            self.checkpoint()

    def _fold(self, how: str) -> None:
        if not self.is_sqlite or self.file is None:
            return
        try:
            raw = self.engine.raw_connection()
            try:
                cursor = raw.cursor()
                cursor.execute(f"PRAGMA busy_timeout = {CHECKPOINT_WAIT_MS}")
                cursor.execute(f"PRAGMA wal_checkpoint({how})").fetchall()
                cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            finally:
                raw.close()
        except (SQLAlchemyError, sqlite.Error):  # the WAL keeps every commit until the next time
            log.warning("checkpoint put off", exc_info=True)

    def _keep_wal_bounded(self) -> None:
        """PASSIVE never waits: under a report that reads for minutes each sale would otherwise stand still."""
        self._last_write = time.monotonic()
        if self._wal_size() > WAL_LIMIT_BYTES:
            self._fold("PASSIVE")

    def _wal_size(self) -> int:
        if self.file is None:
            return 0
        try:
            return self.file.with_name(self.file.name + "-wal").stat().st_size
        except OSError:
            return 0

    def scalar(self, sql: str, **values: object) -> object:
        """One value of a plain statement; for checks and tests."""
        with self.read() as uow:
            return uow.connection.execute(text(sql), values).scalar()

    def close(self) -> None:
        """Fold the WAL and give every connection back."""
        self.checkpoint()
        self.engine.dispose()


_BUSY_STATES = {"40001", "40P01", "55P03", "53300"}
_POSTGRESQL_PROBLEMS: dict[str, Callable[[], DatabaseProblem]] = {
    "53100": DatabaseFull,
    "25006": ServerReadOnly,
    "58030": DiskTrouble,  # io_error; on its own log the server stops instead, and the connection is lost
    "XX001": lambda: DatabaseDamaged(_DAMAGED_SERVER),
    "XX002": lambda: DatabaseDamaged(_DAMAGED_SERVER),
}
_DAMAGED_SERVER = "The server says that the shop's data is damaged. Stop selling here and restore the last backup."


def translate(error: DBAPIError, *, committing: bool) -> Exception:
    """The sentence for a driver's error, or the error itself where it is a defect of ours."""
    original = error.orig
    state = getattr(original, "sqlstate", None)
    if state is not None or "psycopg" in type(original).__module__:
        return _translate_postgresql(error, state, committing=committing)
    return _translate_sqlite(error, committing=committing)


def _translate_postgresql(error: DBAPIError, state: str | None, *, committing: bool) -> Exception:
    if state in _BUSY_STATES or (state == "23505" and "request_id" in _constraint(error)):
        return DatabaseBusy()  # the same request is being booked elsewhere at this moment: look again
    problem = _POSTGRESQL_PROBLEMS.get(state or "")
    if problem is not None:
        return problem()
    lost = state is None and _is_a_lost_connection(error.orig)
    broken = lost or (state or "")[:2] in ("08", "57") or state == "25P03" or error.connection_invalidated
    if not broken:
        return error
    return OutcomeUnknown() if committing else _away(str(error.orig))


# What a server says to somebody it does not let in has no code that the driver hands on; these are its English words.
_CROWDED_WORDS = ("too many clients", "too many connections", "connection slots are reserved")
_REFUSED_WORDS = ("password authentication failed", "no pg_hba.conf entry", "not permitted to log in", "fe_sendauth")


def is_crowded(words: str) -> bool:
    return any(known in words for known in _CROWDED_WORDS)


def _away(words: str) -> DatabaseUnavailable:
    if is_crowded(words):
        return ServerCrowded()
    refused = any(known in words for known in _REFUSED_WORDS) or ('role "' in words and "does not exist" in words)
    return ServerRefuses() if refused else DatabaseUnavailable()


def _is_a_lost_connection(original: BaseException | None) -> bool:
    """By name, for psycopg is no module of a shop in a file; ConnectionTimeout and its like are kinds of these."""
    return any(kind.__name__ in ("OperationalError", "InterfaceError") for kind in type(original).__mro__)


def _constraint(error: DBAPIError) -> str:
    return getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""


# By SQLite's primary result codes; its words differ between versions.
_SQLITE_PROBLEMS: dict[int, Callable[[], DatabaseProblem]] = {
    5: DatabaseBusy,  # SQLITE_BUSY
    6: DatabaseBusy,  # SQLITE_LOCKED
    8: DatabaseReadOnly,
    11: DatabaseDamaged,  # SQLITE_CORRUPT
    13: DatabaseFull,
    14: lambda: DatabaseUnavailable("The shop's file cannot be opened. Check its disk and its folder, then try again."),
    15: DatabaseBusy,  # SQLITE_PROTOCOL: others raced for the WAL too often
    26: DatabaseDamaged,  # SQLITE_NOTADB
}
_SQLITE_IOERR = 10
# The online backup names its trouble in words only.
_SQLITE_WORDS = {"database is locked": 5, "readonly": 8, "disk i/o error": 10, "malformed": 11, "disk is full": 13}


def _translate_sqlite(error: DBAPIError, *, committing: bool) -> Exception:
    code = _sqlite_code(error.orig)
    if code == _SQLITE_IOERR:
        # Once the last frame is in the WAL, a failed sync leaves it to chance whether the next start finds the commit.
        return OutcomeUnknown("The disk failed") if committing else DiskTrouble()
    problem = _SQLITE_PROBLEMS.get(code)
    return error if problem is None else problem()


def _sqlite_code(original: BaseException | None) -> int:
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None:
        return int(code) & 0xFF
    message = str(original).lower()
    return next((known for words, known in _SQLITE_WORDS.items() if words in message), 0)
