"""The till: scan field and basket on the left; on the right whatever is being done now."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QHideEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.barcodes.model import OwnCodeKind
from app.checkout.model import BasketView, CardFact, CompletedSale, CouponOffer, LineView
from app.money import Money
from ui.sell.asking import Asking
from ui.sell.basket_view import BasketPane
from ui.sell.chores import Chores
from ui.sell.commands import Commands
from ui.sell.customer_card import CustomerCard
from ui.sell.doubt import DoubtPanel
from ui.sell.errands import Errands
from ui.sell.models import shortened
from ui.sell.panels import MorePanel
from ui.sell.pay_view import ChangePanel, PayPanel
from ui.sell.paying import Finished, PayPresenter
from ui.sell.presenter import SellPresenter
from ui.sell.quick_keys import QuickKeys
from ui.sell.scan import LookUp, NotKnown
from ui.sell.scan_field import ProductPopup, ScanField
from ui.sell.side import SideBar, SidePanel
from ui.sell.sound import alarm
from ui.shared import theme
from ui.shared.banner import Banner
from ui.shared.keypad import Keypad
from ui.shared.tokens import SPACE_M, SPACE_S, Density
from ui.shared.widgets import Button
from ui.shell.registry import Action

_PAD_BESIDE = 190  # a customer card up to this high leaves room for the number pad on 1024 x 768
NARROW = 1080  # below this width the quick keys fold into a page of their own


class SellView(QWidget):
    """Draws and forwards. Every task opens on the right side and Esc leads back; the scan field keeps the keyboard."""

    form_wanted = Signal(int)  # customer id: open the customer form
    product_wanted = Signal(str)  # a code: make a product of it
    held_counted = Signal(int)
    shift_ended = Signal()  # the register is closed and the cashier has seen how the count came out
    notified = Signal(str, object)  # text, undo or None

    toast_lift = 190  # toasts stay clear of the total,
    toast_centre = 0.3  # and of the quick keys

    def __init__(self, sell: SellPresenter, pay: PayPresenter, errands: Errands) -> None:
        super().__init__()
        self.setObjectName("page")
        theme.set_density(self, Density.TOUCH)
        self.sell, self.pay, self.errands = sell, pay, errands
        self.formats = sell.formats
        self._build()
        self._build_side()
        self._lay_out()
        self._connect()
        self._connect_side()
        self.commands.install_keys(self, self.focus_home)
        self.side.show_home()

    # Building

    def _build(self) -> None:
        self.field = ScanField(self.formats)
        self.error = Banner()
        self.basket = BasketPane(self.formats)
        self.customer = CustomerCard(self.formats)
        self.keys = QuickKeys(self._price_of)
        self.home = QWidget()
        self.side = SideBar(self.home)
        self.asking = Asking(self.sell, self.pay, self.errands, self.side, self.basket.list.chosen_line)
        self.chores = Chores(self.sell, self.pay, self.errands, self.side)
        self.commands = Commands(self.sell, self.pay, self.errands, self.asking, self.chores)
        self.hold = Button(self.tr("F4 Hold"), self.commands.hold, icon="pause")
        self.discount = Button(self.tr("F8 Discount"), self.asking.discount, icon="percent")
        self.more = Button(self.tr("More"), self._open_more, icon="ellipsis")
        self.pay_button = Button(self.tr("F9 Pay"), self.pay.open, kind="pay", icon="wallet")
        for button in (self.hold, self.discount, self.more, self.pay_button):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _build_side(self) -> None:
        self.pay_panel = PayPanel(self.pay, self.formats)
        self.change_panel = ChangePanel(self.formats)
        self.more_panel = MorePanel(self.commands.more())
        self.keys_panel = SidePanel(self.tr("Quick keys"))
        self.side.add_pay(self.pay_panel, lambda: self.pay.is_open)
        self.doubt_panel = DoubtPanel(self.formats)
        self.side.add(self.doubt_panel)
        self.side.add(self.more_panel)
        self.side.add(self.keys_panel)
        self.side.addWidget(self.change_panel)

    def _lay_out(self) -> None:
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
        self.pad = Keypad(
            decimal_symbol="*", enter=self.tr("Enter"), enter_kind=""
        )  # codes and 3*CODE without a keyboard
        self.pad.type_into(self.field)
        self.pad.entered.connect(self._on_pad)
        home.addWidget(self.pad)
        home.addStretch(0)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        for button in (self.hold, self.discount, self.more):
            row.addWidget(button, 1)
        home.addLayout(row)
        home.addWidget(self.pay_button)
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

    def _fold(self, narrow: bool) -> None:
        """Quick keys beside the basket, or on a page of their own where the screen is small."""
        self._narrow = narrow
        self.pad.hide()
        (self.keys_panel.body if narrow else self._keys_place).addWidget(self.keys, 1)
        self.keys.set_columns(4 if narrow else 5)
        self._keys_button.setVisible(narrow)
        self._show_pad()
        self._whole.setStretch(0, 56 if narrow else 58)

    def _show_pad(self) -> None:
        """A pad where the keys were, unless the customer has so much to show that it would not fit."""
        self.pad.setVisible(self._narrow and self.customer.sizeHint().height() <= _PAD_BESIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        if narrow != self._narrow:
            self._fold(narrow)

    # Connections

    def _connect(self) -> None:
        sell, errands, asking = self.sell, self.errands, self.asking
        self.field.entered.connect(self.on_code)
        self.field.search_wanted.connect(errands.products.search)
        self.field.product_chosen.connect(self._on_product_id)
        self.field.backed_out.connect(self.side.back)
        self.field.delete_wanted.connect(self._on_remove)
        self.field.undo_wanted.connect(sell.undo)
        self.field.move_wanted.connect(self.basket.list.move_choice)
        self.field.page_wanted.connect(self.basket.list.move_page)
        errands.products.found.connect(self.field.show_hits)
        sell.shown.connect(self._on_shown)
        sell.touched.connect(self._on_touched)
        sell.scan_refused.connect(self._on_refused)
        sell.scan_accepted.connect(self.error.dismiss)
        sell.told.connect(self._on_told)
        sell.removed.connect(self._on_removed)
        sell.code_scanned.connect(self._on_own_code)
        bar = self.basket.bar
        bar.step_wanted.connect(self._on_step)
        bar.quantity_wanted.connect(asking.quantity)
        bar.price_wanted.connect(asking.override)
        bar.discount_wanted.connect(asking.discount_line)
        bar.remove_wanted.connect(self._on_remove)
        bar.undo_wanted.connect(sell.undo)
        self.basket.totals.codes.removed.connect(sell.remove_coupon)
        self.customer.search_wanted.connect(self.chores.find_customer)
        self.customer.clear_wanted.connect(lambda: sell.set_customer(None))
        self.customer.form_wanted.connect(self.form_wanted)
        self.customer.coupon_wanted.connect(self._on_offer)
        self.customer.card_wanted.connect(self._on_customer_card)
        self.customer.more_wanted.connect(self.chores.coupons)
        self.keys.product_chosen.connect(self._on_product_id)
        self.keys.action_chosen.connect(self.commands.by_tile)

    def _connect_side(self) -> None:
        self.side.focus_wanted.connect(self.focus_home)
        self.side.backed.connect(self.error.dismiss)
        self.side.pay_left.connect(self.pay.back)
        self.change_panel.closed.connect(self.side.show_home)
        self.change_panel.reprint_wanted.connect(self.errands.drawer.reprint_last)
        self.pay.opened.connect(self.side.open_pay)
        self.pay.doubted.connect(self._on_doubted)
        self.pay.changed.connect(self._drop_doubt)
        self.doubt_panel.confirmed.connect(self._on_sure)
        self.pay.finished.connect(self._on_finished)
        self.pay.busy_changed.connect(self._on_busy)
        self.pay.cancelled.connect(self.side.show_home)
        self.errands.done.connect(lambda text: self.notified.emit(text, None))
        self.errands.holding.counted.connect(self.held_counted)
        self.chores.return_booked.connect(self._on_return_booked)
        self.chores.register_closed.connect(self._on_register_closed)

    def palette_actions(self) -> list[Action]:
        return self.commands.palette()

    # Coming and going

    def page_shown(self, argument: object) -> None:
        self.sell.shop.refresh()  # a product or a tile may have been made on another page
        if argument == "held":
            self.chores.recall()
        elif isinstance(argument, int):
            self.errands.customers.choose(argument)
        elif isinstance(argument, tuple) and argument[:1] == ("made",):  # ("made", the code its product was made for)
            self.sell.ring_up_made(str(argument[1]))
        elif isinstance(argument, tuple) and argument[:1] == ("customer",):  # from their form
            self.errands.customers.choose(int(argument[1]))
        elif isinstance(argument, tuple) and argument[:1] == ("return",):  # from an invoice: ("return", its number)
            self.errands.returns.find(str(argument[1]))
        self.focus_home()

    def focus_home(self) -> None:
        """The keyboard belongs to the scan field unless a panel asks for something."""
        panel = self.side.currentWidget()
        if isinstance(panel, SidePanel) and panel is not self.keys_panel:
            panel.focus_first()
        else:
            self.field.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.sell.keeper.show_seen(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """The till locks, closes or shows another page: what was scanned is written down before anything else."""
        super().hideEvent(event)
        self.sell.keeper.show_seen(False)

    def _price_of(self, product_id: int) -> str:
        product = self.sell.shop.product(product_id)
        return "" if product is None else self.formats.amount(Money(product.price_minor, self.formats.currency))

    # The basket

    def on_code(self, text: str) -> None:
        """A code from any scanner, or typed; it goes to the sale whatever is open."""
        if not self.window().isVisible():
            return  # a locked till sells nothing
        self.errands.products.forget()
        self.field.show_hits(())
        if self.side.currentWidget() is self.change_panel:
            self.side.show_home()
        product = self.sell.shop.is_product(text)
        if self.side.currentWidget() is self.chores.card_panel and not product:
            self.chores.card_panel.scanned(text)
        elif not self.chores.scan_to_return(text, product=product, card=self.sell.shop.may_be_card(text)):
            self.sell.scanned(text)

    def _on_pad(self, key: str) -> None:
        if key == "\r" and self.field.text().strip():
            self.on_code(self.field.take_text())

    def _on_shown(self, view: BasketView) -> None:
        self.basket.show_basket(view)
        self.customer.show_basket(view)
        self._show_pad()
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
        if refused.unknown and self.sell.context.actor.may("product.edit"):
            actions.append((self.tr("Create"), lambda: self.product_wanted.emit(refused.raw)))
        if refused.unknown:
            actions.append((self.tr("Search"), lambda: self._search_for(refused.raw)))
        actions.append((self.tr("Ignore"), self.error.dismiss))
        self.error.tell(refused.raw, refused.sentence, actions=actions)

    def _search_for(self, raw: str) -> None:
        self.error.dismiss()
        self.field.setText(raw)
        self.field.selectAll()
        self.field.setFocus()
        self.errands.products.search(raw)

    def _on_told(self, sentence: str, kind: str) -> None:
        if kind == "danger":
            alarm()
        self.error.tell(sentence, kind=kind)

    def _on_removed(self, name: str) -> None:
        self.notified.emit(self.tr("{0} is out of the basket").format(shortened(name, 60)), self.sell.undo)

    def _chosen(self) -> LineView | None:
        return self.basket.list.chosen_line()

    def _on_step(self, by: int) -> None:
        """One piece more or less; a weight is asked for instead."""
        line = self._chosen()
        if line is not None and line.weighed:
            self.asking.quantity()
        elif line is not None:
            self.sell.step_quantity(line.line_id, by)

    def _on_remove(self) -> None:
        line = self._chosen()
        if line is not None and not self.pay.busy:
            self.sell.remove(line.line_id)

    def _on_product_id(self, product_id: int) -> None:
        if self.side.currentWidget() is self.change_panel:
            self.side.show_home()
        self.sell.ring_up_id(product_id)
        if self.side.currentWidget() in (self.home, self.keys_panel):
            self.field.setFocus()

    # Forwarding

    def _on_offer(self, offer: CouponOffer) -> None:
        self.errands.codes.use_coupon(offer.code_text)

    def _on_customer_card(self, card: CardFact) -> None:
        if self.pay.open():
            self.pay.take_account(card.account_id)

    def _on_own_code(self, code: LookUp) -> None:
        if self.pay.is_open and code.kind in (OwnCodeKind.GIFT_CARD, OwnCodeKind.ANY):
            self.pay.take_code(code.code)
        else:
            self.errands.codes.look_up(code)

    def _on_return_booked(self, sale: CompletedSale) -> None:
        self.change_panel.show_return(sale)
        self.side.setCurrentWidget(self.change_panel)
        self.field.setFocus()

    def _open_more(self) -> None:
        self.side.open(self.more_panel)

    def _open_keys(self) -> None:
        self.side.open(self.keys_panel)

    def _on_register_closed(self, said: str) -> None:
        ended = self.shift_ended.emit
        self.asking.choice_panel.ask(said, [(self.tr("Done"), ended)], when_left=ended)
        self.side.open(self.asking.choice_panel)

    # Paying

    def _on_busy(self, busy: bool) -> None:
        view = self.sell.view
        self.pay_button.setEnabled(not busy and view is not None and view.can_pay)

    def _on_doubted(self, given: Money, due: Money) -> None:
        self.doubt_panel.ask(given, due)
        self.side.open(self.doubt_panel)
        alarm()

    def _drop_doubt(self) -> None:
        """What is due has changed, so the question was about another sum; or it is answered."""
        if self.side.currentWidget() is self.doubt_panel:
            self.side.show_home()

    def _on_sure(self, minor: int) -> None:
        self._drop_doubt()
        self.pay.take_cash(minor, sure=True)

    def _on_finished(self, finished: Finished) -> None:
        self.error.dismiss()
        self.errands.holding.count()  # another till may have put one aside, or taken one up
        self.change_panel.show_sale(finished)
        self.side.setCurrentWidget(self.change_panel)
        self.field.setFocus()
        if QAccessible.isActive():
            words = self.tr("Change {0}").format(self.formats.money(finished.change))
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))
