"""The key of an encrypted shop file: made here, written on the recovery sheet, remembered by this computer.

A key is 28 random symbols of the codes' alphabet (140 bits), shown in seven groups of five: four symbols and a check
symbol that also depends on the group's place, so that a slip, or two groups in the wrong order, is noticed and named.
Whoever loses it, on this computer and on paper, has lost the shop and all its backups: there is no other way in.

It is remembered in the system's keyring; where there is none, in a file only its owner reads, beside this computer's
settings. It is found by the mark in the head of the shop's file, so a file that is moved, renamed or restored on the
same computer opens by itself. See db.cipher for what the database makes of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import secrets
from pathlib import Path

from app.codes import ALPHABET, check_symbol, fold
from app.errors import InvalidInput
from db.cipher import HEAD_BYTES, MARK, head_in
from db.engine import file_of, parse_url, sync_folder
from db.errors import DatabaseDamaged, KeyNeeded, WrongKey
from db.uow import Database

log = logging.getLogger(__name__)

GROUPS = 7
GROUP_SYMBOLS = 5  # the last of them checks the others
ASKED_BACK = 2  # groups that are typed back from the sheet
_RANDOM = GROUP_SYMBOLS - 1
_SERVICE = "regulars-file"
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


class FileKey:
    """A shop file's key. Not a dataclass: nothing that prints it may do so by accident."""

    __slots__ = ("_symbols",)

    def __init__(self, symbols: str) -> None:
        """`symbols`: the 28 random ones, without check symbols."""
        if len(symbols) != GROUPS * _RANDOM or not set(symbols) <= set(ALPHABET):
            raise ValueError("not the symbols of a key")
        self._symbols = symbols

    @property
    def groups(self) -> tuple[str, ...]:
        """As they are written on the sheet."""
        parts = (self._symbols[start : start + _RANDOM] for start in range(0, len(self._symbols), _RANDOM))
        return tuple(part + _check(number, part) for number, part in enumerate(parts))

    def written(self) -> str:
        """ "7Q4K0-ZTM9X-…": for paper and for typing, never for a log."""
        return "-".join(self.groups)

    @property
    def asked_back(self) -> str:
        """The groups that prove that somebody has the sheet."""
        return "-".join(self.groups[-ASKED_BACK:])

    @property
    def head(self) -> bytes:
        """What every file under this key begins with; it tells nothing of the key."""
        return MARK + self._derived(b"head", HEAD_BYTES - len(MARK))

    def for_database(self) -> str:
        """As db.cipher takes it."""
        return (self._derived(b"file", 32) + self.head).hex()

    def _derived(self, purpose: bytes, size: int) -> bytes:
        return hashlib.blake2b(self._symbols.encode(), digest_size=size, person=b"regulars-" + purpose).digest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FileKey) and secrets.compare_digest(self._symbols, other._symbols)

    def __hash__(self) -> int:
        return hash(self.head)

    def __repr__(self) -> str:
        return "FileKey(…)"


def _check(number: int, part: str) -> str:
    return check_symbol(ALPHABET[number + 1] + part)


def new_key() -> FileKey:
    return FileKey("".join(secrets.choice(ALPHABET) for _ in range(GROUPS * _RANDOM)))


def read_key(typed: str) -> FileKey:
    """The key somebody typed or scanned from the sheet. Raises InvalidInput that names the group with the slip."""
    clear = fold(typed[:200]).translate(_LOOK_ALIKES)
    clear = "".join(clear.split())
    wanted = GROUPS * GROUP_SYMBOLS
    if not clear:
        raise InvalidInput("Type the recovery key: it stands on the shop's recovery sheet.", field="key")
    if len(clear) != wanted:
        raise InvalidInput(
            f"A recovery key has {GROUPS} groups of {GROUP_SYMBOLS} letters and digits, {wanted} in all; "
            f"this has {len(clear)}.",
            field="key",
        )
    parts = []
    for number in range(GROUPS):
        group = clear[number * GROUP_SYMBOLS : (number + 1) * GROUP_SYMBOLS]
        if not set(group) <= set(ALPHABET) or _check(number, group[:-1]) != group[-1]:
            raise InvalidInput(f"Look at group {number + 1} again: something in it is mistyped.", field="key")
        parts.append(group[:-1])
    return FileKey("".join(parts))


def is_asked_back(key: FileKey, typed: str) -> bool:
    """Whether these are the groups that the person was asked to read back, however they are spaced."""

    def bare(text: str) -> str:
        return "".join(fold(text[:200]).translate(_LOOK_ALIKES).split())

    return bare(typed) == bare(key.asked_back)


