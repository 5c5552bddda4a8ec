"""Large shops, built once and kept in the temporary folder; tests that write get a copy."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import db
import resources
from app.customers.model import number_of, phone_tail, search_text, sort_name
from app.demo.builder import build_demo, now_as_date
from app.demo.people import Names, moment
from app.demo.plan import DemoPlan
from db import models, schema
from db.uow import Database

LARGE = {"customers": 100_000, "sales": 1_000_000, "products": 20_000}
EMPTY = {"customers": 200, "sales": 200, "products": 20_000}
PEOPLE = 1_000_000
GIVEN = "REGULARS_LARGE_SHOP"  # environment variable: the file of a large demo shop built before
CUSTOMER = (
    "id, number, first_name, last_name, sort_name, search_text, email, phone, phone_tail, address, notes, "
    "accrues_points, created_at, updated_at, consent_source, utm_source"
)


def _cache() -> Path:
    """By what makes the tables and their search: a shop made by other statements would measure those."""
    root = Path(db.__file__).parent
    sources = [*sorted((root / "migrations" / "versions").glob("*.py")), *sorted(root.glob("ddl*.py"))]
    made_by = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"regulars-benchmarks-{made_by}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def large_shop() -> Path:
    """A file with 100,000 customers and 1,000,000 sales. Never write to it."""
    given = os.environ.get(GIVEN)
    return Path(given) if given else demo_shop(LARGE)


def demo_shop(size: dict[str, int]) -> Path:
    """The demo shop of this size, built when it is not there yet (minutes for a large one)."""
    path = _cache() / f"demo-{size['customers']}-{size['sales']}-{size['products']}.db"
    if not path.exists():
        print(f"\nbuilding {path.name}; it is kept", flush=True)
        half_made = path.with_name(f"making-{os.getpid()}-{path.name}")
        build_demo(str(half_made), DemoPlan(until=now_as_date(), **size))
        half_made.rename(path)
    return path


def copied(shop: Path, folder: Path) -> Path:
    """A copy to write to; where the file system can, it shares the blocks."""
    target = folder / shop.name
    done = subprocess.run(["cp", "--reflink=auto", shop, target], check=False)
    if done.returncode:  # a system without that option
        shutil.copyfile(shop, target)
    return target


def people(count: int) -> Iterator[tuple[Any, ...]]:
    """Customers who do not exist, with the demo shop's names: values of CUSTOMER."""
    names = Names.read(Path(str(resources.__file__)).parent / "demo")
    rng = random.Random("people to search for")
    joined = moment(datetime(2024, 3, 1, tzinfo=UTC).date(), 9)
    for number in range(1, count + 1):
        first, last = rng.choice(names.first), rng.choice(names.last)
        email = f"guest{number}.{rng.randrange(10**6)}@example.com" if rng.random() < 0.72 else None
        phone = f"+35385{rng.randrange(10**7):07d}" if rng.random() < 0.8 else None
        made = joined + timedelta(minutes=number % 500_000)
        label = number_of(number)
        yield (
            number, label, first, last, sort_name(first, last), search_text(first, last, email, label), email, phone,
            phone_tail(phone), "", "", True, made, made, "till", "",
        )  # fmt: skip


def million_in_sqlite() -> Path:
    """A shop's file with a million customers and nothing else."""
    path = _cache() / f"people-{PEOPLE}.db"
    if not path.exists():
        print(f"\nbuilding {path.name}; it is kept", flush=True)
        half_made = path.with_name(f"making-{os.getpid()}-{path.name}")
        database = schema.create_schema(str(half_made))
        fill_people(database, PEOPLE)
        database.close()
        half_made.rename(path)
    return path


def fill_people(database: Database, count: int) -> None:
    """Insert `count` customers, then what the database keeps about them."""
    with database.write() as uow:
        raw = uow.connection.connection.driver_connection
        assert raw is not None
        if database.is_sqlite:
            _into_sqlite(raw, count)
        else:
            with raw.cursor().copy(f"COPY customer ({CUSTOMER}) FROM STDIN") as copy:
                for row in people(count):
                    copy.write_row(row)
        uow.session.add(
            models.Shop(
                id=1, name="Million", currency="EUR", locale="en_IE", time_zone="Europe/Dublin", country="IE",
                prices_include_tax=True, created_at=datetime(2024, 1, 1, tzinfo=UTC),
            )
        )  # fmt: skip
        uow.commit()
    if database.is_sqlite:
        database.checkpoint()
    settle(database, "customer")


def settle(database: Database, table: str) -> None:
    """After a bulk load what a shop that has stood for a day has behind it: else a server cleans up beside whatever is
    measured next, for minutes."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"ANALYZE {table}" if database.is_sqlite else f"VACUUM ANALYZE {table}")
        if not database.is_sqlite:
            connection.exec_driver_sql("CHECKPOINT")


def _into_sqlite(raw: Any, count: int) -> None:
    marks = ", ".join("?" for _ in CUSTOMER.split(","))
    raw.executemany(
        f"INSERT INTO customer ({CUSTOMER}) VALUES ({marks})",
        (
            tuple(value.replace(tzinfo=None).isoformat(" ", "microseconds") if isinstance(value, datetime) else value
                  for value in row)
            for row in people(count)
        ),
    )  # fmt: skip
