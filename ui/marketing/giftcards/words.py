"""What Gift Cards calls things: kinds, statuses, movements. Stored codes become words here alone."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.giftcards.model import Shown, State, ValueKind, VoucherType
from app.giftcards.service import Card


def tr(text: str) -> str:
    return QCoreApplication.translate("giftcards", text)


def kind_of(card: Card) -> str:
    if card.voucher_type is not None:
        return {
            VoucherType.GIFT_VOUCHER: tr("Gift Voucher"),
            VoucherType.LOYALTY: tr("Loyalty"),
            VoucherType.CREDIT_NOTE: tr("Credit Note"),
        }[card.voucher_type]
    return {
        ValueKind.GIFT_CARD: tr("Gift Card"),
        ValueKind.STORE_CREDIT: tr("Store Credit"),
        ValueKind.VOUCHER: tr("Voucher"),
    }[card.kind]


def number_of(card: Card) -> str:
    """In titles and sentences; a store credit has no number."""
    return tr("this store credit") if card.kind is ValueKind.STORE_CREDIT else card.masked


def name_of(card: Card) -> str:
    """What it is and its number: "Gift Card •••• 7Q4K". A store credit goes by its customer."""
    return kind_of(card) if card.kind is ValueKind.STORE_CREDIT else f"{kind_of(card)} {card.masked}"


def status_of(card: Card) -> str:
    """A14: Active, Expired or Fully Redeemed, exactly."""
    if card.state is State.ISSUED:
        return tr("Not sold")
    return {
        Shown.ACTIVE: tr("Active"),
        Shown.EXPIRED: tr("Expired"),
        Shown.FULLY_REDEEMED: tr("Fully Redeemed"),
    }[card.shown]


def badge_of(card: Card) -> str:
    """The badge beside the status (A15); "" for a card in use."""
    return {
        State.INACTIVE: tr("deactivated"),
        State.DELETED: tr("deleted"),
        State.CANCELLED: tr("refunded"),
    }.get(card.state, "")


def status_with_badge(card: Card) -> str:
    badge = badge_of(card)
    return f"{status_of(card)} · {badge}" if badge else status_of(card)


def tone_of(card: Card) -> str:
    if card.deactivated:
        return "danger"
    if card.state is State.ISSUED:
        return "muted"
    return {Shown.ACTIVE: "success", Shown.EXPIRED: "warning", Shown.FULLY_REDEEMED: "muted"}[card.shown]


def movement(kind: str) -> str:
    words = {
        "issue": tr("Issued"),
        "reload": tr("Reloaded"),
        "redemption": tr("Paid with"),
        "reversal": tr("Sale voided, put back"),
        "refund": tr("Refunded to the card"),
        "expiry": tr("Expired, written off"),
        "adjustment": tr("Corrected by hand"),
        "cancellation": tr("Purchase refunded"),
        "deactivated": tr("Deactivated"),
        "activated": tr("Activated"),
        "deleted": tr("Deleted"),
        "assigned": tr("Assigned to a customer"),
        "unassigned": tr("Taken off its customer"),
        "extended": tr("Expiry changed"),
        "printed": tr("Printed"),
        "reprinted": tr("Printed again"),
        "pin_locked": tr("Locked: too many wrong PINs"),
        "pin_changed": tr("New PIN"),
        "held": tr("Set aside"),
        "released": tr("Set free"),
        "hold_expired": tr("Time to take it is over"),
    }
    return words.get(kind, kind.replace("_", " ").capitalize())
