"""The key of an encrypted shop's file: its letters, its check, and where this computer keeps it."""

from __future__ import annotations

import os
import stat
from itertools import pairwise
from pathlib import Path

import pytest

from app.codes import ALPHABET
from app.errors import InvalidInput
from app.shop.filekey import FileKey, KeyStore, is_asked_back, new_key, read_key
from db.cipher import MARK, checked, head_of

KEY = FileKey("ABCDEFGHJKMNPQRSTVWXYZ012345")


def forget(key: FileKey) -> None:
    """As if this were another computer: what the program keeps of the key in its folder is gone."""
    KeyStore()._path(key.head).unlink()


def test_a_key_is_long_random_and_without_letters_that_look_alike() -> None:
    keys = {new_key() for _ in range(200)}
    assert len(keys) == 200
    for key in keys:
        assert len(key.groups) == 7
        assert {len(group) for group in key.groups} == {5}
        assert not set("".join(key.groups)) & set("ILOU")
    # 28 symbols of 5 bits; the others only check.
    assert 28 * 5 >= 128


def test_what_was_written_is_read_however_it_is_typed() -> None:
    written = KEY.written()
    for typed in (written, written.lower(), written.replace("-", " "), written.replace("-", ""), f"  {written}\n"):
        assert read_key(typed) == KEY
    assert read_key(written.replace("0", "o").replace("1", "l")) == KEY


def test_every_slip_of_one_sign_is_noticed_and_its_group_named() -> None:
    written = "".join(KEY.groups)
    for place, right in enumerate(written):
        for wrong in ALPHABET:
            if wrong != right:
                with pytest.raises(InvalidInput, match=f"group {place // 5 + 1} again"):
                    read_key(written[:place] + wrong + written[place + 1 :])


def test_signs_or_groups_that_changed_places_are_noticed() -> None:
    written = "".join(KEY.groups)
    for place, (first, second) in enumerate(pairwise(written)):
        if first != second:
            with pytest.raises(InvalidInput):
                read_key(written[:place] + second + first + written[place + 2 :])
    groups = list(KEY.groups)
    for place in range(6):
        swapped = [*groups[:place], groups[place + 1], groups[place], *groups[place + 2 :]]
        with pytest.raises(InvalidInput):
            read_key("-".join(swapped))


@pytest.mark.parametrize("typed", ["", "   ", "7Q4K0", "x" * 10_000, "🗝" * 35, "'; DROP TABLE sale;--"])
def test_what_is_no_key_gets_a_sentence(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_key(typed)
    assert refused.value.field == "key"


def test_nothing_prints_a_key_by_accident() -> None:
    for shown in (repr(KEY), str(KEY), f"{KEY}", repr([KEY])):
        assert not any(group[:4] in shown for group in KEY.groups)


def test_the_last_two_groups_are_asked_back() -> None:
    assert is_asked_back(KEY, KEY.asked_back)
    assert is_asked_back(KEY, KEY.asked_back.lower().replace("-", "  "))
    for wrong in ("", KEY.groups[-1], "-".join(KEY.groups[:2]), KEY.asked_back[:-1]):
        assert not is_asked_back(KEY, wrong)


def test_the_head_of_a_file_tells_its_key_and_nothing_of_it() -> None:
    key = KEY.for_database()
    assert checked(key) == key
    assert head_of(key) == KEY.head
    assert KEY.head.startswith(MARK)
    assert key[:64] not in KEY.head.hex()
    assert new_key().head != KEY.head


@pytest.mark.parametrize("bad", ["", "secret", "0" * 96, "x'" + "0" * 94, KEY.for_database().upper()])
def test_only_a_key_goes_into_a_statement(bad: str) -> None:
    with pytest.raises(ValueError, match="96") as refused:
        checked(bad)
    assert not bad or bad not in str(refused.value)


# --- Where it is kept ---------------------------------------------------------------------------------------------


def test_without_a_keyring_a_file_only_its_owner_reads(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "keys", use_keyring=False)
    assert store.recall(KEY.head) is None
    store.remember(KEY)
    assert KeyStore(tmp_path / "keys", use_keyring=False).recall(KEY.head) == KEY
    (file,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    other = new_key()
    assert store.recall(other.head) is None
    store.remember(other)
    assert (store.recall(KEY.head), store.recall(other.head)) == (KEY, other)


@pytest.mark.parametrize("bytes_", [b"", b"\xff\xfe", b"half a k", b"0" * 35])
def test_a_key_file_that_was_damaged_is_no_key(tmp_path: Path, bytes_: bytes) -> None:
    store = KeyStore(tmp_path, use_keyring=False)
    store.remember(KEY)
    (file,) = tmp_path.iterdir()
    file.write_bytes(bytes_)
    assert store.recall(KEY.head) is None
    store.remember(KEY)
    assert store.recall(KEY.head) == KEY


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    kept: dict[tuple[str, str], str] = {}
    monkeypatch.setattr("keyring.get_password", lambda service, name: kept.get((service, name)))
    monkeypatch.setattr("keyring.set_password", lambda service, name, secret: kept.update({(service, name): secret}))
    return kept


def test_a_keyring_keeps_it_and_no_file_is_made(tmp_path: Path, ring: dict[tuple[str, str], str]) -> None:
    store = KeyStore(tmp_path / "keys")
    store.remember(KEY)
    assert not (tmp_path / "keys").exists()
    assert store.recall(KEY.head) == KEY
    assert list(ring.values()) == [KEY.written()]


def test_a_keyring_that_breaks_or_forgets_is_helped_by_the_file(
    tmp_path: Path, ring: dict[tuple[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keyring.set_password", lambda *_: None)  # takes it, and has nothing afterwards
    store = KeyStore(tmp_path / "keys")
    store.remember(KEY)
    assert store.recall(KEY.head) == KEY

    def broken(*_: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("keyring.get_password", broken)
    assert KeyStore(tmp_path / "keys").recall(KEY.head) == KEY
    assert KeyStore(tmp_path / "other").recall(KEY.head) is None


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes everywhere")
def test_where_nothing_can_be_kept_that_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OSError, match="denied"):
        KeyStore(tmp_path / "keys", use_keyring=False).remember(KEY)
