"""What this computer remembers: written whole, read with care."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import NoKeyringError

from app.shop.local import LocalConfig, load, save, shown_address

CONFIG = LocalConfig(
    database="/data/shop.db",
    register_id=2,
    scheme="dark",
    language="de",
    devices={"printer": {"kind": "network", "host": "192.168.1.50", "port": 9100}, "scanner": {"kind": "wedge"}},
)
URL = "postgresql://till:s3cr%2Fet@db.example:5432/shop?sslmode=verify-full"


class _Kept(KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.secrets[service, username]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "regulars.toml"


def test_a_first_start_is_no_trouble(path: Path) -> None:
    assert load(path) == (LocalConfig(), "")
    assert not path.exists()


def test_what_is_saved_is_read(path: Path) -> None:
    save(CONFIG, path)
    assert load(path) == (CONFIG, "")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["regulars.toml"]


def test_a_device_is_changed_without_touching_the_others(path: Path) -> None:
    save(CONFIG.with_device("printer", {"kind": "simulator"}), path)
    read, _ = load(path)
    assert read.devices["printer"] == {"kind": "simulator"}
    assert read.devices["scanner"] == {"kind": "wedge"}


def test_cut_off_at_every_byte_it_is_read_or_put_aside(path: Path) -> None:  # F56
    save(CONFIG, path)
    whole = path.read_bytes()
    damaged = 0
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        config, notice = load(path)
        if notice:
            damaged += 1
            assert config == LocalConfig()
            assert not path.exists()
            assert path.with_suffix(".damaged.toml").read_bytes() == whole[:length]
    assert damaged > len(whole) // 2


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\x00", b"register_id = 'two'", b"database = 3", b"devices = 3", b"[devices]\nprinter = 4", b"= ="],
)
def test_rubbish_gives_defaults_and_a_notice(path: Path, content: bytes) -> None:  # F56
    path.parent.mkdir()
    path.write_bytes(content)
    config, notice = load(path)
    assert config == LocalConfig()
    assert "could not be read" in notice and "damaged" in notice


def test_keys_of_a_newer_version_are_passed_over(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('scheme = "neon"\nhologram = true\nregister_id = 4\n')
    assert load(path) == (LocalConfig(register_id=4), "")


def test_a_failed_write_keeps_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(CONFIG, path)

    def fail(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("app.shop.local.os.fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        save(LocalConfig(), path)
    assert load(path) == (CONFIG, "")
    assert len(list(path.parent.iterdir())) == 1


def test_a_servers_password_goes_to_the_keyring(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = _Kept()
    monkeypatch.setattr(keyring, "set_password", kept.set_password)
    monkeypatch.setattr(keyring, "get_password", kept.get_password)
    save(LocalConfig(database=URL), path)
    assert "s3cr" not in path.read_text()
    assert load(path)[0].database == URL
    kept.secrets.clear()
    assert load(path)[0].database == "postgresql://till@db.example:5432/shop?sslmode=verify-full"


def test_without_a_keyring_the_file_keeps_it_for_its_owner(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise NoKeyringError

    monkeypatch.setattr(keyring, "set_password", none)
    save(LocalConfig(database=URL), path)
    assert load(path)[0].database == URL
    assert path.stat().st_mode & 0o077 == 0


def test_no_password_is_shown_or_logged() -> None:
    assert shown_address(URL) == "postgresql://till@db.example:5432/shop?sslmode=verify-full"
    assert shown_address("/data/shop.db") == "/data/shop.db"
    assert "s3cr" not in repr(LocalConfig(database=URL))
