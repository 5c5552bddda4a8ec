"""Everything the till can do, by key, from More, from the palette and from a tile."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from ui.sell.asking import Asking
from ui.sell.chores import Chores
from ui.sell.errands import Errands
from ui.sell.paying import PayPresenter
from ui.sell.presenter import SellPresenter
from ui.shell.registry import Action


class Commands(QObject):
    def __init__(
        self, sell: SellPresenter, pay: PayPresenter, errands: Errands, asking: Asking, chores: Chores
    ) -> None:
        super().__init__(asking)
        self._sell, self._pay, self._errands, self._asking, self._chores = sell, pay, errands, asking, chores

    def hold(self) -> None:
        if not self._sell.basket.is_empty and not self._pay.is_open:
            self._errands.holding.hold()

    def pay(self) -> None:
        self._pay.open()

    def install_keys(self, page: QWidget, focus_home: Callable[[], object]) -> None:
        """The function keys, while `page` is in front."""
        asking, chores = self._asking, self._chores
        keys: dict[str, Callable[[], object]] = {
            "F2": focus_home, "F3": chores.find_customer, "F4": self.hold, "F5": chores.recall,
            "F6": asking.quantity, "F7": asking.override, "F8": asking.discount, "F9": self._pay.open,
            "F10": asking.drawer, "F12": self._pay.exact_cash,
        }  # fmt: skip
        for key, act in keys.items():
            shortcut = QShortcut(QKeySequence(key), page, lambda act=act: act())
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)  # also when Tab has led to the rail
            shortcut.setAutoRepeat(False)

    def by_tile(self, action: str) -> None:
        """A quick key that sells nothing; one of another version does nothing."""
        asking, chores = self._asking, self._chores
        acts: dict[str, Callable[[], object]] = {
            "gift_card": chores.gift_card, "balance": chores.gift_card, "return": chores.take_back,
            "recall": chores.recall, "drawer": asking.drawer, "customer": chores.find_customer,
            "discount": asking.discount_basket, "reprint": self._errands.drawer.reprint_last,
        }  # fmt: skip
        act = acts.get(action)
        if act is not None:
            act()

    def more(self) -> list[tuple[str, str, Callable[[], object]]]:
        """Words, icon and deed: what is done now and then."""
        return [
            (self.tr("F5 Recall"), "play", self._chores.recall),
            (self.tr("Return"), "undo-2", self._chores.take_back),
            (self.tr("Gift card"), "gift", self._chores.gift_card),
            (self.tr("Print last receipt"), "printer", self._errands.drawer.reprint_last),
            (self.tr("F10 Open drawer"), "banknote", self._asking.drawer),
            (self.tr("Void this sale"), "trash-2", self._asking.void),
            (self.tr("Put cash in"), "plus", self._chores.cash_in),
            (self.tr("Take cash out"), "minus", self._chores.cash_out),
            (self.tr("X report"), "receipt", self._errands.drawer.print_reading),
            (self.tr("Close the register"), "lock", self._chores.close_register),
            (self.tr("F3 Customer"), "user", self._chores.find_customer),
        ]

    def palette(self) -> list[Action]:
        """For Ctrl+K."""
        tr, asking, chores, drawer = self.tr, self._asking, self._chores, self._errands.drawer
        return [
            Action("sell.pay", tr("Pay"), self.pay, "F9", "wallet", tr("tender cash card")),
            Action("sell.exact", tr("Take exact cash"), self._pay.exact_cash, "F12", "banknote"),
            Action("sell.customer", tr("Find or add a customer"), chores.find_customer, "F3", "user-plus"),
            Action("sell.coupons", tr("Coupons of this customer"), chores.coupons, "", "ticket-percent"),
            Action("sell.hold", tr("Put this sale on hold"), self.hold, "F4", "pause", tr("suspend park")),
            Action("sell.recall", tr("Recall a sale on hold"), chores.recall, "F5", "play", tr("resume")),
            Action("sell.quantity", tr("Change the quantity"), asking.quantity, "F6", "calculator"),
            Action("sell.price", tr("Change the price"), asking.override, "F7", "tag"),
            Action("sell.discount", tr("Give a discount"), asking.discount, "F8", "percent"),
            Action("sell.basket", tr("Discount the whole basket"), asking.discount_basket, "", "badge-percent"),
            Action("sell.drawer", tr("Open the drawer"), asking.drawer, "F10", "banknote"),
            Action("sell.return", tr("Return against a receipt"), chores.take_back, "", "undo-2", tr("refund")),
            Action(
                "sell.noreceipt", tr("Return without a receipt"), chores.take_back_without, "", "undo-2", tr("refund")
            ),
            Action("sell.card", tr("Sell, reload or check a gift card"), chores.gift_card, "", "gift", tr("balance")),
            Action("sell.reprint", tr("Print the last receipt again"), drawer.reprint_last, "", "printer"),
            Action("sell.void", tr("Void this sale"), asking.void, "", "trash-2", tr("cancel")),
            Action("sell.payin", tr("Put cash into the drawer"), chores.cash_in, "", "plus", tr("pay in float")),
            Action("sell.payout", tr("Take cash out of the drawer"), chores.cash_out, "", "minus", tr("pay out drop")),
            Action(
                "sell.close", tr("Close the register"), chores.close_register, "", "lock", tr("shift count Z report")
            ),
            Action(
                "sell.reading", tr("Print an X report"), drawer.print_reading, "", "receipt", tr("reading shift so far")
            ),
            Action(
                "sell.closing",
                tr("Print the last Z report again"),
                drawer.print_closing_again,
                "",
                "receipt",
                tr("closing shift reprint"),
            ),
            Action("sell.undo", tr("Undo the last step"), self._sell.undo, "Ctrl+Z", "rotate-ccw"),
        ]
