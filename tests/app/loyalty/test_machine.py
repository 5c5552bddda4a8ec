"""Any sequence of earning, spending, clawing back, adjusting and expiring keeps points equal to entries and lots."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.checkout.points import PointsBook, PointsDone, Program
from app.clock import FixedClock
from app.errors import DomainError
from app.giftcards.model import Act
from app.loyalty.model import AdjustKind, Programme
from app.loyalty.service import LoyaltyService
from app.money import Money
from db.queries import sales_points
from db.queries.sales_batch import Batch
from db.uow import Database
from tests.app.giftcards.shop import SmallShop, open_small_shop
from tests.app.loyalty.test_service import BROKEN_POINTS

points = st.integers(1, 200)


class Points(RuleBasedStateMachine):
    template: Path

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "shop.db"
        shutil.copyfile(self.template, path)
        self.clock = FixedClock(datetime(2026, 3, 14, 12, tzinfo=UTC))
        self.shop: SmallShop = open_small_shop(Database.connect(str(path)), self.clock)
        self.service = LoyaltyService(self.shop.database, self.clock)
        self.service.save_programme(
            Programme("P", step=Money(100, "USD"), point_value=Money(1, "USD"), expiry_days=30), self.shop.actor
        )
        self.ada = self.shop.customer()
        self.sales: list[tuple[int, int]] = []  # (sale, points it earned and still may lose)

    def teardown(self) -> None:
        self.shop.database.close()
        self.folder.cleanup()

    def _book(self, work: str, value: int, of_sale: int = 0) -> int:
        """What completing does with points, by the checkout's own book."""
        sale = self.shop.sale(len(self.sales) * 2 + uuid4().int % 10**12)
        with self.shop.database.write() as uow:
            row = sales_points.program_row(uow.connection, 1)
            act = Act(self.clock.now(), self.clock.now().date(), self.shop.actor.staff_id)
            done = PointsDone([self._next_lot(uow)])
            book = PointsBook(uow, act, sale, uuid4(), self.ada, Program.of(row), done)
            if work == "earn":
                book.earn(value)
            elif work == "spend":
                book.spend(value, "USD")
            elif work == "claw_back":
                book.claw_back(value, of_sale)
            else:
                book.give_back(value)
            batch = Batch(uow)
            book.done.write(batch)
            batch.run()
            uow.commit()
        return sale

    def _next_lot(self, uow: object) -> int:
        from sqlalchemy import text

        found = uow.connection.execute(text("SELECT coalesce(max(id), 0) + 1 FROM points_lot"))  # type: ignore[attr-defined]
        return int(found.scalar_one())

    @rule(value=points)
    def earn(self, value: int) -> None:
        self.sales.append((self._book("earn", value), value))

    @rule(value=points)
    def spend(self, value: int) -> None:
        before = self.service.facts(self.ada).balance
        try:
            self._book("spend", value)
        except DomainError:
            assert value > before
        else:
            assert value <= before

    @rule(part=st.integers(1, 200))
    def claw_back(self, part: int) -> None:  # T1
        if self.sales:
            sale, left = self.sales.pop(0)
            self._book("claw_back", min(part, left), sale)

    @rule(value=points)
    def give_back(self, value: int) -> None:  # T2
        self._book("give_back", value)

    @rule(kind=st.sampled_from(AdjustKind), value=points)
    def adjust(self, kind: AdjustKind, value: int) -> None:
        with suppress(DomainError):
            self.service.adjust(self.ada, kind, value, self.shop.actor, reason="x", request_id=uuid4())

    @rule(days=st.integers(1, 25))
    def time_passes(self, days: int) -> None:
        self.clock.advance(days=days)
        self.service.expire_due()
        assert self.service.expire_due() == 0

    @invariant()
    def points_are_their_entries_and_lots(self) -> None:  # V17
        assert self.shop.rows(BROKEN_POINTS) == []
        assert self.shop.rows("SELECT 1 FROM points_account WHERE balance < 0 AND NOT owes") == []


def test_any_sequence_keeps_points(sqlite_template: Path) -> None:
    Points.template = sqlite_template
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Points,
        settings=settings(
            max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
