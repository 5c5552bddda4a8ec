"""The dialog that adds a customer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.errors import InvalidInput
from ui.customers.fields import CustomerFields
from ui.shared.dialogs import Dialog
from ui.shared.format import Formats


class AddCustomerDialog(Dialog):
    add_wanted = Signal(object)  # CustomerDraft
    twin_wanted = Signal(int)  # the customer who has the phone or email already

    def __init__(self, formats: Formats, parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__("", parent, width=520)
        self.setWindowTitle(self.tr("Add customer"))
        self.heading.setText(self.tr("Add customer"))
        self.fields = CustomerFields(formats, full=False)
        self.body.addWidget(self.fields)
        self._prefill(name)
        self.set_primary(self.tr("Add customer"), self._on_add)
        self.fields.first_name.setFocus()

    def _prefill(self, typed: str) -> None:
        """Start from what was searched for and not found: an address, a number or a name."""
        if "@" in typed:
            self.fields.email.setText(typed)
        elif any(char.isdigit() for char in typed):
            self.fields.phone.setText(typed)
        else:
            first, _, last = typed.partition(" ")
            self.fields.first_name.setText(first)
            self.fields.last_name.setText(last)

    def _on_add(self) -> None:
        self.tell("")
        self.fields.mark("")
        try:
            draft = self.fields.draft()
        except InvalidInput as refusal:
            self.refuse(str(refusal), refusal.field)
            return
        self.set_busy(True)
        self.add_wanted.emit(draft)

    def refuse(self, sentence: str, field: str = "", twin: int = 0) -> None:
        """Say what was wrong; where somebody is there already, offer to open them."""
        self.set_busy(False)
        if twin:
            self.banner.tell(sentence, actions=[(self.tr("Open that customer"), lambda: self._on_twin(twin))])
        else:
            self.tell(sentence)
        self.fields.mark(field)

    def _on_twin(self, customer_id: int) -> None:
        self.reject()
        self.twin_wanted.emit(customer_id)
