"""The dialog that edits a customer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from app.customers.model import Customer, CustomerDraft, Group
from app.errors import InvalidInput
from ui.customers.fields import CustomerFields, read_tags, tags_text
from ui.shared.dialogs import Dialog
from ui.shared.format import Formats


class EditCustomerDialog(Dialog):
    # The Customer that was changed, CustomerDraft, dict of tags, frozenset of group ids
    save_wanted = Signal(object, object, object, object)

    def __init__(
        self,
        customer: Customer,
        price_groups: tuple[Group, ...],
        groups: tuple[Group, ...],
        formats: Formats,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", parent, width=560)
        self.setWindowTitle(self.tr("Edit customer"))
        self.heading.setText(self.tr("Edit {0}").format(customer.name[:80]))
        self._customer, self._price_groups, self._groups = customer, price_groups, groups
        self.fields = CustomerFields(formats, full=True)
        self.fields.show_customer(customer, price_groups, groups)
        self.body.addWidget(self.fields)
        self.set_primary(self.tr("Save"), self._on_save)
        self.fields.first_name.setFocus()

    def _on_save(self) -> None:
        self.tell("")
        self.fields.mark("")
        try:
            draft: CustomerDraft = self.fields.draft(self._customer)
            tags = self._tags()
        except InvalidInput as refusal:
            self.refuse(str(refusal), refusal.field)
            return
        self.set_busy(True)
        self.save_wanted.emit(self._customer, draft, tags, self.fields.groups.chosen())

    def _tags(self) -> dict[str, str]:
        """As they were where nobody touched them: a value with a comma in it does not survive being read again."""
        typed = self.fields.tags.text()
        if typed == tags_text(self._customer.tags):
            return {tag.key: tag.value for tag in self._customer.tags}
        return read_tags(typed)

    def overtaken(self, now: Customer) -> None:
        """Somebody else saved first: say so, and offer to go on from what they left. Enter does it."""
        self.set_busy(True)  # what is typed is about somebody who is not so any more
        words = self.tr("Somebody else changed this customer meanwhile, so nothing is saved yet.")
        take_over = self.tr("Take over their changes")
        self.banner.tell(words, kind="warning", actions=[(take_over, lambda: self._take_over(now))])
        self._make_room()
        for button in self.banner.findChildren(QPushButton):
            if button.text() == take_over:
                button.setFocus()

    def _take_over(self, now: Customer) -> None:
        """Their values everywhere but where something was changed here; nothing is saved yet."""
        self.fields.take_over(self._customer, now, self._price_groups, self._groups)
        self._customer = now
        self.set_busy(False)
        self.tell(self.tr("Look through it and save: what you changed stands, the rest is as they left it."), "info")
        if self.primary is not None:
            self.primary.setFocus()

    def refuse(self, sentence: str, field: str = "") -> None:
        """Say what was wrong and let it be typed again; nothing typed is lost."""
        self.set_busy(False)
        self.tell(sentence)
        self.fields.mark(field)
