"""A unit that reads keeps nothing, whatever slipped into it."""

import contextlib

from db.errors import DatabaseReadOnly
from db.uow import Database


def test_a_write_in_a_reading_unit_is_not_kept(database: Database) -> None:
    with contextlib.suppress(DatabaseReadOnly), database.read() as uow:
        uow.connection.exec_driver_sql("INSERT INTO brand (name) VALUES ('Slipped in')")
    assert database.scalar("SELECT count(*) FROM brand") == 0
    with database.write() as writing:  # the same connection writes again afterwards
        writing.connection.exec_driver_sql("INSERT INTO brand (name) VALUES ('Meant')")
        writing.commit()
    assert database.scalar("SELECT count(*) FROM brand") == 1
