"""Taking money: what is due in 44 px, one tap per tender, what has been taken, the change."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app.checkout.model import CompletedSale, Settlement, TakenTender, TenderKind
from app.checkout.returns import PreviewTender
from app.money import Money
from ui.sell.paying import Finished, PayPresenter
from ui.sell.side import SidePanel, clear, stretch_row
from ui.shared import icons, theme
from ui.shared.format import Formats
from ui.shared.keypad import Keypad
from ui.shared.money_field import MoneyField
from ui.shared.tokens import SPACE_M, SPACE_S, TYPE_BODY, TYPE_TITLE, TYPE_TOTAL, TYPE_TOUCH
from ui.shared.widgets import RIGHT, Button, Card, IconButton, Picture, Words, row

_TAKEN_HEIGHT = 36
_HEAD_HEIGHT = 56  # two lines of what is told find room beside the way back


class PayPanel(SidePanel):
    def __init__(self, presenter: PayPresenter, formats: Formats) -> None:
        super().__init__(self.tr("Pay"))
        self._pay, self._formats = presenter, formats
        self._word = Words(self.tr("Due"), size=TYPE_TITLE, tone="muted")
        self._due = Words(size=TYPE_TOTAL, strong=True, align=RIGHT)
        self._due.setMinimumHeight(52)
        self.body.addLayout(row(self._word, None, self._due))
        self.box.removeWidget(self.banner)  # it lies over the heading instead: no button moves under a finger
        self.heading.setMinimumHeight(_HEAD_HEIGHT)
        self._taken = QVBoxLayout()
        self._taken.setSpacing(0)
        self._taken.setContentsMargins(0, 0, 0, 0)
        self._taken_area = QScrollArea()  # fifty tenders must not push the keys off the screen
        self._taken_area.setWidgetResizable(True)
        self._taken_area.setFrameShape(QFrame.Shape.NoFrame)
        holder = QWidget()
        holder.setProperty("panel", "none")
        holder.setLayout(self._taken)
        self._taken_area.setWidget(holder)
        self._taken_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._taken_area.hide()
        self.body.addWidget(self._taken_area)
        self.field = MoneyField(formats, self.tr("Amount; leave empty to take all that is due"))
        self.field.setPlaceholderText(self.tr("Amount, or empty for all"))
        self.field.setMinimumHeight(52)
        self.field.refused.connect(self._on_field)
        self.field.returnPressed.connect(self._on_enter)
        self.field.installEventFilter(self)
        self.body.addWidget(self.field)
        self._suggest = QGridLayout()
        self._suggest.setSpacing(SPACE_S)
        self.body.addLayout(self._suggest)
        self._tenders = QWidget()
        self.body.addWidget(self._tenders)
        self._lay_tenders()
        self._own = QGridLayout()
        self._own.setSpacing(SPACE_S)
        self.body.addLayout(self._own)
        self.code = QLineEdit()
        self.code.setMaxLength(60)
        self.code.setPlaceholderText(self.tr("Gift card or voucher: scan, or type its number"))
        self.code.setAccessibleName(self.tr("Gift card or voucher number"))
        self.code.returnPressed.connect(self._on_code)
        self.body.addWidget(self.code)
        pad = Keypad(decimal_symbol=formats.decimal_symbol)
        pad.type_into(self.field)
        self.body.addWidget(pad)
        self.body.addStretch(1)
        self._busy_note = Words(self.tr("Booking the sale…"), tone="muted", align=Qt.AlignmentFlag.AlignHCenter)
        self._busy_note.hide()
        self.body.addWidget(self._busy_note)
        presenter.changed.connect(self._on_changed)
        presenter.refused.connect(self.tell)
        presenter.number_wanted.connect(self.code.setFocus)
        presenter.busy_changed.connect(self._on_busy)
        presenter.opened.connect(self._on_opened)
        presenter.ways_back_known.connect(self._on_ways_back)

    def _lay_tenders(self) -> None:
        box = QVBoxLayout(self._tenders)
        box.setContentsMargins(0, 0, 0, 0)
        self.cash = Button(self.tr("Cash"), self._on_cash, kind="primary", icon="banknote", tip="F12")
        self.card = Button(self.tr("Card"), self._on_card, icon="credit-card", tip="Ctrl+Enter")
        self.as_paid = Button(
            self.tr("Give back as it was paid"), self._pay.give_back_as_paid, kind="primary", icon="undo-2", tip="Enter"
        )
        self.as_paid.hide()
        self._ways = Words(wrap=True, size=TYPE_TOUCH)
        self._ways.hide()
        self.finish = Button(self.tr("Finish without payment"), self._pay.finish, kind="primary", icon="check")
        for button in (self.cash, self.card, self.finish, self.as_paid):
            button.setMinimumHeight(52)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a tap leaves the keyboard in the amount
        box.addWidget(self._ways)
        box.addWidget(self.as_paid)
        box.addLayout(stretch_row(self.cash, self.card))
        box.addWidget(self.finish)

    def tell(self, sentence: str, kind: str = "danger") -> None:
        super().tell(sentence, kind)
        self._lay_banner()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_banner()

    def _lay_banner(self) -> None:
        """Over the heading, and over what is due where it has much to say, but never over what can be pressed."""
        if self.banner.isHidden():
            return
        room = self.contentsRect().marginsRemoved(self.box.contentsMargins())
        room.setLeft(room.left() + self.back.width() + SPACE_S)
        least = room.top() + _HEAD_HEIGHT
        most = max(least, self._due.mapTo(self, self._due.rect().bottomLeft()).y())
        wanted = room.top() + self.banner.heightForWidth(room.width())
        room.setBottom(min(max(wanted, least), most) - 1)
        self.banner.setGeometry(room)
        self.banner.raise_()

    def focus_first(self) -> None:
        """What is in the amount was doubted or refused: the next figure typed takes its place."""
        (self.finish if self.finish.isVisibleTo(self) else self.field).setFocus()
        self.field.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Del in the empty amount takes the last tender back, Ctrl+Enter takes the amount by card."""
        if watched is not self.field or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() == Qt.Key.Key_Delete and not self.field.text():
            self._pay.take_back_last()
            return True
        if _is_enter(event) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._on_card()
            return True
        return False

    def _on_opened(self) -> None:
        self.tell("")
        self.field.clear()
        self.code.clear()

    def _on_changed(self, settlement: Settlement) -> None:
        back = settlement.due.minor < 0
        self._word.setText(self.tr("To give back") if back else self.tr("Due"))
        due = settlement.due if not back else -settlement.due
        self._due.setText(self._formats.money(due))
        self._due.setAccessibleName(f"{self._word.text()} {self._formats.money(due)}")
        self.field.clear()
        free = settlement.is_settled and not settlement.taken
        focused = self.window().focusWidget() in (self.field, self.finish)
        self.finish.setVisible(free)
        for part in (self.cash, self.card, self.field, self.code):
            part.setVisible(not free)
        if focused:  # the one that has it may be hidden now
            self.focus_first()
        self._show_taken(settlement.taken)
        self._show_suggestions(hidden=settlement.is_settled or back)
        self._show_own(hidden=free or back)

    def _on_ways_back(self, ways: tuple[PreviewTender, ...]) -> None:
        """Where money goes back: how, and one button for it, on Enter."""
        money = self._formats.money
        lines = [f"{money(one.amount)} → {self.kind_name(one.kind)} {one.shown}".strip() for one in ways]
        self._ways.setText("\n".join(lines))
        for part in (self._ways, self.as_paid):
            part.setVisible(bool(ways))
        self.cash.setProperty("kind", "" if ways else "primary")  # one primary action a screen
        icons.wear(self.cash, "banknote", "text" if ways else "on_accent")
        theme.restyle(self.cash)

    def _show_taken(self, taken: tuple[TakenTender, ...]) -> None:
        clear(self._taken)
        for position, one in enumerate(taken):
            self._taken.addWidget(self._taken_line(position, one))
        self._taken_area.setVisible(bool(taken))
        self._taken_area.setFixedHeight(min(3, len(taken)) * _TAKEN_HEIGHT)

    def _taken_line(self, position: int, one: TakenTender) -> QWidget:
        holder = QWidget()
        words = Words(self.tender_name(one), size=TYPE_TOUCH)
        amount = Words(
            self._formats.amount(Money(one.tendered_minor, self._formats.currency)), size=TYPE_TOUCH, align=RIGHT
        )
        name = self.tr("Take back {0}").format(self.tender_name(one))
        off = IconButton("x", name, lambda: self._pay.take_back(position), size=_TAKEN_HEIGHT)
        off.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        line = row(Picture("circle-check", "success", 20), words, None, amount, off)
        holder.setLayout(line)
        return holder

    def tender_name(self, one: TakenTender) -> str:
        return f"{self.kind_name(one.tender.kind)} {one.tender.shown}".strip()

    def kind_name(self, kind: TenderKind) -> str:
        names = {
            TenderKind.CASH: self.tr("Cash"),
            TenderKind.CARD: self.tr("Card"),
            TenderKind.GIFT_CARD: self.tr("Gift card"),
            TenderKind.VOUCHER: self.tr("Voucher"),
            TenderKind.STORE_CREDIT: self.tr("Store credit"),
            TenderKind.POINTS: self.tr("Points"),
        }
        return names[kind]

    def _show_suggestions(self, *, hidden: bool) -> None:
        while (item := self._suggest.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if hidden:
            return
        holder = self.parentWidget() or self
        room = holder.width() - 2 * SPACE_M  # as many as fit: more would widen the panel, and the basket would give way
        for place, money in enumerate(self._pay.suggestions()[:5]):
            text = self._formats.amount(money)
            name = self.tr("{0} in cash").format(text)
            button = Button(text, partial(self._pay.take_cash, money.minor), name=name)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setMinimumHeight(44)
            button.setEnabled(not self._pay.busy)
            room -= button.sizeHint().width() + (SPACE_S if place else 0)
            if place and room < 0:
                button.deleteLater()
                break
            self._suggest.addWidget(button, 0, place)

    def _show_own(self, *, hidden: bool) -> None:
        """Points, cards and credit of the customer, one tap each."""
        while (item := self._own.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place, tender in enumerate(() if hidden else self._pay.own_means()[:4]):
            worth = self._formats.amount(Money(tender.available_minor or 0, self._formats.currency))
            kind = self.kind_name(tender.kind)
            name = f"{kind} {tender.shown} {worth}".replace("  ", " ")
            words = f"{tender.shown or kind} {worth}"  # two side by side on a small screen
            button = Button(
                words, partial(self._pay.take_own, tender), icon="star" if not tender.shown else "gift", name=name
            )
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setMinimumHeight(44)
            self._own.addWidget(button, place // 2, place % 2)

    def _amount(self) -> tuple[bool, int | None]:
        """Whether the field can be used, and what it says (None: all that is due)."""
        if not self.field.text().strip():
            return True, None
        money = self.field.value(least=1)
        if money is None:
            self.field.ask_again()
        return money is not None, None if money is None else money.minor

    def _on_cash(self) -> None:
        usable, minor = self._amount()
        if usable:
            self._pay.take_cash(self._signed(minor))

    def _on_card(self) -> None:
        usable, minor = self._amount()
        if usable:
            self._pay.take_card(self._signed(minor))

    def _signed(self, minor: int | None) -> int | None:
        settlement = self._pay.settlement
        back = settlement is not None and settlement.due.minor < 0
        return -minor if minor is not None and back else minor

    def _on_enter(self) -> None:
        """Enter takes a typed amount as cash; an empty field takes nothing: money is never taken by a stray Enter.
        What goes back goes back as it was paid."""
        if self.field.text().strip():
            self._on_cash()
        elif self.as_paid.isVisible() and not self._pay.tenders:
            self._pay.give_back_as_paid()

    def _on_code(self) -> None:
        text = self.code.text().strip()
        self.code.clear()
        if text:
            self._pay.take_code(text)

    def _on_field(self, sentence: str) -> None:
        if sentence:
            self.tell(sentence)

    def _on_busy(self, busy: bool) -> None:
        self._busy_note.setVisible(busy)
        for part in (self.cash, self.card, self.finish, self.as_paid, self.field, self.code, self.back):
            part.setEnabled(not busy)
        for place in range(self._suggest.count()):
            item = self._suggest.itemAt(place)
            if item is not None and (widget := item.widget()) is not None:
                widget.setEnabled(not busy)


def _is_enter(event: QKeyEvent) -> bool:
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat()


class ChangePanel(Card):
    """After the sale: the change, large, until the next scan."""

    closed = Signal()
    reprint_wanted = Signal()

    def __init__(self, formats: Formats) -> None:
        super().__init__("success", spacing=SPACE_S)
        self._formats = formats
        self._title = Words(size=TYPE_TITLE, strong=True)
        self._word = Words(size=TYPE_TITLE)
        self._change = Words(size=TYPE_TOTAL, strong=True, align=RIGHT)
        self._change.setMinimumHeight(56)
        self._lines = Words(size=TYPE_BODY + 2, wrap=True)
        self.box.addLayout(row(Picture("circle-check", "success", 24), self._title, None))
        self.box.addLayout(row(self._word, None, self._change))
        self.box.addWidget(self._lines)
        self.box.addStretch(1)
        self.box.addWidget(Words(self.tr("Scan to begin the next sale."), size=TYPE_TOUCH, tone="muted"))
        again = Button(self.tr("Print the receipt again"), self.reprint_wanted.emit, icon="printer")
        done = Button(self.tr("Next customer"), self.closed.emit, kind="primary")
        for button in (again, done):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setMinimumHeight(48)
        self.box.addLayout(stretch_row(again, done))

    def show_sale(self, finished: Finished) -> None:
        sale, money = finished.sale, self._formats.money
        if sale.paid_out:
            self.show_return(sale)
            return
        owed = bool(finished.change)
        booked = self.tr("{0} was booked already: {1}") if sale.repeated else self.tr("{0} is booked: {1}")
        self._tell(
            booked.format(sale.number_text, money(sale.total)),
            self.tr("Change") if owed else self.tr("No change"),
            money(finished.change) if owed else "",
        )
        lines = self._left(sale)
        lines += [self.tr("{0} now holds {1}").format(card.shown, money(card.balance)) for card in sale.cards]
        if sale.points_earned:
            earned = self.tr("1 point earned") if sale.points_earned == 1 else self.tr("{0} points earned")
            lines.append(earned.format(self._formats.number(sale.points_earned)))
        self._lines.setText("\n".join(lines))

    def show_return(self, sale: CompletedSale) -> None:
        """What comes out of the drawer, large; where the rest went, below."""
        money = self._formats.money
        cash = [one.amount for one in sale.paid_out if one.kind is TenderKind.CASH]
        others = [one for one in sale.paid_out if one.kind is not TenderKind.CASH]
        total = sum(cash, Money(0, sale.total.currency))
        self._tell(
            self.tr("{0} is booked").format(sale.number_text),
            self.tr("Give back in cash") if total else self.tr("Nothing to give back in cash"),
            money(total) if total else "",
        )
        lines = [f"{money(one.amount)} → {self._way(one.kind)} {one.shown}".strip() for one in others]
        holds = self.tr("{0} now holds {1}")
        lines += [holds.format(shown or self.tr("Store credit"), money(left)) for shown, left in sale.balances]
        self._lines.setText("\n".join(lines))

    def _left(self, sale: CompletedSale) -> list[str]:
        return [self.tr("{0} has {1} left").format(shown, self._formats.money(left)) for shown, left in sale.balances]

    def _way(self, kind: TenderKind) -> str:
        ways = {
            TenderKind.CARD: self.tr("card, on its terminal"),
            TenderKind.GIFT_CARD: self.tr("gift card"),
            TenderKind.VOUCHER: self.tr("voucher"),
            TenderKind.STORE_CREDIT: self.tr("store credit"),
            TenderKind.POINTS: self.tr("points"),
        }
        return ways.get(kind, kind.value)

    def _tell(self, title: str, word: str, amount: str) -> None:
        self._title.setText(title)
        self._word.setText(word)
        self._change.setText(amount)
        self.setAccessibleName(f"{title} {word} {amount}")
