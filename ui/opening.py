"""Opening a shop, off the GUI thread: database, services, what the frame needs to know."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.clock import SystemClock
from app.errors import InvalidInput
from ui.services import Services
from ui.shared.format import Formats
from ui.shell.registry import Place

if TYPE_CHECKING:
    from app.checkout.model import TillContext
    from app.shop.filekey import FileKey
    from app.shop.model import RegisterRow, ShopInfo
    from app.staff.model import Actor
    from db.errors import DatabaseUnavailable


_TRIES = 8


@dataclass(frozen=True)
class RegisterChoice:
    """A register this computer could be. `is_open`: a shift runs on it, here or at another computer."""

    id: int
    outlet: str
    name: str
    is_open: bool


@dataclass(frozen=True)
class OpenShop:
    """An open database with its services. `choices`: on a server, while nobody said which register this computer is."""

    services: Services
    info: ShopInfo
    register_id: int
    outlet_id: int
    place: Place
    formats: Formats
    choices: tuple[RegisterChoice, ...] = ()


@dataclass(frozen=True)
class SignedInTill:
    """What one sign-in needs. `till` is None while the register's shift is closed; `shop` is as it stands now."""

    shop: OpenShop
    actor: Actor
    till: TillContext | None
    lock_after_minutes: int

    def fits(self, before: SignedInTill) -> bool:
        """Whether a frame made from `before` is still right."""
        mine = (self.actor, self.till, self.shop.info, self.shop.place, self.lock_after_minutes)
        return mine == (before.actor, before.till, before.shop.info, before.shop.place, before.lock_after_minutes)


def open_shop(url: str, register_id: int | None) -> OpenShop:
    """Open and read. Raises DatabaseProblem or DomainError with a sentence."""
    from app.errors import NotFound
    from app.shop import filekey
    from app.shop.service import ShopService
    from db.errors import DatabaseUnavailable

    try:
        database = filekey.open_shop(url)
    except DatabaseUnavailable as error:
        raise _reason(url, error) from error
    services = Services(database, SystemClock())
    _provide(services, url)
    shop = services.get(ShopService)
    registers = [one for one in shop.registers() if one.active]
    if not registers:
        raise NotFound("This shop has no register in use. Add one in Settings on another till.")
    chosen = next((one for one in registers if one.id == register_id), registers[0])
    opened = _at(services, shop.info(), chosen)
    _warm(services, opened.formats)
    if register_id is None and not database.is_sqlite:
        return replace(opened, choices=_choices(services, registers))
    return opened


def _choices(services: Services, registers: list[RegisterRow]) -> tuple[RegisterChoice, ...]:
    from db.queries import shop as queries

    with services.database.read() as uow:
        running = queries.open_shifts(uow.session)
    return tuple(RegisterChoice(one.id, one.outlet, one.name, one.id in running) for one in registers)


def _reason(url: str, error: DatabaseUnavailable) -> DatabaseUnavailable:
    """No basket is kept yet, and nothing is known but that it failed: look at the server once more and say why."""
    from app.shop.verdict import check_database
    from db.errors import DatabaseUnavailable

    if not url.startswith("postgresql"):
        return error
    verdict = check_database(url)
    return error if verdict.good else DatabaseUnavailable(verdict.sentence)


def encrypt(url: str, key: FileKey, keep_plain: bool, by: Actor) -> str:
    """Encrypt the file of a shop that was just closed; the sentence that says so.

    A page that was still being read holds the file for a moment longer. Raises NotPermitted, DatabaseProblem, OSError.
    """
    from app.shop.encryption import encrypt_shop
    from db.engine import file_of, parse_url
    from db.errors import DatabaseBusy

    file = file_of(parse_url(url))
    if file is None:
        raise InvalidInput("Only a file on this computer is encrypted here.")
    kept = file.with_name(f"{file.stem}.plain-{SystemClock().now():%Y%m%d-%H%M%S}{file.suffix}") if keep_plain else None
    for attempt in range(_TRIES):
        try:
            encrypt_shop(file, key, by, SystemClock(), keep_plain_as=kept)
            break
        except DatabaseBusy:
            if attempt == _TRIES - 1:
                raise
            time.sleep(0.5)
    said = "The shop's file is encrypted. Make a new backup now, and delete those made before: they are not encrypted."
    return said if kept is None else f"{said} The unencrypted file is kept as {kept.name}."


