"""Settings › Taxes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ui.settings.listpage import EditDialog, ListPage, RowsCard
from ui.settings.registry import SettingsPage
from ui.settings.tax_rows import TaxRows
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.tables import Column

if TYPE_CHECKING:
    from app.shop.model import TaxRow
    from app.shop.service import ShopService
    from app.staff.model import Actor
    from ui.shared.format import Formats
    from ui.shared.jobs import Jobs
    from ui.shell.registry import ShellContext


class TaxesPage(ListPage):
    def __init__(
        self,
        service: ShopService,
        actor: Actor,
        reads: Jobs,
        writes: Jobs,
        notify: Callable[..., None],
        formats: Formats,
    ) -> None:
        super().__init__(
            self.tr("Taxes"),
            self.tr("What a product is taxed with. A change counts from the next sale; past sales keep their rates."),
            reads=reads, writes=writes, notify=notify, read=service.taxes,
        )  # fmt: skip
        self._service, self._actor, self._formats = service, actor, formats
        self.rows = RowsCard(
            "",
            [
                Column("Code", lambda row: row.code, 80),
                Column(self.tr("Name"), lambda row: row.name),
                Column(self.tr("In all"), lambda row: formats.percent(row.percent), 90, number=True),
                Column("  " + self.tr("Made up of"), lambda row: "  " + self._parts(row), 340),
                Column(
                    self.tr("In use"),
                    lambda row: self.tr("yes") if row.active else self.tr("no"),
                    80,
                    tone=lambda row: "" if row.active else "muted",
                ),
            ],
            self.tr("Tax rates"),
        )
        self.rows.add_button(self.tr("Edit"), self._on_edit, fits=lambda _: True)
        self.rows.add_button(self.tr("Add a tax rate"), lambda: self.edit(None), kind="primary", icon="plus")
        self.rows.table.opened.connect(self.edit)
        self.content.addWidget(self.rows, 1)

    def _parts(self, row: TaxRow) -> str:
        return " + ".join(f"{name} {self._formats.percent(percent)}" for name, percent in row.components) or "–"

    def show_values(self, values: tuple[TaxRow, ...]) -> None:
        self.rows.show_rows(values)

    def _on_edit(self) -> None:
        self.edit(self.rows.table.current_row())

    def edit(self, row: TaxRow | None) -> None:
        self.ask(TaxDialog(row, self._service, self._actor, self._writes, self._formats, self))


class TaxDialog(EditDialog):
    def __init__(
        self,
        row: TaxRow | None,
        service: ShopService,
        actor: Actor,
        writes: Jobs,
        formats: Formats,
        parent: QWidget,
    ) -> None:
        title = row.name if row is not None else ""
        super().__init__(title or parent.tr("New tax rate"), writes, parent, width=520)
        self._id = 0 if row is None else row.id
        self._service, self._actor = service, actor
        self.name = self.form.line("name", self.tr("Name"), self.tr("As products show it, like Standard"), most=80)
        self.parts = TaxRows(formats, add_text=self.tr("Add a component"), most=4)
        self.form.add(
            "taxes", self.tr("Made up of"), self.parts, self.tr("Components are added up, none is taxed by another.")
        )
        self.active = self.form.tick("active", self.tr("In use"))
        self.name.setText("" if row is None else row.name)
        self.parts.show_components(row.components if row is not None else ())
        self.active.setChecked(row is None or row.active)
        self.collect = self._collect

    def _collect(self) -> Callable[[], object]:
        name, parts, active = self.name.text(), self.parts.components(), self.active.isChecked()
        return lambda: self._service.save_tax(self._actor, self._id, name, parts, active=active)


def _make(context: ShellContext) -> QWidget:
    from app.shop.service import ShopService

    return TaxesPage(
        context.services.get(ShopService),
        context.staff,
        context.reads,
        context.writes,
        context.notify,
        context.formats,
    )


PAGE = SettingsPage("taxes", QT_TRANSLATE_NOOP("settings", "Taxes"), "percent", _make, 20)
