"""What the till knows of the shop: products, prices, promotions, settings. Read again when something changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.barcodes.model import OwnCodeKind
from app.catalog.till import TillProduct
from app.checkout.facts import TillFacts
from ui.sell.ports import Checkout
from ui.sell.scan import ChooseProduct, LookUp, NotKnown, Router, SellProduct
from ui.shared.error_text import sentence
from ui.shared.format import Formats
from ui.shared.jobs import Jobs

_EVERY_MS = 20_000


class ShopFacts(QObject):
    """Nothing is known before the first `take`."""

    changed = Signal()  # another state of the shop, the first one included
    renewed = Signal()  # the same, but not the first one
    unreadable = Signal(str)  # a sentence, once until it can be read again

    def __init__(self, checkout: Checkout, formats: Formats, reads: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._checkout, self._formats, self._reads = checkout, formats, reads
        self.now: TillFacts | None = None
        self.router: Router | None = None
        self._told = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.refresh)

    def start(self) -> None:
        """Look every few seconds from now on."""
        self._timer.start(_EVERY_MS)

    def stop(self) -> None:
        self._timer.stop()

    def refresh(self, *, fresh: bool = False, then: Callable[[], object] | None = None) -> None:
        """Read what changed elsewhere; costs next to nothing when nothing did. `fresh` reads all of it again."""
        checkout = self._checkout

        def answered(facts: TillFacts) -> None:
            self.take(facts)
            if then is not None:
                then()

        self._reads.start(
            lambda: checkout.facts(fresh=fresh or checkout.facts_are_old()), answered, self.failed, owner=self
        )

    def take(self, facts: TillFacts) -> None:
        self._told = False
        if facts is self.now:
            return
        first, self.now = self.now is None, facts
        self.router = Router(facts.products, facts.catalogue, facts.settings, facts.barcodes, self._formats)
        self.changed.emit()
        if not first:
            self.renewed.emit()

    def failed(self, error: Exception) -> None:
        """Told once: it is asked again every few seconds, and selling goes on with what is known."""
        if not self._told:
            self._told = True
            self.unreadable.emit(sentence(error, self._formats))

    def product(self, product_id: int) -> TillProduct | None:
        return self.router.catalogue.by_id(product_id) if self.router is not None else None

    def may_be_card(self, text: str) -> bool:
        """One of the shop's own codes that can be a gift card's, or a number that is no product's."""
        routed = None if self.router is None else self.router.route(text)
        if isinstance(routed, LookUp):
            return routed.kind in (OwnCodeKind.GIFT_CARD, OwnCodeKind.ANY)
        return isinstance(routed, NotKnown)

    def is_product(self, text: str) -> bool:
        """Whether this code, scanned or typed, is a product's."""
        return self.router is not None and isinstance(self.router.route(text), SellProduct | ChooseProduct)
