"""Settings › Selling: rounding, codes, discounts, returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QWidget

from app.errors import InvalidInput
from app.money import Money
from ui.settings.form import NUMBER_WIDTH, choose, chosen
from ui.settings.formpage import FormPage
from ui.settings.registry import SettingsPage
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.money_field import MoneyField

if TYPE_CHECKING:
    from app.shop.service import ShopService
    from app.staff.model import Actor
    from ui.shared.format import Formats
    from ui.shared.jobs import Jobs
    from ui.shell.registry import ShellContext


class SellingPage(FormPage):
    def __init__(
        self, service: ShopService, actor: Actor, reads: Jobs, writes: Jobs, notify: Callable[..., None],
        formats: Formats,
    ) -> None:  # fmt: skip
        super().__init__(
            self.tr("Selling"),
            self.tr("How the till rounds, how discounts meet, and what a return gives back."),
            reads=reads, writes=writes, notify=notify, read=self._read_all,
        )  # fmt: skip
        self._service, self._actor, self._formats = service, actor, formats
        self._values: tuple[Any, Any, Any] | None = None
        self._rounding_card()
        self._discount_card()
        self._return_card()
        self._till_card()

    def _read_all(self) -> tuple[Any, Any, Any]:
        from app.checkout.returns import ReturnPolicy
        from app.shop.settings import SellingSettings

        return self._service.info(), self._service.settings(SellingSettings), self._service.settings(ReturnPolicy)

    def _rounding_card(self) -> None:
        form = self.add_form(self.add_card(self.tr("Rounding")))
        self.rounding = form.choice(
            "rounding_level",
            self.tr("Tax is rounded"),
            [
                ("receipt", self.tr("once per rate, for the whole receipt")),
                ("line", self.tr("line by line")),
                ("unit", self.tr("for each piece")),
            ],
        )
        self.discount_rounding = form.choice(
            "discount_rounding",
            self.tr("A discount is rounded"),
            [
                ("receipt", self.tr("once, for the whole receipt")),
                ("line", self.tr("line by line")),
                ("unit", self.tr("for each piece")),
                ("final", self.tr("only after the last discount")),
            ],
        )
        self.mode = form.choice(
            "rounding_mode",
            self.tr("Half a cent goes"),
            [("half_up", self.tr("up, as on paper")), ("down", self.tr("down, in the shop's favour"))],
        )
        self.coin = form.number(
            "cash_step_minor",
            self.tr("Smallest coin"),
            self.tr("In the smallest unit: 5 rounds cash to 0.05. 0 never rounds."),
            most=10_000,
        )
        self.cash = form.choice(
            "cash_rounding",
            self.tr("To the smallest coin"),
            [
                ("cash", self.tr("only what is paid in cash")),
                ("always", self.tr("every total")),
                ("never", self.tr("never")),
            ],
        )

    def _discount_card(self) -> None:
        form = self.add_form(self.add_card(self.tr("Discounts and codes")))
        self.combine = form.choice(
            "combine",
            self.tr("When several promotions fit"),
            [
                ("stack", self.tr("each counts, on what the earlier left")),
                ("best_one", self.tr("only the best one counts")),
            ],
            self.tr("Exclusive groups of a promotion hold in any case."),
        )
        self.order = form.choice(
            "order",
            self.tr("They are worked out"),
            [
                ("listed", self.tr("by priority, then as listed")),
                ("as_entered", self.tr("automatic ones first, then codes as entered")),
            ],
        )
        self.duplicate = form.choice(
            "duplicate_code",
            self.tr("A code entered twice"),
            [("refuse", self.tr("is refused, and says so")), ("ignore", self.tr("is passed over"))],
        )
        self.case = form.choice(
            "codes_case_sensitive",
            self.tr("SUMMER10 and summer10"),
            [(False, self.tr("are the same code")), (True, self.tr("are two codes"))],
        )

    def _return_card(self) -> None:
        form = self.add_form(self.add_card(self.tr("Returns")))
        self.threshold = form.choice(
            "threshold",
            self.tr("A return that undoes a coupon's condition"),
            [
                ("keep", self.tr("pays back the stored shares")),
                ("recompute", self.tr("keeps the lost discount off the refund")),
                ("block", self.tr("needs everything back that earned it")),
            ],
            self.tr("The preview shows the effect before anything is confirmed."),
        )
        self.coupons = form.choice(
            "coupons",
            self.tr("The coupon's use"),
            [
                ("give_back_when_all", self.tr("comes back once all is returned")),
                ("keep", self.tr("stays used")),
            ],
        )
        self.ask_reason = form.tick("ask_return_reason", self.tr("Ask for a reason at each return"), wide=True)
        self._ways_card()
        self._no_receipt_card()

    def _ways_card(self) -> None:
        card = self.add_card(
            self.tr("Refunds another way than they were paid"),
            self.tr("As it was paid always works. The cashier's limit for returns holds whichever way it goes."),
        )
        form = self.add_form(card)
        options: list[tuple[object, str]] = [
            ("by_right", self.tr("by who has the right, or with their yes")),
            ("approved", self.tr("always with a second person's yes")),
            ("never", self.tr("never")),
        ]
        self.to_cash = form.choice("to_cash", self.tr("Card, points or credit back in cash"), options)
        self.to_credit = form.choice("to_store_credit", self.tr("Money as store credit or a voucher"), options)
        self.to_card = form.choice("to_gift_card", self.tr("Money on a gift card that did not pay"), options)

    def _no_receipt_card(self) -> None:
        card = self.add_card(
            self.tr("Returns without a receipt"),
            self.tr(
                "They give back the lowest price charged lately, or today's where that is lower. A second person "
                "always approves, and a reason is always asked for."
            ),
        )
        form = self.add_form(card)
        self.no_receipt = form.choice(
            "no_receipt",
            self.tr("Without a receipt"),
            [
                ("store_credit", self.tr("store credit or a voucher only")),
                ("any", self.tr("money and gift cards too")),
                ("not_allowed", self.tr("nothing is taken back")),
            ],
        )
        self.days = form.number(
            "no_receipt_days", self.tr("Days to look back for the lowest price"), least=1, most=3650
        )
        self.most = MoneyField(self._formats, self.tr("Most at one return"))
        self.month = MoneyField(self._formats, self.tr("Most for one customer in a month"))
        for field in (self.most, self.month):
            field.setMaximumWidth(NUMBER_WIDTH)
        form.add("no_receipt_most_minor", self.tr("Most at one return"), self.most)
        form.add("no_receipt_month_minor", self.tr("Most for one customer in a month"), self.month)
        self.customer = form.tick(
            "no_receipt_customer",
            self.tr("Ask who brings it back"),
            self.tr("Off, a voucher can be given to anybody, and the cap of a month holds for nobody."),
            wide=True,
        )

    def _till_card(self) -> None:
        form = self.add_form(self.add_card(self.tr("At the till")))
        self.lock = form.number(
            "lock_after_minutes",
            self.tr("Lock after minutes without a touch"),
            self.tr("0 never locks. Counts from the next sign-in; a sale in the making stays as it is."),
            most=240,
        )

    def show_values(self, values: tuple[Any, Any, Any]) -> None:
        info, selling, returns = self._values = values
        choose(self.rounding, info.rounding_level)
        self.coin.setValue(info.cash_step_minor)
        choose(self.discount_rounding, selling.discount_rounding.value)
        choose(self.mode, selling.rounding_mode.value)
        choose(self.cash, selling.cash_rounding.value)
        choose(self.combine, selling.combine.value)
        choose(self.order, selling.order.value)
        choose(self.duplicate, selling.duplicate_code.value)
        choose(self.case, selling.codes_case_sensitive)
        choose(self.threshold, returns.threshold.value)
        choose(self.coupons, returns.coupons.value)
        choose(self.to_cash, returns.to_cash.value)
        choose(self.to_credit, returns.to_store_credit.value)
        choose(self.to_card, returns.to_gift_card.value)
        choose(self.no_receipt, returns.no_receipt.value)
        self.days.setValue(returns.no_receipt_days)
        self.most.show_money(Money(returns.no_receipt_most_minor, self._formats.currency))
        self.month.show_money(Money(returns.no_receipt_month_minor, self._formats.currency))
        self.customer.setChecked(returns.no_receipt_customer)
        self.ask_reason.setChecked(selling.ask_return_reason)
        self.lock.setValue(selling.lock_after_minutes)

    def _cap(self, field: MoneyField, name: str) -> int:
        """Minor units. Raises InvalidInput for what is no amount above zero."""
        money = field.value(least=1)
        if money is None:
            always = self.tr("Without a receipt there is always a cap. Type an amount above zero.")
            raise InvalidInput(field.accessibleDescription() or always, field=name)
        return money.minor

    def collect(self) -> Callable[[], object]:
        assert self._values is not None  # noqa: S101 - Save is only enabled once they were read
        before = self._values
        info, selling, returns = before
        info = replace(info, rounding_level=chosen(self.rounding), cash_step_minor=self.coin.value())
        selling = replace(
            selling,
            discount_rounding=_same_kind(selling.discount_rounding, self.discount_rounding),
            rounding_mode=_same_kind(selling.rounding_mode, self.mode),
            cash_rounding=_same_kind(selling.cash_rounding, self.cash),
            combine=_same_kind(selling.combine, self.combine),
            order=_same_kind(selling.order, self.order),
            duplicate_code=_same_kind(selling.duplicate_code, self.duplicate),
            codes_case_sensitive=bool(chosen(self.case)),
            ask_return_reason=self.ask_reason.isChecked(),
            lock_after_minutes=self.lock.value(),
        )
        returns = replace(
            returns,
            threshold=_same_kind(returns.threshold, self.threshold),
            coupons=_same_kind(returns.coupons, self.coupons),
            to_cash=_same_kind(returns.to_cash, self.to_cash),
            to_store_credit=_same_kind(returns.to_store_credit, self.to_credit),
            to_gift_card=_same_kind(returns.to_gift_card, self.to_card),
            no_receipt=_same_kind(returns.no_receipt, self.no_receipt),
            no_receipt_customer=self.customer.isChecked(),
            no_receipt_days=self.days.value(),
            no_receipt_most_minor=self._cap(self.most, "no_receipt_most_minor"),
            no_receipt_month_minor=self._cap(self.month, "no_receipt_month_minor"),
        )

        def work() -> None:
            if info != before[0]:
                self._service.save_info(self._actor, info)
            for was, wanted in ((before[1], selling), (before[2], returns)):
                if wanted != was:
                    self._service.save_settings(self._actor, wanted)

        return work


def _same_kind(now: Any, box: QComboBox) -> Any:
    return type(now)(chosen(box))


def _make(context: ShellContext) -> QWidget:
    from app.shop.service import ShopService

    return SellingPage(
        context.services.get(ShopService), context.staff, context.reads, context.writes, context.notify,
        context.formats,
    )  # fmt: skip


PAGE = SettingsPage("selling", QT_TRANSLATE_NOOP("settings", "Selling"), "shopping-basket", _make, 50)
