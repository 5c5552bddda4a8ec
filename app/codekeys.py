"""The shop's key for printable copies of codes.

It lies in the system's keyring, or in a file of its own (0600) in the data folder where there is none.
Losing it costs reprints only: codes are found by their hash, and no card or coupon dies with it.
"""

from __future__ import annotations

import base64
import binascii
import logging
import os
import secrets
from pathlib import Path

log = logging.getLogger(__name__)

SERVICE = "regulars"
KEY_BYTES = 32
_NONCE_BYTES = 12


class CodeVault:
    """Seals codes for printing again. AES-256-GCM, a fresh nonce each, bound to what the code is for."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the key has {KEY_BYTES} bytes")
        self._key = key

    @property
    def key(self) -> bytes:
        return self._key

    def seal(self, code: str, purpose: str) -> bytes:
        """`code` encrypted; `purpose` is "gift_card" or "coupon" and must be given again to open it."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self._key).encrypt(nonce, code.encode(), purpose.encode())

    def open(self, sealed: bytes | None, purpose: str) -> str | None:
        """The code, or None where there is no copy or it was sealed under a key that is lost."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if not sealed or len(sealed) <= _NONCE_BYTES:
            return None
        try:
            plain = AESGCM(self._key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], purpose.encode())
        except InvalidTag:
            return None
        return plain.decode()


def open_vault(folder: Path, shop_key_name: str = "codes", *, use_keyring: bool = True) -> CodeVault:
    """The vault of the shop whose data folder is `folder`; makes the key on first use.

    A key file found there wins over the keyring: it was written because the keyring did not work.
    `shop_key_name` tells two shops of one user apart.
    """
    path = folder / f"{shop_key_name}.key"
    key = _from_file(path)
    if key is None and use_keyring:
        key = _from_keyring(shop_key_name)
    if key is None:
        key = _make_file(path)
    return CodeVault(key)


def name_beside(file: Path) -> str:
    """The key's name for the shop in this file; it lies in the same folder."""
    return f"codes-{file.stem}"


def hand_on(shop: Path, copy: Path) -> None:
    """Give a restored copy of a shop's file the key that its codes were sealed under. One that it has stays."""
    path = copy.parent / f"{name_beside(copy)}.key"
    if _from_file(path) is None:
        _make_file(path, open_vault(shop.parent, name_beside(shop)).key)


def _decode(text: str | None) -> bytes | None:
    if not text:
        return None
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def _from_file(path: Path) -> bytes | None:
    try:
        return _decode(path.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError):
        return None


def _from_keyring(name: str) -> bytes | None:
    """The key from the keyring, made there when missing; None where no keyring works on this computer."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        found = _decode(keyring.get_password(SERVICE, name))
        if found is not None:
            return found
        key = secrets.token_bytes(KEY_BYTES)
        keyring.set_password(SERVICE, name, base64.b64encode(key).decode())
        stored = _decode(keyring.get_password(SERVICE, name))
    except (KeyringError, RuntimeError, OSError):
        log.info("no usable keyring; the code key goes to the data folder")
        return None
    return stored if stored == key else None


def _make_file(path: Path, key: bytes | None = None) -> bytes:
    """A key, a new one unless it is given, in a file only its owner reads. Two starts at once: the first's stands."""
    key = secrets.token_bytes(KEY_BYTES) if key is None else key
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():  # unreadable as a key: keep it for whoever can rescue it
        path.rename(path.with_suffix(".key.damaged"))
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        found = _from_file(path)
        if found is None:
            raise
        return found
    with os.fdopen(handle, "wb") as file:
        file.write(base64.b64encode(key))
        file.flush()
        os.fsync(file.fileno())
    return key