def _at(services: Services, info: ShopInfo, register: RegisterRow) -> OpenShop:
    place = Place(1, register.outlet_id, register.id, info.name, register.outlet, register.name, demo=info.is_demo)
    formats = Formats(info.locale, info.currency, info.time_zone)
    return OpenShop(services, info, register.id, register.outlet_id, place, formats)


def _as_it_stands(shop: OpenShop) -> OpenShop:
    """Names, language and place may have been changed in Settings, here or at another till, since it was opened."""
    from app.errors import NotFound
    from app.shop.service import ShopService

    service = shop.services.get(ShopService)
    here = next((one for one in service.registers() if one.id == shop.register_id and one.active), None)
    if here is None:
        raise NotFound("This register was taken out of use. Start the program again: it takes one that is in use.")
    return _at(shop.services, service.info(), here)


def sign_in(shop: OpenShop, actor: Actor) -> SignedInTill:
    """The till as it stands for this person. Raises NotFound where the register was taken out of use."""
    from app.checkout.errors import SessionClosed
    from app.checkout.sessions import SessionService
    from app.shop import settings
    from app.shop.settings import SellingSettings

    shop = _as_it_stands(shop)
    try:
        till = shop.services.get(SessionService).context(actor, shop.register_id)
    except SessionClosed:
        till = None
    with shop.services.database.read() as uow:
        minutes = settings.load(uow, SellingSettings).lock_after_minutes
    return SignedInTill(shop, actor.at(shop.register_id, shop.outlet_id), till, minutes)


def _provide(services: Services, url: str) -> None:
    """Services that need more than the database and the clock."""
    from app.checkout.receipts import SaleReader
    from app.checkout.returns import ReturnService
    from app.checkout.service import CheckoutService
    from app.checkout.sessions import SessionService
    from app.codekeys import CodeVault, name_for, open_vault
    from app.coupons.service import CouponService
    from app.giftcards.desk import GiftCardDesk
    from app.giftcards.service import GiftCardService
    from app.journal.keys import StoredKeys
    from app.keystore import place_of
    from app.paper.maker import PaperMaker

    folder, name = place_of(services.database.file, url)
    provide, vault = services.provide, CodeVault
    provide(CodeVault, lambda _own: open_vault(folder, name_for(name)))
    provide(StoredKeys, lambda _own: StoredKeys(folder, name))
    provide(SessionService, lambda own: SessionService(own.database, own.clock, own.get(StoredKeys)))
    provide(CheckoutService, lambda own: CheckoutService(own.database, own.clock, own.get(vault)))
    provide(CouponService, lambda own: CouponService(own.database, own.clock, own.get(vault)))
    provide(GiftCardService, lambda own: GiftCardService(own.database, own.clock, own.get(vault)))
    provide(GiftCardDesk, lambda own: GiftCardDesk(own.database, own.clock, own.get(vault)))
    provide(PaperMaker, lambda own: PaperMaker(own.database, own.clock, vault=own.get(vault)))
    provide(ReturnService, lambda own: ReturnService(own.get(CheckoutService)))
    provide(SaleReader, lambda own: SaleReader(own.database))


def _warm(services: Services, formats: Formats) -> None:
    """Import and make behind the sign-in window what the first scan would otherwise wait for."""
    from app.checkout.service import CheckoutService
    from app.money import Money

    services.get(CheckoutService).facts()
    formats.money(Money(0, formats.currency))
    formats.amount(Money(0, formats.currency))
