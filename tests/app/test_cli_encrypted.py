"""Every command opens an encrypted shop: with the key this computer remembers, from the environment, or asked for."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from app import cli, console
from app.clock import SystemClock
from app.shop.filekey import FileKey, KeyStore, new_key, open_shop
from app.shop.setup import create_encrypted_shop
from db.cipher import head_in
from tests.app.shop.test_filekey import forget
from tests.app.shop.test_setup import CHEAP, DRAFT
from tests.app.test_cli import said


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("app.shop.local.config_path", lambda: tmp_path / "config" / "regulars.toml")
    monkeypatch.setattr("keyring.get_password", lambda *_: None)
    monkeypatch.setattr("keyring.set_password", lambda *_: None)
    monkeypatch.delenv(console.KEY_VARIABLE, raising=False)
    monkeypatch.setattr("sys.stdin", None)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


@pytest.fixture
def key() -> FileKey:
    return new_key()


@pytest.fixture
def shop(tmp_path: Path, key: FileKey) -> Path:
    file = tmp_path / "shop.db"
    create_encrypted_shop(file, DRAFT, SystemClock(), key, pins=CHEAP).close()
    return file


def lists(folder: Path) -> tuple[Path, Path]:
    customers, products = folder / "people.csv", folder / "things.csv"
    with customers.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["First name", "Last name", "Email"], ["Zebedee", "Quill", "z@example.com"]])
    with products.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["Name", "SKU", "Price"], ["Oats", "O-1", "2.10"]])
    return customers, products


def commands(shop: Path) -> list[list[str]]:
    customers, products = lists(shop.parent)
    return [
        ["doctor", "--db", str(shop)],
        ["migrate", "--db", str(shop)],
        ["import", "customers", str(customers), "--db", str(shop)],
        ["import", "products", str(products), "--db", str(shop)],
        ["export", "customers", str(shop.parent / "out.csv"), "--db", str(shop)],
        ["backup", str(shop.parent / "b.regulars"), "--db", str(shop)],
        ["nightly", "--db", str(shop)],
        ["restore", str(shop.parent / "b.regulars"), "--db", str(shop.parent / "back.db")],
        ["restore", str(shop.parent / "b.regulars"), "--db", str(shop), "--replace"],
    ]


def test_every_command_opens_it_with_the_remembered_key(shop: Path, key: FileKey) -> None:
    for words in commands(shop):
        status, out, err = said(*words)
        assert (status, err) == (cli.DONE, ""), (words, out, err)
    assert head_in(shop.parent / "back.db") == key.head
    assert b"Zebedee" in (shop.parent / "out.csv").read_bytes()
    assert b"Zebedee" not in (shop.parent / "b.regulars").read_bytes()


def test_every_command_takes_it_from_the_environment_and_keeps_nothing(
    shop: Path, key: FileKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(key)
    monkeypatch.setenv(console.KEY_VARIABLE, key.written().lower())
    for words in commands(shop):
        status, out, err = said(*words)
        assert (status, err) == (cli.DONE, ""), (words, out, err)
        assert key.groups[0] not in out
    assert KeyStore().recall(key.head) is None


def test_without_it_every_command_says_so_in_a_sentence_and_changes_nothing(shop: Path, key: FileKey) -> None:
    said("backup", str(shop.parent / "b.regulars"), "--db", str(shop))
    forget(key)
    before = shop.read_bytes()
    for words in commands(shop):
        status, out, err = said(*words)
        assert (status, out) == (cli.MISUSED, ""), words
        assert "encrypted" in err
        assert console.KEY_VARIABLE in err
        assert err.count("\n") == 1
    assert shop.read_bytes() == before
    assert not (shop.parent / "back.db").exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [("7Q4K0", "7 groups of 5"), ("A" * 35, "group 1 again"), (new_key().written(), "another one"), ("é" * 99, "this")],
    ids=["a part of one", "mistyped", "another shop's", "no key at all"],
)
def test_a_wrong_key_gets_a_sentence(
    shop: Path, key: FileKey, monkeypatch: pytest.MonkeyPatch, typed: str, words: str
) -> None:
    forget(key)
    monkeypatch.setenv(console.KEY_VARIABLE, typed)
    status, out, err = said("doctor", "--db", str(shop))
    assert (status, out) == (cli.MISUSED, "")
    assert words in err
    assert err.count("\n") == 1


def test_on_a_terminal_it_is_asked_for_unseen(shop: Path, key: FileKey, monkeypatch: pytest.MonkeyPatch) -> None:
    forget(key)

    class Terminal:
        def isatty(self) -> bool:
            return True

    asked: list[str] = []

    def getpass(question: str) -> str:
        asked.append(question)
        return key.written()

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", getpass)
    status, out, _ = said("doctor", "--json", "--db", str(shop))
    assert status == cli.DONE
    assert json.loads(out)
    assert asked == ["Recovery key of shop.db: "]
    assert KeyStore().recall(key.head) is None

    def gone(_question: str) -> str:
        raise EOFError

    monkeypatch.setattr("getpass.getpass", gone)
    assert said("doctor", "--db", str(shop))[0] == cli.MISUSED


def test_the_demo_never_takes_the_place_of_an_encrypted_shop(shop: Path) -> None:
    before = shop.read_bytes()
    status, _, err = said("demo", "--sales", "1", "--db", str(shop))
    assert status == cli.BROKEN
    assert "already something" in err
    assert shop.read_bytes() == before
    open_shop(str(shop)).close()


def test_the_key_is_in_no_log(shop: Path, key: FileKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forget(key)
    monkeypatch.setenv(console.KEY_VARIABLE, key.written())
    monkeypatch.setattr("app.doctor.service.examine", lambda *_a, **_k: 1 / 0)
    status, _, _ = said("doctor", "--db", str(shop))
    assert status == cli.BROKEN
    logs = b"".join(path.read_bytes() for path in (tmp_path / "state").rglob("*.log"))
    assert b"ZeroDivisionError" in logs
    assert key.written().encode() not in logs
    assert key.for_database()[:32].encode() not in logs
