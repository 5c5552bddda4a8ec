"""The demo shop: the same for the same seed, sound by every rule, and never half made."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from stdnum import ean

import resources
from app import cli
from app.catalog.service import CatalogService
from app.checkout.model import Item, Line, OpenBasket
from app.checkout.trail import hand_discounts
from app.clock import FixedClock
from app.demo.builder import build_demo
from app.demo.calendar import sales_per_day
from app.demo.goods import range_of
from app.demo.people import STAFF
from app.demo.plan import Cancelled, DemoPlan
from app.doctor.service import examine
from app.pricing.catalogue import Catalogue
from app.pricing.engine import price
from app.pricing.model import Basket, BasketLine, ManualDiscount, PricedProduct, PricingSettings
from app.staff.model import check_new_pin, easily_guessed
from db.base import Base
from db.errors import NotAShop
from db.schema import open_shop
from db.uow import Database
from tests.app.conftest import PLAN, QUICK
from tests.conftest import NOON

RESOURCES = Path(str(resources.__file__)).parent / "demo"


def dump(path: Path) -> dict[str, int]:
    """A figure of each table that any difference would change; PIN hashes are salted and left out."""
    database = Database.connect(str(path))
    found = {}
    with database.read() as uow:
        for table in Base.metadata.sorted_tables:
            columns = ", ".join(column.name for column in table.columns if column.name != "pin_hash")
            rows = uow.connection.execute(text(f"SELECT {columns} FROM {table.name}")).all()
            found[table.name] = hash(tuple(sorted(map(repr, rows))))
    database.close()
    return found


def test_the_same_seed_makes_the_same_shop(demo_file: Path, tmp_path: Path) -> None:
    build_demo(str(tmp_path / "again.db"), PLAN, pins=QUICK)
    assert dump(tmp_path / "again.db") == dump(demo_file)
    other = DemoPlan(PLAN.until, PLAN.customers, PLAN.sales, PLAN.products, seed=4)
    build_demo(str(tmp_path / "other.db"), other, pins=QUICK)
    assert dump(tmp_path / "other.db")["sale"] != dump(demo_file)["sale"]


def test_it_holds_what_a_look_around_needs(demo: Database) -> None:
    """Three outlets, four registers, coupons used and refused, cards in every state, returns."""

    def counted(sql: str) -> dict[object, int]:
        with demo.read() as uow:
            return {row[0]: row[1] for row in uow.connection.execute(text(sql))}

    assert demo.scalar("SELECT count(*) FROM outlet") == 3
    assert demo.scalar("SELECT count(*) FROM register") == 4
    assert demo.scalar("SELECT count(*) FROM customer") == PLAN.customers
    assert demo.scalar("SELECT count(*) FROM sale WHERE kind = 'sale'") == PLAN.sales
    assert int(str(demo.scalar("SELECT count(*) FROM sale WHERE kind = 'return'"))) > 3
    states = counted("SELECT status, count(*) FROM value_account GROUP BY status")
    assert {"issued", "active", "inactive", "cancelled"} <= set(states)
    outcomes = counted("SELECT reason, count(*) FROM sale_trail WHERE code_shown <> '' GROUP BY reason")
    assert {"applied", "expired", "not_started", "customer_not_eligible"} & set(outcomes)
    assert len(outcomes) >= 4
    kinds = counted("SELECT kind, count(*) FROM product GROUP BY kind")
    assert {"standard", "weighed", "open_price", "service"} == set(kinds)
    assert len(counted("SELECT kind, count(*) FROM sale_tender GROUP BY kind")) >= 3
    assert len(counted("SELECT name, member_count FROM segment WHERE member_count > 0")) >= 4
    for consent in ("email_consent_at", "sms_consent_at", "birth_date"):
        assert int(str(demo.scalar(f"SELECT count(*) FROM customer WHERE {consent} IS NOT NULL"))) > 5
    assert demo.scalar("SELECT count(*) FROM register_session WHERE closed_at IS NULL") == 0
    assert demo.scalar("SELECT is_demo FROM shop") in (True, 1)


def test_it_is_sound(demo: Database) -> None:
    report = examine(demo)
    assert report.clean, [(finding.name, finding.examples) for finding in report.broken]


def test_its_barcodes_scan_and_its_cards_and_coupons_are_known(tmp_path: Path) -> None:
    built = build_demo(str(tmp_path / "d.db"), PLAN, pins=QUICK)
    database = open_shop(str(tmp_path / "d.db"))
    clock = FixedClock(NOON)
    with database.read() as uow:
        codes = [row[0] for row in uow.connection.execute(text("SELECT code FROM product_barcode"))]
    printed = [code for code in codes if len(code) == 13]
    assert len(printed) > 60
    assert all(ean.is_valid(code) for code in printed)
    till = CatalogService(database, clock).till_catalogue()
    assert all(till.find(code) for code in codes)
    assert len(built.cards) >= 5
    assert "ready to spend" in {words.partition(", ")[2] for words, _ in built.cards}
    assert {"WELCOME5", "CHEESE20"} <= {word for word, _ in built.coupons}
    database.close()


def test_its_pins_are_such_as_a_shop_would_accept() -> None:
    for _, _, pin in STAFF:
        assert check_new_pin(pin) == pin
        assert not easily_guessed(pin)


@pytest.mark.parametrize("stop_at", [1, 3, 5])
def test_stopping_leaves_nothing(tmp_path: Path, stop_at: int) -> None:
    calls = Counter[str]()

    def stop(_what: str, _done: int, _total: int) -> None:
        calls["told"] += 1
        if calls["told"] == stop_at:
            raise Cancelled

    with pytest.raises(Cancelled):
        build_demo(str(tmp_path / "d.db"), PLAN, progress=stop, pins=QUICK)
    assert list(tmp_path.iterdir()) == []
    build_demo(str(tmp_path / "d.db"), PLAN, pins=QUICK)  # and the place is free again


@pytest.mark.parametrize("empty_place", ["postgresql"], indirect=True)
def test_stopping_on_a_server_leaves_nothing(empty_place: str) -> None:
    def stop(what: str, _done: int, _total: int) -> None:
        if what.startswith("Adding"):
            raise Cancelled

    with pytest.raises(Cancelled):
        build_demo(empty_place, PLAN, progress=stop, pins=QUICK)
    database = Database.connect(empty_place)
    assert database.scalar("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    database.close()


def test_a_shop_that_is_there_is_never_built_over(demo: Database) -> None:
    url = demo.engine.url.render_as_string(hide_password=False)
    with pytest.raises(NotAShop):
        build_demo(url, PLAN, pins=QUICK)
    assert demo.scalar("SELECT count(*) FROM sale WHERE kind = 'sale'") == PLAN.sales


def test_the_command_says_how_to_sign_in(tmp_path: Path) -> None:
    out = io.StringIO()
    words = ["demo", "--db", str(tmp_path / "d.db"), "--customers", "20", "--sales", "60", "--products", "80"]
    assert cli.run(words, out) == cli.DONE
    assert "9753  Maeve Larkin (manager)" in out.getvalue()
    assert "60 sales" in out.getvalue()
    assert cli.run(words, io.StringIO(), err := io.StringIO()) == cli.BROKEN
    assert "already something" in err.getvalue()


def test_sales_follow_the_seasons_and_add_up() -> None:
    plan = DemoPlan(until=date(2026, 3, 14), sales=10_007)
    days = dict(sales_per_day(plan))
    assert sum(days.values()) == 10_007
    assert days[date(2025, 12, 25)] == 0
    saturdays = sum(count for day, count in days.items() if day.weekday() == 5)
    sundays = sum(count for day, count in days.items() if day.weekday() == 6)
    assert saturdays > 1.5 * sundays
    decembers = [count for day, count in days.items() if day.month == 12]
    januaries = [count for day, count in days.items() if day.month == 1]
    assert sum(decembers) / len(decembers) > 1.3 * sum(januaries) / len(januaries)


@pytest.mark.parametrize("count", [60, 240, 3_000, 20_000])
def test_the_range_has_any_size_without_twins(count: int) -> None:
    goods = range_of(count, 1, RESOURCES)
    assert len(goods) == count
    assert len({good.sku for good in goods}) == count
    barcodes = [good.barcode for good in goods if good.barcode]
    assert len(set(barcodes)) == len(barcodes)
    assert len({good.name for good in goods}) > 0.99 * count
    assert all(0 <= good.price_minor < 100_000 and len(good.name) <= 100 for good in goods)


def test_a_hand_discount_lies_on_the_lines_where_the_engine_put_it() -> None:  # V4
    products = [PricedProduct(number, sku, minor) for number, (sku, minor) in enumerate((("Z", 625), ("A", 185)), 1)]
    discount = ManualDiscount("damaged", percent=Decimal(10))
    lines = tuple(Line(product.id, Item(product), 1000) for product in products)
    opened = OpenBasket(UUID(int=1), NOON, lines, discounts=(discount,))
    basket = Basket(tuple(BasketLine(product.id, product) for product in products), discounts=(discount,))
    priced = price(basket, Catalogue(()), PricingSettings("EUR"), now=NOON + timedelta(0))
    shares = Counter[int]()
    for hand in hand_discounts(opened, priced):
        shares.update(dict(hand.shares))
    assert [shares[place] for place in range(2)] == [line.manual_minor for line in priced.lines] == [62, 19]


@pytest.mark.slow
def test_a_larger_shop_is_sound_and_has_a_long_history(tmp_path: Path) -> None:
    plan = DemoPlan(until=date(2026, 3, 14), customers=5_000, sales=100_000, products=2_000, seed=7)
    built = build_demo(str(tmp_path / "d.db"), plan, pins=QUICK)
    database = open_shop(str(tmp_path / "d.db"))
    assert examine(database).clean
    customer = built.long_history_customer
    uses = database.scalar("SELECT count(*) FROM coupon_redemption WHERE customer_id = :id", id=customer)
    assert int(str(uses)) >= 5_000
    database.close()
