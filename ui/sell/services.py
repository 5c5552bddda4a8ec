"""The shop's services as the Sell screen asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.catalog.service import CatalogService
from app.checkout.no_receipt_service import NoReceiptService
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

if TYPE_CHECKING:
    from app.checkout.model import TillContext
    from ui.shell.registry import ShellContext


def sell_services(context: ShellContext, till: TillContext) -> SellServices:
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
        NoReceiptService(get(CheckoutService)),
    )
