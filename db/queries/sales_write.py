"""The rows of one sale, put into a batch. Callers hold ids from `sales_batch.reserve`; order follows the keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from db.queries import journal as journal_queries
from db.queries.sales_batch import Batch, Row

SALE = (
    "id, request_id, request_hash, kind, register_id, outlet_id, session_id, number, number_text, original_sale_id, "
    "customer_id, cashier_id, approver_id, business_date, completed_at, currency, prices_include_tax, rounding_level, "
    "subtotal_minor, discount_minor, tax_minor, rounding_minor, total_minor, change_minor, liability_minor, "
    "points_earned, source, app_version"
)
LINE = (
    "id, sale_id, position, kind, product_id, category_id, sku, name, quantity_milli, list_price_minor, "
    "unit_price_minor, price_source, gross_minor, discount_minor, net_minor, tax_minor, tax_class_id, tax_percent, "
    "tax_parts, cost_minor, value_account_id, returns_line_id, reason"
)
TRAIL = (
    "id, sale_id, position, kind, promotion_id, promotion_version, code_id, code_shown, name, outcome, reason, "
    "sentence, amount_minor, staff_id, approver_id"
)
SHARE = "sale_line_id, trail_id, amount_minor"
TAX = "sale_id, position, tax_rate_id, name, percent, base_minor, tax_minor"
TENDER = (
    "id, sale_id, position, kind, amount_minor, tendered_minor, value_account_id, shown, balance_after_minor, reference"
)
ENTRY = (
    "account_id, kind, amount_minor, balance_after_minor, sale_id, sale_line_id, sale_tender_id, hold_id, reverses_id, "
    "request_id, staff_id, approver_id, outlet_id, reason, recorded_at"
)
CASH = "session_id, kind, amount_minor, sale_id, staff_id, approver_id, reason, request_id, recorded_at"
OUTBOX = (
    "kind, register_id, sale_id, value_account_id, payload, copy_number, state, attempts, last_error, created_at, "
    "due_at"
)


def add_sale(batch: Batch, row: Row) -> None:
    batch.insert("sale", SALE, [row])


def add_lines(batch: Batch, rows: Sequence[Row]) -> None:
    batch.insert("sale_line", LINE, rows)


def add_trail(batch: Batch, rows: Sequence[Row], shares: Sequence[Row]) -> None:
    batch.insert("sale_trail", TRAIL, rows)
    batch.insert("sale_share", SHARE, shares)


def add_taxes(batch: Batch, rows: Sequence[Row]) -> None:
    batch.insert("sale_tax", TAX, rows)


def add_tenders(batch: Batch, rows: Sequence[Row]) -> None:
    batch.insert("sale_tender", TENDER, rows)


def add_value_entries(batch: Batch, rows: Sequence[Row]) -> None:
    batch.insert("value_entry", ENTRY, rows)


def add_cash(batch: Batch, rows: Sequence[Row]) -> None:
    batch.insert("cash_movement", CASH, rows)


def add_outbox(batch: Batch, rows: Sequence[Row]) -> None:
    batch.insert("outbox", OUTBOX, rows)


# --- the customer's running figures --------------------------------------------------------------------------


def count_visit(batch: Batch, row: Row) -> None:
    """(customer, at, at, visits, spend, discount, coupon visits), added to what is there."""
    batch.insert_upsert(
        "INSERT INTO customer_stats (customer_id, first_visit_at, last_visit_at, visits, spend_minor, discount_minor, "
        "coupon_visits) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (customer_id) DO UPDATE SET "
        "last_visit_at = CASE WHEN excluded.visits > 0 AND excluded.last_visit_at > customer_stats.last_visit_at "
        "THEN excluded.last_visit_at ELSE customer_stats.last_visit_at END, "
        "visits = customer_stats.visits + excluded.visits, "
        "spend_minor = customer_stats.spend_minor + excluded.spend_minor, "
        "discount_minor = customer_stats.discount_minor + excluded.discount_minor, "
        "coupon_visits = customer_stats.coupon_visits + excluded.coupon_visits",
        [row],
    )


def count_month(batch: Batch, row: Row) -> None:
    """(customer, month, visits, spend)"""
    batch.insert_upsert(
        "INSERT INTO customer_month (customer_id, month, visits, spend_minor) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (customer_id, month) DO UPDATE SET visits = customer_month.visits + excluded.visits, "
        "spend_minor = customer_month.spend_minor + excluded.spend_minor",
        [row],
    )


def count_outlet(batch: Batch, row: Row) -> None:
    """(customer, outlet, visits, spend)"""
    batch.insert_upsert(
        "INSERT INTO customer_outlet (customer_id, outlet_id, visits, spend_minor) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (customer_id, outlet_id) DO UPDATE SET visits = customer_outlet.visits + excluded.visits, "
        "spend_minor = customer_outlet.spend_minor + excluded.spend_minor",
        [row],
    )


def count_categories(batch: Batch, rows: Sequence[Row]) -> None:
    """(customer, category or 0, visits, quantity, spend, at), in order of category."""
    batch.insert_upsert(
        "INSERT INTO customer_category (customer_id, category_id, visits, quantity_milli, spend_minor, last_at) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (customer_id, category_id) DO UPDATE SET "
        "visits = customer_category.visits + excluded.visits, "
        "quantity_milli = customer_category.quantity_milli + excluded.quantity_milli, "
        "spend_minor = customer_category.spend_minor + excluded.spend_minor, "
        "last_at = CASE WHEN excluded.visits > 0 AND excluded.last_at > customer_category.last_at "
        "THEN excluded.last_at ELSE customer_category.last_at END",
        rows,
    )


# --- the end of the sale -------------------------------------------------------------------------------------


def add_journal(batch: Batch, rows: Sequence[dict[str, Any]], latest_at: Any) -> None:
    """Write the register's next journal rows and move its head to the last."""
    names = journal_queries.COLUMNS.split(", ")
    batch.insert("journal", journal_queries.COLUMNS, [tuple(row[name] for name in names) for row in rows])
    last = rows[-1]
    batch.write(
        "UPDATE register SET journal_sequence = ?, journal_head = ?, latest_at = ? WHERE id = ?",
        last["sequence"], last["hash"], latest_at, last["register_id"],
    )  # fmt: skip


def close_basket(batch: Batch, request_id: object, at: Any) -> None:
    """The kept basket of this sale is done."""
    batch.write("UPDATE basket SET state = 'completed', updated_at = ? WHERE request_id = ?", at, request_id)
