"""The nightly run expires, frees and backs up, and one failing job does not stop the others."""

from __future__ import annotations

import io
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from app.backup.nightly import run_nightly
from app.backup.service import look_into
from app.backup.upgrade import upgrade_with_copy
from app.clock import FixedClock
from app.doctor.service import examine
from db.errors import NewerSchema, NotAShop
from db.schema import open_shop
from tests.conftest import NOON

BOTH = pytest.mark.parametrize("own_demo_url", ["sqlite", "postgresql"], indirect=True)


@BOTH
def test_a_year_later_points_expire_and_the_shop_stays_sound(own_demo_url: str, tmp_path: Path) -> None:  # T22
    out = io.StringIO()
    clock = FixedClock(NOON + timedelta(days=200))
    assert run_nightly(own_demo_url, clock, out, backup_to=tmp_path / "backups") == 0
    words = out.getvalue()
    assert "Points: " in words
    assert "Points: 0 expired" not in words
    (made,) = (tmp_path / "backups").iterdir()
    assert look_into(made).sales > 800
    database = open_shop(own_demo_url)
    report = examine(database)
    database.engine.dispose()
    assert report.clean, [finding.name for finding in report.broken]


def test_a_job_that_fails_is_told_and_the_others_run(demo_file: Path, tmp_path: Path) -> None:
    shutil.copyfile(demo_file, tmp_path / "own.db")
    (tmp_path / "taken").write_text("a file where the folder should be")
    out = io.StringIO()
    assert run_nightly(str(tmp_path / "own.db"), FixedClock(NOON), out, backup_to=tmp_path / "taken") == 1
    assert "Cards: 0 holds" in out.getvalue()
    assert "Backup: " in out.getvalue()


def test_a_defect_in_one_job_does_not_cost_the_backup(
    demo_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:  # F53
    shutil.copyfile(demo_file, tmp_path / "own.db")
    monkeypatch.setattr("app.backup.nightly._points", lambda *_: 1 / 0)
    out = io.StringIO()
    assert run_nightly(str(tmp_path / "own.db"), FixedClock(NOON), out, backup_to=tmp_path / "backups") == 1
    assert "ZeroDivision" not in out.getvalue()
    assert "ZeroDivisionError" in caplog.text
    assert len(list((tmp_path / "backups").iterdir())) == 1


@BOTH
def test_upgrading_a_shop_of_this_version_changes_nothing(own_demo_url: str) -> None:  # F19
    assert "already" in upgrade_with_copy(own_demo_url, FixedClock(NOON))


@BOTH
def test_a_newer_shop_is_left_alone(own_demo_url: str) -> None:  # F10
    from db.uow import Database

    database = Database.connect(own_demo_url)
    with database.write() as uow:
        uow.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        uow.commit()
    database.close()
    with pytest.raises(NewerSchema):
        upgrade_with_copy(own_demo_url, FixedClock(NOON))


def test_a_missing_shop_is_not_made_by_upgrading(tmp_path: Path) -> None:  # F10
    with pytest.raises(NotAShop):
        upgrade_with_copy(str(tmp_path / "none.db"), FixedClock(NOON))
    assert list(tmp_path.iterdir()) == []


def test_an_older_shop_is_copied_before_it_is_upgraded(
    demo_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # F19
    """There is one version so far: the upgrade itself is stood in for."""
    shutil.copyfile(demo_file, tmp_path / "own.db")
    monkeypatch.setattr("app.backup.upgrade.known_revisions", lambda: ["0001", "0002"])
    monkeypatch.setattr("app.backup.upgrade.upgrade", lambda _database: "0001")
    said = upgrade_with_copy(str(tmp_path / "own.db"), FixedClock(NOON))
    assert "from version 0001 to 0002" in said
    assert look_into(tmp_path / "own.before-upgrade-0001.regulars").revision == "0001"
