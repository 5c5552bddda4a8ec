"""Opening an invoice from wherever its number is shown."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ids import RequestId
from app.permissions import Permission
from app.staff.model import Actor
from ui.invoice.view import InvoiceWindow
from ui.shell.registry import ShellContext


def open_invoice(context: ShellContext, actor: Actor, sale_id: int, parent: QWidget) -> InvoiceWindow:
    """Show a sale over `parent`; Esc goes back to it. From there: reprint, return at the till, the customer."""
    from app.checkout.receipts import SaleReader
    from app.outbox.service import OutboxService
    from ui.invoice.presenter import InvoicePresenter

    reader = SaleReader(context.services.database)
    outbox = context.services.get(OutboxService)

    def reprint(wanted: int, request_id: RequestId) -> object:
        return outbox.reprint(actor, context.place.register_id, wanted, request_id=request_id)

    presenter = InvoicePresenter(
        reader.sale, reprint if actor.may(Permission.SALE_REPRINT) else None, context.reads, context.writes
    )
    window = InvoiceWindow(presenter, context.formats, sale_id, parent, may_return=actor.may(Permission.SALE_RETURN))
    window.return_wanted.connect(lambda number: context.open_page("sell", ("return", number)))
    window.customer_wanted.connect(lambda customer_id: context.open_page("customerform", customer_id))
    window.reprint_asked.connect(context.wake_devices)
    window.open()
    return window
