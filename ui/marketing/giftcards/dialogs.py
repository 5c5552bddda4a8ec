"""The dialogs of Gift Cards: issue one, show its number once, reload, give a reason, choose a customer, a last day."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDateEdit, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from app import codes
from app.giftcards.drafts import BY_POLICY, ByPolicy
from app.giftcards.model import ValueKind, VoucherType
from app.giftcards.service import Card, IssuedCard
from app.money import Money
from ui.customers.picker import CustomerPicker
from ui.marketing.giftcards.presenter import IssueForm
from ui.marketing.giftcards.words import number_of, tr
from ui.shared import theme
from ui.shared.dialogs import Dialog
from ui.shared.format import Formats
from ui.shared.money_field import MoneyField
from ui.shared.tokens import SPACE_L, SPACE_S, TYPE_LARGE, TYPE_TITLE
from ui.shared.widgets import Words

REASON_LENGTH = 200
STORE_CREDIT = ValueKind.STORE_CREDIT


def form_layout() -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(SPACE_L)
    form.setVerticalSpacing(SPACE_S)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
    return form


def line(name: str, *, hint: str = "", longest: int = REASON_LENGTH) -> QLineEdit:
    field = QLineEdit()
    field.setMaxLength(longest)
    field.setAccessibleName(name)
    field.setPlaceholderText(hint)
    return field


class FormDialog(Dialog):
    """A dialog whose refusals mark the field they are about."""

    def __init__(self, title: str, parent: QWidget | None = None, *, width: int = 480) -> None:
        super().__init__(title, parent, width=width)
        self.fields: dict[str, QWidget] = {}

    def refuse(self, sentence: str, field: str = "") -> None:
        self.set_busy(False)
        self.tell(sentence)
        for name, widget in self.fields.items():
            widget.setProperty("wrong", name == field)
            theme.restyle(widget)
        if field in self.fields:
            self.fields[field].setFocus()

    def send(self) -> None:
        self.tell("")
        self.set_busy(True)


class ExpiryField(QWidget):
    """By the shop's policy, on a day, or never."""

    def __init__(self, formats: Formats, today: date, *, with_policy: bool, chosen: date | None = None) -> None:
        super().__init__()
        self._with_policy = with_policy
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("Expires"))
        if with_policy:
            self.choice.addItem(tr("As the shop's setting says"), "policy")
        self.choice.addItem(tr("On a day"), "day")
        self.choice.addItem(tr("Never"), "never")
        self.day = QDateEdit(QDate(today.year, today.month, today.day).addYears(1))
        if chosen is not None:
            self.day.setDate(QDate(chosen.year, chosen.month, chosen.day))
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setAccessibleName(tr("Last good day"))
        box = form_layout()
        box.setContentsMargins(0, 0, 0, 0)
        box.addRow(self.choice, self.day)
        self.setLayout(box)
        self.choice.currentIndexChanged.connect(lambda _at: self._on_choice())
        self._on_choice()

    def _on_choice(self) -> None:
        self.day.setVisible(self.choice.currentData() == "day")

    def value(self) -> date | ByPolicy | None:
        kind = self.choice.currentData()
        if kind == "policy":
            return BY_POLICY
        if kind == "never":
            return None
        day = self.day.date()
        return date(day.year(), day.month(), day.day())