class KeyStore:
    """The keys this computer knows, by the heads of their files. May ask another process: not for the GUI thread."""

    def __init__(self, folder: Path | None = None, *, use_keyring: bool = True) -> None:
        if folder is None:
            from app.shop.local import config_path

            folder = config_path().parent / "keys"
        self._folder = folder
        self._use_keyring = use_keyring

    def recall(self, head: bytes) -> FileKey | None:
        """The key of files that begin so. A file's word goes first: it is there because no keyring worked."""
        with contextlib.suppress(OSError, UnicodeDecodeError):
            found = _as_key(self._path(head).read_text(encoding="ascii"), head)
            if found is not None:
                return found
        return _as_key(self._ask_keyring(head), head)

    def remember(self, key: FileKey) -> None:
        """Keep it for the next start. Raises OSError where neither a keyring nor the settings' folder takes it."""
        if self.recall(key.head) != key and not self._tell_keyring(key):
            self._write(key)

    def _path(self, head: bytes) -> Path:
        return self._folder / f"{head[len(MARK) :].hex()}.key"

    def _ask_keyring(self, head: bytes) -> str | None:
        found: str | None = None
        if self._use_keyring:
            with _Keyring() as keyring:
                found = None if keyring is None else keyring.get_password(_SERVICE, head.hex())
        return found

    def _tell_keyring(self, key: FileKey) -> bool:
        """Whether it is there now, by reading it back."""
        kept = False
        if self._use_keyring:
            with _Keyring() as keyring:
                if keyring is not None:
                    keyring.set_password(_SERVICE, key.head.hex(), key.written())
                    kept = keyring.get_password(_SERVICE, key.head.hex()) == key.written()
        return kept

    def _write(self, key: FileKey) -> None:
        """Whole or not at all, and on the disk: an encrypted shop is made right after this."""
        log.info("no usable keyring; the key of the shop's file goes beside this computer's settings")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(key.head)
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
                file.write(key.written() + "\n")
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
            sync_folder(self._folder)
            sync_folder(self._folder.parent)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


class _Keyring:
    """`with _Keyring() as keyring`: the module, or None where it is missing; what it cannot do is passed over."""

    def __enter__(self):  # type: ignore[no-untyped-def]  # a module
        try:
            import keyring
        except ImportError:
            return None
        return keyring

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> bool:
        """Keyrings raise whatever their bus or their system does; none of it may keep a shop closed."""
        if error is not None:
            log.info("the keyring did not answer: %s", type(error).__name__)
        return isinstance(error, Exception)


def _as_key(text: str | None, head: bytes) -> FileKey | None:
    if not text:
        return None
    try:
        key = read_key(text)
    except InvalidInput:
        return None
    return key if key.head == head else None


# --- Files and their keys -----------------------------------------------------------------------------------------


def head_at(url: str) -> bytes | None:
    """The head of the encrypted file at a URL or path; None for a plain file, a server, or nothing there."""
    file = file_of(parse_url(url))
    return None if file is None else head_in(file)


def key_at(url: str, store: KeyStore | None = None) -> str | None:
    """The remembered key of the file at `url`, as the database takes it. None where it needs none. Raises KeyNeeded."""
    head = head_at(url)
    if head is None:
        return None
    key = (store or KeyStore()).recall(head)
    if key is None:
        raise KeyNeeded(_name(url))
    return key.for_database()


def key_if_known(url: str, store: KeyStore | None = None) -> str | None:
    """As `key_at`, but None also where it is not known: for a look at what is there."""
    try:
        return key_at(url, store)
    except KeyNeeded:
        return None


def open_shop(url: str, *, read_only: bool = False, store: KeyStore | None = None) -> Database:
    """db.schema.open_shop with the key this computer knows. Raises KeyNeeded besides."""
    from db import schema

    return schema.open_shop(url, key=key_at(url, store), read_only=read_only)


def take_key(url: str, typed: str, store: KeyStore | None = None) -> None:
    """Try the typed recovery key on the file at `url` and remember it. Nothing is written to the file.

    Raises InvalidInput for a slip, WrongKey for another file's key, and what opening the shop does; the latter with
    the right key means that the file is damaged.
    """
    key = read_key(typed)
    head = head_at(url)
    if head is None:
        return  # plain now: nothing to unlock
    from db import schema
    from db.queries.sealing import opens

    if key.head != head:
        file = file_of(parse_url(url))
        if file is not None and opens(file, key.for_database()):
            raise DatabaseDamaged(
                "The key is right, but the beginning of the file is damaged. Restore the last backup."
            )
        raise WrongKey(_name(url))
    schema.look_for_shop(url, key=key.for_database())
    (store or KeyStore()).remember(key)


def _name(url: str) -> str:
    file = file_of(parse_url(url))
    return file.name if file is not None else "This shop"
