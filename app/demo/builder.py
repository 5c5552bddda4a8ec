"""Making the demo shop: set-up as for any shop, then its range, people, offers and three years of sales."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import resources
from app.catalog.snapshot import read_till_catalogue
from app.checkout.points import Program
from app.clock import FixedClock
from app.demo import goods, offers, people, windowing
from app.demo.baskets import Baskets
from app.demo.book import Book, Registers, RegisterState
from app.demo.calendar import ZONE, at_hour, sales_per_day
from app.demo.cards import EXPIRY_MONTHS, Cards
from app.demo.coupons import Coupons
from app.demo.crowd import Crowd
from app.demo.ledger import PROGRAM, Points
from app.demo.people import Person
from app.demo.plan import DemoBuilt, DemoPlan, Progress
from app.demo.ringing import Ringing
from app.demo.till import Tills
from app.giftcards.model import ValuePolicy
from app.money import split_minor
from app.pricing.catalogue import Catalogue
from app.pricing.model import PriceGroup
from app.shop.model import ShopDraft, TaxDraft
from app.shop.settings import pricing_settings
from app.shop.settings import save as save_settings
from app.shop.setup import check_draft, fill
from app.staff.pins import Argon2Pins, PinHasher
from db.queries import demo as queries
from db.queries import shop as shop_queries
from db.queries.demo import BulkLoad

CURRENCY = "EUR"
TAXES = (
    TaxDraft("Zero rated", (("VAT 0%", Decimal("0")),)),
    TaxDraft("Hot food and drink", (("VAT 9%", Decimal("9")),)),
    TaxDraft("Bakery and chilled", (("VAT 13.5%", Decimal("13.5")),)),
    TaxDraft("Standard", (("VAT 23%", Decimal("23")),)),
)
OUTLETS = (
    ("Quay Street", "O1", "14 Quay Street, Cork"),
    ("Market Hall", "O2", "Unit 9, English Market, Cork"),
    ("Harbour", "O3", "2 Pier Head, Kinsale"),
)
REGISTERS = ((1, "Till 1", "R1"), (1, "Till 2", "R2"), (2, "Counter", "R3"), (3, "Café till", "R4"))
STAFF_AT: dict[int, tuple[int, ...]] = {1: (3, 4), 2: (4, 5), 3: (6, 8), 4: (5, 7)}  # register to staff ids


def build_demo(
    url: str, plan: DemoPlan, *, progress: Progress = lambda *_: None, pins: PinHasher | None = None
) -> DemoBuilt:
    """A whole shop at `url`, or nothing: an exception from `progress` stops it cleanly.

    Raises NotAShop where something is there already.
    """
    started = time.monotonic()
    with BulkLoad(url) as load:
        built = _Builder(load, plan, progress, pins or Argon2Pins()).build()
        load.finish()
    return replace(built, seconds=time.monotonic() - started)


class _Builder:
    """The steps in order; each leaves what the next needs."""

    def __init__(self, load: BulkLoad, plan: DemoPlan, progress: Progress, pins: PinHasher) -> None:
        self.load = load
        self.plan = plan
        self.progress = progress
        self.pins = pins
        self.opened = at_hour(plan.first_day - timedelta(days=3), 9)
        folder = resources.__file__
        self.folder = Path(str(folder)).parent / "demo"

    def build(self) -> DemoBuilt:
        self.progress("Setting up the shop", 0, 1)
        tax_ids = self._shop()
        self._range(tax_ids)
        self._people()
        self._offers()
        self.progress("Setting up the shop", 1, 1)
        tills = self._sell()
        self.progress("Adding up", 0, 1)
        self._close(tills)
        self.progress("Adding up", 1, 1)
        return DemoBuilt(
            url=self.load.url,
            products=len(self.goods),
            customers=len(self.people),
            sales=tills.counters.sale - tills.counters.returns,
            returns=tills.counters.returns,
            pins=people.STAFF,
            coupons=tuple((one.text, self._name_of(one.promotion_id)) for one in self.made.coupons if not one.secret),
            cards=tuple(tills.cards.to_try(self.plan.until)),
            long_history_customer=1 if self.plan.long_history else None,
        )

    def _name_of(self, promotion_id: int) -> str:
        return next(one.name for one in self.made.promotions if one.id == promotion_id)

    # --- The shop -------------------------------------------------------------------------------------------------

    def _shop(self) -> dict[str, int]:
        """The shop with its outlets, tills and staff; tax class codes to ids."""
        draft = check_draft(
            ShopDraft(
                name="Larkfield Deli & Café", manager_pin=people.STAFF[0][2], currency=CURRENCY, locale="en_IE",
                time_zone=ZONE, country="IE", address=OUTLETS[0][2], phone="+353 20 910 0000",
                email="hello@larkfield.example", tax_number="IE0000000L", prices_include_tax=True, taxes=TAXES,
                outlet=OUTLETS[0][0], register=REGISTERS[0][1], manager_name=people.STAFF[0][0], cash_step_minor=0,
                is_demo=True,
            )
        )  # fmt: skip
        hashes = {pin: self.pins.hash(pin) for _, _, pin in people.STAFF}
        made = fill(self.load.uow, draft, FixedClock(self.opened), hashes[draft.manager_pin])
        save_settings(self.load.uow, ValuePolicy(expiry_months=EXPIRY_MONTHS))
        shop_queries.drop_setting(self.load.uow.session, shop_queries.VERSION)  # random, and no till is open yet
        self.load.uow.flush()
        self.settings = pricing_settings(self.load.uow)
        self._places()
        staff = [
            (place, name, made.roles[role], hashes[pin], 0, True)
            for place, (name, role, pin) in enumerate(people.STAFF, start=1)
        ]
        self.load.add("staff", "id, name, role_id, pin_hash, failed_attempts, active", staff[1:])
        self.load.change("UPDATE loyalty_program SET expiry_days = ? WHERE id = ?", [(365, made.program_id)])
        self.load.add(
            "loyalty_tier", "id, name, threshold, multiplier_percent, position",
            [(place, *tier, place) for place, tier in enumerate(people.TIERS, start=1)],
        )  # fmt: skip
        self.load.add(
            "price_group", "id, name, percent_off, points_threshold, position, active",
            [
                (place, name, Decimal(percent), None, order, True)
                for place, (name, percent, order) in enumerate(people.PRICE_GROUPS, start=1)
            ],
        )  # fmt: skip
        self.load.add("customer_group", "id, name", list(enumerate(people.GROUPS, start=1)))
        return {f"T{place}": tax_id for place, tax_id in enumerate(made.tax_classes, start=1)}

    def _places(self) -> None:
        outlets = [
            (place, name, code, address, "", "", "", place, True)
            for place, (name, code, address) in enumerate(OUTLETS, start=1)
        ]
        columns = "id, name, code, address, phone, receipt_header, receipt_footer, position, active"
        self.load.add("outlet", columns, outlets[1:])
        self.load.change("UPDATE outlet SET position = ? WHERE id = ?", [(1, 1)])
        tills = [
            (place, outlet, name, code, 1, 0, "0" * 64, True)
            for place, (outlet, name, code) in enumerate(REGISTERS, start=1)
        ]
        columns = "id, outlet_id, name, code, next_number, journal_sequence, journal_head, active"
        self.load.add("register", columns, tills[1:])

    def _range(self, tax_ids: dict[str, int]) -> None:
        self.goods = goods.range_of(self.plan.products, self.plan.seed, self.folder)
        made = goods.shelves(self.goods, tax_ids, self.opened)
        self.load.add("category", goods.CATEGORY, made.categories)
        self.load.add("brand", goods.BRAND, made.brands)
        self.load.add("product", goods.PRODUCT, made.products)
        self.load.add("product_barcode", goods.BARCODE, made.barcodes)
        self.load.add("product_tag", goods.TAG, made.tags)
        self.categories = made.ids_by_category
        windowing.quick_keys(self.load, {good.name: place for place, good in enumerate(self.goods, start=1)})

    def _people(self) -> None:
        names = people.Names.read(self.folder)
        self.people: list[Person] = []
        rows: list[tuple[Any, ...]] = []
        tags: list[tuple[Any, ...]] = []
        for person, row, own in people.people(self.plan, names):
            self.people.append(person)
            rows.append(row)
            tags += [(person.id, key, value) for key, value in own]
            if len(rows) >= 20_000:
                self._load_people(rows, tags)
                self.progress("Setting up the shop", person.id, self.plan.customers + 1)
        self._load_people(rows, tags)

    def _load_people(self, rows: list[tuple[Any, ...]], tags: list[tuple[Any, ...]]) -> None:
        names = [name.strip() for name in people.CUSTOMER.split(",")]
        number, created = names.index("id"), names.index("created_at")
        self.load.add("customer", people.CUSTOMER, rows)
        self.load.add("customer_event", people.EVENT, [(row[number], "created", "", 1, row[created]) for row in rows])
        self.load.add("customer_tag", people.TAG, tags)
        members = [(row[number] % 3 + 1, row[number]) for row in rows if row[number] % 11 == 0]
        self.load.add("customer_group_member", people.MEMBER, members)
        rows.clear()
        tags.clear()

    def _offers(self) -> None:
        self.made = offers.offers(self.plan, self.categories)
        at = self.opened
        self.load.add("campaign", offers.CAMPAIGN, offers.campaign_rows(self.made, self.plan, at))
        self.load.add("promotion", offers.PROMOTION, offers.promotion_rows(self.made, at))
        self.load.add("promotion_version", offers.VERSION, offers.version_rows(self.made, at))
        self.load.add("coupon_code", offers.CODE, offers.code_rows(self.made, at))
        rng = random.Random(f"vip-{self.plan.seed}")  # noqa: S311 - a demo, repeatable by design
        heaviest = sorted(self.people, key=lambda person: -person.weight)[: max(3, len(self.people) // 40)]
        self.vip = {
            person.id: min(self.plan.until - timedelta(days=30), person.joined + timedelta(days=rng.randint(30, 200)))
            for person in heaviest
        }

    # --- The sales ------------------------------------------------------------------------------------------------

    def _sell(self) -> Tills:
        plan, book = self.plan, Book(self.load)
        rng = random.Random(f"sales-{plan.seed}")  # noqa: S311 - a demo, repeatable by design
        catalogue = read_till_catalogue(self.load.connection)
        coupons = Coupons.of(self.made, book)
        program = Program(PROGRAM, 1, 100, True, "gross", False, 1, 365)
        tills = Tills(
            rng=rng, book=book, registers=self._registers(),
            ringing=Ringing(Catalogue(self.made.promotions), self.settings, coupons.usage, program),
            baskets=Baskets(self.goods, catalogue, plan.sales, plan.seed), points=Points(book.emit),
            cards=Cards(book, random.Random(f"cards-{plan.seed}"), CURRENCY), coupons=coupons,  # noqa: S311
            program=program,
            groups={
                place: PriceGroup(place, name, Decimal(percent))
                for place, (name, percent, _) in enumerate(people.PRICE_GROUPS, start=1)
            },
            vip=self.vip,
        )  # fmt: skip
        tills.cards.print_batch(self.opened)
        self._days(tills, book)
        return tills

    def _days(self, tills: Tills, book: Book) -> None:
        days = sales_per_day(self.plan)
        crowd = Crowd(self.people)
        steady = split_minor(self.plan.long_history, [count for _, count in days]) if self.plan.sales else []
        done, told = 0, 0
        for place, (day, count) in enumerate(days):
            if count:
                tills.day(day, count, crowd, [self.people[0]] * (steady[place] if steady else 0))
            done += count
            book.flush()
            if done - told >= max(200, self.plan.sales // 200):
                told = done
                self.progress("Three years of sales", done, self.plan.sales)
        last = at_hour(self.plan.until - timedelta(days=1), 19)
        tills.cards.goodwill([person.id for person in self.people if person.id % 29 == 4][:400], last)
        self.finals = tills.cards.settle(self.plan.until, last)
        tills.points.close()
        book.flush(all_of_it=True)
        self.progress("Three years of sales", self.plan.sales, self.plan.sales)

    def _registers(self) -> Registers:
        states = {}
        for place, (outlet, name, code) in enumerate(REGISTERS, start=1):
            state = RegisterState(place, code, name, outlet, OUTLETS[outlet - 1][0])
            states[place] = state
        sequence, head = queries.journal_head(self.load, 1)  # set-up wrote the first entry
        states[1].sequence, states[1].head, states[1].latest = sequence, head, self.opened
        return Registers(states, STAFF_AT, CURRENCY)

    # --- What follows from them -----------------------------------------------------------------------------------

    def _close(self, tills: Tills) -> None:
        load = self.load
        for state in tills.registers.states.values():
            queries.keep_register(load, state.id, state.next_number, state.sequence, state.head, state.latest)
        load.change("UPDATE value_account SET balance_minor = ?, status = ? WHERE id = ?", self.finals)
        coupons = tills.coupons
        load.change("UPDATE promotion SET use_count = ? WHERE id = ?", [(n, key) for key, n in coupons.uses.items()])
        load.change(
            "UPDATE coupon_code SET use_count = ? WHERE id = ?",
            [(coupon.used, coupon.id) for coupon in self.made.coupons if coupon.used],
        )
        load.change(
            "UPDATE campaign SET spent_minor = ? WHERE id = ?",
            [(spent, int(key)) for key, spent in coupons.spent.items()],
        )
        used = [(promotion, code, customer, n) for (promotion, code, customer), n in coupons.customer_uses.items()]
        load.add("coupon_use", "promotion_id, code_id, customer_id, use_count", used)
        load.change(
            "UPDATE customer SET tier_id = ? WHERE id = ?",
            [(tills.points.tier(key)[0], key) for key in tills.points.accounts],
        )
        queries.count_figures(load)
        windowing.segments(load, self.plan.until, self.vip, self.opened)


def now_as_date() -> date:
    return datetime.now(UTC).date()