class IssueDialog(FormDialog):
    """A card without a sale. Selling one goes through the till; this dialog says so."""

    issue_wanted = Signal(object)  # IssueForm
    credit_wanted = Signal(int, object, str)  # customer id, Money, reason

    def __init__(self, formats: Formats, today: date, parent: QWidget | None = None) -> None:
        super().__init__(tr("Issue a card or voucher"), parent, width=560)
        self._today = today
        self.body.addWidget(
            Words(
                tr("For cards given away or taken over. A card that is sold is rung up at the till."),
                tone="muted",
                wrap=True,
            )
        )
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("Kind"))
        for words, voucher_type in (
            (tr("Gift Card"), None),
            (tr("Gift Voucher"), VoucherType.GIFT_VOUCHER),
            (tr("Loyalty"), VoucherType.LOYALTY),
            (tr("Credit Note"), VoucherType.CREDIT_NOTE),
        ):
            self.kind.addItem(words, voucher_type)
        self.kind.addItem(tr("Store credit"), STORE_CREDIT)
        self.kind.currentIndexChanged.connect(self._on_kind)
        self.amount = MoneyField(formats, tr("Value"))
        self.number = line(tr("Number"), hint=tr("Leave empty for a new number, or scan a printed card"), longest=60)
        self.expiry = ExpiryField(formats, today, with_policy=True)
        self.customer = CustomerPicker(formats, hint=tr("Nobody in particular, or search for the holder"))
        self.owner_only = QCheckBox(tr("Only this customer may pay with it"))
        self.owner_only.setEnabled(False)
        self.reason = line(tr("Reason"), hint=tr("Goodwill, a prize, a card from the old system …"))
        self.note = line(tr("Note"), hint=tr("Seen by staff only (optional)"))
        form = form_layout()
        for words, widget in (
            (tr("Kind"), self.kind),
            (tr("Value"), self.amount),
            (tr("Number"), self.number),
            (tr("Expires"), self.expiry),
            (tr("Customer"), self.customer),
            ("", self.owner_only),
            (tr("Reason"), self.reason),
            (tr("Note"), self.note),
        ):
            form.addRow(words, widget)
        self.body.addLayout(form)
        self.body.addStretch(1)
        self.fields = {
            "amount": self.amount, "number": self.number, "reason": self.reason, "customer": self.customer.search,
            "expires_on": self.expiry.day,
        }  # fmt: skip
        self.customer.picked.connect(self._on_kind)
        self.amount.refused.connect(self.tell)
        self.set_primary(tr("Issue"), self._on_issue)
        self.amount.setFocus()

    def take_code(self, code: str) -> None:
        """A scan while it is open: the number of the printed card."""
        self.number.setText(code)

    def _on_kind(self) -> None:
        """Store credit stands in a customer's name: no number, no end, and nobody else pays with it."""
        credit = self.kind.currentData() == STORE_CREDIT
        for field in (self.number, self.expiry, self.note):
            field.setEnabled(not credit)
        self.owner_only.setEnabled(not credit and self.customer.customer_id is not None)

    def _on_issue(self) -> None:
        amount = self.amount.value(least=1)
        if amount is None:
            if not self.amount.text().strip():
                self.refuse(tr("Type the value of the card."), "amount")
            self.amount.setFocus()
            return
        customer_id = self.customer.customer_id
        if customer_id is None and self.customer.typed:
            self.refuse(tr("Nobody is marked. Choose the holder below, or clear the field for nobody."), "customer")
            return
        if self.kind.currentData() == STORE_CREDIT:
            self._on_credit(amount, customer_id)
            return
        last_day = self.expiry.value()
        if isinstance(last_day, date) and last_day < self._today:
            self.refuse(tr("That day is over: nobody could pay with the card. Choose a later one."), "expires_on")
            return
        self.send()
        self.issue_wanted.emit(
            IssueForm(
                amount=amount,
                reason=self.reason.text(),
                number=self.number.text(),
                voucher_type=self.kind.currentData(),
                customer_id=customer_id,
                owner_only=self.owner_only.isChecked() and customer_id is not None,
                expires_on=last_day,
                note=self.note.text(),
            )
        )

    def _on_credit(self, amount: Money, customer_id: int | None) -> None:
        if customer_id is None:
            self.refuse(tr("Store credit is a customer's. Search for the customer and choose one."), "customer")
            return
        self.send()
        self.credit_wanted.emit(customer_id, amount, self.reason.text())


class IssuedDialog(Dialog):
    """The new number, shown this once to be written down or printed."""

    print_wanted = Signal()

    def __init__(self, issued: IssuedCard, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(tr("Card issued"), parent, width=440)
        self.body.addWidget(Words(formats.money(issued.card.balance), size=TYPE_LARGE, strong=True))
        if issued.code:
            number = Words(codes.grouped(issued.code), size=TYPE_TITLE, strong=True)
            number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.body.addWidget(number)
        if issued.pin:
            self.body.addWidget(PinWords(issued.pin))
        self.body.addWidget(
            Words(
                tr("Print it now, or write it down: the whole number is not shown again. It spends like cash."),
                tone="muted", wrap=True,
            )
        )  # fmt: skip
        self.cancel.set_words(tr("Close"))
        self.set_primary(tr("Print"), self._on_print)

    def _on_print(self) -> None:
        self.accept()
        self.print_wanted.emit()


class PinWords(QWidget):
    """A PIN that is shown this once: no paper holds it and nothing keeps it in clear."""

    def __init__(self, pin: str) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_S)
        number = Words(tr("PIN {0}").format(pin), size=TYPE_TITLE, strong=True)
        number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.addWidget(number)
        box.addWidget(
            Words(
                tr("Write the PIN down for the holder now: it is not printed and not shown again."),
                tone="warning", wrap=True,
            )
        )  # fmt: skip


class PinDialog(Dialog):
    """A card's new PIN."""

    def __init__(self, card: Card, pin: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("New PIN of {0}").format(number_of(card)), parent, width=440)
        self.body.addWidget(PinWords(pin))
        self.cancel.hide()
        self.set_primary(tr("Done"), self.accept)


