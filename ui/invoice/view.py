"""The invoice window: what was sold, what came off and why, taxes, how it was paid."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from app.checkout.receipts import SaleView
from hardware.protocols import Document
from ui.invoice.models import line_columns, line_rows, sums, tax_columns, tender_columns, trail_columns
from ui.invoice.presenter import InvoicePresenter
from ui.paper.view import PaperDialog
from ui.shared.dialogs import Dialog
from ui.shared.format import Formats
from ui.shared.jobs import Jobs
from ui.shared.tables import RowsModel, Table
from ui.shared.tokens import ROW_DESK, SPACE_L, SPACE_M, SPACE_S, SPACE_XS, TYPE_LARGE
from ui.shared.widgets import Button, ElidedWords, Line, Words, plain_tip

_LONGEST_NAME = 48
_MOST_RELATED = 4


def _tr(text: str) -> str:
    return QCoreApplication.translate("invoice", text)


def document_words(kind: str) -> str:
    words = {
        "sale": _tr("Invoice {0}"),
        "return": _tr("Return {0}"),
        "exchange": _tr("Exchange {0}"),
        "adjustment": _tr("Adjustment {0}"),
    }
    return words.get(kind, "{0}")


class InvoiceWindow(Dialog):
    """Read-only: a completed sale is never changed; a return is a new document."""

    return_wanted = Signal(str)  # the receipt's number
    customer_wanted = Signal(int)  # customer id
    reprint_asked = Signal()

    def __init__(
        self,
        presenter: InvoicePresenter,
        formats: Formats,
        sale_id: int,
        parent: QWidget | None = None,
        *,
        jobs: Jobs | None = None,
        may_return: bool = False,
    ) -> None:
        super().__init__(_tr("Invoice"), parent, width=960)
        self.resize(960, 680)
        self._presenter, self._formats, self._sale_id = presenter, formats, sale_id
        self._jobs, self._may_return = jobs, may_return
        self.paper: PaperDialog | None = None
        self._sale: SaleView | None = None
        presenter.setParent(self)
        self.about = ElidedWords(tone="muted")
        self.customer = Button("", self._on_customer, kind="link")
        self._related = QHBoxLayout()
        self._related.setSpacing(SPACE_S)
        self.related: list[Button] = []
        self.lines = self._table(RowsModel(line_columns()), _tr("Lines"))
        self.trail = self._table(RowsModel(trail_columns(formats)), _tr("Promotions considered"))
        self.taxes = self._table(RowsModel(tax_columns(formats)), _tr("Taxes"))
        self.tenders = self._table(RowsModel(tender_columns(formats)), _tr("Payments"))
        self._sums = QGridLayout()
        self._sums.setVerticalSpacing(2)
        self._sums.setColumnStretch(0, 1)
        self.total = Words(size=TYPE_LARGE, strong=True, align=Qt.AlignmentFlag.AlignRight)
        self._lay_out()
        self._connect()

    def _table(self, model: RowsModel, name: str) -> Table:  # type: ignore[type-arg]
        return Table(model, name)

    def _lay_out(self) -> None:
        about = QHBoxLayout()
        about.setSpacing(SPACE_M)
        about.addWidget(self.about, 1)
        about.addWidget(self.customer)
        self.body.addLayout(about)
        self.body.addLayout(self._related)
        self.body.addWidget(self.lines, 5)
        self.body.addSpacing(SPACE_XS)
        self.trail_title = Words(strong=True)
        self.body.addWidget(self.trail_title)
        self.body.addWidget(self.trail, 3)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_L)
        for table, share in ((self.taxes, 3), (self.tenders, 4)):
            table.setFixedHeight(ROW_DESK * 4 + 4)
            foot.addWidget(table, share, Qt.AlignmentFlag.AlignTop)
        side = QWidget()
        side.setMinimumWidth(220)
        side.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        box = QVBoxLayout(side)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_XS)
        box.addLayout(self._sums)
        box.addWidget(Line())
        box.addWidget(self.total)
        box.addStretch(1)
        foot.addWidget(side, 2)
        self.body.addLayout(foot)
        self.cancel.set_words(_tr("Close"))
        self.show_paper = self.add_button(_tr("Show receipt…"), self._on_show)
        self.reprint = self.add_button(_tr("Reprint receipt"), self._on_reprint)
        self.take_back = self.add_button(_tr("Return items…"), self._on_return)
        self.show_paper.setVisible(self._presenter.may_draw)
        self.reprint.setVisible(self._presenter.may_reprint)
        self.take_back.setVisible(self._may_return)
        for button in (self.show_paper, self.reprint, self.take_back):
            button.setEnabled(False)

    def _connect(self) -> None:
        self._presenter.opened.connect(self._on_opened)
        self._presenter.refused.connect(self._on_refused)
        self._presenter.reprinted.connect(self._on_reprinted)
        self._presenter.receipt_ready.connect(self._on_receipt)
        self._presenter.open(self._sale_id)

    def _on_opened(self, sale: SaleView) -> None:
        self._sale, self._sale_id = sale, sale.sale_id
        title = document_words(sale.kind).format(sale.number_text)
        self.heading.setText(title)
        self.setWindowTitle(title)
        self.about.setText(
            " · ".join(
                filter(
                    None,
                    (
                        self._formats.moment(sale.completed_at),
                        sale.outlet_name,
                        sale.register_name,
                        _tr("served by {0}").format(sale.cashier),
                        _tr("approved by {0}").format(sale.approver) if sale.approver else "",
                    ),
                )
            )
        )
        self.customer.setVisible(sale.customer_id is not None)
        self.customer.set_words(shortened(sale.customer_name or sale.customer_number))
        self.customer.setToolTip(plain_tip(sale.customer_name))
        self._show_related(sale)
        self.lines.rows_model.show_rows(list(line_rows(sale, self._formats)))
        self.trail.rows_model.show_rows(sale.trail)
        self.trail.setVisible(bool(sale.trail))
        self.trail_title.setText(
            _tr("Promotions considered") if sale.trail else _tr("There was no promotion to consider.")
        )
        self.taxes.rows_model.show_rows(sale.taxes)
        self.tenders.rows_model.show_rows(sale.tenders)
        _empty(self._sums)
        for place, (name, amount) in enumerate(sums(sale, self._formats)):
            self._sums.addWidget(Words(name, tone="muted"), place, 0)
            self._sums.addWidget(Words(amount, align=Qt.AlignmentFlag.AlignRight), place, 1)
        self.total.setText(self._formats.money(sale.total))
        self.total.setAccessibleName(_tr("Total {0}").format(self._formats.money(sale.total)))
        for button in (self.show_paper, self.reprint):
            button.setEnabled(True)
        self.take_back.setEnabled(sale.kind in {"sale", "exchange"})

    def _show_related(self, sale: SaleView) -> None:
        """Documents this one points at and those that point here, each a link to it."""
        _empty(self._related)
        self.related.clear()
        originals = (sale.original_number,) if sale.original_number else ()
        named: list[tuple[str, tuple[str, ...]]] = [
            (_tr("For invoice"), originals), (_tr("Later:"), sale.later_documents),
        ]  # fmt: skip
        for words, numbers in named:
            if numbers:
                self._related.addWidget(Words(words, tone="muted"))
            for number in numbers[:_MOST_RELATED]:
                link = Button(number, partial(self._presenter.open, number), kind="link")
                self.related.append(link)
                self._related.addWidget(link)
            if len(numbers) > _MOST_RELATED:
                self._related.addWidget(Words(_tr("+{0}").format(len(numbers) - _MOST_RELATED), tone="muted"))
        if points := _points(sale, self._formats):
            self._related.addWidget(Words(points, tone="muted"))
        self._related.addStretch(1)

    def _on_show(self) -> None:
        self._presenter.draw(self._sale_id)

    def _on_receipt(self, document: Document) -> None:
        if self._jobs is not None:
            self.paper = PaperDialog(document, self._jobs, self)
            self.paper.open()

    def _on_refused(self, sentence: str) -> None:
        self.tell(sentence)
        self.reprint.setEnabled(self._sale is not None)

    def _on_reprint(self) -> None:
        self.tell("")
        self.reprint.setEnabled(False)  # until the answer: one press is one copy
        self._presenter.reprint(self._sale_id)

    def _on_reprinted(self) -> None:
        self.reprint.setEnabled(True)
        self.tell(_tr("A copy of the receipt goes to the printer."), kind="success")
        self.reprint_asked.emit()

    def _on_return(self) -> None:
        if self._sale is not None:
            number = self._sale.number_text
            self.accept()
            self.return_wanted.emit(number)

    def _on_customer(self) -> None:
        if self._sale is not None and self._sale.customer_id is not None:
            customer_id = self._sale.customer_id
            self.accept()
            self.customer_wanted.emit(customer_id)


def _points(sale: SaleView, formats: Formats) -> str:
    if not sale.points_earned:
        return ""
    one, many = _tr("1 point earned"), _tr("{0} points earned")
    return one if sale.points_earned == 1 else many.format(formats.number(sale.points_earned))


def shortened(name: str) -> str:
    """As much of a name as a link has room for."""
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


def _empty(layout: QLayout) -> None:
    while layout.count():
        item = layout.takeAt(0)
        if item is not None and (old := item.widget()) is not None:
            old.hide()
            old.deleteLater()
