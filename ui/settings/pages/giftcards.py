"""Settings › Gift cards: how long they last and what protects them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.errors import InvalidInput
from app.money import LARGEST_MINOR, Money
from ui.settings.form import NUMBER_WIDTH
from ui.settings.formpage import FormPage
from ui.settings.registry import SettingsPage
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.money_field import MoneyField

if TYPE_CHECKING:
    from app.giftcards.model import ValuePolicy
    from app.shop.service import ShopService
    from app.staff.model import Actor
    from ui.shared.format import Formats
    from ui.shared.jobs import Jobs
    from ui.shell.registry import ShellContext


class GiftCardsPage(FormPage):
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
            self.tr("Gift cards"),
            self.tr("Rules for every card and voucher. Cards issued before keep the date they have."),
            reads=reads, writes=writes, notify=notify, read=self._read_policy,
        )  # fmt: skip
        self._service, self._actor, self._formats = service, actor, formats
        self._policy: ValuePolicy | None = None
        form = self.add_form(
            self.add_card(
                self.tr("How long they last"),
                self.tr("Many countries set a least time or forbid expiry: look it up for yours first."),
            )
        )
        self.months = form.number(
            "expiry_months", self.tr("Months until a card expires"), self.tr("0: cards never expire"), most=240
        )
        self.redeemable = form.tick("expired_redeemable", self.tr("Past its date a card still pays"), wide=True)
        self.forfeit = form.tick(
            "forfeit_expired",
            self.tr("Write off what is left on expired cards each night"),
            self.tr("Off, the money stays owed to the holder and on the books."),
            wide=True,
        )
        form = self.add_form(self.add_card(self.tr("Amounts")))
        self.smallest = MoneyField(formats, self.tr("Smallest card"))
        self.largest = MoneyField(formats, self.tr("Most a card may hold"))
        for field in (self.smallest, self.largest):
            field.setMaximumWidth(NUMBER_WIDTH)
        form.add("smallest_issue_minor", self.tr("Smallest card"), self.smallest)
        form.add("largest_balance_minor", self.tr("Most a card may hold"), self.largest, self.tr("Empty: no limit"))
        form = self.add_form(self.add_card(self.tr("Safety")))
        self.pin = form.tick(
            "pin_for_guessable",
            self.tr("Short pre-printed numbers get a PIN when sold"),
            self.tr("Numbers made by Regulars cannot be guessed and need none."),
            wide=True,
        )
        self.hold = form.number(
            "hold_minutes",
            self.tr("Minutes that money set aside is kept"),
            self.tr("0: until it is taken or set free"),
            most=100_000,
        )

    def _read_policy(self) -> ValuePolicy:
        from app.giftcards.model import ValuePolicy

        return self._service.settings(ValuePolicy)

    def show_values(self, values: ValuePolicy) -> None:
        self._policy = values
        self.months.setValue(values.expiry_months or 0)
        self.redeemable.setChecked(values.expired_redeemable)
        self.forfeit.setChecked(values.forfeit_expired)
        self.pin.setChecked(values.pin_for_guessable)
        self.hold.setValue(values.hold_minutes)
        currency = self._formats.currency
        self.smallest.show_money(Money(values.smallest_issue_minor, currency))
        if values.largest_balance_minor >= LARGEST_MINOR:
            self.largest.clear()
        else:
            self.largest.show_money(Money(values.largest_balance_minor, currency))

    def collect(self) -> Callable[[], object]:
        assert self._policy is not None  # noqa: S101 - Save is only enabled once it was read
        smallest, largest = self._amount(self.smallest, 1), self._amount(self.largest, LARGEST_MINOR)
        if smallest > largest:
            raise InvalidInput(self.tr("This is less than the smallest card."), field="largest_balance_minor")
        policy = replace(
            self._policy,
            expiry_months=self.months.value() or None,
            expired_redeemable=self.redeemable.isChecked(),
            forfeit_expired=self.forfeit.isChecked(),
            pin_for_guessable=self.pin.isChecked(),
            hold_minutes=self.hold.value(),
            smallest_issue_minor=smallest,
            largest_balance_minor=largest,
        )
        return lambda: self._service.save_settings(self._actor, policy)

    def _amount(self, field: MoneyField, empty: int) -> int:
        if not field.text().strip():
            return empty
        money = field.value(least=1)
        if money is None:
            name = "smallest_issue_minor" if field is self.smallest else "largest_balance_minor"
            raise InvalidInput(field.accessibleDescription(), field=name)
        return money.minor


def _make(context: ShellContext) -> QWidget:
    from app.shop.service import ShopService

    return GiftCardsPage(
        context.services.get(ShopService),
        context.staff,
        context.reads,
        context.writes,
        context.notify,
        context.formats,
    )


PAGE = SettingsPage("giftcards", QT_TRANSLATE_NOOP("settings", "Gift cards"), "gift", _make, 60)
