"""Opening an invoice from wherever its number is shown."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.checkout.receipts import SaleReader, SaleView
from app.ids import RequestId
from app.permissions import Permission
from app.staff.model import Actor
from hardware.protocols import Document
from ui.invoice.view import InvoiceWindow
from ui.shell.registry import ShellContext


def open_invoice(context: ShellContext, actor: Actor, sale_id: int, parent: QWidget) -> InvoiceWindow:
    """Show a sale over `parent`; Esc goes back to it. From there: the receipt, a copy of it, a return at the till,
    the customer, the documents it belongs with."""
    from app.outbox.service import OutboxService
    from app.paper.maker import PaperMaker
    from ui.invoice.presenter import InvoicePresenter

    reader = SaleReader(context.services.database)
    outbox, papers = context.services.get(OutboxService), context.services.get(PaperMaker)

    def read(wanted: int | str) -> SaleView:
        return reader.look_up(wanted, by=actor)

    def draw(wanted: int) -> Document:
        return papers.receipt(wanted, copy_number=1)  # what can be printed from here is a copy, and says so

    def reprint(wanted: int, request_id: RequestId) -> object:
        return outbox.reprint(actor, context.place.register_id, wanted, request_id=request_id)

    may_copy = actor.may(Permission.SALE_REPRINT)
    presenter = InvoicePresenter(
        read, reprint if may_copy else None, context.reads, context.writes, draw=draw if may_copy else None
    )
    window = InvoiceWindow(
        presenter, context.formats, sale_id, parent, jobs=context.reads, may_return=actor.may(Permission.SALE_RETURN)
    )
    window.return_wanted.connect(lambda number: context.open_page("sell", ("return", number)))
    window.customer_wanted.connect(lambda customer_id: context.open_page("customerform", customer_id))
    window.reprint_asked.connect(context.wake_devices)
    window.open()
    return window
