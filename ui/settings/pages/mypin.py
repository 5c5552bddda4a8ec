"""Settings › My PIN: for everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from app.errors import InvalidInput
from ui.settings.formpage import FormPage
from ui.settings.registry import SettingsPage
from ui.shared.i18n import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from app.staff.model import Actor
    from app.staff.service import StaffService
    from ui.shared.jobs import Jobs
    from ui.shell.registry import ShellContext


class MyPinPage(FormPage):
    def __init__(
        self, staff: StaffService, actor: Actor, reads: Jobs, writes: Jobs, notify: Callable[..., None]
    ) -> None:
        super().__init__(
            self.tr("My PIN"),
            self.tr("Nobody else knows it, the program neither: if you forget it, a manager sets a new one."),
            reads=reads, writes=writes, notify=notify, read=lambda: None,
        )  # fmt: skip
        self._staff, self._actor = staff, actor
        form = self.add_form(self.add_card(), columns=1)
        self.old = form.line("pin", self.tr("The PIN you have now"), most=8)
        self.new = form.line("new_pin", self.tr("New PIN"), self.tr("4 to 8 digits, not 1234 or a birthday"), most=8)
        self.again = form.line("again", self.tr("New PIN once more"), most=8)
        for line in (self.old, self.new, self.again):
            line.setEchoMode(QLineEdit.EchoMode.Password)
            line.setMaximumWidth(260)
        self.save_button.set_words(self.tr("Change my PIN"))

    def show_values(self, values: object) -> None:
        for line in (self.old, self.new, self.again):
            line.clear()

    def collect(self) -> Callable[[], object]:
        old, new = self.old.text(), self.new.text()
        if new != self.again.text():
            raise InvalidInput(self.tr("The two PINs differ. Type the same one twice."), field="again")
        return lambda: self._staff.change_pin(self._actor, old, new)


def _make(context: ShellContext) -> QWidget:
    from app.staff.service import StaffService

    return MyPinPage(context.services.get(StaffService), context.staff, context.reads, context.writes, context.notify)


PAGE = SettingsPage("mypin", QT_TRANSLATE_NOOP("settings", "My PIN"), "key", _make, 45, permission="")
