"""Setting a new shop up: everything a till needs to sell, in one transaction."""

from __future__ import annotations

import os
from pathlib import Path

from app.clock import Clock
from app.errors import InvalidInput
from app.journal import service as journal
from app.money import decimals_of
from app.permissions import TEMPLATES, LimitUnit, RoleTemplate, right
from app.shop.countries import smallest_coin_minor
from app.shop.filekey import FileKey, KeyStore
from app.shop.model import (
    SetUpShop,
    ShopDraft,
    TaxDraft,
    check_country,
    check_currency,
    check_lines,
    check_locale,
    check_taxes,
    check_text,
    check_zone,
)
from app.staff.model import check_new_pin
from app.staff.pins import Argon2Pins, PinHasher
from db.engine import sync_folder
from db.errors import NotAShop
from db.models.loyalty import LoyaltyProgram
from db.models.shop import Outlet, Register, Shop, TaxClass, TaxRate
from db.models.staff import Role, Staff
from db.queries import shop as queries
from db.queries import staff as staff_queries
from db.schema import create_schema
from db.uow import Database, UnitOfWork

MAKING = ".making"
DEFAULT_TAXES = (TaxDraft("No tax"),)


def create_shop(url: str, draft: ShopDraft, clock: Clock, *, pins: PinHasher | None = None) -> Database:
    """A new shop at `url` (a SQLite file or an empty PostgreSQL database), ready to sign in to.

    Raises InvalidInput before anything is made; where making fails, a file that was not there before is gone again.
    """
    return _make(url, check_draft(draft), clock, pins, None)


def create_encrypted_shop(
    file: Path, draft: ShopDraft, clock: Clock, key: FileKey, *, pins: PinHasher | None = None,
    store: KeyStore | None = None,
) -> Database:  # fmt: skip
    """As `create_shop`, in a file encrypted under `key`, which somebody must have on paper by now.

    The computer remembers the key before there is a file, and the file takes its name when it is complete: stopped at
    any moment, there is no encrypted shop whose key is nowhere, and none that is half made under its name.
    Raises InvalidInput, NotAShop where something is there, OSError where the key cannot be kept.
    """
    checked = check_draft(draft)
    if file.exists() and file.stat().st_size > 0:
        raise NotAShop(f"There is already something at {file}. Choose another place.")
    (store or KeyStore()).remember(key)
    making = file.with_name(file.name + MAKING)
    _remove(making)
    _make(str(making), checked, clock, pins, key.for_database()).close()
    try:
        if file.exists() and file.stat().st_size == 0:
            _remove(file)  # a set-up in plain was cut off; its WAL would be played into this file
        os.link(making, file)
        making.unlink()
    except FileExistsError:
        _remove(making)
        raise NotAShop(f"There is already something at {file}. Choose another place.") from None
    except OSError:  # a disk without links
        making.replace(file)
    sync_folder(file.parent)
    return Database.connect(str(file), key=key.for_database())


def clear_unfinished(file: Path) -> None:
    """Make room where a set-up was cut off: no tables, or ours with no shop in them (db.looking: EMPTY, UNFINISHED)."""
    _remove(file)


def _make(url: str, checked: ShopDraft, clock: Clock, pins: PinHasher | None, key: str | None) -> Database:
    database = create_schema(url, key=key)
    try:
        set_up(database, checked, clock, pins=pins)
    except BaseException:
        database.close()
        if database.file is not None:
            _remove(database.file)
        raise
    return database


