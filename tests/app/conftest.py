"""A small demo shop on each database, made once: `demo` to change and roll back, `own_demo` to change for good."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.demo.builder import build_demo
from app.demo.plan import DemoPlan
from app.staff.pins import Argon2Pins
from db.uow import Database
from tests.conftest import _named, _run

PLAN = DemoPlan(until=date(2026, 3, 14), customers=60, sales=900, products=160, seed=3)
QUICK = Argon2Pins(time_cost=1, memory_kib=8)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    build_demo(str(path), PLAN, pins=QUICK)
    return path


@pytest.fixture(scope="session")
def demo_server(postgres_server: str) -> str:
    _run(postgres_server, "CREATE DATABASE demo_shop")
    url = _named(postgres_server, "demo_shop")
    build_demo(url, PLAN, pins=QUICK)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def demo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("demo_file"), tmp_path / "demo.db")
        database = Database.connect(str(tmp_path / "demo.db"))
    else:
        database = Database.connect(request.getfixturevalue("demo_server"))
    yield database
    database.engine.dispose()


@pytest.fixture
def own_demo_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A demo shop of the test's own; parametrise indirectly with "sqlite" or "postgresql"."""
    if request.param == "sqlite":
        place = tmp_path / "own.db"
        shutil.copyfile(request.getfixturevalue("demo_file"), place)
        yield str(place)
        return
    server = request.getfixturevalue("postgres_server")
    request.getfixturevalue("demo_server")
    name = f"own_{uuid.uuid4().hex[:12]}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE demo_shop")
    yield _named(server, name)
    _run(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where nothing is yet: a file name or an empty database."""
    if request.param == "sqlite":
        yield str(tmp_path / "elsewhere.db")
        return
    server = request.getfixturevalue("postgres_server")
    name = f"empty_{uuid.uuid4().hex[:12]}"
    _run(server, f"CREATE DATABASE {name}")
    yield _named(server, name)
    _run(server, f"DROP DATABASE {name} WITH (FORCE)")
