"""From starting the process to the first paint and to the first accepted scan, on the large shop."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.demo.people import STAFF
from db.uow import Database
from tests.benchmarks.harness import alternate, report

pytestmark = pytest.mark.benchmark

DRIVER = "tests.benchmarks.start_driver"
ROOT = Path(__file__).resolve().parents[2]


def moments(home: Path, *words: str) -> dict[str, float]:
    """Milliseconds from starting the child to each moment it tells.

    Modules are compiled before the measured rounds, as they are on a till that has been started once; a machine for
    tests may be told never to write compiled modules, and would measure the compiler.
    """
    environment = os.environ | {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}
    environment["PYTHONPYCACHEPREFIX"] = str(home / "compiled")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.time()
    done = subprocess.run(
        [sys.executable, "-m", DRIVER, *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    found = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert "painted" in found, done.stderr
    return {name: (float(at) - start) * 1000 for name, at in found.items()}


def test_first_paint(large_copy: Database, tmp_path: Path) -> None:
    shop = str(large_copy.file)
    found = alternate(
        lambda: [moments(tmp_path, "program", shop, "", "", "")["painted"]],
        lambda: [moments(tmp_path, "empty")["painted"]],
        rounds=11,
    )
    report("start to first paint against an empty window with a table", 1.5, found.ratio, str(found))


def test_first_scan(large_copy: Database, tmp_path: Path) -> None:
    code = str(
        large_copy.scalar(
            "SELECT b.code FROM product_barcode b JOIN product p ON p.id = b.product_id "
            "WHERE p.kind = 'standard' AND p.active AND length(b.code) = 13 ORDER BY p.id LIMIT 1"
        )
    )
    name, pin = next((name, pin) for name, role, pin in STAFF if role == "manager")
    found = [moments(tmp_path, "program", str(large_copy.file), code, name, pin) for _ in range(4)][1:]
    for one in found:
        assert set(one) >= {"painted", "sign-in", "accepted"}, one
    accepted = statistics.median(one["accepted"] for one in found)
    ready = statistics.median(one["sign-in"] for one in found)
    report("start to the first accepted scan", None, accepted, f"people to choose from at {ready:.0f} ms", unit=" ms")
