"""The services of the shop in the shape of the screen's ports: who acts is the till's cashier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.checkout.model import CompletedSale, TillContext
from app.checkout.receipts import SaleReader
from app.checkout.sessions import Closing, SessionService
from app.customers.service import CustomerService
from app.giftcards.desk import GiftCardDesk
from app.giftcards.model import Shown
from app.giftcards.service import Card
from app.ids import new_request_id
from app.money import Money
from app.outbox.service import OutboxService
from app.staff.model import Actor, Approval, StaffTile
from app.staff.service import StaffService
from ui.sell.ports import CardShown, CustomerHit


class CustomerDesk:
    def __init__(self, service: CustomerService, actor: Actor) -> None:
        self._service, self._actor = service, actor

    def search(self, typed: str, limit: int = 20) -> Sequence[CustomerHit]:
        return [
            CustomerHit(row.id, row.name, row.contact, row.tier)
            for row in self._service.search_at_till(typed, by=self._actor, limit=limit)
        ]

    def by_card(self, code: str) -> int | None:
        return self._service.by_number(code, by=self._actor)

    def quick_add(self, first: str, last: str, phone: str, email: str) -> int:
        return self._service.quick_add(first, last, phone=phone, email=email, by=self._actor).id


class CardDesk:
    def __init__(self, service: GiftCardDesk) -> None:
        self._service = service

    def look_up(self, context: TillContext, code: str) -> CardShown:
        card = self._service.look_up(code, register_id=context.register_id)
        usable = card.shown is Shown.ACTIVE and not card.deactivated
        return CardShown(
            card.id,
            str(card.kind.value),
            card.masked,
            str(card.shown.value),
            card.available,
            card.expires_on,
            can_pay=usable,
            can_reload=not card.deactivated and card.shown is not Shown.EXPIRED,
            said=_why_not(card),
            code=code,
        )


def _why_not(card: Card) -> str:
    """Why this card cannot pay, "" when it can."""
    tr = QCoreApplication.translate
    if card.deactivated:
        return tr("sell", "It is deactivated and cannot pay.")
    if card.shown is Shown.EXPIRED:
        return tr("sell", "It has expired and cannot pay.")
    return tr("sell", "Nothing is left on it.") if card.shown is not Shown.ACTIVE else ""


class ApprovalDesk:
    def __init__(self, service: StaffService) -> None:
        self._service = service

    def approvers(self, context: TillContext, permission: str, amount: int | Decimal | None) -> Sequence[StaffTile]:
        return self._service.approvers(context.actor, permission, amount)

    def approve(
        self, context: TillContext, approver_id: int, pin: str, permission: str, amount: int | Decimal | None
    ) -> Approval:
        return self._service.approve(context.actor, pin, permission, amount, approver_id=approver_id)


class TillDesk:
    """Paper and drawer: what is due is written in the outbox; `wake` tells the spooler to look."""

    def __init__(
        self,
        outbox: OutboxService,
        sessions: SessionService,
        reader: SaleReader,
        context: TillContext,
        wake: Callable[[], None],
    ) -> None:
        self._outbox, self._sessions, self._reader = outbox, sessions, reader
        self._context, self._wake = context, wake

    def reprint(self, sale_id: int) -> None:
        context = self._context
        self._outbox.reprint(context.actor, context.register_id, sale_id, request_id=new_request_id())
        self._wake()

    def last_sale(self, register_id: int) -> int | None:
        sale = self._reader.last_of_register(register_id)
        return None if sale is None else sale.sale_id

    def open_drawer(
        self, context: TillContext, reason: str, approval: Approval | None = None, *, request_id: UUID
    ) -> None:
        self._sessions.no_sale(context, reason, request_id=request_id, approval=approval)
        self._wake()

    def move_cash(
        self,
        context: TillContext,
        kind: str,
        amount: Money,
        reason: str,
        approval: Approval | None = None,
        *,
        request_id: UUID,
    ) -> None:
        move = self._sessions.pay_in if kind == "pay_in" else self._sessions.pay_out
        move(context, amount, reason, request_id=request_id, approval=approval)
        self._wake()

    def close_register(self, context: TillContext, counted: Money, approval: Approval | None = None) -> Closing:
        closing = self._sessions.close(context, counted, approval=approval)
        self._wake()
        return closing

    def print_reading(self, context: TillContext, approval: Approval | None = None) -> None:
        self._sessions.print_reading(context, request_id=new_request_id(), approval=approval)
        self._wake()

    def print_closing_again(self, context: TillContext, approval: Approval | None = None) -> int:
        number = self._sessions.print_closing_again(
            context.actor, context.register_id, request_id=new_request_id(), approval=approval
        )
        self._wake()
        return number

    def sale_completed(self, sale: CompletedSale) -> None:
        self._wake()
