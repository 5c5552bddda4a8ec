"""Promotions, codes and their uses through the services, on both databases."""

from __future__ import annotations

import csv
import stat
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from app import codes
from app.codekeys import CodeVault
from app.coupons import catalogue, uses
from app.coupons.model import (
    BudgetSpent,
    CodeTaken,
    CouponNeedsCustomer,
    CouponNotYours,
    CouponOff,
    CouponRefused,
    CouponUsedUp,
    EditedMeanwhile,
    PromotionRow,
    PromotionSort,
    Use,
)  # fmt: skip
from app.coupons.service import CouponService
from app.coupons.sheets import write_codes
from app.errors import InvalidInput, NotFound, NotPermitted
from app.money import Money
from app.pricing.engine import price
from app.pricing.model import Basket, BasketLine, CustomerFacts, PricedProduct, PricingSettings
from app.pricing.promotion import Audience, Kind, Limits, Promotion, Schedule
from app.spreadsheets.writing import safe_cell
from app.staff.model import Actor
from tests.app.coupons import booking
from tests.app.giftcards.shop import SmallShop

TODAY = date(2026, 3, 14)
USD = PricingSettings(currency="USD")

# V15 as rows that must not be there.
BROKEN_COUNTS = """
    SELECT 'promotion', p.id FROM promotion p LEFT JOIN
        (SELECT promotion_id, sum(CASE kind WHEN 'use' THEN 1 ELSE -1 END) AS net FROM coupon_redemption
         GROUP BY promotion_id) r ON r.promotion_id = p.id
    WHERE p.use_count <> coalesce(r.net, 0) OR p.use_count > p.total_limit
    UNION ALL
    SELECT 'code', c.id FROM coupon_code c LEFT JOIN
        (SELECT code_id, sum(CASE kind WHEN 'use' THEN 1 ELSE -1 END) AS net FROM coupon_redemption
         GROUP BY code_id) r ON r.code_id = c.id
    WHERE c.use_count <> coalesce(r.net, 0) OR c.use_count > c.max_uses
    UNION ALL
    SELECT 'customer', u.customer_id FROM coupon_use u LEFT JOIN
        (SELECT promotion_id, customer_id, sum(CASE kind WHEN 'use' THEN 1 ELSE -1 END) AS net FROM coupon_redemption
         GROUP BY promotion_id, customer_id) r ON r.promotion_id = u.promotion_id AND r.customer_id = u.customer_id
    WHERE u.code_id = 0 AND u.use_count <> coalesce(r.net, 0)
    UNION ALL
    SELECT 'campaign', m.id FROM campaign m LEFT JOIN
        (SELECT campaign_id, sum(discount_minor) AS spent FROM coupon_redemption GROUP BY campaign_id) r
        ON r.campaign_id = m.id
    WHERE m.spent_minor <> coalesce(r.spent, 0)
"""


def ten_percent(name: str = "Ten off", **more: object) -> Promotion:
    return replace(Promotion(id=0, name=name, kind=Kind.PERCENT, percent=Decimal(10), needs_code=True), **more)  # type: ignore[arg-type]


class Sales:
    """Completes bare sales with uses: counted, then written beside the sale's row, in one transaction."""

    def __init__(self, shop: SmallShop) -> None:
        self.shop = shop
        self.number = 0

    def use(self, use: Use, customer: int | None = None) -> int:
        self.number += 1
        # the counters move only together with their rows: a refusal must leave neither
        with self.shop.database.write() as uow:
            booking.count(uow, use, customer, TODAY)
            sale_id = self._sale(uow, customer)
            booking.write(uow, use, customer, sale_id=sale_id, number=f"R1-{self.number}", at=self.shop.clock.now())
            uow.commit()
        return sale_id

    def _sale(self, uow: object, customer: int | None) -> int:
        from db.models.sale import Sale

        now = self.shop.clock.now()
        row = Sale(
            request_id=uuid4(), request_hash="", register_id=self.shop.register_id, outlet_id=self.shop.outlet_id,
            session_id=self.shop.session_id, number=self.number, number_text=f"R1-{self.number}", customer_id=customer,
            cashier_id=self.shop.actor.staff_id, business_date=now.date(), completed_at=now, currency="USD",
            prices_include_tax=False, rounding_level="receipt", subtotal_minor=0, discount_minor=0, tax_minor=0,
            rounding_minor=0, total_minor=0, change_minor=0, liability_minor=0,
        )  # fmt: skip
        uow.session.add(row)  # type: ignore[attr-defined]
        uow.session.flush()  # type: ignore[attr-defined]
        return row.id

    def give_back(self, sale_id: int) -> tuple[str, ...]:
        self.number += 1
        with self.shop.database.write() as uow:
            back = self._sale(uow, None)
            names = uses.give_back(
                uow, sale_id, return_sale_id=back, return_number=f"R1-{self.number}", at=self.shop.clock.now()
            )
            uow.commit()
        return names


