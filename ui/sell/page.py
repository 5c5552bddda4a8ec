"""Sell, as a page of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shell.registry import Page, Section, ShellContext

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.barcodes.model import BarcodeSettings
    from app.checkout.model import TillContext
    from ui.sell.ports import SellServices


def _open(context: ShellContext) -> QWidget:
    if context.till is None:
        from app.checkout.sessions import SessionService
        from ui.sell.open_shift import OpenShiftView

        sessions, place = context.services.get(SessionService), context.place
        shift = OpenShiftView(
            sessions, context.staff, place.register_id, place.register, context.formats, context.writes
        )
        shift.opened.connect(context.shift_changed)
        return shift
    from ui.sell.assemble import make_till

    return make_till(context, context.till)


def sell_services(context: ShellContext, till: TillContext, barcodes: BarcodeSettings) -> SellServices:
    """The shop's services as the screen asks for them."""
    from app.catalog.service import CatalogService
    from app.checkout.receipts import SaleReader
    from app.checkout.returns import ReturnService
    from app.checkout.service import CheckoutService
    from app.checkout.sessions import SessionService
    from app.customers.service import CustomerService
    from app.giftcards.desk import GiftCardDesk
    from app.outbox.service import OutboxService
    from app.staff.service import StaffService
    from ui.sell.desk import ApprovalDesk, CardDesk, CustomerDesk, TillDesk
    from ui.sell.ports import SellServices

    get = context.services.get
    desk = TillDesk(get(OutboxService), get(SessionService), get(SaleReader), till, context.wake_devices)
    return SellServices(
        get(CheckoutService),
        get(CatalogService),
        get(ReturnService),
        CustomerDesk(get(CustomerService), till.actor),
        CardDesk(get(GiftCardDesk)),
        ApprovalDesk(get(StaffService)),
        desk,
        barcodes,
    )


PAGES = (
    Page(
        "sell",
        QT_TRANSLATE_NOOP("pages", "Sell"),
        "shopping-basket",
        _open,
        permission="sale.sell",
        section=Section.SELL,
        order=1,
        words="till checkout cash register",
    ),
)
