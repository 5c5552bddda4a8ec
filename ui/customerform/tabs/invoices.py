"""The Invoices tab: every completed sale, return and exchange."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.customers.history import CustomerHistoryService, InvoiceRow, InvoiceSort
from ui.customerform.paged import PagedPresenter, PagedTab
from ui.customerform.section import LinkedModel, LinkedTable
from ui.customerform.tabs import FormContext, FormTab
from ui.shared.format import Formats
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.tables import Column


def _tr(text: str) -> str:
    return QCoreApplication.translate("customerform", text)


def kind_words(kind: str) -> str:
    """A document's kind in words."""
    words = {
        "sale": _tr("Sale"),
        "return": _tr("Return"),
        "exchange": _tr("Exchange"),
        "adjustment": _tr("Adjustment"),
    }
    return words.get(kind, kind)


def source_words(source: str) -> str:
    return {"in_store": _tr("In Store"), "api": _tr("API")}.get(source, source)


def invoice_columns(formats: Formats) -> list[Column[InvoiceRow]]:
    """Date, number, kind, amounts, place and source; the number (column 1) is the link."""
    return [
        Column(_tr("Date"), lambda one: formats.moment(one.completed_at), width=190, sort=InvoiceSort.COMPLETED),
        Column(_tr("Invoice Number"), lambda one: one.number, width=140, sort=InvoiceSort.NUMBER),
        Column(_tr("Kind"), lambda one: kind_words(one.kind), width=100, sort=InvoiceSort.KIND),
        Column(
            _tr("Total"),
            lambda one: formats.money(one.total),
            width=120,
            number=True,
            sort=InvoiceSort.TOTAL,
            tone=lambda one: "danger" if one.total.minor < 0 else "",
        ),
        Column(
            _tr("Saved"),
            lambda one: formats.money(one.savings) if one.savings else "",
            width=110,
            number=True,
            sort=InvoiceSort.SAVED,
        ),
        Column(
            _tr("Points"),
            lambda one: formats.number(one.points_earned) if one.points_earned else "",
            width=90,
            number=True,
            sort=InvoiceSort.POINTS,
        ),
        Column(_tr("Location"), lambda one: one.outlet, sort=InvoiceSort.OUTLET),
        Column(_tr("Served by"), lambda one: one.cashier, width=140, sort=InvoiceSort.CASHIER),
        Column(_tr("Order source"), lambda one: source_words(one.source), width=120, sort=InvoiceSort.SOURCE),
    ]


def _open(context: FormContext) -> QWidget:
    service = context.services.get(CustomerHistoryService)
    actor = context.actor
    presenter = PagedPresenter(
        lambda customer_id, after, sort: service.invoices(
            customer_id, by=actor, sort=InvoiceSort(sort[0]), descending=sort[1], after=after
        ),
        context.reads,
        lambda customer_id: service.invoice_count(customer_id, by=actor),
        sort=(InvoiceSort.COMPLETED, True),
    )
    table = LinkedTable(LinkedModel(invoice_columns(context.formats), link=1), _tr("Invoices"))
    empty = _tr("No invoices yet: choose this customer at the till (F3) and their sales are listed here.")
    tab = PagedTab(presenter, _tr("Invoices"), table, empty, context.formats)
    tab.row_opened.connect(lambda row: context.open_invoice(row.sale_id))
    return tab


TAB = FormTab("invoices", QT_TRANSLATE_NOOP("customerform", "Invoices"), _open, order=30)
