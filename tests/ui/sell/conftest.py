from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.sell.fakes import CLOCK, CONTEXT, FakeShop, ean13, services_of, tiles
from ui.sell.errands import Errands
from ui.sell.paying import PayPresenter
from ui.sell.presenter import SellPresenter
from ui.sell.view import SellView
from ui.shared.format import Formats
from ui.shared.jobs import Jobs

FORMATS = Formats("en_US", "USD", "America/New_York")


@dataclass
class Till:
    """The Sell screen of a pretend shop, ready to scan."""

    shop: FakeShop
    sell: SellPresenter
    pay: PayPresenter
    errands: Errands
    view: SellView
    qtbot: QtBot
    reads: Jobs
    writes: Jobs

    def scan(self, number: int, times: int = 1) -> None:
        for _ in range(times):
            self.view.on_code(ean13(number))

    @property
    def total(self) -> int:
        assert self.sell.view is not None
        return self.sell.view.total.minor

    def wait(self, until: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(until, timeout=5000)

    def idle(self) -> None:
        """Everything under way is done and its answers have come."""
        for _ in range(2):
            self.reads._pool.waitForDone(5000)
            self.writes._pool.waitForDone(5000)
            self.qtbot.wait(1)


OpenTill = Callable[..., Till]


@pytest.fixture
def open_till(qtbot: QtBot) -> Iterator[OpenTill]:
    made: list[Till] = []

    def opener(shop: FakeShop | None = None) -> Till:
        shop = shop or FakeShop(pages=tiles())
        reads, writes = Jobs(2), Jobs(1)
        sell = SellPresenter(services_of(shop), CONTEXT, FORMATS, reads, writes, CLOCK)
        pay, errands = PayPresenter(sell, reads, writes), Errands(sell, reads, writes)
        view = SellView(sell, pay, errands)
        qtbot.addWidget(view)
        till = Till(shop, sell, pay, errands, view, qtbot, reads, writes)
        made.append(till)
        view.resize(1216, 724)
        view.show()
        with qtbot.waitSignal(sell.ready, timeout=5000):
            sell.start()
        view.keys.show_pages(shop.pages)
        return till

    yield opener
    for till in made:
        till.shop.gate.set()
        till.idle()
        till.sell.stop()  # the collector may drop a timer on a worker's thread, where a running one cannot be stopped
        till.reads.close()
        till.writes.close()


@pytest.fixture
def till(open_till: OpenTill) -> Till:
    return open_till()
