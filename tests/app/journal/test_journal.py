"""The chain shows every later change, and names the first bad row."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app.clock import FixedClock
from app.errors import NotFound
from app.journal.chain import FIRST, canonical, first_break, hash_of, next_entry
from app.journal.service import append
from db.uow import Database
from tests.builders import ShopBuilder, a_shop

AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> ShopBuilder:
    made = a_shop(database, clock)
    made.product("Oil", "10.00")
    for _ in range(4):
        made.sell("Oil")
    return made


def chain_of(count: int):
    entries, head = [], (0, FIRST)
    for number in range(count):
        entries.append(next_entry(head, 1, "note", AT, staff_id=None, body={"n": number, "name": "Zoë"}))
        head = (entries[-1].sequence, entries[-1].hash)
    return entries, head


def test_the_hash_is_what_the_text_says() -> None:  # V24: worked out here without the program's code
    (entry,), _ = chain_of(1)
    content = {
        "approver": None, "at": "2026-03-14T12:00:00.000000Z", "body": '{"n":0,"name":"Zoë"}', "kind": "note",
        "register": 1, "sale": None, "sequence": 1, "staff": None,
    }  # fmt: skip
    plain = "0" * 64 + json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert entry.hash == hashlib.sha256(plain.encode()).hexdigest()


def test_a_whole_chain_holds_and_every_tampering_shows() -> None:  # F55
    entries, head = chain_of(6)
    assert first_break(entries, 1, head) is None
    from dataclasses import replace

    edited = [*entries[:2], replace(entries[2], body='{"n":7}'), *entries[3:]]
    assert first_break(edited, 1, head).sequence == 3
    removed = [*entries[:2], *entries[3:]]
    assert first_break(removed, 1, head).sequence == 3
    swapped = [entries[0], entries[2], entries[1], *entries[3:]]
    assert first_break(swapped, 1, head).sequence == 2
    cut = entries[:4]
    assert "missing" in first_break(cut, 1, head).why
    later = [*entries[:3], replace(entries[3], at=AT + timedelta(seconds=1)), *entries[4:]]
    assert first_break(later, 1, head).sequence == 4


def test_floats_have_no_place() -> None:
    with pytest.raises(TypeError):
        canonical({"amount": [1.5]})


def test_sales_are_chained(shop: ShopBuilder) -> None:
    kinds = [row[0] for row in shop.rows("SELECT kind FROM journal ORDER BY sequence")]
    assert kinds == ["open", "sale", "sale", "sale", "sale"]
    assert shop.journal.breaks() == ()


@pytest.mark.parametrize(
    ("tamper", "sequence"),
    [
        ("UPDATE journal SET body = replace(body, '1000', '1') WHERE sequence = 3", 3),
        ("UPDATE journal SET staff_id = 2 WHERE sequence = 2", 2),
        ("UPDATE journal SET at = '2026-03-14 11:00:00' WHERE sequence = 4", 4),
        ("DELETE FROM journal WHERE sequence = 4", 4),
        ("DELETE FROM journal WHERE sequence = 5", 5),
    ],
)
def test_a_row_changed_in_the_database_is_named(shop: ShopBuilder, tamper: str, sequence: int) -> None:  # F55
    with shop.database.write() as uow:
        for statement in _without_guards(shop.database.is_sqlite):
            uow.connection.execute(text(statement))
        uow.connection.execute(text(tamper))
        uow.commit()
    (found,) = shop.journal.breaks()
    assert (found.register_id, found.sequence) == (shop.register_ids[0], sequence)


def _without_guards(sqlite: bool) -> list[str]:
    if sqlite:
        return ["DROP TRIGGER journal_no_update", "DROP TRIGGER journal_no_delete"]
    return ["ALTER TABLE journal DISABLE TRIGGER ALL"]


def test_a_clock_set_back_is_a_row_of_its_own_and_numbers_rise(shop: ShopBuilder) -> None:  # F20, V28
    for delta in ({"hours": -1}, {"days": -365}, {"days": -20_000}):
        shop.clock.advance(**delta)
        done = shop.sell("Oil")
        assert "clock" in done.warning
    numbers = [row[0] for row in shop.rows("SELECT number FROM sale ORDER BY id")]
    assert numbers == list(range(1, 8))
    assert shop.one("SELECT count(*) FROM journal WHERE kind = 'clock_back'") == 3
    sequences = [row[0] for row in shop.rows("SELECT sequence FROM journal ORDER BY id")]
    assert sequences == list(range(1, len(sequences) + 1))
    assert shop.journal.breaks() == ()
    shop.clock.at = AT + timedelta(seconds=5)
    assert shop.sell("Oil").warning == ""


def test_other_services_write_in_their_own_transaction(shop: ShopBuilder) -> None:
    with shop.database.write() as uow:
        append(uow, shop.register_ids[0], "grant", AT, shop.manager.staff_id, body={"right": "sale.void"})
        uow.commit()
    with shop.database.write() as uow:
        append(uow, shop.register_ids[0], "grant", AT, None)  # rolled back with its unit of work
    assert shop.one("SELECT count(*) FROM journal WHERE kind = 'grant'") == 1
    assert shop.journal.breaks() == ()
    with pytest.raises(NotFound), shop.database.write() as uow:
        append(uow, 999, "grant", AT, None)


@given(
    st.text(), st.text(alphabet=st.characters(), max_size=30), st.integers(1, 2**40),
    st.lists(st.none() | st.integers(0, 2**40), min_size=3, max_size=3),
)  # fmt: skip
def test_the_text_put_together_by_hand_is_the_canonical_one(
    body: str, kind: str, sequence: int, people: list[int | None]
) -> None:  # V24: the doctor and a standalone check must agree on any text
    staff, approver, sale = people
    said = {
        "register": 3, "sequence": sequence, "kind": kind, "at": "2026-03-14T12:00:00.000000Z", "staff": staff,
        "approver": approver, "sale": sale, "body": body,
    }  # fmt: skip
    expected = hashlib.sha256((FIRST + canonical(said)).encode("utf-8", "surrogatepass")).hexdigest()
    assert hash_of(FIRST, 3, sequence, kind, AT, staff, approver, sale, body) == expected
