"""Taking money: tenders until nothing is due, then one booking, whatever is pressed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.checkout.cash_slips import is_doubtful
from app.checkout.errors import RequestReused
from app.checkout.model import BasketView, CompletedSale, Settlement, Tender, TenderKind
from app.checkout.returns import PreviewTender
from app.checkout.tenders import suggested_cash
from app.errors import DomainError, NotPermitted
from app.giftcards.model import PinNeeded
from app.money import Money
from app.staff.model import Approval
from ui.sell.presenter import SellPresenter
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs


@dataclass(frozen=True, slots=True)
class Finished:
    """What stays on the screen after a sale until the next scan."""

    sale: CompletedSale
    change: Money


class PayPresenter(QObject):
    opened = Signal()
    changed = Signal(object)  # Settlement
    refused = Signal(str)  # a sentence, shown in the pay panel; "" when the next thing is tried
    busy_changed = Signal(bool)
    finished = Signal(object)  # Finished
    doubted = Signal(object, object)  # Money typed as cash and Money due: asked about before it is taken
    pin_wanted = Signal(str)  # the code of a card that asks for its PIN
    number_wanted = Signal()  # a card was refused: its number is typed next, and is no amount of cash
    approval_wanted = Signal(object, object)  # NotPermitted, Callable[[Approval], None]
    cancelled = Signal()
    ways_back_known = Signal(object)  # tuple[PreviewTender, ...]: how money goes back as it was paid

    def __init__(self, sell: SellPresenter, reads: Jobs, writes: Jobs) -> None:
        super().__init__(sell)
        self._sell, self._reads, self._writes = sell, reads, writes
        self._tenders: tuple[Tender, ...] = ()
        self._approvals: tuple[Approval, ...] = ()
        self._ways_back: tuple[PreviewTender, ...] = ()
        self._asked_ways = 0
        self._busy = False
        self.is_open = False
        sell.shown.connect(self._on_basket)

    @property
    def busy(self) -> bool:
        return self._busy

    @property
    def tenders(self) -> tuple[Tender, ...]:
        return self._tenders

    @property
    def settlement(self) -> Settlement | None:
        view = self._sell.view
        if view is None or not self._sell.is_ready:
            return None
        return self._sell.services.checkout.settle(view, self._sell.facts, self._tenders)

    def suggestions(self) -> tuple[Money, ...]:
        settlement = self.settlement
        return () if settlement is None else suggested_cash(settlement.cash_due)

    def open(self) -> bool:
        """Begin to pay, or come back to it; False for an empty basket or while one is booked, held or void."""
        view = self._sell.view
        if self._busy or self._sell.locked or view is None or not view.can_pay:
            return False
        if not self.is_open:
            self._set_tenders(())
            self._approvals = ()
            self.is_open = True
        self.opened.emit()
        self._tell()
        self._ask_ways_back(view)
        return True

    def _ask_ways_back(self, view: BasketView) -> None:
        """Where more comes back than goes out: how it was paid, for that is how it goes back."""
        self._asked_ways += 1
        self._show_ways_back((self._asked_ways, ()))
        if view.total.minor >= 0:
            return
        asked, returns = self._asked_ways, self._sell.services.returns
        context, basket = self._sell.context, self._sell.basket
        self._reads.start(
            lambda: (asked, returns.ways_back(context, basket)), self._show_ways_back, self._refuse_any, owner=self
        )

    def _show_ways_back(self, answer: tuple[int, tuple[PreviewTender, ...]]) -> None:
        if answer[0] == self._asked_ways:
            self._ways_back = answer[1]
            self.ways_back_known.emit(answer[1])

    def _refuse_any(self, error: Exception) -> None:
        self.refused.emit(sentence(error, self._sell.formats))

    def give_back_as_paid(self) -> None:
        """All of it the ways it was paid; books the exchange."""
        if self._busy or not self.is_open or not self._ways_back:
            return
        self._set_tenders(
            tuple(Tender(one.kind, -one.amount.minor, one.account_id, one.shown) for one in self._ways_back)
        )
        self._tell()
        settlement = self.settlement
        if settlement is not None and settlement.is_settled:
            self.book()

    def back(self) -> None:
        """One step back from paying. What was taken is never dropped by it: a card may have been charged."""
        if self._busy:
            return
        if not self._tenders:
            self.cancel()
            return
        taken = self._sell.formats.money(self._taken())
        self.refused.emit(
            self.tr("{0} has been taken. Finish the sale, or take it back with Del and return it.").format(taken)
        )

    def _taken(self) -> Money:
        settlement = self.settlement
        minor = 0 if settlement is None else sum(one.tendered_minor for one in settlement.taken)
        return Money(minor, self._sell.formats.currency)

    def cancel(self) -> None:
        """Back to the basket, which takes what was scanned while a booking failed."""
        if not self._busy:
            self.is_open = False
            self._set_tenders(())
            self.cancelled.emit()
            self._sell.go_on()

    def take_cash(self, amount_minor: int | None = None, *, sure: bool = False) -> None:
        """None: all that is due, exactly. `sure`: somebody was asked about an amount that is far too much."""
        settlement = self.settlement
        if amount_minor is not None and not sure and self.is_open and not self._busy and settlement is not None:
            given = Money(amount_minor, self._sell.formats.currency)
            if is_doubtful(given, settlement.cash_due):
                self.refused.emit("")
                self.doubted.emit(given, settlement.cash_due)
                return
        self.take(Tender(TenderKind.CASH, amount_minor))

    def take_card(self, amount_minor: int | None = None, reference: str = "") -> None:
        """As paid on an outside terminal."""
        self.take(Tender(TenderKind.CARD, amount_minor, reference=reference))

    def exact_cash(self) -> None:
        """F12: the whole sale, or what is left of it, in exact cash; where nothing is due, no tender at all."""
        if not self.open():
            return
        settlement = self.settlement
        if settlement is not None and settlement.is_settled and not settlement.taken:
            self.book()
        else:
            self.take_cash()

    def take(self, tender: Tender) -> None:
        """Add a tender; the one that leaves nothing due books the sale."""
        view = self._sell.view
        if self._busy or not self.is_open or view is None:
            return
        self.refused.emit("")
        tenders = (*self._tenders, tender)
        try:
            settlement = self._sell.services.checkout.settle(view, self._sell.facts, tenders)
        except DomainError as refusal:
            self._refuse(refusal)
            return
        self._set_tenders(tenders)
        self.changed.emit(settlement)
        if settlement.is_settled:
            self.book()

    def take_back(self, position: int) -> None:
        """Take a tender off the list again."""
        if not self._busy and 0 <= position < len(self._tenders):
            self.refused.emit("")
            self._set_tenders(self._tenders[:position] + self._tenders[position + 1 :])
            self._tell()

    def take_back_last(self) -> None:
        self.take_back(len(self._tenders) - 1)

    def take_code(self, code: str, pin: str = "") -> None:
        """A gift card or voucher scanned or typed while paying."""
        if self._busy or not self.is_open:
            return
        checkout, context = self._sell.services.checkout, self._sell.context

        def failed(error: Exception) -> None:
            if isinstance(error, PinNeeded):
                self.pin_wanted.emit(code)
            else:
                self._refuse_card(error)

        self._read_value(lambda: checkout.tender_for_code(context, code, pin), failed)

    def take_account(self, account_id: int) -> None:
        """A card or credit of the customer's own: known by its account, so nothing is scanned."""
        if not self._busy and self.is_open:
            checkout = self._sell.services.checkout
            self._read_value(lambda: checkout.tender_for_account(account_id), self._refuse_card)

    def _read_value(self, work: Callable[[], Tender], failed: Callable[[Exception], None]) -> None:
        """An answer that comes when this sale is over, or is not being paid any more, pays for nothing."""
        sale = self._sell.basket.request_id
        self.refused.emit("")

        def wanted() -> bool:
            return self.is_open and self._sell.basket.request_id == sale

        self._reads.start(
            work,
            lambda tender: self._on_value(tender) if wanted() else None,
            lambda error: failed(error) if wanted() else None,
            owner=self,
        )

    def _refuse(self, error: Exception) -> None:
        self.refused.emit(sentence(error, self._sell.formats))

    def _refuse_card(self, error: Exception) -> None:
        self._refuse(error)
        self.number_wanted.emit()

    def own_means(self) -> tuple[Tender, ...]:
        """What the customer of this sale has to pay with: points first, then cards and credit; nothing twice."""
        customer = self._sell.basket.customer
        if customer is None:
            return ()
        means = []
        if customer.point_value is not None and customer.points > 0:
            worth = customer.points * customer.point_value.minor
            means.append(Tender(TenderKind.POINTS, available_minor=worth))
        means += [
            Tender(TenderKind(card.kind), None, card.account_id, card.shown, card.balance.minor)
            for card in customer.cards
            if card.balance.minor > 0
        ]
        taken = {(tender.kind, tender.account_id) for tender in self._tenders}
        return tuple(one for one in means if (one.kind, one.account_id) not in taken)

    def take_own(self, tender: Tender) -> None:
        """One of `own_means`; a card's balance is read again first."""
        if tender.account_id is None:
            self.take(tender)
        else:
            self.take_account(tender.account_id)

    def _on_value(self, tender: Tender) -> None:
        if any(tender.account_id is not None and tender.account_id == other.account_id for other in self._tenders):
            self.refused.emit(self.tr("{0} is already taken for this sale.").format(tender.shown))
            return
        self.take(tender)

    def finish(self) -> None:
        """Book a sale that needs no money (all of it free, or an even exchange)."""
        settlement = self.settlement
        if settlement is not None and settlement.is_settled:
            self.book()

    def book(self) -> None:
        """Write the sale, once: everything that could start a second booking is shut until the answer is here."""
        view = self._sell.view
        if self._busy or not self.is_open or view is None:
            return
        self._set_busy(True)
        checkout, context = self._sell.services.checkout, self._sell.context
        basket, tenders, total = self._sell.basket, self._tenders, view.total.minor
        approvals = self._approvals
        self._writes.start(
            lambda: checkout.complete(context, basket, tenders, total, approvals=approvals),
            self._on_booked,
            self._on_failed,
        )

    def _on_booked(self, sale: CompletedSale) -> None:
        self.is_open = False
        self._set_tenders(())
        self._approvals = ()
        self._set_busy(False)
        self._sell.services.till.sale_completed(sale)
        self.finished.emit(Finished(sale, sale.change))
        self._sell.start_anew()

    def _on_failed(self, error: Exception) -> None:
        """Nothing was booked, or booking again finds what was: the basket and the tenders stand."""
        self._set_busy(False)
        # The last press is undone, so it can simply be made again; one press may give money back in several ways.
        self._set_tenders(() if self._ways_back else self._tenders[:-1])
        self._tell()
        if isinstance(error, NotPermitted):
            self.approval_wanted.emit(error, self._on_approved)
            return
        said = sentence(error, self._sell.formats)
        if isinstance(error, RequestReused):
            self._sell.renew()
            said = self.tr("{0} What is here is a new sale now: take out what is paid for, or void it.").format(
                self.tr("This sale is booked already, with other lines.")
            )
        if self._sell.waiting:
            said = self.tr("{0} What was scanned meanwhile waits for the next sale.").format(said)
        self.refused.emit(said)
        self._sell.shop.refresh(fresh=True)

    def _on_approved(self, approval: Approval) -> None:
        self._approvals = (*self._approvals, approval)
        self._tell()

    def _on_basket(self, view: BasketView) -> None:
        """The basket changed behind the panel: what is due changes with it."""
        if self.is_open and not self._busy:
            if not view.can_pay:
                self.cancel()
            else:
                self._tell()
                self._ask_ways_back(view)

    def _set_tenders(self, tenders: tuple[Tender, ...]) -> None:
        self._tenders = tenders
        self._sell.fixed = bool(tenders)

    def _tell(self) -> None:
        try:
            settlement = self.settlement
        except DomainError as refusal:
            self._set_tenders(())
            self._refuse(refusal)
            settlement = self.settlement
        if settlement is not None:
            self.changed.emit(settlement)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._sell.locked = busy
        self.busy_changed.emit(busy)
