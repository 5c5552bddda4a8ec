"""Signatures on a register's journal: what is signed, how a key is named, and the text that a Z report carries. Pure.

Ed25519. Three rows carry it, all within the chain of hashes:
- "signing_key", before the first closing that is signed and at every change of the key: the public key, the
  fingerprint of the key before it, and the signature of that one where it was at hand;
- "close", whose hash is what is signed: it covers everything before it;
- "signature", right after it: sequence and hash of that closing, number of its Z report, key and signature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from app.errors import InvalidInput

KEY_KIND, CLOSING_KIND, SIGNATURE_KIND = "signing_key", "close", "signature"
KINDS = frozenset({KEY_KIND, CLOSING_KIND, SIGNATURE_KIND})
ALGORITHM = "Ed25519"
_MARK = "Z1"
_FINGERPRINT = 16  # characters of base32: 80 bits
_BASE32 = re.compile(r"[A-Z2-7]+")
_HASH = re.compile(r"[0-9A-F]{64}")
_READER = re.compile(r"^\][A-Z][0-9A-F]")
_KEY = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Anchor:
    """The signed end of a register's journal at one closing, as it stands on paper. Hashes and keys in hex.

    `code` is how the register was called when the paper was printed; the id stays the same for ever.
    """

    code: str
    register_id: int
    number: int  # of the Z report
    sequence: int
    hash: str
    fingerprint: str
    signature: str

    def text(self) -> str:
        """For a QR code: signs of its small alphabet only, so that it stays readable on a 58 mm roll."""
        return ":".join(
            (
                _MARK, self.code, str(self.register_id), str(self.number), str(self.sequence), self.hash.upper(),
                self.fingerprint, _base32(bytes.fromhex(self.signature)),
            )
        )  # fmt: skip

    @property
    def message(self) -> bytes:
        return message_of(self.register_id, self.sequence, self.hash, self.number)


def read_anchor(text: str) -> Anchor:
    """What `Anchor.text` wrote, however it was broken into lines, or led by the sign with which a scanner names the
    kind of code. Raises InvalidInput with a sentence."""
    parts = _READER.sub("", re.sub(r"\s+", "", text).upper()).split(":")
    if len(parts) != 8 or parts[0] != _MARK:
        raise InvalidInput("This is neither a backup file nor the code of a Z report. Scan the code at its end.")
    _, code, register_id, number, sequence, made, fingerprint, signature = parts
    whole = all(_NUMBER.fullmatch(one) for one in (register_id, number, sequence))
    raw = _from_base32(signature)
    if not whole or not _HASH.fullmatch(made) or len(fingerprint) != _FINGERPRINT or raw is None or len(raw) != 64:
        raise InvalidInput("Part of this text is missing or mistyped. Scan the code at the end of the Z report again.")
    return Anchor(code, int(register_id), int(number), int(sequence), made.lower(), fingerprint, raw.hex())


def fingerprint_of(public_key: str) -> str:
    """The short name of a key in hex; "" for none."""
    return _base32(hashlib.sha256(bytes.fromhex(public_key)).digest())[:_FINGERPRINT] if public_key else ""


def in_groups(text: str) -> str:
    """Four signs at a time, as a person compares them."""
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def message_of(register_id: int, sequence: int, made: str, number: int) -> bytes:
    """What a closing's signature is about."""
    return f"regulars journal head 1\n{register_id}\n{sequence}\n{made}\n{number}".encode()


def change_of(register_id: int, public_key: str, previous: str) -> bytes:
    """What a key says of the one that follows it."""
    return f"regulars signing key 1\n{register_id}\n{public_key}\n{previous}".encode()


class SigningKey:
    """The private half; `seed` is its 32 bytes."""

    def __init__(self, seed: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key = self._key.public_key().public_bytes_raw().hex()
        self.fingerprint = fingerprint_of(self.public_key)

    def sign(self, message: bytes) -> str:
        return self._key.sign(message).hex()


def holds(public_key: str, message: bytes, signature: str) -> bool:
    """Whether this key signed this message; False for anything that is no key or no signature."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_body(register_id: int, key: SigningKey, previous: str, before: SigningKey | None) -> dict[str, Any]:
    """`previous`: fingerprint of the key the chain named last, "" for none; `before`: that key, where it is at hand."""
    return {
        "algorithm": ALGORITHM,
        "key": key.public_key,
        "previous": previous,
        "signed_by_previous": "" if before is None else before.sign(change_of(register_id, key.public_key, previous)),
    }


def signature_body(register_id: int, key: SigningKey, sequence: int, made: str, number: int) -> dict[str, Any]:
    signature = key.sign(message_of(register_id, sequence, made, number))
    return {
        "hash": made, "key": key.fingerprint, "number": number, "sequence": sequence, "signature": signature,
    }  # fmt: skip


def anchor_from(code: str, register_id: int, body: str) -> Anchor | None:
    """The anchor that a "signature" row holds; None where the row does not say what it should."""
    said = told(body)
    try:
        found = Anchor(
            code, register_id, int(said["number"]), int(said["sequence"]), str(said["hash"]), str(said["key"]),
            bytes.fromhex(said["signature"]).hex(),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):
        return None
    return found


def public_key_in(body: str) -> str | None:
    """The key that a "signing_key" row names; None where the row does not say what it should."""
    key = told(body).get("key")
    return key if isinstance(key, str) and _KEY.fullmatch(key) else None


def key_named_in(kind: str, body: str) -> str:
    """The fingerprint of the key that a row of either kind speaks of, "" where it was made unreadable."""
    if kind == KEY_KIND:
        return fingerprint_of(public_key_in(body) or "")
    return str(told(body).get("key", ""))


def told(body: str) -> dict[str, Any]:
    """A row's body; empty where somebody made it something else."""
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=")


def _from_base32(text: str) -> bytes | None:
    if not _BASE32.fullmatch(text):
        return None
    try:
        return base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return None
