"""Settings › Outlets & registers, and which register this computer is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.settings.form import choose, chosen
from ui.settings.listpage import EditDialog, ListPage, RowsCard
from ui.settings.registry import SettingsPage
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.tables import Column
from ui.shared.tokens import SPACE_L
from ui.shared.widgets import Words

if TYPE_CHECKING:
    from app.shop.local import LocalSettings
    from app.shop.model import OutletRow, RegisterRow
    from app.shop.service import ShopService
    from app.staff.model import Actor
    from ui.shared.jobs import Jobs
    from ui.shell.registry import ShellContext


class OutletsPage(ListPage):
    def __init__(
        self,
        service: ShopService,
        local: LocalSettings,
        actor: Actor,
        reads: Jobs,
        writes: Jobs,
        notify: Callable[..., None],
        register_id: int,
    ) -> None:
        super().__init__(
            self.tr("Outlets & registers"),
            self.tr("The first outlet of the list gets what no till sells, like vouchers made in bulk."),
            reads=reads, writes=writes, notify=notify, read=lambda: (service.outlets(), service.registers()),
        )  # fmt: skip
        self._service, self._local, self._actor, self._here = service, local, actor, register_id
        self._known: tuple[OutletRow, ...] = ()
        both = QHBoxLayout()
        both.setSpacing(SPACE_L)
        self.outlets = RowsCard(
            self.tr("Outlets"),
            [
                Column(self.tr("Name"), lambda row: row.name, tone=_grey),
                Column(self.tr("Address"), lambda row: row.address, 150, tone=_grey),
                Column(self.tr("Open"), self._yes_no, 60, tone=_grey),
            ],
            self.tr("Outlets"),
        )
        self.outlets.add_button(self.tr("Edit"), self._on_edit_outlet, fits=lambda _: True)
        self.outlets.add_button(self.tr("Add"), lambda: self.edit_outlet(None), icon="plus")
        self.outlets.table.opened.connect(self.edit_outlet)
        self.registers = RowsCard(
            self.tr("Registers"),
            [
                Column(self.tr("Name"), self._register_name, tone=_grey),
                Column(self.tr("Outlet"), lambda row: row.outlet, 140, tone=_grey),
                Column(self.tr("Last receipt"), _last_receipt, 120, tone=_grey),
                Column(self.tr("In use"), self._yes_no, 60, tone=_grey),
            ],
            self.tr("Registers"),
        )
        self.registers.add_button(
            self.tr("This computer"), self._on_here, fits=lambda row: row.active and row.id != self._here
        )
        self.registers.add_button(self.tr("Edit"), self._on_edit_register, fits=lambda _: True)
        self.registers.add_button(self.tr("Add"), lambda: self.edit_register(None), icon="plus")
        self.registers.table.opened.connect(self.edit_register)
        both.addWidget(self.outlets, 4)
        both.addWidget(self.registers, 5)
        self.content.addLayout(both, 1)
        note = self.tr("A register's receipts carry its code and are numbered without gaps, so the code never changes.")
        self.content.addWidget(Words(note, tone="muted", wrap=True))

    def _yes_no(self, row: OutletRow | RegisterRow) -> str:
        return self.tr("yes") if row.active else self.tr("no")

    def _register_name(self, row: RegisterRow) -> str:
        return self.tr("{0} (this computer)").format(row.name) if row.id == self._here else row.name

    def show_values(self, values: tuple[tuple[OutletRow, ...], tuple[RegisterRow, ...]]) -> None:
        self._known = values[0]
        self.outlets.show_rows(values[0])
        self.registers.show_rows(values[1])

    def _on_edit_outlet(self) -> None:
        self.edit_outlet(self.outlets.table.current_row())

    def _on_edit_register(self) -> None:
        self.edit_register(self.registers.table.current_row())

    def edit_outlet(self, row: OutletRow | None) -> None:
        self.ask(OutletDialog(row, self._service, self._actor, self._writes, self))

    def edit_register(self, row: RegisterRow | None) -> None:
        self.ask(RegisterDialog(row, self._known, self._service, self._actor, self._writes, self))

    def _on_here(self) -> None:
        row: RegisterRow = self.registers.table.current_row()
        self.change(
            lambda: self._local.change(lambda config: replace(config, register_id=row.id)),
            self.tr("From the next start this computer is {0}.").format(row.name),
        )


def _last_receipt(row: RegisterRow) -> str:
    return f"{row.code}-{row.next_number - 1:06d}" if row.next_number > 1 else f"{row.code}-…"


def _grey(row: OutletRow | RegisterRow) -> str:
    return "" if row.active else "muted"


class OutletDialog(EditDialog):
    def __init__(
        self, row: OutletRow | None, service: ShopService, actor: Actor, writes: Jobs, parent: QWidget
    ) -> None:
        super().__init__(row.name if row is not None else parent.tr("New outlet"), writes, parent, width=620, columns=2)
        from app.shop.model import OutletRow as Row

        self._row = row or Row(0, "", "")
        self._service, self._actor = service, actor
        self.name = self.form.line("name", self.tr("Name"), most=120)
        self.phone = self.form.line("phone", self.tr("Phone"), most=40)
        self.address = self.form.lines("address", self.tr("Address"), height=60, wide=True)
        self.header = self.form.lines(
            "receipt_header", self.tr("Above the receipt"), self.tr("Under the shop's name"), height=60
        )
        self.footer = self.form.lines(
            "receipt_footer", self.tr("Below the receipt"), self.tr("Opening hours, say"), height=60
        )
        self.position = self.form.number("position", self.tr("Place in the list"), self.tr("0 is the first"), most=999)
        self.active = self.form.tick("active", self.tr("Open"))
        self.name.setText(self._row.name)
        self.phone.setText(self._row.phone)
        self.address.setPlainText(self._row.address)
        self.header.setPlainText(self._row.receipt_header)
        self.footer.setPlainText(self._row.receipt_footer)
        self.position.setValue(self._row.position)
        self.active.setChecked(self._row.active)
        self.collect = self._collect

    def _collect(self) -> Callable[[], object]:
        row = replace(
            self._row,
            name=self.name.text(),
            phone=self.phone.text(),
            address=self.address.toPlainText(),
            receipt_header=self.header.toPlainText(),
            receipt_footer=self.footer.toPlainText(),
            position=self.position.value(),
            active=self.active.isChecked(),
        )
        return lambda: self._service.save_outlet(self._actor, row)


class RegisterDialog(EditDialog):
    def __init__(
        self,
        row: RegisterRow | None,
        outlets: tuple[OutletRow, ...],
        service: ShopService,
        actor: Actor,
        writes: Jobs,
        parent: QWidget,
    ) -> None:
        super().__init__(row.name if row is not None else parent.tr("New register"), writes, parent)
        from app.shop.model import RegisterRow as Row

        self._row = row or Row(0, outlets[0].id if outlets else 0, "", "", "")
        self._service, self._actor = service, actor
        self.name = self.form.line("name", self.tr("Name"), most=60)
        places: list[tuple[object, str]] = [(outlet.id, outlet.name) for outlet in outlets]
        self.outlet = self.form.choice("outlet_id", self.tr("Outlet"), places)
        self.active = self.form.tick("active", self.tr("In use"))
        self.name.setText(self._row.name)
        choose(self.outlet, self._row.outlet_id)
        self.active.setChecked(self._row.active)
        self.collect = self._collect

    def _collect(self) -> Callable[[], object]:
        outlet_id = chosen(self.outlet)
        row = replace(
            self._row,
            name=self.name.text(),
            outlet_id=outlet_id if isinstance(outlet_id, int) else 0,
            active=self.active.isChecked(),
        )
        return lambda: self._service.save_register(self._actor, row)


def _make(context: ShellContext) -> QWidget:
    from app.shop.local import LocalSettings
    from app.shop.service import ShopService

    return OutletsPage(
        context.services.get(ShopService),
        context.services.get(LocalSettings),
        context.staff,
        context.reads,
        context.writes,
        context.notify,
        context.place.register_id,
    )


PAGE = SettingsPage("outlets", QT_TRANSLATE_NOOP("settings", "Outlets & registers"), "map-pin", _make, 30)
