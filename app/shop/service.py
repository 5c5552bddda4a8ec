"""The shop's own pages: its data, outlets and registers, taxes, settings. Changes go to the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from app.clock import Clock
from app.errors import InvalidInput, NotFound
from app.journal import service as journal
from app.money import decimals_of
from app.permissions import Permission
from app.pricing.model import PricingSettings
from app.shop import settings
from app.shop.model import (
    OutletRow,
    RegisterRow,
    ShopInfo,
    TaxDraft,
    TaxRow,
    check_country,
    check_currency,
    check_lines,
    check_locale,
    check_taxes,
    check_text,
    check_zone,
)
from app.shop.setup import add_tax
from app.staff.model import Actor, require
from db.models.shop import Outlet, Register, Shop, TaxClass, TaxRate
from db.queries import shop as queries
from db.uow import Database, UnitOfWork

G = TypeVar("G")
LARGEST_LOGO_BYTES = 512 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"


class ShopService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    # The shop

    def info(self) -> ShopInfo:
        """Raises NotFound where no shop was set up."""
        with self._database.read() as uow:
            shop = _shop(uow)
            sold = queries.sold_anything(uow.session)
            return ShopInfo(
                shop.name, shop.address, shop.phone, shop.email, shop.tax_number, shop.currency, shop.locale,
                shop.time_zone, shop.country, shop.prices_include_tax, shop.rounding_level, shop.cash_rounding_minor,
                shop.is_demo, shop.logo_png, sold, sold or queries.owes_value(uow.session),
            )  # fmt: skip

    def save_info(self, actor: Actor, info: ShopInfo) -> None:
        """Raises InvalidInput naming the field; see ShopInfo for what is fixed by what."""
        require(actor, Permission.SETTINGS_EDIT)
        currency = check_currency(info.currency)
        with self._database.write() as uow:
            shop = _shop(uow)
            if currency != shop.currency:
                _check_currency_may_change(uow, shop.currency, currency)
            if info.prices_include_tax != shop.prices_include_tax and queries.sold_anything(uow.session):
                raise InvalidInput(
                    "Whether prices hold the tax stays as it is once something was sold.", field="prices_include_tax"
                )
            shop.currency, shop.prices_include_tax = currency, info.prices_include_tax
            _take(shop, info)
            self._journal(uow, actor, "shop_changed", {})
            uow.commit()

    # Outlets and registers

    def outlets(self) -> tuple[OutletRow, ...]:
        with self._database.read() as uow:
            return tuple(
                OutletRow(
                    row.id, row.name, row.code, row.address, row.phone, row.receipt_header, row.receipt_footer,
                    row.position, row.active,
                )
                for row in queries.outlets(uow.session)
            )  # fmt: skip

    def registers(self) -> tuple[RegisterRow, ...]:
        """Every register with its outlet's name, in the order of the outlets."""
        with self._database.read() as uow:
            order = {outlet.id: (place, outlet.name) for place, outlet in enumerate(queries.outlets(uow.session))}
            rows = [
                RegisterRow(
                    row.id, row.outlet_id, order[row.outlet_id][1], row.name, row.code, row.next_number, row.active
                )
                for row in queries.registers(uow.session)
            ]
        return tuple(sorted(rows, key=lambda row: (order[row.outlet_id][0], row.id)))

    def save_outlet(self, actor: Actor, outlet: OutletRow) -> int:
        """Change an outlet, or add one (id 0); returns its id."""
        require(actor, Permission.SETTINGS_EDIT)
        name = check_text(outlet.name, "name", 120, needed=True, what="The outlet's name")
        header = check_lines(outlet.receipt_header, "receipt_header", 500, "The receipt's head")
        footer = check_lines(outlet.receipt_footer, "receipt_footer", 500, "The receipt's foot")
        with self._database.write() as uow:
            known = queries.outlets(uow.session)
            if any(row.name.casefold() == name.casefold() and row.id != outlet.id for row in known):
                raise InvalidInput("Another outlet has this name.", field="name")
            row = _outlet(uow, known, outlet.id)
            if not outlet.active:
                _check_outlet_may_close(uow, known, row.id)
            row.name, row.receipt_header, row.receipt_footer = name, header, footer
            row.address = check_lines(outlet.address, "address", 500, "The address")
            row.phone = check_text(outlet.phone, "phone", 40, what="The phone number")
            row.position, row.active = outlet.position, outlet.active
            queries.add(uow.session, row)
            self._journal(uow, actor, "outlet_saved", {"outlet": row.id})
            uow.commit()
            return row.id

    def save_register(self, actor: Actor, register: RegisterRow) -> int:
        """Change a register, or add one (id 0) with the next free code; the code of one that exists is fixed."""
        require(actor, Permission.SETTINGS_EDIT)
        name = check_text(register.name, "name", 60, needed=True, what="The register's name")
        with self._database.write() as uow:
            known = queries.registers(uow.session)
            if uow.session.get(Outlet, register.outlet_id) is None:
                raise NotFound("This outlet is no longer in the list.")
            if any(
                row.outlet_id == register.outlet_id and row.name.casefold() == name.casefold() and row.id != register.id
                for row in known
            ):
                raise InvalidInput("Another register of this outlet has this name.", field="name")
            row = next((row for row in known if row.id == register.id), None)
            if row is None and register.id:
                raise NotFound("This register is no longer in the list.")
            if row is None:
                row = Register(outlet_id=register.outlet_id, name=name, code=queries.free_register_code(uow.session))
            if not register.active and not any(other.active and other.id != register.id for other in known):
                raise InvalidInput("One register must stay in use.", field="active")
            moved = "" if register.active else "active"
            moved = moved or ("outlet_id" if row.id and row.outlet_id != register.outlet_id else "")
            if moved and register.id in queries.open_shifts(uow.session):
                raise InvalidInput("This register's shift is open. Close it first, at the register.", field=moved)
            row.name, row.outlet_id, row.active = name, register.outlet_id, register.active
            queries.add(uow.session, row)
            self._journal(uow, actor, "register_saved", {"register": row.id})
            uow.commit()
            return row.id

    # Taxes

    def taxes(self) -> tuple[TaxRow, ...]:
        with self._database.read() as uow:
            parts: dict[int, list[tuple[str, Decimal]]] = {}
            for rate in queries.tax_rates(uow.session):
                parts.setdefault(rate.tax_class_id, []).append((rate.name, rate.percent))
            return tuple(
                TaxRow(row.id, row.code, row.name, row.active, tuple(parts.get(row.id, ())))
                for row in queries.tax_classes(uow.session)
            )

    def save_tax(
        self,
        actor: Actor,
        tax_id: int,
        name: str,
        components: Sequence[tuple[str, Decimal]],
        *,
        active: bool = True,
    ) -> int:
        """Change a tax class, or add one (id 0). Sales booked before keep the rates they were booked with."""
        require(actor, Permission.SETTINGS_EDIT)
        shown = check_text(name, "name", 80, needed=True, what="The tax rate's name")
        checked = check_taxes(components)
        with self._database.write() as uow:
            known = queries.tax_classes(uow.session)
            if any(row.name.casefold() == shown.casefold() and row.id != tax_id for row in known):
                raise InvalidInput("Another tax rate has this name.", field="name")
            if tax_id == 0:
                tax_id = add_tax(uow, _next_number(known), TaxDraft(shown, checked))
            else:
                _change_tax(uow, known, tax_id, shown, checked, active=active)
            rates = {part: str(percent) for part, percent in checked}
            self._journal(uow, actor, "tax_saved", {"tax": tax_id, "rates": rates})
            uow.commit()
        return tax_id

    # Settings

    def pricing(self) -> PricingSettings:
        with self._database.read() as uow:
            return settings.pricing_settings(uow)

    def settings(self, group: type[G]) -> G:
        """One of the groups of app.shop.settings, as it stands."""
        with self._database.read() as uow:
            return settings.load(uow, group)

    def save_settings(self, actor: Actor, group: object) -> None:
        require(actor, Permission.SETTINGS_EDIT)
        with self._database.write() as uow:
            settings.save(uow, group)
            self._journal(uow, actor, "settings_saved", {"group": settings.GROUPS[type(group)]})
            uow.commit()

    def _journal(self, uow: UnitOfWork, actor: Actor, kind: str, body: Mapping[str, object]) -> None:
        place = actor.register_id or queries.first_register_id(uow.session)
        uow.flush()
        if place is not None:
            journal.append(uow, place, kind, self._clock.now(), actor.staff_id, body=body)


