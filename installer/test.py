#!/usr/bin/env python3
# ruff: noqa: S603 - every command here is a list of our own words and the caller's
"""Set up with development tools, then check everything: style, types, imports, tests.

python3 installer/test.py                      all of it
python3 installer/test.py tests/app -k coupon  the checks, then pytest with these words
python3 installer/test.py --benchmarks         only tests/benchmarks, which print their ratios
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from installer import environment

CODE = ("app", "db", "ui", "hardware", "installer", "tests")


def checks(python: Path) -> list[tuple[str, list[str]]]:
    """Name and command of each check, quickest first."""
    tools = python.parent
    end = ".exe" if os.name == "nt" else ""
    return [
        ("ruff check", [str(tools / f"ruff{end}"), "check", "--quiet", *CODE]),
        ("ruff format", [str(tools / f"ruff{end}"), "format", "--check", "--quiet", *CODE]),
        ("import-linter", [str(tools / f"lint-imports{end}"), "--no-logo"]),
        ("mypy", [str(tools / f"mypy{end}"), "--no-error-summary"]),
    ]


def pytest_command(python: Path, words: list[str], cores: int) -> list[str]:
    """Tests one by one where a debugger or `-n` of the caller's own is asked for, else on every core."""
    spread = not any(word == "-n" or word.startswith(("-n", "--pdb", "--numprocesses")) for word in words)
    return [str(python), "-m", "pytest", *(["-n", str(cores)] if spread else []), *words]


def benchmark_command(python: Path, words: list[str]) -> list[str]:
    """One process and nothing captured: ratios are printed as they are measured."""
    chosen = words or ["tests/benchmarks"]
    return [str(python), "-m", "pytest", "-n", "0", "-s", "-q", "--benchmarks", "--timeout", "0", *chosen]


def cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return max(1, min(len(os.sched_getaffinity(0)), 8))
    return max(1, min(os.cpu_count() or 1, 8))


def test_environment() -> dict[str, str]:
    """Offscreen, and in a language that does not depend on the machine."""
    names = environment.clean_environment()
    names.update(QT_QPA_PLATFORM="offscreen", PYTHONUTF8="1")
    names["PATH"] = str(environment.venv_python(environment.ROOT).parent) + os.pathsep + names.get("PATH", "")
    return names


def test(words: list[str]) -> int:
    if words[:1] in (["-h"], ["--help"]):
        print(__doc__.strip())
        return 0
    environment.check_python()
    if not environment.is_ready(environment.ROOT, dev=True):
        environment.install_system_packages()
    python = environment.prepare(environment.ROOT, dev=True)
    if "--benchmarks" in words:
        return _call(benchmark_command(python, [word for word in words if word != "--benchmarks"]))
    results = [(name, *_timed(command)) for name, command in checks(python)]
    results.append(("pytest", *_timed(pytest_command(python, words, cores()))))
    return summary(results)


def _timed(command: list[str]) -> tuple[int, float]:
    began = time.monotonic()
    return _call(command), time.monotonic() - began


def _call(command: list[str]) -> int:
    return subprocess.call(command, cwd=environment.ROOT, env=test_environment(), stdin=subprocess.DEVNULL)


def summary(results: list[tuple[str, int, float]]) -> int:
    """Print one line per check; return 0 only when all passed."""
    print()
    for name, status, seconds in results:
        print(f"{'passed' if status == 0 else 'FAILED'}  {name:<14} {seconds:6.1f} s", flush=True)
    return 0 if all(status == 0 for _, status, _ in results) else 1


if __name__ == "__main__":
    sys.exit(environment.main(lambda: test(sys.argv[1:])))
