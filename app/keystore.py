"""Where the shop's secret keys lie: in the system's keyring, or in files of their own (0600) in the data folder.

A key file that is found wins over the keyring: it was written because the keyring did not work. Nothing here knows
what a key is for. See app.codekeys (copies of codes) and app.journal.keys (signatures).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import os
import secrets
from pathlib import Path

log = logging.getLogger(__name__)

SERVICE = "regulars"
KEY_BYTES = 32


def place_of(file: Path | None, address: str) -> tuple[Path, str]:
    """(folder, name of the shop) for its keys: beside the shop's file; for a server in the user's data folder, by its
    address, whatever the password is."""
    from app.places import default_folder
    from app.shop.local import shown_address

    if file is not None:
        return file.parent, file.stem
    return default_folder(), hashlib.sha256(shown_address(address).encode()).hexdigest()[:12]


def kept_key(folder: Path, name: str, *, use_keyring: bool = True) -> bytes:
    """The key of this name, made on first use. Raises OSError where it could only go into a file and that fails."""
    path = folder / f"{name}.key"
    key = from_file(path)
    if key is None and use_keyring:
        key = _from_keyring(name)
    if key is None:
        key = make_file(path)
    return key


def replace_key(folder: Path, name: str, key: bytes, *, use_keyring: bool = True) -> None:
    """Keep `key` under this name from now on, where the one before it lay. Raises OSError."""
    path = folder / f"{name}.key"
    if from_file(path) is None and use_keyring and _into_keyring(name, key):
        return
    part = path.with_suffix(".key.part")
    part.unlink(missing_ok=True)
    _write(part, key)
    part.replace(path)


def from_file(path: Path) -> bytes | None:
    try:
        return _decode(path.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError):
        return None


def make_file(path: Path, key: bytes | None = None) -> bytes:
    """A key, a new one unless it is given, in a file only its owner reads. Two starts at once: the first's stands."""
    key = secrets.token_bytes(KEY_BYTES) if key is None else key
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():  # unreadable as a key: keep it for whoever can rescue it
        path.rename(path.with_suffix(".key.damaged"))
    try:
        _write(path, key)
    except FileExistsError:
        found = from_file(path)
        if found is None:
            raise
        return found
    return key


def _write(path: Path, key: bytes) -> None:
    """A file that is new: FileExistsError else."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(key))
        file.flush()
        os.fsync(file.fileno())


def _decode(text: str | None) -> bytes | None:
    if not text:
        return None
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def _from_keyring(name: str) -> bytes | None:
    """The key from the keyring, made there when missing; None where no keyring works on this computer."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        found = _decode(keyring.get_password(SERVICE, name))
    except (KeyringError, RuntimeError, OSError):
        log.info("no usable keyring; the key %s goes to the data folder", name)
        return None
    if found is not None:
        return found
    key = secrets.token_bytes(KEY_BYTES)
    return key if _into_keyring(name, key) else None


def _into_keyring(name: str, key: bytes) -> bool:
    """Whether the keyring took it and gives it back."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return False
    try:
        keyring.set_password(SERVICE, name, base64.b64encode(key).decode())
        return _decode(keyring.get_password(SERVICE, name)) == key
    except (KeyringError, RuntimeError, OSError):
        log.info("no usable keyring; the key %s goes to the data folder", name)
        return False