def _shop(uow: UnitOfWork) -> Shop:
    shop = queries.shop(uow.session)
    if shop is None:
        raise NotFound("No shop was set up in this database yet.")
    return shop


def _check_currency_may_change(uow: UnitOfWork, before: str, after: str) -> None:
    if queries.sold_anything(uow.session) or queries.owes_value(uow.session):
        raise InvalidInput("The currency stays as it is once something was sold or a card given out.", field="currency")
    if decimals_of(before) != decimals_of(after) and queries.has_products(uow.session):
        raise InvalidInput(
            f"The prices of the products are in {before}, which has other decimals than {after}. "
            "Set up a new shop in that currency.",
            field="currency",
        )


def _check_outlet_may_close(uow: UnitOfWork, known: Sequence[Outlet], outlet_id: int) -> None:
    if not any(other.active and other.id != outlet_id for other in known):
        raise InvalidInput("One outlet must stay open.", field="active")
    used = [row.name for row in queries.registers(uow.session) if row.outlet_id == outlet_id and row.active]
    if used:
        raise InvalidInput(f"{used[0]} is in use here. Take the outlet's registers out of use first.", field="active")


def _take(shop: Shop, info: ShopInfo) -> None:
    shop.name = check_text(info.name, "name", 200, needed=True, what="The shop's name")
    shop.address = check_lines(info.address, "address", 500, "The address")
    shop.phone = check_text(info.phone, "phone", 40, what="The phone number")
    shop.email = check_text(info.email, "email", 254, what="The mail address")
    shop.tax_number = check_text(info.tax_number, "tax_number", 60, what="The tax number")
    shop.locale, shop.time_zone = check_locale(info.locale), check_zone(info.time_zone)
    shop.country = check_country(info.country)
    if info.rounding_level not in ("receipt", "line", "unit"):
        raise InvalidInput("Tax is rounded per receipt, per line or per unit.", field="rounding_level")
    if not 0 <= info.cash_step_minor <= 10_000:
        raise InvalidInput("The smallest coin is 0 (never round) to 10000 minor units.", field="cash_step_minor")
    shop.rounding_level, shop.cash_rounding_minor = info.rounding_level, info.cash_step_minor
    shop.logo_png = _logo(info.logo_png)


