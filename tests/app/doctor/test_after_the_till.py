"""What the live till books on top of the demo's history is as sound as the history itself."""

from __future__ import annotations

from uuid import uuid4

import pytest

from app.checkout import basket as steps
from app.checkout.model import CompletedSale, OpenBasket, Tender, TenderKind, TillContext
from app.checkout.returns import ReturnLine, ReturnService
from app.checkout.service import CheckoutService
from app.checkout.sessions import SessionService
from app.clock import FixedClock
from app.customers.service import CustomerService
from app.doctor.service import examine
from app.money import Money
from app.outbox.service import OutboxService
from app.staff.model import with_all_rights
from db.schema import open_shop
from db.uow import Database
from tests.conftest import NOON

BOTH = pytest.mark.parametrize("own_demo_url", ["sqlite", "postgresql"], indirect=True)


@BOTH
def test_sales_and_returns_of_the_till_keep_every_rule(own_demo_url: str) -> None:  # V1 to V33
    database, clock = open_shop(own_demo_url), FixedClock(NOON)
    till = CheckoutService(database, clock)
    returns = ReturnService(till)
    actor = with_all_rights(3, "Ciara Dunne")
    context = SessionService(database, clock).open(actor, 1, Money(10_000, "EUR"), request_id=uuid4())
    sold = []
    for number, customer_id in enumerate((4, None, 9, 4, 12)):
        clock.advance(minutes=3)
        basket = _basket(till, clock, customer_id, first=number * 7 + 1)
        sold.append(_pay(till, context, basket, number))
    clock.advance(minutes=9)
    _bring_back(database, returns, context, sold[0].sale_id, whole=True)
    clock.advance(minutes=9)
    _bring_back(database, returns, context, sold[3].sale_id, whole=False)
    clock.advance(hours=3)
    SessionService(database, clock).close(context, Money(5_000, "EUR"))
    CustomerService(database, clock).erase(9, by=actor)
    report = examine(database)
    assert report.clean, [(finding.name, finding.examples) for finding in report.broken]
    database.engine.dispose()


def _basket(till: CheckoutService, clock: FixedClock, customer_id: int | None, *, first: int) -> OpenBasket:
    basket = steps.new_basket(uuid4(), clock.now())
    for product_id in range(first, first + 6):
        item = till.item(product_id)
        price = 2_500 if item.asks_price else None
        basket, _ = steps.add_item(basket, item, 1_240 if item.weighed else 2_000, price_minor=price)
    if customer_id is not None:
        basket = steps.with_customer(basket, till.customer(customer_id))
    return steps.add_coupon(basket, till.coupon("HOUSE"))


def _pay(till: CheckoutService, context: TillContext, basket: OpenBasket, number: int) -> CompletedSale:
    view = till.view(context, basket, till.facts())
    kinds = (TenderKind.CASH, TenderKind.CARD)
    amount = view.total.minor + 500 if number % 2 == 0 else None
    return till.complete(context, basket, [Tender(kinds[number % 2], amount)], view.total.minor)


def _bring_back(database: Database, returns: ReturnService, context: TillContext, sale_id: int, *, whole: bool) -> None:
    with database.read() as uow:
        rows = uow.connection.exec_driver_sql(
            f"SELECT id, quantity_milli FROM sale_line WHERE sale_id = {sale_id} ORDER BY id"
        ).all()
    lines = [ReturnLine(row[0], row[1], "changed my mind") for row in (rows if whole else rows[1:3])]
    preview = returns.preview(context, sale_id, lines)
    returns.complete_return(context, sale_id, lines, request_id=uuid4(), shown_refund=preview.refund)


@BOTH
def test_a_reprint_is_no_false_alarm(own_demo_url: str) -> None:  # V25: its journal entry names the sale, no amounts
    database, clock = open_shop(own_demo_url), FixedClock(NOON)
    OutboxService(database, clock).reprint(with_all_rights(3, "Ciara Dunne"), 1, 1, request_id=uuid4())
    report = examine(database)
    assert report.clean, [(finding.name, finding.examples) for finding in report.broken]
    database.engine.dispose()


@BOTH
def test_what_a_till_does_with_its_paper_is_no_trouble(own_demo_url: str) -> None:  # V34
    """Out, cancelled because its time is over, failed, waiting: a backup of each can be put back."""
    database, clock = open_shop(own_demo_url), FixedClock(NOON)
    till, outbox = CheckoutService(database, clock), OutboxService(database, clock)
    actor = with_all_rights(3, "Ciara Dunne")
    context = SessionService(database, clock).open(actor, 1, Money(10_000, "EUR"), request_id=uuid4())
    for number in (0, 2, 4):  # cash: a drawer and a receipt each
        _pay(till, context, _basket(till, clock, None, first=number * 7 + 1), number)
    settle = (outbox.done, outbox.cancel, lambda job: outbox.failed(job, "It went silent."), outbox.retry)
    for act in settle:
        job = outbox.claim(1)
        assert job is not None
        act(job.job_id)
    report = examine(database)
    assert report.clean, [(finding.name, finding.examples) for finding in report.broken]
    with database.write() as uow:
        uow.connection.exec_driver_sql("UPDATE outbox SET done_at = NULL WHERE state = 'cancelled'")
        uow.commit()
    assert [finding.name for finding in examine(database).broken] == ["print_jobs"]
    database.engine.dispose()
