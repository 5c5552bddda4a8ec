"""The declarative base: every key, constraint and index has a name that both databases agree on."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Identity, MetaData, Uuid
from sqlalchemy.orm import DeclarativeBase, mapped_column

from db.types import BigInt, DecimalText, Json, UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Key = Annotated[int, mapped_column(BigInt, Identity(), primary_key=True)]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own contract
        int: BigInt,
        datetime: UtcDateTime,
        date: Date,
        Decimal: DecimalText,
        UUID: Uuid,
        dict[str, Any]: Json,
    }


def one_of(column: str, *codes: str) -> CheckConstraint:
    """A check that a code column holds one of `codes`; NULL passes."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def at_least(column: str, least: int = 0) -> CheckConstraint:
    return CheckConstraint(f"{column} >= {least}", name=f"{column}_at_least_{least}".replace("-", "minus_"))


# Marks a table whose rows are facts: triggers refuse UPDATE and DELETE on it.
APPEND_ONLY = {"info": {"append_only": True}}


def append_only_tables() -> list[str]:
    return [table.name for table in Base.metadata.sorted_tables if table.info.get("append_only")]
