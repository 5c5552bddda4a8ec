"""Ways of paying: what each took for a sale, and what may still go back that way.

Goods that were exchanged stay paid as they were: an exchange points at the sale its goods came from, so money that
goes back for its lines goes to what paid the exchange itself first, then to what paid that sale. Without this a gift
card or points would turn into cash by way of an even exchange.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.checkout.errors import ReturnRefused
from app.checkout.model import Settlement, TakenTender, Tender, TenderKind
from app.checkout.policy import OtherWay, ReturnPolicy
from app.checkout.tenders import CashRule
from app.codes import mask
from app.errors import NotPermitted
from app.giftcards.ledger import store_credit_of
from app.money import Money
from app.permissions import Permission
from app.staff.model import Actor, Approval, require
from db.queries import sales_read
from db.queries import value_accounts as accounts
from db.uow import UnitOfWork

Way = tuple[TenderKind, int | None]  # kind of tender, and the card where there is one


class RefundWay(StrEnum):
    """How a return gives back what it gives back."""

    AS_PAID = "as_paid"  # to the tenders that paid, first to last
    CASH = "cash"
    STORE_CREDIT = "store_credit"  # of the customer
    VOUCHER = "voucher"  # a Credit Note with a code, printed
    GIFT_CARD = "gift_card"  # one that is scanned


@dataclass(frozen=True, slots=True)
class WayBack:
    """What the cashier chose. `account_id`: the gift card that was scanned."""

    way: RefundWay = RefundWay.AS_PAID
    account_id: int | None = None


AS_PAID = WayBack()


@dataclass(frozen=True, slots=True)
class TenderLeft:
    """What one way of paying took and has not given back yet."""

    kind: TenderKind
    account_id: int | None
    shown: str
    left_minor: int


@dataclass(frozen=True, slots=True)
class Family:
    """A sale with everything that was exchanged for it and came back of it, by ids.

    `line`: the sale itself, the one its goods were exchanged for, and so on back to the first. `members`: all.
    """

    line: tuple[int, ...]
    members: tuple[int, ...]
    lefts: tuple[TenderLeft, ...]  # in the order they would be paid back
    points_paid_minor: int  # money's worth that points paid, all members together
    points_refunded_minor: int  # positive: what of it went back so far
    net_minor: int = 0  # paid by all members less what went back of it, whichever way

    @property
    def rest_minor(self) -> int:
        """What can still go back: not more than its own ways of paying took, nor than there is after some of it went
        back other ways."""
        return max(0, min(sum(left.left_minor for left in self.lefts), self.net_minor))

    @property
    def root(self) -> int:
        return self.line[-1]

    @property
    def points_left_minor(self) -> int:
        return self.points_paid_minor - self.points_refunded_minor


def read_family(uow: UnitOfWork, sale_id: int) -> Family:
    line, members = sales_read.family(uow.connection, sale_id)
    tenders = sales_read.tenders_of(uow.connection, members)
    left: dict[Way, int] = {}
    shown: dict[Way, str] = {}
    points = [0, 0]
    for tender in tenders:
        way = (TenderKind(tender.kind), tender.value_account_id)
        left[way] = left.get(way, 0) + tender.amount_minor
        if way[0] is TenderKind.POINTS:
            points[tender.amount_minor < 0] += abs(tender.amount_minor)
    for member in line:
        for tender in tenders:
            if tender.sale_id == member and tender.amount_minor > 0:
                shown.setdefault((TenderKind(tender.kind), tender.value_account_id), tender.shown)
    lefts = tuple(TenderLeft(way[0], way[1], text, max(0, left[way])) for way, text in shown.items())
    return Family(tuple(line), tuple(members), lefts, points[0], points[1], sum(left.values()))


def refunds_by_way(taken: Sequence[TakenTender]) -> dict[Way, int]:
    """What goes back each way in all, as amounts below zero."""
    found: dict[Way, int] = {}
    for one in taken:
        way = (one.tender.kind, one.tender.account_id)
        found[way] = found.get(way, 0) + min(0, one.amount_minor)
    return found


def tender_back(uow: UnitOfWork, back: WayBack, customer_id: int | None, currency: str) -> Tender:
    """The tender that takes the whole of a refund another way. `customer_id`: whose store credit it would be.

    Raises ReturnRefused where there is no such customer, or the card is no gift card of this shop.
    """
    if back.way is RefundWay.CASH:
        return Tender(TenderKind.CASH)
    if back.way is RefundWay.VOUCHER:
        return Tender(TenderKind.VOUCHER)
    if back.way is RefundWay.STORE_CREDIT:
        if customer_id is None:
            raise ReturnRefused("Store credit belongs to a customer, and here is none. Give a voucher instead.")
        credit = store_credit_of(uow, customer_id)
        return Tender(TenderKind.STORE_CREDIT, None, None if credit is None else credit.id)
    card = None if back.account_id is None else accounts.by_id(uow.connection, back.account_id)
    if card is None or card.kind != TenderKind.GIFT_CARD.value or card.currency != currency:
        raise ReturnRefused("Scan the gift card that the money goes to. It must be a gift card of this shop, in use.")
    return Tender(TenderKind.GIFT_CARD, None, card.id, mask(card.last_four))


def rule_for(policy: ReturnPolicy, kind: TenderKind) -> OtherWay:
    """What the shop says of giving back this way what was paid another. A bank card asks for the right: nobody but its
    terminal knows whose it is. No more goes back in points than had paid in any case."""
    if kind is TenderKind.CASH:
        return policy.to_cash
    if kind in (TenderKind.STORE_CREDIT, TenderKind.VOUCHER):
        return policy.to_store_credit
    return policy.to_gift_card if kind is TenderKind.GIFT_CARD else OtherWay.BY_RIGHT


def ways_for(policy: ReturnPolicy, *, customer: bool) -> tuple[RefundWay, ...]:
    """The ways that can be chosen for a return with a receipt."""
    credit = policy.to_store_credit is not OtherWay.NEVER
    offered = {
        RefundWay.AS_PAID: True,
        RefundWay.CASH: policy.to_cash is not OtherWay.NEVER,
        RefundWay.STORE_CREDIT: credit and customer,
        RefundWay.VOUCHER: credit,
        RefundWay.GIFT_CARD: policy.to_gift_card is not OtherWay.NEVER,
    }
    return tuple(way for way, there in offered.items() if there)


def check_other_way(
    policy: ReturnPolicy, kind: TenderKind, actor: Actor, approval: Approval | None
) -> int | None:  # fmt: skip
    """Who approved giving back this way what was not paid so; None where the cashier's own right is enough.

    Raises ReturnRefused where the shop never does it, else NotPermitted.
    """
    rule = rule_for(policy, kind)
    if rule is OtherWay.NEVER:
        raise ReturnRefused("This shop gives nothing back this way that was not paid so. Choose another way.")
    if rule is OtherWay.APPROVED:
        return second_person(actor, Permission.SALE_RETURN_OTHER_TENDER, approval)
    return require(actor, Permission.SALE_RETURN_OTHER_TENDER, approval=approval)


def second_person(actor: Actor, permission: Permission, approval: Approval | None) -> int:
    """The approver, whatever the cashier may do alone. Raises NotPermitted, which an approval cures (V29)."""
    if approval is None or not approval.covers(actor, permission):
        raise NotPermitted("A second person approves this here, whoever is at the till.", permission=permission)
    return approval.approver_id


def refund_another_way(
    rest: int, total: Money, rule: CashRule, tender: Tender, *, everything_back: bool, paid_in_full: bool
) -> Settlement:
    """All of it by one tender. What is owed is worked out as for refund_as_paid: never more than the `rest` that was
    paid and has not gone back (V19), and the last return of a sale gives back exactly that. Cash goes out in coins
    that exist."""
    owed = -total.minor
    if paid_in_full and rest < owed:
        owed = rest
    if everything_back and abs(rest - owed) < max(1, rule.step_minor):
        owed = rest
    if tender.kind is TenderKind.CASH:
        coins = owed - rule.adjustment(-owed)
        owed = coins if not paid_in_full or coins <= rest else max(0, coins - rule.step_minor)
    rounding = -total.minor - owed
    zero = Money(0, total.currency)
    taken = (TakenTender(tender, -owed, -owed),) if owed else ()
    return Settlement(Money(-owed, total.currency), taken, zero, zero, zero, Money(rounding, total.currency))


def refund_as_paid(
    lefts: Sequence[TenderLeft], rest: int, total: Money, rule: CashRule, *, everything_back: bool, paid_in_full: bool
) -> Settlement:
    """Money back to the tenders that paid, first to last; what they do not cover goes out in cash.

    Cash goes out in coins that exist. The last return of a sale gives back exactly what is left of its tenders,
    so that refunds in parts add up to what was paid, cash rounding included. `paid_in_full`: the sale's tenders are
    all it cost (goods paid for part of an exchange), so no more than they took goes back (V19): coins rounded up
    again and again would be a gain.
    """
    owed = -total.minor
    rounding = 0
    taken: list[TakenTender] = []
    if everything_back and rest != owed and abs(rest - owed) < max(1, rule.step_minor):
        rounding = owed - rest
        owed = rest
    if paid_in_full and rest < owed:
        rounding += owed - rest
        owed = rest
    for left in lefts:
        part = min(left.left_minor, owed)
        if part <= 0:
            continue
        if left.kind is TenderKind.CASH and not everything_back and part == owed:
            adjust = min(-rule.adjustment(-part), left.left_minor - part)
            part, owed, rounding = part + adjust, owed + adjust, rounding - adjust
        taken.append(_paid_out(left, part))
        owed -= part
    if owed > 0:
        adjust = -rule.adjustment(-owed)
        rounding -= adjust
        taken.append(_paid_out(TenderLeft(TenderKind.CASH, None, "", owed), owed + adjust))
    zero = Money(0, total.currency)
    return Settlement(
        Money(total.minor + rounding, total.currency), tuple(one for one in taken if one.amount_minor), zero, zero,
        zero, Money(rounding, total.currency),
    )  # fmt: skip


def _paid_out(left: TenderLeft, minor: int) -> TakenTender:
    return TakenTender(Tender(left.kind, -minor, left.account_id, left.shown), -minor, -minor)
