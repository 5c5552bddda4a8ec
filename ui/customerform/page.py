"""The Customer Form's place in the program.

Open it with `context.open_page("customerform", customer_id)`; with `(customer_id, "sell")` Esc goes back to Sell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shell.registry import Page, ShellContext

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def _open(context: ShellContext) -> QWidget:
    from PySide6.QtCore import QSettings

    from app.customers.choices import CustomerChoices
    from app.customers.history import CustomerHistoryService
    from app.customers.service import CustomerService
    from ui.customerform.memory import TabMemory
    from ui.customerform.presenter import CustomerFormPresenter
    from ui.customerform.tabs import FormContext, discover
    from ui.customerform.view import CustomerFormView
    from ui.invoice.opening import open_invoice

    actor = context.staff
    get = context.services.get
    presenter = CustomerFormPresenter(
        get(CustomerService), get(CustomerHistoryService), get(CustomerChoices), context.reads, context.writes, actor
    )
    tabs = [tab for tab in discover() if not tab.permission or actor.may(tab.permission)]

    def show_invoice(sale_id: int) -> None:
        open_invoice(context, actor, sale_id, view)

    form = FormContext(
        services=context.services,
        reads=context.reads,
        writes=context.writes,
        formats=context.formats,
        actor=actor,
        open_page=context.open_page,
        open_invoice=show_invoice,
        notify=context.notify,
    )
    memory = TabMemory(QSettings("Regulars", "Regulars"), context.place.shop_id, actor.staff_id)
    view = CustomerFormView(presenter, tabs, lambda tab: tab.factory(form), memory, context.formats)
    view.back_wanted.connect(lambda page: context.open_page(page, None))
    view.sell_wanted.connect(lambda customer_id: context.open_page("sell", customer_id))
    view.saved.connect(lambda name: context.notify(view.tr("{0} is saved").format(name[:60])))
    view.erased.connect(lambda: context.open_page("customers", None))
    return view


PAGES = (Page("customerform", QT_TRANSLATE_NOOP("pages", "Customer"), "user", _open, permission="customer.view"),)
