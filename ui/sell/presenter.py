"""What happens to the basket. Steps are pure and instant; reading and writing go to the pools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import QObject, QTimer, Signal

from app.catalog.till import TillProduct
from app.checkout import basket as steps
from app.checkout.basket import History
from app.checkout.facts import TillFacts, item_of
from app.checkout.model import (
    BasketView,
    CardOnLine,
    CouponOnBasket,
    CustomerPanel,
    Item,
    LineView,
    OpenBasket,
    PriceSource,
    TillContext,
)
from app.clock import Clock
from app.errors import DomainError, NotPermitted
from app.ids import new_request_id
from app.money import Money
from app.pricing.model import UNIT_MILLI, ManualDiscount
from app.staff.model import Approval
from ui.sell.keeping import BasketKeeper
from ui.sell.ports import SellServices
from ui.sell.scan import ChooseProduct, LookUp, NotKnown, SellProduct
from ui.sell.shop_facts import ShopFacts
from ui.shared.error_text import sentence
from ui.shared.format import Formats
from ui.shared.jobs import Jobs

Step = Callable[[Approval | None], OpenBasket]


class SellPresenter(QObject):
    """The open basket of one till and everything that changes it."""

    ready = Signal()
    shown = Signal(object)  # BasketView
    touched = Signal(int)  # the line just rung up or changed
    scan_refused = Signal(object)  # NotKnown
    scan_accepted = Signal()
    told = Signal(str, str)  # sentence, kind of banner
    price_wanted = Signal(object, int)  # TillProduct without a price, thousandths
    weight_wanted = Signal(object)  # TillProduct sold by weight
    choice_wanted = Signal(object)  # ChooseProduct
    code_scanned = Signal(object)  # LookUp: one of the shop's own codes
    approval_wanted = Signal(object, object)  # NotPermitted, Callable[[Approval], None]
    removed = Signal(str)  # name of what was taken out, for the undo toast
    emptied = Signal()  # a new, empty basket stands

    def __init__(
        self,
        services: SellServices,
        context: TillContext,
        formats: Formats,
        reads: Jobs,
        writes: Jobs,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.services, self.context, self.formats = services, context, formats
        self._writes, self._clock = writes, clock
        self._history = History(steps.new_basket(new_request_id(), clock.now()))
        self._view: BasketView | None = None
        self.shop = ShopFacts(services.checkout, formats, reads, self)
        self.shop.changed.connect(self._on_facts)
        self.shop.unreadable.connect(self._on_unreadable)
        self.last_touched: int | None = None  # the line just rung up or changed
        self.keeper = BasketKeeper(services.checkout, context, self._newest, writes, self)
        self.keeper.failing.connect(self._on_keep_failed)
        self.fixed = False  # while money has been taken: the basket stands until it is booked or given back
        self.locked = False  # while the sale is being booked, held or void; scans wait
        self._stale = False  # facts came while it was locked
        self._waiting: list[str] = []

    # Coming and going

    def start(self) -> None:
        """Read what selling needs; `ready` follows. Until then scans wait."""
        self._writes.start(self._read_all, self._on_read, self._on_read_failed)  # after a keep still under way
        self.shop.start()

    def stop(self) -> None:
        """The till is over: what was rung up is written down, and no timer runs on."""
        self.shop.stop()
        self.keeper.write_now()
        self.keeper.stop()

    def _read_all(self) -> tuple[TillFacts, OpenBasket | None]:
        checkout = self.services.checkout
        return checkout.facts(), checkout.restore(self.context)

    def _on_read(self, read: tuple[TillFacts, OpenBasket | None]) -> None:
        facts, kept = read
        if kept is not None:
            self._history = History(kept)
        self.shop.take(facts)
        self.ready.emit()
        if kept is not None and not kept.is_empty:
            self.told.emit(self.tr("The sale that was open here is back. Check it with the customer."), "info")
        self._take_waiting()

    def _on_read_failed(self, error: Exception) -> None:
        self.shop.failed(error)
        QTimer.singleShot(3000, self, self.start)

    def _on_unreadable(self, said: str) -> None:
        self.told.emit(said, "danger")

    def _on_facts(self) -> None:
        self._stale = self.locked
        if not self.locked:
            self._take_facts()

    def _take_facts(self) -> None:
        """Products that were changed elsewhere count in this sale too: at its old prices it could not be booked."""
        products, before = self.facts.products, self.basket

        def item(product_id: int) -> Item | None:
            found = products.by_id(product_id)
            return None if found is None else item_of(found)

        self._history = self._history.with_items(item)
        self.reprice()
        if self.basket is not before:
            self.keeper.changed()
            self._tell_prices(before)

    def _tell_prices(self, before: OpenBasket) -> None:
        changed = {
            new.item.product.name: Money(new.item.product.price_minor, self.formats.currency)
            for new, old in zip(self.basket.lines, before.lines, strict=True)
            if new.price_minor is None and new.item.product.price_minor != old.item.product.price_minor
        }
        if changed:
            prices = ", ".join(f"{name} {self.formats.amount(price)}" for name, price in changed.items())
            self.told.emit(self.tr("Prices were changed just now: {0}. Tell the customer.").format(prices), "info")

    @property
    def is_ready(self) -> bool:
        return self.shop.now is not None

    @property
    def facts(self) -> TillFacts:
        assert self.shop.now is not None, "asked before ready"  # noqa: S101  a defect, not a rule
        return self.shop.now

    @property
    def basket(self) -> OpenBasket:
        return self._history.now

    @property
    def view(self) -> BasketView | None:
        return self._view

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    # Scanning

    def scanned(self, text: str) -> None:
        """A code from a scanner, or typed and entered. Booked while a payment is under way: for the next sale."""
        if self.locked or self.shop.router is None:
            self._waiting.append(text[:400])
            return
        if not text.strip():
            return
        routed = self.shop.router.route(text)
        if isinstance(routed, SellProduct):
            self.ring_up(routed.product, routed.quantity_milli, routed.price_minor, measured=routed.measured)
        elif isinstance(routed, ChooseProduct):
            self.choice_wanted.emit(routed)
        elif isinstance(routed, LookUp):
            self.scan_accepted.emit()
            self.code_scanned.emit(routed)
        else:
            self.scan_refused.emit(routed)

    def ring_up_made(self, code: str) -> None:
        """A product was made for this code, which nothing answered to: sell it once it is known here."""
        self.shop.refresh(fresh=True, then=lambda: self.scanned(code) if self.shop.is_product(code) else None)

    def ring_up_id(self, product_id: int) -> None:
        """A product picked from a list or a tile. One that is new here, or gone, is looked for in the shop again."""
        product = self.shop.product(product_id)
        if product is not None:
            self.ring_up(product)
        else:
            self.shop.refresh(fresh=True, then=lambda: self._ring_up_new(product_id))

    def _ring_up_new(self, product_id: int) -> None:
        product = self.shop.product(product_id)
        if product is not None:
            self.ring_up(product)
        else:
            self.told.emit(self.tr("This product is not in the shop any more. Search for it again."), "danger")

    def ring_up(
        self,
        product: TillProduct,
        quantity_milli: int = UNIT_MILLI,
        price_minor: int | None = None,
        *,
        measured: bool = False,
    ) -> None:
        """Add a product; asks for what is missing (a price, a weight) and comes back here with it."""
        if not self._may_change():
            return
        item = item_of(product)
        if item.weighed and not measured and price_minor is None:
            self.weight_wanted.emit(product)
            return
        if item.asks_price and price_minor is None:
            self.price_wanted.emit(product, quantity_milli)
            return
        source = PriceSource.BARCODE if measured and price_minor is not None else PriceSource.LIST
        try:
            basket, line_id = steps.add_item(self.basket, item, quantity_milli, price_minor=price_minor, source=source)
        except DomainError as refusal:
            self.scan_refused.emit(NotKnown(product.name, sentence(refusal, self.formats), unknown=False))
            return
        self.scan_accepted.emit()
        self._apply(basket, line_id)

    # Steps

    def line(self, line_id: int) -> LineView | None:
        lines = self._view.lines if self._view is not None else ()
        return next((line for line in reversed(lines) if line.line_id == line_id), None)  # nearly always the last

    def step_quantity(self, line_id: int, by: int) -> None:
        """One more or one less; the last one less takes the line out."""
        line = self.line(line_id)
        if line is not None:
            self.set_quantity(line_id, line.quantity_milli + by * UNIT_MILLI)

    def set_quantity(self, line_id: int, quantity_milli: int) -> None:
        if quantity_milli <= 0:
            self.remove(line_id)
            return
        self._try(lambda: steps.change_quantity(self.basket, line_id, quantity_milli, self._clock.now()), line_id)

    def remove(self, line_id: int) -> None:
        line = self.line(line_id)
        if self._try(lambda: steps.remove_line(self.basket, line_id, self._clock.now())) and line is not None:
            self.removed.emit(line.name)

    def undo(self) -> None:
        if self._history.can_undo and self._may_change():
            self._history = self._history.undo(self._clock.now())
            self.reprice()
            self.keeper.changed()

    def discount_line(self, line_id: int, discount: ManualDiscount) -> None:
        checkout = self.services.checkout
        self._with_approval(
            lambda approval: checkout.discount_line(self.context, self.basket, line_id, discount, approval)
        )

    def clear_line_discount(self, line_id: int) -> None:
        self._try(lambda: steps.discount_line(self.basket, line_id, None))

    def discount_basket(self, discount: ManualDiscount) -> None:
        checkout = self.services.checkout
        self._with_approval(lambda approval: checkout.discount_basket(self.context, self.basket, discount, approval))

    def drop_basket_discount(self, position: int) -> None:
        self._try(lambda: steps.drop_basket_discount(self.basket, position))

    def override_price(self, line_id: int, price_minor: int, reason: str) -> None:
        checkout = self.services.checkout
        self._with_approval(
            lambda approval: checkout.override_price(self.context, self.basket, line_id, price_minor, reason, approval)
        )

    def clear_price(self, line_id: int) -> None:
        self._try(lambda: steps.clear_price(self.basket, line_id))

    def add_coupon(self, coupon: CouponOnBasket) -> None:
        """Once for each code: a second time would change nothing but the list."""
        if any(self._same_code(coupon, other) for other in self.basket.coupons):
            self.told.emit(self.tr("{0} is in this sale already.").format(coupon.shown), "warning")
        else:
            self._try(lambda: steps.add_coupon(self.basket, coupon))

    def _same_code(self, one: CouponOnBasket, other: CouponOnBasket) -> bool:
        if one.code_id is not None or other.code_id is not None:
            return one.code_id == other.code_id
        if self.facts.settings.codes_case_sensitive:
            return one.entered.text == other.entered.text
        return one.entered.text.casefold() == other.entered.text.casefold()

    def remove_coupon(self, position: int) -> None:
        self._try(lambda: steps.remove_coupon(self.basket, position))

    def set_customer(self, customer: CustomerPanel | None) -> None:
        self._try(lambda: steps.with_customer(self.basket, customer))

    def sell_card(self, face_minor: int, *, name: str, card: CardOnLine | None = None, reload: bool = False) -> bool:
        """Put a gift card, or a reload of one, into the basket."""
        if not self._may_change():
            return False
        try:
            basket, line_id = steps.add_card(self.basket, face_minor, name=name, card=card, reload=reload)
        except DomainError as refusal:
            self.told.emit(sentence(refusal, self.formats), "danger")
            return False
        self._apply(basket, line_id)
        return True

    def replace_basket(self, basket: OpenBasket) -> None:
        """A step made elsewhere (returned lines added); can be undone."""
        self._try(lambda: basket)

    def take_over(self, basket: OpenBasket) -> None:
        """A recalled sale in place of an empty one; nothing to undo."""
        self._history = History(basket)
        self.locked, self.last_touched = False, None
        self.reprice()
        self.keeper.changed()
        self._take_waiting()

    def start_anew(self) -> None:
        """The sale is booked, held or void: an empty basket, and the scans that waited."""
        self._history = History(steps.new_basket(new_request_id(), self._clock.now()))
        self.locked = self.fixed = False
        self.last_touched = None
        self.reprice()
        self.emptied.emit()
        self._take_waiting()

    def renew(self) -> None:
        """What stands becomes a sale of its own: the one it was is booked already, by another window of this till."""
        self._history = History(replace(self.basket, request_id=new_request_id()))
        self.reprice()
        self.keeper.changed()

    def go_on(self) -> None:
        """What locked the basket came to nothing: it stands, and takes the scans that waited."""
        self.locked = False
        if self._stale:
            self._stale = False
            self._take_facts()
        self._take_waiting()

    def _take_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for text in waiting:
            self.scanned(text)

    @property
    def waiting(self) -> int:
        """Scans that came while the basket was locked."""
        return len(self._waiting)

    def _may_change(self) -> bool:
        if self.fixed:
            self.told.emit(
                self.tr("Money has been taken for this sale. Finish it, or take the payment back."), "danger"
            )
        return not self.fixed and not self.locked

    def _with_approval(self, step: Step) -> None:
        """Make a step; where the cashier's right does not reach, ask for a manager's and make it then."""
        if not self._may_change():
            return
        sale = self.basket.request_id

        def approved(approval: Approval) -> None:
            if self.basket.request_id == sale:  # a yes for a sale that is over is none for the next
                self._try(lambda: step(approval))

        try:
            basket = step(None)
        except NotPermitted as refusal:
            self.approval_wanted.emit(refusal, approved)
            return
        except DomainError as refusal:
            self.told.emit(sentence(refusal, self.formats), "danger")
            return
        self._apply(basket)

    def _try(self, step: Callable[[], OpenBasket], line_id: int | None = None) -> bool:
        if not self._may_change():
            return False
        try:
            basket = step()
        except DomainError as refusal:
            self.told.emit(sentence(refusal, self.formats), "danger")
            return False
        self._apply(basket, line_id)
        return True

    def _apply(self, basket: OpenBasket, line_id: int | None = None) -> None:
        """`line_id`: the line this step is about, to be marked."""
        self._history = self._history.then(basket)
        self.last_touched = line_id
        self.reprice()
        self.keeper.changed()
        if line_id is not None:
            self.touched.emit(line_id)

    def reprice(self) -> None:
        """Price and show: pure, on this thread, so that the painted line never waits for a queue."""
        if self.shop.now is None:
            return
        self._view = self.services.checkout.view(self.context, self.basket, self.shop.now, self._view)
        self.shown.emit(self._view)

    def _newest(self) -> tuple[OpenBasket, int] | None:
        return None if self._view is None else (self.basket, self._view.total.minor)

    def _on_keep_failed(self, error: Exception) -> None:
        said = self.tr("This sale stands here but is not written down yet; the till goes on trying. The reason: {0}")
        self.told.emit(said.format(sentence(error, self.formats)), "warning")


def discount_percent(discount: ManualDiscount, gross_minor: int) -> Decimal:
    """How deep a discount by hand is, in percent, for the approval it needs."""
    if discount.percent is not None:
        return discount.percent
    amount = discount.amount_minor or 0
    return Decimal(0) if gross_minor <= 0 else min(Decimal(100), Decimal(100) * amount / gross_minor)
