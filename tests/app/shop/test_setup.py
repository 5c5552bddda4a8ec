"""Setting a shop up, its pages and its settings, on both databases."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.catalog.model import ProductDraft
from app.catalog.service import CatalogService
from app.checkout.returns import ReturnPolicy, ThresholdPolicy
from app.checkout.sessions import SessionService
from app.clock import FixedClock
from app.errors import InvalidInput, NotPermitted
from app.giftcards.model import ValuePolicy
from app.giftcards.service import GiftCardService
from app.journal.service import JournalService
from app.money import Money
from app.pricing.model import CashRounding, Combine, TaxRounding
from app.shop import settings
from app.shop.countries import COUNTRIES, preset
from app.shop.model import OutletRow, RegisterRow, ShopDraft, TaxDraft
from app.shop.service import ShopService
from app.shop.settings import BackupSettings, ReceiptSettings, SellingSettings
from app.shop.setup import check_draft, create_shop, set_up
from app.staff.model import Actor, with_all_rights
from app.staff.pins import Argon2Pins
from app.staff.service import StaffService
from db.models import LoyaltyProgram, Outlet, Role, Shop
from db.schema import open_shop
from db.uow import Database

CHEAP = Argon2Pins(time_cost=1, memory_kib=64)
DRAFT = ShopDraft(
    name="Green Door Deli",
    manager_pin="7305",
    currency="EUR",
    locale="de_DE",
    time_zone="Europe/Berlin",
    country="de",
    address="Market Street 1\n10115 Berlin",
    prices_include_tax=True,
    taxes=(TaxDraft("Standard", (("MwSt", Decimal("19")),)), TaxDraft("Reduced", (("MwSt", Decimal("7")),))),
    outlet="Market Street",
    register="Front",
    manager_name="Moya",
)


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> ShopService:
    set_up(database, DRAFT, clock, pins=CHEAP)
    return ShopService(database, clock)


@pytest.fixture
def manager() -> Actor:
    return with_all_rights(1, "Moya", register_id=1, outlet_id=1)


def test_a_new_shop_can_be_signed_in_to_and_priced(database: Database, clock: FixedClock, shop: ShopService) -> None:
    staff = StaffService(database, clock, CHEAP)
    [tile] = staff.tiles()
    moya = staff.sign_in(tile.id, "7305", shop.registers()[0].id)
    assert moya.may("settings.edit") and moya.may("sale.return", 10**9)
    pricing = shop.pricing()
    assert (pricing.currency, pricing.prices_include_tax, pricing.time_zone) == ("EUR", True, "Europe/Berlin")
    assert pricing.cash_rounding is CashRounding.NEVER and pricing.cash_step_minor == 1
    assert [(tax.code, tax.name, tax.percent) for tax in shop.taxes()] == [
        ("T1", "Standard", Decimal(19)), ("T2", "Reduced", Decimal(7)),
    ]  # fmt: skip
    assert JournalService(database).breaks() == ()


def test_limits_in_money_follow_the_currencys_decimals(database: Database, clock: FixedClock) -> None:
    made = set_up(database, replace(DRAFT, currency="KWD"), clock, pins=CHEAP)
    with database.read() as uow:
        program = uow.session.get_one(LoyaltyProgram, made.program_id)
        assert (program.step_minor, program.point_value_minor) == (1000, 10)
    with database.write() as uow:
        from db.queries import staff as queries

        assert queries.rights(uow.session, made.roles["cashier"])["sale.return"] == 50_000


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"manager_pin": "1234"}, "manager_pin"),
        ({"currency": "EURO"}, "currency"),
        ({"currency": "12€"}, "currency"),
        ({"locale": "xx_QQ"}, "locale"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
        ({"country": "DEU"}, "country"),
        ({"outlet": ""}, "outlet"),
        ({"register": "a\x1bp"}, "register"),
        ({"cash_step_minor": -1}, "cash_step_minor"),
        ({"taxes": (TaxDraft("A", (("VAT", Decimal("-1")),)),)}, "taxes"),
        ({"taxes": (TaxDraft("A", (("VAT", Decimal("NaN")),)),)}, "taxes"),
        ({"taxes": (TaxDraft("A"), TaxDraft("a"))}, "taxes"),
        ({"taxes": (TaxDraft("A", (("VAT", Decimal(5)), ("vat", Decimal(7)))),)}, "taxes"),
    ],
)
def test_what_cannot_be_kept_is_named_by_its_field(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_draft(replace(DRAFT, **wrong))  # type: ignore[arg-type]
    assert refused.value.field == field


def test_a_refused_draft_leaves_no_file(tmp_path: Path, clock: FixedClock) -> None:
    path = tmp_path / "new.db"
    with pytest.raises(InvalidInput):
        create_shop(str(path), replace(DRAFT, name=""), clock, pins=CHEAP)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_while_setting_up_leaves_no_half_shop(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("the disk went away")

    monkeypatch.setattr("app.shop.setup._add_program", fail)
    with pytest.raises(OSError, match="went away"):
        create_shop(str(tmp_path / "new.db"), DRAFT, clock, pins=CHEAP)
    assert list(tmp_path.iterdir()) == []


def test_a_created_shop_opens(tmp_path: Path, clock: FixedClock) -> None:
    path = str(tmp_path / "deep" / "new.db")
    create_shop(path, DRAFT, clock, pins=CHEAP).close()
    database = open_shop(path)
    with database.read() as uow:
        assert uow.session.get_one(Shop, 1).name == "Green Door Deli"
    database.close()


def test_a_shop_is_never_set_up_over_another(database: Database, clock: FixedClock, shop: ShopService) -> None:
    with pytest.raises(InvalidInput, match="already"):
        set_up(database, DRAFT, clock, pins=CHEAP)
    with database.read() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Role)) == 3


def test_every_country_preset_makes_a_shop() -> None:
    for country in COUNTRIES:
        draft = replace(
            DRAFT, currency=country.currency, locale=country.locale, time_zone=country.time_zone, country=country.code,
            taxes=tuple(TaxDraft(f"{name} {percent}", ((name, percent),)) for name, percent in country.rates()),
        )  # fmt: skip
        assert check_draft(draft).currency == country.currency
    assert preset("ch") is not None and preset("XX") is None


def test_a_swiss_till_rounds_cash(database: Database, clock: FixedClock) -> None:
    set_up(database, replace(DRAFT, currency="CHF"), clock, pins=CHEAP)
    pricing = ShopService(database, clock).pricing()
    assert (pricing.cash_step_minor, pricing.cash_rounding) == (5, CashRounding.CASH)


def test_info_is_changed_within_its_rules(shop: ShopService, manager: Actor) -> None:
    info = shop.info()
    assert not info.sold_anything
    shop.save_info(
        manager, replace(info, name=" Blue  Door ", currency="chf", rounding_level="line", cash_step_minor=5)
    )
    assert (shop.info().name, shop.info().currency) == ("Blue Door", "CHF")
    assert shop.pricing().tax_rounding is TaxRounding.LINE
    for wrong in (
        {"rounding_level": "day"}, {"cash_step_minor": 10_001}, {"logo_png": b"GIF89a"}, {"email": "a" * 255},
    ):  # fmt: skip
        with pytest.raises(InvalidInput):
            shop.save_info(manager, replace(info, **wrong))  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        shop.save_info(Actor(9, "Ines", "cashier", {"sale.sell": None}), info)


def test_the_currency_stays_once_something_was_sold(
    shop: ShopService, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.queries.shop.sold_anything", lambda session: True)
    info = shop.info()
    assert info.sold_anything
    for change in ({"currency": "USD"}, {"prices_include_tax": False}):
        with pytest.raises(InvalidInput, match="once something was sold"):
            shop.save_info(manager, replace(info, **change))  # type: ignore[arg-type]
    shop.save_info(manager, replace(info, name="Other"))


def test_registers_get_codes_that_no_other_had(shop: ShopService, manager: Actor) -> None:
    second = shop.save_register(manager, RegisterRow(0, 1, "", "Back", ""))
    rows = shop.registers()
    assert [(row.name, row.code, row.outlet) for row in rows] == [
        ("Front", "R1", "Market Street"), ("Back", "R2", "Market Street"),
    ]  # fmt: skip
    shop.save_register(manager, replace(rows[1], active=False))
    with pytest.raises(InvalidInput, match="must stay in use"):
        shop.save_register(manager, replace(rows[0], active=False))
    with pytest.raises(InvalidInput, match="has this name"):
        shop.save_register(manager, RegisterRow(0, 1, "", "front", ""))
    shop.save_register(manager, replace(rows[1], name="Cafe", code="R9"))
    assert next(row for row in shop.registers() if row.id == second).code == "R2"


def test_outlets_keep_their_order_and_one_stays_open(shop: ShopService, manager: Actor) -> None:
    second = shop.save_outlet(manager, OutletRow(0, "Harbour", "", position=-1, receipt_footer=" By the sea \n"))
    assert [row.name for row in shop.outlets()] == ["Harbour", "Market Street"]
    assert shop.outlets()[0].receipt_footer == "By the sea"
    shop.save_outlet(manager, replace(shop.outlets()[0], active=False))
    with pytest.raises(InvalidInput, match="must stay open"):
        shop.save_outlet(manager, replace(shop.outlets()[1], active=False))
    with pytest.raises(InvalidInput):
        shop.save_outlet(manager, OutletRow(0, "harbour", ""))
    assert second != 1


def test_tax_rates_change_and_grow(shop: ShopService, manager: Actor) -> None:
    new = shop.save_tax(manager, 0, "Levied twice", [("GST", Decimal("5")), ("PST", Decimal("7.25"))])
    tax = next(row for row in shop.taxes() if row.id == new)
    assert (tax.code, tax.percent) == ("T3", Decimal("12.25"))
    shop.save_tax(manager, new, "Levied once", [("GST", Decimal("5.5"))], active=False)
    tax = next(row for row in shop.taxes() if row.id == new)
    assert (tax.name, tax.components, tax.active) == ("Levied once", (("GST", Decimal("5.5")),), False)
    with pytest.raises(InvalidInput):
        shop.save_tax(manager, 0, "standard", [])
    with pytest.raises(InvalidInput):
        shop.save_tax(manager, new, "Levied once", [("GST", Decimal("100.01"))])


def test_settings_are_kept_by_field_and_default_otherwise(
    database: Database, shop: ShopService, manager: Actor
) -> None:
    assert shop.settings(SellingSettings) == SellingSettings()
    shop.save_settings(manager, SellingSettings(combine=Combine.BEST_ONE, lock_after_minutes=15))
    shop.save_settings(manager, ValuePolicy(expiry_months=24))
    shop.save_settings(manager, ReturnPolicy(threshold=ThresholdPolicy.BLOCK))
    assert shop.settings(SellingSettings).combine is Combine.BEST_ONE
    assert shop.pricing().combine is Combine.BEST_ONE
    assert shop.settings(ValuePolicy).expiry_months == 24
    assert shop.settings(ReturnPolicy).threshold is ThresholdPolicy.BLOCK
    shop.save_settings(manager, SellingSettings())
    with database.read() as uow:
        from db.queries import shop as queries

        assert set(queries.settings(uow.session)) == {"giftcards.expiry_months", "returns.threshold"}


@pytest.mark.parametrize(
    "stored",
    [
        {"selling.combine": "sideways"},
        {"selling.combine": 3},
        {"selling.lock_after_minutes": "5"},
        {"selling.lock_after_minutes": 9999},
        {"selling.codes_case_sensitive": 1},
        {"selling.lock_after_minutes": None},
        {"selling.later_version": True},
    ],
)
def test_a_setting_nobody_can_read_is_its_default(stored: dict[str, object]) -> None:
    assert settings.decode(SellingSettings, stored) == SellingSettings()


def test_one_bad_setting_spoils_no_other() -> None:
    read = settings.decode(SellingSettings, {"selling.combine": "best_one", "selling.lock_after_minutes": -3})
    assert read == SellingSettings(combine=Combine.BEST_ONE)


def test_patterns_of_scales_survive_the_database(database: Database, shop: ShopService, manager: Actor) -> None:
    from app.barcodes.model import BarcodeSettings, InStorePattern

    wanted = BarcodeSettings(in_store=(InStorePattern("21IIIIIPPPPPC", 2),), separators="^")
    shop.save_settings(manager, wanted)
    with database.read() as uow:
        read = settings.barcode_settings(uow)
    assert (read.in_store, read.separators) == (wanted.in_store, "^")
    assert (read.currency, read.country) == ("EUR", "DE")


def test_out_of_range_settings_are_refused() -> None:
    with pytest.raises(InvalidInput):
        ReceiptSettings(page_size="A3")
    with pytest.raises(InvalidInput):
        BackupSettings(keep=0)
    with pytest.raises(InvalidInput):
        SellingSettings(lock_after_minutes=-1)


def test_outlet_rows_are_in_the_database(database: Database, shop: ShopService) -> None:
    with database.read() as uow:
        [outlet] = uow.session.scalars(select(Outlet))
        assert (outlet.name, outlet.address) == ("Market Street", "Market Street 1\n10115 Berlin")


def test_a_register_with_an_open_shift_stays_where_it_is(
    database: Database, clock: FixedClock, shop: ShopService, manager: Actor
) -> None:
    """Its cash would never be counted: the shift could not be closed any more."""
    second = shop.save_outlet(manager, OutletRow(0, "Harbour", ""))
    [front] = shop.registers()
    shop.save_register(manager, replace(front, id=0, name="Back"))
    sessions = SessionService(database, clock)
    context = sessions.open(manager, front.id, Money(10_000, "EUR"), request_id=uuid4())
    with pytest.raises(InvalidInput, match="Close it first") as refused:
        shop.save_register(manager, replace(front, active=False))
    assert refused.value.field == "active"
    with pytest.raises(InvalidInput, match="Close it first"):
        shop.save_register(manager, replace(front, outlet_id=second))
    shop.save_register(manager, replace(front, name="By the door"))  # a name harms nothing
    sessions.close(context, Money(10_000, "EUR"))
    shop.save_register(manager, replace(front, active=False))


def test_an_outlet_closes_after_its_registers(shop: ShopService, manager: Actor) -> None:
    first, [front] = shop.outlets()[0], shop.registers()
    second = shop.save_outlet(manager, OutletRow(0, "Harbour", ""))
    with pytest.raises(InvalidInput, match="Front"):
        shop.save_outlet(manager, replace(first, active=False))
    shop.save_register(manager, replace(front, id=0, outlet_id=second))
    shop.save_register(manager, replace(front, active=False))
    shop.save_outlet(manager, replace(first, active=False))


def test_the_currency_stays_once_a_card_is_owed(
    database: Database, clock: FixedClock, shop: ShopService, manager: Actor
) -> None:
    shop.save_info(manager, replace(shop.info(), currency="CHF"))
    cards = GiftCardService(database, clock)
    cards.issue(cards.draft(), Money(2_500, "CHF"), manager, reason="A prize", request_id=uuid4())
    with pytest.raises(InvalidInput) as refused:
        shop.save_info(manager, replace(shop.info(), currency="EUR"))
    assert refused.value.field == "currency"
    assert shop.info().money_booked


def test_prices_with_other_decimals_are_not_read_as_they_stand(
    database: Database, clock: FixedClock, shop: ShopService, manager: Actor
) -> None:
    """4.20 would be 420 yen: a price list is typed in its currency."""
    catalog = CatalogService(database, clock)
    bread = catalog.create(ProductDraft("Bread", "B-1", 420), by=manager)
    shop.save_info(manager, replace(shop.info(), currency="USD"))
    with pytest.raises(InvalidInput, match="products"):
        shop.save_info(manager, replace(shop.info(), currency="JPY"))
    assert catalog.product(bread.id).price == Money(420, "USD")
