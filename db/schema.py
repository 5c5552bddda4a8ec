"""Making and upgrading the schema, and opening a shop that must already be there.

A shop is never created by opening a name: a missing, empty or foreign file is refused with a sentence.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from db.cipher import head_of, marked
from db.engine import check_writable, parse_url
from db.errors import (
    DatabaseDamaged,
    DatabaseProblem,
    DatabaseUnavailable,
    KeyNeeded,
    NewerSchema,
    NotAShop,
    OlderSchema,
    WrongKey,
)  # fmt: skip
from db.uow import Database, translate

HEAD = "0001"
_SQLITE_MAGIC = b"SQLite format 3\x00"


def upgrade(database: Database) -> str:
    """Bring the schema to HEAD in one transaction; return the revision it came from ("" for none)."""
    if database.file is not None:
        check_writable(database.file)
    with database.write() as uow:
        before = upgrade_within(uow.connection)
        uow.commit()
    return before


def upgrade_within(connection: Connection) -> str:
    """`upgrade` inside the caller's transaction. Raises NewerSchema."""
    from alembic import command
    from alembic.config import Config

    before = revision(connection)
    if before not in ("", *known_revisions()):
        raise NewerSchema
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return before


def known_revisions() -> list[str]:
    """Revisions of this program, oldest first."""
    versions = Path(__file__).parent / "migrations" / "versions"
    return sorted(path.name[1:5] for path in versions.glob("v[0-9][0-9][0-9][0-9]_*.py"))


def revision(connection: Connection) -> str:
    """The schema's revision, "" where there is no schema of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return str(found or "")


def open_shop(url: str, *, key: str | None = None, read_only: bool = False) -> Database:
    """Open an existing shop; an encrypted one with its `key`.

    Raises NotAShop (missing, empty, foreign), DatabaseDamaged, KeyNeeded, WrongKey, NewerSchema, OlderSchema,
    DatabaseUnavailable.
    """
    found = look_for_shop(url, key=key)
    if found != known_revisions()[-1]:
        raise OlderSchema
    database = Database.connect(url, key=key, read_only=read_only)
    if database.file is not None and not read_only:
        check_writable(database.file)
    return database


def look_for_shop(url: str, *, key: str | None = None) -> str:
    """The revision of the shop at `url`, found without changing a byte there: a writing connection sets the journal
    mode, and the file may be somebody else's. Raises what `open_shop` does, but for OlderSchema."""
    parsed = parse_url(url)
    look = Database.connect(url, key=key, read_only=True)
    try:
        if look.file is not None:
            _look_at_file(look.file, key)
        with look.read() as uow:
            found = revision(uow.connection)
    except DBAPIError as error:
        raise translate(error, committing=False) from error
    except DatabaseUnavailable as error:
        if look.file is not None or type(error) is not DatabaseUnavailable:
            raise
        raise DatabaseUnavailable(f"The database at {parsed.host or parsed.database} does not answer.") from error
    finally:
        look.engine.dispose()
    if not found:
        raise NotAShop("There is no shop in this database yet. Set one up, or choose another.")
    if found not in known_revisions():
        raise NewerSchema
    return found


def _look_at_file(path: Path, key: str | None) -> None:
    if not path.exists():
        raise NotAShop(f"There is no shop at {path}.")
    if path.is_dir():
        raise NotAShop(f"{path} is a folder. Name the shop's file in it.")
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise DatabaseUnavailable(f"The file {path} cannot be read: {error.strerror}. Check its rights.") from error
    if not head:
        raise DatabaseDamaged(f"The file {path.name} is empty. Restore the last backup.")
    if marked(head) is not None:
        if key is None:
            raise KeyNeeded(path.name)
        if head != head_of(key):
            raise WrongKey(path.name)
    elif head != _SQLITE_MAGIC:
        raise DatabaseDamaged(f"The file {path.name} is not a shop's data, or is damaged. Restore the last backup.")


def _is_blank(url: str, key: str | None) -> bool:
    """Whether a file holds no table at all: a set-up that was cut off left it."""
    look = Database.connect(url, key=key, read_only=True)
    try:
        with look.read() as uow:
            return not inspect(uow.connection).get_table_names()
    except (DBAPIError, DatabaseProblem):
        return False
    finally:
        look.engine.dispose()


def create_schema(url: str, *, key: str | None = None) -> Database:
    """A new, empty shop's schema. Raises NotAShop where something is there already."""
    database = Database.connect(url, key=key)
    if database.file is not None:
        if database.file.exists() and database.file.stat().st_size > 0 and not _is_blank(url, key):
            raise NotAShop(f"There is already something at {database.file}. Choose another place.")
        database.file.parent.mkdir(parents=True, exist_ok=True)
        database.file.touch(mode=0o600)
    upgrade(database)
    return database
