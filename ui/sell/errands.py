"""What the till fetches and files around a sale, each kind in a file of its own."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ui.sell.approving import ApprovalErrands
from ui.sell.codes import CodeErrands
from ui.sell.drawer import DrawerErrands
from ui.sell.errand import Errand
from ui.sell.holding import HoldErrands
from ui.sell.presenter import SellPresenter
from ui.sell.returning import ReturnErrands
from ui.sell.searching import CustomerErrands, ProductSearch
from ui.sell.without_receipt import NoReceiptErrands
from ui.shared.jobs import Jobs


class Errands(QObject):
    """All of one till's errands, and what any of them may say."""

    refused = Signal(str)  # a sentence for the panel that asked
    done = Signal(str)  # what was done, for a toast
    approval_wanted = Signal(object, object)  # NotPermitted, Callable[[Approval], None]

    def __init__(self, sell: SellPresenter, reads: Jobs, writes: Jobs) -> None:
        super().__init__(sell)
        self.products = ProductSearch(sell, reads, writes, self)
        self.customers = CustomerErrands(sell, reads, writes, self)
        self.holding = HoldErrands(sell, reads, writes, self)
        self.returns = ReturnErrands(sell, reads, writes, self)
        self.no_receipt = NoReceiptErrands(sell, reads, writes, self)
        self.codes = CodeErrands(sell, reads, writes, self.customers, self.returns, self)
        self.drawer = DrawerErrands(sell, reads, writes, self)
        self.approvals = ApprovalErrands(sell, reads, writes, self)
        for errand in self._all():
            errand.refused.connect(self.refused)
            errand.done.connect(self.done)
            errand.approval_wanted.connect(self.approval_wanted)

    def _all(self) -> tuple[Errand, ...]:
        return (
            self.products, self.customers, self.holding, self.returns, self.no_receipt, self.codes, self.drawer,
            self.approvals,
        )  # fmt: skip
