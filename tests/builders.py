"""A small shop for tests that says only what matters here.

    shop = a_shop(database, clock)
    shop.product("Bread", "4.20")
    sale = shop.sell("Bread", "Bread", cash="10.00")

Everything else has a plain default: one outlet, two registers, a manager who may do anything and a cashier with
the limits of a new shop, USD, prices without tax, no tax. Money is a plain decimal string.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from app import codes
from app.checkout import basket as steps
from app.checkout.model import (
    BasketView,
    CardOnLine,
    CompletedSale,
    OpenBasket,
    Tender,
    TenderKind,
    TillContext,
)
from app.checkout.no_receipt_service import NoReceiptService
from app.checkout.receipts import SaleReader, SaleView
from app.checkout.returns import ReturnLine, ReturnService
from app.checkout.service import CheckoutService
from app.checkout.sessions import SessionService
from app.clock import FixedClock
from app.codekeys import CodeVault
from app.folding import searchable
from app.giftcards import ledger
from app.giftcards.drafts import draft_card
from app.giftcards.model import Act
from app.journal.service import JournalService
from app.money import Money
from app.outbox.service import OutboxService
from app.permissions import CASHIER
from app.pricing.promotion import Kind, Limits, Promotion
from app.pricing.serialize import promotion_to_dict
from app.staff.model import Actor, Approval, with_all_rights
from db import models
from db.uow import Database


@dataclass
class ShopBuilder:
    database: Database
    clock: FixedClock
    currency: str
    outlet_id: int
    register_ids: tuple[int, int]
    manager: Actor
    cashier: Actor
    checkout: CheckoutService
    returns: ReturnService
    no_receipt: NoReceiptService
    sessions: SessionService
    outbox: OutboxService
    journal: JournalService
    reader: SaleReader
    till: TillContext
    products: dict[str, int] = field(default_factory=dict)
    categories: dict[str, int] = field(default_factory=dict)
    taxes: dict[str, int] = field(default_factory=dict)

    # What the shop has

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        with self.database.write() as uow:
            yield uow.session
            uow.commit()
        self.checkout.facts(fresh=True)

    def money(self, amount: str | int | Money) -> Money:
        if isinstance(amount, Money):
            return amount
        return Money(amount, self.currency) if isinstance(amount, int) else Money.parse(amount, self.currency)

    def minor(self, amount: str | int) -> int:
        return self.money(amount).minor

    def tax(self, name: str, *percents: str) -> int:
        """A tax class; several percentages are several rates side by side."""
        with self._writing() as session:
            found = models.TaxClass(code=name, name=name)
            session.add(found)
            session.flush()
            for place, percent in enumerate(percents):
                label = f"{name} {percent} %" if place == 0 else f"{name} {percent} % ({place + 1})"
                session.add(models.TaxRate(tax_class_id=found.id, name=label, percent=Decimal(percent)))
            session.flush()
            self.taxes[name] = found.id
        return self.taxes[name]

    def category(self, name: str, parent: str | None = None) -> int:
        if name in self.categories:
            return self.categories[name]
        with self._writing() as session:
            found = models.Category(name=name, parent_id=None if parent is None else self.category(parent), path="/")
            session.add(found)
            session.flush()
            above = "/" if parent is None else session.get(models.Category, self.categories[parent]).path
            found.path = f"{above}{found.id}/"
            self.categories[name] = found.id
        return self.categories[name]

    def product(
        self, name: str, price: str, *, category: str | None = None, tax: str | None = None, kind: str = "standard",
        barcode: str | None = None, cost: str | None = None, discountable: bool = True, active: bool = True,
    ) -> int:  # fmt: skip
        category_id = None if category is None else self.category(category)
        now = self.clock.now()
        with self._writing() as session:
            found = models.Product(
                sku=name.upper()[:60], name=name, search_text=searchable(name), category_id=category_id,
                tax_class_id=None if tax is None else self.taxes[tax], kind=kind, price_minor=self.minor(price),
                cost_minor=None if cost is None else self.minor(cost), discountable=discountable, active=active,
                created_at=now, updated_at=now,
            )  # fmt: skip
            session.add(found)
            session.flush()
            if barcode is not None:
                session.add(models.ProductBarcode(product_id=found.id, code=barcode, gtin14=barcode.rjust(14, "0")))
            self.products[name] = found.id
        return self.products[name]

    def reprice(self, name: str, price: str) -> None:
        self.run(
            "UPDATE product SET price_minor = :price WHERE id = :id", price=self.minor(price), id=self.products[name]
        )

    def customer(self, name: str = "Ada", *, points: int = 0, accrues: bool = True) -> int:
        now = self.clock.now()
        with self._writing() as session:
            found = models.Customer(
                number=uuid4().hex[:12], first_name=name, search_text=searchable(name), sort_name=name.lower(),
                accrues_points=accrues, created_at=now, updated_at=now,
            )  # fmt: skip
            session.add(found)
            session.flush()
            customer_id: int = found.id
            if points:
                program = session.query(models.LoyaltyProgram).first()
                session.add(
                    models.PointsAccount(
                        customer_id=customer_id, program_id=program.id, balance=points, earned_total=points
                    )
                )
                session.add(
                    models.PointsLot(
                        customer_id=customer_id, program_id=program.id, earned=points, remaining=points, earned_at=now
                    )
                )
                session.add(
                    models.PointsEntry(
                        customer_id=customer_id, program_id=program.id, kind="adjust", points=points,
                        balance_after=points, request_id=uuid4(), recorded_at=now, reason="opening",
                    )
                )  # fmt: skip
        return customer_id

    def points_program(self, *, per: str = "1.00", points: int = 1, value: str = "0.00", basis: str = "gross") -> None:
        """`points` for each full `per`; a point pays `value` (0.00: points are no tender)."""
        with self._writing() as session:
            session.add(
                models.LoyaltyProgram(
                    name="Points", points_per_step=points, step_minor=self.minor(per), earn_basis=basis,
                    point_value_minor=self.minor(value),
                )
            )  # fmt: skip

    def campaign(self, name: str, budget: str | None = None) -> int:
        with self._writing() as session:
            found = models.Campaign(
                name=name, budget_minor=None if budget is None else self.minor(budget), created_at=self.clock.now()
            )
            session.add(found)
            session.flush()
            made: int = found.id
        return made

    def promotion(
        self, name: str = "Sale", *, percent: str | None = None, amount: str | None = None, code: str | None = None,
        total_limit: int | None = None, per_customer_limit: int | None = None, campaign_id: int | None = None,
        bulk: bool = False, rule: Promotion | None = None,
    ) -> int:  # fmt: skip
        """10 % off everything, automatic, unless told otherwise. `rule` gives the whole definition instead."""
        kind = Kind.FIXED if amount is not None else Kind.PERCENT
        made = rule or Promotion(
            id=0, name=name, kind=kind, percent=Decimal(percent or "10") if amount is None else Decimal(0),
            amount_minor=0 if amount is None else self.minor(amount), codes=() if code is None else (code,),
            needs_code=bulk, limits=Limits(total_uses=total_limit, per_customer_uses=per_customer_limit),
        )  # fmt: skip
        now = self.clock.now()
        with self._writing() as session:
            row = models.Promotion(
                name=made.name, kind=made.kind.value, definition=promotion_to_dict(made), version=1,
                automatic=not made.by_code, priority=made.priority, total_limit=made.limits.total_uses,
                per_customer_limit=made.limits.per_customer_uses, campaign_id=campaign_id,
                valid_from=made.schedule.valid_from, valid_to=made.schedule.valid_to, created_at=now, updated_at=now,
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.add(
                models.PromotionVersion(promotion_id=row.id, version=1, definition=row.definition, recorded_at=now)
            )
            promotion_id: int = row.id
            for word in made.codes:
                session.add(
                    models.CouponCode(
                        promotion_id=row.id, code_hash=codes.hash_of(word), shared_code=word,
                        last_four=codes.last_four(word), created_at=now,
                    )
                )  # fmt: skip
        return promotion_id

    def bulk_code(self, promotion_id: int, *, max_uses: int = 1, customer_id: int | None = None) -> str:
        """A random code of a promotion made with `bulk=True`."""
        made = codes.generate()
        with self._writing() as session:
            session.add(
                models.CouponCode(
                    promotion_id=promotion_id, code_hash=codes.hash_of(made), last_four=codes.last_four(made),
                    max_uses=max_uses, customer_id=customer_id, created_at=self.clock.now(),
                )
            )  # fmt: skip
        return made

    def gift_card(
        self, worth: str, *, number: str | None = None, customer_id: int | None = None, expires_on: date | None = None
    ) -> str:
        """An active card; returns its number."""
        policy = self.checkout.facts().policy
        draft = draft_card(
            policy=policy, today=self.clock.now().date(), vault=None, number=number, customer_id=customer_id,
            expires_on=expires_on,
        )  # fmt: skip
        with self.database.write() as uow:
            act = Act(self.clock.now(), self.clock.now().date(), self.manager.staff_id)
            issued = ledger.issue(uow, act, draft, self.money(worth), request_id=uuid4(), policy=policy)
            ledger.record(uow, [issued.movement])
            uow.commit()
        return draft.code

    def setting(self, name: str, value: object) -> None:
        with self._writing() as session:
            session.add(models.Setting(name=name, value={"value": value}))

    def cash_step(self, minor: int) -> None:
        self.run("UPDATE shop SET cash_rounding_minor = :step", step=minor)

    def run(self, sql: str, **values: object) -> None:
        with self.database.write() as uow:
            uow.connection.execute(text(sql), values)
            uow.commit()
        self.checkout.facts(fresh=True)

    def rows(self, sql: str, **values: object) -> list[tuple[Any, ...]]:
        with self.database.read() as uow:
            return [tuple(row) for row in uow.connection.execute(text(sql), values)]

    def one(self, sql: str, **values: object) -> Any:
        found = self.rows(sql, **values)
        return found[0][0] if found else None

    # At the till

    def second_till(self, actor: Actor | None = None) -> TillContext:
        return self.sessions.open(actor or self.manager, self.register_ids[1], self.money("0.00"), request_id=uuid4())

    def more_tills(self, count: int) -> list[TillContext]:
        """`count` further registers, each with an open shift."""
        with self._writing() as session:
            known = session.query(models.Register).count()
            made = [
                models.Register(outlet_id=self.outlet_id, name=f"Till {n}", code=f"R{n}")
                for n in range(known + 1, known + 1 + count)
            ]
            session.add_all(made)
            session.flush()
            ids = [register.id for register in made]
        return [self.sessions.open(self.manager, i, self.money("0.00"), request_id=uuid4()) for i in ids]

    def basket(
        self, *wanted: str | tuple[str, int], customer_id: int | None = None, code: str | Sequence[str] = (),
        request_id: UUID | None = None,
    ) -> OpenBasket:  # fmt: skip
        """Products by name, each a piece; ("Bread", 3) is three."""
        basket = steps.new_basket(request_id or uuid4(), self.clock.now())
        for one in wanted:
            name, pieces = (one, 1) if isinstance(one, str) else one
            basket, _ = steps.add_item(basket, self.checkout.item(self.products[name]), pieces * 1000)
        if customer_id is not None:
            basket = steps.with_customer(basket, self.checkout.customer(customer_id))
        for entered in [code] if isinstance(code, str) else code:
            basket = steps.add_coupon(basket, self.checkout.coupon(entered))
        return basket

    def with_card_sold(self, basket: OpenBasket, worth: str, *, customer_id: int | None = None) -> OpenBasket:
        card = CardOnLine(customer_id=customer_id)
        return steps.add_card(basket, self.minor(worth), card=card)[0]

    def view(self, basket: OpenBasket, till: TillContext | None = None) -> BasketView:
        return self.checkout.view(till or self.till, basket, self.checkout.facts())

    def cash(self, amount: str | None = None) -> Tender:
        return Tender(TenderKind.CASH, None if amount is None else self.minor(amount))

    def card(self, amount: str | None = None) -> Tender:
        """The outside terminal."""
        return Tender(TenderKind.CARD, None if amount is None else self.minor(amount), reference="A-1")

    def gift(self, number: str, amount: str | None = None) -> Tender:
        found = self.checkout.tender_for_code(self.till, number)
        return Tender(
            found.kind, None if amount is None else self.minor(amount), found.account_id, found.shown,
            found.available_minor,
        )  # fmt: skip

    def complete(
        self, basket: OpenBasket, *tenders: Tender, till: TillContext | None = None, shown: int | None = None
    ) -> CompletedSale:
        """Pay what the till shows; cash for all of it unless tenders say otherwise."""
        context = till or self.till
        total = self.view(basket, context).total.minor if shown is None else shown
        if not tenders and total:
            tenders = (self.cash(),)
        return self.checkout.complete(context, basket, tenders, total)

    def sell(
        self, *wanted: str | tuple[str, int], cash: str | None = None, customer_id: int | None = None,
        code: str | Sequence[str] = (), tenders: Sequence[Tender] = (), till: TillContext | None = None,
    ) -> CompletedSale:  # fmt: skip
        basket = self.basket(*wanted, customer_id=customer_id, code=code)
        paying = tuple(tenders) or ((self.cash(cash),) if cash is not None else ())
        return self.complete(basket, *paying, till=till)

    def sale(self, done: CompletedSale) -> SaleView:
        return self.reader.sale(done.sale_id)

    def lines_back(self, done: CompletedSale, *quantities: int) -> list[ReturnLine]:
        """Pieces coming back by line in order; nothing given: all that is left."""
        lines = self.sale(done).lines
        wanted = quantities or [max(0, line.quantity_milli - line.returned_milli) // 1000 for line in lines]
        return [
            ReturnLine(line.line_id, pieces * 1000, "Not wanted")
            for line, pieces in zip(lines, wanted, strict=False)
            if pieces
        ]

    def give_back(self, done: CompletedSale, *quantities: int, till: TillContext | None = None) -> CompletedSale:
        """Return lines as the preview says."""
        lines = self.lines_back(done, *quantities)
        preview = self.returns.preview(till or self.till, done.sale_id, lines)
        return self.returns.complete_return(
            till or self.till, done.sale_id, lines, request_id=uuid4(), shown_refund=preview.refund
        )

    def approval(self, permission: str, amount: int | Decimal | None = None, by: Actor | None = None) -> Approval:
        approver = by or self.manager
        return Approval(approver.staff_id, approver.name, permission, amount, self.cashier.staff_id, self.clock.now())

    def balance(self, number: str) -> int:
        return int(self.one("SELECT balance_minor FROM value_account WHERE code_hash = :h", h=codes.hash_of(number)))

    def points(self, customer_id: int) -> int:
        return int(self.one("SELECT balance FROM points_account WHERE customer_id = :c", c=customer_id) or 0)


def a_shop(
    database: Database, clock: FixedClock, *, currency: str = "USD", tax_included: bool = False, zone: str = "UTC",
    rounding: str = "receipt", float_amount: str = "100.00",
) -> ShopBuilder:  # fmt: skip
    """An open shop; the manager stands at the first register."""
    now = clock.now()
    with database.write() as uow:
        session = uow.session
        session.add(
            models.Shop(
                id=1, name="Corner Deli", address="1 High Street", currency=currency, locale="en_US", time_zone=zone,
                country="US", prices_include_tax=tax_included, rounding_level=rounding, created_at=now,
            )
        )  # fmt: skip
        outlet = models.Outlet(name="Main", code="M", address="1 High Street")
        roles = [models.Role(code="manager", name="Manager"), models.Role(code="cashier", name="Cashier")]
        session.add_all([outlet, *roles])
        session.flush()
        registers = [models.Register(outlet_id=outlet.id, name=f"Till {n}", code=f"R{n}") for n in (1, 2)]
        people = [
            models.Staff(name="Grace", role_id=roles[0].id, pin_hash=""),
            models.Staff(name="Carl", role_id=roles[1].id, pin_hash=""),
        ]
        session.add_all([*registers, *people])
        session.flush()
        manager = with_all_rights(people[0].id, "Grace")
        limits = {str(right): CASHIER.limits.get(right) for right in CASHIER.rights}
        limits["sale.return"] = 5000  # minor units here
        cashier = Actor(people[1].id, "Carl", "cashier", limits)
        for role, rights in ((roles[0], manager.rights), (roles[1], limits)):
            for permission, limit in rights.items():
                session.add(models.RolePermission(role_id=role.id, permission=permission, limit_value=limit))
        ids = (registers[0].id, registers[1].id)
        outlet_id = outlet.id
        uow.commit()
    checkout = CheckoutService(database, clock, CodeVault(b"k" * 32))
    sessions = SessionService(database, clock)
    till = sessions.open(manager, ids[0], Money.parse(float_amount, currency), request_id=uuid4())
    return ShopBuilder(
        database=database,
        clock=clock,
        currency=currency,
        outlet_id=outlet_id,
        register_ids=ids,
        manager=manager,
        cashier=cashier,
        checkout=checkout,
        returns=ReturnService(checkout),
        no_receipt=NoReceiptService(checkout),
        sessions=sessions,
        outbox=OutboxService(database, clock),
        journal=JournalService(database),
        reader=SaleReader(database),
        till=till,
    )
