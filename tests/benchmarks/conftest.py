"""Shops that are measured, and the table at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.uow import Database
from tests.benchmarks import shops
from tests.benchmarks.harness import TABLE


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A missed goal fails the run, but only once everything has been measured."""
    if exitstatus == pytest.ExitCode.OK and any(not line.met for line in TABLE):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TABLE:
        terminalreporter.section("measured")
        for line in TABLE:
            terminalreporter.write_line(str(line))


@pytest.fixture(scope="session")
def large_shop() -> Path:
    return shops.large_shop()


@pytest.fixture(scope="session")
def large_copy(large_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The large shop to write to."""
    database = Database.connect(str(shops.copied(large_shop, tmp_path_factory.mktemp("large"))))
    yield database
    database.close()
