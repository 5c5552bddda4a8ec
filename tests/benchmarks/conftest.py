"""Shops that are measured, and the table at the end."""

from __future__ import annotations

import pytest

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
