"""What commands share on a terminal: the line that tells how far they are, and the key of an encrypted shop."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TextIO

from app.errors import InvalidInput
from db.errors import KeyNeeded, WrongKey

KEY_VARIABLE = "REGULARS_KEY"


class NoKeyHere(KeyNeeded):
    """Nobody can be asked."""

    def __init__(self, name: str) -> None:
        super(KeyNeeded, self).__init__(
            f"{name} is an encrypted shop, and its key is not on this computer. "
            f"Run this on a terminal to be asked for it, or set {KEY_VARIABLE} to the recovery key."
        )


class MistypedKey(KeyNeeded):
    """What was typed is no key; the sentence names the group."""

    def __init__(self, sentence: str) -> None:
        super(KeyNeeded, self).__init__(sentence)


def key_for(head: bytes | None, name: str) -> str | None:
    """The database's key for a file that begins with `head`: the remembered one, else from the environment, else
    asked for on the terminal and not remembered. None for a plain file.

    Never from the command line: every user of the computer can read that. Raises MistypedKey, WrongKey, NoKeyHere.
    """
    from app.shop.filekey import KeyStore, read_key

    if head is None:
        return None
    key = KeyStore().recall(head)
    if key is None:
        typed = os.environ.get(KEY_VARIABLE, "")
        if not typed and sys.stdin is not None and sys.stdin.isatty():
            typed = _ask(f"Recovery key of {name}: ")
        if not typed:
            raise NoKeyHere(name)
        try:
            key = read_key(typed)
        except InvalidInput as error:
            raise MistypedKey(str(error)) from None
    if key.head != head:
        raise WrongKey(name)
    return key.for_database()


def key_for_shop(url: str) -> str | None:
    """`key_for` the shop at a URL or path."""
    from app.shop.filekey import head_at
    from db.engine import file_of, parse_url

    file = file_of(parse_url(url))
    return key_for(head_at(url), file.name if file is not None else "")


def _ask(question: str) -> str:
    from getpass import getpass

    try:
        return getpass(question)
    except EOFError:
        return ""


def progress_line(out: TextIO) -> Callable[[str, int, int], None]:
    """A line that rewrites itself on a terminal, and nothing in a file or pipe."""
    if not out.isatty():
        return lambda _what, _done, _total: None

    def show(what: str, done: int, total: int) -> None:
        percent = 100 * done // total if total else 100
        end = "\n" if done >= total else ""
        out.write(f"\r{what:<40} {percent:3d} %{end}")
        out.flush()

    return show
