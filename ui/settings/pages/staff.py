"""Settings › Staff & roles."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QTabWidget, QVBoxLayout, QWidget

from app.errors import InvalidInput
from ui.settings.form import Form, choose, chosen
from ui.settings.listpage import EditDialog, ListPage, RowsCard
from ui.settings.registry import SettingsPage
from ui.settings.rights import RightsDialog
from ui.shared.dialogs import Confirm
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.tables import Column
from ui.shared.tokens import SPACE_M

if TYPE_CHECKING:
    from app.staff.model import Actor, RoleRow, StaffRow
    from app.staff.people import PeopleService
    from ui.shared.format import Formats
    from ui.shared.jobs import Jobs
    from ui.shell.registry import ShellContext


class StaffPage(ListPage):
    def __init__(
        self,
        people: PeopleService,
        actor: Actor,
        reads: Jobs,
        writes: Jobs,
        notify: Callable[..., None],
        formats: Formats,
    ) -> None:
        super().__init__(
            self.tr("Staff & roles"),
            self.tr("A role says what somebody may do and how far. What goes beyond it, another person approves."),
            reads=reads, writes=writes, notify=notify, read=lambda: (people.staff(), people.roles()),
        )  # fmt: skip
        self._people, self._actor, self._formats = people, actor, formats
        self._roles: tuple[RoleRow, ...] = ()
        tabs = QTabWidget()
        tabs.addTab(self._padded(self._staff_table()), self.tr("Staff"))
        tabs.addTab(self._padded(self._role_table()), self.tr("Roles"))
        self.content.addWidget(tabs, 1)
        self.tabs = tabs

    def _padded(self, inside: QWidget) -> QWidget:
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, SPACE_M, 0, 0)
        box.addWidget(inside)
        return holder

    def _staff_table(self) -> RowsCard:
        self.staff = RowsCard(
            "",
            [
                Column(self.tr("Name"), lambda row: row.name, tone=_grey),
                Column(self.tr("Role"), lambda row: row.role, 180, tone=_grey),
                Column(self.tr("State"), self._state, 260, tone=_state_tone),
            ],
            self.tr("Staff"),
        )
        others: Callable[[StaffRow], bool] = lambda row: row.id != self._actor.staff_id  # noqa: E731
        self.staff.add_button(self.tr("New PIN"), self._on_pin, icon="key", fits=lambda row: row.active and others(row))
        self.staff.add_button(
            self.tr("Unlock"), self._on_unlock, fits=lambda row: row.locked_until is not None and others(row)
        )
        self.left = self.staff.add_button(self.tr("They left"), self._on_left, fits=others)
        self.staff.table.chosen.connect(self._name_left)
        self.staff.add_button(self.tr("Edit"), self._on_edit, fits=lambda row: row.active)
        self.staff.add_button(self.tr("Add a person"), lambda: self.edit(None), kind="primary", icon="user-plus")
        self.staff.table.opened.connect(self.edit)
        return self.staff

    def _role_table(self) -> RowsCard:
        self.roles = RowsCard(
            "",
            [
                Column(self.tr("Role"), lambda row: row.name),
                Column(self.tr("People"), lambda row: self._formats.number(row.staff_count), 90, number=True),
                Column(self.tr("Rights"), lambda row: self._formats.number(len(row.rights)), 90, number=True),
            ],
            self.tr("Roles"),
        )
        self.roles.add_button(self.tr("Edit"), self._on_edit_role, fits=lambda row: row.code != self._actor.role)
        self.roles.add_button(self.tr("Add a role"), lambda: self.edit_role(None), kind="primary", icon="plus")
        self.roles.table.opened.connect(self.edit_role)
        return self.roles

    def _state(self, row: StaffRow) -> str:
        if not row.active:
            return self.tr("left")
        if row.locked_until is not None:
            return self.tr("locked until {0}").format(self._formats.time(row.locked_until))
        return self.tr("you") if row.id == self._actor.staff_id else ""

    def show_values(self, values: tuple[tuple[StaffRow, ...], tuple[RoleRow, ...]]) -> None:
        self._roles = values[1]
        self.staff.show_rows(values[0])
        self._name_left(self.staff.table.current_row())
        self.roles.show_rows(values[1])

    def _name_left(self, row: StaffRow | None) -> None:
        gone = row is not None and not row.active
        self.left.set_words(self.tr("They are back") if gone else self.tr("They left"))

    # What a person asks for

    def _on_edit(self) -> None:
        self.edit(self.staff.table.current_row())

    def edit(self, row: StaffRow | None) -> None:
        if row is None or row.active:
            self.ask(PersonDialog(row, self._roles, self._people, self._actor, self._writes, self))

    def _on_pin(self) -> None:
        row: StaffRow = self.staff.table.current_row()
        self.ask(PinDialog(row, self._people, self._actor, self._writes, self))

    def _on_unlock(self) -> None:
        row: StaffRow = self.staff.table.current_row()
        self.change(
            lambda: self._people.unlock(self._actor, row.id), self.tr("{0} can sign in again.").format(row.name)
        )

    def _on_left(self) -> None:
        row: StaffRow = self.staff.table.current_row()
        if not row.active:
            self.change(lambda: self._people.set_active(self._actor, row.id, True))
            return
        question = Confirm(
            self.tr("{0} left?").format(row.name[:60]),
            self.tr("They can no longer sign in. Their sales stay, under their name, and they can come back any time."),
            self.tr("They left"),
            self,
            danger=True,
        )
        question.confirmed.connect(lambda: self.change(lambda: self._people.set_active(self._actor, row.id, False)))
        question.open()

    def _on_edit_role(self) -> None:
        self.edit_role(self.roles.table.current_row())

    def edit_role(self, row: RoleRow | None) -> None:
        if row is not None and row.code == self._actor.role:
            self.banner.tell(self.tr("Your own role is changed by somebody else who manages staff."), kind="info")
            return
        self.ask(RightsDialog(row, self._people, self._actor, self._writes, self._formats, self))


def _grey(row: StaffRow) -> str:
    return "" if row.active else "muted"


def _state_tone(row: StaffRow) -> str:
    return "warning" if row.active and row.locked_until is not None else "muted"


def pin_lines(form: Form, label: str, again: str, hint: str) -> tuple[QLineEdit, QLineEdit]:
    """A PIN and the same once more, never shown."""
    lines = (form.line("pin", label, hint, most=8), form.line("again", again, most=8))
    for line in lines:
        line.setEchoMode(QLineEdit.EchoMode.Password)
    return lines


def same_pin(one: QLineEdit, two: QLineEdit, sentence: str) -> str:
    if one.text() != two.text():
        raise InvalidInput(sentence, field="again")
    return one.text()


class PersonDialog(EditDialog):
    def __init__(
        self,
        row: StaffRow | None,
        roles: tuple[RoleRow, ...],
        people: PeopleService,
        actor: Actor,
        writes: Jobs,
        parent: QWidget,
    ) -> None:
        super().__init__(row.name[:60] if row is not None else parent.tr("Add a person"), writes, parent)
        self._row, self._people, self._actor = row, people, actor
        self.name = self.form.line(
            "name", self.tr("Name"), self.tr("As receipts and the sign-in window show it"), most=120
        )
        shown: list[tuple[object, str]] = [(role.id, role.name) for role in roles]
        self.role = self.form.choice("role_id", self.tr("Role"), shown)
        if row is None:
            self.pin, self.again = pin_lines(
                self.form, self.tr("PIN"), self.tr("PIN once more"), self.tr("4 to 8 digits; they can change it")
            )
        else:
            self.name.setText(row.name)
            choose(self.role, row.role_id)
            self.role.setEnabled(row.id != actor.staff_id)
        self.collect = self._collect

    def _collect(self) -> Callable[[], object]:
        name, value = self.name.text(), chosen(self.role)
        role_id = value if isinstance(value, int) else 0
        row = self._row
        if row is None:
            pin = same_pin(self.pin, self.again, self.tr("The two PINs differ. Type the same one twice."))
            return lambda: self._people.add(self._actor, name, role_id, pin)

        def work() -> None:
            if name != row.name:
                self._people.rename(self._actor, row.id, name)
            if role_id != row.role_id:
                self._people.set_role(self._actor, row.id, role_id)

        return work


class PinDialog(EditDialog):
    def __init__(self, row: StaffRow, people: PeopleService, actor: Actor, writes: Jobs, parent: QWidget) -> None:
        super().__init__(parent.tr("New PIN for {0}").format(row.name[:60]), writes, parent)
        self._row, self._people, self._actor = row, people, actor
        self.pin, self.again = pin_lines(
            self.form, self.tr("PIN"), self.tr("PIN once more"), self.tr("4 to 8 digits; a lock is lifted with it")
        )
        self.collect = self._collect

    def _collect(self) -> Callable[[], object]:
        pin = same_pin(self.pin, self.again, self.tr("The two PINs differ. Type the same one twice."))
        return lambda: self._people.set_pin(self._actor, self._row.id, pin)


def _make(context: ShellContext) -> QWidget:
    from app.staff.people import PeopleService

    return StaffPage(
        context.services.get(PeopleService),
        context.staff,
        context.reads,
        context.writes,
        context.notify,
        context.formats,
    )


PAGE = SettingsPage(
    "staff", QT_TRANSLATE_NOOP("settings", "Staff & roles"), "users", _make, 40, permission="staff.manage"
)
