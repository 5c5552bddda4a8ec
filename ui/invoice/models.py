"""The invoice's tables: lines with their discounts under them, the trail, taxes and tenders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.checkout.receipts import SaleLineView, SaleTaxView, SaleTenderView, SaleTrailView, SaleView
from app.money import Money
from ui.shared.format import Formats
from ui.shared.tables import Column


def _tr(text: str) -> str:
    return QCoreApplication.translate("invoice", text)


@dataclass(frozen=True, slots=True)
class LineRow:
    """A sold line, or one discount on it (`under`), as one row of the table."""

    under: bool
    quantity: str
    text: str
    unit: str
    amount: str
    note: str = ""


def line_rows(sale: SaleView, formats: Formats) -> Iterator[LineRow]:
    """Each line at its price before discounts, then what came off and why."""
    for line in sale.lines:
        yield LineRow(
            under=False,
            quantity=formats.quantity(line.quantity_milli),
            text=line.name,
            unit=formats.amount(line.unit_price),
            amount=formats.amount(line.gross),
            note=_line_note(line, formats),
        )
        for share in line.shares:
            yield LineRow(True, "", share.name, "", formats.amount(-share.amount))


def _line_note(line: SaleLineView, formats: Formats) -> str:
    """Why this line is not an ordinary one: another price, a return, or what came back of it since."""
    notes = []
    if line.price_source in {"override", "open"} and line.unit_price != line.list_price:
        notes.append(_tr("list price {0}").format(formats.amount(line.list_price)))
    if line.returned_milli:
        notes.append(_tr("{0} returned").format(formats.quantity(line.returned_milli)))
    if line.reason:
        notes.append(line.reason)
    return ", ".join(notes)


def line_columns() -> list[Column[LineRow]]:
    return [
        Column(_tr("Quantity"), lambda one: one.quantity, width=80, number=True),
        Column(_tr("Item"), lambda one: f"– {one.text}" if one.under else one.text, tone=_quiet),
        Column(_tr("Note"), lambda one: one.note, width=190, tone=_muted),
        Column(_tr("Price"), lambda one: one.unit, width=90, number=True),
        Column(_tr("Amount"), lambda one: one.amount, width=100, number=True, tone=_quiet),
    ]


def _muted(_row: object) -> str:
    return "muted"


def _quiet(one: LineRow) -> str:
    return "success" if one.under else ""


def outcome_words() -> dict[str, str]:
    return {"applied": _tr("Applied"), "skipped": _tr("Not applied"), "refused": _tr("Refused")}


def trail_columns(formats: Formats) -> list[Column[SaleTrailView]]:
    """Every promotion and discount by hand that was considered, and why it counted or did not."""
    tones = {"applied": "success", "refused": "danger"}
    return [
        Column(
            _tr("Outcome"),
            lambda one: outcome_words().get(one.outcome, one.outcome),
            width=100,
            tone=lambda one: tones.get(one.outcome, "muted"),
        ),
        Column(_tr("Promotion"), lambda one: " · ".join(filter(None, (one.code_shown, one.name))), width=240),
        Column(_tr("Why"), _why),
        Column(_tr("Saved"), lambda one: formats.amount(one.amount) if one.amount else "", width=90, number=True),
    ]


def _why(one: SaleTrailView) -> str:
    approved = _tr("approved by {0}").format(one.approver) if one.approver else ""
    return " · ".join(filter(None, (one.sentence, approved)))


def tax_columns(formats: Formats) -> list[Column[SaleTaxView]]:
    return [
        # Many shops put the rate into the name: "VAT 23%".
        Column(_tr("Tax"), lambda one: one.name if "%" in one.name else f"{one.name} {formats.percent(one.percent)}"),
        Column(_tr("On"), lambda one: formats.amount(one.base), width=90, number=True),
        Column(_tr("Tax amount"), lambda one: formats.amount(one.tax), width=90, number=True),
    ]


def tender_words(kind: str) -> str:
    words = {
        "cash": _tr("Cash"),
        "card": _tr("Card"),
        "gift_card": _tr("Gift card"),
        "voucher": _tr("Voucher"),
        "store_credit": _tr("Store credit"),
        "points": _tr("Points"),
    }
    return words.get(kind, kind)


def tender_columns(formats: Formats) -> list[Column[SaleTenderView]]:
    """How it was paid; numbers are masked as the sale stored them."""

    def left(one: SaleTenderView) -> str:
        return _tr("{0} left").format(formats.amount(one.balance_after)) if one.balance_after is not None else ""

    return [
        Column(_tr("Paid by"), lambda one: " ".join(filter(None, (tender_words(one.kind), one.shown)))),
        Column(_tr("Remark"), lambda one: left(one) or one.reference, width=90, tone=_muted),
        Column(_tr("Amount"), lambda one: formats.amount(one.amount), width=90, number=True),
    ]


def sums(sale: SaleView, formats: Formats) -> list[tuple[str, str]]:
    """The foot of the invoice, line by line."""
    tax = _tr("Tax (included)") if sale.prices_include_tax else _tr("Tax")
    found: list[tuple[str, Money]] = [(_tr("Subtotal"), sale.subtotal)]
    if sale.discount:
        found.append((_tr("Savings"), -sale.discount))
    found.append((tax, sale.tax))
    if sale.rounding:
        found.append((_tr("Rounding"), sale.rounding))
    if sale.change:
        found.append((_tr("Change given"), sale.change))
    return [(name, formats.amount(amount)) for name, amount in found]
