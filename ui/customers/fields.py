"""The fields of a customer, as adding and editing both show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.customers.model import Customer, CustomerDraft, Group, Tag
from app.errors import InvalidInput
from ui.customers.birthday import BirthField
from ui.customers.groups_field import GroupsField
from ui.shared import theme
from ui.shared.format import Formats
from ui.shared.tokens import SPACE_L, SPACE_S
from ui.shared.widgets import Words, row


def _tr(text: str) -> str:
    return QCoreApplication.translate("customerfields", text)


class CustomerFields(QWidget):
    """`full`: everything that can be edited; otherwise what is asked when somebody is added."""

    def __init__(self, formats: Formats, *, full: bool) -> None:
        super().__init__()
        self._full = full
        self.first_name, self.last_name = QLineEdit(), QLineEdit()
        self.phone, self.email = QLineEdit(), QLineEdit()
        self.birth_date = BirthField(formats)
        self.address, self.notes = QPlainTextEdit(), QPlainTextEdit()
        self.tags = QLineEdit()
        self.price_group = QComboBox()
        self.groups = GroupsField()
        self.accrues = QCheckBox(_tr("Earns loyalty points"))
        self.accrues.setChecked(True)
        self.by_email, self.by_sms, self.by_post = (
            QCheckBox(_tr("Email")),
            QCheckBox(_tr("SMS")),
            QCheckBox(_tr("Post")),
        )
        self._names = {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "phone": self.phone,
            "email": self.email,
            "birth_date": self.birth_date,
            "address": self.address,
            "notes": self.notes,
            "tag": self.tags,
            "groups": self.groups,
        }
        self._form = QFormLayout()
        self._lay_out()

    def _lay_out(self) -> None:
        for field, longest in ((self.first_name, 200), (self.last_name, 200), (self.phone, 60), (self.email, 300)):
            field.setMaxLength(longest)
        self.tags.setPlaceholderText(_tr("vegan, affiliation=EMPLOYEE"))
        for area in (self.address, self.notes):
            area.setStyleSheet("min-height: 52px; max-height: 52px;")  # the sheet's own least height wins otherwise
            area.setTabChangesFocus(True)
        form = self._form
        form.setHorizontalSpacing(SPACE_L)
        form.setVerticalSpacing(SPACE_S)
        self._add(form, _tr("First name (required)"), self.first_name)
        self._add(form, _tr("Last name") if self._full else _tr("Last name (required)"), self.last_name)
        self._add(form, _tr("Phone"), self.phone)
        self._add(form, _tr("Email"), self.email)
        self._add(form, _tr("Date of birth"), self.birth_date)
        if self._full:
            self._add(form, _tr("Address"), self.address)
            self._add(form, _tr("Notes"), self.notes)
            self._add(form, _tr("Tags"), self.tags)
            self._add(form, _tr("Price group"), self.price_group)
            self._add(form, _tr("Groups"), self.groups)
            form.addRow("", self.accrues)
        form.addRow(_tr("May be contacted by"), row(self.by_email, self.by_sms, self.by_post, None, spacing=SPACE_L))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(form)
        self.hint = Words(
            _tr("Tick only what the customer agreed to: the time of the consent is kept."), tone="muted", wrap=True
        )
        box.addWidget(self.hint)

    def _add(self, form: QFormLayout, label: str, field: QWidget) -> None:
        field.setAccessibleName(label)
        form.addRow(label, field)

    def show_customer(self, customer: Customer, price_groups: Sequence[Group], groups: Sequence[Group]) -> None:
        self.first_name.setText(customer.first_name)
        self.last_name.setText(customer.last_name)
        self.phone.setText(customer.phone)
        self.email.setText(customer.email)
        self.birth_date.show_day(customer.birth_date)
        self.address.setPlainText(customer.address)
        self.notes.setPlainText(customer.notes)
        self.tags.setText(tags_text(customer.tags))
        self.tags.setCursorPosition(0)
        self.accrues.setChecked(customer.accrues_points)
        self.by_email.setChecked(customer.email_consent_at is not None)
        self.by_sms.setChecked(customer.sms_consent_at is not None)
        self.by_post.setChecked(customer.post_consent_at is not None)
        self.price_group.clear()
        self.price_group.addItem(_tr("List prices"), None)
        for group in price_groups:
            self.price_group.addItem(group.name, group.id)
        if customer.price_group_id is not None and self.price_group.findData(customer.price_group_id) < 0:
            # Retired: kept with whoever is in it, who pays list prices until it is in use again.
            self.price_group.addItem(_tr("{0} (not in use)").format(customer.price_group), customer.price_group_id)
        self.price_group.setCurrentIndex(max(0, self.price_group.findData(customer.price_group_id)))
        self.groups.show_groups(groups, {group.id for group in customer.groups})
        if self._full:
            self._form.setRowVisible(self.groups, bool(groups))

    def take_over(
        self, before: Customer, now: Customer, price_groups: Sequence[Group], groups: Sequence[Group]
    ) -> None:
        """Show `now`, but keep what was changed here since `before` was shown."""
        typed = self._values()
        self.show_customer(before, price_groups, groups)
        shown = self._values()
        self.show_customer(now, price_groups, groups)
        for put, mine, was in zip(self._setters(), typed, shown, strict=True):
            if mine != was:
                put(mine)

    def _texts(self) -> list[QLineEdit]:
        return [self.first_name, self.last_name, self.phone, self.email, self.birth_date, self.tags]

    def _ticks(self) -> list[QCheckBox]:
        return [self.accrues, self.by_email, self.by_sms, self.by_post]

    def _values(self) -> list[Any]:
        return [
            *(field.text() for field in self._texts()),
            *(area.toPlainText() for area in (self.address, self.notes)),
            *(tick.isChecked() for tick in self._ticks()),
            self.price_group.currentData(),
            self.groups.chosen(),
        ]

    def _setters(self) -> list[Callable[[Any], object]]:
        """One for each of `_values`."""
        return [
            *(field.setText for field in self._texts()),
            *(area.setPlainText for area in (self.address, self.notes)),
            *(tick.setChecked for tick in self._ticks()),
            lambda group: self.price_group.setCurrentIndex(max(0, self.price_group.findData(group))),
            self.groups.choose,
        ]

    def draft(self, before: Customer | None = None) -> CustomerDraft:
        """What the fields hold. Raises InvalidInput for a missing last name and a birthday that is no day."""
        if before is None and self.first_name.text().strip() and not self.last_name.text().strip():
            raise InvalidInput(_tr("The customer needs a last name."), field="last_name", code="input.missing")
        return CustomerDraft(
            first_name=self.first_name.text(),
            last_name=self.last_name.text(),
            phone=self.phone.text(),
            email=self.email.text(),
            birth_date=self.birth_date.day(),
            address=self.address.toPlainText(),
            notes=self.notes.toPlainText(),
            price_group_id=self.price_group.currentData(),
            accrues_points=self.accrues.isChecked(),
            email_consent=self.by_email.isChecked(),
            sms_consent=self.by_sms.isChecked(),
            post_consent=self.by_post.isChecked(),
            home_outlet_id=before.home_outlet_id if before is not None else None,
        )

    def mark(self, name: str) -> None:
        """Put the red edge on the field a refusal is about, and the keyboard into it; "" clears all."""
        for field_name, field in self._names.items():
            wrong = field_name == name
            if field.property("wrong") != wrong:
                field.setProperty("wrong", wrong)
                theme.restyle(field)
            if wrong:
                field.setFocus()


def tags_text(tags: Sequence[Tag]) -> str:
    """Tags as one line: a plain tag by its key, another as key=value."""
    return ", ".join(tag.key if tag.value == "true" else f"{tag.key}={tag.value}" for tag in tags)


def read_tags(text: str) -> dict[str, str]:
    """The tags of a line as `tags_text` writes it; the service checks their length."""
    found: dict[str, str] = {}
    for part in text.split(","):
        key, _, value = part.partition("=")
        if key.strip():
            found[" ".join(key.split())] = " ".join(value.split()) or "true"
        elif value.strip():
            raise InvalidInput(_tr("A tag needs a word before the = sign."), field="tag")
    return found
