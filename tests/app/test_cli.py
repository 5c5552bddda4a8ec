"""The command line answers in sentences and exit statuses, never in traces."""

from __future__ import annotations

import io
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app import cli


def said(*argv: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    status = cli.run(list(argv), out, err)
    return status, out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    "argv",
    [
        ("sell",),
        ("doctor", "--db"),
        ("demo", "--customers", "-1"),
        ("demo", "--sales", "1e9"),
        ("demo", "--seed", "٣"),
        ("export", "secrets", "x.csv"),
        ("backup",),
    ],
)
def test_words_that_make_no_command_get_one_sentence(argv: tuple[str, ...]) -> None:
    status, out, err = said(*argv)
    assert (status, out) == (cli.MISUSED, "")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert "--help" in err


@pytest.mark.parametrize("command", ["doctor", "backup", "migrate", "nightly", "verify", "signing-key"])
def test_a_shop_that_is_not_there_is_not_made(command: str, tmp_path: Path) -> None:  # F10
    place = tmp_path / "nothing.db"
    words = [command, str(tmp_path / "b")] if command in ("backup", "verify", "signing-key") else [command]
    status, _, err = said(*words, "--db", str(place))
    assert status == cli.BROKEN
    assert err.startswith("There is no shop")
    assert not place.exists()


def test_a_defect_is_a_report_number_and_its_trace_is_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # F53
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("db.schema.open_shop", lambda *_a, **_k: 1 / 0)
    status, _, err = said("doctor", "--db", "x.db")
    assert status == cli.BROKEN
    assert err.count("\n") == 1
    assert "Report " in err
    number = err.split("Report ")[1][:6]
    logged = next(tmp_path.rglob("regulars.log")).read_text(encoding="utf-8")
    assert number in logged
    assert "ZeroDivisionError" in logged


def test_being_stopped_by_the_user_is_no_error_report(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_a: object, **_k: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("db.schema.open_shop", stopped)
    assert said("doctor", "--db", "x.db")[0] == cli.STOPPED


def test_help_lists_every_command_of_the_design() -> None:
    status, out, _ = said("--help")
    assert status == cli.DONE
    for name in cli.COMMANDS:
        assert re.search(rf"^    {name}\b", out, re.MULTILINE)


def test_what_the_program_with_a_window_hands_over() -> None:
    assert cli.is_command(["demo", "--db", "x"])
    assert cli.is_command(["--help"])
    assert not cli.is_command([])
    assert not cli.is_command(["-style", "fusion"])


def test_asking_for_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from app import cli; cli.run(['doctor', '--help']); "
        "print([m for m in ('PySide6', 'alembic', 'reportlab', 'escpos', 'openpyxl') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_wrong_command_is_answered_with_those_there_are() -> None:
    status, _, err = said("doctr")
    assert status == cli.MISUSED
    assert err.startswith("There is no command 'doctr'; there are demo,")
    assert said("import", "secrets", "x.csv")[2].startswith("'secrets' is not one of customers,")


@pytest.mark.parametrize("command", ["doctor", "migrate", "nightly", "demo"])
def test_an_empty_address_does_not_stand_for_another_shop(command: str) -> None:
    status, _, err = said(command, "--db", "")
    assert (status, err.count("\n")) == (cli.MISUSED, 1)
    assert "names no shop" in err


@pytest.mark.parametrize("command", ["doctor", "migrate", "nightly"])
def test_what_is_no_shop_is_said_and_left_as_it_is(command: str, tmp_path: Path) -> None:  # F10
    text, folder, other = tmp_path / "text.db", tmp_path / "folder", tmp_path / "other.db"
    text.write_text("Dear Sir or Madam")
    folder.mkdir()
    sqlite3.connect(other).execute("CREATE TABLE notes (text)").connection.close()
    before = other.read_bytes()
    for place, words in ((text, "not a shop's data"), (folder, "is a folder"), (other, "no shop")):
        done = subprocess.run(
            [sys.executable, "-m", "tests.app.the_command", command, "--db", str(place)],
            capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert done.returncode == cli.BROKEN
        assert words in done.stderr
        assert done.stderr.count("\n") == 1, "one sentence, and no trace from the libraries below"
    assert other.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "other.db", "text.db"]


def test_a_server_that_is_not_there_is_told_without_a_word_of_baskets(tmp_path: Path) -> None:  # F25
    for command in ("doctor", "migrate", "demo"):
        status, _, err = said(command, "--db", "postgresql://nobody@127.0.0.1:1/shop")
        assert (status, err.count("\n")) == (cli.BROKEN, 1)
        assert "does not answer" in err
        assert "basket" not in err