def _logo(png: bytes | None) -> bytes | None:
    """A PNG of a size a receipt can hold; anything else is refused rather than met at the printer."""
    if not png:
        return None
    if not png.startswith(_PNG) or len(png) > LARGEST_LOGO_BYTES:
        raise InvalidInput("A logo is a PNG picture of at most 512 kB.", field="logo_png")
    return png


def _outlet(uow: UnitOfWork, known: Sequence[Outlet], outlet_id: int) -> Outlet:
    row = next((row for row in known if row.id == outlet_id), None)
    if row is None and outlet_id:
        raise NotFound("This outlet is no longer in the list.")
    return row or Outlet(code=queries.free_outlet_code(uow.session))


def _next_number(known: Sequence[TaxClass]) -> int:
    numbers = [int(row.code[1:]) for row in known if row.code[:1] == "T" and row.code[1:].isdecimal()]
    return max(numbers, default=0) + 1


def _change_tax(
    uow: UnitOfWork,
    known: Sequence[TaxClass],
    tax_id: int,
    name: str,
    components: Sequence[tuple[str, Decimal]],
    *,
    active: bool,
) -> None:
    row = next((row for row in known if row.id == tax_id), None)
    if row is None:
        raise NotFound("This tax rate is no longer in the list.")
    row.name, row.active = name, active
    kept = {rate.name: rate for rate in queries.tax_rates(uow.session) if rate.tax_class_id == tax_id}
    for part, percent in components:
        rate = kept.pop(part, None)
        if rate is None:
            queries.add(uow.session, TaxRate(tax_class_id=tax_id, name=part, percent=percent))
        else:
            rate.percent = percent
    for gone in kept.values():
        queries.delete(uow.session, gone)
