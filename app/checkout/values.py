"""Cards within a sale: sold, reloaded, paid with, refunded to. Every change goes through app.giftcards.ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from app import codes
from app.checkout.errors import TenderRefused, ValueRefused
from app.checkout.model import VALUE_TENDERS, CardOnLine, OpenBasket, SoldCard, TakenTender, Tender, TenderKind
from app.codekeys import CodeVault
from app.giftcards import ledger
from app.giftcards.drafts import CardDraft, draft_card
from app.giftcards.model import (
    Act,
    EntryKind,
    GiftCardUnknown,
    Movement,
    ValueKind,
    ValuePolicy,
    VoucherType,
    part_id,
)
from app.money import LARGEST_MINOR, Money
from app.pricing.model import LineKind
from db.queries.sales_batch import Batch
from db.queries.sales_value import ask_take
from db.queries.value_accounts import AccountRow
from db.uow import UnitOfWork

CardDrafts = Mapping[int, CardDraft]  # by place of the line that sells the card


def draft_cards(basket: OpenBasket, policy: ValuePolicy, today: date, vault: CodeVault | None) -> dict[int, CardDraft]:
    """Codes and PIN hashes of the cards a basket sells, made before the transaction: hashing a PIN is slow.

    Raises InvalidInput for a pre-printed number that cannot be one, ValueRefused for one that was not kept while the
    sale was held: issuing another number would leave the card on the counter worthless.
    """
    drafts: dict[int, CardDraft] = {}
    for place, line in enumerate(basket.lines):
        if line.kind is LineKind.GIFT_CARD and line.returns is None:
            card = line.card or CardOnLine()
            if card.shown and not card.code:
                raise ValueRefused(f"Take card {card.shown} out of the basket and scan it again.")
            drafts[place] = draft_card(
                policy=policy, today=today, vault=vault, number=card.code or None, customer_id=card.customer_id
            )
    return drafts


def draft_note(policy: ValuePolicy, today: date, vault: CodeVault | None, customer_id: int | None) -> CardDraft:
    """The voucher that a refund goes to: of type Credit Note, whoever has its code may spend it (R15)."""
    return draft_card(
        policy=policy,
        today=today,
        vault=vault,
        kind=ValueKind.VOUCHER,
        voucher_type=VoucherType.CREDIT_NOTE,
        customer_id=customer_id,
    )


def tender_of(card: AccountRow | None, policy: ValuePolicy, today: date) -> Tender:
    """What a card, voucher or credit as read can pay. Raises GiftCardUnknown, and why it pays nothing."""
    if card is None:
        raise GiftCardUnknown
    why = ledger.check_redeem(card, Money(1, card.currency), today=today, customer_id=card.customer_id, policy=policy)
    if why is not None:
        raise why
    shown = "Store credit" if card.kind == ValueKind.STORE_CREDIT else codes.mask(card.last_four)
    return Tender(TenderKind(card.kind), account_id=card.id, shown=shown, available_minor=card.available_minor)


@dataclass(slots=True)
class _Moved:
    """A movement and what it belongs to: a line, or a tender, of this sale."""

    movement: Movement
    line_place: int | None = None
    tender_place: int | None = None


@dataclass(slots=True)
class ValueBook:
    """What happened to cards in this sale; their ledger rows are written with it."""

    uow: UnitOfWork
    act: Act
    policy: ValuePolicy
    request_id: UUID
    currency: str
    moved: list[_Moved] = field(default_factory=list)
    sold: list[SoldCard] = field(default_factory=list)
    accounts: dict[int, int] = field(default_factory=dict)  # place of the line to its card
    balances: dict[int, int] = field(default_factory=dict)  # place of the tender to what is left
    named: dict[int, Tender] = field(default_factory=dict)  # place of the tender to it, once its account is known
    note: CardDraft | None = None  # the Credit Note of a refund by voucher
    anew: bool = False  # a refund may go to a card that did not pay: asked for, and its right was checked
    pins: dict[int, CardDraft] = field(default_factory=dict)

    def sell(self, basket: OpenBasket, drafts: CardDrafts) -> None:
        """Issue and reload. Raises the ledger's refusals (GiftCardDuplicate, GiftCardInactive, …)."""
        for place, line in enumerate(basket.lines):
            if line.returns is not None or line.kind is LineKind.PRODUCT:
                continue
            face = Money(line.item.product.price_minor, self.currency)
            request = part_id(self.request_id, "line", place)
            if line.kind is LineKind.RELOAD:
                self._reload(place, line.card or CardOnLine(), face, request)
                continue
            draft = drafts[place]
            issued = ledger.issue(self.uow, self.act, draft, face, request_id=request, policy=self.policy)
            self.accounts[place] = issued.account_id
            self.moved.append(_Moved(issued.movement, line_place=place))
            self.pins[issued.account_id] = draft
            shown = codes.mask(draft.last_four)
            self.sold.append(SoldCard(issued.account_id, "gift_card", draft.code, shown, face, face, draft.pin))

    def _reload(self, place: int, card: CardOnLine, face: Money, request: UUID) -> None:
        account_id = card.account_id
        if account_id is None:
            raise ValueRefused("Scan the card to be reloaded again.")
        movement = ledger.reload(self.uow, self.act, account_id, face, request_id=request, policy=self.policy)
        self.accounts[place] = account_id
        self.moved.append(_Moved(movement, line_place=place))
        left = Money(movement.balance_after_minor, self.currency)
        self.sold.append(SoldCard(account_id, "reload", "", card.shown, face, left))

    def pay(self, taken: Sequence[TakenTender], customer_id: int | None, refundable: Mapping[int, int]) -> None:
        """Take what cards pay, put back what goes back to them; in order of the card, so no two sales deadlock.

        `refundable`: what may go back at most to each card that paid for what comes back.
        """
        wanted = [
            (one.tender.account_id or 0, place, one)
            for place, one in enumerate(taken)
            if one.tender.kind in VALUE_TENDERS and one.amount_minor
        ]
        for account_id, place, one in sorted(wanted, key=lambda found: found[:2]):
            request = part_id(self.request_id, "tender", place)
            if one.amount_minor > 0:
                movement = self._redeem(account_id, one, customer_id, request)
            else:
                movement = self._refund(account_id, one, customer_id, request, refundable.get(account_id))
            if movement.account_id != account_id:
                self._name(place, one.tender, movement.account_id)
            self.balances[place] = movement.balance_after_minor
            self.moved.append(_Moved(movement, tender_place=place))

    def _redeem(self, account_id: int, one: TakenTender, customer_id: int | None, request: UUID) -> Movement:
        if not account_id:
            raise TenderRefused("Scan the card that pays.")
        amount = Money(one.amount_minor, self.currency)
        batch = Batch(self.uow)
        step = ask_take(
            batch, account_id, amount.minor, currency=self.currency, customer_id=customer_id,
            good_on=date.min if self.policy.expired_redeemable else self.act.today,
        )  # fmt: skip
        batch.run()
        if step.rows:
            return Movement(
                account_id, EntryKind.REDEMPTION, -amount.minor, step.rows[0][0], request, self.act.at,
                self.act.staff_id, self.act.approver_id, self.act.outlet_id, self.act.reason[:200],
            )  # fmt: skip
        return ledger.redeem(  # frees holds that ran out and tries once more, or says why not
            self.uow, self.act, account_id, amount, request_id=request, customer_id=customer_id, policy=self.policy
        )

    def _refund(
        self, account_id: int, one: TakenTender, customer_id: int | None, request: UUID, paid_minor: int | None
    ) -> Movement:
        amount = Money(-one.amount_minor, self.currency)
        if paid_minor is not None and not (self.anew and amount.minor > paid_minor):
            most = Money(paid_minor, self.currency)
            return ledger.refund(
                self.uow, self.act, account_id, amount, request_id=request, max_refundable=most, policy=self.policy
            )
        if one.tender.kind is TenderKind.STORE_CREDIT and customer_id is not None:
            issued = ledger.store_credit(self.uow, self.act, customer_id, amount, request_id=request)
            return issued.movement
        if one.tender.kind is TenderKind.VOUCHER and not account_id and self.note is not None:
            return self._credit_note(self.note, amount, request)
        if one.tender.kind is TenderKind.GIFT_CARD and account_id and self.anew:
            return ledger.reload(self.uow, self.act, account_id, amount, request_id=request, policy=self.policy)
        raise TenderRefused("Money goes back to a card that paid for this sale, or to store credit of the customer.")

    def _credit_note(self, draft: CardDraft, amount: Money, request: UUID) -> Movement:
        """A new voucher. What is refunded is owed whatever its size: the limits are for what is sold."""
        policy = replace(self.policy, smallest_issue_minor=1, largest_balance_minor=LARGEST_MINOR)
        issued = ledger.issue(self.uow, self.act, draft, amount, request_id=request, policy=policy)
        shown = codes.mask(draft.last_four)
        self.sold.append(SoldCard(issued.account_id, "voucher", draft.code, shown, amount, amount))
        return issued.movement

    def _name(self, place: int, tender: Tender, account_id: int) -> None:
        """The account that was opened for this tender: its row names it, as that of a card that paid does."""
        shown = next((card.shown for card in self.sold if card.account_id == account_id), tender.shown)
        self.named[place] = replace(tender, account_id=account_id, shown=shown)

    def cancel(self, place: int, account_id: int, amount: Money) -> None:
        """A card whose purchase comes back loses that value. Raises GiftCardSpent."""
        request = part_id(self.request_id, "line", place)
        movement = ledger.cancel_purchase(self.uow, self.act, account_id, amount, request_id=request)
        self.accounts[place] = account_id
        self.moved.append(_Moved(movement, line_place=place))

    def entry_rows(self, sale_id: int, line_ids: Sequence[int], tender_ids: Sequence[int]) -> list[tuple[Any, ...]]:
        """value_entry rows in the column order of db.queries.sales_write."""
        return list(self._entry_rows(sale_id, line_ids, tender_ids))

    def _entry_rows(
        self, sale_id: int, line_ids: Sequence[int], tender_ids: Sequence[int]
    ) -> Iterator[tuple[Any, ...]]:
        for one in self.moved:
            move = one.movement
            yield (
                move.account_id, str(move.kind), move.amount_minor, move.balance_after_minor, sale_id,
                None if one.line_place is None else line_ids[one.line_place],
                None if one.tender_place is None else tender_ids[one.tender_place],
                move.hold_id, move.reverses_id, move.request_id, move.staff_id, move.approver_id, move.outlet_id,
                move.reason, move.recorded_at,
            )  # fmt: skip

    def paper(self, card: SoldCard) -> dict[str, Any]:
        """What printing the card needs besides its row; a PIN only travels sealed."""
        draft = self.pins.get(card.account_id)
        return {"amount_minor": card.amount.minor, "has_pin": bool(draft is not None and draft.pin)}
