"""PINs as they are kept: argon2id, slow on purpose, so hashing and checking belong off the GUI thread."""

from __future__ import annotations

from typing import Protocol


class PinHasher(Protocol):
    def hash(self, pin: str) -> str: ...
    def verify(self, kept: str, pin: str) -> bool: ...
    def outdated(self, kept: str) -> bool:
        """Whether `kept` was made with weaker settings than are in use now."""


class Argon2Pins:
    """argon2id at the library's recommended cost (RFC 9106, low memory): about a tenth of a second."""

    def __init__(self, *, time_cost: int | None = None, memory_kib: int | None = None) -> None:
        from argon2 import PasswordHasher

        self._argon2 = (
            PasswordHasher()
            if time_cost is None or memory_kib is None
            else PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)
        )

    def hash(self, pin: str) -> str:
        return self._argon2.hash(pin)

    def verify(self, kept: str, pin: str) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            return self._argon2.verify(kept, pin)
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, kept: str) -> bool:
        return self._argon2.check_needs_rehash(kept)
