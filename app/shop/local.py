"""What this computer remembers for itself: which shop, which register, its devices and looks.

A small TOML file in the user's configuration folder, written whole or not at all. A file that cannot be read is
put aside and the defaults are used, with a notice. A server's password is kept in the system's keyring where there
is one, else in the file, which only its owner reads.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

log = logging.getLogger(__name__)

_KEYRING_SERVICE = "regulars-database"
SCHEMES = ("system", "light", "dark", "contrast_light", "contrast_dark")


@dataclass(frozen=True)
class LocalConfig:
    """`database`: URL or path, "" before first start. `devices`: per device its own table, as ui.devices reads it."""

    database: str = ""
    register_id: int | None = None
    scheme: str = "system"
    language: str = ""  # "" follows the shop's locale
    devices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        frozen = {name: MappingProxyType(dict(table)) for name, table in self.devices.items()}
        object.__setattr__(self, "devices", MappingProxyType(frozen))

    def with_device(self, name: str, table: Mapping[str, Any]) -> LocalConfig:
        return replace(self, devices={**self.devices, name: table})

    def __repr__(self) -> str:
        return f"LocalConfig(register_id={self.register_id!r}, scheme={self.scheme!r})"  # no password in a log


def config_path() -> Path:
    from platformdirs import user_config_path

    return user_config_path("regulars", appauthor=False) / "regulars.toml"


def load(path: Path | None = None, *, use_keyring: bool = True) -> tuple[LocalConfig, str]:
    """The configuration and a notice, "" when all is well. A missing file is a first start, not trouble (F56)."""
    path = path or config_path()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return LocalConfig(), ""
    except (OSError, UnicodeDecodeError):
        return LocalConfig(), _put_aside(path)
    import tomllib

    try:
        config = _read(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, _Unreadable):
        return LocalConfig(), _put_aside(path)
    if use_keyring:
        config = replace(config, database=with_password(config.database))
    return config, ""


def save(config: LocalConfig, path: Path | None = None, *, use_keyring: bool = True) -> None:
    """Write the file anew: into another one first, onto the disk, then in its place. Raises OSError."""
    import tempfile

    import tomlkit

    path = path or config_path()
    database = _without_password(config.database) if use_keyring else config.database
    document: dict[str, Any] = {"database": database, "scheme": config.scheme}
    if config.register_id is not None:
        document["register_id"] = config.register_id
    if config.language:
        document["language"] = config.language
    if config.devices:
        document["devices"] = {name: dict(table) for name, table in config.devices.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")  # 0600 by mkstemp
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(tomlkit.dumps(document))
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


class _Unreadable(Exception):
    pass


def _read(document: dict[str, Any]) -> LocalConfig:
    """Raises _Unreadable where a key holds another kind of value; unknown keys are a newer version's and kept out."""
    kinds: dict[str, type] = {
        "database": str, "register_id": int, "scheme": str, "language": str, "devices": dict,
    }  # fmt: skip
    found: dict[str, Any] = {}
    for name in (entry.name for entry in fields(LocalConfig)):
        if name not in document:
            continue
        if type(document[name]) is not kinds[name]:
            raise _Unreadable(name)
        found[name] = document[name]
    if found.get("scheme", "system") not in SCHEMES:
        found["scheme"] = "system"
    if not all(isinstance(table, dict) for table in found.get("devices", {}).values()):
        raise _Unreadable("devices")
    return LocalConfig(**found)


def _put_aside(path: Path) -> str:
    aside = path.with_suffix(".damaged.toml")
    with contextlib.suppress(OSError):
        path.replace(aside)
    log.warning("the local configuration could not be read; defaults are used")
    return (
        "This computer's settings could not be read, so the defaults are used. Choose the shop and the devices again; "
        f"the old file is kept as {aside.name}."
    )


# --- A server's password ------------------------------------------------------------------------------------------


def _split(url: str) -> tuple[Any, str] | None:
    """The URL's parts and its password, None where it names no server."""
    if "://" not in url:
        return None
    parts = urlsplit(url)
    if not parts.scheme.startswith("postgresql"):
        return None
    return parts, unquote(parts.password or "")


def _account(parts: Any) -> str:
    return f"{parts.username or ''}@{parts.hostname or ''}:{parts.port or 5432}{parts.path}"


def _netloc(parts: Any, password: str) -> str:
    host = parts.netloc.rpartition("@")[2]
    if not parts.username:
        return str(host)
    user = quote(unquote(parts.username), safe="")
    return f"{user}:{quote(password, safe='')}@{host}" if password else f"{user}@{host}"


def _without_password(url: str) -> str:
    """The URL as it goes into the file; the password goes to the keyring, or stays where there is none."""
    split = _split(url)
    if split is None or not split[1]:
        return url
    parts, password = split
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return url
    try:
        keyring.set_password(_KEYRING_SERVICE, _account(parts), password)
        if keyring.get_password(_KEYRING_SERVICE, _account(parts)) != password:
            return url
    except (KeyringError, RuntimeError, OSError):
        log.info("no usable keyring; the server's password stays in the settings file")
        return url
    return str(urlunsplit(parts._replace(netloc=_netloc(parts, ""))))


def with_password(url: str) -> str:
    """The URL with its password from the keyring, if it needs one. May ask another process: not for the GUI thread."""
    split = _split(url)
    if split is None or split[1]:
        return url
    parts, _ = split
    try:
        import keyring
        from keyring.errors import KeyringError

        password = keyring.get_password(_KEYRING_SERVICE, _account(parts))
    except (ImportError, KeyringError, RuntimeError, OSError):
        return url
    return urlunsplit(parts._replace(netloc=_netloc(parts, password))) if password else url


def shown_address(url: str) -> str:
    """The address without its password, for screens and logs."""
    split = _split(url)
    if split is None:
        return url
    return str(urlunsplit(split[0]._replace(netloc=_netloc(split[0], ""))))


class LocalSettings:
    """The configuration while the program runs; one per process. Services.get makes it without arguments."""

    def __init__(self, _database: object = None, _clock: object = None, *, path: Path | None = None) -> None:
        self._path = path or config_path()
        self._lock = threading.Lock()
        self._config: LocalConfig | None = None
        self.notice = ""

    @property
    def config(self) -> LocalConfig:
        with self._lock:
            return self._read_once()

    def change(self, make: Callable[[LocalConfig], LocalConfig]) -> LocalConfig:
        """Keep `make(present)` on disk, then in memory. Raises OSError; the present one stands then.

        The file is read again first: another part of the program may have written to it meanwhile.
        """
        with self._lock:
            present, notice = load(self._path)
            wanted = make(self._read_once() if notice else present)
            save(wanted, self._path)
            self._config = wanted
            return wanted

    def _read_once(self) -> LocalConfig:
        if self._config is None:
            self._config, self.notice = load(self._path)
        return self._config
