"""Panels that ask for one thing: a number, a discount, a choice, a manager's PIN, a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QLineEdit

from app.errors import InvalidInput
from app.money import Money
from app.pricing.model import ManualDiscount
from app.staff.model import StaffTile
from ui.sell.side import SidePanel, clear, stretch_row
from ui.shared.format import Formats
from ui.shared.keypad import Keypad, PinPad
from ui.shared.money_field import MoneyField, NumberField, QuantityField
from ui.shared.parsing import parse_money, parse_percent
from ui.shared.tokens import SPACE_S, TYPE_TOUCH
from ui.shared.widgets import Button, Words

_REASONS_BESIDE = 3  # the discount panel must fit a screen of 768 pixels, with what it has to tell


class ReasonChips(QGridLayout):
    """Reasons to tap, and a field for another one behind them."""

    def __init__(self, reasons: Sequence[str], name: str) -> None:
        super().__init__()
        self.setSpacing(6)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        for place, reason in enumerate(reasons):
            chip = Button(QCoreApplication.translate("reasons", reason), kind="chip")
            chip.setCheckable(True)
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # Tab, then arrows; a tap leaves the keyboard where it is
            self._group.addButton(chip)
            self.addWidget(chip, place // _REASONS_BESIDE, place % _REASONS_BESIDE)
        self.other = QLineEdit()
        self.other.setMaxLength(200)
        self.other.setPlaceholderText(name)
        self.other.setAccessibleName(name)
        down, across = divmod(len(reasons), _REASONS_BESIDE)
        self.addWidget(self.other, down, across, 1, _REASONS_BESIDE - across)
        for column in range(_REASONS_BESIDE):
            self.setColumnStretch(column, 1)

    def reason(self) -> str:
        chosen = self._group.checkedButton()
        return self.other.text().strip() or (chosen.accessibleName() if chosen is not None else "")

    def focus_first(self) -> None:
        """The keyboard on the first reason: arrows and Space choose one."""
        chips = self._group.buttons()
        (chips[0] if chips else self.other).setFocus(Qt.FocusReason.TabFocusReason)

    def clear_choice(self) -> None:
        self.other.clear()
        self._group.setExclusive(False)
        for chip in self._group.buttons():
            chip.setChecked(False)
        self._group.setExclusive(True)


class NumberPanel(SidePanel):
    """A quantity, a weight, a price or an amount by keypad; Enter takes it. A price change asks for a reason."""

    def __init__(self, formats: Formats, price_reasons: Sequence[str]) -> None:
        super().__init__("")
        self._formats = formats
        self.quantity = QuantityField(formats, self.tr("Quantity"))
        self.money = MoneyField(formats, self.tr("Amount"))
        self._weighed = False
        self._least = 1
        self._take: Callable[[int], None] | None = None
        self._take_price: Callable[[int, str], None] | None = None
        self._note = Words(tone="muted", wrap=True)
        self.body.addWidget(self._note)
        for field in (self.quantity, self.money):
            field.setMinimumHeight(56)
            field.returnPressed.connect(self.take)
            field.refused.connect(self.tell)
            self.body.addWidget(field)
        self.reasons = ReasonChips(price_reasons, self.tr("Another reason"))
        self.body.addLayout(self.reasons)
        self.pad = Keypad(decimal_symbol=formats.decimal_symbol)
        self.body.addWidget(self.pad)
        self.ok = Button("", self.take, kind="primary", name=self.tr("Take it"))
        self._to_list: Callable[[], object] | None = None
        self.list_price = Button(self.tr("Back to the list price"), self._on_list_price)
        self.body.addLayout(stretch_row(self.list_price, self.ok))
        self.body.addStretch(1)

    def ask_quantity(self, title: str, *, weighed: bool, now: str, take: Callable[[int], None]) -> None:
        """`take` gets thousandths."""
        self._weighed, self._take, self._take_price = weighed, take, None
        note = self.tr("In kilograms, like {0}.").format(f"0{self._formats.decimal_symbol}250") if weighed else ""
        self._open(title, note, self.quantity, self.tr("Take this weight") if weighed else self.tr("Set the quantity"))
        self.quantity.setText(now)
        self.quantity.selectAll()

    def ask_amount(self, title: str, note: str, verb: str, take: Callable[[int], None], *, least: int = 1) -> None:
        """`take` gets minor units, `least` or more."""
        self._take, self._take_price, self._least = take, None, least
        self._open(title, note, self.money, verb)

    def ask_price(
        self,
        title: str,
        note: str,
        take: Callable[[int, str], None],
        *,
        to_list: Callable[[], object] | None = None,
    ) -> None:
        """A unit price with its reason; `to_list` where there is a changed price to take back."""
        self._take, self._take_price, self._least = None, take, 0
        self._open(title, note, self.money, self.tr("Change the price"), reasons=True)
        self._to_list = to_list
        self.list_price.setVisible(to_list is not None)

    def ask_reasoned(self, title: str, verb: str, take: Callable[[int, str], None]) -> None:
        """An amount above zero with its reason."""
        self._take, self._take_price, self._least = None, take, 1
        self._open(title, "", self.money, verb, reasons=True)

    def _open(self, title: str, note: str, field: NumberField, verb: str, *, reasons: bool = False) -> None:
        self.set_title(title)
        self.tell("")
        self._note.setText(note)
        self._note.setVisible(bool(note))
        for one in (self.quantity, self.money):
            one.clear()
            one.mark("")
            one.setVisible(one is field)
        for place in range(self.reasons.count()):
            item = self.reasons.itemAt(place)
            if item is not None and (widget := item.widget()) is not None:
                widget.setVisible(reasons)
        self.reasons.clear_choice()
        self.list_price.hide()
        self.pad.type_into(field)
        self.ok.set_words(verb)

    def focus_first(self) -> None:
        self._field().setFocus()

    def _field(self) -> NumberField:
        return self.quantity if self.quantity.isVisibleTo(self) else self.money

    def confirm(self) -> None:
        self.take()

    def take(self) -> None:
        if self._take_price is not None:
            self._take_new_price(self._take_price)
            return
        value = self._value()
        if value is None:
            self._field().ask_again()
        elif self._take is not None:
            self.closed.emit()
            self._take(value)

    def _on_list_price(self) -> None:
        self.closed.emit()
        if self._to_list is not None:
            self._to_list()

    def _value(self) -> int | None:
        if self.quantity.isVisibleTo(self):
            return self.quantity.milli(weighed=self._weighed)
        money = self.money.value(least=self._least)
        return None if money is None else money.minor

    def _take_new_price(self, take: Callable[[int, str], None]) -> None:
        money = self.money.value(least=self._least)
        reason = self.reasons.reason()
        if money is None:
            self.money.ask_again()
        elif not reason:
            self.tell(self.tr("Choose why; it is kept with your name."))
        else:
            self.closed.emit()
            take(money.minor, reason)


class DiscountPanel(SidePanel):
    """A discount by hand: percent or amount, and why."""

    discounted = Signal(object)  # ManualDiscount
    taken_off = Signal()
    line_wanted = Signal()  # the chosen line's discount instead of the basket's
    basket_wanted = Signal()

    def __init__(self, formats: Formats, reasons: Sequence[str]) -> None:
        super().__init__("")
        self._formats = formats
        self._line = Button(self.tr("This line"), self.line_wanted.emit)
        self._basket = Button(self.tr("Basket"), self.basket_wanted.emit, name=self.tr("Whole basket"))
        self._percent = Button(self.tr("Percent"), lambda: self._mode(True))
        self._amount = Button(self.tr("Amount"), lambda: self._mode(False))
        for choice in (self._line, self._basket, self._percent, self._amount):
            choice.setCheckable(True)
            choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.field = NumberField(formats, self.tr("Discount"))
        self.field.setMinimumHeight(56)
        self.field.returnPressed.connect(self.take)
        self.body.addLayout(stretch_row(self._line, self._basket, self._percent, self._amount))
        self.body.addWidget(self.field)
        quick = stretch_row(*(self._quick(value) for value in ("5", "10", "15", "20", "50")))
        self._quick_row = quick
        self.body.addLayout(quick)
        self.reasons = ReasonChips(reasons, self.tr("Another reason"))
        self.body.addLayout(self.reasons)
        pad = Keypad(decimal_symbol=formats.decimal_symbol)
        pad.type_into(self.field)
        self.body.addWidget(pad)
        self._off = Button(self.tr("Take the discount off"), self._on_off)
        self.body.addLayout(stretch_row(self._off, Button(self.tr("Give the discount"), self.take, kind="primary")))
        self.body.addStretch(1)
        self._mode(True)

    def _quick(self, value: str) -> Button:
        button = Button(f"{value} %", lambda: self.field.setText(value), name=self.tr("{0} percent").format(value))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def ask(self, title: str, *, has_one: bool, of_line: bool, line_possible: bool) -> None:
        """`has_one`: there is a discount to take off; `line_possible`: the chosen line may be discounted."""
        self.set_title(title)
        self._line.setEnabled(line_possible)
        self._line.setChecked(of_line)
        self._basket.setChecked(not of_line)
        self.tell("")
        self.field.clear()
        self.reasons.clear_choice()
        self._off.setVisible(has_one)
        self._mode(True)

    def focus_first(self) -> None:
        self.field.setFocus()

    def _mode(self, percent: bool) -> None:
        self._percent.setChecked(percent)
        self._amount.setChecked(not percent)
        self.field.setAccessibleName(self.tr("Discount in percent") if percent else self.tr("Discount as an amount"))
        for place in range(self._quick_row.count()):
            item = self._quick_row.itemAt(place)
            if item is not None and (widget := item.widget()) is not None:
                widget.setEnabled(percent)

    def confirm(self) -> None:
        self.take()

    def take(self) -> None:
        try:
            discount = self._read()
        except InvalidInput as refusal:
            self.tell(str(refusal))
            if refusal.field == "reason":
                self.field.setFocus()
            else:
                self.field.ask_again()
            return
        self.closed.emit()
        self.discounted.emit(discount)

    def _read(self) -> ManualDiscount:
        percent: Decimal | None = None
        amount: Money | None = None
        if self._percent.isChecked():
            percent = parse_percent(self.field.text(), self._formats)
        else:
            amount = parse_money(self.field.text(), self._formats, least=1)
        reason = self.reasons.reason()
        if not reason:
            raise InvalidInput(self.tr("Choose why there is a discount; it is kept with the sale."), field="reason")
        return ManualDiscount(reason, None if amount is None else amount.minor, percent)

    def _on_off(self) -> None:
        self.closed.emit()
        self.taken_off.emit()


class ApprovePanel(SidePanel):
    """A manager says yes in place: the cashier stays signed in, both names are kept."""

    pin_given = Signal(int, str)  # approver's staff id, PIN

    def __init__(self) -> None:
        super().__init__(self.tr("A manager's approval"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # until somebody is chosen, the pad takes no keys
        self._why = Words(wrap=True, size=TYPE_TOUCH)
        self._people = QHBoxLayout()
        self._people.setSpacing(SPACE_S)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.pad = PinPad()
        self.pad.submitted.connect(self._on_pin)
        self.pad.cancelled.connect(self.closed)
        self.body.addWidget(self._why)
        self.body.addLayout(self._people)
        self.body.addWidget(self.pad)
        self.body.addStretch(1)

    def ask(self, sentence: str) -> None:
        self.tell("")
        self._why.setText(sentence)
        self._show_people(())

    def show_approvers(self, people: Sequence[StaffTile]) -> None:
        """Who may say yes here; the only one is chosen already."""
        self._show_people(people)
        if not people:
            self.tell(self.tr("Nobody else here may approve this. Settings › Staff says who may do what."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose who says yes; figures are the PIN."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        tiles = self._group.buttons()
        if not step or not tiles:
            super().keyPressEvent(event)
            return
        chosen = self._group.checkedButton()
        place = tiles.index(chosen) + step if chosen is not None else 0
        tiles[max(0, min(len(tiles) - 1, place))].click()

    def _show_people(self, people: Sequence[StaffTile]) -> None:
        for old in self._group.buttons():
            self._group.removeButton(old)
        clear(self._people)
        for person in people[:6]:
            tile = Button(person.name[:20])
            tile.setCheckable(True)
            tile.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            tile.clicked.connect(self._on_person)
            self._group.addButton(tile, person.id)
            self._people.addWidget(tile)
        if len(people) == 1:
            self._group.button(people[0].id).setChecked(True)
        self.tell(self.tr("Choose who approves: a tap, or the arrows ← →.") if len(people) > 1 else "", "info")
        self.pad.clear()
        self.pad.set_busy(len(people) != 1)
        self.focus_first()

    def focus_first(self) -> None:
        (self.pad if self.pad.isEnabled() else self).setFocus()

    def refuse(self, sentence: str) -> None:
        self.pad.set_busy(False)
        self.pad.clear(sentence)
        self.pad.setFocus()

    def _on_person(self) -> None:
        self.tell("")
        self.pad.set_busy(False)
        self.pad.clear()
        self.pad.setFocus()

    def _on_pin(self, pin: str) -> None:
        if self._group.checkedId() >= 0:
            self.pad.set_busy(True)
            self.pin_given.emit(self._group.checkedId(), pin)


class CardPinPanel(SidePanel):
    """The customer types the PIN of a card."""

    pin_given = Signal(str, str)  # the card's code, its PIN

    def __init__(self) -> None:
        super().__init__(self.tr("The card's PIN"))
        self._code = ""
        self.pad = PinPad()
        self.pad.submitted.connect(self._on_pin)
        self.pad.cancelled.connect(self.closed)
        self.body.addWidget(Words(self.tr("The customer types it. It is never shown."), tone="muted", wrap=True))
        self.body.addWidget(self.pad)
        self.body.addStretch(1)

    def ask(self, code: str) -> None:
        self._code = code
        self.pad.clear()

    def focus_first(self) -> None:
        self.pad.setFocus()

    def _on_pin(self, pin: str) -> None:
        code, self._code = self._code, ""
        self.pin_given.emit(code, pin)


class ChoicePanel(SidePanel):
    """One of a few things, or a reason, by a tap, its number, or arrows and Enter."""

    def __init__(self) -> None:
        super().__init__("")
        self._choices: list[Button] = []
        self._when_left: Callable[[], object] | None = None
        self.closed.connect(self._on_closed)

    def ask(
        self,
        title: str,
        choices: Sequence[tuple[str, Callable[[], object]]],
        *,
        when_left: Callable[[], object] | None = None,
    ) -> None:
        """`when_left` is called when nothing was chosen."""
        self._when_left = when_left
        self.set_title(title)
        self.tell("")
        clear(self.body)
        self._choices = [self._choice(place, text, act) for place, (text, act) in enumerate(choices, 1)]
        for button in self._choices:
            self.body.addWidget(button)
        self.body.addStretch(1)

    def _choice(self, place: int, text: str, act: Callable[[], object]) -> Button:
        def chosen() -> None:
            self._when_left = None
            self.closed.emit()
            act()

        button = Button(f"{place}   {text[:90]}" if place <= 9 else text[:90], chosen, name=text[:90])
        button.setMinimumHeight(48)
        return button

    def _on_closed(self) -> None:
        left, self._when_left = self._when_left, None
        if left is not None:
            left()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() in tuple("123456789") and int(event.text()) <= len(self._choices):
            self._choices[int(event.text()) - 1].click()
        else:
            super().keyPressEvent(event)

    def focus_first(self) -> None:
        item = self.body.itemAt(0)
        if item is not None and (widget := item.widget()) is not None:
            widget.setFocus()
