"""The invoice window: what was sold, what came off and why, taxes, how it was paid."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.checkout.receipts import SaleView
from ui.invoice.models import line_columns, line_rows, sums, tax_columns, tender_columns, trail_columns
from ui.invoice.presenter import InvoicePresenter
from ui.shared.dialogs import Dialog
from ui.shared.format import Formats
from ui.shared.tables import RowsModel, Table
from ui.shared.tokens import ROW_DESK, SPACE_L, SPACE_M, SPACE_XS, TYPE_LARGE
from ui.shared.widgets import Button, ElidedWords, Line, Words, row


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
        may_return: bool = False,
    ) -> None:
        super().__init__(_tr("Invoice"), parent, width=960)
        self.resize(960, 680)
        self._presenter, self._formats, self._sale_id = presenter, formats, sale_id
        self._may_return = may_return
        self._sale: SaleView | None = None
        presenter.setParent(self)
        self.about = ElidedWords(tone="muted")
        self.customer = Button("", self._on_customer, kind="link")
        self.related = Words(tone="muted", wrap=True)
        self.lines = self._table(RowsModel(line_columns()), _tr("Lines"))
        self.trail = self._table(RowsModel(trail_columns(formats)), _tr("Promotions considered"))
        self.taxes = self._table(RowsModel(tax_columns(formats)), _tr("Taxes"))
        self.tenders = self._table(RowsModel(tender_columns(formats)), _tr("Payments"))
        self._sums = QVBoxLayout()
        self._sums.setSpacing(2)
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
        self.body.addWidget(self.related)
        self.body.addWidget(self.lines, 5)
        self.body.addSpacing(SPACE_XS)
        self.body.addWidget(Words(_tr("Promotions considered"), strong=True))
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
        self.reprint = self.add_button(_tr("Reprint receipt"), self._on_reprint)
        self.take_back = self.add_button(_tr("Return items…"), self._on_return)
        self.reprint.setVisible(self._presenter.may_reprint)
        self.take_back.setVisible(self._may_return)
        for button in (self.reprint, self.take_back):
            button.setEnabled(False)

    def _connect(self) -> None:
        self._presenter.opened.connect(self._on_opened)
        self._presenter.refused.connect(self._on_refused)
        self._presenter.reprinted.connect(self._on_reprinted)
        self._presenter.open(self._sale_id)

    def _on_opened(self, sale: SaleView) -> None:
        self._sale = sale
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
        self.customer.set_words(sale.customer_name or sale.customer_number)
        self.related.setText(_related(sale))
        self.related.setVisible(bool(self.related.text()))
        self.lines.rows_model.show_rows(list(line_rows(sale, self._formats)))
        self.trail.rows_model.show_rows(sale.trail)
        self.taxes.rows_model.show_rows(sale.taxes)
        self.tenders.rows_model.show_rows(sale.tenders)
        for name, amount in sums(sale, self._formats):
            self._sums.addLayout(row(Words(name, tone="muted"), None, Words(amount)))
        self.total.setText(self._formats.money(sale.total))
        self.total.setAccessibleName(_tr("Total {0}").format(self._formats.money(sale.total)))
        self.reprint.setEnabled(True)
        self.take_back.setEnabled(sale.kind in {"sale", "exchange"})

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


def _related(sale: SaleView) -> str:
    """Documents this one points at, and those that point here."""
    parts = []
    if sale.original_number:
        parts.append(_tr("For invoice {0}").format(sale.original_number))
    if sale.later_documents:
        parts.append(_tr("Later: {0}").format(", ".join(sale.later_documents)))
    if sale.points_earned:
        parts.append(_tr("{0} points earned").format(sale.points_earned))
    return " · ".join(parts)
