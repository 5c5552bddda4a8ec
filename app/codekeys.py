"""The shop's key for printable copies of codes.

It lies in the system's keyring, or in a file of its own (0600) in the data folder where there is none.
Losing it costs reprints only: codes are found by their hash, and no card or coupon dies with it.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from app import keystore
from app.keystore import KEY_BYTES

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

    `shop_key_name` tells two shops of one user apart.
    """
    return CodeVault(keystore.kept_key(folder, shop_key_name, use_keyring=use_keyring))


def name_beside(file: Path) -> str:
    """The key's name for the shop in this file; it lies in the same folder."""
    return name_for(file.stem)


def name_for(shop_name: str) -> str:
    """The key's name for a shop that app.keystore gave this name."""
    return f"codes-{shop_name}"


def hand_on(shop: Path, copy: Path) -> None:
    """Give a restored copy of a shop's file the key that its codes were sealed under. One that it has stays."""
    path = copy.parent / f"{name_beside(copy)}.key"
    if keystore.from_file(path) is None:
        keystore.make_file(path, open_vault(shop.parent, name_beside(shop)).key)
