"""X and Z reports: every figure worked out by hand, printed once by closing, the same for ever after."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from app.checkout import basket as steps
from app.checkout.errors import SessionClosed
from app.checkout.model import Tender, TenderKind
from app.checkout.shift_report import ShiftReport
from app.errors import NotFound, NotPermitted
from app.journal.signing import in_groups
from app.outbox.service import Job
from app.paper.maker import PaperMaker
from app.pricing.model import ManualDiscount
from hardware.protocols import Columns, Document, Text
from tests.app.checkout.books import check_doctor
from tests.builders import ShopBuilder


def text_of(document: Document) -> list[str]:
    """What stands on the paper, row by row."""
    rows = []
    for block in document.blocks:
        if isinstance(block, Columns):
            rows.append(" ".join(cell.text for cell in block.cells if cell.text))
        elif isinstance(block, Text):
            rows.append(block.text)
    return rows


def report_of(shop: ShopBuilder, session_id: int | None = None) -> ShiftReport:
    return shop.sessions.report(shop.manager, session_id or shop.till.session_id)


def reports_due(shop: ShopBuilder) -> list[Job]:
    return [job for job in shop.outbox.due(shop.register_ids[0]) if job.kind == "report"]


def printed(shop: ShopBuilder) -> list[str]:
    (job,) = reports_due(shop)
    rows = text_of(PaperMaker(shop.database, shop.clock).document(job))
    shop.outbox.done(job.job_id)
    return rows


def a_day(shop: ShopBuilder) -> None:
    """Float 100.00. 22.00 in cash, 33.00 by card and gift card, one card sold, one return, one exchange."""
    shop.tax("VAT", "10")
    shop.product("Oil", "10.00", tax="VAT")
    shop.product("Bread", "4.00")
    number = shop.gift_card("11.00")
    shop.clock.advance(minutes=1)
    first = shop.sell(("Oil", 2), cash="50.00")  # 20.00 + 2.00
    basket = steps.discount_basket(shop.basket(("Oil", 3)), ManualDiscount("Friend", amount_minor=300))
    shop.complete(basket, shop.gift(number), shop.card())  # 27.00 + 2.70: 11.00 gift card, 18.70 card
    shop.complete(shop.with_card_sold(shop.basket(), "25.00"), Tender(TenderKind.CARD))
    shop.give_back(first, 1)  # 11.00 in cash
    swap = shop.returns.add_to_basket(shop.till, shop.basket("Bread"), first.sale_id, shop.lines_back(first))
    shop.complete(swap)  # 4.00 - 11.00: 7.00 in cash
    shop.checkout.void(shop.till, shop.basket("Bread"), "walked out")
    shop.sessions.no_sale(shop.till, "Change", request_id=uuid4())
    shop.sessions.pay_in(shop.till, shop.money("5.00"), "Change", request_id=uuid4())
    shop.sessions.pay_out(shop.till, shop.money("2.50"), "Milk", request_id=uuid4())
    shop.checkout.suspend(shop.till, shop.basket("Bread"))
    shop.clock.advance(hours=8)


def test_an_open_shift_in_figures(shop: ShopBuilder) -> None:  # V22, V26
    a_day(shop)
    found = report_of(shop)
    assert (found.number, found.first_receipt, found.last_receipt) == (1, "R1-000001", "R1-000005")
    assert [(one.how_many, str(one.amount)) for one in (found.sales, found.exchanges, found.returns)] == [
        (3, "76.70"), (1, "-7.00"), (1, "-11.00"),
    ]  # fmt: skip
    assert (str(found.total), str(found.cards_sold), str(found.discounts)) == ("58.70", "25.00", "3.00")
    assert [(one.name, str(one.base), str(one.tax)) for one in found.taxes] == [("VAT 10 %", "27.00", "2.70")]
    assert [(kind, one.how_many, str(one.amount)) for kind, one in found.tenders] == [
        ("cash", 3, "4.00"), ("card", 2, "43.70"), ("gift_card", 1, "11.00"),
    ]  # fmt: skip
    assert [(kind, one.how_many, str(one.amount)) for kind, one in found.cash] == [
        ("sale", 1, "22.00"), ("refund", 2, "-18.00"), ("pay_in", 1, "5.00"), ("pay_out", 1, "-2.50"),
    ]  # fmt: skip
    assert str(found.expected) == "106.50"
    assert (found.counted, found.difference, found.held, found.closed_at) == (None, None, None, None)
    assert (found.noted, str(found.voided)) == ((("void", 1), ("no_sale", 1)), "4.00")
    assert (str(found.sold_so_far), str(found.returned_so_far)) == ("76.70", "18.00")


def test_closing_prints_the_z_report(shop: ShopBuilder) -> None:  # T27, V22, V24
    a_day(shop)
    closing = shop.sessions.close(shop.till, shop.money("106.00"))
    assert (closing.number, str(closing.difference)) == (1, "-0.50")
    head = shop.one("SELECT hash FROM journal WHERE kind = 'close'")
    rows = printed(shop)
    for wanted in (
        "Z report (closing)", "Main · Till 1 R1 Z 1", "Sales 3 76.70", "Returns 1 -11.00", "Exchanges 1 -7.00",
        "Total 58.70", "Of it gift cards sold 25.00", "Without gift cards 33.70", "Float 100.00",
        "Cash taken 1 22.00", "Cash refunded 2 -18.00", "Paid in 1 5.00", "Paid out 1 -2.50",
        "VAT 10 % · Net 27.00", "VAT 10 % · Tax 2.70",
        "Should be there 106.50", "Counted 106.00", "Short 0.50", "Sales voided 1 4.00",
        "Drawer opened without a sale 1", "Sales on hold, carried over 1", "Gift card 1 11.00",
        f"Journal {in_groups(head)}",
    ):  # fmt: skip
        assert wanted in rows, wanted
    check_doctor(shop.database)


def test_a_z_report_reads_the_same_for_ever(shop: ShopBuilder) -> None:  # T27
    a_day(shop)
    shop.sessions.close(shop.till, shop.money("106.50"))
    before = printed(shop)
    assert "Difference 0.00" in before
    first = report_of(shop)
    till = shop.sessions.open(shop.manager, shop.register_ids[0], shop.money("50.00"), request_id=uuid4())
    shop.sell("Bread", till=till)
    shop.checkout.void(till, shop.basket("Bread"), "walked out")
    shop.clock.advance(days=3)
    shop.reprice("Oil", "99.00")
    assert report_of(shop) == first
    request = uuid4()
    for _ in range(2):  # pressed twice: one paper
        assert shop.sessions.print_closing_again(shop.manager, shop.register_ids[0], request_id=request) == 1
    again = printed(shop)
    assert [row for row in again if row not in before] == ["DUPLICATE"]
    assert report_of(shop, till.session_id).number == 2
    assert str(report_of(shop, till.session_id).sold_so_far) == "80.70"  # 76.70 before, 4.00 since
    assert shop.one("SELECT count(*) FROM journal WHERE kind = 'reprint'") == 1


def test_a_reading_closes_nothing_and_is_noted(shop: ShopBuilder) -> None:  # T27: who counts should not know
    a_day(shop)
    cashier = replace(shop.till, actor=shop.cashier)
    with pytest.raises(NotPermitted):
        shop.sessions.print_reading(cashier, request_id=uuid4())
    with pytest.raises(NotPermitted):
        shop.sessions.report(shop.cashier, shop.till.session_id)
    request = uuid4()
    for _ in range(2):
        shop.sessions.print_reading(cashier, request_id=request, approval=shop.approval("report.view"))
    rows = printed(shop)
    assert "X report (reading)" in rows and "Should be there 106.50" in rows and "X reports 1" in rows
    assert not any(row.startswith(("Counted", "Journal")) for row in rows)
    assert shop.sessions.current(shop.register_ids[0]) is not None
    shop.sessions.close(shop.till, shop.money("106.50"))
    with pytest.raises(SessionClosed):
        shop.sessions.print_reading(shop.till, request_id=uuid4())


def test_an_empty_shift_has_a_report_too(shop: ShopBuilder) -> None:
    with pytest.raises(NotFound, match="never closed"):
        shop.sessions.print_closing_again(shop.manager, shop.register_ids[0], request_id=uuid4())
    with pytest.raises(NotFound):
        report_of(shop, 999)
    shop.sessions.close(shop.till, shop.money("100.00"))
    found = report_of(shop)
    assert (found.sales.how_many, str(found.total), found.first_receipt, found.held) == (0, "0.00", "", 0)
    assert "Sales 0 0.00" in printed(shop)


def test_what_was_done_when_the_clock_stood_wrong_is_in_the_shift(shop: ShopBuilder) -> None:  # V28
    shop.product("Bread", "4.00")
    shop.sell("Bread")
    shop.clock.advance(days=-400)
    shop.checkout.void(shop.till, shop.basket("Bread"), "walked out")
    shop.clock.advance(days=401)
    shop.sessions.close(shop.till, shop.money("104.00"))
    assert (report_of(shop).noted, str(report_of(shop).voided)) == ((("void", 1),), "4.00")
