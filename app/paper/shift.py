"""From a shift's figures to what its X or Z report says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from app.paper.formats import Formats
from app.paper.model import Mark, ReportData, ReportRow, ReportSection, ShopHeader
from app.paper.words import Words

if TYPE_CHECKING:
    from app.checkout.shift_report import Counted, ShiftReport
    from app.shop.model import ShopInfo


def shift_data(
    report: ShiftReport, shop: ShopInfo, formats: Formats, words: Words, *, closing: bool, at: datetime,
    copy_number: int = 0,
) -> ReportData:  # fmt: skip
    """`at`: when an X report is read; a Z report carries the moment of its closing."""
    lines = (*report.receipt_header.splitlines(), *(report.outlet_address or shop.address).splitlines())
    sections = (
        ReportSection(words.receipts, tuple(_documents(report, words))),
        ReportSection(words.tax, tuple(_taxes(report, formats, words))),
        ReportSection(words.paid_by, tuple(_row(words.tender(kind), paid) for kind, paid in report.tenders)),
        ReportSection(words.drawer, tuple(_drawer(report, words))),
        ReportSection(words.noted, tuple(_noted(report, words))),
        ReportSection(
            words.since_first,
            (
                ReportRow(words.sold_so_far, report.sold_so_far),
                ReportRow(words.returned_so_far, report.returned_so_far),
            ),
        ),
    )
    return ReportData(
        shop=ShopHeader(shop.name, lines, shop.phone, shop.tax_number, shop.logo_png),
        closing=closing,
        number=f"{report.register_code} Z {report.number}" if closing else report.register_code,
        register=f"{report.outlet_name} · {report.register_name}",
        cashier=(report.closed_by or report.opened_by) if closing else report.opened_by,
        opened_at=report.opened_at,
        at=report.closed_at if closing and report.closed_at is not None else at,
        sections=tuple(section for section in sections if section.rows),
        journal_head=report.journal_hash if closing else "",
        journal_key=report.anchor.fingerprint if closing and report.anchor is not None else "",
        anchor=report.anchor.text() if closing and report.anchor is not None else "",
        mark=Mark.DUPLICATE if copy_number else Mark.NONE,
    )


def _row(label: str, counted: Counted) -> ReportRow:
    return ReportRow(label, counted.amount, counted.how_many)


def _documents(report: ShiftReport, words: Words) -> Iterator[ReportRow]:
    if report.first_receipt:
        yield ReportRow(f"{report.first_receipt} – {report.last_receipt}")
    yield _row(words.sales, report.sales)
    if report.exchanges.how_many:
        yield _row(words.exchanges, report.exchanges)
    if report.returns.how_many:
        yield _row(words.returns, report.returns)
    if report.without_receipt.how_many:
        yield _row(words.returns_without_receipt, report.without_receipt)
    yield ReportRow(words.total, report.total, strong=True)
    if report.cards_sold:
        yield ReportRow(words.cards_sold, report.cards_sold)
        yield ReportRow(words.revenue, report.total - report.cards_sold)
    if report.discounts:
        yield ReportRow(words.discounts, -report.discounts)
    if report.rounding:
        yield ReportRow(words.rounding, report.rounding)


def _taxes(report: ShiftReport, formats: Formats, words: Words) -> Iterator[ReportRow]:
    for tax in report.taxes:
        name = tax.name if "%" in tax.name else f"{tax.name} {formats.percent(tax.percent)}"
        yield ReportRow(f"{name} · {words.net}", tax.base)
        yield ReportRow(f"{name} · {words.tax}", tax.tax)


def _drawer(report: ShiftReport, words: Words) -> Iterator[ReportRow]:
    names = {
        "sale": words.cash_taken,
        "refund": words.cash_refunded,
        "pay_in": words.paid_in,
        "pay_out": words.paid_out,
        "drop": words.to_safe,
    }
    yield ReportRow(words.opening_float, report.opening_float)
    for kind, moved in report.cash:
        yield _row(names.get(kind, kind), moved)
    yield ReportRow(words.expected, report.expected, strong=True)
    difference = report.difference
    if report.counted is None or difference is None:
        return
    yield ReportRow(words.counted, report.counted, strong=True)
    if difference.minor < 0:
        yield ReportRow(words.short, -difference, strong=True)
    else:
        yield ReportRow(words.over if difference else words.exactly_right, difference, strong=bool(difference))


def _noted(report: ShiftReport, words: Words) -> Iterator[ReportRow]:
    names = {
        "void": words.voided,
        "no_sale": words.no_sales,
        "reprint": words.reprints,
        "reading": words.readings,
    }
    for kind, times in report.noted:
        yield ReportRow(names.get(kind, kind), report.voided if kind == "void" else None, times)
    if report.held is not None and report.held:
        yield ReportRow(words.held_over, count=report.held)