@pytest.fixture
def sales(shop: SmallShop) -> Sales:
    return Sales(shop)


@pytest.fixture(autouse=True)
def counters_equal_rows(shop: SmallShop) -> object:  # V15 after every test
    yield
    assert shop.rows(BROKEN_COUNTS) == []


def use_of(service: CouponService, promotion_id: int, text: str = "", amount: int = 100) -> Use:
    found = service.find(text) if text else None
    return Use(
        promotion_id,
        1,
        "Ten off",
        amount,
        None if found is None else found.code_id,
        "" if found is None else found.shown,
    )


def test_a_promotion_round_trips_and_prices(service: CouponService, shop: SmallShop) -> None:  # A12
    promotion = ten_percent(codes=("SUMMER10",), schedule=Schedule(valid_to=TODAY), limits=Limits(total_uses=5))
    saved = service.create(promotion, shop.actor)
    details = service.details(saved.promotion_id, shop.actor)
    assert details.promotion == replace(promotion, id=saved.promotion_id)
    found = service.find(" summer-10 ")
    assert found is not None
    assert found.shown == "SUMMER10"
    loaded = service.catalogue()
    line = BasketLine(1, PricedProduct(1, "A", 1000))
    basket = Basket((line,), codes=(found.entered,))
    priced = price(basket, loaded.catalogue, now=shop.clock.now(), settings=USD)
    assert priced.discount_minor == 100
    assert priced.applied[0].code == "SUMMER10"


def test_an_edit_is_a_new_version_and_the_old_one_can_be_read(service: CouponService, shop: SmallShop) -> None:  # V16
    saved = service.create(ten_percent(codes=("AAA1", "BBB2")), shop.actor)
    stamp = service.catalogue().stamp
    edited = replace(
        service.details(saved.promotion_id, shop.actor).promotion, percent=Decimal("12.5"), codes=("BBB2",)
    )
    shop.clock.advance(seconds=1)
    assert service.edit(saved.promotion_id, edited, shop.actor, was_version=1).version == 2
    assert service.catalogue().stamp != stamp
    versions = shop.rows("SELECT version, definition FROM promotion_version ORDER BY version")
    assert [row[0] for row in versions] == [1, 2]
    assert '"10"' in str(versions[0][1]).replace("'", '"')
    with pytest.raises(EditedMeanwhile):
        service.edit(saved.promotion_id, edited, shop.actor, was_version=1)
    dropped = service.find("AAA1")
    assert dropped is not None
    assert dropped.entered.blocked  # cancelled, not gone: it is refused with a reason
    again = replace(edited, codes=("AAA1", "BBB2"))
    service.edit(saved.promotion_id, again, shop.actor, was_version=2)
    back = service.find("AAA1")
    assert back is not None
    assert not back.entered.blocked


def test_a_catalogue_read_again_keeps_what_did_not_change_and_nothing_else(
    service: CouponService, shop: SmallShop
) -> None:
    first = service.create(ten_percent("One", codes=("ONE1",)), shop.actor)
    service.create(ten_percent("Two", codes=("TWO2",)), shop.actor)
    before = service.catalogue().catalogue
    edited = replace(service.details(first.promotion_id, shop.actor).promotion, percent=Decimal(25))
    service.edit(first.promotion_id, edited, shop.actor, was_version=1)
    after = service.catalogue().catalogue
    assert [promotion.percent for promotion in after.promotions] == [Decimal(25), Decimal(10)]
    assert after.promotions[1] is before.promotions[1]
    # another shop's promotion may have the same id and version: its definition tells them apart
    with shop.database.write() as uow:
        words = "definition" if uow.is_sqlite else "CAST(definition AS TEXT)"
        changed = f"replace({words}, 'Two', 'Zwei')"
        changed = changed if uow.is_sqlite else f"CAST({changed} AS JSONB)"
        uow.connection.execute(text(f"UPDATE promotion SET definition = {changed} WHERE version = 1"))
        uow.commit()
    assert service.catalogue().catalogue.promotions[1].name == "Zwei"


