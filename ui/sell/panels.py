"""Panels for customers, held sales, gift cards and everything else a till does now and then."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from app.checkout.model import CardOnLine, CouponOffer, HeldBasket
from ui.sell.ports import CardShown, CustomerHit
from ui.sell.side import SidePanel, stretch_row
from ui.shared import fonts
from ui.shared.format import Formats
from ui.shared.keypad import Keypad
from ui.shared.money_field import MoneyField
from ui.shared.tokens import SPACE_S, TYPE_LARGE, TYPE_TOUCH
from ui.shared.widgets import Button, EmptyState, Words

_ROLE = Qt.ItemDataRole.UserRole
_TYPING_MS = 80


class _Choices(QListWidget):
    """A list for fingers; Enter and a tap both choose."""

    chosen = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFont(fonts.font(TYPE_TOUCH))
        self.setUniformItemSizes(True)
        self.itemClicked.connect(lambda item: self.chosen.emit(item.data(_ROLE)))

    def fill(self, rows: Sequence[tuple[str, object]], height: int = 48) -> None:
        self.clear()
        for text, value in rows:
            item = QListWidgetItem(text)
            item.setData(_ROLE, value)
            item.setSizeHint(QSize(0, height))
            self.addItem(item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            self.chosen.emit(item.data(_ROLE))
            return
        super().keyPressEvent(event)


class CustomerSearch(SidePanel):
    """Find by name, phone or mail as one types; or add with what is at hand."""

    search_wanted = Signal(str)
    chosen = Signal(int)
    add_wanted = Signal(str, str, str, str)  # first, last, phone, mail

    def __init__(self) -> None:
        super().__init__(self.tr("Customer"))
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Name, phone, mail or card number"))
        self.field.setAccessibleName(self.tr("Find a customer"))
        self.field.setMaxLength(100)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(lambda: self.search_wanted.emit(self.field.text()))
        self.field.textEdited.connect(lambda: self._pause.start(_TYPING_MS))
        self.field.returnPressed.connect(self._on_enter)
        self.list = _Choices(self.tr("Customers found"))
        self.list.chosen.connect(self.chosen.emit)
        self._none = Words(tone="muted", wrap=True)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._find_page())
        self._pages.addWidget(self._add_page())
        self.body.addWidget(self._pages, 1)

    def _find_page(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_S)
        box.addWidget(self.field)
        box.addWidget(self._none)
        box.addWidget(self.list, 1)
        new = Button(self.tr("Add a new customer"), self._show_add, icon="user-plus")
        new.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        box.addWidget(new)
        return page

    def _add_page(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_S)
        self.first, self.last = QLineEdit(), QLineEdit()
        self.phone, self.mail = QLineEdit(), QLineEdit()
        names = (
            (self.first, self.tr("First name")),
            (self.last, self.tr("Last name")),
            (self.phone, self.tr("Phone")),
            (self.mail, self.tr("E-mail")),
        )
        for field, name in names:
            field.setAccessibleName(name)
            field.setMaxLength(120)
            field.returnPressed.connect(self._on_add)
            box.addWidget(Words(name, tone="muted"))
            box.addWidget(field)
        box.addWidget(Words(self.tr("A name, and a phone or mail if there is one. The rest can come later."),
                            tone="muted", wrap=True))  # fmt: skip
        self.add = Button(
            self.tr("Add and use"), self._on_add, kind="primary", name=self.tr("Add and use for this sale")
        )
        box.addLayout(stretch_row(Button(self.tr("Back to the search"), self.open), self.add))
        box.addStretch(1)
        return page

    def open(self) -> None:
        self.tell("")
        self._pause.stop()
        self.search_wanted.emit("")  # drops an answer that is still under way
        self.field.clear()
        self._none.setText(self.tr("Type two letters or the last figures of the phone."))
        self._none.show()
        self.list.fill(())
        for field in (self.first, self.last, self.phone, self.mail):
            field.clear()
        self.add.setEnabled(True)
        self._pages.setCurrentIndex(0)
        self.focus_first()

    def focus_first(self) -> None:
        (self.field if self._pages.currentIndex() == 0 else self.first).setFocus()

    def show_hits(self, hits: Sequence[CustomerHit]) -> None:
        rows: list[tuple[str, object]] = [
            (" · ".join(part for part in (hit.name[:60], hit.contact[:40], hit.tier[:20]) if part), hit.customer_id)
            for hit in hits
        ]
        self.list.fill(rows)
        if rows:
            self.list.setCurrentRow(0)
        self._none.setVisible(not rows)
        if self.field.text().strip():
            self._none.setText(self.tr("Nobody found. Try the phone number, or press Enter to add a new customer."))

    def refuse(self, sentence: str) -> None:
        self.add.setEnabled(True)
        self.tell(sentence)

    def _show_add(self) -> None:
        """What was typed moves into the field it fits."""
        typed = self.field.text().strip()
        if "@" in typed:
            self.mail.setText(typed)
        elif any(letter.isdigit() for letter in typed):
            self.phone.setText(typed)
        else:
            first, _, last = typed.partition(" ")
            self.first.setText(first)
            self.last.setText(last)
        self._pages.setCurrentIndex(1)
        self.first.setFocus()

    def _on_enter(self) -> None:
        item = self.list.currentItem()
        if self._pause.isActive():
            return
        if item is not None:
            self.chosen.emit(item.data(_ROLE))
        elif self.field.text().strip() and self._none.isVisibleTo(self):
            self._show_add()

    def _on_add(self) -> None:
        if not self.first.text().strip() and not self.last.text().strip():
            self.tell(self.tr("Type a name first."))
            self.first.setFocus()
            return
        self.add.setEnabled(False)
        self.add_wanted.emit(self.first.text(), self.last.text(), self.phone.text(), self.mail.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.field.hasFocus() and self.list.count():
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
            return
        super().keyPressEvent(event)


class HeldPanel(SidePanel):
    """Sales on hold, newest first."""

    chosen = Signal(int)  # basket id

    def __init__(self, formats: Formats) -> None:
        super().__init__(self.tr("On hold"))
        self._formats = formats
        self.list = _Choices(self.tr("Sales on hold"))
        self.list.chosen.connect(self.chosen.emit)
        self.empty = EmptyState("pause", self.tr("Nothing is on hold"), self.tr("F4 puts the open sale aside."))
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.empty, 1)

    def show_held(self, held: Sequence[HeldBasket]) -> None:
        self.list.fill([(self._words(one), one.basket_id) for one in held], 64)
        self.list.setVisible(bool(held))
        self.empty.setVisible(not held)
        if held:
            self.list.setCurrentRow(0)

    def _words(self, one: HeldBasket) -> str:
        who = one.label or one.customer_name or self.tr("No name")
        lines = self.tr("1 line") if one.lines == 1 else self.tr("{0} lines").format(one.lines)
        when = self._formats.time(one.held_at)
        return (
            f"{who[:40]} · {self._formats.amount(one.total)}\n{lines} · {when} · {one.register_name} · {one.staff_name}"
        )

    def focus_first(self) -> None:
        self.list.setFocus()


class CouponsPanel(SidePanel):
    """All coupons of the customer, those that nothing speaks against first; a tap or Enter puts one on the sale."""

    chosen = Signal(object)  # CouponOffer

    def __init__(self) -> None:
        super().__init__(self.tr("Coupons of this customer"))
        self.list = _Choices(self.tr("Coupons of this customer"))
        self.list.chosen.connect(self.chosen.emit)
        self.empty = EmptyState("ticket-percent", self.tr("No coupons"), self.tr("This customer holds none."))
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.empty, 1)

    def show_offers(self, offers: Sequence[CouponOffer]) -> None:
        self.list.fill([(self._words(one), one) for one in sorted(offers, key=lambda one: not one.usable)], 64)
        self.list.setVisible(bool(offers))
        self.empty.setVisible(not offers)
        self.list.setCurrentRow(0)

    def _words(self, one: CouponOffer) -> str:
        words = f"{one.shown} · {one.name[:60]}"
        return words if one.usable else f"{words}\n{one.sentence}"

    def focus_first(self) -> None:
        self.list.setFocus()


class GiftCardPanel(SidePanel):
    """Sell a card, put money on one, look up what it holds."""

    look_up_wanted = Signal(str)
    sell_wanted = Signal(object, object)  # minor units, CardOnLine: a new card, or a pre-printed number
    reload_wanted = Signal(object, object)  # minor units, CardOnLine
    take_wanted = Signal(str)  # the code: pay with it

    def __init__(self, formats: Formats, values: Sequence[int]) -> None:
        super().__init__(self.tr("Gift card"))
        self._formats = formats
        self._card: CardShown | None = None
        self.number = QLineEdit()
        self.number.setMaxLength(60)
        self.number.setPlaceholderText(self.tr("Scan the card, or leave empty for a new one"))
        self.number.setAccessibleName(self.tr("Card number"))
        self.number.returnPressed.connect(self._on_number)
        self.number.textEdited.connect(self._forget)
        self._balance = Words(size=TYPE_LARGE, strong=True)
        self._about = Words(tone="muted", wrap=True)
        self.money = MoneyField(formats, self.tr("Amount"))
        self.money.setPlaceholderText(self.tr("Amount"))
        self.money.setMinimumHeight(52)
        self.money.refused.connect(self._on_refused)
        self.money.returnPressed.connect(self._on_sell)
        self.sell = Button(self.tr("Sell this card"), self._on_sell, kind="primary", icon="gift")
        self.take = Button(self.tr("Pay with it"), self._on_take, icon="wallet")
        self.check = Button(self.tr("Balance"), self._on_number, icon="search")
        pad = Keypad(decimal_symbol=formats.decimal_symbol)
        pad.type_into(self.money)
        self.body.addWidget(self.number)
        self.body.addLayout(stretch_row(self.check, self.take))
        self.body.addWidget(self._balance)
        self.body.addWidget(self._about)
        self.body.addWidget(self.money)
        self.body.addLayout(stretch_row(*(self._value(minor) for minor in values)))
        self.body.addWidget(pad)
        self.body.addWidget(self.sell)
        self.body.addStretch(1)

    def _value(self, minor: int) -> Button:
        from app.money import Money

        money = Money(minor, self._formats.currency)
        button = Button(self._formats.amount(money), lambda: self.money.show_money(money))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def open(self, card: CardShown | None = None) -> None:
        self.tell("")
        self.number.clear()
        self.money.clear()
        self.show_card(card)

    def show_card(self, card: CardShown | None) -> None:
        """A card that was looked up; None: a new one will be sold."""
        self._card = card
        self.tell("")
        self.take.setVisible(card is not None)
        self._balance.setVisible(card is not None)
        if card is None:
            self._about.setText(self.tr("A new card gets its number as it is printed with the receipt."))
            self.sell.set_words(self.tr("Sell this card"))
            self.sell.setEnabled(True)
            return
        self.number.setText(card.shown)
        self._balance.setText(f"{card.shown}   {self._formats.money(card.balance)}")
        expires = self.tr("expires {0}").format(self._formats.date(card.expires_on)) if card.expires_on else ""
        self._about.setText(" · ".join(part for part in (self._status(card.status), expires, card.said) if part))
        self.take.setEnabled(card.can_pay)
        self.sell.set_words(self.tr("Put money on this card"))
        self.sell.setEnabled(card.can_reload)

    def show_unknown(self, number: str) -> None:
        """No card in use has this number; a pre-printed one that is not sold yet answers the same."""
        self.show_card(None)
        self.number.setText(number)
        self.tell(
            self.tr("No card in use has this number. To sell a card with it, type the amount; else look at it again."),
            "warning",
        )
        self.money.setFocus()

    def scanned(self, code: str) -> None:
        """A card held under the scanner while this panel is open."""
        self._card = None
        self.number.setText(code)
        self.look_up_wanted.emit(code)

    def _status(self, status: str) -> str:
        words = {
            "active": self.tr("Active"),
            "expired": self.tr("Expired"),
            "fully_redeemed": self.tr("Fully redeemed"),
        }
        return words.get(status, status)

    def focus_first(self) -> None:
        (self.number if self._card is None and not self.number.text() else self.money).setFocus()

    def _forget(self) -> None:
        if self._card is not None:
            typed = self.number.text()
            self.show_card(None)
            self.number.setText(typed)

    def _on_number(self) -> None:
        typed = self.number.text().strip()
        if typed and self._card is None:
            self.look_up_wanted.emit(typed)
        elif not typed:
            self.money.setFocus()  # a new card: only its worth is asked for

    def _on_refused(self, sentence: str) -> None:
        if sentence:
            self.tell(sentence)

    def _on_sell(self) -> None:
        money = self.money.value(least=1)
        if money is None:
            self.money.ask_again()
            return
        if self._card is None:
            typed = self.number.text().strip()
            self.sell_wanted.emit(money.minor, CardOnLine(code=typed, shown=f"•••• {typed[-4:]}" if typed else ""))
        else:
            card = CardOnLine(account_id=self._card.account_id, shown=self._card.shown)
            self.reload_wanted.emit(money.minor, card)

    def _on_take(self) -> None:
        if self._card is not None:
            self.take_wanted.emit(self._card.code)


class MorePanel(SidePanel):
    """Everything the till does now and then, each with its key."""

    def __init__(self, entries: Sequence[tuple[str, str, Callable[[], object]]]) -> None:
        super().__init__(self.tr("More"))
        grid = QGridLayout()
        grid.setSpacing(SPACE_S)
        for place, (text, icon, act) in enumerate(entries):
            button = Button(text, self._and_close(act), icon=icon)
            button.setMinimumHeight(56)
            grid.addWidget(button, place // 2, place % 2)
        self.body.addLayout(grid)
        self.body.addStretch(1)

    def _and_close(self, act: Callable[[], object]) -> Callable[[], None]:
        def chosen() -> None:
            self.closed.emit()
            act()

        return chosen