class ReloadDialog(FormDialog):
    reload_wanted = Signal(object, str)  # Money, reason

    def __init__(self, card: Card, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(tr("Reload {0}").format(number_of(card)), parent, width=420)
        self.body.addWidget(
            Words(
                tr("It holds {0}. A reload that is paid for is rung up at the till.").format(
                    formats.money(card.balance)
                ),
                tone="muted",
                wrap=True,
            )
        )
        self.amount = MoneyField(formats, tr("Add"))
        self.reason = line(tr("Reason"), hint=tr("Why it is added without a sale"))
        form = form_layout()
        form.addRow(tr("Add"), self.amount)
        form.addRow(tr("Reason"), self.reason)
        self.body.addLayout(form)
        self.body.addStretch(1)
        self.fields = {"amount": self.amount, "reason": self.reason}
        self.amount.refused.connect(self.tell)
        self.set_primary(tr("Reload"), self._on_reload)
        self.amount.setFocus()

    def _on_reload(self) -> None:
        amount = self.amount.value(least=1)
        if amount is None:
            if not self.amount.text().strip():
                self.refuse(tr("Type the amount to add."), "amount")
            return
        self.send()
        self.reload_wanted.emit(amount, self.reason.text())


class ReasonDialog(FormDialog):
    """A change that the card's history explains."""

    confirmed = Signal(str)  # reason

    def __init__(
        self, title: str, text: str, verb: str, parent: QWidget | None = None, *, danger: bool = False
    ) -> None:
        super().__init__(title, parent, width=440)
        self.body.addWidget(Words(text, wrap=True))
        self.reason = line(tr("Reason"), hint=tr("Lost, stolen, found again …"))
        form = form_layout()
        form.addRow(tr("Reason"), self.reason)
        self.body.addLayout(form)
        self.body.addStretch(1)
        self.fields = {"reason": self.reason}
        self.set_primary(verb, self._on_yes, kind="danger" if danger else "primary")
        self.reason.setFocus()

    def _on_yes(self) -> None:
        self.send()
        self.confirmed.emit(self.reason.text())


class AssignDialog(FormDialog):
    """Whose card it is. Anyone may pay with a card unless it is for its owner only (T14)."""

    assign_wanted = Signal(object, bool)  # customer id or None, owner only

    def __init__(self, card: Card, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(tr("Whose card is {0}?").format(number_of(card)), parent, width=560)
        now = tr("Now: {0}.").format(card.customer_name) if card.customer_name else tr("Now: nobody's.")
        self.body.addWidget(Words(now, tone="muted", wrap=True))
        self.customer = CustomerPicker(formats)
        self.owner_only = QCheckBox(tr("Only this customer may pay with it"))
        self.owner_only.setChecked(card.owner_only)
        self.body.addWidget(self.customer)
        self.body.addWidget(self.owner_only)
        self.fields = {"customer": self.customer.search}
        if card.customer_id is not None:
            self.add_button(tr("Take off its customer"), lambda: self._send(None))
        self.set_primary(tr("Assign"), lambda: self._send(self.customer.customer_id))
        self.customer.picked.connect(self._on_picked)
        self._on_picked()
        self.customer.setFocus()

    def _on_picked(self) -> None:
        if self.primary is not None:
            self.primary.setEnabled(self.customer.customer_id is not None)

    def _send(self, customer_id: int | None) -> None:
        self.send()
        self.assign_wanted.emit(customer_id, self.owner_only.isChecked() and customer_id is not None)


class ExtendDialog(FormDialog):
    extend_wanted = Signal(object, str)  # date or None, reason

    def __init__(self, card: Card, formats: Formats, today: date, parent: QWidget | None = None) -> None:
        super().__init__(tr("When does {0} expire?").format(number_of(card)), parent, width=440)
        now = tr("Now: {0}.").format(formats.date(card.expires_on)) if card.expires_on else tr("Now: never.")
        self.body.addWidget(Words(now, tone="muted"))
        self.expiry = ExpiryField(formats, today, with_policy=False, chosen=card.expires_on)
        self.reason = line(tr("Reason"))
        form = form_layout()
        form.addRow(tr("Expires"), self.expiry)
        form.addRow(tr("Reason"), self.reason)
        self.body.addLayout(form)
        self.body.addStretch(1)
        self.fields = {"reason": self.reason}
        self.set_primary(tr("Save"), self._on_save)
        self.expiry.choice.setFocus()

    def _on_save(self) -> None:
        value = self.expiry.value()
        self.send()
        self.extend_wanted.emit(None if isinstance(value, ByPolicy) else value, self.reason.text())
