"""The Activities tab: everything that happened around a customer, in one list."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.customers.history import Activity, ActivityKind, CustomerHistoryService
from ui.customerform.paged import PagedPresenter, PagedTab
from ui.customerform.section import LinkedModel, LinkedTable
from ui.customerform.tabs import FormContext, FormTab
from ui.shared.format import MINUS, Formats
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.tables import Column


def _tr(text: str) -> str:
    return QCoreApplication.translate("customerform", text)


def sentences() -> dict[tuple[ActivityKind, str], str]:
    """What happened, in words; {0} is the number, code, card or segment it is about."""
    event, points, card = ActivityKind.EVENT, ActivityKind.POINTS, ActivityKind.CARD
    return {
        (ActivityKind.SALE, "sale"): _tr("Bought on invoice {0}"),
        (ActivityKind.SALE, "return"): _tr("Returned on invoice {0}"),
        (ActivityKind.SALE, "exchange"): _tr("Exchanged on invoice {0}"),
        (ActivityKind.SALE, "adjustment"): _tr("Adjustment {0}"),
        (points, "earn"): _tr("Points earned"),
        (points, "redeem"): _tr("Points spent"),
        (points, "claw_back"): _tr("Points taken back for a return"),
        (points, "give_back"): _tr("Points given back for a return"),
        (points, "adjust"): _tr("Points adjusted: {0}"),
        (points, "expire"): _tr("Points expired"),
        (card, "issue"): _tr("Gift card {0} issued"),
        (card, "reload"): _tr("Gift card {0} reloaded"),
        (card, "redemption"): _tr("Gift card {0} redeemed"),
        (card, "reversal"): _tr("Gift card {0}: a redemption was reversed"),
        (card, "refund"): _tr("Refunded to gift card {0}"),
        (card, "expiry"): _tr("Gift card {0} expired"),
        (card, "adjustment"): _tr("Gift card {0} adjusted"),
        (card, "cancellation"): _tr("Gift card {0} cancelled"),
        (ActivityKind.COUPON, "use"): _tr("Coupon {0} used"),
        (ActivityKind.COUPON, "return"): _tr("Coupon {0} given back"),
        (ActivityKind.SEGMENT, "entered"): _tr("Came into segment {0}"),
        (ActivityKind.SEGMENT, "left"): _tr("Left segment {0}"),
        (event, "created"): _tr("Customer added"),
        (event, "edited"): _tr("Customer edited: {0}"),
        (event, "consent"): _tr("Consent, {0}"),
        (event, "note"): _tr("Note: {0}"),
        (event, "merge"): _tr("Merged with another customer"),
        (event, "erased"): _tr("Personal data erased"),
    }


def what_happened(one: Activity) -> str:
    text = one.text
    if one.kind is ActivityKind.CARD:
        text = f"•••• {text}" if text else _tr("(store credit)")
    words = sentences().get((one.kind, one.detail))
    if words is None:
        return f"{one.detail} {text}".strip()
    if one.kind is ActivityKind.EVENT and one.detail == "edited":
        named = fields()
        text = ", ".join(named.get(name, name.replace("_", " ")) for name in text.split(", "))
    return words.replace("{0}", text).rstrip(": ")


def fields() -> dict[str, str]:
    """What an edit can have changed, as the form calls it."""
    return {
        "first_name": _tr("first name"),
        "last_name": _tr("last name"),
        "phone": _tr("phone"),
        "email": _tr("email"),
        "birth_date": _tr("date of birth"),
        "address": _tr("address"),
        "notes": _tr("notes"),
        "tags": _tr("tags"),
        "groups": _tr("groups"),
        "price_group_id": _tr("price group"),
        "accrues_points": _tr("whether they earn points"),
        "home_outlet_id": _tr("home outlet"),
        "email_consent_at": _tr("consent to email"),
        "sms_consent_at": _tr("consent to SMS"),
        "post_consent_at": _tr("consent to post"),
    }


def how_much(one: Activity, formats: Formats) -> str:
    """Points with their sign, or money; what came in to the customer's cards or points is +."""
    if one.points is not None:
        sign = MINUS if one.points < 0 else "+"
        return _tr("{0} pts").format(f"{sign}{formats.number(abs(one.points))}")
    if one.amount is None:
        return ""
    money = formats.money(one.amount)
    return f"+{money}" if one.kind is ActivityKind.CARD and one.amount.minor > 0 else money


def activity_columns(formats: Formats) -> list[Column[Activity]]:
    kinds = {
        ActivityKind.SALE: _tr("Sale"),
        ActivityKind.POINTS: _tr("Points"),
        ActivityKind.CARD: _tr("Gift card"),
        ActivityKind.COUPON: _tr("Coupon"),
        ActivityKind.SEGMENT: _tr("Segment"),
        ActivityKind.EVENT: _tr("Customer"),
    }
    return [
        Column(_tr("Date"), lambda one: formats.moment(one.at), width=190),
        Column(_tr("Kind"), lambda one: kinds[one.kind], width=110),
        Column(_tr("What happened"), what_happened),
        Column(
            _tr("Amount / Points"),
            lambda one: how_much(one, formats),
            width=150,
            number=True,
            tone=lambda one: "danger" if (one.points or (one.amount.minor if one.amount else 0)) < 0 else "",
        ),
        Column(_tr("Who"), lambda one: one.who or NOBODY, width=160),
    ]


NOBODY = "–"


def _open(context: FormContext) -> QWidget:
    service = context.services.get(CustomerHistoryService)
    actor = context.actor
    presenter = PagedPresenter(
        lambda customer_id, after, _sort: service.activities(customer_id, by=actor, after=after), context.reads
    )
    table = LinkedTable(LinkedModel(activity_columns(context.formats)), _tr("Activities"))
    empty = _tr("Nothing has happened yet: sales, points, cards, coupons and notes are listed here.")
    tab = PagedTab(presenter, _tr("Activities"), table, empty, context.formats)
    tab.row_opened.connect(lambda row: context.open_invoice(row.sale_id) if row.sale_id is not None else None)
    return tab


TAB = FormTab("activities", QT_TRANSLATE_NOOP("customerform", "Activities"), _open, order=40)
