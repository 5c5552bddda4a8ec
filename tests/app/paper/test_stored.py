"""Stored sales on paper, through the real services, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.clock import FixedClock
from app.codekeys import CodeVault
from app.paper.maker import PaperMaker, PaperUnknown
from db.uow import Database
from hardware.printer.profile import ROLL_80
from tests.app.paper.test_papers import codes, on_paper
from tests.builders import ShopBuilder, a_shop

VAULT_KEY = b"k" * 32  # the builder's


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> ShopBuilder:
    made = a_shop(database, clock)
    made.tax("VAT", "10")
    made.product("Bread", "4.20", tax="VAT", category="Bakery")
    return made


def test_receipt_of_a_stored_sale(shop: ShopBuilder, database: Database, clock: FixedClock) -> None:
    done = shop.sell(("Bread", 2), cash="10.00")
    maker = PaperMaker(database, clock)
    paper = on_paper(maker.receipt(done.sale_id), ROLL_80)
    assert "Bread" in paper.text and "R1-000001" in paper.text and "10.00" in paper.text
    assert str(done.total) in paper.text and str(done.change) in paper.text
    assert codes(paper) == {"R1-000001"}
    assert "DUPLICATE" not in paper.text
    assert "DUPLICATE" in on_paper(maker.receipt(done.sale_id, copy_number=1)).text  # V34
    assert "4.20" not in on_paper(maker.receipt(done.sale_id, gift=True)).text


def test_jobs_of_a_cash_sale(shop: ShopBuilder, database: Database, clock: FixedClock) -> None:
    shop.sell("Bread", cash="5.00")
    maker = PaperMaker(database, clock)
    drawer, receipt = shop.outbox.due(shop.register_ids[0])
    assert on_paper(maker.document(drawer)).kicks == [2]
    assert on_paper(maker.document(receipt)).kicks == []


def test_a_job_that_is_no_paper(shop: ShopBuilder, database: Database, clock: FixedClock) -> None:
    shop.sell("Bread", cash="5.00")
    (drawer, _) = shop.outbox.due(shop.register_ids[0])
    with pytest.raises(PaperUnknown):
        PaperMaker(database, clock).document(replace(drawer, kind="mystery"))


def test_a_sold_card_is_printed_with_its_code(shop: ShopBuilder, database: Database, clock: FixedClock) -> None:
    customer = shop.customer("Ada")
    basket = shop.with_card_sold(shop.basket("Bread", customer_id=customer), "25.00")
    done = shop.complete(basket)
    (card_job,) = [job for job in shop.outbox.due(shop.register_ids[0]) if job.kind == "gift_card"]
    vault = CodeVault(VAULT_KEY)
    paper = on_paper(PaperMaker(database, clock, vault=vault).document(card_job))
    (code,) = codes(paper)
    assert shop.balance(code) == 2500
    assert "25.00" in paper.text
    receipt = on_paper(PaperMaker(database, clock, vault=vault).receipt(done.sale_id))
    assert code not in receipt.text.replace("-", "") and code[-4:] in receipt.text


def test_a_lost_key_costs_the_code_on_paper_and_nothing_else(
    shop: ShopBuilder, database: Database, clock: FixedClock
) -> None:
    shop.complete(shop.with_card_sold(shop.basket("Bread"), "25.00"))
    (card_job,) = [job for job in shop.outbox.due(shop.register_ids[0]) if job.kind == "gift_card"]
    for vault in (None, CodeVault(b"\x01" * 32)):
        paper = on_paper(PaperMaker(database, clock, vault=vault).document(card_job))
        assert "25.00" in paper.text and codes(paper) == set()


def test_savings_and_a_return(shop: ShopBuilder, database: Database, clock: FixedClock) -> None:
    shop.promotion("Ten off", percent="10")
    done = shop.sell(("Bread", 2), cash="10.00")
    maker = PaperMaker(database, clock)
    text = on_paper(maker.receipt(done.sale_id)).text
    assert "Ten off" in text and "-0.84" in text and "You saved" in text
    back = shop.give_back(done, 1)
    text = on_paper(maker.receipt(back.sale_id)).text
    assert "Return" in text and "R1-000001" in text and "Refund" in text
