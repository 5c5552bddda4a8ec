"""Asking for one thing at a time: quantity, weight, price, discount, a reason, a manager's yes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from PySide6.QtCore import QObject

from app.catalog.till import TillProduct
from app.checkout.model import LineView
from app.errors import NotPermitted
from app.money import Money
from app.pricing.model import UNIT_MILLI, ManualDiscount
from app.staff.model import Approval
from ui.sell.ask import ApprovePanel, CardPinPanel, ChoicePanel, DiscountPanel, NumberPanel
from ui.sell.errands import Errands
from ui.sell.models import shortened
from ui.sell.paying import PayPresenter
from ui.sell.presenter import SellPresenter, discount_percent
from ui.sell.scan import ChooseProduct
from ui.sell.side import SideBar, SidePanel


class Asking(QObject):
    """Opens a panel on the right, takes the answer, makes the step."""

    def __init__(
        self,
        sell: SellPresenter,
        pay: PayPresenter,
        errands: Errands,
        side: SideBar,
        chosen: Callable[[], LineView | None],
    ) -> None:
        super().__init__(side)
        self._sell, self._pay, self._errands, self._side, self._chosen = sell, pay, errands, side, chosen
        self._formats = sell.formats
        self._approved: Callable[[Approval], None] | None = None
        self._asked: tuple[str, Decimal | None] = ("", None)
        self._discount_amount: Decimal | None = None
        self._give_discount: Callable[[ManualDiscount], None] = self._give_to_basket
        self._drop_discount: Callable[[], None] = lambda: None
        services = sell.services
        self.number_panel = NumberPanel(self._formats, services.price_reasons)
        self.discount_panel = DiscountPanel(self._formats, services.discount_reasons)
        self.approve_panel = ApprovePanel()
        self.choice_panel = ChoicePanel()
        self.pin_panel = CardPinPanel()
        panels: tuple[SidePanel, ...] = (
            self.number_panel, self.discount_panel, self.choice_panel, self.approve_panel, self.pin_panel,
        )  # fmt: skip
        for panel in panels:
            side.add(panel)
        sell.price_wanted.connect(self.price)
        sell.weight_wanted.connect(self.weight)
        sell.choice_wanted.connect(self.which)
        for source in (sell, pay, errands):
            source.approval_wanted.connect(self.approval)
        errands.approvals.listed.connect(self.approve_panel.show_approvers)
        pay.pin_wanted.connect(self.pin_of_card)
        self.approve_panel.pin_given.connect(self._on_pin)
        self.approve_panel.closed.connect(self._forget_approval)
        sell.emptied.connect(self._forget_approval)
        self.pin_panel.pin_given.connect(self._on_card_pin)
        self.discount_panel.line_wanted.connect(self.discount_line)
        self.discount_panel.basket_wanted.connect(self.discount_basket)
        self.discount_panel.discounted.connect(lambda discount: self._give_discount(discount))  # noqa: PLW0108
        self.discount_panel.taken_off.connect(lambda: self._drop_discount())  # noqa: PLW0108  looked up when it comes

    def _price_of(self, product_id: int) -> str:
        product = self._sell.shop.product(product_id)
        return "" if product is None else self._formats.amount(Money(product.price_minor, self._formats.currency))

    def quantity(self) -> None:
        line = self._chosen()
        if line is None or line.is_return or self._pay.is_open:
            return
        title = self.tr("Quantity: {0}").format(shortened(line.name))
        now = self._formats.quantity(line.quantity_milli)
        self.number_panel.ask_quantity(
            title, weighed=line.weighed, now=now, take=lambda milli: self._sell.set_quantity(line.line_id, milli)
        )
        self._side.open(self.number_panel)

    def weight(self, product: TillProduct) -> None:
        title = self.tr("Weight: {0}").format(shortened(product.name))
        self.number_panel.ask_quantity(
            title, weighed=True, now="", take=lambda milli: self._sell.ring_up(product, milli, measured=True)
        )
        self._side.open(self.number_panel)

    def price(self, product: TillProduct, quantity_milli: int) -> None:
        self.number_panel.ask_amount(
            self.tr("Price: {0}").format(shortened(product.name)),
            self.tr("This product has no fixed price."),
            self.tr("Add it"),
            lambda minor: self._sell.ring_up(product, quantity_milli, minor),
        )
        self._side.open(self.number_panel)

    def override(self) -> None:
        line = self._chosen()
        if line is None or line.is_return or str(line.kind) != "product" or self._pay.is_open:
            return
        note = self.tr("The list price is {0}.").format(self._formats.amount(line.list_price))
        self.number_panel.ask_price(
            self.tr("Price: {0}").format(shortened(line.name)),
            note,
            lambda minor, reason: self._override_price(line, minor, reason),
            to_list=partial(self._sell.clear_price, line.line_id) if line.price_reason else None,
        )
        self._side.open(self.number_panel)

    def _override_price(self, line: LineView, minor: int, reason: str) -> None:
        off = line.list_price.minor - minor
        self._discount_amount = discount_percent(ManualDiscount("x", max(0, off)), line.list_price.minor)
        self._sell.override_price(line.line_id, minor, reason)

    def which(self, choice: ChooseProduct) -> None:
        self.choice_panel.ask(
            self.tr("Which of these?"),
            [
                (
                    f"{match.product.name} · {self._price_of(match.product.id)}",
                    partial(self._sell.ring_up, match.product, match.pack_milli * choice.quantity_milli // UNIT_MILLI),
                )
                for match in choice.matches[:9]
            ],
        )
        self._side.open(self.choice_panel)

    def discount(self) -> None:
        """F8: of the chosen line, or of the basket where that line takes none; the panel changes between them."""
        if self._may_discount(self._chosen()):
            self.discount_line()
        else:
            self.discount_basket()

    @staticmethod
    def _may_discount(line: LineView | None) -> bool:
        return line is not None and not line.is_return and str(line.kind) == "product"

    def discount_line(self) -> None:
        line = self._chosen()
        if line is None or not self._may_discount(line) or self._pay.is_open:
            return
        self._ask_discount(
            self.tr("Discount: {0}").format(shortened(line.name)),
            any(saving.by_hand for saving in line.savings),
            lambda discount: self._give_to_line(line, discount),
            lambda: self._sell.clear_line_discount(line.line_id),
            of_line=True,
        )

    def _give_to_line(self, line: LineView, discount: ManualDiscount) -> None:
        self._discount_amount = discount_percent(discount, line.gross.minor)
        self._sell.discount_line(line.line_id, discount)

    def discount_basket(self) -> None:
        if self._pay.is_open or self._sell.basket.is_empty:
            return
        self._ask_discount(
            self.tr("Discount on the whole basket"),
            bool(self._sell.basket.discounts),
            self._give_to_basket,
            lambda: self._sell.drop_basket_discount(len(self._sell.basket.discounts) - 1),
            of_line=False,
        )

    def _give_to_basket(self, discount: ManualDiscount) -> None:
        view = self._sell.view
        self._discount_amount = discount_percent(discount, view.subtotal.minor if view is not None else 0)
        self._sell.discount_basket(discount)

    def _ask_discount(
        self, title: str, has_one: bool, give: Callable[[ManualDiscount], None], off: Callable[[], None], *,
        of_line: bool,
    ) -> None:  # fmt: skip
        self._give_discount, self._drop_discount = give, off
        possible = self._may_discount(self._chosen())
        self.discount_panel.ask(title, has_one=has_one, of_line=of_line, line_possible=possible)
        self._side.open(self.discount_panel)

    def approval(self, refusal: NotPermitted, then: Callable[[Approval], None]) -> None:
        self._approved = then
        amount = self._discount_amount if refusal.permission in ("sale.discount", "sale.price_override") else None
        self._asked = (refusal.permission, amount)
        self.approve_panel.ask(str(refusal))
        self._side.open_over(self.approve_panel)
        self._errands.approvals.list_approvers(refusal.permission, amount)

    def _on_pin(self, approver_id: int, pin: str) -> None:
        permission, amount = self._asked
        self._errands.approvals.approve(
            approver_id, pin, permission, amount, self._on_approved, self.approve_panel.refuse
        )

    def _on_approved(self, approval: Approval) -> None:
        """A yes that comes when the cashier has backed out, or the sale is over, changes nothing."""
        then, self._approved = self._approved, None
        if then is None:
            return
        if self._side.currentWidget() is self.approve_panel:
            self._side.back()
        then(approval)

    def _forget_approval(self) -> None:
        self._approved = None

    def pin_of_card(self, code: str) -> None:
        self.pin_panel.ask(code)
        self._side.open_over(self.pin_panel)

    def _on_card_pin(self, code: str, pin: str) -> None:
        self._side.open_pay()
        self._pay.take_code(code, pin)

    def drawer(self) -> None:
        reasons = (self.tr("Change for a customer"), self.tr("Checking the float"), self.tr("Opened by mistake"))
        self.choice_panel.ask(
            self.tr("Why is the drawer opened?"),
            [(reason, partial(self._errands.drawer.open, reason)) for reason in reasons],
        )
        self._side.open(self.choice_panel)

    def void(self) -> None:
        if self._sell.basket.is_empty or self._pay.is_open:
            return
        reasons = (self.tr("The customer left"), self.tr("Rung up twice"), self.tr("Practice"))
        self.choice_panel.ask(
            self.tr("Why is this sale void?"),
            [(reason, partial(self._errands.holding.void, reason)) for reason in reasons],
        )
        self._side.open(self.choice_panel)
