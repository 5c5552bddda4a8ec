"""Completed sales and ledgers refuse change on both databases."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.base import append_only_tables
from db.uow import Database


def test_every_append_only_table_has_its_guards(database: Database) -> None:  # V8
    if database.is_sqlite:
        sql = "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_delete'"
    else:
        sql = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%_append_only'"
    with database.read() as uow:
        guarded = {row[0] for row in uow.connection.execute(text(sql))}
    assert guarded == set(append_only_tables())
    assert {"sale", "sale_line", "value_entry", "points_entry", "coupon_redemption", "journal"} <= guarded


@pytest.mark.parametrize("verb", ["UPDATE segment_event SET note = 'x'", "DELETE FROM segment_event"])
def test_a_written_event_cannot_be_changed(database: Database, verb: str) -> None:  # V8
    with database.write() as uow:
        for statement in (
            "INSERT INTO customer (id, number, first_name, last_name, sort_name, search_text, address, notes, "
            "accrues_points, consent_source, utm_source, created_at, updated_at) "
            "VALUES (1, 'C1', 'A', 'B', 'b a', '', '', '', true, '', '', '2026-01-01', '2026-01-01')",
            "INSERT INTO segment (id, name, description, kind, rule_version, member_count, active, "
            "created_at, updated_at) VALUES (1, 'VIP', '', 'manual', 1, 0, true, '2026-01-01', '2026-01-01')",
            "INSERT INTO segment_event (segment_id, customer_id, event, cause, note, at) "
            "VALUES (1, 1, 'entered', 'manual', '', '2026-01-01')",
        ):
            uow.connection.execute(text(statement))
        uow.commit()
    with pytest.raises(DBAPIError, match="append-only"), database.write() as uow:
        uow.connection.execute(text(verb))
    assert database.scalar("SELECT count(*) FROM segment_event WHERE note = ''") == 1
