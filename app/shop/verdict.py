"""Whether a shop can be kept at an address, in a sentence with the remedy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.shop.filekey import key_if_known
from db.errors import NotAShop
from db.looking import LEAST_POSTGRESQL, Found, Sight, look


class Next(StrEnum):
    SET_UP = "set_up"
    OPEN = "open"
    UNLOCK = "unlock"  # an encrypted shop whose recovery key has to be typed first
    UPGRADE = "upgrade"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`next`: what can be done with the address as it is."""

    next: Next
    sentence: str
    found: Found
    shop: str = ""
    server: str = ""

    @property
    def good(self) -> bool:
        return self.next is not Next.NOTHING


_NEXT = {
    Found.EMPTY: Next.SET_UP,
    Found.UNFINISHED: Next.SET_UP,
    Found.SHOP: Next.OPEN,
    Found.OLDER: Next.UPGRADE,
    Found.LOCKED: Next.UNLOCK,
}


def check_database(address: str) -> Verdict:
    """Look at a PostgreSQL URL or a file's path and change nothing. Takes five seconds at most, so not on the
    GUI thread."""
    if not address.strip():
        return Verdict(Next.NOTHING, "Type an address first, like postgresql://user@host/shop.", Found.BAD_ADDRESS)
    sight = look(address, _key(address))
    return Verdict(
        _NEXT.get(sight.found, Next.NOTHING),
        _sentence(sight),
        sight.found,
        sight.detail if sight.found in (Found.SHOP, Found.OLDER, Found.NEWER) else "",
        sight.server,
    )


def _key(address: str) -> str | None:
    """Of an encrypted file that this computer knows."""
    try:
        return key_if_known(address.strip())
    except NotAShop:
        return None


def _sentence(sight: Sight) -> str:
    where = f"{sight.server}: " if sight.server else ""
    shop = f"the shop “{sight.detail}”" if sight.detail else "a shop"
    if sight.found is Found.NO_DATABASE and not sight.detail:
        return "This address names no database on the server. Example: postgresql://user@host/shop"
    sentences = {
        Found.EMPTY: f"{where}reachable, empty and writable. A new shop can be set up here.",
        Found.UNFINISHED: f"{where}prepared for Regulars, but no shop was set up yet. It can be set up here.",
        Found.SHOP: f"{where}{shop} is here. It can be opened.",
        Found.OLDER: f"{where}{shop} is here, kept by an older version of Regulars. Opening it upgrades it first.",
        Found.NEWER: f"{where}{shop} was opened by a newer version of Regulars. Update this computer first.",
        Found.FOREIGN: f"{where}there are tables here that are not a shop's. Create an empty database and use that.",
        Found.BAD_ADDRESS: "This is not a database address. Example: postgresql://user@host/shop",
        Found.UNREACHABLE: f"The server at {sight.detail} does not answer. "
        "Check its name and port, that it runs, and that this computer may reach it.",
        Found.REFUSED: f"The server does not let {f'the user {sight.detail}' if sight.detail else 'this user'} in. "
        "Check the user name and the password, and that it allows this computer.",
        Found.CROWDED: "The server has no connection free: others hold all of them. "
        "Close a program that uses it, or raise its max_connections.",
        Found.NO_DATABASE: f"The server answers, but has no database called {sight.detail}. "
        f"Create it there first: createdb {sight.detail}",
        Found.OLD_SERVER: f"{sight.detail} is too old. Regulars needs PostgreSQL {LEAST_POSTGRESQL} or newer.",
        Found.NO_RIGHTS: f"{where}this user may not create tables here. "
        "Make the user the owner of the database, then test again.",
        Found.READ_ONLY: f"{where or 'This place: '}nothing can be written here. "
        "Use the main server, or another folder.",
        Found.NETWORK_SHARE: "This folder lies on a network share, where two tills can damage the file. "
        "Use a local disk, or PostgreSQL for several tills.",
        Found.LOCKED: f"The file {sight.detail} is an encrypted shop, and its key is not on this computer. "
        "Type the recovery key from its sheet to open it.",
        Found.DAMAGED: "There is a file here that is not a shop's data, or is damaged. "
        "Choose another, or restore a backup.",
    }
    said = sentences[sight.found]
    return said[:1].upper() + said[1:]
