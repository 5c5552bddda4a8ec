"""Encrypted shop files: SQLCipher with a raw key, and a head that says whose key it is.

A key is 96 hexadecimal digits: 64 are the key itself, 32 the file's first sixteen bytes (SQLCipher's salt). It is
given raw, `PRAGMA key = "x'…'"`, because it comes from 140 random bits (app.shop.filekey) and gains nothing by being
stretched: a passphrase would be put through 256,000 rounds for every connection, a third of a second each time a
till, a report or a worker takes a new one from the pool.

Those sixteen bytes are `MARK` and eight bytes that name the key. So an encrypted shop can be told from a damaged or
foreign file, and a wrong key from the right one, by reading the head: nothing is opened and nothing is written.
Salts need to differ only where keys are made from words that two shops could share; ours are random.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

MARK = b"Regulars"
HEAD_BYTES = 16
KEY_DIGITS = 64 + 2 * HEAD_BYTES
_DIGITS = frozenset("0123456789abcdef")


def checked(key: str) -> str:
    """The key, which may go into a statement. Raises ValueError without naming it."""
    if len(key) != KEY_DIGITS or not _DIGITS.issuperset(key) or not head_of(key).startswith(MARK):
        raise ValueError("a file's key is 96 lower-case hexadecimal digits that end in a marked head")
    return key


def head_of(key: str) -> bytes:
    """The first bytes of every file under this key."""
    return bytes.fromhex(key[64:])


def head_in(path: Path) -> bytes | None:
    """The first bytes of an encrypted shop's file; None for any other file, one that is not there, or unreadable."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError:
        return None
    return marked(head)


def marked(head: bytes) -> bytes | None:
    """`head` where it is that of an encrypted shop."""
    return head if len(head) == HEAD_BYTES and head.startswith(MARK) else None


def unlock(connection: Any, key: str | None) -> None:
    """Give a new connection, or its cursor, the key before it reads anything. None: the file is a plain one."""
    if key is None:
        return
    connection.execute("PRAGMA cipher_log_level = NONE")  # what it meets comes back as an error; this is a terminal's
    connection.execute(f"PRAGMA key = \"x'{checked(key)}'\"")


def attach(connection: Any, path: Path, name: str, key: str) -> None:
    """`path`, a new file, as database `name` of this connection, under a key of its own."""
    connection.execute(f"ATTACH DATABASE ? AS {name} KEY \"x'{checked(key)}'\"", (str(path),))
