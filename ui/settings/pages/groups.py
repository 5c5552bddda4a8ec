"""Settings › Groups: price groups and customer groups."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.errors import InvalidInput
from ui.settings.listpage import EditDialog, ListPage, RowsCard
from ui.settings.registry import SettingsPage
from ui.shared.dialogs import Confirm
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.parsing import plain_decimal
from ui.shared.tables import Column
from ui.shared.widgets import EmptyState

if TYPE_CHECKING:
    from app.shop.groups import AllGroups, CustomerGroupRow, GroupService, PriceGroupRow
    from app.staff.model import Actor
    from ui.shared.format import Formats
    from ui.shared.jobs import Jobs
    from ui.shell.registry import ShellContext


class GroupsPage(ListPage):
    def __init__(
        self,
        service: GroupService,
        actor: Actor,
        reads: Jobs,
        writes: Jobs,
        notify: Callable[..., None],
        formats: Formats,
    ) -> None:
        super().__init__(
            self.tr("Groups"),
            self.tr("Who is in a group is chosen at the customer, under Edit. A change counts from the next sale."),
            reads=reads, writes=writes, notify=notify, read=lambda: service.groups(actor),
        )  # fmt: skip
        self._service, self._actor, self._formats = service, actor, formats
        self.prices, self.customers = self._price_card(), self._customer_card()
        self.content.addWidget(self.prices, 1)
        self.content.addWidget(self.customers, 1)

    def _price_card(self) -> RowsCard:
        card = RowsCard(
            self.tr("Price groups"),
            [
                Column(self.tr("Name"), lambda row: row.name),
                Column(self.tr("Off list prices"), lambda row: self._formats.percent(row.percent), 140, number=True),
                Column(self.tr("Customers"), lambda row: self._formats.number(row.customers), 110, number=True),
                Column(
                    "  " + self.tr("In use"),
                    lambda row: "  " + (self.tr("yes") if row.active else self.tr("no")),
                    90,
                    tone=lambda row: "" if row.active else "muted",
                ),
            ],
            self.tr("Price groups"),
            nothing=EmptyState(
                "badge-percent",
                self.tr("No price groups yet"),
                self.tr(
                    "A price group gives its customers a percentage off every list price, or exact prices set at the "
                    "product: staff, trade, club."
                ),
            ),
        )
        card.add_button(self.tr("Edit"), lambda: self.edit_price(card.table.current_row()), fits=lambda _: True)
        card.add_button(self.tr("Add a price group"), lambda: self.edit_price(None), kind="primary", icon="plus")
        card.table.opened.connect(self.edit_price)
        return card

    def _customer_card(self) -> RowsCard:
        card = RowsCard(
            self.tr("Customer groups"),
            [
                Column(self.tr("Name"), lambda row: row.name),
                Column(self.tr("Customers"), lambda row: self._formats.number(row.customers), 110, number=True),
                Column(
                    "  " + self.tr("In promotions"),
                    lambda row: "  " + (self.tr("yes") if row.in_promotions else self.tr("no")),
                    150,
                ),
            ],
            self.tr("Customer groups"),
            nothing=EmptyState(
                "users",
                self.tr("No customer groups yet"),
                self.tr("A promotion can be for a customer group only: a school, a company next door, a team."),
            ),
        )
        card.add_button(
            self.tr("Remove"),
            lambda: self.remove(card.table.current_row()),
            fits=lambda row: not row.in_promotions,
        )
        card.add_button(self.tr("Rename"), lambda: self.edit_customer(card.table.current_row()), fits=lambda _: True)
        card.add_button(self.tr("Add a customer group"), lambda: self.edit_customer(None), kind="primary", icon="plus")
        card.table.opened.connect(self.edit_customer)
        return card

    def show_values(self, values: AllGroups) -> None:
        self.prices.show_rows(values.prices)
        self.customers.show_rows(values.customers)

    def edit_price(self, row: PriceGroupRow | None) -> None:
        self.ask(PriceGroupDialog(row, self._service, self._actor, self._writes, self._formats, self))

    def edit_customer(self, row: CustomerGroupRow | None) -> None:
        self.ask(CustomerGroupDialog(row, self._service, self._actor, self._writes, self))

    def remove(self, row: CustomerGroupRow) -> None:
        question = Confirm(
            self.tr("Remove {0}?").format(row.name),
            self.tr("Customers in this group: {0}. They stay customers and leave only the group.").format(
                self._formats.number(row.customers)
            ),
            self.tr("Remove"),
            self,
        )
        service, actor = self._service, self._actor
        question.confirmed.connect(
            lambda: self.change(lambda: service.remove_customer_group(actor, row.id), self.tr("Removed"))
        )
        question.open()


class PriceGroupDialog(EditDialog):
    def __init__(
        self,
        row: PriceGroupRow | None,
        service: GroupService,
        actor: Actor,
        writes: Jobs,
        formats: Formats,
        parent: QWidget,
    ) -> None:
        super().__init__(row.name if row is not None else parent.tr("New price group"), writes, parent)
        self._id = 0 if row is None else row.id
        self._service, self._actor, self._formats = service, actor, formats
        self.name = self.form.line(
            "name", self.tr("Name"), self.tr("As the customer's form shows it, like Staff"), most=80
        )
        self.percent = self.form.line(
            "percent",
            self.tr("Percent off list prices"),
            self.tr("0 where only products with a price of their own for this group are cheaper"),
            most=12,
        )
        self.active = self.form.tick(
            "active", self.tr("In use"), self.tr("When not, its customers pay list prices and stay in it.")
        )
        self.name.setText("" if row is None else row.name)
        self.percent.setText(formats.number(row.percent) if row is not None else "")
        self.active.setChecked(row is None or row.active)
        self.collect = self._collect

    def _collect(self) -> Callable[[], object]:
        name, percent, active = self.name.text(), self._percent(), self.active.isChecked()
        return lambda: self._service.save_price_group(self._actor, self._id, name, percent, active=active)

    def _percent(self) -> Decimal:
        text = self.percent.text().strip().removesuffix("%").strip()
        try:
            return Decimal(plain_decimal(text, self._formats))
        except (InvalidInput, ArithmeticError) as error:
            raise InvalidInput(self.tr("Write the percentage as a number, like 7.5."), field="percent") from error


class CustomerGroupDialog(EditDialog):
    def __init__(
        self, row: CustomerGroupRow | None, service: GroupService, actor: Actor, writes: Jobs, parent: QWidget
    ) -> None:
        super().__init__(row.name if row is not None else parent.tr("New customer group"), writes, parent)
        self._id = 0 if row is None else row.id
        self._service, self._actor = service, actor
        self.name = self.form.line("name", self.tr("Name"), self.tr("As promotions name it"), most=80)
        self.name.setText("" if row is None else row.name)
        self.collect = self._collect

    def _collect(self) -> Callable[[], object]:
        name = self.name.text()
        return lambda: self._service.save_customer_group(self._actor, self._id, name)


def _make(context: ShellContext) -> QWidget:
    from app.shop.groups import GroupService

    return GroupsPage(
        context.services.get(GroupService),
        context.staff,
        context.reads,
        context.writes,
        context.notify,
        context.formats,
    )


PAGE = SettingsPage("groups", QT_TRANSLATE_NOOP("settings", "Groups"), "tags", _make, 25)
