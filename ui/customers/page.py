"""The Customers page's place in the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shell.registry import Page, Section, ShellContext

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.customers.model import Customer


def _open(context: ShellContext) -> QWidget:
    from app.customers.exporting import CustomerExport
    from app.customers.service import CustomerService
    from ui.customers.presenter import CustomersPresenter
    from ui.customers.view import CustomersView

    get = context.services.get
    presenter = CustomersPresenter(
        get(CustomerService), get(CustomerExport), context.reads, context.writes, context.staff
    )  # fmt: skip
    view = CustomersView(presenter, context.formats)

    def on_added(customer: Customer) -> None:
        context.notify(view.tr("{0} is added").format(customer.name[:60]))
        context.open_page("customerform", customer.id)

    def on_exported(count: int, name: str) -> None:
        one, many = view.tr("1 customer is in {1}"), view.tr("{0} customers are in {1}")
        context.notify((one if count == 1 else many).format(context.formats.number(count), name))

    view.exported.connect(on_exported)
    view.customer_wanted.connect(lambda customer_id: context.open_page("customerform", customer_id))
    view.customer_added.connect(on_added)
    return view


PAGES = (
    Page(
        "customers",
        QT_TRANSLATE_NOOP("pages", "Customers"),
        "users",
        _open,
        permission="customer.view",
        section=Section.CUSTOMERS,
        words="people members find",
    ),
)
