"""Settings › Points: what customers collect, and what it is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.errors import InvalidInput
from app.loyalty.model import EarnBasis, Programme
from app.money import Money
from ui.settings.form import NUMBER_WIDTH, choose, chosen
from ui.settings.formpage import FormPage
from ui.settings.registry import SettingsPage
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.money_field import MoneyField

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
        self._programme: Programme | None = None
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

    def _read_programme(self) -> Programme | None:
        return self._service.latest_programme()

    def show_values(self, values: Programme | None) -> None:
        currency = self._formats.currency
        shown = values or Programme(self.tr("Points"), Money(self._major(), currency), Money(0, currency), active=False)
        self._programme = shown
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

    def _major(self) -> int:
        return Money.parse("1", self._formats.currency).minor

    def collect(self) -> Callable[[], object]:
        assert self._programme is not None  # noqa: S101 - Save is only enabled once it was read
        currency = self._formats.currency
        programme = replace(
            self._programme,
            active=self.active.isChecked(),
            name=self.name.text(),
            expiry_days=self.expiry.value() or None,
            points_per_step=self.points.value(),
            step=self._amount(self.step, "step") or Money(0, currency),
            basis=EarnBasis(str(chosen(self.basis))),
            full_steps_only=self.whole.isChecked(),
            point_value=self._amount(self.worth, "point_value") or Money(0, currency),
        )
        return lambda: self._service.save_programme(programme, self._actor)

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
