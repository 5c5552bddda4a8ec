"""A sale from basket to books, on both databases; the books are checked after every test (books.py)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.checkout import basket as steps
from app.checkout.errors import (
    BasketEmpty,
    CouponGone,
    NotSold,
    RequestReused,
    SessionClosed,
    StillDue,
    TenderRefused,
    TotalChanged,
)
from app.checkout.model import Tender, TenderKind
from app.clock import FixedClock
from app.errors import NotPermitted
from app.money import Money
from app.pricing.model import DuplicateCode, ManualDiscount
from app.shop import settings as shop_settings
from app.staff.model import Actor
from db.uow import Database
from tests.app.checkout.books import check_books
from tests.builders import ShopBuilder, a_shop


def nothing_written(shop: ShopBuilder) -> bool:
    tables = ("sale", "sale_line", "sale_tender", "coupon_redemption", "points_entry")
    return all(shop.one(f"SELECT count(*) FROM {table}") == 0 for table in tables)


def test_a_cash_sale_writes_its_books(shop: ShopBuilder) -> None:
    shop.tax("VAT", "10")
    shop.product("Bread", "4.20", tax="VAT", category="Bakery")
    shop.product("Oil", "9.90", tax="VAT")
    done = shop.sell(("Bread", 2), "Oil", cash="30.00")
    assert done.number_text == "R1-000001"
    assert (str(done.total), str(done.change)) == ("20.13", "9.87")  # 18.30 + 1.83
    sale = shop.sale(done)
    assert [str(line.net) for line in sale.lines] == ["8.40", "9.90"]
    assert str(sale.tax) == "1.83"
    assert [(tender.kind, str(tender.amount), str(tender.tendered)) for tender in sale.tenders] == [
        ("cash", "20.13", "30.00")
    ]
    assert shop.rows("SELECT kind, amount_minor FROM cash_movement ORDER BY id") == [("float", 10000), ("sale", 2013)]
    assert [job.kind for job in shop.outbox.due(shop.register_ids[0])] == ["drawer", "receipt"]


def test_a_card_sale_leaves_the_drawer_shut(shop: ShopBuilder) -> None:
    shop.product("Oil", "9.90")
    shop.sell("Oil", tenders=[shop.card()])
    assert [job.kind for job in shop.outbox.due(shop.register_ids[0])] == ["receipt"]
    assert shop.rows("SELECT reference FROM sale_tender") == [("A-1",)]


def test_numbers_run_per_register_without_gaps(shop: ShopBuilder) -> None:  # V7
    shop.product("Oil", "9.90")
    other = shop.second_till()
    numbers = [shop.sell("Oil", till=till).number_text for till in (shop.till, other, shop.till, other, shop.till)]
    assert numbers == ["R1-000001", "R2-000001", "R1-000002", "R2-000002", "R1-000003"]
    with pytest.raises(StillDue):
        shop.complete(shop.basket("Oil"), shop.cash("1.00"))
    assert shop.sell("Oil").number_text == "R1-000004"  # a refused sale draws no number


def test_a_repeated_request_books_once(shop: ShopBuilder) -> None:  # V6, T12
    customer = shop.customer()
    shop.points_program()
    shop.product("Oil", "9.90")
    card = shop.gift_card("5.00")
    basket = shop.basket("Oil", customer_id=customer)
    tenders = (shop.gift(card), shop.cash("10.00"))
    first = shop.complete(basket, *tenders)
    again = shop.complete(basket, *tenders)
    assert (again.sale_id, again.repeated) == (first.sale_id, True)
    assert shop.one("SELECT count(*) FROM sale") == 1
    assert (shop.balance(card), shop.points(customer)) == (0, 9)


def test_a_request_with_other_content_is_refused(shop: ShopBuilder) -> None:  # V6
    shop.product("Oil", "9.90")
    basket = shop.basket("Oil")
    shop.complete(basket, shop.cash("10.00"))
    more, _ = steps.add_item(basket, shop.checkout.item(shop.products["Oil"]))
    with pytest.raises(RequestReused):
        shop.complete(more, shop.cash("20.00"))


def test_facts_are_never_changed(shop: ShopBuilder) -> None:  # V8
    shop.product("Oil", "9.90")
    shop.sell("Oil")
    for table in ("sale", "sale_line", "sale_tender", "journal", "cash_movement"):
        for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match="append-only"), shop.database.write() as uow:
                uow.connection.execute(text(statement))


def test_what_the_shop_changed_meanwhile_is_met(shop: ShopBuilder) -> None:  # T20
    shop.product("Oil", "9.90")
    basket = shop.basket("Oil")
    shown = shop.view(basket).total.minor
    shop.reprice("Oil", "10.90")
    with pytest.raises(TotalChanged, match=r"now 10\.90, not 9\.90"):
        shop.complete(basket, shop.cash("20.00"), shown=shown)
    assert nothing_written(shop)


def test_a_promotion_that_appeared_meanwhile_changes_the_total(shop: ShopBuilder) -> None:  # T20
    shop.product("Oil", "10.00")
    basket = shop.basket("Oil")
    shop.view(basket)
    other_program = shop.checkout.__class__(shop.database, shop.clock)  # knows nothing of the new promotion yet
    other_program.facts()
    shop.clock.advance(seconds=1)
    shop.promotion("Ten", percent="10")
    with pytest.raises(TotalChanged, match=r"now 9\.00, not 10\.00"):
        other_program.complete(shop.till, basket, [shop.cash("10.00")], 1000)
    assert nothing_written(shop)


def test_a_product_taken_off_sale_is_refused(shop: ShopBuilder) -> None:  # T20
    oil = shop.product("Oil", "9.90")
    basket = shop.basket("Oil")
    shop.run("UPDATE product SET active = false WHERE id = :id", id=oil)
    with pytest.raises(NotSold, match="Oil"):
        shop.complete(basket, shop.cash("20.00"), shown=990)


def test_refusals_leave_the_basket_and_write_nothing(shop: ShopBuilder) -> None:
    shop.product("Oil", "9.90")
    basket = shop.basket("Oil")
    with pytest.raises(StillDue, match=r"4\.90"):
        shop.complete(basket, shop.cash("5.00"))
    with pytest.raises(TenderRefused):
        shop.complete(basket, shop.card("9.91"))
    with pytest.raises(BasketEmpty):
        shop.complete(shop.basket())
    assert nothing_written(shop)


def test_a_closed_shift_takes_no_sale(shop: ShopBuilder) -> None:  # V23
    shop.product("Oil", "9.90")
    shop.sessions.close(shop.till, shop.money("100.00"))
    with pytest.raises(SessionClosed):
        shop.sell("Oil")


def test_a_free_sale_needs_no_tender(shop: ShopBuilder) -> None:  # T8
    shop.product("Oil", "9.99")
    shop.tax("VAT", "7.7")
    shop.product("Bread", "3.33", tax="VAT")
    shop.promotion("All", percent="100")
    done = shop.sell("Oil", ("Bread", 3))
    assert str(done.total) == "0.00"
    assert shop.one("SELECT count(*) FROM sale_tender") == 0


@pytest.mark.parametrize(
    ("tax_included", "rounding", "total"),
    [(False, "receipt", "2.75"), (False, "line", "2.76"), (True, "receipt", "2.53"), (True, "line", "2.53")],
)
def test_tax_is_rounded_as_the_shop_says(
    database: Database, clock: FixedClock, tax_included: bool, rounding: str, total: str
) -> None:  # T8
    shop = a_shop(database, clock, tax_included=tax_included, rounding=rounding)
    shop.tax("VAT", "8.75")
    shop.product("A", "1.33", tax="VAT")
    shop.product("B", "1.20", tax="VAT")
    assert str(shop.sell("A", "B").total) == total  # 0.116375 + 0.105
    check_books(database)


def test_discounts_by_hand_are_kept_with_their_reason(shop: ShopBuilder) -> None:
    shop.product("Oil", "10.00")
    shop.product("Bread", "4.00")
    basket = shop.basket("Oil", "Bread")
    basket = shop.checkout.discount_line(shop.till, basket, 1, ManualDiscount("Damaged", amount_minor=200))
    basket = shop.checkout.discount_basket(shop.till, basket, ManualDiscount("Friend", percent=Decimal(10)))
    basket = shop.checkout.discount_basket(shop.till, basket, ManualDiscount("Round", amount_minor=100))
    done = shop.complete(basket)
    assert str(done.total) == "9.80"  # 14.00 - 2.00, then 10 % of 12.00, then 1.00
    trail = shop.sale(done).trail
    assert [(entry.kind, entry.name, str(entry.amount)) for entry in trail] == [
        ("manual", "Damaged", "2.00"), ("manual", "Friend", "1.20"), ("manual", "Round", "1.00"),
    ]  # fmt: skip


def test_rights_hold_where_the_sale_is_booked(shop: ShopBuilder) -> None:  # T28, V29
    shop.product("Oil", "10.00")
    till = replace(shop.till, actor=shop.cashier)
    basket = steps.discount_basket(shop.basket("Oil"), ManualDiscount("Friend", percent=Decimal(50)))
    with pytest.raises(NotPermitted):
        shop.complete(basket, till=till)
    with pytest.raises(NotPermitted):  # a cashier who names themselves as approver
        own = replace(basket, discounts=(replace(basket.discounts[0], approved_by=shop.cashier.staff_id),))
        shop.complete(own, till=till)
    approved = shop.checkout.discount_basket(
        till, shop.basket("Oil"), ManualDiscount("Friend", percent=Decimal(50)),
        shop.approval("sale.discount", Decimal(50)),
    )  # fmt: skip
    done = shop.complete(approved, till=till)
    assert shop.sale(done).approver == "Grace"
    nobody = Actor(shop.cashier.staff_id, "Carl", "cashier", {})
    with pytest.raises(NotPermitted):
        shop.sell("Oil", till=replace(shop.till, actor=nobody))


def test_price_by_hand(shop: ShopBuilder) -> None:
    shop.product("Oil", "10.00")
    with pytest.raises(NotPermitted):
        shop.checkout.override_price(replace(shop.till, actor=shop.cashier), shop.basket("Oil"), 1, 900, "Damaged")
    basket = shop.checkout.override_price(shop.till, shop.basket("Oil"), 1, 600, "Damaged")
    sale = shop.sale(shop.complete(basket))
    assert (str(sale.total), sale.lines[0].price_source, str(sale.lines[0].list_price)) == ("6.00", "override", "10.00")
    assert sale.trail[0].sentence == "Oil: 6.00 instead of 10.00."


def test_customer_figures_follow_the_sale(shop: ShopBuilder) -> None:
    customer = shop.customer()
    shop.product("Bread", "4.00", category="Bakery")
    shop.product("Oil", "10.00")
    shop.promotion("Ten", percent="10", code="TEN")
    shop.sell("Bread", "Oil", customer_id=customer, code="ten")
    shop.clock.advance(days=40)
    basket = shop.with_card_sold(shop.basket("Bread", customer_id=customer), "50.00")
    shop.complete(basket)
    assert shop.rows("SELECT visits, spend_minor, discount_minor, coupon_visits FROM customer_stats") == [
        (2, 1260 + 400, 140, 1)
    ]
    # the shift opened in March keeps its business date
    assert shop.rows("SELECT month, visits, spend_minor FROM customer_month ORDER BY month") == [(202603, 2, 1660)]
    assert shop.rows("SELECT category_id, visits, spend_minor FROM customer_category ORDER BY category_id") == [
        (0, 1, 900), (shop.categories["Bakery"], 2, 760),
    ]  # fmt: skip


def test_a_drained_coupon_is_refused_at_pay_and_the_basket_stands(shop: ShopBuilder) -> None:  # T9
    shop.product("Oil", "10.00")
    shop.promotion("Once", percent="10", code="ONCE", total_limit=1)
    slow = shop.basket("Oil", code="ONCE")
    shown = shop.view(slow).total.minor
    other = shop.checkout.__class__(shop.database, shop.clock)
    other.complete(shop.till, shop.basket("Oil", code="ONCE"), [shop.cash("9.00")], 900)
    with pytest.raises(CouponGone, match="Once no longer counts: It was used 1 of 1 times"):
        shop.complete(slow, shop.cash("9.00"), shown=shown)
    assert shop.one("SELECT count(*) FROM sale") == 1
    view = shop.view(slow)  # the basket stands, and says why
    assert (str(view.total), view.codes[0].counts) == ("10.00", False)
    assert str(shop.complete(slow).total) == "10.00"


@pytest.mark.parametrize("policy", list(DuplicateCode))
def test_a_code_that_lies_on_the_basket_twice_shows_its_saving_once(shop: ShopBuilder, policy: DuplicateCode) -> None:
    shop.product("Brie", "10.00")
    shop.promotion("Cheese", percent="20", code="CHEESE20")
    with shop.database.write() as uow:
        shop_settings.save(uow, shop_settings.SellingSettings(duplicate_code=policy))
        uow.commit()
    basket = shop.basket("Brie", code="CHEESE20")
    view = shop.view(steps.add_coupon(basket, shop.checkout.coupon("CHEESE20")))
    assert [(code.counts, str(code.saving), code.sentence) for code in view.codes] == [
        (True, "2.00", ""),
        (False, "0.00", "This code is on the sale already; it counts once."),
    ]
    assert str(view.total) == "8.00"


def test_two_components_of_one_tax_class_come_back_by_themselves(shop: ShopBuilder) -> None:
    shop.tax("GST", "5", "7")
    shop.product("Oil", "9.99", tax="GST")
    done = shop.sell(("Oil", 3))
    assert [str(tax.tax) for tax in shop.sale(done).taxes] == ["1.50", "2.10"]
    for _ in range(3):
        shop.give_back(done, 1)
    assert shop.one("SELECT sum(tax_minor) FROM sale_tax") == 0
    assert shop.one("SELECT sum(total_minor) FROM sale") == 0


def test_a_tender_of_another_kind_than_the_card_is_refused(shop: ShopBuilder) -> None:
    shop.product("Oil", "9.90")
    with pytest.raises(TenderRefused):
        shop.complete(shop.basket("Oil"), Tender(TenderKind.GIFT_CARD))
    with pytest.raises(TenderRefused, match="points"):
        shop.complete(shop.basket("Oil"), Tender(TenderKind.POINTS))


def test_the_returned_total_is_money(shop: ShopBuilder) -> None:
    shop.product("Oil", "9.90")
    assert shop.sell("Oil").total == Money(990, "USD")
    assert shop.checkout.repeat(uuid4()) is None
