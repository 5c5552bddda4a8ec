"""Settings › Points: what customers collect, and what it is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import EllipsisType
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.errors import DomainError, InvalidInput
from app.loyalty.model import EarnBasis, Programme
from app.money import Money
from ui.settings.form import NUMBER_WIDTH, choose, chosen
from ui.settings.formpage import FormPage
from ui.settings.registry import SettingsPage
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.money_field import MoneyField
from ui.shared.parsing import parse_money
from ui.shared.widgets import Words

if TYPE_CHECKING:
    from app.loyalty.service import LoyaltyService
    from app.staff.model import Actor
    from ui.shared.format import Formats
    from ui.shared.jobs import Jobs
    from ui.shell.registry import ShellContext


class PointsPage(FormPage):
    def __init__(
        self,
        service: LoyaltyService,
        actor: Actor,
        reads: Jobs,
        writes: Jobs,
        notify: Callable[..., None],
        formats: Formats,
    ) -> None:
        super().__init__(
            self.tr("Points"),
            self.tr("What customers collect with each purchase. A change counts from the next sale."),
            reads=reads, writes=writes, notify=notify, read=self._read_programme,
        )  # fmt: skip
        self._service, self._actor, self._formats = service, actor, formats
        self._was: Programme | EllipsisType | None = ...  # until it was read
        form = self.add_form(self.add_card(self.tr("The programme")))
        self.active = form.tick("active", self.tr("Customers collect points"), wide=True)
        self.name = form.line("name", self.tr("Name"), self.tr("What staff call it"), most=80)
        self.expiry = form.number("expiry_days", self.tr("Days until points expire"), self.tr("0: never"), most=36_500)
        form = self.add_form(self.add_card(self.tr("Collecting")))
        self.points = form.number("points_per_step", self.tr("Points"), self.tr("for each step of money"), most=100_000)
        self.step = MoneyField(formats, self.tr("Step"))
        form.add("step", self.tr("Step"), self.step, self.tr("The money that earns them"))
        self.basis = form.choice(
            "earn_basis",
            self.tr("Counted on"),
            [
                (EarnBasis.GROSS, self.tr("What is paid, with tax")),
                (EarnBasis.NET, self.tr("What is paid, without tax")),
                (EarnBasis.BEFORE_DISCOUNT, self.tr("The prices before discounts")),
            ],
        )
        self.whole = form.tick("full_steps_only", self.tr("Whole steps only"), wide=True)
        form = self.add_form(self.add_card(self.tr("Spending")))
        self.worth = MoneyField(formats, self.tr("A point is worth"))
        for field in (self.step, self.worth):
            field.setMaximumWidth(NUMBER_WIDTH)
        form.add(
            "point_value", self.tr("A point is worth"), self.worth, self.tr("Empty: points do not pay at the till")
        )
        self.example = Words(tone="muted", wrap=True)
        self.foot.insertWidget(0, self.example, 3)  # in sight, wherever the page is scrolled to
        for form in self.forms:
            form.changed.connect(self._show_example)

    def _read_programme(self) -> Programme | None:
        return self._service.latest_programme()

    def show_values(self, values: Programme | None) -> None:
        self._was = values
        shown = values or self._fresh()
        self.active.setChecked(shown.active)
        self.name.setText(shown.name)
        self.expiry.setValue(shown.expiry_days or 0)
        self.points.setValue(shown.points_per_step)
        self.step.show_money(shown.step)
        choose(self.basis, shown.basis)
        self.whole.setChecked(shown.full_steps_only)
        if shown.point_value.minor:
            self.worth.show_money(shown.point_value)
        else:
            self.worth.clear()
        self._show_example()

    def _fresh(self) -> Programme:
        """What a shop without a programme begins with: a point for each whole unit of money."""
        currency = self._formats.currency
        return Programme(self.tr("Points"), Money.parse("1", currency), Money(0, currency), active=False)

    def _show_example(self) -> None:
        """What a round purchase earns, for a slip of the figures gives the shop away."""
        purchase = Money.parse("100", self._formats.currency)
        try:
            step = parse_money(self.step.text(), self._formats, least=1)
            worth = parse_money(self.worth.text() or "0", self._formats)
        except InvalidInput:
            self.example.setText("")
            return
        points = purchase.minor // step.minor * self.points.value()
        if not self.whole.isChecked():
            points = purchase.minor * self.points.value() // step.minor
        said = self.tr("A purchase of {0} earns points: {1}.")
        if worth.minor:
            said = self.tr("A purchase of {0} earns points: {1}. They pay {2} of another.")
        paid = self._formats.money(Money(points * worth.minor, worth.currency))
        self.example.setText(said.format(self._formats.money(purchase), self._formats.number(points), paid))

    def collect(self) -> Callable[[], object]:
        was = self._was
        if was is ...:
            raise DomainError(self.tr("The points were not read yet. Discard reads them; then repeat your change."))
        if not self.points.text().strip():
            said = self.tr("Say how many points a step earns. With 0, points are given by hand only.")
            raise InvalidInput(said, field="points_per_step")
        currency = self._formats.currency
        programme = replace(
            was or self._fresh(),
            active=self.active.isChecked(),
            name=self.name.text(),
            expiry_days=self.expiry.value() or None,
            points_per_step=self.points.value(),
            step=self._amount(self.step, "step") or Money(0, currency),
            basis=EarnBasis(str(chosen(self.basis))),
            full_steps_only=self.whole.isChecked(),
            point_value=self._amount(self.worth, "point_value") or Money(0, currency),
        )
        return lambda: self._service.save_programme(programme, self._actor, was=was)

    def _amount(self, field: MoneyField, name: str) -> Money | None:
        if not field.text().strip():
            return None
        money = field.value(least=1)
        if money is None:
            raise InvalidInput(field.accessibleDescription(), field=name)
        return money


def _make(context: ShellContext) -> QWidget:
    from app.loyalty.service import LoyaltyService

    return PointsPage(
        context.services.get(LoyaltyService),
        context.staff,
        context.reads,
        context.writes,
        context.notify,
        context.formats,
    )


PAGE = SettingsPage("points", QT_TRANSLATE_NOOP("settings", "Points"), "star", _make, 65, permission="loyalty.manage")