def test_switching_off_and_on(service: CouponService, shop: SmallShop) -> None:
    saved = service.create(ten_percent(needs_code=False), shop.actor)
    service.switch(saved.promotion_id, shop.actor, on=False)
    assert not service.details(saved.promotion_id, shop.actor).active
    assert service.page(shop.actor, state="off").rows[0].id == saved.promotion_id
    service.switch(saved.promotion_id, shop.actor, on=True)
    assert service.catalogue().catalogue.promotions[0].active


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"percent": Decimal(101)}, "percent"),
        ({"codes": ("AB",)}, "codes"),
        ({"codes": ("SAVE10", "save-10")}, "codes"),
        ({"limits": Limits(total_uses=0)}, "limits.total_uses"),
    ],
)
def test_a_promotion_that_cannot_be_is_refused_by_field(
    service: CouponService, shop: SmallShop, change: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        service.create(ten_percent(**change), shop.actor)
    assert refused.value.field == field
    assert shop.rows("SELECT count(*) FROM promotion") == [(0,)]


def test_one_word_belongs_to_one_promotion(service: CouponService, shop: SmallShop) -> None:
    service.create(ten_percent(codes=("WELCOME",)), shop.actor)
    with pytest.raises(CodeTaken):
        service.create(ten_percent("Other", codes=("wel come",)), shop.actor)
    assert shop.rows("SELECT count(*) FROM promotion") == [(1,)]


def test_bulk_codes_are_unique_single_use_and_printable_again(
    service: CouponService, shop: SmallShop, sales: Sales, tmp_path: Path
) -> None:
    saved = service.create(ten_percent(), shop.actor)
    made = service.make_codes(saved.promotion_id, 1500, shop.actor, batch="Spring", expires_on=date(2026, 6, 30))
    assert len(set(made.codes)) == 1500
    assert made.codes[0] not in str(shop.rows("SELECT code_hash, last_four FROM coupon_code LIMIT 5"))
    found = service.find(codes.grouped(made.codes[7]).lower())
    assert found is not None
    assert made.codes[7] not in found.entered.text  # baskets and trails hold no code that spends
    use = Use(saved.promotion_id, 1, "Ten off", 100, found.code_id, found.shown)
    sales.use(use)
    with pytest.raises(CouponUsedUp):
        sales.use(use)
    again = list(service.printable(saved.promotion_id, "Spring", shop.actor))
    assert [one.code for one in again] == list(made.codes)
    keyless = CouponService(shop.database, shop.clock, CodeVault(b"d" * 32))
    assert next(keyless.printable(saved.promotion_id, "Spring", shop.actor)).code is None
    file = tmp_path / "codes.csv"
    assert write_codes(file, again, name="=cmd|' /C calc'!A0", batch="Spring") == 1500
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened))
    assert rows[8][0] == codes.grouped(made.codes[7])
    assert rows[8][1] == "'=cmd|' /C calc'!A0"  # F45
    assert rows[8][4] == "1"
    details = service.details(saved.promotion_id, shop.actor)
    assert [(one.name, one.codes, one.used, one.cancelled) for one in details.batches] == [("Spring", 1500, 1, 0)]


@pytest.mark.parametrize("text", ["=1+1", "+49", "-3", "@x", "\tx", "\r=1", "＝1", "  =1", "|x"])
def test_cells_that_would_run_are_text(text: str) -> None:  # F45
    assert safe_cell(text).startswith("'")
    assert safe_cell("Tea & milk") == "Tea & milk"


