"""The grid of customers."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.customers.model import CustomerRow, SortBy
from ui.shared.format import Formats
from ui.shared.tables import Column


def _tr(text: str) -> str:
    return QCoreApplication.translate("customers", text)


# Birthdate, tier and visits: what the grid can do without on a narrow screen.
LEAST_NEEDED = (3, 4, 6)


def customer_columns(formats: Formats) -> list[Column[CustomerRow]]:
    """Who they are, how to reach them, what they brought. Headings with a key sort in SQL."""

    def figure(value: int) -> str:
        return formats.number(value) if value else ""

    def last_visit(one: CustomerRow) -> str:
        return formats.date(formats.local(one.last_visit_at).date()) if one.last_visit_at is not None else ""

    def born(one: CustomerRow) -> str:
        return formats.date(one.birth_date) if one.birth_date is not None else ""

    return [
        Column(_tr("User Name"), lambda one: one.name, sort=SortBy.NAME),
        Column(_tr("Phone"), lambda one: one.phone, width=145, sort=SortBy.PHONE),
        Column(_tr("Email"), lambda one: one.email, width=178, sort=SortBy.EMAIL),
        Column(_tr("Birthdate"), born, width=118, sort=SortBy.BORN),
        Column(_tr("Tier"), lambda one: one.tier, width=72, sort=SortBy.TIER),
        Column(_tr("Points"), lambda one: figure(one.points), width=82, number=True, sort=SortBy.POINTS),
        Column(_tr("Visits"), lambda one: figure(one.visits), width=64, number=True, sort=SortBy.VISITS),
        Column(
            _tr("Spend"),
            lambda one: formats.money(one.spend) if one.visits else "",
            width=122,
            number=True,
            sort=SortBy.SPEND,
        ),
        Column(_tr("Last visit"), last_visit, width=118, sort=SortBy.LAST_VISIT),
        Column(
            _tr("Date Created"),
            lambda one: formats.date(formats.local(one.created_at).date()),
            width=118,
            sort=SortBy.CREATED,
        ),
    ]
