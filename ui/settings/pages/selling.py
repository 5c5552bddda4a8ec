"""Settings › Selling: rounding, codes, discounts, returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QWidget

from ui.settings.form import choose, chosen
from ui.settings.formpage import FormPage
from ui.settings.registry import SettingsPage
from ui.shared.i18n import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from app.shop.service import ShopService
    from app.staff.model import Actor
    from ui.shared.jobs import Jobs
    from ui.shell.registry import ShellContext


class SellingPage(FormPage):
    def __init__(
        self, service: ShopService, actor: Actor, reads: Jobs, writes: Jobs, notify: Callable[..., None]
    ) -> None:
        super().__init__(
            self.tr("Selling"),
            self.tr("How the till rounds, how discounts meet, and what a return gives back."),
            reads=reads, writes=writes, notify=notify, read=self._read_all,
        )  # fmt: skip
        self._service, self._actor = service, actor
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
        self.ask_reason.setChecked(selling.ask_return_reason)
        self.lock.setValue(selling.lock_after_minutes)

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

    return SellingPage(context.services.get(ShopService), context.staff, context.reads, context.writes, context.notify)


PAGE = SettingsPage("selling", QT_TRANSLATE_NOOP("settings", "Selling"), "shopping-basket", _make, 50)