def test_an_xlsx_export_reads_back(service: CouponService, shop: SmallShop, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    saved = service.create(ten_percent(), shop.actor)
    made = service.make_codes(saved.promotion_id, 3, shop.actor, batch="=B")
    printable = service.printable(saved.promotion_id, "=B", shop.actor)
    assert write_codes(tmp_path / "c.xlsx", printable, name="N", batch="=B") == 3
    sheet = load_workbook(tmp_path / "c.xlsx")["Codes"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[1][0] == codes.grouped(made.codes[0])
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    with pytest.raises(InvalidInput):
        write_codes(tmp_path / "c.exe", [], name="N", batch="")
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix in (".xlsx", ".exe")) == ["c.xlsx"]


def test_making_codes_can_be_stopped(service: CouponService, shop: SmallShop) -> None:
    saved = service.create(ten_percent(), shop.actor)
    made = service.make_codes(saved.promotion_id, 5000, shop.actor, batch="B", progress=lambda done: done < 2000)
    assert len(made.codes) == 2000
    assert shop.rows("SELECT count(*) FROM coupon_code") == [(2000,)]


def test_codes_are_for_customers_who_are_there_and_named_by_the_shop_s_clock(
    service: CouponService, shop: SmallShop
) -> None:
    saved = service.create(ten_percent(), shop.actor)
    ada = shop.customer("Ada")
    with pytest.raises(NotFound, match="no code was made"):
        service.make_codes(saved.promotion_id, 0, shop.actor, batch="B", customer_ids=(ada, 987654))
    assert shop.rows("SELECT count(*) FROM coupon_code WHERE batch <> ''") == [(0,)]
    with shop.database.write() as uow:
        uow.connection.exec_driver_sql("UPDATE shop SET time_zone = 'Pacific/Auckland'")
        uow.commit()
    made = service.make_codes(saved.promotion_id, 0, shop.actor, batch="", customer_ids=(ada,))
    assert made.batch == "2026-03-15 01:00"


def test_codes_need_a_promotion_by_code(service: CouponService, shop: SmallShop) -> None:
    saved = service.create(ten_percent(needs_code=False), shop.actor)
    with pytest.raises(InvalidInput):
        service.make_codes(saved.promotion_id, 1, shop.actor, batch="B")


def test_cancelled_codes_are_refused_with_the_reason(service: CouponService, shop: SmallShop, sales: Sales) -> None:
    saved = service.create(ten_percent(), shop.actor)
    made = service.make_codes(saved.promotion_id, 3, shop.actor, batch="B")
    use = use_of(service, saved.promotion_id, made.codes[0])
    assert use.code_id is not None
    assert service.cancel(saved.promotion_id, shop.actor, code_id=use.code_id) == 1
    with pytest.raises(CouponOff):
        sales.use(use)
    assert service.cancel(saved.promotion_id, shop.actor, batch="B") == 2
    with pytest.raises(InvalidInput):
        service.cancel(saved.promotion_id, shop.actor)


def test_limits_in_total_per_code_and_per_customer(
    service: CouponService, shop: SmallShop, sales: Sales
) -> None:  # T18
    ada, bob = shop.customer("Ada"), shop.customer("Bob")
    limits = Limits(total_uses=3, per_customer_uses=2)
    saved = service.create(ten_percent(codes=("THREE",), limits=limits), shop.actor)
    use = use_of(service, saved.promotion_id, "THREE")
    with pytest.raises(CouponNeedsCustomer):
        sales.use(use)
    sales.use(use, ada)
    sales.use(use, ada)
    with pytest.raises(CouponUsedUp) as refused:
        sales.use(use, ada)
    assert "2 of 2" in str(refused.value)
    sales.use(use, bob)
    with pytest.raises(CouponUsedUp) as refused:
        sales.use(use, bob)
    assert "3 of 3" in str(refused.value)


def test_a_limit_per_code_and_customer_is_not_one_per_promotion(
    service: CouponService, shop: SmallShop, sales: Sales
) -> None:  # T18, the second half
    ada = shop.customer("Ada")
    saved = service.create(ten_percent(codes=("CODEA", "CODEB"), limits=Limits(per_customer_code_uses=1)), shop.actor)
    first, second = (use_of(service, saved.promotion_id, word) for word in ("CODEA", "CODEB"))
    sales.use(first, ada)
    sales.use(second, ada)
    with pytest.raises(CouponUsedUp):
        sales.use(first, ada)
    with shop.database.read() as uow:
        by_promotion, by_code = catalogue.prior_uses(uow, ada, USD)
    assert by_code["codea"].uses == 1
    assert by_code["codeb"].last_invoice == "R1-2"
    assert by_promotion == {}  # this promotion asks only per code


def test_somebody_elses_code(service: CouponService, shop: SmallShop, sales: Sales) -> None:  # T14
    ada, bob = shop.customer("Ada"), shop.customer("Bob")
    saved = service.create(ten_percent(), shop.actor)
    made = service.make_codes(saved.promotion_id, 0, shop.actor, batch="Mail", customer_ids=[ada, bob])
    use = use_of(service, saved.promotion_id, made.codes[0])
    for wrong in (bob, None):
        with pytest.raises(CouponNotYours):
            sales.use(use, wrong)
    sales.use(use, ada)


def test_a_budget_is_never_overrun_and_a_return_gives_it_back(
    service: CouponService, shop: SmallShop, sales: Sales
) -> None:
    campaign = service.save_campaign("Spring", Money(1000, "USD"), shop.actor)
    saved = service.create(ten_percent(codes=("BUDGET",)), shop.actor, campaign_id=campaign)
    use = use_of(service, saved.promotion_id, "BUDGET", amount=600)
    first = sales.use(use)
    with pytest.raises(BudgetSpent) as refused:
        sales.use(use)
    assert "4.00" in str(refused.value)
    assert sales.give_back(first) == ("Ten off",)
    assert sales.give_back(first) == ()  # V18: exactly once
    sales.use(use)
    assert service.campaigns(shop.actor)[0].spent == Money(600, "USD")
    with pytest.raises(InvalidInput):
        service.save_campaign("Spring", Money(599, "USD"), shop.actor)


def test_a_full_refund_frees_the_use_and_the_history_keeps_both(
    service: CouponService, shop: SmallShop, sales: Sales
) -> None:  # A10, T18, V18
    ada = shop.customer("Ada")
    saved = service.create(ten_percent(codes=("ONCE",), limits=Limits(total_uses=1, per_customer_uses=1)), shop.actor)
    use = use_of(service, saved.promotion_id, "ONCE")
    sold = sales.use(use, ada)
    with pytest.raises(CouponRefused):
        sales.use(use, ada)
    sales.give_back(sold)
    sales.use(use, ada)
    history = service.uses(saved.promotion_id, shop.actor).rows
    assert [(row.kind, row.discount_minor) for row in history] == [("use", 100), ("return", -100), ("use", 100)]
    assert history[0].customer_name == "Ada"


def test_a_refusal_leaves_no_counter_moved(service: CouponService, shop: SmallShop, sales: Sales) -> None:  # T9
    saved = service.create(ten_percent(codes=("FREE",)), shop.actor)
    once = service.create(ten_percent("Once", codes=("ONCE",), limits=Limits(total_uses=1)), shop.actor)
    sales.use(use_of(service, once.promotion_id, "ONCE"))
    both = [use_of(service, saved.promotion_id, "FREE"), use_of(service, once.promotion_id, "ONCE")]
    with pytest.raises(CouponUsedUp), shop.database.write() as uow:
        uses.claim(uow, both, customer_id=None, today=TODAY, currency="USD")
    assert shop.rows("SELECT use_count FROM promotion WHERE id = :id", id=saved.promotion_id) == [(0,)]


def test_what_a_customer_could_use_now(service: CouponService, shop: SmallShop) -> None:
    ada, bob = shop.customer("Ada"), shop.customer("Bob")
    shared = service.create(ten_percent("For all", codes=("ALL10",)), shop.actor)
    service.create(ten_percent("For tier", codes=("GOLD10",), audience=Audience(tiers=frozenset({"Gold"}))), shop.actor)
    service.create(ten_percent("Over", codes=("OVER10",), schedule=Schedule(valid_to=date(2026, 3, 13))), shop.actor)
    mailed = service.create(ten_percent("Mailed"), shop.actor)
    service.make_codes(mailed.promotion_id, 0, shop.actor, batch="M", customer_ids=[ada])
    loaded = service.catalogue().catalogue
    with shop.database.read() as uow:
        now = shop.clock.now()
        for_ada = catalogue.offers(uow, loaded, CustomerFacts(ada, tier="Gold"), now=now, settings=USD)
        for_bob = catalogue.offers(uow, loaded, CustomerFacts(bob), now=now, settings=USD)
        picked = catalogue.find_by_id(uow, for_ada[0].found.code_id)
    assert [(offer.name, offer.personal) for offer in for_ada] == [
        ("Mailed", True), ("For tier", True), ("For all", False),
    ]  # fmt: skip
    assert [offer.name for offer in for_bob] == ["For all"]
    assert picked is not None
    assert picked.entered.customer_id == ada
    assert shared.version == 1


def test_lists_search_filter_and_page(service: CouponService, shop: SmallShop) -> None:
    names = [f"Offer {place}" for place in range(5)]
    for place, name in enumerate(names):
        service.create(ten_percent(name, codes=(f"WORD{place}",)), shop.actor)
    service.create(ten_percent("Later", schedule=Schedule(valid_from=date(2027, 1, 1))), shop.actor)
    service.create(ten_percent("100% _sale_"), shop.actor)
    first = service.page(shop.actor, limit=4)
    assert first.after is not None
    second = service.page(shop.actor, limit=4, after=first.after)
    assert len(first.rows) + len(second.rows) == 7
    assert second.after is None
    assert [row.name for row in service.page(shop.actor, search="word3").rows] == ["Offer 3"]
    assert [row.name for row in service.page(shop.actor, search="100% _").rows] == ["100% _sale_"]  # F46
    assert [row.name for row in service.page(shop.actor, state="scheduled").rows] == ["Later"]


@pytest.mark.parametrize("descending", [False, True])
def test_the_list_is_sorted_by_key_page_by_page(service: CouponService, shop: SmallShop, descending: bool) -> None:
    days = [date(2026, 5, 1), None, date(2026, 4, 1), None, date(2026, 5, 1), date(2027, 1, 1)]
    for place, (name, day) in enumerate(zip("bDaECf", days, strict=True)):
        made = service.create(ten_percent(name, schedule=Schedule(valid_to=day)), shop.actor)
        with shop.database.write() as uow:
            uow.connection.execute(
                text("UPDATE promotion SET use_count = :count WHERE id = :id"),
                {"count": place % 3, "id": made.promotion_id},
            )
            uow.commit()

    def listed(sort: PromotionSort) -> list[PromotionRow]:
        rows: list[PromotionRow] = []
        page = service.page(shop.actor, sort=sort, descending=descending, limit=2)
        while True:
            rows += page.rows
            if page.after is None:
                return rows
            page = service.page(shop.actor, sort=sort, descending=descending, after=page.after, limit=2)

    way = -1 if descending else 1
    assert "".join(row.name for row in listed(PromotionSort.NAME)) == "abCDEf"[::way]
    assert [row.use_count for row in listed(PromotionSort.USED)] == [0, 0, 1, 1, 2, 2][::way]
    until = [row.valid_to or date.max for row in listed(PromotionSort.UNTIL)]
    assert until == sorted(until, reverse=descending)
    for sort in PromotionSort:
        assert len({row.id for row in listed(sort)}) == 6
    with shop.database.write() as uow:  # the audit at the end knows that nothing was used
        uow.connection.execute(text("UPDATE promotion SET use_count = 0"))
        uow.commit()


def test_rights_are_checked_in_the_service(service: CouponService, shop: SmallShop) -> None:
    saved = service.create(ten_percent(codes=("MINE",)), shop.actor)
    viewer = Actor(shop.actor.staff_id, "Vic", "cashier", {"coupon.view": None})
    nobody = Actor(shop.actor.staff_id, "Ned", "none", {})
    assert service.page(viewer).rows
    for refused in (
        lambda: service.create(ten_percent(), viewer),
        lambda: service.edit(saved.promotion_id, ten_percent(), viewer, was_version=1),
        lambda: service.switch(saved.promotion_id, viewer, on=False),
        lambda: service.make_codes(saved.promotion_id, 1, viewer, batch="B"),
        lambda: service.cancel(saved.promotion_id, viewer, batch=""),
        lambda: list(service.printable(saved.promotion_id, "", viewer)),
        lambda: service.save_campaign("X", None, viewer),
        lambda: service.page(nobody),
        lambda: service.details(saved.promotion_id, nobody),
        lambda: service.uses(saved.promotion_id, nobody),
    ):
        with pytest.raises(NotPermitted):
            refused()
