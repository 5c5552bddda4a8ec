"""The customer of this sale, at a glance: who, how much, what they can use now."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.checkout.model import BasketView, CardFact, CouponOffer, CustomerPanel
from ui.shared.format import Formats
from ui.shared.tokens import SPACE_S, SPACE_XS, TYPE_BODY, TYPE_TOUCH
from ui.shared.widgets import LEFT, Button, Card, ElidedWords, IconButton, Picture, Words, row

_MOST_OFFERS = 3
_MOST_CARDS = 2


class CustomerCard(Card):
    search_wanted = Signal()
    clear_wanted = Signal()
    form_wanted = Signal(int)  # customer id
    coupon_wanted = Signal(object)  # CouponOffer
    card_wanted = Signal(object)  # CardFact
    more_wanted = Signal()  # all the coupons

    def __init__(self, formats: Formats) -> None:
        super().__init__("card", spacing=SPACE_XS)
        self._formats = formats
        self._shown: CustomerPanel | None = None
        self._used: tuple[tuple[str, bool], ...] = ()
        self._content: QWidget | None = None
        self.setAccessibleName(self.tr("Customer"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._draw()

    def show_basket(self, view: BasketView) -> None:
        """Drawn again only when the customer or the coupons in use changed: a scan costs nothing here."""
        used = tuple((code.shown, code.counts) for code in view.codes)
        if view.customer is not self._shown or used != self._used:
            self._shown, self._used = view.customer, used
            self._draw()

    def _draw(self) -> None:
        if self._content is not None:
            self.box.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        self._content = QWidget()
        box = QVBoxLayout(self._content)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_XS)
        if self._shown is None:
            self._nobody(box)
        else:
            self._somebody(box, self._shown)
        self.box.addWidget(self._content)
        self._content.show()  # at once, not with the next event: who asks how high this is now is told
        for part in self._content.findChildren(QWidget):
            part.ensurePolished()

    def _nobody(self, box: QVBoxLayout) -> None:
        find = Button(self.tr("Find or add a customer (F3)"), self.search_wanted.emit, icon="user-plus")
        find.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        box.addWidget(find)
        box.addWidget(Words(self.tr("Or scan a loyalty card."), tone="muted"))

    def _somebody(self, box: QVBoxLayout, customer: CustomerPanel) -> None:
        name = ElidedWords(customer.name or customer.number, size=TYPE_TOUCH, strong=True)
        open_form = IconButton("external-link", self.tr("Open the customer form"),
                               lambda: self.form_wanted.emit(customer.customer_id), size=32)  # fmt: skip
        off = IconButton("x", self.tr("Take the customer off this sale"), self.clear_wanted.emit, size=32)
        line = row(Picture("user", "accent", 20), name, open_form, off)
        line.setStretch(1, 1)
        box.addLayout(line)
        points = self.tr("1 point") if customer.points == 1 else self.tr("{0} points")
        facts = [
            customer.tier,
            points.format(self._formats.number(customer.points)),
            customer.price_group,
        ]
        box.addWidget(ElidedWords(" · ".join(fact for fact in facts if fact), size=TYPE_BODY))
        if customer.segments:
            box.addWidget(ElidedWords(" · ".join(customer.segments), tone="muted"))
        if customer.note:
            box.addWidget(ElidedWords(customer.note, tone="warning"))
        for offer in sorted(customer.coupons, key=lambda one: not one.usable)[:_MOST_OFFERS]:
            box.addLayout(self._offer(offer))
        more = len(customer.coupons) - _MOST_OFFERS
        if more > 0:
            words = self.tr("1 more coupon") if more == 1 else self.tr("{0} more coupons").format(more)
            box.addWidget(Button(words, self.more_wanted.emit, kind="link"), 0, LEFT)
        for card in customer.cards[:_MOST_CARDS]:
            box.addLayout(self._card(card))
        for button in self._content.findChildren(QWidget) if self._content is not None else ():
            if isinstance(button, Button | IconButton):
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _offer(self, offer: CouponOffer) -> QHBoxLayout:
        words = ElidedWords(f"{offer.shown}  {offer.name}" if offer.usable else f"{offer.shown}: {offer.sentence}",
                            tone="" if offer.usable else "muted")  # fmt: skip
        counts = dict(self._used).get(offer.shown)
        if counts is not None:
            tone = "success" if counts else "warning"
            said = self.tr("in use") if counts else self.tr("does not count")
            line = row(Picture("ticket-percent", tone, 16), words, Words(said, tone=tone))
        elif offer.usable:
            use = Button(self.tr("Use"), lambda: self.coupon_wanted.emit(offer), kind="small",
                         name=self.tr("Use coupon {0}").format(offer.shown))  # fmt: skip
            line = row(Picture("ticket-percent", "accent", 16), words, use, spacing=SPACE_S)
        else:
            line = row(Picture("ticket-percent", "muted", 16), words)
        line.setStretch(1, 1)
        return line

    def _card(self, card: CardFact) -> QHBoxLayout:
        balance = self._formats.amount(card.balance)
        words = ElidedWords(f"{card.shown}  {balance}")
        take = Button(self.tr("Take {0}").format(balance), lambda: self.card_wanted.emit(card), kind="small",
                      name=self.tr("Pay with card {0}").format(card.shown))  # fmt: skip
        line = row(Picture("gift", "accent", 16), words, take)
        line.setStretch(1, 1)
        return line
