"""The till: scan field and basket on the left; on the right whatever is being done now."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.catalog.till import TillProduct
from app.checkout.model import BasketView, CardFact, CouponOffer, LineView
from app.errors import NotPermitted
from app.money import Money, decimals_of
from app.pricing.model import UNIT_MILLI, ManualDiscount
from app.staff.model import Approval
from ui.sell.ask import ApprovePanel, CardPinPanel, ChoicePanel, DiscountPanel, NumberPanel
from ui.sell.basket_view import BasketPane
from ui.sell.customer_card import CustomerCard
from ui.sell.errands import Errands
from ui.sell.panels import CustomerSearch, GiftCardPanel, HeldPanel, MorePanel
from ui.sell.pay_view import ChangePanel, PayPanel
from ui.sell.paying import Finished, PayPresenter
from ui.sell.ports import CardShown
from ui.sell.presenter import SellPresenter, discount_percent
from ui.sell.quick_keys import QuickKeys
from ui.sell.return_view import ReturnPanel
from ui.sell.scan import ChooseProduct, LookUp, NotKnown
from ui.sell.scan_field import ProductPopup, ScanField
from ui.sell.side import SidePanel
from ui.sell.sound import alarm
from ui.shared import theme
from ui.shared.banner import Banner
from ui.shared.tokens import SPACE_M, SPACE_S, Density
from ui.shared.widgets import Button
from ui.shell.registry import Action

NARROW = 1080  # below this width the quick keys fold into a page of their own


class SellView(QWidget):
    """Draws and forwards. Every task opens on the right side and Esc leads back; the scan field keeps the keyboard."""

    form_wanted = Signal(int)  # customer id: open the customer form
    product_wanted = Signal(str)  # a code: make a product of it
    held_counted = Signal(int)
    notified = Signal(str, object)  # text, undo or None

    def __init__(self, sell: SellPresenter, pay: PayPresenter, errands: Errands) -> None:
        super().__init__()
        self.setObjectName("page")
        theme.set_density(self, Density.TOUCH)
        self.sell, self.pay, self.errands = sell, pay, errands
        self.formats = sell.formats
        self._approved: Callable[[Approval], None] | None = None
        self._asked: tuple[str, Decimal | None] = ("", None)
        self._discount_amount: Decimal | None = None
        self._give_discount: Callable[[ManualDiscount], None] = self._discount_basket
        self._drop_discount: Callable[[], None] = lambda: None
        self._build()
        self._build_panels()
        self._lay_out()
        self._connect()
        self._connect_panels()
        self._shortcuts()
        self._show_home()

    # Building

    def _build(self) -> None:
        self.field = ScanField(self.formats)
        self.error = Banner()
        self.basket = BasketPane(self.formats)
        self.customer = CustomerCard(self.formats)
        self.keys = QuickKeys(self._price_of)
        self.hold = Button(self.tr("F4 Hold"), self._on_hold, icon="pause")
        self.discount = Button(self.tr("F8 Discount"), self._on_basket_discount, icon="percent")
        self.more = Button(self.tr("More"), self._open_more, icon="ellipsis")
        self.pay_button = Button(self.tr("F9 Pay"), self.pay.open, kind="pay", icon="wallet")
        for button in (self.hold, self.discount, self.more, self.pay_button):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _build_panels(self) -> None:
        services = self.sell.services
        self.pay_panel = PayPanel(self.pay, self.formats)
        self.change_panel = ChangePanel(self.formats)
        self.number = NumberPanel(self.formats, services.price_reasons)
        self.discount_panel = DiscountPanel(self.formats, services.discount_reasons)
        self.approve = ApprovePanel()
        self.choice = ChoicePanel()
        self.card_pin = CardPinPanel()
        self.search = CustomerSearch()
        self.held = HeldPanel(self.formats)
        self.card = GiftCardPanel(self.formats, _card_values(self.formats.currency))
        self.returns = ReturnPanel(self.formats, services.return_reasons)
        self.more_panel = MorePanel(self._more_entries())
        self.keys_panel = SidePanel(self.tr("Quick keys"))

    def _lay_out(self) -> None:
        self.home = QWidget()
        home = QVBoxLayout(self.home)
        home.setContentsMargins(0, 0, 0, 0)
        home.setSpacing(SPACE_M)
        home.addWidget(self.customer)
        self._keys_button = Button(self.tr("Quick keys"), self._open_keys, icon="layout-grid")
        self._keys_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._keys_button.setMinimumHeight(64)
        home.addWidget(self._keys_button)
        self._keys_place = QVBoxLayout()
        home.addLayout(self._keys_place, 1)
        home.addStretch(0)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        for button in (self.hold, self.discount, self.more):
            row.addWidget(button, 1)
        home.addLayout(row)
        home.addWidget(self.pay_button)
        self.side = QStackedWidget()
        for page in (self.home, *self._panels(), self.change_panel):
            self.side.addWidget(page)
        left = QVBoxLayout()
        left.setSpacing(SPACE_S)
        left.addWidget(self.field)
        left.addWidget(self.error)
        left.addWidget(self.basket, 1)
        self._whole = QHBoxLayout(self)
        self._whole.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        self._whole.setSpacing(SPACE_M)
        self._whole.addLayout(left, 58)
        self._whole.addWidget(self.side, 42)
        self._popup = ProductPopup(self, self.field)
        self.field.use_popup(self._popup)
        self._fold(False)

    def _panels(self) -> tuple[SidePanel, ...]:
        return (
            self.pay_panel, self.number, self.discount_panel, self.approve, self.choice, self.card_pin, self.search,
            self.held, self.card, self.returns, self.more_panel, self.keys_panel,
        )  # fmt: skip

    def _fold(self, narrow: bool) -> None:
        """Quick keys beside the basket, or on a page of their own where the screen is small."""
        self._narrow = narrow
        self._keys_button.setVisible(narrow)
        self.keys.set_columns(4 if narrow else 5)
        (self.keys_panel.body if narrow else self._keys_place).addWidget(self.keys, 1)
        self._whole.setStretch(0, 56 if narrow else 58)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        if narrow != self._narrow:
            self._fold(narrow)

    def _more_entries(self) -> list[tuple[str, str, Callable[[], object]]]:
        return [
            (self.tr("F5 Recall"), "play", self._open_held),
            (self.tr("Return"), "undo-2", self._open_return),
            (self.tr("Gift card"), "gift", self._open_card),
            (self.tr("Print last receipt"), "printer", self.errands.reprint_last),
            (self.tr("F10 Open drawer"), "banknote", self._on_drawer),
            (self.tr("Void this sale"), "trash-2", self._on_void),
            (self.tr("F3 Customer"), "user", self._open_search),
            (self.tr("Undo"), "rotate-ccw", self.sell.undo),
        ]

    # Connections

    def _connect(self) -> None:
        sell, errands = self.sell, self.errands
        self.field.entered.connect(self.on_code)
        self.field.search_wanted.connect(errands.search_products)
        self.field.product_chosen.connect(self._on_product_id)
        self.field.backed_out.connect(self._back)
        errands.products_found.connect(self.field.show_hits)
        sell.shown.connect(self._on_shown)
        sell.touched.connect(self._on_touched)
        sell.scan_refused.connect(self._on_refused)
        sell.scan_accepted.connect(self.error.dismiss)
        sell.told.connect(self._on_told)
        sell.removed.connect(self._on_removed)
        sell.price_wanted.connect(self._ask_price)
        sell.weight_wanted.connect(self._ask_weight)
        sell.choice_wanted.connect(self._ask_choice)
        sell.code_scanned.connect(self._on_own_code)
        sell.approval_wanted.connect(self._ask_approval)
        bar = self.basket.bar
        bar.step_wanted.connect(self._on_step)
        bar.quantity_wanted.connect(self._ask_quantity)
        bar.price_wanted.connect(self._ask_override)
        bar.discount_wanted.connect(self._on_line_discount)
        bar.remove_wanted.connect(self._on_remove)
        bar.undo_wanted.connect(sell.undo)
        self.basket.totals.coupon_removed.connect(sell.remove_coupon)
        self.customer.search_wanted.connect(self._open_search)
        self.customer.clear_wanted.connect(lambda: sell.set_customer(None))
        self.customer.form_wanted.connect(self.form_wanted)
        self.customer.coupon_wanted.connect(self._on_offer)
        self.customer.card_wanted.connect(self._on_customer_card)
        self.keys.product_chosen.connect(self._on_product_id)
        self.keys.action_chosen.connect(self._on_action)

    def _connect_panels(self) -> None:
        for panel in self._panels():
            panel.closed.connect(self._back)
        self.change_panel.closed.connect(self._show_home)
        self.change_panel.reprint_wanted.connect(self.errands.reprint_last)
        self.pay.opened.connect(lambda: self._open(self.pay_panel))
        self.pay.finished.connect(self._on_finished)
        self.pay.busy_changed.connect(self._on_busy)
        self.pay.approval_wanted.connect(self._ask_approval)
        self.pay.cancelled.connect(self._show_home)
        self.pay.pin_wanted.connect(self._ask_card_pin)
        errands = self.errands
        errands.approval_wanted.connect(self._ask_approval)
        errands.approvers_listed.connect(self.approve.show_approvers)
        errands.refused.connect(self._on_errand_refused)
        errands.done.connect(lambda text: self.notified.emit(text, None))
        errands.held_counted.connect(self.held_counted)
        errands.held_listed.connect(self.held.show_held)
        errands.customers_found.connect(self.search.show_hits)
        errands.customer_set.connect(self._on_customer_set)
        errands.receipt_found.connect(self._on_receipt)
        errands.return_previewed.connect(self.returns.show_preview)
        errands.return_booked.connect(self._on_return_booked)
        errands.card_found.connect(self._on_card)
        self.search.search_wanted.connect(errands.search_customers)
        self.search.chosen.connect(errands.choose_customer)
        self.search.add_wanted.connect(errands.add_customer)
        self.held.chosen.connect(self._on_held_chosen)
        self.card.look_up_wanted.connect(errands.look_up_card)
        self.card.sell_wanted.connect(lambda minor, card: self._on_card_sold(minor, card, reload=False))
        self.card.reload_wanted.connect(lambda minor, card: self._on_card_sold(minor, card, reload=True))
        self.card.take_wanted.connect(self._pay_with_code)
        self.returns.find_wanted.connect(errands.find_receipt)
        self.returns.preview_wanted.connect(errands.preview_return)
        self.returns.refund_wanted.connect(errands.book_return)
        self.returns.exchange_wanted.connect(self._on_exchange)
        self.approve.pin_given.connect(self._on_pin)
        self.discount_panel.discounted.connect(lambda discount: self._give_discount(discount))  # noqa: PLW0108  looked up when it comes
        self.discount_panel.taken_off.connect(lambda: self._drop_discount())  # noqa: PLW0108
        self.card_pin.pin_given.connect(self._on_card_pin)

    def _shortcuts(self) -> None:
        keys: dict[str, Callable[[], object]] = {
            "F2": self.focus_home, "F3": self._open_search, "F4": self._on_hold, "F5": self._open_held,
            "F6": self._ask_quantity, "F7": self._ask_override, "F8": self._on_discount_key, "F9": self.pay.open,
            "F10": self._on_drawer, "F12": self._on_exact, "Ctrl+Z": self.sell.undo, "Del": self._on_remove,
        }  # fmt: skip
        for key, act in keys.items():
            shortcut = QShortcut(QKeySequence(key), self, lambda act=act: act())
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)

    def palette_actions(self) -> list[Action]:
        """Everything the till can do, for Ctrl+K."""
        tr = self.tr
        return [
            Action("sell.pay", tr("Pay"), self._on_pay, "F9", "wallet", tr("tender cash card")),
            Action("sell.exact", tr("Take exact cash"), self._on_exact, "F12", "banknote"),
            Action("sell.customer", tr("Find or add a customer"), self._open_search, "F3", "user-plus"),
            Action("sell.hold", tr("Put this sale on hold"), self._on_hold, "F4", "pause", tr("suspend park")),
            Action("sell.recall", tr("Recall a sale on hold"), self._open_held, "F5", "play", tr("resume")),
            Action("sell.quantity", tr("Change the quantity"), self._ask_quantity, "F6", "calculator"),
            Action("sell.price", tr("Change the price"), self._ask_override, "F7", "tag"),
            Action("sell.discount", tr("Discount this line"), self._on_line_discount, "F8", "percent"),
            Action("sell.basket", tr("Discount the whole basket"), self._on_basket_discount, "", "badge-percent"),
            Action("sell.drawer", tr("Open the drawer"), self._on_drawer, "F10", "banknote"),
            Action(
                "sell.return", tr("Return against a receipt"), self._open_return, "", "undo-2", tr("refund exchange")
            ),
            Action("sell.card", tr("Sell, reload or check a gift card"), self._open_card, "", "gift", tr("balance")),
            Action("sell.reprint", tr("Print the last receipt again"), self.errands.reprint_last, "", "printer"),
            Action("sell.void", tr("Void this sale"), self._on_void, "", "trash-2", tr("cancel")),
            Action("sell.undo", tr("Undo the last step"), self.sell.undo, "Ctrl+Z", "rotate-ccw"),
        ]

    # Coming and going

    def page_shown(self, argument: object) -> None:
        if argument == "held":
            self._open_held()
        elif isinstance(argument, int):
            self.errands.choose_customer(argument)
        elif isinstance(argument, tuple) and argument[:1] == ("return",):  # from an invoice: ("return", its number)
            self.errands.find_receipt(str(argument[1]))
        self.focus_home()

    def focus_home(self) -> None:
        """The keyboard belongs to the scan field unless a panel asks for something."""
        panel = self.side.currentWidget()
        if isinstance(panel, SidePanel) and panel is not self.keys_panel:
            panel.focus_first()
        else:
            self.field.setFocus()

    def _open(self, panel: QWidget) -> None:
        self.side.setCurrentWidget(panel)
        self.focus_home()

    def _show_home(self) -> None:
        self.side.setCurrentWidget(self.home)
        self.field.setFocus()

    def _back(self) -> None:
        """One step back; from Pay to the basket; never loses a sale."""
        if self.pay.busy:
            return
        if self.side.currentWidget() in (self.approve, self.card_pin) and self.pay.is_open:
            self._open(self.pay_panel)
            return
        if self.side.currentWidget() is self.pay_panel:
            self.pay.cancel()
        self.error.dismiss()
        self._show_home()

    def _price_of(self, product_id: int) -> str:
        product = self.sell.product(product_id)
        return "" if product is None else self.formats.amount(Money(product.price_minor, self.formats.currency))

    # The basket

    def on_code(self, text: str) -> None:
        """A code from any scanner, or typed; it goes to the sale whatever is open."""
        self.errands.drop_search()
        self.field.show_hits(())
        if self.side.currentWidget() is self.change_panel:
            self._show_home()
        self.sell.scanned(text)

    def _on_shown(self, view: BasketView) -> None:
        self.basket.show_basket(view)
        self.customer.show_basket(view)
        self.basket.bar.undo.setEnabled(self.sell.can_undo)
        self.pay_button.setEnabled(view.can_pay and not self.pay.busy)
        self.hold.setEnabled(view.can_pay)
        self.discount.setEnabled(view.can_pay)

    def _on_touched(self, line_id: int) -> None:
        self.basket.list.touch(line_id)
        line = self.sell.line(line_id)
        if line is not None and QAccessible.isActive():
            words = f"{self.formats.quantity(line.quantity_milli)} {line.name}, {self.formats.amount(line.net)}"
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def _on_refused(self, refused: NotKnown) -> None:
        """Loud, red, in the way of nothing; only a button or the next good scan takes it away."""
        alarm()
        actions: list[tuple[str, Callable[[], object]]] = []
        if refused.unknown:
            actions.append((self.tr("Create"), lambda: self.product_wanted.emit(refused.raw)))
            actions.append((self.tr("Search"), lambda: self._search_for(refused.raw)))
        actions.append((self.tr("Ignore"), self.error.dismiss))
        self.error.tell(refused.raw, refused.sentence, actions=actions)

    def _search_for(self, raw: str) -> None:
        self.error.dismiss()
        self.field.setText(raw)
        self.field.selectAll()
        self.field.setFocus()
        self.errands.search_products(raw)

    def _on_told(self, sentence: str, kind: str) -> None:
        if kind == "danger":
            alarm()
        self.error.tell(sentence, kind=kind)

    def _on_removed(self, name: str) -> None:
        self.notified.emit(self.tr("{0} is out of the basket").format(name[:60]), self.sell.undo)

    def _chosen(self) -> LineView | None:
        return self.basket.list.chosen_line()

    def _on_step(self, by: int) -> None:
        line = self._chosen()
        if line is not None:
            self.sell.step_quantity(line.line_id, by)

    def _on_remove(self) -> None:
        line = self._chosen()
        if line is not None and not self.pay.busy:
            self.sell.remove(line.line_id)

    def _on_product_id(self, product_id: int) -> None:
        product = self.sell.product(product_id)
        if self.side.currentWidget() is self.change_panel:
            self._show_home()
        if product is not None:
            self.sell.ring_up(product)
        else:
            self.sell.refresh_facts(fresh=True)
            self._on_told(self.tr("This product is new here. The list is being read again; try once more."), "warning")
        if self.side.currentWidget() in (self.home, self.keys_panel):
            self.field.setFocus()

    # Asking

    def _ask_quantity(self) -> None:
        line = self._chosen()
        if line is None or line.is_return or self.pay.is_open:
            return
        title = self.tr("Quantity: {0}").format(line.name[:40])
        now = self.formats.quantity(line.quantity_milli)
        self.number.ask_quantity(
            title, weighed=line.weighed, now=now, take=lambda milli: self.sell.set_quantity(line.line_id, milli)
        )
        self._open(self.number)

    def _ask_weight(self, product: TillProduct) -> None:
        title = self.tr("Weight: {0}").format(product.name[:40])
        self.number.ask_quantity(
            title, weighed=True, now="", take=lambda milli: self.sell.ring_up(product, milli, measured=True)
        )
        self._open(self.number)

    def _ask_price(self, product: TillProduct, quantity_milli: int) -> None:
        self.number.ask_amount(
            self.tr("Price: {0}").format(product.name[:40]),
            self.tr("This product has no fixed price."),
            self.tr("Add it"),
            lambda minor: self.sell.ring_up(product, quantity_milli, minor),
        )
        self._open(self.number)

    def _ask_override(self) -> None:
        line = self._chosen()
        if line is None or line.is_return or str(line.kind) != "product" or self.pay.is_open:
            return
        note = self.tr("The list price is {0}.").format(self.formats.amount(line.list_price))
        self.number.ask_price(
            self.tr("Price: {0}").format(line.name[:40]),
            note,
            lambda minor, reason: self._override(line, minor, reason),
        )
        self._open(self.number)

    def _override(self, line: LineView, minor: int, reason: str) -> None:
        off = line.list_price.minor - minor
        self._discount_amount = discount_percent(ManualDiscount("x", max(0, off)), line.list_price.minor)
        self.sell.override_price(line.line_id, minor, reason)

    def _ask_choice(self, choice: ChooseProduct) -> None:
        self.choice.ask(
            self.tr("Which of these?"),
            [
                (
                    f"{match.product.name} · {self._price_of(match.product.id)}",
                    partial(self.sell.ring_up, match.product, match.pack_milli * choice.quantity_milli // UNIT_MILLI),
                )
                for match in choice.matches[:9]
            ],
        )
        self._open(self.choice)

    def _on_discount_key(self) -> None:
        if self.pay.is_open:
            return
        self._on_line_discount() if self._chosen() is not None else self._on_basket_discount()

    def _on_line_discount(self) -> None:
        line = self._chosen()
        if line is None or line.is_return or str(line.kind) != "product" or self.pay.is_open:
            return
        self._swap_discount(
            self.tr("Discount: {0}").format(line.name[:40]),
            any(saving.by_hand for saving in line.savings),
            lambda discount: self._discount_line(line, discount),
            lambda: self.sell.clear_line_discount(line.line_id),
        )

    def _discount_line(self, line: LineView, discount: ManualDiscount) -> None:
        self._discount_amount = discount_percent(discount, line.gross.minor)
        self.sell.discount_line(line.line_id, discount)

    def _on_basket_discount(self) -> None:
        if self.pay.is_open or self.sell.basket.is_empty:
            return
        self._swap_discount(
            self.tr("Discount on the whole basket"),
            bool(self.sell.basket.discounts),
            self._discount_basket,
            lambda: self.sell.drop_basket_discount(len(self.sell.basket.discounts) - 1),
        )

    def _discount_basket(self, discount: ManualDiscount) -> None:
        view = self.sell.view
        self._discount_amount = discount_percent(discount, view.subtotal.minor if view is not None else 0)
        self.sell.discount_basket(discount)

    def _swap_discount(
        self, title: str, has_one: bool, give: Callable[[ManualDiscount], None], off: Callable[[], None]
    ) -> None:
        self._give_discount, self._drop_discount = give, off
        self.discount_panel.ask(title, has_one=has_one)
        self._open(self.discount_panel)

    # Approval

    def _ask_approval(self, refusal: NotPermitted, then: Callable[[Approval], None]) -> None:
        self._approved = then
        amount = self._discount_amount if refusal.permission in ("sale.discount", "sale.price_override") else None
        self._asked = (refusal.permission, amount)
        self.approve.ask(str(refusal))
        self._open(self.approve)
        self.errands.list_approvers(refusal.permission, amount)

    def _on_pin(self, approver_id: int, pin: str) -> None:
        permission, amount = self._asked
        self.errands.approve(approver_id, pin, permission, amount, self._on_approved, self.approve.refuse)

    def _on_approved(self, approval: Approval) -> None:
        then, self._approved = self._approved, None
        if self.pay.is_open:
            self._open(self.pay_panel)
        else:
            self._show_home()
        if then is not None:
            then(approval)

    # Errands

    def _open_search(self) -> None:
        if not self.pay.busy:
            self._open(self.search)
            self.search.open()

    def _on_customer_set(self) -> None:
        if self.side.currentWidget() is self.search:
            self._show_home()

    def _on_offer(self, offer: CouponOffer) -> None:
        self.errands.use_coupon(offer.code_text)

    def _on_customer_card(self, card: CardFact) -> None:
        if self.pay.open():
            self.pay.take_account(card.account_id)

    def _on_own_code(self, code: LookUp) -> None:
        if self.pay.is_open and code.kind.value in ("gift_card", "any"):
            self.pay.take_code(code.code)
        else:
            self.errands.look_up(code)

    def _pay_with_code(self, code: str) -> None:
        if self.pay.open():
            self.pay.take_code(code)
        else:
            self.card.tell(self.tr("There is nothing to pay yet. Scan something first."))

    def _ask_card_pin(self, code: str) -> None:
        self.card_pin.ask(code)
        self._open(self.card_pin)

    def _on_card_pin(self, code: str, pin: str) -> None:
        self._open(self.pay_panel)
        self.pay.take_code(code, pin)

    def _on_hold(self) -> None:
        if not self.sell.basket.is_empty and not self.pay.is_open:
            self.errands.hold()

    def _open_held(self) -> None:
        if not self.pay.is_open:
            self.errands.list_held()
            self._open(self.held)

    def _on_held_chosen(self, basket_id: int) -> None:
        self._show_home()
        self.errands.resume(basket_id)

    def _open_return(self) -> None:
        if not self.pay.is_open:
            self.returns.open()
            self._open(self.returns)

    def _on_receipt(self, sale: object) -> None:
        if not self.pay.is_open:
            self.returns.show_sale(sale)  # type: ignore[arg-type]
            self._open(self.returns)

    def _on_return_booked(self, sale: object) -> None:
        self.change_panel.show_return(sale)  # type: ignore[arg-type]
        self.side.setCurrentWidget(self.change_panel)
        self.field.setFocus()

    def _on_exchange(self, sale: object, lines: object) -> None:
        self._show_home()
        self.errands.exchange(sale, lines)  # type: ignore[arg-type]

    def _open_card(self) -> None:
        if not self.pay.is_open:
            self.card.open()
            self._open(self.card)

    def _on_card(self, card: CardShown) -> None:
        if not self.pay.is_open:
            self.card.open(card)
            self._open(self.card)

    def _on_card_sold(self, minor: int, card: object, *, reload: bool) -> None:
        name = self.tr("Gift card reload") if reload else self.tr("Gift card")
        if self.sell.sell_card(minor, name=name, card=card, reload=reload):  # type: ignore[arg-type]
            self._show_home()

    def _open_more(self) -> None:
        self._open(self.more_panel)

    def _open_keys(self) -> None:
        self._open(self.keys_panel)

    def _on_action(self, action: str) -> None:
        acts: dict[str, Callable[[], object]] = {
            "gift_card": self._open_card, "balance": self._open_card, "return": self._open_return,
            "recall": self._open_held, "drawer": self._on_drawer, "customer": self._open_search,
            "discount": self._on_basket_discount, "reprint": self.errands.reprint_last,
        }  # fmt: skip
        act = acts.get(action)
        if act is not None:
            act()

    def _on_drawer(self) -> None:
        reasons = (self.tr("Change for a customer"), self.tr("Checking the float"), self.tr("Opened by mistake"))
        self.choice.ask(
            self.tr("Why is the drawer opened?"),
            [(reason, partial(self.errands.open_drawer, reason)) for reason in reasons],
        )
        self._open(self.choice)

    def _on_void(self) -> None:
        if self.sell.basket.is_empty or self.pay.is_open:
            return
        reasons = (self.tr("The customer left"), self.tr("Rung up twice"), self.tr("Practice"))
        self.choice.ask(
            self.tr("Why is this sale void?"),
            [(reason, partial(self.errands.void, reason)) for reason in reasons],
        )
        self._open(self.choice)

    def _on_errand_refused(self, sentence: str) -> None:
        panel = self.side.currentWidget()
        if panel is self.search:
            self.search.refuse(sentence)
        elif panel is self.returns:
            self.returns.refuse(sentence)
        elif isinstance(panel, SidePanel):
            panel.tell(sentence)
        else:
            self._on_told(sentence, "danger")

    # Paying

    def _on_pay(self) -> None:
        self.pay.open()

    def _on_exact(self) -> None:
        self.pay.exact_cash()

    def _on_busy(self, busy: bool) -> None:
        view = self.sell.view
        self.pay_button.setEnabled(not busy and view is not None and view.can_pay)

    def _on_finished(self, finished: Finished) -> None:
        self.error.dismiss()
        self.change_panel.show_sale(finished)
        self.side.setCurrentWidget(self.change_panel)
        self.field.setFocus()
        if QAccessible.isActive():
            words = self.tr("Change {0}").format(self.formats.money(finished.change))
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))


def _card_values(currency: str) -> tuple[int, ...]:
    unit = 10 ** decimals_of(currency)
    return tuple(int(value * unit) for value in (10, 25, 50, 100))