def _remove(file: Path) -> None:
    for path in (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
        path.unlink(missing_ok=True)


def check_draft(draft: ShopDraft) -> ShopDraft:
    """The draft as it will be kept. Raises InvalidInput naming the field."""
    taxes = tuple(
        TaxDraft(
            check_text(tax.name, "taxes", 80, needed=True, what="The name of a tax"),
            check_taxes(tax.components),
        )
        for tax in draft.taxes or DEFAULT_TAXES
    )
    names = [tax.name.casefold() for tax in taxes]
    if len(set(names)) != len(names):
        raise InvalidInput("Two tax rates have the same name.", field="taxes")
    currency = check_currency(draft.currency)
    step = smallest_coin_minor(currency) if draft.cash_step_minor is None else draft.cash_step_minor
    if not 0 <= step <= 10_000:
        raise InvalidInput("The smallest coin is 0 (never round) to 10000 minor units.", field="cash_step_minor")
    return ShopDraft(
        name=check_text(draft.name, "name", 200, needed=True, what="The shop's name"),
        manager_pin=check_new_pin(draft.manager_pin, field_name="manager_pin"),
        currency=currency,
        locale=check_locale(draft.locale),
        time_zone=check_zone(draft.time_zone),
        country=check_country(draft.country),
        address=check_lines(draft.address, "address", 500, "The address"),
        phone=check_text(draft.phone, "phone", 40, what="The phone number"),
        email=check_text(draft.email, "email", 254, what="The mail address"),
        tax_number=check_text(draft.tax_number, "tax_number", 60, what="The tax number"),
        prices_include_tax=draft.prices_include_tax,
        taxes=taxes,
        outlet=check_text(draft.outlet, "outlet", 120, needed=True, what="The outlet's name"),
        register=check_text(draft.register, "register", 60, needed=True, what="The register's name"),
        manager_name=check_text(draft.manager_name, "manager_name", 120, needed=True, what="The manager's name"),
        cash_step_minor=step,
        is_demo=draft.is_demo,
    )


def set_up(database: Database, draft: ShopDraft, clock: Clock, *, pins: PinHasher | None = None) -> SetUpShop:
    """Fill an empty schema. Raises InvalidInput, also where a shop was set up before."""
    checked = check_draft(draft)
    pin_hash = (pins or Argon2Pins()).hash(checked.manager_pin)
    with database.write() as uow:
        made = fill(uow, checked, clock, pin_hash)
        uow.commit()
    return made


def fill(uow: UnitOfWork, checked: ShopDraft, clock: Clock, pin_hash: str) -> SetUpShop:
    """The rows of a new shop inside the caller's transaction; `checked` comes from check_draft."""
    session = uow.session
    if queries.shop(session) is not None:
        raise InvalidInput("There is a shop in this database already. Open it, or choose another place.")
    _add_shop(uow, checked, clock)
    outlet = Outlet(name=checked.outlet, code="O1", address=checked.address, phone=checked.phone)
    queries.add(session, outlet)
    register = Register(outlet_id=outlet.id, name=checked.register, code="R1")
    queries.add(session, register)
    roles = {template.code: _add_role(uow, template, checked.currency) for template in TEMPLATES}
    manager = Staff(name=checked.manager_name, role_id=roles["manager"], pin_hash=pin_hash)
    manager_id = staff_queries.add(session, manager)
    taxes = tuple(add_tax(uow, number, tax) for number, tax in enumerate(checked.taxes, start=1))
    program_id = _add_program(uow, checked.currency)
    uow.flush()
    journal.append(uow, register.id, "shop_set_up", clock.now(), manager_id, body={"currency": checked.currency})
    return SetUpShop(outlet.id, register.id, manager_id, roles, taxes, program_id)


def _add_shop(uow: UnitOfWork, draft: ShopDraft, clock: Clock) -> None:
    queries.add(
        uow.session,
        Shop(
            id=1, name=draft.name, address=draft.address, phone=draft.phone, email=draft.email,
            tax_number=draft.tax_number, currency=draft.currency, locale=draft.locale, time_zone=draft.time_zone,
            country=draft.country, prices_include_tax=draft.prices_include_tax,
            cash_rounding_minor=draft.cash_step_minor or 0, is_demo=draft.is_demo, created_at=clock.now(),
        ),
    )  # fmt: skip


def _add_role(uow: UnitOfWork, template: RoleTemplate, currency: str) -> int:
    role_id = staff_queries.add(uow.session, Role(code=template.code, name=template.name))
    per_major = 10 ** decimals_of(currency)
    limits: dict[str, int | None] = {}
    for permission in template.rights:
        limit = template.limits.get(permission)
        money = limit is not None and right(permission).unit is LimitUnit.MONEY
        limits[permission] = limit * per_major if money and limit is not None else limit
    staff_queries.replace_rights(uow.session, role_id, limits)
    return role_id


def add_tax(uow: UnitOfWork, number: int, tax: TaxDraft) -> int:
    """A tax class T1, T2, … with its components; returns its id."""
    row = TaxClass(code=f"T{number}", name=tax.name)
    queries.add(uow.session, row)
    for name, percent in tax.components:
        queries.add(uow.session, TaxRate(tax_class_id=row.id, name=name, percent=percent))
    return row.id


def _add_program(uow: UnitOfWork, currency: str) -> int:
    """One point for each whole unit of money (each hundred where there is no smaller coin), worth a hundredth of it."""
    per_hundredth = 10 ** max(decimals_of(currency) - 2, 0)
    program = LoyaltyProgram(name="Points", step_minor=100 * per_hundredth, point_value_minor=per_hundredth)
    uow.session.add(program)
    uow.flush()
    return program.id
