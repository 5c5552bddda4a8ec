"""What a driver says in trouble ends in logs: it names no person and no code."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from db.models import Customer
from db.uow import Database
from tests.conftest import NOON


def test_a_refused_row_is_not_written_out(database: Database) -> None:  # V30
    person = {"number": "C1", "first_name": "Zebedee", "notes": "nuts", "created_at": NOON, "updated_at": NOON}
    with database.write() as uow:
        uow.connection.execute(insert(Customer), [person])
        with pytest.raises(IntegrityError) as refused:
            uow.connection.execute(insert(Customer), [person])
    said = str(refused.value)
    assert "Zebedee" not in said
    assert "nuts" not in said


def test_values_of_plain_statements_are_hidden_too(database: Database) -> None:
    with database.write() as uow, pytest.raises(DBAPIError) as refused:
        uow.connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "Zebedee"})
    assert "Zebedee" not in str(refused.value)
