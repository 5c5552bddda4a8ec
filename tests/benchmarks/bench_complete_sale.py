"""A sale's rows written by hand, statement by statement: the floor that completing a sale is measured against.

`HandWritten` takes the rows of a sale that the service booked and writes the like again, with fresh keys and
numbers, in one transaction with the same pragmas: what a careful programmer would write for exactly this sale,
with no checks but the guarded updates, no pricing, no hashing and no retry.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from db.uow import Database

TABLES = (
    "sale", "sale_line", "sale_trail", "sale_share", "sale_tax", "sale_tender", "value_entry", "coupon_redemption",
    "points_lot", "points_entry", "cash_movement", "journal", "outbox",
)  # fmt: skip


class HandWritten:
    """Raw driver, one statement at a time; `many` lets executemany join rows of one table (SQLite)."""

    def __init__(self, database: Database, sale_id: int) -> None:
        self.sqlite = database.is_sqlite
        self._pool = database.engine.raw_connection()
        self.raw: Any = self._pool.dbapi_connection
        self.mark = "?" if self.sqlite else "%s"
        self.rows = {table: self._rows_of(table, sale_id) for table in TABLES}
        self.raw.commit()
        self.register = self.rows["sale"][0]["register_id"]

    def close(self) -> None:
        self._pool.close()

    def _rows_of(self, table: str, sale_id: int) -> list[dict[str, Any]]:
        column = {"sale": "id", "sale_share": "trail_id"}.get(table, "sale_id")
        where = f"{column} = {sale_id}"
        if table == "sale_share":
            where = f"trail_id IN (SELECT id FROM sale_trail WHERE sale_id = {sale_id})"
        cursor = self.raw.cursor()
        cursor.execute(f"SELECT * FROM {table} WHERE {where}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _insert(self, cursor: Any, table: str, row: dict[str, Any], **changes: Any) -> int:
        values = {name: value for name, value in {**row, **changes}.items() if name != "id"}
        if not self.sqlite:
            from psycopg.types.json import Jsonb

            values = {name: Jsonb(value) if isinstance(value, dict) else value for name, value in values.items()}
        marks = ", ".join([self.mark] * len(values))
        wants_id = table in ("sale", "sale_line", "sale_trail", "sale_tender")
        returning = " RETURNING id" if wants_id and not self.sqlite else ""
        cursor.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks}){returning}", list(values.values()))
        if not wants_id:
            return 0
        return int(cursor.lastrowid if self.sqlite else cursor.fetchone()[0])

    def _run(self, cursor: Any, sql: str, *values: Any) -> None:
        cursor.execute(sql.replace("?", self.mark), values)

    def _one(self, cursor: Any, sql: str, *values: Any) -> Sequence[Any]:
        cursor.execute(sql.replace("?", self.mark), values)
        return cursor.fetchone()  # type: ignore[no-any-return]

    def _uuid(self) -> Any:
        made = uuid4()
        return made.hex if self.sqlite else made

    def write(self) -> None:
        """One sale."""
        cursor = self.raw.cursor()
        if self.sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        rows, sale = self.rows, self.rows["sale"][0]
        number, sequence, head = self._one(
            cursor, "UPDATE register SET next_number = next_number + 1 WHERE id = ? "
            "RETURNING next_number - 1, journal_sequence, journal_head", self.register,
        )  # fmt: skip
        self._one(cursor, "SELECT business_date FROM register_session WHERE id = ?", sale["session_id"])
        text = f"R{self.register}-{number:06d}"
        sale_id = self._insert(cursor, "sale", sale, request_id=self._uuid(), number=number, number_text=text)
        lines = [self._insert(cursor, "sale_line", row, sale_id=sale_id) for row in rows["sale_line"]]
        trail = [self._insert(cursor, "sale_trail", row, sale_id=sale_id) for row in rows["sale_trail"]]
        for row, line in zip(rows["sale_share"], lines, strict=False):
            self._insert(cursor, "sale_share", row, sale_line_id=line, trail_id=trail[0])
        for row in rows["sale_tax"]:
            self._insert(cursor, "sale_tax", row, sale_id=sale_id)
        entry = rows["value_entry"][0]
        (balance,) = self._one(
            cursor, "UPDATE value_account SET balance_minor = balance_minor + ? WHERE id = ? AND status = 'active' "
            "AND balance_minor - held_minor + ? >= 0 RETURNING balance_minor",
            entry["amount_minor"], entry["account_id"], entry["amount_minor"],
        )  # fmt: skip
        tenders = [self._insert(cursor, "sale_tender", row, sale_id=sale_id) for row in rows["sale_tender"]]
        self._insert(
            cursor, "value_entry", entry, sale_id=sale_id, sale_tender_id=tenders[0], balance_after_minor=balance,
            request_id=self._uuid(),
        )  # fmt: skip
        self._coupons_and_points(cursor, sale_id, text)
        for row in rows["cash_movement"]:
            self._insert(cursor, "cash_movement", row, sale_id=sale_id, request_id=self._uuid())
        self._figures(cursor, sale, lines)
        row = rows["journal"][-1]
        self._insert(cursor, "journal", row, sale_id=sale_id, sequence=sequence + 1, previous_hash=head)
        self._run(
            cursor, "UPDATE register SET journal_sequence = ?, journal_head = ?, latest_at = ? WHERE id = ?",
            sequence + 1, row["hash"], sale["completed_at"], self.register,
        )  # fmt: skip
        for row in rows["outbox"]:
            self._insert(cursor, "outbox", row, sale_id=sale_id)
        self._run(cursor, "UPDATE basket SET state = 'completed' WHERE request_id = ?", self._uuid())
        self.raw.commit()

    def _coupons_and_points(self, cursor: Any, sale_id: int, text: str) -> None:
        rows = self.rows
        for row in rows["coupon_redemption"]:
            self._run(
                cursor, "UPDATE promotion SET use_count = use_count + 1 WHERE id = ? "
                "AND (total_limit IS NULL OR use_count < total_limit)", row["promotion_id"],
            )  # fmt: skip
            self._run(
                cursor, "UPDATE coupon_code SET use_count = use_count + 1 WHERE id = ? AND status = 'active' "
                "AND (max_uses IS NULL OR use_count < max_uses)", row["code_id"],
            )  # fmt: skip
            for code_id in (0, row["code_id"]):
                self._run(
                    cursor, "INSERT INTO coupon_use (promotion_id, code_id, customer_id, use_count) "
                    "VALUES (?, ?, ?, 1) ON CONFLICT (promotion_id, code_id, customer_id) "
                    "DO UPDATE SET use_count = coupon_use.use_count + 1",
                    row["promotion_id"], code_id, row["customer_id"],
                )  # fmt: skip
            self._insert(cursor, "coupon_redemption", row, sale_id=sale_id, sale_number=text)
        for row in rows["points_entry"]:
            (balance,) = self._one(
                cursor, "UPDATE points_account SET balance = balance + ?, earned_total = earned_total + ? "
                "WHERE customer_id = ? AND program_id = ? RETURNING balance",
                row["points"], row["points"], row["customer_id"], row["program_id"],
            )  # fmt: skip
            self._insert(cursor, "points_entry", row, sale_id=sale_id, request_id=self._uuid(), balance_after=balance)
        for row in rows["points_lot"]:
            self._insert(cursor, "points_lot", row, sale_id=sale_id)

    def _figures(self, cursor: Any, sale: dict[str, Any], lines: list[int]) -> None:
        customer, spend = sale["customer_id"], sale["total_minor"]
        self._run(
            cursor, "UPDATE customer_stats SET visits = visits + 1, spend_minor = spend_minor + ?, last_visit_at = ?, "
            "discount_minor = discount_minor + ?, coupon_visits = coupon_visits + 1 WHERE customer_id = ?",
            spend, sale["completed_at"], sale["discount_minor"], customer,
        )  # fmt: skip
        self._run(
            cursor, "UPDATE customer_month SET visits = visits + 1, spend_minor = spend_minor + ? "
            "WHERE customer_id = ? AND month = ?", spend, customer, 202603,
        )  # fmt: skip
        self._run(
            cursor, "UPDATE customer_outlet SET visits = visits + 1, spend_minor = spend_minor + ? "
            "WHERE customer_id = ? AND outlet_id = ?", spend, customer, sale["outlet_id"],
        )  # fmt: skip
        for category in sorted({row["category_id"] for row in self.rows["sale_line"]}):
            self._run(
                cursor, "UPDATE customer_category SET visits = visits + 1, spend_minor = spend_minor + ? "
                "WHERE customer_id = ? AND category_id = ?", spend, customer, category,
            )  # fmt: skip
