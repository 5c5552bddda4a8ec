"""Paper and drawer as the Sell screen asks for them."""

from __future__ import annotations

from app.checkout.model import CompletedSale, TillContext
from app.checkout.receipts import SaleReader
from app.checkout.sessions import SessionService
from app.ids import new_request_id
from app.outbox.service import OutboxService
from app.staff.model import Actor, Approval
from ui.devices.till import TillDevices


class TillDesk:
    """Writes what is asked for down first, then lets the devices do it. Call it off the GUI thread."""

    def __init__(
        self,
        devices: TillDevices,
        outbox: OutboxService,
        sessions: SessionService,
        sales: SaleReader,
        actor: Actor,
        register_id: int,
    ) -> None:
        self._devices, self._outbox, self._sessions, self._sales = devices, outbox, sessions, sales
        self._actor, self._register_id = actor, register_id

    def reprint(self, sale_id: int) -> None:
        """A copy, marked as one. Raises NotPermitted."""
        self._outbox.reprint(self._actor, self._register_id, sale_id, request_id=new_request_id())
        self._devices.retry()

    def last_sale(self, register_id: int) -> int | None:
        sale = self._sales.last_of_register(register_id)
        return None if sale is None else sale.sale_id

    def open_drawer(self, context: TillContext, reason: str, approval: Approval | None = None) -> None:
        """Without a sale: journalled first, then opened. Raises NotPermitted."""
        self._sessions.no_sale(context, reason, request_id=new_request_id(), approval=approval)
        self._devices.kick_drawer()

    def sale_completed(self, sale: CompletedSale) -> None:
        self._devices.poke()
        self._devices.show(f"Total {sale.total}", f"Change {sale.change}" if sale.change else "Thank you")
